#include "config/settings.h"

#include <chrono>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace kboot {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> texts(const Diagnostics& diagnostics) {
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : diagnostics) result.push_back(diagnostic.str());
  return result;
}

/// Variables as a kboot.conf would set them, each on a line of its own.
Variables conf(std::initializer_list<std::pair<std::string, std::string>> assignments) {
  Variables variables;
  int line = 0;
  for (const auto& [name, value] : assignments) {
    variables.set(name, {value, Source::booted_system, "kboot.conf:" + std::to_string(++line)});
  }
  return variables;
}

TEST_CASE("settings: nothing is set, nothing is wrong") {
  Diagnostics diagnostics;
  const Settings settings = read_settings(Variables(), diagnostics);
  CHECK(diagnostics.empty());
  CHECK_FALSE(settings.default_line);
  CHECK_FALSE(settings.timeout);
  CHECK_FALSE(settings.restricted);
  CHECK_FALSE(settings.handoff);
  CHECK_FALSE(settings.mount_rw);
}

TEST_CASE("settings: each variable has its type") {
  Diagnostics diagnostics;
  const Settings settings = read_settings(conf({{"authorized_keys", "/root/.ssh/authorized_keys"},
                                                {"default", "b26131 single"},
                                                {"delay", "30"},
                                                {"timeout", "5"},
                                                {"wait", "0"},
                                                {"initrd", "/boot/initrd.img"},
                                                {"message", "/etc/motd"},
                                                {"root", "/dev/sda2"},
                                                {"mount_rw", "true"},
                                                {"handoff", "true"},
                                                {"restricted", "true"}}),
                                          diagnostics);
  CHECK(texts(diagnostics).empty());
  CHECK(settings.authorized_keys == "/root/.ssh/authorized_keys");
  CHECK(settings.default_line == "b26131 single");
  CHECK(settings.delay == 30s);
  CHECK(settings.timeout == 5s);
  CHECK(settings.wait == 0s);
  CHECK(settings.initrd == "/boot/initrd.img");
  CHECK(settings.message == "/etc/motd");
  CHECK(settings.root == "/dev/sda2");
  CHECK(settings.handoff);
  CHECK(settings.mount_rw);
  CHECK(settings.restricted);
}

TEST_CASE("settings: an empty value is unset, as in a shell") {
  Diagnostics diagnostics;
  const Settings settings = read_settings(
      conf({{"default", ""}, {"timeout", ""}, {"initrd", ""}, {"restricted", ""}}), diagnostics);
  CHECK(texts(diagnostics).empty());
  CHECK_FALSE(settings.default_line);
  CHECK_FALSE(settings.initrd);
  CHECK_FALSE(settings.restricted);
}

TEST_CASE("settings: a boolean that is none is taken as what is safe") {
  Diagnostics diagnostics;
  const Settings settings = read_settings(conf({{"restricted", "yes"}, {"mount_rw", "TRUE"}}), diagnostics);
  CHECK(settings.restricted);
  CHECK_FALSE(settings.mount_rw);
  CHECK(texts(diagnostics) ==
        std::vector<std::string>{
            R"(kboot.conf:2: invalid setting "mount_rw=TRUE", must be "true" or "false"; taken as "false")",
            R"(kboot.conf:1: invalid setting "restricted=yes", must be "true" or "false"; taken as "true")"});
}

TEST_CASE("settings: a password must be a hash, and is in no message") {
  Diagnostics diagnostics;
  CHECK(read_settings(conf({{"password", "$6$ab/cd$e./f"}}), diagnostics).password == "$6$ab/cd$e./f");
  CHECK(diagnostics.empty());
  for (const char* value :
       {"secret", "$6$secret", "$", "$6$salt$ha:0::", "$6$salt$ha sh", "$6$salt$ha\nroot::"}) {
    diagnostics.clear();
    CHECK_FALSE(read_settings(conf({{"password", value}}), diagnostics).password);
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].str() ==
          "kboot.conf:1: \"password\" is not a crypt(3) hash like '$6$…$…' (in single quotes); ignored");
  }
}

TEST_CASE("settings: what the ssh server is told") {
  Diagnostics diagnostics;
  CHECK_FALSE(read_settings({}, diagnostics).ssh_root_shell);
  const Settings settings = read_settings(
      conf({{"ssh.hostkeys", "/etc/ssh"}, {"ssh.password", "$6$a$b"}, {"ssh.rootshell", "true"}}),
      diagnostics);
  CHECK(settings.ssh_host_keys == "/etc/ssh");
  CHECK(settings.ssh_password == "$6$a$b");
  CHECK(settings.ssh_root_shell);
  CHECK(diagnostics.empty());
  const Settings wrong =
      read_settings(conf({{"ssh.password", "secret"}, {"ssh.rootshell", "yes"}}), diagnostics);
  CHECK_FALSE(wrong.ssh_password);
  CHECK_FALSE(wrong.ssh_root_shell);
  CHECK(texts(diagnostics) ==
        std::vector<std::string>{
            "kboot.conf:1: \"ssh.password\" is not a crypt(3) hash like '$6$…$…' (in single quotes); ignored",
            "kboot.conf:2: invalid setting \"ssh.rootshell=yes\", must be \"true\" or \"false\"; taken as "
            "\"false\""});
}

TEST_CASE("settings: a number that is none is unset") {
  const std::string value = GENERATE(as<std::string>(), "abc", "-1", "+5", " 5", "5 ", "5s", "0x10", "1.5",
                                     "604801", "99999999999999999999", "\x01");
  CAPTURE(value);
  Diagnostics diagnostics;
  const Settings settings = read_settings(conf({{"default", "b"}, {"timeout", value}}), diagnostics);
  CHECK_FALSE(settings.timeout);
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics.front().file == "kboot.conf");
  CHECK(diagnostics.front().line == 2);
  CHECK(diagnostics.front().message.find("must be whole seconds, at most 604800; ignored") !=
        std::string::npos);
}

TEST_CASE("settings: a week is the longest wait, leading zeros are decimal") {
  Diagnostics diagnostics;
  const Settings settings =
      read_settings(conf({{"default", "b"}, {"timeout", "604800"}, {"delay", "010"}}), diagnostics);
  CHECK(texts(diagnostics).empty());
  CHECK(settings.timeout == 604800s);
  CHECK(settings.delay == 10s);
}

TEST_CASE("settings: timeout and delay without default are ignored, and said to be") {
  Diagnostics diagnostics;
  const Settings settings = read_settings(conf({{"timeout", "5"}, {"delay", "30"}}), diagnostics);
  CHECK_FALSE(settings.timeout);
  CHECK_FALSE(settings.delay);
  CHECK(texts(diagnostics) ==
        std::vector<std::string>{"kboot.conf:2: \"delay\" without \"default\" is ignored",
                                 "kboot.conf:1: \"timeout\" without \"default\" is ignored"});
}

TEST_CASE("settings: a timeout of 0 is none, with or without default") {
  Diagnostics diagnostics;
  CHECK_FALSE(read_settings(conf({{"default", "b"}, {"timeout", "0"}}), diagnostics).timeout);
  CHECK_FALSE(read_settings(conf({{"timeout", "0"}}), diagnostics).timeout);
  CHECK(texts(diagnostics).empty());
}

TEST_CASE("settings: holdmax is an hour, another time, or 0") {
  Diagnostics diagnostics;
  CHECK(read_settings(conf({}), diagnostics).hold_max == 1h);
  CHECK(read_settings(conf({{"holdmax", "90"}}), diagnostics).hold_max == 90s);
  CHECK(read_settings(conf({{"holdmax", "0"}}), diagnostics).hold_max == 0s);
  CHECK(diagnostics.empty());
  CHECK(read_settings(conf({{"holdmax", "soon"}}), diagnostics).hold_max == 1h);
  CHECK(diagnostics.size() == 1);
}

TEST_CASE("settings: wait= wins over the kernel's rootdelay=") {
  Diagnostics diagnostics;
  CHECK(read_settings(conf({{"rootdelay", "10"}}), diagnostics).wait == 10s);
  CHECK(read_settings(conf({{"rootdelay", "10"}, {"wait", "3"}}), diagnostics).wait == 3s);
  CHECK(texts(diagnostics).empty());
}

TEST_CASE("settings: a complaint about a variable of no file names its source") {
  Variables variables;
  variables.set("restricted", {"1\033", Source::kernel_command_line, ""});
  Diagnostics diagnostics;
  CHECK(read_settings(variables, diagnostics).restricted);
  CHECK(
      texts(diagnostics) ==
      std::vector<std::string>{
          R"(kernel command line: invalid setting "restricted=1\x1b", must be "true" or "false"; taken as "true")"});
}

TEST_CASE("names: a reserved name with a typo draws a warning") {
  CHECK(texts(check_names(conf({{"timout", "5"}, {"Default", "b"}, {"restrictedd", "true"}}))) ==
        std::vector<std::string>{R"(kboot.conf:2: "Default" is no setting: is "default" meant?)",
                                 R"(kboot.conf:3: "restrictedd" is no setting: is "restricted" meant?)",
                                 R"(kboot.conf:1: "timout" is no setting: is "timeout" meant?)"});
}

TEST_CASE("names: no warning about other names, nor about a label that is near a reserved name") {
  CHECK(texts(check_names(conf({{"b26131", "/boot/vmlinuz"},
                                {"FOO", "1"},
                                {"tiemout", "5"},
                                {"timeout", "5"},
                                {"net.eth0", "dhcp"},
                                {"boot", "/boot/vmlinuz root=/dev/sda2"},
                                {"holdmax", "10"}})))
            .empty());
}

TEST_CASE("names: an old file's label that has become a setting draws one warning") {
  const auto variables = conf(
      {{"wait", "/boot/vmlinuz"}, {"onfail", "sda2:/vmlinuz single"}, {"watchdog", "60"}, {"tries", "0"}});
  CHECK(texts(check_names(variables)) ==
        std::vector<std::string>{
            R"(kboot.conf:2: "onfail" is a setting, so it cannot be a label: give the label another name)",
            R"(kboot.conf:1: "wait" is a setting, so it cannot be a label: give the label another name)"});
  Diagnostics diagnostics;
  CHECK_FALSE(read_settings(variables, diagnostics).wait);
  CHECK(texts(diagnostics).empty());
}

TEST_CASE("names: a password's hash is no label") {
  CHECK(check_names(conf({{"password", "$6$ab/cd$e./f"}})).empty());
}

TEST_CASE("settings: default may name several lines") {
  CHECK(choices("linux") == std::vector<std::string>{"linux"});
  CHECK(choices("linux | old a=1 |http://x/a|b | sda2 ") ==
        std::vector<std::string>{"linux", "old a=1 |http://x/a|b", "sda2"});
  CHECK(choices(" |  | ").empty());
}

TEST_CASE("settings: tries counts nowhere without tries.store") {
  Diagnostics diagnostics;
  CHECK(read_settings(conf({{"tries", "3"}, {"tries.store", "/boot/kboot"}}), diagnostics).tries == 3);
  CHECK(read_settings(conf({{"tries.store", "efi"}}), diagnostics).tries_store == "efi");
  CHECK(read_settings(conf({{"tries", "0"}}), diagnostics).tries == 0);
  CHECK(diagnostics.empty());
  CHECK(read_settings(conf({{"tries", "3"}}), diagnostics).tries == 0);
  CHECK(texts(diagnostics) ==
        std::vector<std::string>{R"(kboot.conf:1: "tries" without "tries.store" is ignored)"});
  for (const char* value : {"-1", "three", "1001", "3 "}) {
    diagnostics.clear();
    CHECK(read_settings(conf({{"tries", value}, {"tries.store", "efi"}}), diagnostics).tries == 0);
    CHECK(diagnostics.size() == 1);
  }
}

TEST_CASE("settings: with tries.store=bls the names of entries say how often") {
  Diagnostics diagnostics;
  CHECK(counts_in_names(read_settings(conf({{"tries.store", "bls"}}), diagnostics)));
  CHECK_FALSE(counts_in_names(read_settings(conf({{"tries.store", "/bls"}}), diagnostics)));
  CHECK(diagnostics.empty());
  CHECK(read_settings(conf({{"tries", "3"}, {"tries.store", "bls"}}), diagnostics).tries == 0);
  CHECK(
      texts(diagnostics) ==
      std::vector<std::string>{
          R"(kboot.conf:1: "tries" is ignored: with "tries.store=bls" the names of entries say how often)"});
}

TEST_CASE("settings: watchdog is off, or seconds") {
  Diagnostics diagnostics;
  CHECK_FALSE(read_settings(conf({}), diagnostics).watchdog);
  CHECK_FALSE(read_settings(conf({{"watchdog", "off"}}), diagnostics).watchdog);
  CHECK(read_settings(conf({{"watchdog", "60"}}), diagnostics).watchdog == 60s);
  CHECK(diagnostics.empty());
  for (const char* value : {"0", "on", "-1", "3601", "60s"}) {
    diagnostics.clear();
    CHECK_FALSE(read_settings(conf({{"watchdog", value}}), diagnostics).watchdog);
    CHECK(texts(diagnostics) ==
          std::vector<std::string>{fmt::format("kboot.conf:1: invalid setting \"watchdog={}\", must be off "
                                               "or whole seconds, at most 3600; ignored",
                                               value)});
  }
}

TEST_CASE("settings: console.start is the prompt or the menu") {
  Diagnostics diagnostics;
  CHECK_FALSE(read_settings(conf({{"console.start", "prompt"}}), diagnostics).starts_with_menu);
  CHECK(read_settings(conf({{"console.start", "menu"}}), diagnostics).starts_with_menu);
  CHECK(diagnostics.empty());
  CHECK_FALSE(read_settings(conf({{"console.start", "Menu"}}), diagnostics).starts_with_menu);
  CHECK(
      texts(diagnostics) ==
      std::vector<std::string>{
          R"(kboot.conf:1: invalid setting "console.start=Menu", must be "prompt" or "menu"; taken as "prompt")"});
}

TEST_CASE("settings: onfail is one of five, and never a shell where only labels run") {
  const auto read = [](const Variables& variables, Diagnostics& diagnostics) {
    return read_settings(variables, diagnostics).on_fail;
  };
  Diagnostics diagnostics;
  CHECK(read(conf({}), diagnostics) == OnFail::retry);
  CHECK(read(conf({{"onfail", "poweroff"}}), diagnostics) == OnFail::poweroff);
  CHECK(read(conf({{"onfail", "shell"}}), diagnostics) == OnFail::shell);
  CHECK(diagnostics.empty());
  CHECK(read(conf({{"onfail", "panic"}}), diagnostics) == OnFail::retry);
  CHECK(read(conf({{"onfail", "shell"}, {"restricted", "true"}}), diagnostics) == OnFail::retry);
  CHECK(diagnostics.size() == 2);
}

}  // namespace
}  // namespace kboot
