#include "pathfs/nfs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "pathfs/mount_options.h"
#include "pathfs/nfs_export.h"

namespace kboot {
namespace {

/// A dead server is noticed after three tries of three seconds (nfs(5): timeo is in tenths of a second).
constexpr std::string_view kSoft = "soft,timeo=30,retrans=2";
constexpr std::array<std::string_view, 4> kVersions = {"vers=4.2", "vers=4.1", "vers=4.0", "vers=3"};
constexpr std::size_t kMaxReason = 512;

/// Options of mount.nfs that it keeps from the kernel or that we set ourselves.
bool is_for_mount_nfs(std::string_view option) {
  constexpr std::array<std::string_view, 14> kNames = {
      "addr",         "bg",      "clientaddr", "fg",    "hard",    "intr", "lock",
      "minorversion", "nfsvers", "nointr",     "retry", "retrans", "soft", "timeo"};
  const std::string_view name = option.substr(0, option.find('='));
  return name == "vers" || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return parts;
}

struct AddressesDeleter {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

/// The host's addresses as text, in the order of preference.
std::vector<std::string> addresses_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
    fail("no address for {}", printable(host));
  const std::unique_ptr<addrinfo, AddressesDeleter> list(found);

  std::vector<std::string> addresses;
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) ==
        0)
      addresses.emplace_back(text.data());
  }
  return addresses;
}

/// Whether the server may still answer to another version of the protocol.
bool try_next_version(int err) {
  return err == EPROTONOSUPPORT || err == EPROTO || err == EINVAL || err == ECONNREFUSED ||
         err == ENOPROTOOPT || err == EOPNOTSUPP;
}

bool try_next_address(int err) {
  return err == ECONNREFUSED || err == ETIMEDOUT || err == EHOSTUNREACH || err == ENETUNREACH;
}

/// How the child's answer begins: which exception it was.
constexpr char kMounted = '+';
constexpr char kNotExported = 'x';
constexpr char kFailed = '-';

[[noreturn]] void explain(int err, const std::string& host) {
  switch (err) {
    case ENOENT:
    case EACCES:
    case EPERM:
    case ENOTDIR:
      throw NotExported(err == ENOENT    ? "the server has no such folder"
                        : err == ENOTDIR ? "not a folder"
                                         : "the server does not export it to this machine");
    case ECONNREFUSED:
      fail("connection refused by {}", printable(host));
    case ETIMEDOUT:
      fail("no answer from {}", printable(host));
    case EPROTONOSUPPORT:
      fail("{} speaks no version of NFS that is known here", printable(host));
    default:
      fail_errno(err, "");
  }
}

void mount_in_child(const std::string& source, const std::string& directory, const std::string& options,
                    Access access) {
  const NfsExport target = parse_nfs_export(source);
  const KernelOptions kernel = kernel_options(options, "nfs", access);
  const std::vector<std::string> addresses = addresses_of(target.host);
  int err = 0;
  const auto try_all = [&](const std::string& data) {
    for (const std::string& address : addresses) {
      for (const std::string& set : nfs_option_sets(data, address)) {
        if (::mount(source.c_str(), directory.c_str(), "nfs", kernel.flags, set.c_str()) == 0) return true;
        err = errno;
        if (!try_next_version(err)) break;
      }
      if (!try_next_address(err)) break;
    }
    return false;
  };
  // The booted system's fstab may hold options that this kernel does not know.
  if (try_all(kernel.data) || (err == EINVAL && !kernel.data.empty() && try_all(""))) return;
  explain(err, target.host);
}

/// Runs `mount`, its outcome as text into `writer`. The process ends here.
[[noreturn]] void run_child(int writer, const std::function<void()>& mount) noexcept {
  ::signal(SIGINT, SIG_IGN);  // the parent looks after ^C
  std::string answer;
  try {
    mount();
    answer = kMounted;
  } catch (const NotExported& error) {
    answer = kNotExported + describe(error);
  } catch (const std::exception& error) {
    answer = kFailed + describe(error);
  }
  // Shorter than PIPE_BUF: it is written whole or not at all.
  const ssize_t written = ::write(writer, answer.data(), std::min(answer.size(), kMaxReason));
  ::_exit(written < 0 ? 1 : 0);
}

/// A child that is killed and waited for when nobody wants its answer any more.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() { end_child(pid_, {.grace = std::chrono::milliseconds(0)}); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

 private:
  pid_t pid_;
};

/// What comes out of `reader`, until its other end is closed. Throws Cancelled, and Error after the deadline.
std::string read_answer(int reader, const std::string& host, std::chrono::milliseconds longest) {
  const Deadline deadline = Deadline::in(longest);
  std::array<pollfd, 2> waits = {pollfd{reader, POLLIN, 0}, pollfd{Interrupt::fd(), POLLIN, 0}};
  while (waits[0].revents == 0) {
    if (deadline.expired()) fail("no answer from {} within {} s", printable(host), longest.count() / 1000);
    if (::poll(waits.data(), waits.size(), static_cast<int>(deadline.remaining().count())) < 0 &&
        errno != EINTR)
      fail_errno(errno, "poll");
    Interrupt::throw_if_requested();
  }
  std::array<char, kMaxReason> text{};
  const ssize_t length = ::read(reader, text.data(), text.size());
  return {text.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
}

}  // namespace

std::vector<std::string> nfs_option_sets(const std::string& options, const std::string& address) {
  std::vector<std::string> kept;
  std::vector<std::string> versions;
  for (const std::string& option : split_commas(options)) {
    const std::string_view name = std::string_view(option).substr(0, option.find('='));
    const std::string value = option.substr(std::min(name.size() + 1, option.size()));
    if ((name == "vers" || name == "nfsvers") && !value.empty()) versions = {"vers=" + value};
    if (!is_for_mount_nfs(option)) kept.push_back(option);
  }
  if (versions.empty()) versions.assign(kVersions.begin(), kVersions.end());

  std::vector<std::string> sets;
  for (const std::string& version : versions) {
    std::vector<std::string> set = kept;
    set.push_back(version);
    set.emplace_back(kSoft);
    // There is no lock daemon here, and version 3 would ask for one.
    if (version.starts_with("vers=3") && std::find(kept.begin(), kept.end(), "nolock") == kept.end())
      set.emplace_back("nolock");
    set.push_back("addr=" + address);
    sets.push_back(join(set, ","));
  }
  return sets;
}

void mount_by_child(const std::function<void()>& mount, const std::string& directory, const std::string& host,
                    std::chrono::milliseconds longest) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_errno(errno, "pipe");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);

  // A mount(2) of NFS hears no signal but SIGKILL, and a name look-up none at all: a process can be given up.
  const pid_t pid = fork_child("fork");
  if (pid == 0) run_child(writer.get(), mount);
  writer.reset();
  try {
    const Child child(pid);
    const std::string answer = read_answer(reader.get(), host, longest);
    if (answer.starts_with(kMounted)) return;
    if (answer.starts_with(kNotExported)) throw NotExported(answer.substr(1));
    fail("{}", answer.empty() ? "the mount ended without an answer" : answer.substr(1));
  } catch (...) {
    // The child has ended, but perhaps not before its mount(2) had.
    ::umount2(directory.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH);
    throw;
  }
}

void KernelNfs::mount(const std::string& source, const std::string& directory, const std::string& options,
                      Access access) {
  mount_by_child([&] { mount_in_child(source, directory, options, access); }, directory,
                 parse_nfs_export(source).host, kNfsDeadline);
}

}  // namespace kboot
