#include "loader/terminal/password.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>

#include <crypt.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret_text.h"
#include "base/sleep.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

constexpr std::chrono::seconds kLongestDelay{60};
constexpr std::size_t kMaxCount = 64;  // bytes of the file
constexpr std::chrono::milliseconds kLook{100};

/// Milliseconds of a clock that all processes share and nobody can set.
long long now() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1'000'000;
}

/// How many wrong passwords there were in a row, and when the last was.
struct Count {
  unsigned wrong = 0;
  long long last = 0;  ///< as now()
};

Count read_count(int fd) {
  Count count;
  const std::vector<std::string> words = split_blanks(read_head(fd, kMaxCount));
  if (words.size() != 2) return count;
  std::from_chars(words[0].data(), words[0].data() + words[0].size(), count.wrong);
  std::from_chars(words[1].data(), words[1].data() + words[1].size(), count.last);
  return count;
}

void write_count(int fd, const Count& count) {
  const std::string text = fmt::format("{} {}", count.wrong, count.last);
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    fail_errno(errno, "count the wrong passwords");
}

/// Waits for the file's lock: while another session waits for its answer, this one does, too. Throws
/// Cancelled.
void lock(int fd) {
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) fail_errno(errno, "count the wrong passwords");
    sleep_until(Deadline::in(kLook));
  }
}

}  // namespace

bool password_matches(std::string_view password, const std::string& hash) {
  SecretText text;
  text.append(password);
  text.append(std::string_view("\0", 1));  // crypt(3) wants its end
  const char* made = hash.empty() ? nullptr : ::crypt(text.reveal().data(), hash.c_str());
  if (made == nullptr || made[0] == '*') return false;
  // Every byte is looked at, so that the time taken tells nothing of where they differ.
  const std::string_view other(made);
  unsigned char difference = other.size() == hash.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(hash.size(), other.size()); ++i)
    difference = static_cast<unsigned char>(difference | (hash[i] ^ other[i]));
  return difference == 0;
}

std::chrono::seconds delay_after(unsigned wrong) {
  constexpr unsigned kDoublings = 6;  // 2^6 s is beyond the longest
  if (wrong == 0) return std::chrono::seconds(0);
  return std::min(std::chrono::seconds(1LL << std::min(wrong - 1, kDoublings)), kLongestDelay);
}

bool PasswordGuard::check(std::string_view password, const std::string& hash, const OnWait& on_wait) const {
  const UniqueFd file(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) fail_errno(errno, "count the wrong passwords");
  lock(file.get());
  Count count = read_count(file.get());

  const auto passed = std::chrono::milliseconds(now() - count.last);
  const std::chrono::milliseconds wait = delay_after(count.wrong) - passed;
  if (wait.count() > 0) {
    on_wait(std::chrono::ceil<std::chrono::seconds>(wait));
    sleep_until(Deadline::in(wait));
  }
  const bool right = password_matches(password, hash);
  write_count(file.get(), right ? Count{} : Count{count.wrong + 1, now()});
  return right;
}

}  // namespace kboot
