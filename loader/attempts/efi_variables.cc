#include "loader/attempts/efi_variables.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "loader/attempts/detached_mount.h"

namespace kboot {
namespace {

/// Before a variable's contents: kept when the power is off, seen by the loader and by the booted system.
constexpr std::array<char, 4> kAttributes = {7, 0, 0, 0};

/// efivarfs protects all variables but those it knows: a careless `rm` has broken machines.
void unprotect(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  int flags = 0;
  if (!file || ::ioctl(file.get(), FS_IOC_GETFLAGS, &flags) != 0) return;
  flags &= ~FS_IMMUTABLE_FL;
  ::ioctl(file.get(), FS_IOC_SETFLAGS, &flags);
}

}  // namespace

bool EfiVariables::has(const std::string& name) const {
  return ::access(path(name).c_str(), F_OK) == 0;
}

std::vector<std::string> EfiVariables::names(std::string_view begin) const {
  std::vector<std::string> names = directory_names(folder_);
  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(begin); });
  return names;
}

std::optional<std::string> EfiVariables::read(const std::string& name, std::size_t limit) const {
  const auto bytes =
      with_noun(name, [&] { return read_file_if_there(path(name), kAttributes.size() + limit); });
  if (!bytes || bytes->size() < kAttributes.size()) return std::nullopt;
  return bytes->substr(kAttributes.size());
}

void EfiVariables::write(const std::string& name, std::string_view value) const {
  unprotect(path(name));
  const UniqueFd file(::open(path(name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) fail_errno(errno, name);
  // One write(2) is one SetVariable(), which replaces the whole.
  const std::string whole = std::string(kAttributes.data(), kAttributes.size()).append(value);
  if (::write(file.get(), whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    fail_errno(errno, name);
}

void EfiVariables::remove(const std::string& name) const {
  unprotect(path(name));
  if (::unlink(path(name).c_str()) != 0 && errno != ENOENT) fail_errno(errno, name);
}

bool has_efi_variables() {
  return ::access("/sys/firmware/efi/efivars", F_OK) == 0;
}

void with_efi_variables(Access access, const std::function<void(const EfiVariables& variables)>& use) {
  const DetachedMount mount("efivarfs", access);
  use(EfiVariables(mount.folder()));
}

}  // namespace kboot
