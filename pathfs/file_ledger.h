#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "pathfs/ledger.h"

namespace kboot {

/// A file for each process in one folder. Where the folder cannot be written, nothing is kept and nothing
/// fails.
class FileLedger final : public Ledger {
 public:
  /// The folder of this machine.
  static constexpr const char* kFolder = "/run/kboot/mounts";

  /// `console` is what the others call this process.
  FileLedger(std::string folder, std::string console);

  [[nodiscard]] Act begin(const Holding& holding) override;
  void end(const Holding& holding) noexcept override;
  std::vector<Holder> holders() const override;
  void strike(const Holder& holder, const Holding& holding) noexcept override;

 private:
  void close(std::chrono::milliseconds patience) noexcept override;
  void open() noexcept override { closed_.reset(); }

  std::string path(const std::string& file) const { return folder_ + "/" + file; }
  void write_own() noexcept;
  void write(const std::string& file, const HoldingRecord& record) noexcept;

  std::string folder_;
  std::string own_file_;
  HoldingRecord own_;
  UniqueFd closed_;  ///< the lock, while this process has closed the ledger
};

}  // namespace kboot
