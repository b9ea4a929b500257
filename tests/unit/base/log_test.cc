#include "base/log.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "tests/unit/base/temporary_file.h"

namespace kboot {
namespace {

std::string contents_of(const TemporaryFile& file) {
  return read_file_if_there(file.path(), 1 << 20).value();
}

TEST_CASE("log: one record is one line with printk's level") {
  const TemporaryFile file;
  log_info("not open yet: nothing happens");
  log_open(file.path().c_str());
  log_info("{}: {} bytes", "sda2:/vmlinuz", 42);
  log_warning("a\nb\033[2J");
  log_debug("done");
  log_error("{}", "get http://user:secret@host/k?token=x");
  log_open("/dev/null");
  log_info("elsewhere");
  CHECK(contents_of(file) ==
        "<6>kboot: sda2:/vmlinuz: 42 bytes\n<4>kboot: a\\x0ab\\x1b[2J\n<7>kboot: done\n"
        "<3>kboot: get http://…@host/k?…\n");
}

TEST_CASE("log: a record is never longer than the kernel takes") {
  const TemporaryFile file;
  log_open(file.path().c_str());
  log_error("{}", std::string(5000, '\n'));
  log_open("/dev/null");
  const std::string record = contents_of(file);
  CHECK(record.size() < 950);
  CHECK(record.substr(record.size() - 4) == "...\n");
}

TEST_CASE("log: a place that cannot be opened is no error") {
  log_open("/no/such/file");
  log_info("lost");
  log_open("/dev/null");
}

}  // namespace
}  // namespace kboot
