#include "config/formats/grub/words.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"
#include "config/formats/grub/wildcard.h"

namespace kboot {
namespace {

/// The value of a variable or of `$1`, `$#`, `$?`, `$*`.
std::string value_of(const std::string& name, const GrubMachine& machine) {
  if (name == "?") return machine.status ? "0" : "1";
  if (name == "#") return std::to_string(machine.arguments.size());
  if (name == "*" || name == "@") return join(machine.arguments);
  if (name.front() >= '0' && name.front() <= '9') {
    const auto number = whole_number(name);
    return number && *number > 0 && *number <= machine.arguments.size() ? machine.arguments[*number - 1]
                                                                        : std::string();
  }
  return machine.variables.get(name);
}

/// Puts a word together.
class Expansion {
 public:
  Expansion(GrubMachine& machine, std::vector<std::string>& words) : machine_(machine), words_(words) {}

  void add(const GrubPart& part) {
    using Type = GrubPart::Type;
    if (part.type == Type::quoted || part.type == Type::text) {
      wild_ = wild_ || (part.type == Type::text && part.text.find_first_of("*?") != std::string::npos);
      append(part.text);
    } else if (part.type == Type::quoted_variable && part.text == "@") {
      for (std::size_t at = 0; at < machine_.arguments.size(); ++at) {
        machine_.spend(1);
        if (at > 0) end();
        append(machine_.arguments[at]);
      }
    } else if (part.type == Type::quoted_variable) {
      append(value_of(part.text, machine_));
    } else {
      split(value_of(part.text, machine_));
    }
  }

  void end() {
    if (!begun_) return;
    if (wild_)
      grub_wildcards(text_, machine_, words_);
    else
      words_.push_back(std::move(text_));
    text_.clear();
    begun_ = wild_ = false;
  }

 private:
  void append(std::string_view text) {
    machine_.spend_bytes(text.size());
    text_ += text;
    begun_ = true;
  }

  void split(std::string_view value) {
    constexpr std::string_view kBlanks = " \t\n";
    machine_.spend_bytes(value.size() * 4);  // each letter is looked at
    while (!value.empty()) {
      const std::size_t blank = std::min(value.find_first_of(kBlanks), value.size());
      if (blank > 0) {
        machine_.spend(1);
        append(value.substr(0, blank));
      }
      value.remove_prefix(blank);
      if (value.empty()) break;
      end();
      value.remove_prefix(std::min(value.find_first_not_of(kBlanks), value.size()));
    }
  }

  GrubMachine& machine_;
  std::vector<std::string>& words_;
  std::string text_;
  bool begun_ = false;
  bool wild_ = false;
};

}  // namespace

void grub_expand(const GrubWord& word, GrubMachine& machine, std::vector<std::string>& words) {
  Expansion expansion(machine, words);
  machine.spend(word.parts.size());
  for (const GrubPart& part : word.parts) expansion.add(part);
  expansion.end();
}

}  // namespace kboot
