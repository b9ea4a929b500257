#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/formats/grub/machine.h"

namespace kboot {

/// Turns the menu of a GRUB script into entries: runs the body of each line, to see what it would start.
class GrubLister {
 public:
  /// Both outlive it.
  GrubLister(GrubMachine& machine, BootSource& source) : machine_(machine), source_(source) {
    machine_.allow_lines(kMaxGrubLines);
  }

  /// Adds the entries of a menu and of the menus in it, below the titles `submenu`. Gives the one that the
  /// menu would start by itself.
  std::optional<std::size_t> list(const GrubMenu& menu, const std::vector<std::string>& submenu);
  /// The timeout of the menu that is shown first.
  std::optional<unsigned> timeout(const GrubMenu& menu) const;

 private:
  /// What a line of the menu came to.
  struct Outcome {
    std::optional<SourceEntry> entry;
    std::shared_ptr<GrubMenu> more;  ///< entries that the body adds
    std::optional<FilePlace> menu;   ///< the file that it leads to
    GrubVariables variables;         ///< for that file
    GrubDevices::Loops loops;
  };
  using Default = std::optional<std::size_t>;

  Outcome evaluate(const GrubMenuItem& item, const GrubMenu& menu);
  Outcome run_entry(const GrubMenuItem& item, const GrubMenu& menu);
  SourceEntry made_entry(const GrubMenuItem& item);
  Default emit(const GrubMenuItem& item, Outcome outcome, const GrubMenu& menu, const std::string& rest,
               const std::vector<std::string>& submenu);
  Default list_submenu(const GrubMenuItem& item, const GrubMenu& menu, const std::string& rest,
                       const std::vector<std::string>& submenu);
  Default list_file(const GrubMenuItem& item, Outcome& outcome, const std::vector<std::string>& submenu);
  void run_body(const GrubMenuItem& item, std::uint64_t steps);
  bool is_usable(std::size_t entry);
  bool is_over(const GrubMenuItem& item, std::size_t entries, std::uint64_t steps);

  GrubMachine& machine_;
  BootSource& source_;
  std::uint64_t steps_ = 3 * kMaxGrubSteps;  ///< for all bodies together
  unsigned nesting_ = 0;
};

}  // namespace kboot
