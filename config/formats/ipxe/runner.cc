#include "config/formats/ipxe/runner.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxDiagnostics = 100;
constexpr std::size_t kStepsOfLine = 4;

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

}  // namespace

void IpxeRunner::spend(std::size_t steps) {
  if (steps > steps_) {
    steps_ = 0;
    throw OutOfSteps{};
  }
  steps_ -= steps;
}

void IpxeRunner::complain(const IpxeState& state, int line, std::string_view message) {
  const FilePlace& file = state.frames.empty() ? source_.file : state.frames.back().file;
  constexpr std::size_t kLongest = 300;
  constexpr std::size_t kSteps = 20;
  steps_ -= std::min(steps_, kSteps);
  const Diagnostic diagnostic{file.str(), line, printable_head(message, kLongest)};
  const auto& told = source_.diagnostics;
  if (told.size() < kMaxDiagnostics && std::find(told.begin(), told.end(), diagnostic) == told.end())
    source_.diagnostics.push_back(diagnostic);
}

std::optional<std::string> IpxeRunner::setting(const IpxeState& state, const std::string& name) {
  if (const auto found = state.variables.find(name); found != state.variables.end()) return found->second;
  if (name == "cwuri" && !state.frames.empty()) return state.frames.back().file.str();
  if (auto value = reader_.setting(name)) return value;
  if (name == "buildarch" || name == "builtin/buildarch") return std::string(architecture().name);
  if (name == "platform" || name == "builtin/platform") return reader_.efi() ? "efi" : "pcbios";
  return {};
}

FilePlace IpxeRunner::place(const IpxeState& state, const std::string& written) const {
  const FilePlace& file = state.frames.back().file;
  return place_of(written, file.device, folder_of(file.path));
}

/// A label that is not there is a fault only where no `||` says what to do then.
IpxeResult IpxeRunner::go_to(IpxeState& state, const std::string& label, int number) {
  IpxeFrame& frame = state.frames.back();
  const auto found = label.empty() ? std::nullopt : frame.script->label(label);
  if (found) {
    frame.next = *found + 1;
    return IpxeResult::jump;
  }
  if (!contains(rest_, "||")) complain(state, number, fmt::format("no label :{}", printable_head(label, 40)));
  return IpxeResult::failure;
}

IpxeResult IpxeRunner::set(IpxeState& state, const std::vector<std::string>& words) {
  if (words.empty()) return IpxeResult::failure;
  // `set net0/x:string value`: the type says how it is kept.
  const std::string name = words.front().substr(0, words.front().find(':'));
  if (words.size() == 1)
    state.variables.erase(name);
  else
    state.variables[name] = join({words.begin() + 1, words.end()});
  return IpxeResult::success;
}

IpxeResult IpxeRunner::command(IpxeState& state, std::vector<std::string> words, int number) {
  // `time COMMAND` is that command; not by a call for each, which a long line would make too many.
  words.erase(words.begin(), std::find_if(words.begin(), words.end(),
                                          [](const std::string& word) { return word != "time"; }));
  if (words.empty()) return IpxeResult::success;
  const std::string name = words.front();
  words.erase(words.begin());
  if (name == "set") return set(state, words);
  if (name == "clear") return state.variables.erase(join(words)), IpxeResult::success;
  if (name == "inc" && !words.empty()) {
    const auto value = whole_number(setting(state, words[0]).value_or("0"));
    const auto step = words.size() > 1 ? whole_number(words[1]) : std::optional<std::uint64_t>(1);
    state.variables[words[0]] = std::to_string(value.value_or(0) + step.value_or(0));
    return IpxeResult::success;
  }
  if (name == "isset") return words.empty() || words[0].empty() ? IpxeResult::failure : IpxeResult::success;
  if (name == "iseq")
    return words.size() == 2 && words[0] == words[1] ? IpxeResult::success : IpxeResult::failure;
  if (name == "goto") return go_to(state, words.empty() ? "" : words[0], number);
  if (name == "prompt") {
    const IpxeOptions options(words, {{"key", 'k', true}, {"timeout", 't', true}});
    return options.has("timeout") ? IpxeResult::failure : IpxeResult::success;  // nobody presses the key
  }
  if (name == "kernel" || name == "imgselect" || name == "imgload")
    return fetch(state, std::move(words), true, number), IpxeResult::success;
  if (name == "initrd" || name == "module" || name == "imgfetch")
    return fetch(state, std::move(words), false, number), IpxeResult::success;
  if (name == "imgargs" && !words.empty()) {
    for (IpxeImage& image : state.images) {
      spend(1);
      if (image.name != words[0]) continue;
      spend(steps_of(words));
      image.words = {words.begin() + 1, words.end()};
    }
    return IpxeResult::success;
  }
  if (name == "imgfree") return state.images.clear(), state.selected.reset(), IpxeResult::success;
  if (name == "menu") {
    const IpxeOptions options(words, {{"name", 'n', true}, {"delete", 'd', false}});
    return state.menus[options.value("name")] = {}, IpxeResult::success;
  }
  if (name == "item") return item(state, std::move(words), number), IpxeResult::success;
  if (name == "choose") return choose(state, words, number);
  if (name == "chain") return chain(state, words, number);
  if (name == "boot" || name == "imgexec") return boot(state, words, number);
  if (contains(kEnds, name)) return IpxeResult::over;
  if (contains(kIgnored, name)) return IpxeResult::success;
  complain(state, number, fmt::format("\"{}\" is left to iPXE", printable_head(name, 40)));
  return IpxeResult::failure;
}

/// `a && b || c`: an operator decides by how the command before it ended whether the one behind it runs.
IpxeResult IpxeRunner::line(IpxeState& state, const std::vector<std::string>& words, int number) {
  IpxeResult result = IpxeResult::success;
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
            [&](std::size_t bytes) { spend(1 + bytes / kIpxeBytesPerStep); }));
      if (!command_words.empty() && command_words[0] == "exit") {
        state.frames.pop_back();
        return IpxeResult::success;
      }
      rest_ = {end, words.end()};
      result = command(state, std::move(command_words), number);
      if (result == IpxeResult::over) return result;
      if (result == IpxeResult::jump) return IpxeResult::success;
    }
    if (end == words.end()) break;
    runs = (*end == "&&") == (result == IpxeResult::success);
    // A branch that is not taken leaves the line's end as it was; `||` with nothing behind it forgives.
    if (end + 1 == words.end() && *end == "||") result = IpxeResult::success;
    begin = end + 1;
  }
  return result;
}

void IpxeRunner::branch(IpxeState state) {
  if (depth_ >= kMaxDepth) return;
  ++depth_;
  if (!state.rest.empty()) {
    const IpxeResult result = line(state, std::exchange(state.rest, {}), state.rest_line);
    if (result == IpxeResult::over) state.frames.clear();
    if (result == IpxeResult::failure) state.frames.pop_back();
  }
  while (!state.frames.empty()) {
    IpxeFrame& frame = state.frames.back();
    if (frame.next >= frame.script->size()) {
      state.frames.pop_back();
      continue;
    }
    const std::size_t index = frame.next++;
    const std::shared_ptr<const IpxeScript> script = frame.script;
    const IpxeResult result = line(state, script->line(index), static_cast<int>(index) + 1);
    if (result == IpxeResult::over) break;
    if (result == IpxeResult::failure) state.frames.pop_back();
  }
  --depth_;
}

BootSource IpxeRunner::run() {
  const std::string text = read_source(source_.file, reader_, IpxeScript::kMaxSize);
  IpxeState state;
  state.frames.push_back({std::make_shared<const IpxeScript>(text), source_.file});
  try {
    branch(std::move(state));
  } catch (const OutOfSteps&) {
    complain({}, 0, fmt::format("the script did not end within {} steps", kMaxSteps));
  }
  return std::move(source_);
}

}  // namespace kboot
