#include "config/formats/grub/machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/error.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "config/formats/grub/commands.h"
#include "config/formats/grub/parser.h"
#include "config/formats/grub/text.h"
#include "config/formats/grub/words.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

/// Scripts inside scripts; more than any bound on levels lets through in earnest.
constexpr unsigned kMaxDepth = 400;
constexpr std::size_t kMaxComplaints = 200;

/// The features of GRUB 2.06 that a configuration can ask for.
constexpr std::array<std::string_view, 10> kFeatures = {"feature_200_final",
                                                        "feature_all_video_module",
                                                        "feature_chainloader_bpb",
                                                        "feature_default_font_path",
                                                        "feature_menuentry_id",
                                                        "feature_menuentry_options",
                                                        "feature_nativedisk_cmd",
                                                        "feature_ntldr",
                                                        "feature_platform_search_hint",
                                                        "feature_timeout_style"};

}  // namespace

GrubMachine::Level::Level(GrubMachine& machine) : machine_(machine) {
  if (machine_.levels_ >= kMaxGrubLevels)
    machine_.stop(fmt::format("ended: more than {} levels", kMaxGrubLevels));
  ++machine_.levels_;
}

GrubMachine::GrubMachine(const FilePlace& file, SourceReader& all, Diagnostics& list)
    : reader(all),
      diagnostics(list),
      devices(file, all),
      files(devices, variables, all),
      menu(std::make_shared<GrubMenu>()),
      first_(file),
      file_(file) {
  const auto exported = [&](std::string_view name, std::string value) {
    variables.set(name, std::move(value));
    variables.export_name(name);
  };
  for (const std::string_view feature : kFeatures) exported(feature, "y");
  exported("grub_cpu", std::string(architecture().name));
  exported("grub_platform", all.efi() ? "efi" : "pc");
  exported("root", devices.name_of(file.device));
  const std::string folder = files.written({file.device, folder_of(file.path)});
  exported("prefix", folder);
  exported("cmdpath", folder);
  name_file(file);
}

void GrubMachine::name_file(const FilePlace& file) {
  variables.set("config_file", files.written(file));
  variables.set("config_directory", files.written({file.device, folder_of(file.path)}));
  variables.export_name("config_file");
  variables.export_name("config_directory");
}

void GrubMachine::spend(std::uint64_t steps) {
  if (steps >= steps_) {
    steps_ = 0;
    stop("ended: too many steps");
  }
  steps_ -= steps;
}

void GrubMachine::keep_commands(std::size_t bytes) {
  if (bytes > commands_left_) {
    commands_left_ = 0;
    stop("ended: too many commands");
  }
  commands_left_ -= bytes;
}

void GrubMachine::stop(std::string why) {
  complain(std::move(why));
  throw GrubStop{};
}

void GrubMachine::cut(const FilePlace& file, int line, std::string_view why) {
  if (!std::exchange(is_cut_, true)) complain(file, line, fmt::format("the rest is ignored: {}", why));
}

void GrubMachine::complain(const FilePlace& file, int line, std::string message) {
  complain(Diagnostic{file.str(), line, std::move(message)});
}

void GrubMachine::complain(Diagnostic diagnostic) {
  if (diagnostics.size() >= kMaxComplaints) {
    ++not_said_;
    return;
  }
  // It must not end the evaluation itself: that complains.
  constexpr std::uint64_t kCost = 10;
  steps_ -= std::min(steps_, kCost);
  if (complaints_.insert(diagnostic.str()).second) {
    diagnostics.push_back(std::move(diagnostic));
  }
}

void GrubMachine::end_diagnostics() {
  if (not_said_ > 0) diagnostics.push_back({first_.str(), 0, fmt::format("and {} more", not_said_)});
}

void GrubMachine::add(GrubMenuItem item) {
  const bool is_entry = item.type != GrubMenuItem::Type::submenu;
  const bool is_full = is_entry && menu->entries >= kMaxGrubEntries;
  if (is_full || lines_left_ == 0) {
    cut(file_, line_,
        is_full ? fmt::format("more than {} entries", kMaxGrubEntries)
                : fmt::format("more than {} lines in menus", kMaxGrubLines));
    throw GrubStop{};
  }
  --lines_left_;
  if (is_entry) ++menu->entries;
  menu->items.push_back(std::move(item));
}

bool GrubMachine::run_text(std::string_view bytes, const FilePlace& file) {
  const Level level(*this);
  const auto name = std::make_shared<const FilePlace>(file);
  const auto say = [&](int line, std::string message) { complain(file, line, std::move(message)); };
  constexpr std::size_t kBytesPerStep = 32;  // reading a letter takes more than copying it
  spend(bytes.size() / kBytesPerStep);
  const std::string text = grub_text(bytes, say);
  GrubParser parser(text, name, say, [this](std::size_t bytes_kept) { keep_commands(bytes_kept); });
  const FilePlace outer = std::exchange(file_, file);
  const auto outer_line = std::exchange(made_line_, std::nullopt);
  const int line = line_;
  const ScopeExit back([&] {
    file_ = outer;
    made_line_ = outer_line;
    line_ = line;
  });
  status = true;
  while (flow == GrubFlow::next) {
    const std::optional<GrubCommand> command = parser.next();
    if (!command) break;
    status = execute(*command);
  }
  if (flow != GrubFlow::exit) flow = GrubFlow::next;
  return status;
}

bool GrubMachine::run_file(const FilePlace& file) {
  spend(kGrubDiskSteps);
  try {
    const std::optional<std::string> text = files.read(file, kMaxSourceFile);
    if (text) return run_text(*text, file);
    complain(fmt::format("{}: no such file", printable(file.str())));
  } catch (const Error& error) {
    complain(error.what());
  }
  return false;
}

void GrubMachine::show_menu(const FilePlace& file) {
  spend_bytes(variables.bytes());
  auto inner = std::make_shared<GrubMenu>();
  const GrubVariables outer = std::exchange(variables, variables.child());
  const std::shared_ptr<GrubMenu> outer_menu = std::exchange(menu, inner);
  const GrubLoad outer_load = std::exchange(load, {});
  const GrubFlow outer_flow = flow;
  const auto back = [&] {
    inner->variables = std::exchange(variables, outer);
    inner->loops = devices.loops();
    menu = outer_menu;
    load = outer_load;
    flow = outer_flow;
    GrubMenuItem item;
    item.type = GrubMenuItem::Type::shown;
    item.file = file;
    item.menu = inner;
    if (!inner->items.empty()) menu->items.push_back(std::move(item));
  };
  name_file(file);
  try {
    run_file(file);
  } catch (const GrubStop&) {
    back();
    throw;
  }
  back();
}

std::shared_ptr<const GrubScript> GrubMachine::parse_made(const std::string& text) {
  auto script = std::make_shared<GrubScript>();
  script->file = std::make_shared<const FilePlace>(file_);
  constexpr std::uint64_t kParsing = 40;
  spend(kParsing + text.size() / 2);
  const int line = line_;
  GrubParser parser(
      text, script->file, [&](int, std::string message) { complain(std::move(message)); },
      [this](std::size_t bytes) { keep_commands(bytes); });
  while (auto command = parser.next()) {
    // Its lines are all of the command that made it.
    command->line = line;
    script->commands.push_back(std::move(*command));
  }
  return script;
}

bool GrubMachine::run_made(const std::string& text) {
  const Level level(*this);
  const auto outer = std::exchange(made_line_, line_);
  const ScopeExit back([&] { made_line_ = outer; });
  return run(*parse_made(text));
}

bool GrubMachine::run(const GrubScript& script) {
  if (depth_ >= kMaxDepth) stop(fmt::format("ended: more than {} levels", kMaxGrubLevels));
  ++depth_;
  const ScopeExit back([&] { --depth_; });
  status = true;
  for (const GrubCommand& command : script.commands) {
    status = execute(command);
    if (flow != GrubFlow::next) break;
  }
  return status;
}

bool GrubMachine::execute(const GrubCommand& command) {
  spend(1);
  line_ = made_line_.value_or(command.line);
  switch (command.type) {
    case GrubCommand::Type::if_:
      return execute_if(command);
    case GrubCommand::Type::while_:
    case GrubCommand::Type::until:
      return execute_while(command);
    case GrubCommand::Type::for_:
      return execute_for(command);
    case GrubCommand::Type::function:
      functions_[std::string(command.words.front().plain())] = command.blocks.front();
      return true;
    case GrubCommand::Type::simple:
      break;
  }
  GrubCall made{
      .words = {}, .block = command.blocks.empty() ? nullptr : command.blocks.front(), .line = line_};
  for (const GrubWord& word : command.words) grub_expand(word, *this, made.words);
  return call(made);
}

bool GrubMachine::condition(const GrubScript& script) {
  const bool outer = std::exchange(in_condition, true);
  const ScopeExit back([&] { in_condition = outer; });
  return run(script);
}

bool GrubMachine::execute_if(const GrubCommand& command) {
  std::size_t at = 0;
  for (; at + 1 < command.blocks.size(); at += 2) {
    const bool holds = condition(*command.blocks[at]);
    if (flow != GrubFlow::next) return holds;
    if (holds) return run(*command.blocks[at + 1]);
  }
  return at >= command.blocks.size() || run(*command.blocks[at]);
}

/// After a loop's body: whether break, continue, return or exit end the loop.
bool GrubMachine::leaves_loop() {
  if (flow == GrubFlow::next) return false;
  if (flow != GrubFlow::break_loop && flow != GrubFlow::continue_loop) return true;
  if (loops_to_leave > 1) {
    --loops_to_leave;
    return true;
  }
  return std::exchange(flow, GrubFlow::next) == GrubFlow::break_loop;
}

bool GrubMachine::execute_while(const GrubCommand& command) {
  const bool wanted = command.type == GrubCommand::Type::while_;
  bool result = true;
  while (condition(*command.blocks[0]) == wanted && flow == GrubFlow::next) {
    spend(1);
    result = run(*command.blocks[1]);
    if (leaves_loop()) break;
  }
  return result;
}

bool GrubMachine::execute_for(const GrubCommand& command) {
  std::vector<std::string> values;
  for (std::size_t at = 1; at < command.words.size(); ++at) grub_expand(command.words[at], *this, values);
  bool result = true;
  for (std::string& value : values) {
    spend(1);
    variables.set(command.words.front().plain(), std::move(value));
    result = run(*command.blocks[0]);
    if (leaves_loop()) break;
  }
  return result;
}

bool GrubMachine::call_function(const GrubScript& body, const GrubCall& call) {
  const Level level(*this);
  const std::vector<std::string> outer = std::exchange(arguments, call.arguments());
  const FilePlace outer_file = std::exchange(file_, *body.file);
  const auto outer_made = std::exchange(made_line_, std::nullopt);
  const ScopeExit back([&] {
    arguments = outer;
    file_ = outer_file;
    made_line_ = outer_made;
  });
  const bool result = run(body);
  if (flow != GrubFlow::exit) flow = GrubFlow::next;
  return result;
}

bool GrubMachine::call(GrubCall& call) {
  const auto first =
      std::find_if(call.words.begin(), call.words.end(), [](const std::string& word) { return word != "!"; });
  const bool negate = (first - call.words.begin()) % 2 != 0;
  call.words.erase(call.words.begin(), first);
  return call.words.empty() ? !negate : call_named(call) != negate;
}

bool GrubMachine::call_named(const GrubCall& call) {
  const std::string& name = call.name();
  const GrubCommandRow* command = find_grub_command(name);
  if (command != nullptr) return command->run(*this, call);
  if (const auto function = functions_.find(name); function != functions_.end()) {
    // The function may define itself anew while it runs.
    const std::shared_ptr<const GrubScript> body = function->second;
    return call_function(*body, call);
  }
  if (is_ignored_grub_command(name)) return true;
  if (const std::size_t equals = name.find('='); equals != std::string::npos && equals > 0) {
    variables.set(std::string_view(name).substr(0, equals), name.substr(equals + 1));
    return true;
  }
  complain(fmt::format("unknown command \"{}\"", printable_head(name, 40)));
  return false;
}

}  // namespace kboot
