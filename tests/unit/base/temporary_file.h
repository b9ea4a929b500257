#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

namespace kboot {

/// A file of a test, deleted at the end of its scope.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view contents = "") : path_("/tmp/kboot-test-XXXXXX") {
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) throw std::runtime_error("mkstemp");
    const ssize_t put = ::write(fd, contents.data(), contents.size());
    ::close(fd);
    if (put != static_cast<ssize_t>(contents.size())) throw std::runtime_error("write " + path_);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace kboot
