#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "netfetch/fetcher.h"

namespace kboot {

/// What is said of downloads under way: how much, how fast, how long it will take.
class ProgressLine {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kRedrawn{100};  ///< between two states of a redrawn line
  static constexpr std::chrono::milliseconds kLines{5000};   ///< between two lines

  /// How far the download `name` is at `now`. Returns the line to show, at most `columns` long; nothing while
  /// the last one is less than `interval` old or nothing has been received.
  std::optional<std::string> update(const std::string& name, const Progress& progress, Time now,
                                    std::chrono::milliseconds interval, std::size_t columns);

 private:
  std::string text(std::size_t columns) const;

  std::map<std::string, Progress> files_;
  std::deque<std::pair<Time, std::uint64_t>> past_;  ///< how much there was when, for the rate
  std::optional<Time> shown_;
};

}  // namespace kboot
