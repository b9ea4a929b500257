#include "base/diagnostic.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kboot {

std::string Diagnostic::str() const {
  return printable(line > 0 ? fmt::format("{}:{}: {}", file, line, message)
                            : fmt::format("{}: {}", file, message));
}

namespace {

constexpr std::size_t kMaxComplaints = 20;

}  // namespace

void Complaints::add(int line, std::string message) {
  ++count_;
  if (count_ <= kMaxComplaints) list_.push_back({file_, line, std::move(message)});
}

Diagnostics Complaints::take() && {
  if (count_ > kMaxComplaints)
    list_.push_back({file_, 0, fmt::format("{} more lines ignored", count_ - kMaxComplaints)});
  return std::move(list_);
}

}  // namespace kboot
