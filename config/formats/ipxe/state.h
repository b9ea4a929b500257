#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"
#include "config/formats/ipxe/script.h"

namespace kboot {

/// A file that was fetched, by the name that commands have for it, and the words behind it.
struct IpxeImage {
  std::string name;
  FilePlace file;
  std::vector<std::string> words;
};

struct IpxeItem {
  std::string label;
  std::string text;
};

struct IpxeMenu {
  std::vector<IpxeItem> items;
  std::string default_label;
};

/// A script that runs, and where.
struct IpxeFrame {
  std::shared_ptr<const IpxeScript> script;
  FilePlace file;
  std::size_t next = 0;  ///< index of the line to run
};

/// All that a script has done so far; each item of a menu goes on with a copy of its own.
struct IpxeState {
  std::vector<IpxeFrame> frames;
  std::map<std::string, std::string> variables;
  std::map<std::string, IpxeMenu> menus;
  std::vector<IpxeImage> images;
  std::optional<std::size_t> selected;  ///< which image is the kernel
  // The menus that led here.
  std::set<std::string> chosen_at;
  std::vector<std::string> submenu;
  std::optional<IpxeItem> item;
  bool is_default = true;
  // What is left of the line that chose: it is run first.
  std::vector<std::string> rest;
  int rest_line = 0;
};

/// So many bytes that are looked at or copied are a step of IpxeRunner.
inline constexpr std::size_t kIpxeBytesPerStep = 64;

/// What a copy costs, in such steps.
std::size_t steps_of(std::string_view text);
std::size_t steps_of(const std::vector<std::string>& texts);
std::size_t steps_of(const IpxeState& state);

}  // namespace kboot
