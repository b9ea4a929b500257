#include "pathfs/ledger.h"

namespace kboot {

std::string_view kind_name(Holding::Kind /*kind*/) {
  return "";
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the one it stands for keeps them
Ledger::Ledger(std::string /*folder*/, std::string /*console*/) {}

Ledger::Act Ledger::begin(const Holding& /*holding*/) {
  return {};
}

void Ledger::end(const Holding& /*holding*/) noexcept {}

std::vector<Ledger::Holder> Ledger::holders() const {
  return {};
}

void Ledger::strike(const Holder& /*holder*/, const Holding& /*holding*/) noexcept {}

Ledger::Closed::Closed(Ledger& ledger, std::chrono::milliseconds /*patience*/) noexcept : ledger_(ledger) {}

Ledger::Closed::~Closed() {
  ledger_.closed_.reset();
}

}  // namespace kboot
