#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kboot {

/// What can be started, by who loads it: `linux` by kexec_file_load(2) itself, the others by kexec-tools.
enum class ImageFormat { linux_bzimage, linux_old_bzimage, elf_kernel, multiboot };

struct ImageFacts {
  ImageFormat format = ImageFormat::linux_bzimage;
  std::string version;  ///< `6.1.0-40-cloud-amd64 (…) #1 SMP …`; empty when the image does not say
  std::size_t cmdline_limit = 0;  ///< longest command line in bytes, without the NUL
  /// Bytes that the image has at the least when nothing of it is missing; 0: unknown. The last 15 of a
  /// bzImage may be padding that the file lacks.
  std::uint64_t whole_size = 0;
};

/// How many bytes of a file probe_image() wants to see (fewer when the file is shorter): the real-mode part
/// of a bzImage and a multiboot 2 header lie within them.
inline constexpr std::size_t kImageHead = 32768;

/// What the file that begins with `head` is as a kernel, or nothing. Pure; `head` is from a disk or a network
/// and trusted in nothing. The x86 boot protocol: Documentation/x86/boot.rst. ELF programs for users are no
/// kernels: a kernel's segments have physical addresses of their own.
std::optional<ImageFacts> probe_image(std::string_view head);

/// How many bytes of a file is_disk_image() and describe_contents() want to see.
inline constexpr std::size_t kContentsHead = 0x8006;

/// Whether a file that begins with `head` may be the image of a CD, a disk or a partition, and is no kernel.
/// Whether there is a file system in it is known when it is mounted.
bool is_disk_image(std::string_view head);

/// What else a file is that begins with `head`: "a gzip archive", "text", "empty"; for the message that it is
/// no kernel.
std::string describe_contents(std::string_view head);

/// Throws Error when the kernel is incomplete (`size` bytes, if known, are there) or `cmdline` is longer than
/// it takes.
void check_image(const ImageFacts& facts, std::optional<std::uint64_t> size, std::string_view cmdline);

}  // namespace kboot
