#include "loader/boot/image.h"

#include <algorithm>
#include <cstring>

#include "base/architecture.h"
#include "base/error.h"
#include "base/text.h"

namespace kboot {
namespace {

/// A little-endian number at `offset`, or 0 when the text is too short.
template <typename Number>
Number read_le(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Number)) return 0;
  Number value = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;)
    value = static_cast<Number>(value << 8U | static_cast<unsigned char>(bytes[offset + i]));
  return value;
}

/// What kexec-tools and the kernel's own loader take for kernels that do not say (COMMAND_LINE_SIZE of the
/// oldest x86).
constexpr std::size_t kOldCmdlineLimit = 255;
/// COMMAND_LINE_SIZE of x86 today, less the NUL: what an ELF vmlinux takes.
constexpr std::size_t kElfCmdlineLimit = 2047;

// Offsets and flags of the setup header: Documentation/x86/boot.rst.
constexpr std::size_t kSetupSects = 0x1f1;
constexpr std::size_t kSysSize = 0x1f4;
constexpr std::size_t kBootFlag = 0x1fe;
constexpr std::size_t kHeaderMagic = 0x202;
constexpr std::size_t kProtocol = 0x206;
constexpr std::size_t kKernelVersion = 0x20e;
constexpr std::size_t kLoadFlags = 0x211;
constexpr std::size_t kXLoadFlags = 0x236;
constexpr std::size_t kCmdlineSize = 0x238;
/// The header counts the payload in paragraphs of so many bytes. Not every kernel is padded to a whole one:
/// memtest86+ is not, and neither the kernel's loader nor kexec-tools asks for it.
constexpr std::uint64_t kParagraph = 16;
constexpr unsigned kLoadedHigh = 1;          // loadflags
constexpr unsigned kKernel64 = 1;            // xloadflags
constexpr unsigned kLoadedAbove4G = 1 << 1;  // xloadflags

std::string bzimage_version(std::string_view head) {
  const std::size_t pointer = read_le<std::uint16_t>(head, kKernelVersion);
  if (pointer == 0 || pointer + 0x200 >= head.size()) return "";
  const std::string_view text = head.substr(pointer + 0x200, 200);
  return printable(trim(text.substr(0, text.find('\0'))));
}

std::optional<ImageFacts> probe_bzimage(std::string_view head) {
  if (read_le<std::uint16_t>(head, kBootFlag) != 0xaa55 ||
      !head.substr(std::min(kHeaderMagic, head.size())).starts_with("HdrS"))
    return std::nullopt;

  ImageFacts facts;
  const auto protocol = read_le<std::uint16_t>(head, kProtocol);
  const auto xloadflags = protocol >= 0x20c ? read_le<std::uint16_t>(head, kXLoadFlags) : std::uint16_t{0};
  const bool high = (read_le<std::uint8_t>(head, kLoadFlags) & kLoadedHigh) != 0;
  // bzImage64_probe() in arch/x86/kernel/kexec-bzimage64.c refuses what lacks one of these.
  const bool loads_by_file = high && (xloadflags & kKernel64) != 0 && (xloadflags & kLoadedAbove4G) != 0;
  facts.format = loads_by_file ? ImageFormat::linux_bzimage : ImageFormat::linux_old_bzimage;
  facts.version = bzimage_version(head);

  // bzImage64_load() counts the NUL although the header's number is without it, so one byte less fits than
  // the header says.
  const std::size_t announced =
      protocol >= 0x206 ? read_le<std::uint32_t>(head, kCmdlineSize) : kOldCmdlineLimit;
  facts.cmdline_limit = announced > 0 ? announced - 1 : 0;

  const std::size_t setup_sects = read_le<std::uint8_t>(head, kSetupSects);
  const std::uint64_t setup = ((setup_sects == 0 ? 4 : setup_sects) + 1) * 512;
  // The payload's size in paragraphs; before protocol 2.04 only the lower half of the field is true.
  const std::uint64_t units =
      protocol >= 0x204 ? read_le<std::uint32_t>(head, kSysSize) : read_le<std::uint16_t>(head, kSysSize);
  facts.whole_size = setup + units * kParagraph;
  return facts;
}

/// A header of `words` 32-bit words that sum up to zero, the first being `magic`, at a multiple of `step`
/// within the first `limit` bytes.
bool has_summed_header(std::string_view head, std::uint32_t magic, std::size_t words, std::size_t step,
                       std::size_t limit) {
  head = head.substr(0, limit);
  for (std::size_t at = 0; at + words * 4 <= head.size(); at += step) {
    if (read_le<std::uint32_t>(head, at) != magic) continue;
    std::uint32_t sum = 0;
    for (std::size_t word = 0; word < words; ++word) sum += read_le<std::uint32_t>(head, at + word * 4);
    if (sum == 0) return true;
  }
  return false;
}

/// Multiboot 1 and 2, by their specifications.
bool has_multiboot_header(std::string_view head) {
  return has_summed_header(head, 0x1badb002, 3, 4, 8192) ||
         has_summed_header(head, 0xe85250d6, 4, 8, kImageHead);
}

constexpr std::uint16_t kElfExecutable = 2;
constexpr std::uint32_t kLoadSegment = 1;
constexpr std::uint32_t kInterpreterSegment = 3;

/// An ELF file for this machine whose segments lie at physical addresses of their own (a vmlinux), not where
/// a program has them.
std::optional<ImageFacts> probe_elf(std::string_view head) {
  if (!head.starts_with("\x7f"
                        "ELF"))
    return std::nullopt;
  const auto machine = read_le<std::uint16_t>(head, 18);
  const bool is64 = read_le<std::uint8_t>(head, 4) == 2;
  const auto machines = architecture().elf;
  if (std::find(machines.begin(), machines.end(), machine) == machines.end()) return std::nullopt;
  if (read_le<std::uint16_t>(head, 16) != kElfExecutable) return std::nullopt;

  const std::uint64_t table = is64 ? read_le<std::uint64_t>(head, 32) : read_le<std::uint32_t>(head, 28);
  const std::size_t entry_size = read_le<std::uint16_t>(head, is64 ? 54 : 42);
  const std::size_t count = read_le<std::uint16_t>(head, is64 ? 56 : 44);
  bool physical = false;
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t offset = table + i * entry_size;
    if (table > head.size() || offset + (is64 ? 56 : 32) > head.size()) return std::nullopt;
    const auto at = static_cast<std::size_t>(offset);
    const auto type = read_le<std::uint32_t>(head, at);
    if (type == kInterpreterSegment) return std::nullopt;
    if (type != kLoadSegment) continue;
    const std::uint64_t in_file =
        is64 ? read_le<std::uint64_t>(head, at + 8) : read_le<std::uint32_t>(head, at + 4);
    const std::uint64_t virt =
        is64 ? read_le<std::uint64_t>(head, at + 16) : read_le<std::uint32_t>(head, at + 8);
    const std::uint64_t phys =
        is64 ? read_le<std::uint64_t>(head, at + 24) : read_le<std::uint32_t>(head, at + 12);
    const std::uint64_t length =
        is64 ? read_le<std::uint64_t>(head, at + 32) : read_le<std::uint32_t>(head, at + 16);
    physical = physical || virt != phys;
    if (length <= UINT64_MAX - in_file) end = std::max(end, in_file + length);
  }
  if (!physical) return std::nullopt;
  return ImageFacts{ImageFormat::elf_kernel, "", kElfCmdlineLimit, end};
}

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' ? byte != 0x7f : (c == '\n' || c == '\r' || c == '\t' || c == '\f');
  });
}

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  std::string_view meaning;
};

using namespace std::string_view_literals;

constexpr Magic kMagics[] = {
    {0,
     "\x7f"
     "ELF"sv,
     "a program (ELF)"},
    {0, "\x1f\x8b"sv, "gzip-compressed"},
    {0,
     "\xfd"
     "7zXZ"sv,
     "xz-compressed"},
    {0, "\x28\xb5\x2f\xfd"sv, "zstd-compressed"},
    {0, "BZh"sv, "bzip2-compressed"},
    {0, "\x02\x21\x4c\x18"sv, "lz4-compressed"},
    {0, "070701"sv, "an initramfs (cpio archive)"},
    {0, "070702"sv, "an initramfs (cpio archive)"},
    {0, "MZ"sv, "an EFI or DOS program, not a Linux kernel"},
    {0, "hsqs"sv, "a squashfs image"},
    {0x8001, "CD001"sv, "an ISO 9660 image"},
    {257, "ustar"sv, "a tar archive"},
    {0, "#!"sv, "a script"},
    {0, "<!DOCTYPE"sv, "a web page"},
    {0, "<html"sv, "a web page"},
};

}  // namespace

std::optional<ImageFacts> probe_image(std::string_view head) {
  head = head.substr(0, kImageHead);
  if (auto facts = probe_bzimage(head)) return facts;
  // Before ELF: a multiboot kernel often is an ELF file whose addresses look like a program's.
  if (has_multiboot_header(head)) return ImageFacts{ImageFormat::multiboot, "", kElfCmdlineLimit, 0};
  return probe_elf(head);
}

bool is_disk_image(std::string_view head) {
  constexpr std::size_t kVolumeDescriptor = 0x8001;  // ECMA-119, 8.1
  constexpr std::size_t kBootSignature = 510;        // of an MBR, and of a FAT's first sector
  constexpr std::size_t kExtMagic = 1024 + 0x38;     // Linux: s_magic in fs/ext4/ext4.h
  const auto has = [&](std::size_t at, std::string_view bytes) {
    return at < head.size() && head.substr(at, bytes.size()) == bytes;
  };
  if (probe_image(head) || head.starts_with("MZ")) return false;
  return has(kVolumeDescriptor, "CD001") || has(kBootSignature, "\x55\xaa") || has(kExtMagic, "\x53\xef");
}

std::string describe_contents(std::string_view head) {
  if (head.empty()) return "empty";
  for (const Magic& magic : kMagics) {
    if (magic.offset < head.size() && head.substr(magic.offset, magic.bytes.size()) == magic.bytes)
      return std::string(magic.meaning);
  }
  return is_text(head.substr(0, 512)) ? "text" : "unknown data";
}

void check_image(const ImageFacts& facts, std::optional<std::uint64_t> size, std::string_view cmdline) {
  const bool counts_paragraphs =
      facts.format == ImageFormat::linux_bzimage || facts.format == ImageFormat::linux_old_bzimage;
  const std::uint64_t padding = counts_paragraphs ? kParagraph - 1 : 0;
  if (size && *size + padding < facts.whole_size)
    fail("the kernel is incomplete: {} of {} bytes", *size, facts.whole_size);
  if (cmdline.size() > facts.cmdline_limit)
    fail("the command line has {} characters, this kernel takes {}", cmdline.size(), facts.cmdline_limit);
}

}  // namespace kboot
