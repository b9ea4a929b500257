#include "config/formats/syslinux_menu.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "config/formats/syslinux_line.h"

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

class Reader {
 public:
  Reader(const FilePlace& first, SourceReader& reader)
      : reader_(reader), first_(first), folder_(syslinux_folder(first)) {
    menu_.appends.emplace_back();
    begin_configuration();
  }

  void read(const FilePlace& file, std::vector<std::string> submenu);
  SyslinuxMenu take() && { return std::move(menu_); }

 private:
  void follow(const std::string& written, const std::vector<std::string>& submenu, int line);
  void follow_files(std::string_view words, const std::vector<std::string>& submenu, int line);
  void global(std::string_view keyword, std::string_view value, int line);
  bool label_line(std::string_view keyword, std::string_view value, int line);
  void menu_line(std::string_view value, int line);
  void label_kernel(const std::string& keyword, std::string_view value);
  void end_label();
  void lead_on(SyslinuxLabel& label);
  void begin_configuration();
  void begin_screen(std::string_view title, int line);
  void end_screen();
  void append_for_all(std::string_view value);
  void choice(const SyslinuxLabel& label, std::size_t index);
  /// Whether the innermost menu of this file has a title of its own, which one too deep has not.
  bool has_title() const { return !begun_.empty() && submenu_.size() == begun_.back().title + 1; }
  SyslinuxConfiguration& configuration() { return menu_.configurations[configuration_]; }
  SyslinuxScreen& screen() { return menu_.screens[screen_]; }
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
  /// A MENU BEGIN: the screen around it, and where its title stands in submenu_.
  struct Begun {
    std::size_t around;
    std::size_t title;
    bool labelled = false;  ///< by MENU LABEL
  };
  std::vector<Begun> begun_;  ///< of this file
  std::size_t configuration_ = 0;
  std::size_t screen_ = 0;
  std::size_t append_ = 0;  ///< index of the global APPEND
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
  const std::vector<Begun> outer_begun = std::exchange(begun_, {});
  const std::size_t outer_screen = screen_;

  int number = 0;
  bool in_help = false;
  std::string_view rest(text);
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  for (const std::string_view whole : lines_of(rest)) {
    ++number;
    const auto [word, value] = split_keyword(whole);
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
      label_->screen = screen_;
    } else if (keyword == "MENU") {
      menu_line(value, number);
    } else if (!label_line(keyword, value, number)) {
      global(keyword, value, number);
    }
  }
  end_label();
  open_.erase(file.str());
  submenu_ = std::move(submenu);
  begun_ = outer_begun;
  screen_ = outer_screen;
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
  const auto number = whole_number(split_keyword(value).word);
  constexpr unsigned kLongest = 35'996;  // an hour, as SYSLINUX has it; longer ones count as that
  if (number) return static_cast<unsigned>(std::min<std::uint64_t>(*number, kLongest));
  complain(line, fmt::format("\"{}\" is no number of tenths of a second", value));
  return {};
}

/// What counts wherever it is written, and ends no label.
void Reader::global(std::string_view keyword, std::string_view value, int line) {
  if (keyword == "INCLUDE") {
    const auto [name, tag] = split_keyword(value);
    end_label();
    for (const std::string& title : submenu_) work_ += kTitleCost + title.size();
    if (!tag.empty()) begin_screen(tag, line);
    follow(std::string(name), submenu_, line);
    if (!tag.empty()) end_screen();
  } else if (keyword == "DEFAULT" || keyword == "UI") {
    const auto [name, words] = split_keyword(value);
    const bool shows_menu = is_syslinux_menu_program(name);
    if (keyword == "UI") {
      configuration().ui = true;
    } else {
      configuration().menu_by_default = shows_menu;
      configuration().default_line = shows_menu ? "" : value;
    }
    if (shows_menu) follow_files(words, submenu_, line);
  } else if (keyword == "ONTIMEOUT") {
    screen().on_timeout = value;
  } else if (keyword == "TIMEOUT") {
    screen().timeout = tenths(value, line);
  } else if (keyword == "TOTALTIMEOUT") {
    menu_.total_timeout = tenths(value, line);
  } else if (keyword == "APPEND") {
    append_for_all(value == "-" ? "" : value);
  } else if (!is_syslinux_ignored(keyword)) {
    complain(line, fmt::format("unknown command \"{}\"", printable_head(keyword, 40)));
  }
}

void Reader::label_kernel(const std::string& keyword, std::string_view value) {
  using Type = SyslinuxLabel::Type;
  label_->keyword = keyword;
  label_->kernel = value;
  const std::string name = lower_case(file_name_of(split_keyword(value).word));
  if (keyword == "CONFIG" || is_syslinux_menu_program(name))
    label_->type = Type::config;
  else if (keyword == "LOCALBOOT" || name == "reboot.c32" || name == "poweroff.c32" || name == "poweroff.com")
    label_->type = Type::local_boot;
  else if (keyword == "KERNEL" || keyword == "LINUX")
    label_->type = Type::kernel;
  else
    label_->type = name == "mboot.c32" || name == "linux.c32" ? Type::kernel : Type::other;
}

/// What belongs to the label above it; false when there is none, or the line is for all.
bool Reader::label_line(std::string_view keyword, std::string_view value, int line) {
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
  else if (keyword == "DEVICETREE-OVERLAY" || keyword == "FDTOVERLAYS")
    complain(line, fmt::format("{}: kboot applies no overlays, the kernel starts without them", keyword));
  else
    return false;
  return true;
}

void Reader::menu_line(std::string_view value, int line) {
  const auto [word, rest] = split_keyword(value);
  const std::string keyword = upper_case(word);
  if (keyword == "BEGIN") {
    end_label();
    begin_screen(rest, line);
  } else if (keyword == "END") {
    end_label();
    if (begun_.empty()) return complain(line, "MENU END without MENU BEGIN");
    end_screen();
  } else if (keyword == "TITLE") {
    // Of a menu that is not the whole file; MENU LABEL, which the menu around it shows, counts before it.
    if (!label_ && has_title() && !begun_.back().labelled) submenu_.back() = rest;
  } else if (keyword == "INCLUDE") {
    global(keyword, rest, line);
  } else if (keyword == "LABEL") {
    if (label_) {
      label_->menu_label = rest;
    } else if (has_title()) {
      submenu_.back() = rest;
      begun_.back().labelled = true;
    }
  } else if (keyword == "DEFAULT") {
    // Outside of a label it makes the menu itself the default of the menu around it.
    if (label_)
      label_->menu_default = true;
    else if (screen().around)
      menu_.screens[*screen().around].menu_default = {SyslinuxChoice::Kind::screen, screen_};
  } else if (keyword == "START") {
    configuration().start = screen_;
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

void Reader::begin_configuration() {
  configuration_ = menu_.configurations.size();
  screen_ = menu_.screens.size();
  append_ = 0;
  menu_.configurations.push_back({.start = screen_});
  menu_.screens.push_back({.configuration = configuration_});
}

void Reader::begin_screen(std::string_view title, int line) {
  begun_.push_back({screen_, submenu_.size()});
  if (submenu_.size() >= kMaxMenus || menu_.screens.size() >= kMaxLabels)
    return complain(line, fmt::format("its entries are in the menu around it: more than {}",
                                      submenu_.size() >= kMaxMenus ? fmt::format("{} menus deep", kMaxMenus)
                                                                   : fmt::format("{} menus", kMaxLabels)));
  submenu_.emplace_back(title.substr(0, kMaxTitle));
  menu_.screens.push_back({.configuration = configuration_, .around = screen_});
  screen_ = menu_.screens.size() - 1;
}

void Reader::end_screen() {
  screen_ = begun_.back().around;
  submenu_.resize(begun_.back().title);
  begun_.pop_back();
}

/// A global APPEND, for the labels behind it. One that no label has used yet is replaced.
void Reader::append_for_all(std::string_view value) {
  const bool used = append_ == 0 || (!menu_.labels.empty() && menu_.labels.back().global_append >= append_);
  if (used) {
    append_ = menu_.appends.size();
    menu_.appends.emplace_back();
  }
  menu_.appends[append_] = value;
}

/// Notes a label that can be chosen on its screen, which can then be chosen on the one around it.
void Reader::choice(const SyslinuxLabel& label, std::size_t index) {
  SyslinuxChoice one{SyslinuxChoice::Kind::label, index};
  if (label.menu_default) menu_.screens[label.screen].menu_default = one;
  std::optional<std::size_t> at = label.screen;
  for (; at && !menu_.screens[*at].first; at = menu_.screens[*at].around) {
    menu_.screens[*at].first = one;
    one = {SyslinuxChoice::Kind::screen, *at};
  }
}

/// Puts the label away, and reads the configuration that it leads to.
void Reader::end_label() {
  if (!label_) return;
  SyslinuxLabel label = *std::exchange(label_, {});
  label.global_append = append_;
  const std::size_t index = menu_.labels.size();
  menu_.labels.push_back(label);
  if (label.type == SyslinuxLabel::Type::config) {
    lead_on(label);
    menu_.labels[index].leads_to = label.leads_to;
    if (!menu_.screens[*label.leads_to].first) return;
  }
  if (!label.hidden && !label.no_entry) choice(label, index);
}

/// Reads the files that a label of the type config starts, as a configuration of its own.
void Reader::lead_on(SyslinuxLabel& label) {
  std::vector<std::string> submenu = label.submenu;
  submenu.push_back(label.menu_label.empty() ? label.name : label.menu_label);
  const std::string words = label.keyword == "CONFIG"
                                ? std::string(split_keyword(label.kernel).word)
                                : label.append.value_or(menu_.appends[label.global_append]);
  constexpr std::size_t kWorkOfLetter = 4;  // each word is a file
  work_ += kWorkOfLetter * words.size();
  const std::size_t outer_configuration = configuration_;
  const std::size_t outer_screen = screen_;
  const std::size_t outer_append = append_;
  begin_configuration();
  configuration().menu_by_label = label.keyword != "CONFIG";
  label.leads_to = screen_;
  for (const std::string& word : split_blanks(words)) {
    // A menu that was listed already, as each "back to the main menu" is, is not listed again.
    if (word != "~" && menus_.insert(syslinux_place(word, first_.device, folder_).str()).second)
      follow(word, submenu, label.line);
  }
  configuration_ = outer_configuration;
  screen_ = outer_screen;
  append_ = outer_append;
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
