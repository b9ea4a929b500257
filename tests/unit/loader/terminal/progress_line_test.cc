#include "loader/terminal/progress_line.h"

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::size_t kWide = 79;
const ProgressLine::Time kStart{1000s};

std::string line(ProgressLine& progress, std::uint64_t received, std::optional<std::uint64_t> total,
                 std::chrono::milliseconds after, std::size_t columns = kWide) {
  return progress.update("vmlinuz", {received, total}, kStart + after, ProgressLine::kRedrawn, columns)
      .value_or("(nothing)");
}

}  // namespace

TEST_CASE("progress: how much, how fast, how long") {
  ProgressLine progress;
  CHECK(line(progress, 0, 100 * kMiB, 0ms) == "(nothing)");
  CHECK(line(progress, kMiB, 100 * kMiB, 50ms) == "vmlinuz: 1 MiB of 100 MiB, 1%");
  CHECK(line(progress, 2 * kMiB, 100 * kMiB, 100ms) == "(nothing)");
  CHECK(line(progress, 11 * kMiB, 100 * kMiB, 1050ms) ==
        "vmlinuz: 11 MiB of 100 MiB, 11%, 10 MiB/s, 0:09 left");
  CHECK(line(progress, 12 * kMiB, 100 * kMiB, 2050ms) ==
        "vmlinuz: 12 MiB of 100 MiB, 12%, 5.5 MiB/s, 0:16 left");
  // An hour without much: the rate is that of the last seconds.
  CHECK(line(progress, 12 * kMiB + 3000, 100 * kMiB, 3602s) == "vmlinuz: 12 MiB of 100 MiB, 12%");
  CHECK(line(progress, 12 * kMiB + 6000, 100 * kMiB, 3605s) ==
        "vmlinuz: 12 MiB of 100 MiB, 12%, 1000 bytes/s, 25:37:49 left");
}

TEST_CASE("progress: an unknown size, a start from the beginning") {
  ProgressLine progress;
  CHECK(line(progress, 5 * kMiB, {}, 0ms) == "vmlinuz: 5 MiB");
  CHECK(line(progress, 6 * kMiB, {}, 1s) == "vmlinuz: 6 MiB, 1 MiB/s");
  CHECK(line(progress, kMiB, {}, 2s) == "vmlinuz: 1 MiB");
}

TEST_CASE("progress: several files are one line") {
  ProgressLine progress;
  const auto update = [&](const std::string& name, Progress far, std::chrono::milliseconds after) {
    return progress.update(name, far, kStart + after, ProgressLine::kRedrawn, kWide).value_or("(nothing)");
  };
  CHECK(update("vmlinuz", {kMiB, 10 * kMiB}, 0ms) == "vmlinuz: 1 MiB of 10 MiB, 10%");
  CHECK(update("initrd", {2 * kMiB, 20 * kMiB}, 100ms) == "2 files: 3 MiB of 30 MiB, 10%");
  CHECK(update("initrd", {4 * kMiB, {}}, 200ms) == "2 files: 5 MiB");
}

TEST_CASE("progress: what does not fit loses the beginning of the name, then its own end") {
  ProgressLine progress;
  const auto update = [&](std::size_t columns, std::chrono::milliseconds after) {
    return progress
        .update("http://server/a/path/vmlinuz", {kMiB, 10 * kMiB}, kStart + after, ProgressLine::kRedrawn,
                columns)
        .value_or("(nothing)");
  };
  CHECK(update(35, 0ms) == "...th/vmlinuz: 1 MiB of 10 MiB, 10%");
  CHECK(update(10, 200ms) == "1 MiB of 1");
}

TEST_CASE("progress: lines come now and then, and none for what is quick") {
  ProgressLine progress;
  const auto update = [&](std::uint64_t received, std::chrono::milliseconds after) {
    return progress.update("k", {received, 100 * kMiB}, kStart + after, ProgressLine::kLines, kWide);
  };
  CHECK_FALSE(update(kMiB, 0ms));
  CHECK_FALSE(update(2 * kMiB, 3s));
  CHECK(update(6 * kMiB, 5s) == "k: 6 MiB of 100 MiB, 6%, 1 MiB/s, 1:34 left");
  CHECK_FALSE(update(7 * kMiB, 9s));
}
