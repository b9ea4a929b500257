#include "tests/unit/system_calls.h"

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <new>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace kboot {
namespace {

constexpr std::size_t kLargeAllocation = 4096;  // in bytes

std::string hooked;
SystemCalls::When hooked_when = SystemCalls::When::before;
std::function<void()> hook;
int hooked_calls = 0;
bool in_hook = false;

int calls_left = 0;  // until one fails; 0: none will
const char* failed_call = nullptr;
const char** shared_failed_call = nullptr;

void run_hook(std::string_view name, SystemCalls::When when) {
  if (in_hook || !hook || name != hooked || when != hooked_when) return;
  in_hook = true;
  ++hooked_calls;
  hook();
  in_hook = false;
}

/// What a call fails with where that is not EIO, by its man page.
constexpr std::pair<std::string_view, int> kErrors[] = {
    {"fork", EAGAIN},          {"connect", ENETUNREACH}, {"open", EMFILE},         {"openat", EMFILE},
    {"pipe2", EMFILE},         {"socket", EMFILE},       {"memfd_create", EMFILE}, {"poll", ENOMEM},
    {"inotify_init1", EMFILE}, {"send", ENOBUFS},        {"sendto", ENOBUFS},      {"ftruncate", ENOSPC},
    {"link", ENOSPC},          {"mkdir", ENOSPC},        {"pwrite", ENOSPC},       {"write", ENOSPC},
    {"flock", ENOLCK},         {"dup2", EBUSY},
};

/// Whether this call is the one that fails.
bool fails(const char* name) {
  if (calls_left == 0 || --calls_left > 0) return false;
  failed_call = name;
  if (shared_failed_call != nullptr) *shared_failed_call = name;
  errno = EIO;
  for (const auto& [call, error] : kErrors)
    if (call == name) errno = error;
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

SystemCalls::Fault::Fault(int number, const char** at_once) {
  failed_call = nullptr;
  shared_failed_call = at_once;
  calls_left = number;
}

SystemCalls::Fault::~Fault() {
  calls_left = 0;
  shared_failed_call = nullptr;
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
ssize_t __real_pwrite(int fd, const void* data, std::size_t size, off_t offset);
int __real_pipe2(int* ends, int flags);
int __real_fstat(int fd, struct stat* found);
int __real_memfd_create(const char* name, unsigned flags);
int __real_ftruncate(int fd, off_t size);
int __real_rename(const char* from, const char* to);
int __real_link(const char* from, const char* to);
int __real_mkdir(const char* path, mode_t mode);
int __real_poll(pollfd* waits, nfds_t count, int milliseconds);
int __real_socket(int domain, int type, int protocol);
int __real_connect(int fd, const sockaddr* address, socklen_t size);
int __real_bind(int fd, const sockaddr* address, socklen_t size);
int __real_listen(int fd, int waiting);
ssize_t __real_send(int fd, const void* data, std::size_t size, int flags);
ssize_t __real_recv(int fd, void* data, std::size_t size, int flags);
int __real_dup2(int from, int to);
int __real_flock(int fd, int operation);
int __real_fsync(int fd);
int __real_inotify_init1(int flags);
pid_t __real_fork();
int __real_open(const char* path, int flags, ...);
void* __real__Znwm(std::size_t size);

ssize_t __wrap_read(int fd, void* data, std::size_t size) {
  return kboot::call("read", [&] { return __real_read(fd, data, size); });
}
ssize_t __wrap_pread(int fd, void* data, std::size_t size, off_t offset) {
  return kboot::call("pread", [&] { return __real_pread(fd, data, size, offset); });
}
ssize_t __wrap_write(int fd, const void* data, std::size_t size) {
  return kboot::call("write", [&] { return __real_write(fd, data, size); });
}
ssize_t __wrap_pwrite(int fd, const void* data, std::size_t size, off_t offset) {
  return kboot::call("pwrite", [&] { return __real_pwrite(fd, data, size, offset); });
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
int __wrap_socket(int domain, int type, int protocol) {
  return kboot::call("socket", [&] { return __real_socket(domain, type, protocol); });
}
int __wrap_connect(int fd, const sockaddr* address, socklen_t size) {
  return kboot::call("connect", [&] { return __real_connect(fd, address, size); });
}
int __wrap_bind(int fd, const sockaddr* address, socklen_t size) {
  return kboot::call("bind", [&] { return __real_bind(fd, address, size); });
}
int __wrap_listen(int fd, int waiting) {
  return kboot::call("listen", [&] { return __real_listen(fd, waiting); });
}
ssize_t __wrap_send(int fd, const void* data, std::size_t size, int flags) {
  return kboot::call("send", [&] { return __real_send(fd, data, size, flags); });
}
ssize_t __wrap_recv(int fd, void* data, std::size_t size, int flags) {
  return kboot::call("recv", [&] { return __real_recv(fd, data, size, flags); });
}
int __wrap_dup2(int from, int to) {
  return kboot::call("dup2", [&] { return __real_dup2(from, to); });
}
int __wrap_flock(int fd, int operation) {
  return kboot::call("flock", [&] { return __real_flock(fd, operation); });
}
int __wrap_fsync(int fd) {
  return kboot::call("fsync", [&] { return __real_fsync(fd); });
}
int __wrap_inotify_init1(int flags) {
  return kboot::call("inotify_init1", [&] { return __real_inotify_init1(flags); });
}
pid_t __wrap_fork() {
  return kboot::call("fork", [] { return __real_fork(); });
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
// operator new(std::size_t), as the Itanium C++ ABI names it.
void* __wrap__Znwm(std::size_t size) {
  if (size >= kboot::kLargeAllocation && kboot::fails("operator new")) throw std::bad_alloc();
  return __real__Znwm(size);
}
}
