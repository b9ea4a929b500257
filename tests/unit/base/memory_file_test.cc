#include "base/memory_file.h"

#include <array>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "tests/unit/base/temporary_file.h"

namespace kboot {
namespace {

std::string contents_of(const MemoryFile& file) {
  return read_file(file.fd(), 64 << 20);
}

TEST_CASE("MemoryFile: bytes are added at the end, wherever somebody has read to") {
  MemoryFile file("initrd");
  CHECK(file.size() == 0);
  file.append("abc");
  REQUIRE(::lseek(file.fd(), 1, SEEK_SET) == 1);
  file.append("def");
  file.append("");
  CHECK(file.size() == 6);
  CHECK(contents_of(file) == "abcdef");
  CHECK(file_size(file.fd()) == 6);
}

TEST_CASE("MemoryFile: a file is added from its current offset") {
  const std::string big(5'000'001, 'x');
  const TemporaryFile source("0123" + big);
  const UniqueFd fd = open_for_reading(source.path());
  REQUIRE(::lseek(fd.get(), 2, SEEK_SET) == 2);
  MemoryFile file("initrd");
  file.append("head ");
  file.append_file(fd.get());
  file.append(" tail");
  CHECK(file.size() == big.size() + 12);
  CHECK((contents_of(file) == "head 23" + big + " tail"));
}

TEST_CASE("MemoryFile: a memory file is added to another") {
  MemoryFile first("first");
  first.append("first");
  first.seal();
  MemoryFile second("second");
  second.append_file(first.fd());
  CHECK(contents_of(second) == "first");
}

TEST_CASE("MemoryFile: what sendfile cannot read is read by hand") {
  const std::string big(300'000, 'p');
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  std::thread feeder([&] {
    std::string_view rest = big;
    while (!rest.empty()) {
      const ssize_t put = ::write(ends[1], rest.data(), rest.size());
      if (put < 0) break;
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    ::close(ends[1]);
  });
  MemoryFile file("from a pipe");
  file.append_file(reader.get());
  feeder.join();
  CHECK((contents_of(file) == big));
}

TEST_CASE("MemoryFile: a directory cannot be added, and says so") {
  MemoryFile file("initrd");
  const UniqueFd directory = open_for_reading("/tmp");
  CHECK_THROWS_WITH(file.append_file(directory.get()), "read: Is a directory");
  CHECK(file.size() == 0);
}

TEST_CASE("MemoryFile: ^C ends the copying of a file") {
  const TemporaryFile source("contents");
  const UniqueFd fd = open_for_reading(source.path());
  MemoryFile file("initrd");
  Interrupt::request();
  CHECK_THROWS_AS(file.append_file(fd.get()), Cancelled);
  Interrupt::clear();
  file.append_file(fd.get());
  CHECK(contents_of(file) == "contents");
}

TEST_CASE("MemoryFile: padding is NUL bytes up to the alignment") {
  MemoryFile file("initrd");
  file.pad_to(4);
  CHECK(file.size() == 0);
  file.append("abcde");
  file.pad_to(4);
  CHECK(contents_of(file) == std::string("abcde\0\0\0", 8));
  file.pad_to(4);
  CHECK(file.size() == 8);
}

TEST_CASE("MemoryFile: an emptied file starts again at its beginning") {
  MemoryFile file("download");
  file.append("half of it");
  file.clear();
  CHECK(file.size() == 0);
  CHECK(contents_of(file) == "");
  file.append("all");
  CHECK(contents_of(file) == "all");
}

TEST_CASE("MemoryFile: a sealed file is read from its start and cannot be changed") {
  MemoryFile file("kernel");
  file.append("vmlinuz");
  file.seal();
  CHECK(::lseek(file.fd(), 0, SEEK_CUR) == 0);
  CHECK_THROWS_WITH(file.append("more"), "write to memory: Operation not permitted");
  CHECK_THROWS_AS(file.clear(), Error);
  CHECK(::ftruncate(file.fd(), 100) == -1);
  CHECK((::fcntl(file.fd(), F_GET_SEALS) & F_SEAL_WRITE) != 0);
  CHECK(contents_of(file) == "vmlinuz");
}

TEST_CASE("MemoryFile: what is wiped is NUL bytes to whoever still has it") {
  MemoryFile file("input");
  const std::string secret(5000, 's');
  file.append(secret);
  file.rewind();
  CHECK(::lseek(file.fd(), 0, SEEK_CUR) == 0);
  const UniqueFd other(::fcntl(file.fd(), F_DUPFD_CLOEXEC, 0));
  file.wipe();
  CHECK(read_file(other.get(), 10'000) == std::string(secret.size(), '\0'));
}

TEST_CASE("MemoryFile: one that became shorter while it is moved is an error") {
  MemoryFile filled("kernel");
  filled.append("contents");
  UniqueFd shared(::fcntl(filled.fd(), F_DUPFD_CLOEXEC, 0));
  MemoryFile adopted = MemoryFile::adopt(std::move(shared));
  REQUIRE(::ftruncate(filled.fd(), 3) == 0);
  MemoryFile to("initrd");
  CHECK_THROWS_WITH(to.take_over(std::move(adopted)), "it has become shorter meanwhile");
}

TEST_CASE("MemoryFile: the descriptor closes on exec and can be given away") {
  MemoryFile file(std::string(1000, 'n'));
  CHECK((::fcntl(file.fd(), F_GETFD) & FD_CLOEXEC) != 0);
  file.append("abc");
  const UniqueFd fd = std::move(file).release();
  CHECK(read_file(fd.get(), 10) == "abc");
}

}  // namespace
}  // namespace kboot
