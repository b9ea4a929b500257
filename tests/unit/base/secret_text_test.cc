#include "base/secret_text.h"

#include <algorithm>
#include <type_traits>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "tests/unit/fakes/temporary_folder.h"

namespace kboot {
namespace {

/// What each piece of memory held when it was given back.
std::string& given_back() {
  static std::string bytes;
  return bytes;
}

/// An allocator that looks at what it is given back.
template <typename Value>
struct LookingAllocator : std::allocator<Value> {
  using value_type = Value;
  void deallocate(Value* memory, std::size_t count) {
    given_back().append(memory, count);
    std::allocator<Value>::deallocate(memory, count);
  }
};

using LookedAt = BasicSecretText<LookingAllocator<char>>;

bool all_wiped() {
  const std::string& bytes = given_back();
  return !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

static_assert(!std::is_copy_constructible_v<SecretText> && !std::is_copy_assignable_v<SecretText>);
static_assert(!std::is_convertible_v<SecretText, std::string> &&
              !std::is_convertible_v<SecretText, std::string_view>);
static_assert(!fmt::is_formattable<SecretText>::value);

}  // namespace

TEST_CASE("secret: its bytes are gone when it has gone") {
  given_back().clear();
  std::string typed = "short";
  {
    const LookedAt secret(std::move(typed));
    CHECK(secret.reveal() == "short");
  }
  CHECK(all_wiped());
}

TEST_CASE("secret: the text it was made of is wiped, a short and a long one") {
  for (const std::size_t length : {5, 500}) {
    std::string typed(length, 'x');
    const char* const was = typed.data();
    const SecretText secret(std::move(typed));
    CHECK(secret.size() == length);
    // The string still owns that memory.
    CHECK(typed.empty());  // NOLINT(bugprone-use-after-move)
    CHECK(std::all_of(was, was + length, [](char c) { return c == '\0'; }));
  }
}

TEST_CASE("secret: what it grows out of, and what another is moved over, is wiped") {
  given_back().clear();
  LookedAt secret;
  for (char c = 'a'; c <= 'z'; ++c) secret.append({&c, 1});
  CHECK(secret.reveal() == "abcdefghijklmnopqrstuvwxyz");
  CHECK(all_wiped());

  given_back().clear();
  LookedAt other(std::string("overwritten"));
  other = std::move(secret);
  CHECK(all_wiped());
  CHECK(secret.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(other.size() == 26);

  LookedAt third(std::move(other));
  CHECK(other.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(third.clone().reveal() == third.reveal());
  CHECK(all_wiped());
}

TEST_CASE("secret: read from a file, whole or not at all") {
  const test::TemporaryFolder folder;
  const std::string key = "\x01" + std::string(9000, 'k') + "\n";
  folder.write("key", key);
  const UniqueFd fd = open_for_reading(folder.path("key"));
  CHECK(read_secret(fd.get(), key.size()).reveal() == key);
  CHECK_THROWS_WITH(read_secret(fd.get(), key.size() - 1), Catch::StartsWith("longer than"));
  const UniqueFd directory(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  CHECK_THROWS_AS(read_secret(directory.get(), 10), Error);
}

}  // namespace kboot
