#include "loader/boot/kexec.h"

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include <linux/kexec.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/kernel_log.h"
#include "base/process.h"
#include "base/text.h"

namespace kboot {
namespace {

/// The kernel's log from here on: kexec_file_load explains itself only there. Nothing when it cannot be read.
std::optional<KernelLog> log_from_now() {
  try {
    return std::make_optional<KernelLog>("/dev/kmsg", KernelLog::From::now);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// What the kernel itself has logged in it, joined by "; ".
std::string kernels_words(std::optional<KernelLog>& log) {
  std::string all;
  try {
    while (auto record = log ? log->next() : std::nullopt)
      if (!record->from_program) all += (all.empty() ? "" : "; ") + printable(record->text);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return all;
  }
  return all;
}

/// What an errno of kexec_file_load(2) means to the person at the prompt.
std::string_view explain(int error) {
  switch (error) {
    case EPERM:
      return "not allowed: not root, or kexec is switched off (kernel.kexec_load_disabled, lockdown)";
    case ENOSYS:
      return "this kernel was built without kexec_file_load (CONFIG_KEXEC_FILE)";
    case ENOEXEC:
      return "not a kernel that this machine can load";
    case ENOMEM:
      return "not enough memory for kernel and initrds";
    case EINVAL:  // sanity_check_segment_list() in kernel/kexec_core.c, which logs nothing
      return "refused; with the room it unpacks itself in, a kernel may take half of the memory";
    case EADDRNOTAVAIL:
      return "no contiguous memory left for kernel and initrds";
    case EBUSY:
      return "another kexec load is under way";
    case ETXTBSY:
      return "the file is still being written to";
    case ENODATA:
      return "the kernel is not signed, and this machine asks for a signature";
    case ENOKEY:
      return "the kernel is signed by a key this machine does not trust";
    case EKEYREJECTED:
      return "the kernel's signature is wrong";
    default:
      return "";
  }
}

void load_by_file(const KernelImage& image) {
  std::optional<KernelLog> log = log_from_now();
  const unsigned long flags = image.initrd ? 0 : KEXEC_FILE_NO_INITRAMFS;
  const int initrd = image.initrd ? image.initrd->get() : -1;
  if (::syscall(SYS_kexec_file_load, image.kernel.get(), initrd, image.cmdline.size() + 1,
                image.cmdline.c_str(), flags) == 0)
    return;

  const int error = errno;
  const std::string logged = kernels_words(log);
  const std::string_view words = explain(error);
  try {
    if (words.empty()) fail_errno(error, "");
    throw Error(std::string(words));
  } catch (const Error& reason) {
    fail("kexec_file_load: {}{}", reason.what(), logged.empty() ? "" : fmt::format(" (kernel: {})", logged));
  }
}

/// kexec-tools reads the staged files through its own /proc/self/fd.
void load_by_tool(const KernelImage& image) {
  std::vector<std::string> command = {"/sbin/kexec", "-l",
                                      fmt::format("/proc/self/fd/{}", image.kernel.get()),
                                      "--command-line=" + image.cmdline};
  std::vector<int> inherited = {image.kernel.get()};
  if (image.initrd) {
    const bool modules = image.facts.format == ImageFormat::multiboot;
    command.push_back(
        fmt::format("--{}=/proc/self/fd/{}", modules ? "module" : "initrd", image.initrd->get()));
    inherited.push_back(image.initrd->get());
  }
  const ProcessResult result = run_captured(command, {.inherited = inherited});
  if (result.status != 0)
    fail("kexec: {}", result.output.empty() ? fmt::format("ended with status {}", result.status)
                                            : printable(trim(result.output)));
}

}  // namespace

void LinuxKexec::load(const KernelImage& image) {
  if (image.facts.format == ImageFormat::linux_bzimage)
    load_by_file(image);
  else
    load_by_tool(image);
}

void LinuxKexec::execute() {
  ::reboot(RB_KEXEC);
  fail_errno(errno, "reboot(RB_KEXEC)");
}

}  // namespace kboot
