#include "config/formats/grub/lexer.h"

#include <algorithm>

#include "base/text.h"

namespace kboot {
namespace {

/// Variables and stretches of text in one word; each takes 40 bytes and more, of a letter or two.
constexpr std::size_t kMaxParts = 100'000;

using Type = GrubPart::Type;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name_start(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_special(char c) {
  return c == '?' || c == '#' || c == '*' || c == '@';
}
/// What ends a word outside quotes.
bool is_meta(char c) {
  return is_blank(c) || c == '\n' || c == ';' || c == '{' || c == '}' || c == '|' || c == '&' || c == '<' ||
         c == '>';
}

/// The length of a variable's name at the head of `text`: letters, digits, or one special character.
std::size_t name_length(std::string_view text) {
  if (text.empty()) return 0;
  if (is_special(text.front())) return 1;
  std::size_t length = 0;
  if (is_digit(text.front())) {
    while (length < text.size() && is_digit(text[length])) ++length;
  } else if (is_name_start(text.front())) {
    while (length < text.size() && (is_name_start(text[length]) || is_digit(text[length]))) ++length;
  }
  return length;
}

void add(GrubWord& word, Type type, std::string_view text) {
  const bool text_part = type == Type::text || type == Type::quoted;
  if (text_part && !word.parts.empty() && word.parts.back().type == type)
    word.parts.back().text += text;
  else
    word.parts.push_back({type, std::string(text)});
}

/// Whether a quoted stretch of several lines holds lines that a text in quotes hardly has: then its quote was
/// never meant to span them, and a quote is missing.
bool looks_like_script(std::string_view quoted) {
  std::size_t newline = quoted.find('\n');
  while (newline != std::string_view::npos) {
    const std::size_t end = quoted.find('\n', newline + 1);
    const std::string_view line = trim(quoted.substr(newline + 1, end - newline - 1));
    if (line == "}" || line.starts_with("menuentry ") || line.starts_with("submenu ")) return true;
    newline = end;
  }
  return false;
}

}  // namespace

void GrubLexer::advance(std::size_t count) {
  const std::string_view passed = text_.substr(at_.offset, count);
  at_.line += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
  at_.offset += passed.size();
}

/// Blanks, comments and joined lines.
void GrubLexer::skip_blanks() {
  while (true) {
    if (is_blank(peek()))
      advance(1);
    else if (peek() == '\\' && peek(1) == '\n')
      advance(2);
    else
      break;
  }
  if (peek() == '#') skip_line();
}

std::string_view GrubLexer::skip_line() {
  const std::size_t end = std::min(text_.find('\n', at_.offset), text_.size());
  const std::string_view line = text_.substr(at_.offset, end - at_.offset);
  at_.offset = end;
  return line;
}

GrubLexer::Token GrubLexer::next() {
  skip_blanks();
  Token token{.line = at_.line, .word = {}, .message = {}};
  if (at_end()) return token;
  switch (const char c = peek()) {
    case '\n':
    case ';':
      token.type = Token::Type::separator;
      break;
    case '{':
      token.type = Token::Type::open;
      break;
    case '}':
      token.type = Token::Type::close;
      break;
    case '|':
    case '&':
    case '<':
    case '>':
      token.type = Token::Type::error;
      token.message = std::string(R"(unexpected ")") + c + "\"";
      break;
    default:
      return word();
  }
  advance(1);
  return token;
}

GrubLexer::Token GrubLexer::word() {
  Token token{.type = Token::Type::word, .line = at_.line, .word = {}, .message = {}};
  while (!at_end() && !is_meta(peek())) {
    bool good = true;
    if (peek() == '\'')
      good = single_quoted(token);
    else if (peek() == '"' || (peek() == '$' && peek(1) == '"'))
      good = double_quoted(token);
    else if (peek() == '\\')
      escape(token);
    else if (peek() == '$')
      variable(token, false);
    else {
      std::size_t length = 1;
      while (peek(length) != '\0' && !is_meta(peek(length)) && peek(length) != '\'' && peek(length) != '"' &&
             peek(length) != '\\' && peek(length) != '$')
        ++length;
      add(token.word, Type::text, text_.substr(at_.offset, length));
      advance(length);
    }
    if (token.word.parts.size() > kMaxParts) token.message = "a word of too many parts";
    if (!good || !token.message.empty()) {
      token.type = Token::Type::error;
      break;
    }
  }
  return token;
}

std::size_t GrubLexer::closing_quote(std::size_t from, char quote) const {
  std::size_t at = from;
  while (at < text_.size() && text_[at] != quote) at += quote == '"' && text_[at] == '\\' ? 2 : 1;
  if (at >= text_.size() || looks_like_script(text_.substr(from, at - from))) return std::string_view::npos;
  return at;
}

bool GrubLexer::single_quoted(Token& token) {
  const std::size_t from = at_.offset + 1;
  const std::size_t end = closing_quote(from, '\'');
  if (end == std::string_view::npos) {
    token.message = "quote without an end";
    return false;
  }
  add(token.word, Type::quoted, text_.substr(from, end - from));
  advance(end + 1 - at_.offset);
  return true;
}

/// "…": a variable counts, and a `\` before `$`, `"`, `\` and a newline. $"…", a text to translate, is the
/// same.
bool GrubLexer::double_quoted(Token& token) {
  if (peek() == '$') advance(1);
  const std::size_t end = closing_quote(at_.offset + 1, '"');
  if (end == std::string_view::npos) {
    token.message = "quote without an end";
    return false;
  }
  advance(1);
  add(token.word, Type::quoted, "");
  while (at_.offset < end) {
    if (token.word.parts.size() > kMaxParts) {
      token.message = "a word of too many parts";
      return false;
    }
    const char next = peek(1);
    if (peek() == '\\' && (next == '$' || next == '"' || next == '\\' || next == '\n')) {
      if (next != '\n') add(token.word, Type::quoted, text_.substr(at_.offset + 1, 1));
      advance(2);
    } else if (peek() == '$') {
      variable(token, true);
    } else {
      std::size_t length = 1;
      while (at_.offset + length < end && peek(length) != '\\' && peek(length) != '$') ++length;
      add(token.word, Type::quoted, text_.substr(at_.offset, length));
      advance(length);
    }
  }
  advance(1);
  return true;
}

/// A `\` outside quotes keeps the next letter as it is. \xNN stays whole: the kernel's user space reads it.
void GrubLexer::escape(Token& token) {
  constexpr std::size_t kHex = 4;
  if (peek(1) == '\n') return advance(2);
  if (peek(1) == 'x' && is_hex(peek(2)) && is_hex(peek(3))) {
    add(token.word, Type::quoted, text_.substr(at_.offset, kHex));
    return advance(kHex);
  }
  add(token.word, Type::quoted, text_.substr(std::min(at_.offset + 1, text_.size() - 1), 1));
  advance(2);
}

void GrubLexer::variable(Token& token, bool quoted) {
  const bool brace = peek(1) == '{';
  const std::string_view rest = text_.substr(at_.offset + (brace ? 2 : 1));
  const std::size_t length = name_length(rest);
  if (length == 0 || (brace && (length == rest.size() || rest[length] != '}'))) {
    if (brace && !quoted) {
      token.message = R"("${" without a variable's name)";
      return;
    }
    add(token.word, Type::quoted, "$");
    return advance(1);
  }
  add(token.word, quoted ? Type::quoted_variable : Type::variable, rest.substr(0, length));
  advance(length + (brace ? 3 : 1));
}

}  // namespace kboot
