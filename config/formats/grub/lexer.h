#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/formats/grub/script.h"

namespace kboot {

/// Cuts the text of a GRUB script into words and what stands between them (GRUB's manual, "Writing full
/// configuration files directly"). The text has neither CRs nor NULs, and outlives the lexer.
class GrubLexer {
 public:
  struct Token {
    enum class Type { end, separator, open, close, word, error };
    Type type = Type::end;
    int line = 0;
    GrubWord word;
    std::string message;  ///< of an error
  };
  struct Position {
    std::size_t offset = 0;
    int line = 1;
  };

  explicit GrubLexer(std::string_view text) : text_(text) {}

  Token next();
  Position position() const { return at_; }
  void seek(Position position) { at_ = position; }
  /// Goes to the end of this line; gives what was left of it.
  std::string_view skip_line();

 private:
  void skip_blanks();
  Token word();
  bool single_quoted(Token& token);
  bool double_quoted(Token& token);
  void escape(Token& token);
  void variable(Token& token, bool quoted);
  std::size_t closing_quote(std::size_t from, char quote) const;
  char peek(std::size_t ahead = 0) const {
    return at_.offset + ahead < text_.size() ? text_[at_.offset + ahead] : '\0';
  }
  bool at_end() const { return at_.offset >= text_.size(); }
  void advance(std::size_t count);

  std::string_view text_;
  Position at_;
};

}  // namespace kboot
