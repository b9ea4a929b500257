#include "base/file.h"

#include <array>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/base/temporary_file.h"

namespace kboot {
namespace {

TEST_CASE("read_head: the first bytes, wherever the offset is, and the offset stays") {
  const TemporaryFile file("0123456789");
  const UniqueFd fd = open_for_reading(file.path());
  REQUIRE(::lseek(fd.get(), 4, SEEK_SET) == 4);
  CHECK(read_head(fd.get(), 3) == "012");
  CHECK(read_head(fd.get(), 100) == "0123456789");
  CHECK(read_head(fd.get(), 0) == "");
  CHECK(::lseek(fd.get(), 0, SEEK_CUR) == 4);
}

TEST_CASE("read_file: a file up to the limit is read whole, a longer one is an error") {
  const std::string contents(100000, 'x');
  const TemporaryFile file(contents);
  const UniqueFd fd = open_for_reading(file.path());
  CHECK(read_file(fd.get(), 100000) == contents);
  CHECK(read_file(fd.get(), 200000) == contents);
  CHECK_THROWS_WITH(read_file(fd.get(), 99999), "longer than 97.7 KiB");
}

TEST_CASE("read_file: a pipe is read to its end") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  REQUIRE(::write(writer.get(), "default=a\n", 10) == 10);
  writer.reset();
  CHECK(read_file(reader.get(), 100) == "default=a\n");
}

TEST_CASE("read_file_if_there: a missing file is no error, a directory is") {
  const TemporaryFile file("text");
  CHECK(read_file_if_there(file.path(), 10) == "text");
  CHECK(read_file_if_there(file.path() + ".none", 10) == std::nullopt);
  CHECK(read_file_if_there(file.path() + "/below", 10) == std::nullopt);
  CHECK_THROWS_WITH(read_file_if_there("/tmp", 10), "Is a directory");
}

TEST_CASE("read_small_file: what it says, and nothing of what cannot be read") {
  CHECK(read_small_file(TemporaryFile(" 1\n").path()) == "1");
  CHECK(read_small_file("/nonexistent").empty());
  CHECK(read_small_file("/tmp").empty());
  CHECK(read_small_file(TemporaryFile(std::string(100'000, 'x')).path()).empty());
}

TEST_CASE("write_file: replaces the whole, with its mode, and leaves nothing beside it") {
  const TemporaryFile file("a longer text");
  write_file(file.path(), "text", 0600);
  CHECK(read_file_if_there(file.path(), 100) == "text");
  struct stat status {};
  REQUIRE(::stat(file.path().c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK_THROWS_WITH(write_file("/no/such/folder/file", "", 0600), "No such file or directory");
}

TEST_CASE("open_for_reading: says why, closes on exec, and does not hang on a FIFO") {
  CHECK_THROWS_WITH(open_for_reading("/no/such/file"), "No such file or directory");
  const TemporaryFile file;
  const std::string fifo = file.path() + ".fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const UniqueFd fd = open_for_reading(fifo);
  ::unlink(fifo.c_str());
  CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK(read_file(fd.get(), 10) == "");
}

TEST_CASE("file_size: of regular files only") {
  const TemporaryFile file("0123");
  CHECK(file_size(open_for_reading(file.path()).get()) == 4);
  CHECK_THROWS_WITH(file_size(open_for_reading("/tmp").get()), "not a regular file");
  CHECK_THROWS_WITH(file_size(-1), "Bad file descriptor");
}

TEST_CASE("make_directories: makes what is missing, the last one for its owner alone") {
  const TemporaryFile unique("");  // its name is not used by others
  const std::string above = unique.path() + ".d";
  make_directories(above + "/a/b");
  make_directories(above + "/a/b");
  struct stat status {};
  REQUIRE(::stat((above + "/a/b").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK_THROWS_WITH(make_directories(unique.path() + "/x"), Catch::Contains("Not a directory"));
  ::rmdir((above + "/a/b").c_str());
  ::rmdir((above + "/a").c_str());
  ::rmdir(above.c_str());
}

TEST_CASE("UniqueFd: closes what it owns, once") {
  const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  {
    UniqueFd owner(number);
    UniqueFd other = std::move(owner);
    CHECK_FALSE(owner);  // NOLINT(bugprone-use-after-move): empty is what it promises to be
    CHECK(other.get() == number);
  }
  CHECK(::fcntl(number, F_GETFD) == -1);
  const int kept = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).release();
  CHECK(::fcntl(kept, F_GETFD) != -1);
  ::close(kept);
}

}  // namespace
}  // namespace kboot
