#include "loader/boot/uki.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/memory_file.h"
#include "config/formats/uki.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxCmdline = 65536;

/// A section in a file of its own; nothing: the image has none of that name.
std::optional<UniqueFd> copy_section(int fd, const UkiSections& sections, const std::string& name) {
  const auto found = sections.find(name);
  if (found == sections.end() || found->second.size == 0) return std::nullopt;
  return with_noun(name, [&] {
    MemoryFile file(name);
    file.append_part(fd, found->second.offset, found->second.size);
    return std::move(file).release();
  });
}

}  // namespace

UkiParts open_uki(int fd, std::size_t profile) {
  const std::vector<UkiSections> profiles =
      split_uki_profiles(read_pe_sections(read_head(fd, kPeHead), file_size(fd)));
  if (profile >= profiles.size()) fail("it has no profile {}", profile);
  const UkiSections& sections = profiles[profile];
  UkiParts parts;
  auto kernel = copy_section(fd, sections, ".linux");
  if (!kernel) fail("no Unified Kernel Image, or a part of one: it has no .linux section");
  parts.kernel = *std::move(kernel);
  parts.microcode = copy_section(fd, sections, ".ucode");
  parts.initrd = copy_section(fd, sections, ".initrd");
  if (const auto cmdline = sections.find(".cmdline"); cmdline != sections.end()) {
    MemoryFile text(".cmdline");
    text.append_part(fd, cmdline->second.offset, std::min(cmdline->second.size, kMaxCmdline));
    parts.cmdline = uki_cmdline(read_file(text.fd(), kMaxCmdline));
  }
  return parts;
}

}  // namespace kboot
