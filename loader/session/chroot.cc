#include "loader/session/chroot.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

/// Where the tree is put together, seen by its own processes only.
constexpr const char* kTree = "/run/kboot/chroot";
constexpr int kCannotStart = 127;
/// How long processes that are left have to end by themselves, and how long to be gone after SIGKILL.
constexpr std::chrono::milliseconds kGrace{3000};
constexpr std::chrono::milliseconds kKilled{2000};
constexpr std::chrono::duration<int, std::milli> kLook{20};

long depth_of(const std::string& path) {
  return path == "/" ? 0 : std::count(path.begin(), path.end(), '/');
}

/// Opens what stands at `path` in the tree; no link leads out of it. A last component that is a link is
/// opened itself with O_NOFOLLOW.
UniqueFd open_in_tree(const std::string& path, std::uint64_t flags) {
  const UniqueFd root(::open(kTree, O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct open_how how {};
  how.flags = O_PATH | O_CLOEXEC | flags;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return UniqueFd(static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str() + 1, &how, sizeof how)));
}

/// 0 or errno.
int make_mount(const TreeMount& mount) {
  if (mount.target == "/")
    return ::mount(mount.source.c_str(), kTree, nullptr, MS_BIND, nullptr) == 0 ? 0 : errno;
  const bool file = mount.kind == TreeMount::Kind::bind_file;
  const UniqueFd target = open_in_tree(mount.target, file ? O_NOFOLLOW : O_DIRECTORY);
  if (!target) return errno;
  const std::string where = fmt::format("/proc/self/fd/{}", target.get());
  if (mount.kind == TreeMount::Kind::tmpfs)
    return ::mount("tmpfs", where.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") == 0 ? 0 : errno;
  const unsigned long flags = mount.kind == TreeMount::Kind::bind_all ? MS_BIND | MS_REC : MS_BIND;
  return ::mount(mount.source.c_str(), where.c_str(), nullptr, flags, nullptr) == 0 ? 0 : errno;
}

/// The processes whose parent is this one; those that lost theirs are among them (PR_SET_CHILD_SUBREAPER).
std::vector<pid_t> children() {
  constexpr std::size_t kMaxStat = 4096;
  std::vector<pid_t> found;
  for (const std::string& name : directory_names("/proc")) {
    const auto process = whole_number(name);
    if (!process) continue;
    try {
      const std::string stat = read_file_if_there("/proc/" + name + "/stat", kMaxStat).value_or("");
      // `PID (NAME) STATE PARENT …`: the name may hold anything.
      const std::vector<std::string> fields =
          split_blanks(std::string_view(stat).substr(stat.rfind(')') + 1));
      if (fields.size() > 1 && fields[1] == std::to_string(::getpid()))
        found.push_back(static_cast<pid_t>(*process));
    } catch (const std::exception&) {
      continue;  // it has ended meanwhile
    }
  }
  return found;
}

/// Sends a signal to all that is left until nothing is, or time is up.
bool end_children(int signal, std::chrono::milliseconds time) {
  for (const Deadline deadline = Deadline::in(time); !deadline.expired();) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::vector<pid_t> left = children();
    if (left.empty()) return true;
    // Again and again: each that ends leaves its own children to us.
    for (const pid_t child : left) ::kill(child, signal);
    ::poll(nullptr, 0, kLook.count());
  }
  return false;
}

/// The processes with mounts that this one does not see. The kernel's own threads, which have no program, may
/// have such mounts, too.
std::vector<pid_t> processes_in_trees() {
  std::array<char, 64> own{};
  if (::readlink("/proc/self/ns/mnt", own.data(), own.size() - 1) < 0) return {};
  std::vector<pid_t> found;
  for (const std::string& name : directory_names("/proc")) {
    const auto process = whole_number(name);
    if (!process) continue;
    std::array<char, 64> other{};
    std::array<char, 2> program{};
    const std::string folder = "/proc/" + name;
    if (::readlink((folder + "/ns/mnt").c_str(), other.data(), other.size() - 1) < 0 || other == own)
      continue;
    if (::readlink((folder + "/exe").c_str(), program.data(), program.size()) < 0) continue;
    found.push_back(static_cast<pid_t>(*process));
  }
  return found;
}

/// Becomes the tree's shell.
[[noreturn]] void become_shell(const std::string& line) {
  if (::chroot(kTree) != 0 || ::chdir("/") != 0) ::_exit(kCannotStart);
  std::vector<std::string> environment = {
      "HOME=/root",          "USER=root",
      "LOGNAME=root",        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "debian_chroot=kboot",  // Debian's bash shows it in its prompt
  };
  if (const char* terminal = ::getenv("TERM")) environment.push_back(std::string("TERM=") + terminal);
  const bool bash = line.empty() && ::access("/bin/bash", X_OK) == 0;
  const std::string shell = bash ? "/bin/bash" : "/bin/sh";
  std::vector<std::string> arguments = {shell, "-l"};
  if (!line.empty()) arguments = {shell, "-c", line};

  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  };
  ::execve(shell.c_str(), pointers(arguments).data(), pointers(environment).data());
  ::dprintf(STDERR_FILENO, "%s: %s\n", shell.c_str(), std::strerror(errno));
  ::_exit(kCannotStart);
}

/// The shell, for the signal handler: a signal to the process between kboot and the tree ends the shell.
volatile std::sig_atomic_t shell_to_end = 0;

/// What the process between kboot and the tree does: makes the tree, starts the shell, and cleans up behind
/// it. Writes why it cannot to `error`.
class Supervisor {
 public:
  Supervisor(const std::vector<TreeMount>& tree, const std::string& line) : tree_(tree), line_(line) {}

  [[noreturn]] void run(UniqueFd error) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    try {
      set_up_signals();
      make_tree();
      ::prctl(PR_SET_CHILD_SUBREAPER, 1);
      const pid_t shell = fork_child("fork");
      if (shell == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTTOU, SIGTSTP})
          ::signal(signal, SIG_DFL);
        become_shell(line_);
      }
      shell_to_end = shell;
      error.reset();
      const int status = wait_for(shell);
      shell_to_end = 0;
      if (!end_children(SIGTERM, kGrace) && !end_children(SIGKILL, kKilled))
        log_warning("chroot: processes are left that do not end");
      ::_exit(status);
    } catch (const std::exception& failure) {
      const std::string text = describe(failure);
      if (::write(error.get(), text.data(), text.size()) < 0) ::_exit(kCannotStart);
    }
    ::_exit(kCannotStart);
  }

 private:
  static void set_up_signals() {
    // The terminal's are for the shell; SIGTTOU would stop whoever takes the terminal back.
    for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTTOU}) ::signal(signal, SIG_IGN);
    struct sigaction end {};
    end.sa_handler = [](int) {
      if (shell_to_end > 0) ::kill(shell_to_end, SIGKILL);
    };
    for (const int signal : {SIGTERM, SIGHUP}) ::sigaction(signal, &end, nullptr);
  }

  void make_tree() const {
    if (::unshare(CLONE_NEWNS) != 0) fail_errno(errno, "a mount namespace of its own");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      fail_errno(errno, "a private mount namespace");
    for (const TreeMount& mount : tree_) {
      const int err = make_mount(mount);
      if (err == 0) continue;
      if (mount.target == "/") fail_errno(err, "the booted system's root");
      if (mount.kind == TreeMount::Kind::bind_file) continue;  // a system without that file needs none
      ::dprintf(STDERR_FILENO, "%s: not there: %s\n", printable(mount.target).c_str(), std::strerror(err));
    }
  }

  const std::vector<TreeMount>& tree_;
  const std::string& line_;
};

/// Puts the terminal back as it was: a shell that was killed leaves it to a process group that is gone, and
/// in whatever mode it was.
class TerminalBack {
 public:
  TerminalBack() : known_(::tcgetattr(STDIN_FILENO, &modes_) == 0), group_(::tcgetpgrp(STDIN_FILENO)) {}
  ~TerminalBack() {
    if (!known_) return;
    struct sigaction ignore {};
    struct sigaction saved {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGTTOU, &ignore, &saved);
    if (group_ > 0) ::tcsetpgrp(STDIN_FILENO, group_);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_);
    ::sigaction(SIGTTOU, &saved, nullptr);
  }
  TerminalBack(const TerminalBack&) = delete;
  TerminalBack& operator=(const TerminalBack&) = delete;

 private:
  struct termios modes_ {};
  bool known_;
  pid_t group_;
};

}  // namespace

std::vector<TreeMount> chroot_tree(const std::vector<BootedFileSystem>& mounted, Access access) {
  using Kind = TreeMount::Kind;
  std::vector<TreeMount> tree;
  for (const BootedFileSystem& one : mounted)
    if (!one.directory.empty()) tree.push_back({Kind::bind, one.directory, one.target});
  std::stable_sort(tree.begin(), tree.end(), [](const TreeMount& a, const TreeMount& b) {
    return depth_of(a.target) < depth_of(b.target);
  });
  for (const char* place : {"/dev", "/proc", "/sys"}) tree.push_back({Kind::bind_all, place, place});
  // Not with kboot's own mount points in it.
  tree.push_back({Kind::bind, "/run", "/run"});
  if (access == Access::read_only) tree.push_back({Kind::tmpfs, "", "/tmp"});
  tree.push_back({Kind::bind_file, "/etc/resolv.conf", "/etc/resolv.conf"});
  return tree;
}

int run_in_tree(const std::vector<TreeMount>& tree, const std::string& line) {
  make_directories(kTree);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_errno(errno, "pipe");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const TerminalBack back;
  const int status = run_in_foreground([&] { Supervisor(tree, line).run(std::move(writer)); });
  writer.reset();
  const std::string failure = read_head(reader.get(), PIPE_BUF);
  if (!failure.empty()) fail("{}", failure);
  return status;
}

void end_trees() noexcept {
  // The supervisor ends its shell at SIGTERM, then what else there is, in kGrace and kKilled.
  const std::array<std::pair<int, std::chrono::milliseconds>, 2> steps = {
      {{SIGTERM, kGrace + kKilled}, {SIGKILL, kKilled}}};
  try {
    for (const auto& [signal, time] : steps) {
      std::vector<pid_t> left = processes_in_trees();
      for (const pid_t process : left) ::kill(process, signal);
      for (const Deadline deadline = Deadline::in(time); !left.empty() && !deadline.expired();
           left = processes_in_trees())
        ::poll(nullptr, 0, kLook.count());
      if (left.empty()) return;
    }
    log_warning("chroot: processes are left that do not end");
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

}  // namespace kboot
