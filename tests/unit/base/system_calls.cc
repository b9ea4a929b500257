#include "tests/unit/base/system_calls.h"

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace kboot {
namespace {

std::string hooked;
SystemCalls::When hooked_when = SystemCalls::When::before;
std::function<void()> hook;
int hooked_calls = 0;
bool in_hook = false;

int calls_left = 0;  // until one fails; 0: none will
const char* failed_call = nullptr;

void run_hook(std::string_view name, SystemCalls::When when) {
  if (in_hook || !hook || name != hooked || when != hooked_when) return;
  in_hook = true;
  ++hooked_calls;
  hook();
  in_hook = false;
}

/// Whether this call is the one that fails.
bool fails(const char* name) {
  if (calls_left == 0 || --calls_left > 0) return false;
  failed_call = name;
  errno = std::string_view(name) == "fork" ? EAGAIN : EIO;
  return true;
}

/// A call with what is done around it.
template <typename Call>
auto call(const char* name, const Call& real) -> decltype(real()) {
  run_hook(name, SystemCalls::When::before);
  if (fails(name)) return -1;
  const auto result = real();
  const int saved_errno = errno;
  run_hook(name, SystemCalls::When::after);
  errno = saved_errno;
  return result;
}

}  // namespace

SystemCalls::Hook::Hook(std::string name, When when, std::function<void()> body) {
  hooked = std::move(name);
  hooked_when = when;
  hooked_calls = 0;
  hook = std::move(body);
}

SystemCalls::Hook::~Hook() {
  hook = nullptr;
}

int SystemCalls::Hook::calls() const {
  return hooked_calls;
}

SystemCalls::Fault::Fault(int number) {
  failed_call = nullptr;
  calls_left = number;
}

SystemCalls::Fault::~Fault() {
  calls_left = 0;
}

const char* SystemCalls::Fault::failed() const {
  return failed_call;
}

}  // namespace kboot

// The names are the linker's.
extern "C" {
ssize_t __real_read(int fd, void* data, std::size_t size);
ssize_t __real_pread(int fd, void* data, std::size_t size, off_t offset);
ssize_t __real_write(int fd, const void* data, std::size_t size);
int __real_open(const char* path, int flags, ...);
int __real_pipe2(int* ends, int flags);
int __real_fstat(int fd, struct stat* found);
int __real_memfd_create(const char* name, unsigned flags);
int __real_ftruncate(int fd, off_t size);
int __real_rename(const char* from, const char* to);
int __real_link(const char* from, const char* to);
int __real_mkdir(const char* path, mode_t mode);
int __real_poll(pollfd* waits, nfds_t count, int milliseconds);
pid_t __real_fork();

ssize_t __wrap_read(int fd, void* data, std::size_t size) {
  return kboot::call("read", [&] { return __real_read(fd, data, size); });
}
ssize_t __wrap_pread(int fd, void* data, std::size_t size, off_t offset) {
  return kboot::call("pread", [&] { return __real_pread(fd, data, size, offset); });
}
ssize_t __wrap_write(int fd, const void* data, std::size_t size) {
  return kboot::call("write", [&] { return __real_write(fd, data, size); });
}
int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    std::va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return kboot::call("open", [&] { return __real_open(path, flags, mode); });
}
int __wrap_pipe2(int* ends, int flags) {
  return kboot::call("pipe2", [&] { return __real_pipe2(ends, flags); });
}
int __wrap_fstat(int fd, struct stat* found) {
  return kboot::call("fstat", [&] { return __real_fstat(fd, found); });
}
int __wrap_memfd_create(const char* name, unsigned flags) {
  return kboot::call("memfd_create", [&] { return __real_memfd_create(name, flags); });
}
int __wrap_ftruncate(int fd, off_t size) {
  return kboot::call("ftruncate", [&] { return __real_ftruncate(fd, size); });
}
int __wrap_rename(const char* from, const char* to) {
  return kboot::call("rename", [&] { return __real_rename(from, to); });
}
int __wrap_link(const char* from, const char* to) {
  return kboot::call("link", [&] { return __real_link(from, to); });
}
int __wrap_mkdir(const char* path, mode_t mode) {
  return kboot::call("mkdir", [&] { return __real_mkdir(path, mode); });
}
int __wrap_poll(pollfd* waits, nfds_t count, int milliseconds) {
  return kboot::call("poll", [&] { return __real_poll(waits, count, milliseconds); });
}
pid_t __wrap_fork() {
  return kboot::call("fork", [] { return __real_fork(); });
}
}
