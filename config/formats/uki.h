#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"

namespace kboot {

/// A section of a Portable Executable file, as far as it has contents in the file.
struct PeSection {
  std::string name;  ///< `.linux`
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// The sections that the headers at the beginning of a file name; empty when it is no PE file. Sections that
/// reach beyond `file_size` are left out, and no more than 96 are looked at. Pure.
std::vector<PeSection> read_pe_sections(std::string_view head, std::size_t file_size);

/// The sections of each profile of a Unified Kernel Image, by their names: those before the first `.profile`
/// belong to all. One for an image without profiles.
using UkiSections = std::map<std::string, PeSection>;
std::vector<UkiSections> split_uki_profiles(const std::vector<PeSection>& sections);

/// So long is the beginning of a file in which its headers are looked for.
inline constexpr std::size_t kPeHead = 65536;

/// Whether a file that begins so is such an image: it has a kernel in a section.
bool is_uki(std::string_view head);

/// The text of `.cmdline` as one line.
std::string uki_cmdline(std::string_view section);

/// What a Unified Kernel Image (UAPI) boots, by one of its profiles.
struct UkiProfile {
  std::string cmdline;             ///< with the words of the image's addons behind its own
  std::vector<std::string> parts;  ///< `.linux 11 MB`
  std::string title;               ///< os-release's PRETTY_NAME, with the profile's title in parentheses
  std::string sort_key;            ///< os-release's IMAGE_ID, else ID
  std::string version;             ///< os-release's IMAGE_VERSION, VERSION, VERSION_ID or BUILD_ID
};

/// The profiles of an image, one for an image without any; empty when it is no UKI. Its addons are the
/// `*.addon.efi` in `IMAGE.extra.d/`, and in `loader/addons/` beside the folder `EFI` (systemd-stub(7)).
/// Throws Error when it cannot be read.
std::vector<UkiProfile> read_uki_profiles(const FilePlace& file, SourceReader& reader);

/// What a file is that EFI could start.
enum class EfiKind { none, linux, uki, other };
EfiKind efi_kind(const FilePlace& file, SourceReader& reader);

/// All `*.efi` of a folder that are UKIs, in the order of the Boot Loader Specification. For a folder
/// `…/EFI/Linux`, the default and the timeout are those of `loader/loader.conf` beside `EFI`.
BootSource read_uki_folder(const FilePlace& folder, SourceReader& reader);
/// One UKI.
BootSource read_uki(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
