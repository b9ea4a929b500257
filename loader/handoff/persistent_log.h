#pragma once

#include <string>

namespace kboot {

/// Memory that the next kernel finds as it was left. The real one is Pmsg; tests have one in memory.
class PersistentLog {
 public:
  virtual ~PersistentLog() = default;
  virtual bool is_there() = 0;
  /// Throws Error.
  virtual void write(const std::string& text) = 0;
};

/// pstore's: the next system has it as /sys/fs/pstore/pmsg-ramoops-0 (Linux:
/// Documentation/admin-guide/ramoops.rst). Of what is too long the kernel keeps the end.
class Pmsg final : public PersistentLog {
 public:
  bool is_there() override;
  void write(const std::string& text) override;
};

}  // namespace kboot
