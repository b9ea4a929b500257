#include "config/boot_state.h"

#include <catch2/catch.hpp>

using namespace kboot;

namespace {

const std::vector<std::string> kChoices = {"linux", "old"};

BootState state_of(std::map<std::string, unsigned> attempts, std::string last = "") {
  return {.attempts = std::move(attempts), .last = std::move(last)};
}

}  // namespace

TEST_CASE("boot state: what is written is read") {
  const BootState state{7, {{"linux", 2}, {"http://server/a \"b\" ä", 1}}, "linux", "rescue"};
  CHECK(parse_boot_state(boot_state_text(state)) == state);
  CHECK(parse_boot_state(boot_state_text({})) == BootState{});
}

TEST_CASE("boot state: garbage is no state, and odd parts of one are passed over") {
  for (const char* text : {"", "{", "[]", "1", "{}", R"({"sequence":-1})", R"({"sequence":"1"})",
                           R"({"sequence":1e99})", R"({"sequence":18446744073709551615})"}) {
    INFO(text);
    CHECK_FALSE(parse_boot_state(text));
  }
  CHECK_FALSE(parse_boot_state(std::string(5000, '[')));
  CHECK(parse_boot_state(R"({"sequence":1,"attempts":[1],"last":2,"once":"Not a label"})") ==
        BootState{.sequence = 1});
  CHECK(parse_boot_state(R"({"sequence":1,"attempts":{"a":-1,"b":2,"c":99999999999},"more":{}})") ==
        BootState{.sequence = 1, .attempts = {{"b", 2}}});
}

TEST_CASE("boot state: a choice counts until it reports success") {
  BootState state;
  note_attempt(state, "linux", kChoices, 3);
  note_attempt(state, "linux", kChoices, 3);
  CHECK(state == state_of({{"linux", 2}}, "linux"));
  note_attempt(state, "old", kChoices, 3);
  CHECK(state == state_of({{"linux", 2}, {"old", 1}}, "old"));
  note_success(state);
  CHECK(state == state_of({{"linux", 2}}));
  note_success(state);
  CHECK(state == state_of({{"linux", 2}}));
}

TEST_CASE("boot state: another line takes the report away from the choice before it") {
  BootState state = state_of({{"linux", 1}}, "linux");
  note_attempt(state, "/boot/vmlinuz", kChoices, 3);
  CHECK(state == state_of({{"linux", 1}}));
  note_success(state);
  CHECK(state == state_of({{"linux", 1}}));
}

TEST_CASE("boot state: what is no choice any more is forgotten") {
  BootState state = state_of({{"gone", 2}, {"linux", 1}});
  note_attempt(state, "old", kChoices, 3);
  CHECK(state == state_of({{"linux", 1}, {"old", 1}}, "old"));
  note_attempt(state, "old", kChoices, 0);
  CHECK(state == state_of({{"linux", 1}, {"old", 1}}));
}

TEST_CASE("boot state: a choice is used up after its tries; when all are, they begin anew") {
  BootState state = state_of({{"linux", 2}, {"old", 1}});
  CHECK(is_used_up(state, "linux", 2));
  CHECK_FALSE(is_used_up(state, "old", 2));
  CHECK_FALSE(is_used_up(state, "never", 2));
  CHECK_FALSE(is_used_up(state, "linux", 0));
  note_attempt(state, "old", kChoices, 2);
  CHECK(state == state_of({{"linux", 2}, {"old", 2}}, "old"));
  note_attempt(state, "/boot/vmlinuz", kChoices, 2);
  CHECK(state == state_of({{"linux", 2}, {"old", 2}}));
  note_attempt(state, "linux", kChoices, 2);
  CHECK(state == state_of({{"linux", 1}}, "linux"));
}

TEST_CASE("boot state: what the booted system asks for can only be a label") {
  CHECK(requested_label("rescue\n") == "rescue");
  CHECK(requested_label(" rescue ") == "rescue");
  for (const char* text :
       {"", "\n", "rescue init=/bin/sh", "/boot/x", "default", "Rescue", "a\nb", "x\x1b[2J", "sda2:/x"})
    CHECK_FALSE(requested_label(text));
  CHECK_FALSE(requested_label(std::string(65, 'a')));
}
