#include "loader/terminal/password.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/interrupt.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace std::chrono_literals;
using kboot::test::TemporaryFolder;

namespace {

/// "open sesame", hashed by `openssl passwd -5`, `-6` and `-1` with the salt "kboot".
constexpr const char* kHashes[] = {
    "$5$kboot$1AgxFIjOmSlGpNuoPjROKDNfLuw5ishaw3K3r6mRro0",
    "$6$kboot$qVPC2Onqy/b.cjXnM2Tz5.6UUAmdV0Z2fer5h2Qsa0mYeICIiXbcsGGIGX/rEcoMBDxNzKFS2pzBmEEXBxPbK0",
    "$1$kboot$bTOudnXde/SncLgfHd9C7/"};

}  // namespace

TEST_CASE("password: the hashes of crypt(3)") {
  for (const char* hash : kHashes) {
    INFO(hash);
    CHECK(password_matches("open sesame", hash));
    CHECK_FALSE(password_matches("open sesam", hash));
    CHECK_FALSE(password_matches("", hash));
    CHECK_FALSE(password_matches(hash, hash));
  }
}

TEST_CASE("password: what is no hash matches nothing, itself included") {
  for (const char* hash : {"", "*", "*0", "!", "open sesame", "$", "$6$", "$unknown$salt$hash", "$6$salt$"}) {
    INFO(hash);
    CHECK_FALSE(password_matches(hash, hash));
    CHECK_FALSE(password_matches("", hash));
  }
}

TEST_CASE("password: the delay doubles up to a minute") {
  CHECK(delay_after(0) == 0s);
  CHECK(delay_after(1) == 1s);
  CHECK(delay_after(2) == 2s);
  CHECK(delay_after(6) == 32s);
  CHECK(delay_after(7) == 60s);
  CHECK(delay_after(4'000'000'000) == 60s);
}

TEST_CASE("password: wrong ones are counted for all sessions, a right one clears the count") {
  const TemporaryFolder folder;
  const PasswordGuard here(folder.path("count"));
  const PasswordGuard there(folder.path("count"));
  std::vector<std::chrono::seconds> waits;
  const auto on_wait = [&](std::chrono::seconds wait) { waits.push_back(wait); };
  CHECK_FALSE(here.check("wrong", kHashes[0], on_wait));
  CHECK(waits.empty());
  CHECK_FALSE(there.check("wrong", kHashes[0], on_wait));
  CHECK(waits == std::vector{1s});
  CHECK(here.check("open sesame", kHashes[0], on_wait));
  CHECK(waits == std::vector{1s, 2s});
  CHECK(there.check("open sesame", kHashes[0], on_wait));
  CHECK(waits.size() == 2);
}

TEST_CASE("password: ^C during the delay gives no answer and costs nothing") {
  Interrupt::install();
  Interrupt::clear();
  const TemporaryFolder folder;
  const PasswordGuard guard(folder.path("count"));
  CHECK_FALSE(guard.check("wrong", kHashes[0], nullptr));
  CHECK_THROWS_AS(guard.check("open sesame", kHashes[0], [](std::chrono::seconds) { Interrupt::request(); }),
                  Cancelled);
  Interrupt::clear();
  CHECK(guard.check("open sesame", kHashes[0], [](std::chrono::seconds) {}));
}

TEST_CASE("password: a count that is garbage or cannot be kept lets nobody in unchecked") {
  const TemporaryFolder folder;
  folder.write("count", "no numbers here");
  CHECK_FALSE(PasswordGuard(folder.path("count")).check("wrong", kHashes[0], nullptr));
  CHECK_THROWS_AS(PasswordGuard(folder.path("absent/count")).check("open sesame", kHashes[0], nullptr),
                  Error);
}
