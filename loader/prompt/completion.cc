#include "loader/prompt/completion.h"

#include "base/text.h"
#include "config/setting_table.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

using Wanted = Candidates::Wanted;

bool is_path_like(std::string_view word) {
  return word.find_first_of("/:") != std::string_view::npos;
}

/// Splits `name=value`; nothing when there is no name before a `=`. `UUID=…` is a device.
std::optional<TypedWord> split_value(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || !is_variable_name(word.substr(0, equals)) ||
      is_tag(std::string(word) + "x"))
    return {};
  return TypedWord::split(word, equals + 1);
}

std::string_view name_of(const TypedWord& value) {
  return value.prefix.substr(0, value.prefix.find('='));
}

/// The last path of `initrd=a,b`.
void add_initrd(Candidates& found, const TypedWord& value) {
  const std::size_t comma = value.text.rfind(',');
  const std::size_t done = comma == std::string_view::npos ? 0 : comma + 1;
  const std::string prefix = std::string(value.prefix).append(value.text.substr(0, done));
  found.add_paths({prefix, value.text.substr(done)}, Wanted::any);
}

}  // namespace

Completer::Completer(Session& session) : session_(session), devices_(session.resolver().mounter()) {}

Completion Completer::complete(std::string_view before, std::string_view word) noexcept {
  try {
    Candidates found(session_, devices_, session_.published());
    const Resolver::Glance glance(session_.resolver(), [this](const std::string& server) {
      return session_.fetch_policy().reaches(server);
    });
    try {
      complete_line(found, split_words(before), word);
    } catch (const Cancelled&) {
      return {};
    } catch (const Error&) {
      // A folder that cannot be read has nothing to offer; the error shows when the line is run.
    }
    Completion completion = found.take();
    // The line editor shows them as they are. What is not printable can still be typed.
    std::erase_if(completion.words, [](const std::string& one) { return printable(one) != one; });
    return completion;
  } catch (...) {
    return {};
  }
}

void Completer::complete_line(Candidates& found, Before before, std::string_view word) {
  if (session_.restricted()) {
    if (!before.empty()) return;
    found.add_labels({"", word});
    return found.add_commands({"", word});
  }
  if (before.empty()) return complete_first_word(found, word);

  const bool is_label = session_.variables().label(before[0]).has_value();
  const Command* command = is_label ? nullptr : find_command(commands(), before[0]);
  if (command == nullptr) return complete_argument(found, before, word);
  if (command->offer == nullptr) return;
  using Kind = Command::Offer::Kind;
  const Command::Offer offer = command->offer(before.subspan(1));
  for (const std::string& choice : split_blanks(offer.words))
    if (!choice.starts_with('-') || word.starts_with('-')) found.add_choice({"", word}, choice);
  switch (offer.kind) {
    case Kind::nothing:
      return;
    case Kind::boot_option:
      return found.add_boot_options({"", word});
    case Kind::command:
      return found.add_commands({"", word});
    case Kind::directory:
      return found.add_paths({"", word}, Wanted::directories);
    case Kind::label:
      return found.add_labels({"", word});
    case Kind::line:
      return complete_line(found, before.subspan(1), word);
    case Kind::path:
      return found.add_paths({"", word}, Wanted::any);
    case Kind::variable:
      if (const auto value = split_value(word)) return complete_value(found, *value);
      return found.add_variables({"", word});
  }
}

void Completer::complete_first_word(Candidates& found, std::string_view word) {
  if (const auto value = split_value(word)) return complete_value(found, *value);
  if (word.starts_with('!')) return;
  found.add_labels({"", word});
  found.add_commands({"", word});
  if (!word.empty()) found.add_assignments({"", word});
  found.add_entries({"", word});
  found.add_paths({"", word}, Wanted::any);
}

/// The right side of an assignment.
void Completer::complete_value(Candidates& found, const TypedWord& whole) {
  const std::string_view name = name_of(whole);
  TypedWord value = whole;
  std::string quoted;
  if (value.text.starts_with('"') || value.text.starts_with('\'')) {
    quoted = std::string(value.prefix) + value.text.front();
    value = {quoted, value.text.substr(1)};
  }
  const Setting* setting = find_setting(name);
  // What is not reserved is a label: a line that begins with a path.
  if (setting == nullptr && !is_reserved(name)) return found.add_paths(value, Wanted::any);
  if (setting == nullptr) return;
  switch (setting->type) {
    case Setting::Type::initrds:
      return add_initrd(found, value);
    case Setting::Type::device:
      return found.add_devices(value);
    case Setting::Type::boolean:
      found.add_choice(value, "true");
      return found.add_choice(value, "false");
    case Setting::Type::choice:
      for (const std::string& word : split_blanks(setting->words)) found.add_choice(value, word);
      return;
    case Setting::Type::lines:
      found.add_labels(value);
      found.add_entries(value);
      return found.add_paths(value, Wanted::any);
    case Setting::Type::path:
      return found.add_paths(value, Wanted::any);
    case Setting::Type::seconds:
    case Setting::Type::number:
    case Setting::Type::text:
    case Setting::Type::hash:
      return;
  }
}

/// Behind a kernel its arguments, behind a program any path. Which of them the line will be can only be
/// guessed.
void Completer::complete_argument(Candidates& found, Before before, std::string_view word) {
  if (before[0].starts_with('!')) return;  // paths mean something else there
  const bool kernel = boots(before[0]);
  if (const auto value = split_value(word)) {
    const std::string_view name = name_of(*value);
    if (name == "initrd") return add_initrd(found, *value);
    if (name == "root" || name == "resume") return found.add_devices(*value);
    if (!kernel || is_path_like(value->text)) found.add_paths(*value, Wanted::any);
    return;
  }
  if (kernel && !word.empty()) {
    found.add_choice({"", word}, "initrd=");
    found.add_choice({"", word}, "root=");
  }
  // What looks like a name there is for the kernel.
  if (!kernel || is_path_like(word)) found.add_paths({"", word}, Wanted::any);
}

/// Whether a line that begins so names a kernel. Nothing is mounted to find out.
bool Completer::boots(const std::string& first_word) {
  if (session_.variables().label(first_word) || is_path_like(first_word)) return true;
  // `linux='/boot/vmlinuz …`: a label that is being made.
  if (split_value(first_word)) return true;
  const auto file = session_.resolver().find(session_.locate(first_word));
  return file && file->kind == FileKind::regular && !file->executable;
}

}  // namespace kboot
