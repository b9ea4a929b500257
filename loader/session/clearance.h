#pragma once

#include <chrono>

#include "pathfs/ledger.h"
#include "pathfs/resolver.h"

namespace kboot {

class Trees;

/// Takes down what other kboot processes of this machine hold, by the ledger: of those that are gone when a
/// session begins, of all before another kernel starts.
class Clearance {
 public:
  /// `patience` is how long a process may take to end by itself.
  Clearance(Ledger& ledger, Resolver& resolver, Trees& trees,
            std::chrono::milliseconds patience = std::chrono::milliseconds(2000))
      : ledger_(ledger), resolver_(resolver), trees_(trees), patience_(patience) {}

  /// What processes hold that were killed.
  void clean_up() noexcept;
  /// Ends the other processes that hold something, then takes down all that is left, this one's included.
  void clear() noexcept;
  /// The last resort: of what is in use still, disks are left clean and keys are forgotten.
  void make_clean() noexcept;

 private:
  enum class Whose { of_the_dead, everybodys };
  void end_others();
  void take_down(Whose whose);
  bool take_down(const Holding& holding);

  Ledger& ledger_;
  Resolver& resolver_;
  Trees& trees_;
  std::chrono::milliseconds patience_;
};

}  // namespace kboot
