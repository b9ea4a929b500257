#include "config/kernel_command_line.h"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace kboot {
namespace {

std::string value_of(std::string_view name, std::string_view command_line) {
  Variables variables;
  read_kernel_command_line(command_line, variables);
  return variables.value(name).value_or("(unset)");
}

TEST_CASE("kernel command line: its name=value words are variables") {
  Variables variables;
  read_kernel_command_line("ro console=ttyS0,115200 b26=sda2:/vmlinuz net.eth0=dhcp quiet\n", variables);
  CHECK(variables.all().size() == 3);
  REQUIRE(variables.find("b26") != nullptr);
  CHECK(*variables.find("b26") == Variable{"sda2:/vmlinuz", Source::kernel_command_line, ""});
  CHECK(variables.value("console") == "ttyS0,115200");
  CHECK(variables.value("net.eth0") == "dhcp");
}

TEST_CASE("kernel command line: initrd= names kboot's own initramfs, not that of the next kernel") {
  CHECK(value_of("initrd", R"(BOOT_IMAGE=kboot initrd=\kboot.img root=/dev/sda2)") == "(unset)");
  CHECK(value_of("root", R"(BOOT_IMAGE=kboot initrd=\kboot.img root=/dev/sda2)") == "/dev/sda2");
}

TEST_CASE("kernel command line: the last of several words wins") {
  CHECK(value_of("console", "console=tty0 console=ttyS0") == "ttyS0");
}

TEST_CASE("kernel command line: double quotes keep blanks and go, as in the kernel") {
  CHECK(value_of("b", R"(ro b="/vmlinuz root=/dev/sda2  quiet" quiet)") == "/vmlinuz root=/dev/sda2  quiet");
  CHECK(value_of("b", R"(ro "b=/vmlinuz  quiet" quiet)") == "/vmlinuz  quiet");
  CHECK(value_of("b", R"(b=x"y z"w)") == R"(x"y z"w)");
  CHECK(value_of("b", R"(b="")") == "");
  CHECK(value_of("b", R"(b=")") == "");
  CHECK(value_of("b", R"(b="x y)") == "x y");
  CHECK(value_of("b", R"(b='x y')") == "'x");
  CHECK(value_of("b", R"(b=x\"y)") == R"(x\"y)");
}

TEST_CASE("kernel command line: nothing, blanks and lone quotes are no words") {
  for (const std::string_view line : {"", " ", " \n", "\"", "\"\"", "= =a ==", "\"=\"", "a-b=1", "1=1"}) {
    CAPTURE(line);
    Variables variables;
    read_kernel_command_line(line, variables);
    CHECK(variables.all().empty());
  }
}

TEST_CASE("kernel command line: a word is found whole") {
  CHECK(kernel_command_line_has("ro kboot=local quiet", "kboot=local"));
  CHECK(kernel_command_line_has("ro kboot=\"local\"\n", "kboot=local"));
  CHECK(kernel_command_line_has("\"kboot=local\"", "kboot=local"));
  CHECK_FALSE(kernel_command_line_has("ro kboot=locale xkboot=local", "kboot=local"));
  CHECK_FALSE(kernel_command_line_has("args=\"ro kboot=local\"", "kboot=local"));
  CHECK_FALSE(kernel_command_line_has("", "kboot=local"));
}

}  // namespace
}  // namespace kboot
