#include "config/variables.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace kboot {
namespace {

TEST_CASE("variables: a later source wins, whenever it is read") {
  Variables variables;
  variables.set("root", {"/dev/typed", Source::typed, ""});
  variables.set("root", {"/dev/booted", Source::booted_system, "kboot.conf:1"});
  CHECK(variables.value("root") == "/dev/typed");

  variables.set("timeout", {"1", Source::built_in, ""});
  variables.set("timeout", {"2", Source::kernel_command_line, ""});
  CHECK(variables.value("timeout") == "2");
}

TEST_CASE("variables: within one source the last one wins") {
  Variables variables;
  variables.set("timeout", {"1", Source::typed, ""});
  variables.set("timeout", {"2", Source::typed, ""});
  CHECK(variables.value("timeout") == "2");
}

TEST_CASE("variables: unset is not empty") {
  Variables variables;
  variables.set("initrd", {"", Source::typed, ""});
  CHECK(variables.value("initrd") == "");
  CHECK(variables.value("root") == std::nullopt);
  CHECK(variables.find("root") == nullptr);
}

TEST_CASE("labels: a variable with a value, a label's name, and no other meaning") {
  Variables variables;
  for (const std::string name : {"b26131", "linux_rescue", "Linux", "_x", "timeout", "wait", "net.eth0"}) {
    variables.set(name, {"/boot/vmlinuz", Source::booted_system, ""});
  }
  variables.set("off", {"", Source::booted_system, ""});
  CHECK(variables.labels() == std::vector<std::string>{"b26131", "linux_rescue"});
  CHECK(variables.label("b26131") == "/boot/vmlinuz");
  for (const std::string_view word :
       {"Linux", "B26131", "_x", "timeout", "wait", "net.eth0", "off", "none", ""}) {
    CAPTURE(word);
    CHECK(variables.label(word) == std::nullopt);
  }
}

TEST_CASE("names: the original's nine, ours, and every name with a dot are reserved") {
  for (const std::string_view name : {"authorized_keys", "default", "delay", "initrd", "message", "mount_rw",
                                      "restricted", "root", "timeout", "net.eth0", "a.b"}) {
    CAPTURE(name);
    CHECK(is_reserved(name));
    CHECK_FALSE(is_new_reserved(name));
  }
  for (const std::string_view name :
       {"handoff", "holdmax", "onfail", "password", "tries", "wait", "watchdog"}) {
    CAPTURE(name);
    CHECK(is_reserved(name));
    CHECK(is_new_reserved(name));
  }
  CHECK_FALSE(is_reserved("b26131"));
  CHECK_FALSE(is_reserved("rootdelay"));
  CHECK_FALSE(is_reserved(""));
  CHECK(reserved_names().size() == 16);
  CHECK(std::is_sorted(reserved_names().begin(), reserved_names().end()));
}

TEST_CASE("names: what may stand left of = and what may be typed as a label") {
  for (const std::string_view name : {"a", "_", "A1_b", "net.eth0", "net.eth0.5", "a.b.c_d"}) {
    CAPTURE(name);
    CHECK(is_variable_name(name));
  }
  for (const std::string_view name : {"", "1a", ".a", "a.", "a..b", "a-b", "a b", "ä", "a\n", "1.a"}) {
    CAPTURE(name);
    CHECK_FALSE(is_variable_name(name));
  }
  CHECK(is_label_name("b26131_Test"));
  for (const std::string_view name : {"", "B", "_b", "1", "b-c", "b.c", "root"}) {
    CAPTURE(name);
    CHECK_FALSE(is_label_name(name));
  }
}

TEST_CASE("an assignment is a name, the first = and a value") {
  const auto assignment = split_assignment("b=/vmlinuz root=UUID=12");
  REQUIRE(assignment);
  CHECK(assignment->name == "b");
  CHECK(assignment->value == "/vmlinuz root=UUID=12");
  CHECK(split_assignment("b=")->value.empty());
  for (const std::string_view word : {"", "b", "=", "=x", "UUID-1=x", "http://x/?a=b", "/x=y"}) {
    CAPTURE(word);
    CHECK_FALSE(split_assignment(word));
  }
}

TEST_CASE("each source has a name for messages") {
  CHECK(source_name(Source::built_in) == "built in");
  CHECK(source_name(Source::booted_system) == "booted system");
  CHECK(source_name(Source::kernel_command_line) == "kernel command line");
  CHECK(source_name(Source::typed) == "typed");
}

TEST_CASE("variables: a word of the kernel command line is a label only with a path in it") {
  Variables variables;
  variables.set("linux", {"/boot/vmlinuz", Source::kernel_command_line, ""});
  variables.set("reboot", {"efi", Source::kernel_command_line, ""});
  CHECK(variables.label("linux") == "/boot/vmlinuz");
  CHECK_FALSE(variables.label("reboot"));
  CHECK(variables.value("reboot") == "efi");
  CHECK(variables.labels() == std::vector<std::string>{"linux"});
}

}  // namespace
}  // namespace kboot
