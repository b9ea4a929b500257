#include "config/bls_entry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace kboot {
namespace {

/// What starts something else than a kernel of Linux.
bool is_other_program(std::string_view key) {
  return key == "efi" || key == "uki" || key == "uki-url";
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// Keys that say nothing to who starts a kernel are passed over, known or not, as the specification has it.
void add(BlsEntry& entry, std::string_view key, std::string_view value) {
  if (key == "linux") entry.linux = value;
  if (key == "initrd") entry.initrds.emplace_back(value);
  if (key == "options") entry.options.append(entry.options.empty() ? "" : " ").append(value);
  if (key == "title") entry.title = value;
  if (key == "version") entry.version = value;
  if (key == "machine-id") entry.machine_id = lower_case(value);
  if (key == "sort-key") entry.sort_key = value;
  if (key == "efi") entry.efi = value;
  if (key == "uki") entry.uki = value;
  if (key == "profile") entry.profile = value;
  if (key == "devicetree") entry.devicetree = value;
  if (key == "architecture") entry.architecture = lower_case(value);
}

}  // namespace

BlsEntry read_bls_entry(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                        EfiKeys efi_keys) {
  BlsEntry entry;
  Complaints complaints(file);
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  int number = 0;
  for (const std::string_view whole : lines_of(text)) {
    ++number;
    const std::string_view line = trim(whole);
    if (line.empty() || line.front() == '#') continue;
    const std::string_view key = line.substr(0, line.find_first_of(" \t"));
    const std::string_view value = trim(line.substr(key.size()));
    if (line.find('\0') != std::string_view::npos)
      complaints.add(number, "line ignored, a NUL in it");
    else if (value.empty())
      complaints.add(number, fmt::format("line ignored, \"{}\" without a value", printable_head(key, 40)));
    else if (efi_keys == EfiKeys::reported && is_other_program(key))
      complaints.add(number, fmt::format("line ignored, \"{}\" starts no kernel of Linux", key));
    else if (key == "devicetree-overlay")
      complaints.add(number,
                     fmt::format("{}: kboot applies no overlays, the kernel starts without them", key));
    else
      add(entry, key, value);
  }
  Diagnostics found = std::move(complaints).take();
  diagnostics.insert(diagnostics.end(), std::make_move_iterator(found.begin()),
                     std::make_move_iterator(found.end()));
  return entry;
}

}  // namespace kboot
