#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/formats/source_reader.h"

namespace kboot {

/// Files as texts, by what FilePlace::str() gives. It notes which files were asked for.
class FakeSourceReader : public SourceReader {
 public:
  std::map<std::string, std::string> files;
  std::vector<KnownDevice> known;
  bool uefi = false;
  std::set<std::string> asked;

  Kind kind(const FilePlace& place) override {
    const std::string name = place.str();
    asked.insert(name);
    if (files.contains(name)) return Kind::file;
    const std::string folder = name.ends_with('/') ? name : name + "/";
    const auto below = files.lower_bound(folder);
    return below != files.end() && below->first.starts_with(folder) ? Kind::folder : Kind::none;
  }

  std::optional<std::string> read(const FilePlace& place, std::size_t limit) override {
    asked.insert(place.str());
    const auto file = files.find(place.str());
    if (file == files.end()) return {};
    if (file->second.size() > limit) throw Error(place.str() + ": too large");
    return file->second;
  }

  std::size_t size(const FilePlace& place) override {
    const auto file = files.find(place.str());
    return file == files.end() ? 0 : file->second.size();
  }

  std::vector<std::string> names(const FilePlace& folder) override {
    std::string prefix = folder.str();
    if (!prefix.ends_with('/')) prefix += '/';
    std::set<std::string> found;
    for (auto file = files.lower_bound(prefix); file != files.end() && file->first.starts_with(prefix);
         ++file)
      found.insert(file->first.substr(prefix.size(), file->first.find('/', prefix.size()) - prefix.size()));
    return {found.begin(), found.end()};
  }

  const std::vector<KnownDevice>& devices() override { return known; }
  bool efi() override { return uefi; }
};

}  // namespace kboot
