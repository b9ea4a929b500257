#pragma once

#include "loader/boot/boot_plan.h"

namespace kboot {

/// Loads a kernel and starts it in place of this one.
class Kexec {
 public:
  virtual ~Kexec() = default;
  /// Hands the image to the kernel; it may be closed and its file systems unmounted afterwards. Throws Error
  /// that says what the errno means here and what the kernel logged.
  virtual void load(const KernelImage& image) = 0;
  /// Starts what was loaded: does not return, or throws Error.
  [[noreturn]] virtual void execute() = 0;
};

/// The real one: kexec_file_load(2), kexec-tools' `/sbin/kexec` for images only it can load, reboot(2).
class LinuxKexec final : public Kexec {
 public:
  void load(const KernelImage& image) override;
  [[noreturn]] void execute() override;
};

}  // namespace kboot
