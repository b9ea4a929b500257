#include "loader/authorized_keys.h"

#include <cerrno>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "loader/session.h"
#include "loader/shown.h"
#include "loader/unseen.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxKeys = std::size_t{1} << 20;  // bytes
/// dropbear(8) wants the folder and the file to be nobody else's.
constexpr const char* kFolder = "/root/.ssh";
constexpr const char* kFile = "/root/.ssh/authorized_keys";

void write_keys(const std::string& keys) {
  // Each console does this: what the server sees is one of their files, whole.
  const std::string temporary = fmt::format("{}.{}", kFile, ::getpid());
  make_directories(kFolder);
  ::chmod(kFolder, 0700);
  const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file || ::write(file.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()) ||
      ::rename(temporary.c_str(), kFile) != 0)
    fail_errno(errno, kFile);
}

/// Throws Error.
void install(Session& session, const Location& location) {
  Resolver& resolver = session.resolver();
  write_keys(read_file(resolver.open(resolver.resolve(location), {}).get(), kMaxKeys));
}

}  // namespace

void install_authorized_keys(Session& session) {
  const auto& word = session.settings().authorized_keys;
  if (!word) return;
  const std::string noun = "authorized_keys=" + shown(*word);
  try {
    const Location location = session.locate(*word);
    if (!std::holds_alternative<Url>(location)) return install(session, location);
    do_unseen(noun, [&] { install(session, location); });
  } catch (const std::exception& error) {
    session.report().note(fmt::format("{}: {}", noun, describe(error)));
  }
}

}  // namespace kboot
