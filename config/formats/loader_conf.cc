#include "config/formats/loader_conf.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fnmatch.h>

#include "base/error.h"
#include "base/lower_case.h"
#include "base/number.h"
#include "base/text.h"
#include "config/boot_count.h"

namespace kboot {
namespace {

/// systemd-boot compares without regard to case.
bool fits(const std::string& pattern, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return ::fnmatch(lower_case(pattern).c_str(), lower_case(name).c_str(), FNM_NOESCAPE) == 0;
  });
}

/// The pattern that fits this name alone.
std::string literal(std::string_view name) {
  std::string pattern;
  for (const char c : name) {
    if (c == '*' || c == '?' || c == '[')
      pattern.append("[").append(1, c).append("]");
    else
      pattern += c;
  }
  return pattern;
}

/// Whether systemd-boot finds by itself what it calls so. Where it does not, the first entry is started.
bool is_found_by_itself(const std::string& name, const std::string& device, SourceReader& reader) {
  if (name != "auto-windows") return name.starts_with("auto-");
  return reader.kind({device, "/EFI/Microsoft/Boot/bootmgfw.efi"}) == SourceReader::Kind::file;
}

/// What `default` or `preferred` says.
void add_pattern(LoaderConf& conf, std::string value, const std::string& device, SourceReader& reader) {
  conf.means_one = conf.means_one || is_found_by_itself(value, device, reader);
  if (value == "@saved") value = literal(reader.last_booted().value_or(""));
  if (!value.empty() && !value.starts_with('@')) conf.patterns.push_back(std::move(value));
}

}  // namespace

LoaderConf read_loader_conf(const FilePlace& file, SourceReader& reader, Diagnostics& diagnostics) {
  LoaderConf conf;
  std::optional<std::string> text;
  try {
    text = reader.read(file, kMaxSourceFile);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    diagnostics.push_back({file.str(), 0, describe(error)});
  }
  if (!text) return conf;
  conf.there = true;
  std::string preferred;
  std::string fallback;
  int number = 0;
  for (const std::string_view whole : lines_of(*text)) {
    ++number;
    const std::string_view line = trim(whole);
    if (line.empty() || line.front() == '#') continue;
    const std::string_view key = line.substr(0, line.find_first_of(" \t"));
    const std::string value = unquote(trim(line.substr(key.size())));
    if (key == "default") fallback = value;
    if (key == "preferred") preferred = value;
    if (key != "timeout") continue;
    const auto seconds = whole_number(value);
    if (seconds && *seconds <= UINT32_MAX)
      conf.timeout = static_cast<unsigned>(*seconds);
    else if (value == "menu-hidden" || value == "menu-disabled")
      conf.timeout = 0;
    else if (value == "menu-force")
      conf.timeout.reset();
    else
      diagnostics.push_back({file.str(), number, "timeout: not a number: " + printable(value)});
  }
  add_pattern(conf, std::move(preferred), file.device, reader);
  add_pattern(conf, std::move(fallback), file.device, reader);
  return conf;
}

std::vector<std::string> loader_conf_names(const std::string& file_name) {
  const std::string counted_out = parse_counted_name(file_name).name;
  std::vector<std::string> names = {counted_out, counted_out.substr(0, counted_out.rfind('.'))};
  if (counted_out != file_name) names.push_back(file_name);
  return names;
}

LoaderConfChoice choose_by_loader_conf(const LoaderConf& conf,
                                       const std::vector<std::vector<std::string>>& names,
                                       const std::optional<FilePlace>& other, const std::string& extension,
                                       SourceReader& reader) {
  for (const std::string& pattern : conf.patterns) {
    const auto own = std::find_if(names.begin(), names.end(),
                                  [&](const std::vector<std::string>& one) { return fits(pattern, one); });
    if (own != names.end()) return {static_cast<std::size_t>(own - names.begin()), false};
    if (!other) continue;
    for (const std::string& name : reader.names(*other))
      if (lower_case(name).ends_with(extension) && fits(pattern, loader_conf_names(name))) return {{}, true};
  }
  return {{}, conf.means_one};
}

}  // namespace kboot
