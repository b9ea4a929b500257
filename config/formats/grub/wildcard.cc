#include "config/formats/grub/wildcard.h"

#include <algorithm>

#include <fmt/format.h>

namespace kboot {
namespace {

bool is_wild(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// `(hd*,gpt?)`: the devices that fit, as the heads of paths.
std::vector<std::string> devices(std::string_view pattern, GrubMachine& machine) {
  std::vector<std::string> found;
  for (const std::string& name : machine.devices.names())
    if (grub_wildcard_fits(pattern, name)) found.push_back("(" + name + ")");
  return found;
}

/// The files of each of `heads` that fit one part of a path.
std::vector<std::string> step(const std::vector<std::string>& heads, std::string_view part,
                              GrubMachine& machine, bool last) {
  std::vector<std::string> found;
  for (const std::string& head : heads) {
    if (!is_wild(part)) {
      const std::string path = head + "/" + std::string(part);
      machine.spend(kGrubDiskSteps);
      if (!last || part.empty() || machine.files.kind(path) != SourceReader::Kind::none)
        found.push_back(path);
      continue;
    }
    machine.spend(kGrubDiskSteps);
    for (const std::string& name : machine.files.names(head + "/")) {
      machine.spend(1);
      const bool hidden = name.starts_with('.') && !part.starts_with('.');
      if (!hidden && grub_wildcard_fits(part, name)) found.push_back(fmt::format("{}/{}", head, name));
    }
  }
  return found;
}

}  // namespace

bool grub_wildcard_fits(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_in = 0;
  while (in < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      star_in = in;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == name[in])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++star_in;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

void grub_wildcards(const std::string& text, GrubMachine& machine, std::vector<std::string>& words) {
  std::vector<std::string> heads = {""};
  std::string_view rest = text;
  if (text.starts_with('(') && text.find(')') != std::string::npos) {
    const std::size_t end = text.find(')');
    const std::string_view device = std::string_view(text).substr(1, end - 1);
    heads = is_wild(device) ? devices(device, machine)
                            : std::vector<std::string>{std::string(rest.substr(0, end + 1))};
    rest.remove_prefix(end + 1);
  } else if (!text.starts_with('/')) {
    words.push_back(text);
    return;
  }
  while (rest.starts_with('/')) {
    rest.remove_prefix(1);
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    heads = step(heads, part, machine, rest.empty());
  }
  if (heads.empty() || !rest.empty())
    words.push_back(text);
  else
    words.insert(words.end(), heads.begin(), heads.end());
}

}  // namespace kboot
