#include "loader/terminal/progress_line.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRateWindow(3000);
constexpr milliseconds kLeastForRate(300);

/// `0:07`, `1:02:10`.
std::string clock_text(std::uint64_t seconds) {
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
}

}  // namespace

std::optional<std::string> ProgressLine::update(const std::string& name, const Progress& progress, Time now,
                                                milliseconds interval, std::size_t columns) {
  files_[name] = progress;
  std::uint64_t received = 0;
  bool whole = true;
  for (const auto& [file, far] : files_) {
    received += far.received;
    whole = whole && far.received == far.total;
  }
  // What is there needs no line: whoever fetched it goes on.
  if (received == 0 || whole || (shown_ && now - *shown_ < interval)) return {};
  // A download that began again from the start takes its past with it.
  if (!past_.empty() && received < past_.back().second) past_.clear();
  past_.emplace_back(now, received);
  while (now - past_.front().first > kRateWindow + interval) past_.pop_front();
  // Lines come now and then: not at once, which would be one for each small file.
  if (!shown_ && interval > kRedrawn) {
    shown_ = now;
    return {};
  }
  shown_ = now;
  return text(columns);
}

std::string ProgressLine::text(std::size_t columns) const {
  Progress all{0, 0};
  for (const auto& [file, far] : files_) {
    all.received += far.received;
    all.total = all.total && far.total ? std::optional(*all.total + *far.total) : std::nullopt;
  }
  std::string text = human_size(all.received);
  if (all.total && *all.total > 0)
    text += fmt::format(" of {}, {}%", human_size(*all.total), all.received * 100 / *all.total);

  const auto& [since, before] = past_.front();
  const auto [until, after] = past_.back();
  const auto took = std::chrono::duration_cast<milliseconds>(until - since);
  if (took >= kLeastForRate) {
    const std::uint64_t rate = (after - before) * 1000 / static_cast<std::uint64_t>(took.count());
    text += fmt::format(", {}/s", human_size(rate));
    if (all.total && rate > 0 && *all.total >= all.received)
      text += fmt::format(", {} left", clock_text((*all.total - all.received + rate - 1) / rate));
  }

  const std::string name =
      files_.size() == 1 ? files_.begin()->first : fmt::format("{} files", files_.size());
  if (name.size() + 2 + text.size() <= columns) return fmt::format("{}: {}", name, text);
  // The end of a URL says more than its beginning.
  constexpr std::size_t kLeastOfName = 8;
  if (text.size() + kLeastOfName > columns) return text.substr(0, columns);
  const std::size_t kept = columns - text.size() - 5;
  return fmt::format("...{}: {}", name.substr(name.size() - kept), text);
}

}  // namespace kboot
