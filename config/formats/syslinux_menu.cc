#include "config/formats/syslinux_menu.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxLabels = 10'000;
/// About how many bytes of other files are read, and of titles copied.
constexpr std::size_t kMaxWork = std::size_t{1} << 20;
/// Menus in menus; the screen of SYSLINUX's menu has room for fewer.
constexpr std::size_t kMaxMenus = 64;
constexpr std::size_t kMaxTitle = 1'000;
constexpr std::size_t kTitleCost = sizeof(std::string);  // of a title, besides its text
constexpr std::size_t kMaxComplaints = 100;
/// As SYSLINUX's own limit for INCLUDE.
constexpr std::size_t kMaxDepth = 16;
/// A few files that include each other many times over would be read for ever.
constexpr std::size_t kMaxReads = 1000;

/// Keywords that change what the screen looks like, or how the boot: prompt behaves. `F` with a digit is one,
/// too.
constexpr std::array<std::string_view, 22> kIgnored = {
    "ALLOWOPTIONS", "CONSOLE",     "DISPLAY",    "DISPLAYHIGHLIGHT", "EXTENSIONS", "FONT",    "IMPLICIT",
    "IPAPPEND",     "KBDMAP",      "NOCOMPLETE", "NOESCAPE",         "NOHALT",     "ONERROR", "PROMPT",
    "SAY",          "SENDCOOKIES", "SERIAL",     "SYSAPPEND",        "TEXTHELP",   "FDTDIR",  "DEVICETREEDIR",
    "PATH"};

bool is_ignored(std::string_view keyword) {
  if (std::find(kIgnored.begin(), kIgnored.end(), keyword) != kIgnored.end()) return true;
  return keyword.size() >= 2 && keyword.size() <= 3 && keyword[0] == 'F' && keyword[1] >= '0' &&
         keyword[1] <= '9';
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

/// The first word of a line and what is behind it.
struct Split {
  std::string_view word;
  std::string_view rest;
};

Split split(std::string_view line) {
  line = trim(line);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  return {word, trim(line.substr(word.size()))};
}

/// menu.c32, vesamenu.c32 and the like: what shows a menu, of the files in its words.
bool is_menu_program(std::string_view file) {
  const std::string name = lower_case(file_name_of(file));
  return name == "menu.c32" || name == "vesamenu.c32" || name == "gfxmenu.c32" || name == "menu.com";
}

class Reader {
 public:
  Reader(const FilePlace& first, SourceReader& reader)
      : reader_(reader), first_(first), folder_(syslinux_folder(first)) {}

  void read(const FilePlace& file, std::vector<std::string> submenu);
  SyslinuxMenu take() && { return std::move(menu_); }

 private:
  void follow(const std::string& written, const std::vector<std::string>& submenu, int line);
  void follow_files(std::string_view words, const std::vector<std::string>& submenu, int line);
  void global(std::string_view keyword, std::string_view value, int line);
  bool label_line(std::string_view keyword, std::string_view value);
  void menu_line(std::string_view value, int line);
  void label_kernel(const std::string& keyword, std::string_view value);
  void end_label();
  std::optional<unsigned> tenths(std::string_view value, int line);
  void complain(int line, std::string message) {
    if (menu_.diagnostics.size() < kMaxComplaints)
      menu_.diagnostics.push_back({file_.str(), line, std::move(message)});
  }

  SourceReader& reader_;
  FilePlace first_;
  std::string folder_;
  std::size_t work_ = 0;  ///< bytes
  SyslinuxMenu menu_;
  std::optional<SyslinuxLabel> label_;
  std::vector<std::string> submenu_;
  std::vector<std::size_t> begun_;  ///< for each MENU BEGIN of this file, where its title stands in submenu_
  FilePlace file_;
  std::set<std::string> open_;   ///< the files around this one
  std::set<std::string> menus_;  ///< the files that were shown as menus
  std::size_t reads_ = 0;        ///< how often a file led to another
};

void Reader::read(const FilePlace& file, std::vector<std::string> submenu) {
  const std::string text = read_source(file, reader_);
  if (!open_.insert(file.str()).second) return;
  if (open_.size() > 1) work_ += text.size();
  const FilePlace outer_file = std::exchange(file_, file);
  std::swap(submenu_, submenu);
  const std::vector<std::size_t> outer_begun = std::exchange(begun_, {});

  int number = 0;
  bool in_help = false;
  std::string_view rest(text);
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  for (const std::string_view whole : lines_of(rest)) {
    ++number;
    const auto [word, value] = split(whole);
    if (word.empty() || word.front() == '#' || word.front() == ';') continue;
    const std::string keyword = upper_case(word);
    if (in_help) {
      in_help = keyword != "ENDTEXT";
    } else if (keyword == "TEXT") {
      in_help = true;
    } else if (whole.find('\0') != std::string_view::npos) {
      complain(number, "line ignored, a NUL in it");
    } else if (keyword == "LABEL") {
      end_label();
      for (const std::string& title : submenu_) work_ += kTitleCost + title.size();
      if (menu_.labels.size() >= kMaxLabels || work_ > kMaxWork) {
        complain(number, fmt::format("the rest is ignored: more than {} labels", menu_.labels.size()));
        break;
      }
      label_.emplace();
      label_->name = value;
      label_->submenu = submenu_;
      label_->file = file_;
      label_->line = number;
    } else if (keyword == "MENU") {
      menu_line(value, number);
    } else if (!label_line(keyword, value)) {
      global(keyword, value, number);
    }
  }
  end_label();
  open_.erase(file.str());
  submenu_ = std::move(submenu);
  begun_ = outer_begun;
  file_ = outer_file;
}

void Reader::follow(const std::string& written, const std::vector<std::string>& submenu, int line) {
  const FilePlace file = syslinux_place(written, first_.device, folder_);
  if (open_.contains(file.str())) return;  // met again: that branch ends
  if (!may_lead_to(first_, file))
    return complain(line, fmt::format("{}: not read, it is on a server", written));
  if (open_.size() >= kMaxDepth)
    return complain(line, fmt::format("{}: not read, more than {} files deep", written, kMaxDepth));
  if (reads_ > kMaxReads) return;
  if (work_ > kMaxWork) {
    reads_ = kMaxReads + 1;
    return complain(line,
                    fmt::format("the rest is not read: more than {} KB of files and titles", kMaxWork >> 10));
  }
  if (++reads_ > kMaxReads)
    return complain(line, fmt::format("the rest is not read: more than {} files", kMaxReads));
  try {
    read(file, submenu);
  } catch (const Error& error) {
    complain(line, describe(error));
  }
}

/// The files that a menu program is given; `~` is the configuration that it was started from.
void Reader::follow_files(std::string_view words, const std::vector<std::string>& submenu, int line) {
  for (const std::string& word : split_blanks(words))
    if (word != "~") follow(word, submenu, line);
}

std::optional<unsigned> Reader::tenths(std::string_view value, int line) {
  const auto number = whole_number(split(value).word);
  constexpr unsigned kLongest = 35'996;  // an hour, as SYSLINUX has it; longer ones count as that
  if (number) return static_cast<unsigned>(std::min<std::uint64_t>(*number, kLongest));
  complain(line, fmt::format("\"{}\" is no number of tenths of a second", value));
  return {};
}

/// What counts wherever it is written, and ends no label.
void Reader::global(std::string_view keyword, std::string_view value, int line) {
  if (keyword == "INCLUDE") {
    const auto [name, tag] = split(value);
    end_label();
    std::vector<std::string> submenu;
    if (work_ <= kMaxWork) submenu = submenu_;
    for (const std::string& title : submenu) work_ += kTitleCost + title.size();
    if (!tag.empty()) submenu.emplace_back(tag.substr(0, kMaxTitle));
    follow(std::string(name), submenu, line);
  } else if (keyword == "DEFAULT" || keyword == "UI") {
    const auto [name, words] = split(value);
    if (is_menu_program(name))
      follow_files(words, submenu_, line);
    else if (keyword == "DEFAULT")
      menu_.default_line = value;
  } else if (keyword == "ONTIMEOUT") {
    menu_.on_timeout = value;
  } else if (keyword == "TIMEOUT") {
    menu_.timeout = tenths(value, line);
  } else if (keyword == "TOTALTIMEOUT") {
    menu_.total_timeout = tenths(value, line);
  } else if (keyword == "APPEND") {
    menu_.append = value == "-" ? "" : value;
  } else if (!is_ignored(keyword)) {
    complain(line, fmt::format("unknown command \"{}\"", printable_head(keyword, 40)));
  }
}

void Reader::label_kernel(const std::string& keyword, std::string_view value) {
  using Type = SyslinuxLabel::Type;
  label_->keyword = keyword;
  label_->kernel = value;
  const std::string name = lower_case(file_name_of(split(value).word));
  if (keyword == "CONFIG" || is_menu_program(name))
    label_->type = Type::config;
  else if (keyword == "LOCALBOOT" || name == "reboot.c32" || name == "poweroff.c32" || name == "poweroff.com")
    label_->type = Type::local_boot;
  else if (keyword == "KERNEL" || keyword == "LINUX")
    label_->type = Type::kernel;
  else
    label_->type = name == "mboot.c32" || name == "linux.c32" ? Type::kernel : Type::other;
}

/// What belongs to the label above it; false when there is none, or the line is for all.
bool Reader::label_line(std::string_view keyword, std::string_view value) {
  if (!label_) return false;
  if (keyword == "APPEND")
    label_->append = value == "-" ? "" : value;
  else if (keyword == "INITRD")
    label_->initrd = value;
  else if (keyword == "FDT" || keyword == "DEVICETREE")
    label_->fdt = value;
  else if (keyword == "KERNEL" || keyword == "LINUX" || keyword == "CONFIG" || keyword == "LOCALBOOT" ||
           keyword == "COM32" || keyword == "COMBOOT" || keyword == "BOOT" || keyword == "BSS" ||
           keyword == "PXE" || keyword == "FDIMAGE")
    label_kernel(std::string(keyword), value);
  else
    return keyword == "DEVICETREE-OVERLAY" || keyword == "FDTOVERLAYS";
  return true;
}

void Reader::menu_line(std::string_view value, int line) {
  const auto [word, rest] = split(value);
  const std::string keyword = upper_case(word);
  if (keyword == "BEGIN") {
    end_label();
    begun_.push_back(submenu_.size());
    if (submenu_.size() < kMaxMenus)
      submenu_.emplace_back(rest.substr(0, kMaxTitle));
    else
      complain(line,
               fmt::format("its entries are in the menu around it: more than {} menus deep", kMaxMenus));
  } else if (keyword == "END") {
    end_label();
    if (begun_.empty()) return complain(line, "MENU END without MENU BEGIN");
    submenu_.resize(begun_.back());
    begun_.pop_back();
  } else if (keyword == "TITLE") {
    // Of a menu that is not the whole file; MENU LABEL, which the menu around it shows, counts before it.
    if (!label_ && !begun_.empty() && submenu_.size() == begun_.back() + 1) submenu_.back() = rest;
  } else if (keyword == "INCLUDE") {
    global(keyword, rest, line);
  } else if (keyword == "LABEL") {
    if (label_)
      label_->menu_label = rest;
    else if (!begun_.empty())
      submenu_.back() = rest;
  } else if (label_ && keyword == "DEFAULT") {
    label_->menu_default = true;
  } else if (label_ && keyword == "HIDE") {
    label_->hidden = true;
  } else if (label_ &&
             (keyword == "DISABLE" || keyword == "EXIT" || keyword == "QUIT" || keyword == "GOTO")) {
    label_->no_entry = true;
  } else if (keyword == "SEPARATOR") {
    end_label();
  }
  // All others are for the screen.
}

/// Puts the label away; one that leads on to another configuration becomes that one's entries.
void Reader::end_label() {
  if (!label_) return;
  const SyslinuxLabel label = *std::exchange(label_, {});
  if (label.type != SyslinuxLabel::Type::config) {
    menu_.labels.push_back(label);
    return;
  }
  std::vector<std::string> submenu = label.submenu;
  submenu.push_back(label.menu_label.empty() ? label.name : label.menu_label);
  const std::string words =
      label.keyword == "CONFIG" ? std::string(split(label.kernel).word) : label.append.value_or(menu_.append);
  constexpr std::size_t kWorkOfLetter = 4;  // each word is a file
  work_ += kWorkOfLetter * words.size();
  for (const std::string& word : split_blanks(words)) {
    // A menu that was listed already, as each "back to the main menu" is, is not listed again.
    if (word != "~" && menus_.insert(syslinux_place(word, first_.device, folder_).str()).second)
      follow(word, submenu, label.line);
  }
}

}  // namespace

std::string syslinux_folder(const FilePlace& file) {
  const std::string folder = folder_of(file.path);
  return file_name_of(folder) == "pxelinux.cfg" ? folder_of(folder) : folder;
}

FilePlace syslinux_place(std::string written, const std::string& device, const std::string& folder) {
  if (is_url(written)) return url_place(written);
  std::replace(written.begin(), written.end(), '\\', '/');
  const std::size_t colons = written.find("::");
  if (colons != std::string::npos && colons < written.find('/')) {
    const std::string path = clean_path(written.substr(colons + 2));
    return {colons == 0 ? device : "tftp://" + written.substr(0, colons), path};
  }
  return place_of(written, device, folder);
}

SyslinuxMenu read_syslinux_menu(const FilePlace& file, SourceReader& reader) {
  Reader all(file, reader);
  all.read(file, {});
  return std::move(all).take();
}

}  // namespace kboot
