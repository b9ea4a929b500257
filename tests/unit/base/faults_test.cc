// Each system call fails once: what is done ends in an Error or goes on, and leaves neither a descriptor nor
// a child.

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory_file.h"
#include "base/process.h"
#include "base/publish.h"
#include "tests/unit/fakes/temporary_folder.h"
#include "tests/unit/system_calls.h"

namespace kboot {
namespace {

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    count += entry.is_symlink() ? 1 : 0;
  return count;
}

/// The names of the calls that failed, one after the other, until `body` makes no more.
std::set<std::string> fail_each(const std::function<void()>& body) {
  body();  // what is made once for all is there
  const std::size_t before = open_descriptors();
  std::set<std::string> failed;
  for (int number = 1;; ++number) {
    REQUIRE(number < 500);
    const char* name = nullptr;
    {
      const SystemCalls::Fault fault(number);
      try {
        body();
      } catch (const Error&) {
        // That is how it should end.
      }
      name = fault.failed();
    }
    INFO("call " << number << (name == nullptr ? "" : name));
    CHECK(open_descriptors() == before);
    CHECK((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
    if (name == nullptr) return failed;
    failed.insert(name);
  }
}

}  // namespace

TEST_CASE("faults: a program that is run") {
  Interrupt::install();
  const auto failed = fail_each([] {
    const ProcessResult result = run_captured({"/bin/sh", "-c", "cat; echo done"}, {.input = "in\n"});
    if (result.status == 0 && result.output.size() > 8) throw Error("more than it prints");
  });
  for (const char* name : {"fork", "pipe2", "memfd_create", "poll", "read"}) CHECK(failed.contains(name));
}

TEST_CASE("faults: fork() fails, and it is an Error with the program's name") {
  Interrupt::install();
  const auto message = [](const std::function<void()>& body) -> std::string {
    for (int number = 1; number < 20; ++number) {
      const SystemCalls::Fault fault(number);
      try {
        body();
      } catch (const Error& error) {
        if (fault.failed() == std::string("fork")) return error.what();
      }
    }
    return "no fork";
  };
  CHECK(message([] { run_captured({"/bin/true"}); }) == "/bin/true: Resource temporarily unavailable");
  CHECK(message([] { run_in_foreground([] { ::_exit(0); }); }) == "fork: Resource temporarily unavailable");
}

TEST_CASE("faults: files") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/file";
  const auto written = fail_each([&] {
    make_directories(folder.path() + "/a/b");
    write_file(path, "text", 0600);
    const auto text = read_file_if_there(path, 100);
    if (text && *text != "text") throw std::logic_error("half a file");
    read_small_file(path);
    std::filesystem::remove_all(folder.path() + "/a");
  });
  for (const char* name : {"open", "write", "rename"}) CHECK(written.contains(name));

  const std::string once = folder.path() + "/once";
  const auto published = fail_each([&] {
    publish_file(once, "text", Publish::if_new);
    publish_file(once, "other", Publish::again);
    std::filesystem::remove(once);
  });
  CHECK(published.contains("link"));
}

TEST_CASE("faults: files in memory") {
  const auto failed = fail_each([] {
    MemoryFile file("one");
    file.append("text");
    file.pad_to(16);
    MemoryFile other("two");
    other.append("more");
    file.take_over(std::move(other));
    file.rewind();
    MemoryFile copy("three");
    copy.append_file(file.fd());
    copy.seal();
    file.wipe();
  });
  CHECK(failed.contains("memfd_create"));
}

}  // namespace kboot
