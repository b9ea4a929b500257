#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/formats/source_reader.h"

namespace kboot {

/// A stretch of a word as it is written: text or a variable's name, outside or inside quotes.
struct GrubPart {
  enum class Type { text, quoted, variable, quoted_variable };
  Type type = Type::text;
  std::string text;
};

/// A word of a GRUB script, not yet expanded.
struct GrubWord {
  std::vector<GrubPart> parts;

  /// The text of a word without quotes and variables: what may be a reserved word; else nothing.
  std::string_view plain() const {
    return parts.size() == 1 && parts.front().type == GrubPart::Type::text ? parts.front().text
                                                                           : std::string_view();
  }
};

struct GrubCommand;

/// Commands in a row: a file, or what stands between braces, `then` and `fi`, `do` and `done`.
struct GrubScript {
  std::shared_ptr<const FilePlace> file;
  std::vector<GrubCommand> commands;
};

/// A command with what it holds:
/// `simple`: its words, and the block behind them if there is one;
/// `if_`: condition and body in turn, at the end perhaps the body of `else`;
/// `while_`, `until`: condition and body; `for_`: name and values, body; `function`: name, body.
struct GrubCommand {
  enum class Type { simple, if_, while_, until, for_, function };
  Type type = Type::simple;
  int line = 0;
  std::vector<GrubWord> words;
  std::vector<std::shared_ptr<const GrubScript>> blocks;
};

}  // namespace kboot
