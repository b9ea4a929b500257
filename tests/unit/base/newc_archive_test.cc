#include "base/newc_archive.h"

#include <climits>

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "tests/unit/fakes/temporary_folder.h"

namespace kboot {
namespace {

NewcArchive example() {
  NewcArchive archive("example");
  archive.add_folder("etc/keys.d", 0700);
  archive.add_file("etc/keys.d/a.key", std::string("\x01k\0y", 4), 0400);
  archive.add_file("etc/keys.d/b", "", 0444);
  archive.add_file("kboot.log", std::string(70'001, 'l'), 0600);
  archive.add_file("new folder/ä", "four", 0644);
  return archive;
}

/// What cpio(1) prints and does about an archive.
ProcessResult cpio(const MemoryFile& archive, const std::string& options, const std::string& directory) {
  const std::string file = fmt::format("/proc/{}/fd/{}", ::getpid(), archive.fd());
  return run_captured({"/bin/sh", "-c", fmt::format("cpio --quiet {} <{}", options, file)},
                      {.directory = directory});
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode;
}

}  // namespace

TEST_CASE("newc: cpio lists what was put into an archive") {
  const test::TemporaryFolder folder;
  const ProcessResult result = cpio(example().finish(), "-t", folder.path());
  CHECK(result.status == 0);
  CHECK(result.output ==
        "etc\netc/keys.d\netc/keys.d/a.key\netc/keys.d/b\nkboot.log\nnew folder\nnew folder/ä\n");
}

TEST_CASE("newc: cpio unpacks the same files, with the same modes") {
  const test::TemporaryFolder folder;
  const ProcessResult result = cpio(example().finish(), "-i", folder.path());
  CHECK(result.output.empty());
  REQUIRE(result.status == 0);
  CHECK(folder.read("etc/keys.d/a.key") == std::string("\x01k\0y", 4));
  CHECK(folder.read("etc/keys.d/b").empty());
  CHECK(folder.read("kboot.log") == std::string(70'001, 'l'));
  CHECK(folder.read("new folder/ä") == "four");
  CHECK(mode_of(folder.path("etc")) == (S_IFDIR | 0755));
  CHECK(mode_of(folder.path("etc/keys.d")) == (S_IFDIR | 0700));
  CHECK(mode_of(folder.path("etc/keys.d/a.key")) == (S_IFREG | 0400));
}

TEST_CASE("newc: an archive of nothing has an end") {
  const test::TemporaryFolder folder;
  const ProcessResult result = cpio(NewcArchive("empty").finish(), "-t", folder.path());
  CHECK(result.status == 0);
  CHECK(result.output.empty());
}

TEST_CASE("newc: each entry starts at a multiple of four bytes") {
  for (const char* name : {"a", "ab", "abc", "abcd", "abcde"}) {
    INFO(name);
    const std::string header = newc_header(name, 1, S_IFREG | 0400, 7);
    CHECK(header.size() % 4 == 0);
    CHECK(header.substr(110, std::string_view(name).size() + 1) == std::string(name) + '\0');
    CHECK(header.substr(54, 8) == "00000007");
  }
}

TEST_CASE("newc: names that lead elsewhere, and what is too large, are refused") {
  using namespace std::string_literals;
  for (const std::string& name : {""s, "/etc/x"s, "a//b"s, "a/"s, "./a"s, "a/../../b"s, ".."s, "a\0b"s,
                                  "TRAILER!!!"s, std::string(PATH_MAX, 'x')}) {
    INFO(name);
    CHECK_THROWS_AS(newc_header(name, 1, S_IFREG | 0400, 0), Error);
    NewcArchive archive("bad");
    CHECK_THROWS_AS(archive.add_file(name, "", 0400), Error);
  }
  CHECK(newc_header(std::string(PATH_MAX - 1, 'x'), 1, S_IFREG | 0400, 0).size() > PATH_MAX);
  CHECK(newc_header("large", 1, S_IFREG | 0400, 0xffff'ffff).find("ffffffff") != std::string::npos);
  CHECK_THROWS_WITH(newc_header("large", 1, S_IFREG | 0400, 0x1'0000'0000),
                    "large: too large for an initramfs");
}

}  // namespace kboot
