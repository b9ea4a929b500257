#include "base/lower_case.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/entries/boot_places.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// Throws Error where there is no UEFI firmware.
BootOptions options_of(Session& session) {
  auto options = session.firmware_boot().options();
  if (!options) fail("this machine was not started by UEFI firmware, so there are no boot options of it");
  return *std::move(options);
}

/// What is to be known of an option, beside its title.
std::string state_of(const BootOption& one, const BootOptions& options) {
  std::vector<std::string> words;
  if (options.current == one.number) words.emplace_back("current");
  if (options.next == one.number) words.emplace_back("next");
  if (!one.option.active()) words.emplace_back("inactive");
  if (one.option.hidden()) words.emplace_back("hidden");
  if (one.option.app()) words.emplace_back("app");
  return join(words);
}

void list_options(Session& session) {
  const BootOptions options = options_of(session);
  Report& report = session.report();
  report.notes(options.diagnostics);
  const bool json = report.style() == Report::Style::json;
  Table table{"options", {"order", "option", "state", "title"}, {}};
  if (json) table.columns.insert(table.columns.end(), {"partuuid", "path"});
  for (const BootOption& one : options.options) {
    const std::string order = one.order ? std::to_string(*one.order) : "";
    table.rows.push_back({order, boot_option_name(one.number), state_of(one, options), one.title()});
    if (json) table.rows.back().insert(table.rows.back().end(), {one.option.partuuid, one.option.path});
  }
  if (table.rows.empty()) report.note("the firmware has no boot option");
  report.table(table, session.current_line());
}

/// `Boot001A`, `001A` and `1a` are a number. Nothing for another word.
std::optional<unsigned> parse_number(std::string_view word) {
  constexpr std::string_view kBegin = "boot";
  constexpr std::size_t kDigits = 4;
  if (lower_case(word).starts_with(kBegin)) word.remove_prefix(kBegin.size());
  if (word.size() > kDigits) return std::nullopt;
  const auto number = whole_number(word, 16);
  return number ? std::optional(static_cast<unsigned>(*number)) : std::nullopt;
}

/// The option that is meant: by the name of its boot entry, which Tab offers, by its title, else by its
/// number. Throws Error.
const BootOption& option_named(const BootOptions& options, const std::string& word) {
  for (const ListedEntry& entry : list_boot_options(options).entries)
    if (lower_case(entry.name) == lower_case(word))
      if (const auto number = boot_option_of(entry.entry)) return *options.find(*number);
  std::vector<const BootOption*> titled;
  for (const BootOption& one : options.options)
    if (lower_case(one.title()) == lower_case(word)) titled.push_back(&one);
  if (titled.size() > 1)
    fail("{}: {} boot options have this title; name one by its number", shown(word), titled.size());
  if (!titled.empty()) return *titled.front();
  const auto number = parse_number(word);
  const BootOption* option = number ? options.find(*number) : nullptr;
  if (option == nullptr)
    fail("{}: no such boot option; \"firmware\" shows those that are there", shown(word));
  return *option;
}

void start(Session& session, const std::string& word) {
  const BootOptions options = options_of(session);
  const BootOption& option = option_named(options, word);
  session.shell().restart(firmware_starts_line(option.title()),
                          [&] { session.firmware_boot().start_next(option.number); });
}

void open_setup(Session& session) {
  if (!options_of(session).has_setup) fail("{}", kNoSetup);
  session.shell().restart("the firmware opens its set-up: the machine restarts",
                          [&] { session.firmware_boot().open_setup_next(); });
}

}  // namespace

void run_firmware(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return list_options(session);
  const bool setup = arguments[0] == "--setup";
  if (arguments[0].starts_with('-') && (!setup || arguments.size() > 1)) wrong_usage("firmware");
  if (setup) return open_setup(session);
  // A title has blanks, which need no quotes.
  std::vector<std::string> words;
  words.reserve(arguments.size());
  for (const std::string& argument : arguments) words.push_back(unquote(argument));
  start(session, join(words));
}

}  // namespace kboot
