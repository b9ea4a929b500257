#include "config/formats/ipxe.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/error.h"
#include "base/lower_case.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/ipxe_script.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxEntries = 10'000;
constexpr std::size_t kMaxDiagnostics = 100;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxImages = 100;
constexpr std::size_t kMaxItems = 1'000;  ///< of one menu
constexpr std::size_t kMaxScripts = 500;  ///< files that are looked at, scripts or not

/// What a run may cost. A step is what takes about a microsecond of a program under AddressSanitizer: a text
/// that is made or copied, or so many bytes that are looked at. All that a script can repeat spends steps, so
/// the time that the worst script takes is known.
constexpr std::size_t kMaxSteps = 300'000;
constexpr std::size_t kBytesPerStep = 64;
constexpr std::size_t kStepsOfLine = 4;
constexpr std::size_t kBytesPerStepOfScript = 8;  ///< of those that a script is parsed of
/// A script that is read once stays; naming one costs a download.
constexpr std::size_t kStepsOfScript = 100;
constexpr std::size_t kStepsOfEntry = 20;

/// Ends the run: the steps are used up. What came before counts.
struct OutOfSteps {};

/// Commands that change what iPXE shows or how it reaches the network, which kboot does by itself: they
/// succeed.
constexpr std::array<std::string_view, 22> kIgnored = {
    "echo",   "sleep", "dhcp",  "ifopen",  "ifconf", "ifclose", "ifstat", "route",
    "colour", "color", "cpair", "console", "param",  "params",  "read",   "login",
    "ntp",    "show",  "ping",  "cpuid",   "config", "imgstat"};

/// Commands that end what a branch does without booting anything.
constexpr std::array<std::string_view, 3> kEnds = {"shell", "reboot", "poweroff"};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

struct Image {
  std::string name;
  FilePlace file;
  std::vector<std::string> words;
};

struct Item {
  std::string label;
  std::string text;
};

struct Menu {
  std::vector<Item> items;
  std::string default_label;
};

std::size_t steps_of(std::string_view text) {
  return 1 + text.size() / kBytesPerStep;
}

std::size_t steps_of(const std::vector<std::string>& texts) {
  std::size_t steps = 1;
  for (const std::string& text : texts) steps += steps_of(text);
  return steps;
}

/// A script that runs, and where.
struct Frame {
  std::shared_ptr<const IpxeScript> script;
  FilePlace file;
  std::size_t next = 0;  ///< index of the line to run
};

/// All that a script has done so far; each item of a menu goes on with a copy of its own.
struct State {
  std::vector<Frame> frames;
  std::map<std::string, std::string> variables;
  std::map<std::string, Menu> menus;
  std::vector<Image> images;
  std::optional<std::size_t> selected;  ///< which image is the kernel
  // The menus that led here.
  std::set<std::string> chosen_at;
  std::vector<std::string> submenu;
  std::optional<Item> item;
  bool is_default = true;
  // What is left of the line that chose: it is run first.
  std::vector<std::string> rest;
  int rest_line = 0;
};

/// What a copy of it costs.
std::size_t steps_of(const State& state) {
  std::size_t steps = 10 + state.frames.size() * 3 + state.chosen_at.size() * 2 + steps_of(state.submenu);
  for (const auto& [name, value] : state.variables) steps += steps_of(name) + steps_of(value);
  for (const auto& [name, menu] : state.menus) {
    steps += steps_of(name) + steps_of(menu.default_label);
    for (const Item& item : menu.items) steps += steps_of(item.label) + steps_of(item.text);
  }
  for (const Image& image : state.images)
    steps += steps_of(image.name) + steps_of(image.file.path) + steps_of(image.words);
  return steps;
}

/// How a command ended. `jump` is a success that ends its line; `over` ends the branch: it booted, or it
/// never comes back.
enum class Result { success, failure, jump, over };

class Runner {
 public:
  Runner(const FilePlace& file, SourceReader& reader)
      : reader_(reader), source_{.format = "ipxe", .file = file} {}

  BootSource run();

 private:
  void branch(State state);
  Result line(State& state, const std::vector<std::string>& words, int number);
  void spend(std::size_t steps);
  std::shared_ptr<const IpxeScript> script(const FilePlace& file);
  Result command(State& state, std::vector<std::string> words, int number);
  Result choose(State& state, std::vector<std::string> words, int number);
  Result chain(State& state, std::vector<std::string> words, int number);
  Result boot(State& state, std::vector<std::string> words, int number);
  Result set(State& state, const std::vector<std::string>& words);
  void fetch(State& state, std::vector<std::string> words, bool kernel, int number);
  void item(State& state, std::vector<std::string> words, int number);
  Result go_to(State& state, const std::string& label, int number);
  void emit(const State& state, const Image& kernel, int number);
  void emit(const State& state, SourceEntry entry, int number);
  std::optional<std::string> setting(const State& state, const std::string& name);
  FilePlace place(const State& state, const std::string& written) const;
  void complain(const State& state, int line, std::string_view message);

  SourceReader& reader_;
  BootSource source_;
  std::size_t steps_ = kMaxSteps;
  std::size_t depth_ = 0;
  std::map<std::string, std::shared_ptr<const IpxeScript>>
      scripts_;                        ///< by place; none for what is no script
  std::span<const std::string> rest_;  ///< the words of the line behind the command that runs
};

void Runner::spend(std::size_t steps) {
  if (steps > steps_) {
    steps_ = 0;
    throw OutOfSteps{};
  }
  steps_ -= steps;
}

void Runner::complain(const State& state, int line, std::string_view message) {
  const FilePlace& file = state.frames.empty() ? source_.file : state.frames.back().file;
  constexpr std::size_t kLongest = 300;
  constexpr std::size_t kSteps = 20;
  steps_ -= std::min(steps_, kSteps);
  const Diagnostic diagnostic{file.str(), line, printable_head(message, kLongest)};
  const auto& told = source_.diagnostics;
  if (told.size() < kMaxDiagnostics && std::find(told.begin(), told.end(), diagnostic) == told.end())
    source_.diagnostics.push_back(diagnostic);
}

std::optional<std::string> Runner::setting(const State& state, const std::string& name) {
  if (const auto found = state.variables.find(name); found != state.variables.end()) return found->second;
  if (name == "cwuri" && !state.frames.empty()) return state.frames.back().file.str();
  if (auto value = reader_.setting(name)) return value;
  if (name == "buildarch" || name == "builtin/buildarch") return std::string(architecture().name);
  if (name == "platform" || name == "builtin/platform") return reader_.efi() ? "efi" : "pcbios";
  return {};
}

FilePlace Runner::place(const State& state, const std::string& written) const {
  const FilePlace& file = state.frames.back().file;
  return place_of(written, file.device, folder_of(file.path));
}

/// The file's name of an image, without a query.
std::string image_name(const FilePlace& file) {
  return file_name_of(std::string_view(file.path).substr(0, file.path.find_first_of("?#")));
}

void Runner::fetch(State& state, std::vector<std::string> words, bool kernel, int number) {
  const IpxeOptions options(words, {{"name", 'n', true}, {"timeout", 't', true}, {"autofree", 'a', false}});
  if (words.empty()) return;
  Image image{.file = place(state, words.front())};
  image.name = options.has("name") ? options.value("name") : image_name(image.file);
  image.words = {words.begin() + 1, words.end()};
  if (state.images.size() == kMaxImages)
    return complain(state, number, fmt::format("ignored: more than {} images", kMaxImages));
  state.images.push_back(std::move(image));
  if (kernel) state.selected = state.images.size() - 1;
}

void Runner::item(State& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(
      words, {{"menu", 'm', true}, {"key", 'k', true}, {"default", 'd', false}, {"gap", 'g', false}});
  if (options.has("gap") || words.empty()) return;
  Item item{.label = words.front(), .text = join({words.begin() + 1, words.end()})};
  if (item.text.empty()) item.text = item.label;
  Menu& menu = state.menus[options.value("menu")];
  if (menu.items.size() == kMaxItems)
    return complain(state, number, fmt::format("ignored: more than {} items", kMaxItems));
  if (options.has("default")) menu.default_label = item.label;
  menu.items.push_back(std::move(item));
}

/// A label that is not there is a fault only where no `||` says what to do then.
Result Runner::go_to(State& state, const std::string& label, int number) {
  Frame& frame = state.frames.back();
  const auto found = label.empty() ? std::nullopt : frame.script->label(label);
  if (found) {
    frame.next = *found + 1;
    return Result::jump;
  }
  if (!contains(rest_, "||")) complain(state, number, fmt::format("no label :{}", printable_head(label, 40)));
  return Result::failure;
}

Result Runner::set(State& state, const std::vector<std::string>& words) {
  if (words.empty()) return Result::failure;
  // `set net0/x:string value`: the type says how it is kept.
  const std::string name = words.front().substr(0, words.front().find(':'));
  if (words.size() == 1)
    state.variables.erase(name);
  else
    state.variables[name] = join({words.begin() + 1, words.end()});
  return Result::success;
}

void Runner::emit(const State& state, SourceEntry entry, int number) {
  spend(kStepsOfEntry + steps_of(state.submenu) + steps_of(entry.cmdline) + entry.initrds.size() * 2);
  entry.file = state.frames.back().file;
  entry.line = number;
  entry.submenu = state.submenu;
  if (state.item) {
    entry.name = state.item->label;
    entry.title = state.item->text;
  } else {
    const std::string name = image_name(source_.file);
    entry.title = name.ends_with(".ipxe") ? name.substr(0, name.rfind('.')) : name;
  }
  if (source_.entries.size() == kMaxEntries)
    return complain(state, number, fmt::format("the rest is ignored: more than {} entries", kMaxEntries));
  if (state.is_default && !source_.default_entry) source_.default_entry = source_.entries.size();
  source_.entries.push_back(std::move(entry));
}

void Runner::emit(const State& state, const Image& kernel, int number) {
  spend(steps_of(kernel.words));
  for (const Image& image : state.images) spend(steps_of(image.file.path));
  SourceEntry entry;
  entry.kernel = kernel.file;
  std::vector<std::string> words = kernel.words;
  // iPXE's kernels find their initrds by these names; kboot hands them over itself.
  std::erase_if(words, [](const std::string& word) { return word.empty() || word.starts_with("initrd="); });
  entry.cmdline = join(words);
  for (const Image& image : state.images)
    if (image.file != kernel.file || image.name != kernel.name) entry.initrds.push_back(image.file);
  const std::string name = lower_case(image_name(kernel.file));
  for (const std::string_view end : {".efi", ".pxe", ".kpxe", ".0", ".lkrn", ".com", ".wim"})
    if (name.ends_with(end) && name != "memtest.efi") {
      entry.kind = SourceEntry::Kind::unbootable;
      entry.why = fmt::format("{} is a program of the firmware's, not a kernel", image_name(kernel.file));
    }
  emit(state, std::move(entry), number);
}

/// `boot [IMAGE [WORDS]]`, also imgexec.
Result Runner::boot(State& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(
      words,
      {{"name", 'n', true}, {"timeout", 't', true}, {"autofree", 'a', false}, {"replace", 'r', false}});
  if (!words.empty()) {
    spend(state.images.size());
    const auto named = std::find_if(state.images.begin(), state.images.end(),
                                    [&](const Image& image) { return image.name == words.front(); });
    if (named == state.images.end()) return chain(state, std::move(words), number);
    state.selected = static_cast<std::size_t>(named - state.images.begin());
    if (words.size() > 1) named->words = {words.begin() + 1, words.end()};
  }
  if (!state.selected && state.images.size() == 1) state.selected = 0;
  if (!state.selected) {
    complain(state, number, "boot without a kernel");
    return Result::failure;
  }
  emit(state, state.images[*state.selected], number);
  return Result::over;
}

/// The script of a file, which is read once; none when it is no script, or one script too many.
std::shared_ptr<const IpxeScript> Runner::script(const FilePlace& file) {
  const auto [place, is_new] = scripts_.try_emplace(file.str());
  if (!is_new || scripts_.size() > kMaxScripts) return place->second;
  spend(kStepsOfScript);
  try {
    const auto text = reader_.read(file, IpxeScript::kMaxSize);
    if (text && IpxeScript::is_script(*text)) {
      spend(text->size() / kBytesPerStepOfScript);
      place->second = std::make_shared<const IpxeScript>(*text);
    }
  } catch (const Error&) {
    // Too large for a script: it is a program.
  }
  return place->second;
}

/// `chain URL [WORDS]`: another script is run; whatever else is there is booted.
Result Runner::chain(State& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(
      words,
      {{"name", 'n', true}, {"timeout", 't', true}, {"autofree", 'a', false}, {"replace", 'r', false}});
  if (words.empty()) return boot(state, {}, number);
  Image image{.name = "", .file = place(state, words.front())};
  image.words = {words.begin() + 1, words.end()};
  const std::string name = lower_case(image_name(image.file));
  // What is a kernel by its name is not fetched to find out.
  const bool kernel = name.starts_with("vmlinuz") || name.starts_with("bzimage");
  const auto next = kernel || !may_lead_to(source_.file, image.file) ? nullptr : script(image.file);
  if (!next) {
    const bool named_so = name.ends_with(".ipxe") || name.ends_with(".php") || name.ends_with(".cfg");
    if (named_so || name.empty()) {
      complain(state, number, fmt::format("{} is not there, or is no iPXE script", image.file.str()));
      return Result::failure;
    }
    emit(state, image, number);
    return Result::over;
  }
  if (state.frames.size() >= kMaxDepth) {
    complain(state, number,
             fmt::format("{}: not read, more than {} scripts deep", image.file.str(), kMaxDepth));
    return Result::failure;
  }
  if (options.has("replace")) state.frames.pop_back();
  state.frames.push_back({next, image.file});
  return Result::success;
}

/// Each item of a menu goes on by itself, and this branch ends.
Result Runner::choose(State& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(words, {{"menu", 'm', true},
                                    {"default", 'd', true},
                                    {"timeout", 't', true},
                                    {"retimeout", 'r', true},
                                    {"keep", 'k', false}});
  const std::string variable = words.empty() ? "selected" : words.front();
  const Menu menu = std::move(state.menus[options.value("menu")]);
  if (options.has("keep"))
    state.menus[options.value("menu")] = menu;
  else
    state.menus.erase(options.value("menu"));
  // A menu that is met again, as by "back", has been listed.
  const bool first =
      state.chosen_at.insert(fmt::format("{}:{}", state.frames.back().file.str(), number)).second;
  if (!first || menu.items.empty() || state.chosen_at.size() > kMaxDepth)
    return menu.items.empty() ? Result::failure : Result::over;

  constexpr std::uint64_t kMilliseconds = 1'000;
  if (const auto timeout = whole_number(options.value("timeout"));
      timeout && *timeout > 0 && !source_.timeout && state.chosen_at.size() == 1)
    source_.timeout = static_cast<unsigned>(std::min<std::uint64_t>(
        (*timeout + kMilliseconds - 1) / kMilliseconds, std::numeric_limits<int>::max()));
  std::string wanted = options.has("default") ? options.value("default") : menu.default_label;
  if (std::none_of(menu.items.begin(), menu.items.end(),
                   [&](const Item& one) { return one.label == wanted; }))
    wanted = menu.items.front().label;
  // Each branch begins with the rest of this line behind what succeeded.
  state.rest = {"isset", "x"};
  state.rest.insert(state.rest.end(), rest_.begin(), rest_.end());
  state.rest_line = number;
  const std::size_t cost = steps_of(state) + steps_of(state.rest);
  for (const Item& one : menu.items) {
    spend(cost);
    State next = state;
    if (state.item) next.submenu.push_back(state.item->text);
    next.item = one;
    next.variables[variable] = one.label;
    next.is_default = state.is_default && one.label == wanted;
    branch(std::move(next));
  }
  return Result::over;
}

Result Runner::command(State& state, std::vector<std::string> words, int number) {
  // `time COMMAND` is that command; not by a call for each, which a long line would make too many.
  words.erase(words.begin(), std::find_if(words.begin(), words.end(),
                                          [](const std::string& word) { return word != "time"; }));
  if (words.empty()) return Result::success;
  const std::string name = words.front();
  words.erase(words.begin());
  if (name == "set") return set(state, words);
  if (name == "clear") return state.variables.erase(join(words)), Result::success;
  if (name == "inc" && !words.empty()) {
    const auto value = whole_number(setting(state, words[0]).value_or("0"));
    const auto step = words.size() > 1 ? whole_number(words[1]) : std::optional<std::uint64_t>(1);
    state.variables[words[0]] = std::to_string(value.value_or(0) + step.value_or(0));
    return Result::success;
  }
  if (name == "isset") return words.empty() || words[0].empty() ? Result::failure : Result::success;
  if (name == "iseq") return words.size() == 2 && words[0] == words[1] ? Result::success : Result::failure;
  if (name == "goto") return go_to(state, words.empty() ? "" : words[0], number);
  if (name == "prompt") {
    const IpxeOptions options(words, {{"key", 'k', true}, {"timeout", 't', true}});
    return options.has("timeout") ? Result::failure : Result::success;  // nobody presses the key
  }
  if (name == "kernel" || name == "imgselect" || name == "imgload")
    return fetch(state, std::move(words), true, number), Result::success;
  if (name == "initrd" || name == "module" || name == "imgfetch")
    return fetch(state, std::move(words), false, number), Result::success;
  if (name == "imgargs" && !words.empty()) {
    for (Image& image : state.images) {
      spend(1);
      if (image.name != words[0]) continue;
      spend(steps_of(words));
      image.words = {words.begin() + 1, words.end()};
    }
    return Result::success;
  }
  if (name == "imgfree") return state.images.clear(), state.selected.reset(), Result::success;
  if (name == "menu") {
    const IpxeOptions options(words, {{"name", 'n', true}, {"delete", 'd', false}});
    return state.menus[options.value("name")] = {}, Result::success;
  }
  if (name == "item") return item(state, std::move(words), number), Result::success;
  if (name == "choose") return choose(state, words, number);
  if (name == "chain") return chain(state, words, number);
  if (name == "boot" || name == "imgexec") return boot(state, words, number);
  if (contains(kEnds, name)) return Result::over;
  if (contains(kIgnored, name)) return Result::success;
  complain(state, number, fmt::format("\"{}\" is left to iPXE", printable_head(name, 40)));
  return Result::failure;
}

/// `a && b || c`: an operator decides by how the command before it ended whether the one behind it runs.
Result Runner::line(State& state, const std::vector<std::string>& words, int number) {
  Result result = Result::success;
  bool runs = true;
  spend(kStepsOfLine + words.size());
  for (auto begin = words.begin(); begin != words.end();) {
    const auto end = std::find_if(begin, words.end(),
                                  [](const std::string& word) { return word == "&&" || word == "||"; });
    if (runs) {
      spend(kStepsOfLine);
      std::vector<std::string> command_words;
      for (auto word = begin; word != end; ++word)
        command_words.push_back(expand_ipxe(
            *word, [&](const std::string& name) { return setting(state, name); },
            [&](std::size_t bytes) { spend(1 + bytes / kBytesPerStep); }));
      if (!command_words.empty() && command_words[0] == "exit") {
        state.frames.pop_back();
        return Result::success;
      }
      rest_ = {end, words.end()};
      result = command(state, std::move(command_words), number);
      if (result == Result::over) return result;
      if (result == Result::jump) return Result::success;
    }
    if (end == words.end()) break;
    runs = (*end == "&&") == (result == Result::success);
    // A branch that is not taken leaves the line's end as it was; `||` with nothing behind it forgives.
    if (end + 1 == words.end() && *end == "||") result = Result::success;
    begin = end + 1;
  }
  return result;
}

void Runner::branch(State state) {
  if (depth_ >= kMaxDepth) return;
  ++depth_;
  if (!state.rest.empty()) {
    const Result result = line(state, std::exchange(state.rest, {}), state.rest_line);
    if (result == Result::over) state.frames.clear();
    if (result == Result::failure) state.frames.pop_back();
  }
  while (!state.frames.empty()) {
    Frame& frame = state.frames.back();
    if (frame.next >= frame.script->size()) {
      state.frames.pop_back();
      continue;
    }
    const std::size_t index = frame.next++;
    const std::shared_ptr<const IpxeScript> script = frame.script;
    const Result result = line(state, script->line(index), static_cast<int>(index) + 1);
    if (result == Result::over) break;
    if (result == Result::failure) state.frames.pop_back();
  }
  --depth_;
}

BootSource Runner::run() {
  const std::string text = read_source(source_.file, reader_, IpxeScript::kMaxSize);
  State state;
  state.frames.push_back({std::make_shared<const IpxeScript>(text), source_.file});
  try {
    branch(std::move(state));
  } catch (const OutOfSteps&) {
    complain({}, 0, fmt::format("the script did not end within {} steps", kMaxSteps));
  }
  return std::move(source_);
}

}  // namespace

BootSource read_ipxe(const FilePlace& file, SourceReader& reader) {
  return Runner(file, reader).run();
}

}  // namespace kboot
