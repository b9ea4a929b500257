#include "base/error.h"

#include <cerrno>
#include <exception>
#include <new>
#include <string>

#include <catch2/catch.hpp>

#include "base/diagnostic.h"

namespace kboot {
namespace {

/// What the person at the prompt reads when `action` throws.
template <typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const std::exception& error) {
    return describe(error);
  }
  return "nothing was thrown";
}

TEST_CASE("an error reads from the outermost noun to the cause") {
  CHECK(message_of([] {
          with_noun("sda2:/vmlinuz", [] {
            with_noun("mount /dev/sda2", [] { fail("unknown filesystem type \"{}\"", "ntfs"); });
          });
        }) == "sda2:/vmlinuz: mount /dev/sda2: unknown filesystem type \"ntfs\"");
}

TEST_CASE("an error of the system is told in its words") {
  CHECK(message_of([] { fail_errno(ENOENT, "open"); }) == "open: No such file or directory");
  CHECK(message_of([] { fail_errno(ENOENT, ""); }) == "No such file or directory");
}

TEST_CASE("an error's text cannot drive the terminal") {
  CHECK(message_of([] { fail("a\033[2J\nb"); }) == "a\\x1b[2J\\x0ab");
}

TEST_CASE("causes that are no Error are told as well") {
  CHECK(message_of([] { with_noun("initrd", [] { throw std::bad_alloc(); }); }) == "initrd: out of memory");
  CHECK_THROWS_AS(with_noun("initrd", [] { throw 42; }), int);  // what is no std::exception passes as it is
}

TEST_CASE("with_noun gives back what its action gives back") {
  int value = 1;
  int& same = with_noun("noun", [&]() -> int& { return value; });
  CHECK(&same == &value);
}

TEST_CASE("^C passes through the nouns unchanged") {
  CHECK_THROWS_AS(with_noun("http://server/vmlinuz", [] { throw Cancelled(); }), Cancelled);
  CHECK(message_of([] { with_noun("http://server/vmlinuz", [] { throw Cancelled(); }); }) == "interrupted");
}

TEST_CASE("a diagnostic names the file and the line, printably") {
  CHECK(Diagnostic{"kboot.conf", 7, "not an assignment"}.str() == "kboot.conf:7: not an assignment");
  CHECK(Diagnostic{"fstab", 0, "empty"}.str() == "fstab: empty");
  CHECK(Diagnostic{"a\nb", 1, "\033c"}.str() == "a\\x0ab:1: \\x1bc");
}

}  // namespace
}  // namespace kboot
