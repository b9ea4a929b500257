#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"

namespace kboot {

/// The kernels of a folder, newest first: `vmlinuz*`, and what else rEFInd takes for one.
enum class KernelNames { vmlinuz, refind };
std::vector<std::string> kernel_names(const FilePlace& folder, KernelNames names, SourceReader& reader);

/// The initrd beside a kernel, by the names that distributions give it; nothing when there is none.
std::optional<FilePlace> initrd_of(const FilePlace& kernel, SourceReader& reader);

/// Whether a file system has an fstab: it is a system's root.
bool is_system_root(const std::string& device, const std::string& top, SourceReader& reader);

/// The kernels of a system without any boot source: each `/boot/vmlinuz*` and `/vmlinuz*` with its initrd,
/// and the command line that /etc/kernel/cmdline or /etc/default/grub says. `top` is the folder of the device
/// that is the system's root, empty for the device's top.
BootSource read_kernels(const std::string& device, const std::string& top, SourceReader& reader);

/// Reads a refind_linux.conf: each kernel of its folder with each line's title and options. Throws Error when
/// it cannot be read.
BootSource read_refind(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
