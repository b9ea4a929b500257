#include "loader/session/shell.h"

#include <catch2/catch.hpp>

using namespace kboot;

namespace {

std::string translated(std::string_view line) {
  return translate_for_shell(line, [](const std::string& word) -> std::optional<std::string> {
    if (word == "/boot/vmlinuz") return "/run/kboot/mnt/1/vmlinuz";
    if (word == "sda6:/it's") return "/run/kboot/mnt/2/it's";
    if (word == "sda6:/a,b") return "/run/kboot/mnt/2/a b;reboot";
    if (word == "ls") return "/wrong";
    return std::nullopt;
  });
}

}  // namespace

TEST_CASE("shell line: words that name files become local paths, others stay as typed") {
  CHECK(translated("cp /boot/vmlinuz  /tmp/nothing") == "cp /run/kboot/mnt/1/vmlinuz  /tmp/nothing");
  CHECK(translated("/boot/vmlinuz") == "/run/kboot/mnt/1/vmlinuz");
}

TEST_CASE("shell line: a file called like a command does not get in its way") {
  CHECK(translated("ls ls") == "ls /wrong");
}

TEST_CASE("shell line: a file's name is data to the shell") {
  CHECK(translated("cat sda6:/a,b") == "cat '/run/kboot/mnt/2/a b;reboot'");
}

TEST_CASE("shell line: options, quotes, variables and operators are the shell's") {
  CHECK(translated("ls -l \"/boot/vmlinuz\" | wc > $x") == "ls -l \"/boot/vmlinuz\" | wc > $x");
  CHECK(translated("cat sda6:/it's") == "cat sda6:/it's");
}

TEST_CASE("shell: a line runs in the directory it is given, and its status comes back") {
  SystemShell shell;
  CHECK(shell.run("test \"$(pwd)\" = /", "/") == 0);
  CHECK(shell.run("exit 3", "/") == 3);
  CHECK(shell.run("kill -9 $$", "/") == 128 + 9);
  CHECK(shell.run("true", "/nowhere") != 0);
}
