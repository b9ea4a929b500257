#pragma once

#include "base/error.h"
#include "loader/attempts/firmware_boot.h"

namespace kboot {

/// Knows no boot option: of a kboot that was built without boot entries.
class AbsentFirmwareBoot final : public FirmwareBoot {
 public:
  std::optional<BootOptions> options() override { return std::nullopt; }
  void start_next(unsigned /*number*/) override { refuse(); }
  void start_next(const EfiProgram& /*program*/) override { refuse(); }
  void open_setup_next() override { refuse(); }

 private:
  [[noreturn]] static void refuse() { fail("left out of this kboot"); }
};

}  // namespace kboot
