#include "config/kboot_conf.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/redact.h"
#include "base/text.h"

namespace kboot {
namespace {

/// How much of an offending line a diagnostic shows.
constexpr std::size_t kShown = 60;
/// How many lines of one file are complained about: a file of garbage must not fill the screen.
/// What all `$NAME` of one file may expand to, in bytes: repeated doubling must not fill the memory.
constexpr std::size_t kMaxExpansion = 1 << 20;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

/// A line with its continuations, comments and quotes still in it.
struct LogicalLine {
  std::string text;
  int number = 0;  ///< of its first physical line, from 1
  bool is_too_long = false;
};

/// Cuts a text into logical lines.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) rest_.remove_prefix(kByteOrderMark.size());
  }

  std::optional<LogicalLine> next() {
    if (rest_.empty()) return std::nullopt;
    LogicalLine line;
    line.number = lines_taken_ + 1;
    Quoting quoting;
    bool continues = true;
    while (continues && !rest_.empty()) {
      const bool has_newline = rest_.find('\n') != std::string_view::npos;
      std::string_view part = take_physical_line();
      continues = has_newline && quoting.continues_after(part);
      if (continues) part.remove_suffix(1);
      line.is_too_long = line.is_too_long || line.text.size() + part.size() > kMaxConfLine;
      if (!line.is_too_long) line.text += part;
    }
    return line;
  }

 private:
  /// What has to be known of a line's beginning to tell whether a `\` at its end joins it to the next one.
  class Quoting {
   public:
    bool continues_after(std::string_view part) {
      for (std::size_t i = 0; i < part.size(); ++i) {
        const char c = part[i];
        if (quote_ == '\'') {
          if (c == '\'') quote_ = 0;
        } else if (c == '\\') {
          if (i + 1 == part.size()) return true;
          ++i;
        } else if (quote_ == '"') {
          if (c == '"') quote_ = 0;
        } else if (c == '#' && at_word_start_) {
          return false;  // as in a shell, a comment ends with its line
        } else if (c == '"' || c == '\'') {
          quote_ = c;
        }
        at_word_start_ = quote_ == 0 && is_blank(c);
      }
      return false;
    }

   private:
    char quote_ = 0;
    bool at_word_start_ = true;
  };

  /// The next line without its LF or CR LF.
  std::string_view take_physical_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++lines_taken_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }

  std::string_view rest_;
  int lines_taken_ = 0;
};

/// What `$NAME` stands for while a file is read.
class Scope {
 public:
  explicit Scope(const Variables& session) : session_(session) {}

  /// Nothing for a name that is not set, as in a shell. Throws Error when the file has expanded to too much.
  std::string expand(std::string_view name) {
    // The file's own assignments first: a later source may hold another value already.
    const auto own = own_.find(name);
    std::string value = own != own_.end() ? own->second : session_.value(name).value_or("");
    expanded_ += value.size();
    if (expanded_ > kMaxExpansion)
      fail("the file's variables expand to more than {}", human_size(kMaxExpansion));
    return value;
  }

  void assign(const NameValue& assignment) { own_[assignment.name] = assignment.value; }

 private:
  const Variables& session_;
  std::map<std::string, std::string, std::less<>> own_;
  std::size_t expanded_ = 0;
};

/// Reads the assignments of one logical line. Every member throws Error on what is none, with the words that
/// say why.
class LineParser {
 public:
  LineParser(std::string_view line, Scope& scope) : line_(line), scope_(scope) {}

  std::vector<NameValue> assignments() {
    bool exported = false;
    for (skip_blanks(); !at_end() && peek() != '#'; skip_blanks()) {
      word_start_ = pos_;
      const std::string_view name = take_while([](char c) { return !is_blank(c) && c != '='; });
      if (!at_end() && peek() == '=' && is_variable_name(name)) {
        ++pos_;
        result_.push_back({std::string(name), value()});
      } else if (name == "export" && at_word_end() && !exported && result_.empty()) {
        exported = true;
      } else if (!exported || !at_word_end() ||
                 !is_variable_name(name)) {  // `export NAME` changes nothing here
        fail("not an assignment");
      }
    }
    return std::move(result_);
  }

  /// Where the word begins that was being read.
  std::size_t offence() const { return word_start_; }

 private:
  bool at_end() const { return pos_ == line_.size(); }
  bool at_word_end() const { return at_end() || is_blank(peek()); }
  char peek() const { return line_[pos_]; }

  void skip_blanks() { take_while(is_blank); }

  template <typename Predicate>
  std::string_view take_while(Predicate predicate) {
    const std::size_t start = pos_;
    while (!at_end() && predicate(peek())) ++pos_;
    return line_.substr(start, pos_ - start);
  }

  /// The value at the cursor, up to the blank that ends its word.
  std::string value() {
    std::string value;
    while (!at_word_end()) {
      const char c = peek();
      if (c == '\'') {
        single_quoted(value);
      } else if (c == '"') {
        double_quoted(value);
      } else if (c == '$') {
        dollar(value);
      } else if (c == '\\') {
        ++pos_;
        take_char(at_end() ? '\\' : peek(), value);
      } else {
        constexpr std::string_view kOperators = ";&|<>()";
        if (kOperators.find(c) != std::string_view::npos) fail("\"{}\" must be quoted", c);
        plain_char(value);
      }
    }
    return value;
  }

  void single_quoted(std::string& value) {
    const std::size_t close = line_.find('\'', pos_ + 1);
    if (close == std::string_view::npos) fail("a ' is never closed");
    ++pos_;
    while (pos_ < close) take_char(peek(), value);
    ++pos_;
  }

  void double_quoted(std::string& value) {
    ++pos_;
    while (!at_end() && peek() != '"') {
      if (peek() == '$') {
        dollar(value);
      } else if (peek() == '\\') {
        escape_in_quotes(value);
      } else {
        plain_char(value);
      }
    }
    if (at_end()) fail("a \" is never closed");
    ++pos_;
  }

  /// In "…" a backslash is itself unless one of these follows (POSIX shell, 2.2.3).
  void escape_in_quotes(std::string& value) {
    constexpr std::string_view kEscapable = "\"\\$`";
    const bool escapes =
        pos_ + 1 < line_.size() && kEscapable.find(line_[pos_ + 1]) != std::string_view::npos;
    if (escapes) ++pos_;
    take_char(peek(), value);
  }

  void plain_char(std::string& value) {
    if (peek() == '`') fail("commands are not run here");
    take_char(peek(), value);
  }

  /// `$NAME`, `${NAME}`, or a `$` that is only that.
  void dollar(std::string& value) {
    ++pos_;
    const char c = at_end() ? '\0' : peek();
    constexpr std::string_view kSpecial = "@*#?-$!0123456789";
    if (c == '(') fail("commands are not run here");
    if (c == '{') {
      const std::size_t close = std::min(line_.find('}', pos_), line_.size());
      const std::string_view name = line_.substr(pos_ + 1, close - pos_ - 1);
      if (close == line_.size() || !is_variable_name(name)) fail("of ${{...}} only ${{NAME}} is known");
      pos_ = close + 1;
      append(scope_expansion(name), value);
    } else if (is_variable_name({&c, 1})) {
      const std::string_view name = take_while([](char next) { return next != '.' && is_name_tail(next); });
      append(scope_expansion(name), value);
    } else if (kSpecial.find(c) != std::string_view::npos) {
      fail("there is no ${} here", c);
    } else {
      append("$", value);
    }
  }

  static bool is_name_tail(char c) {
    const char name[] = {'_', c};
    return is_variable_name({name, sizeof name});
  }

  /// The line's own earlier assignments count, though they are kept only when the whole line is good.
  std::string scope_expansion(std::string_view name) {
    const auto earlier = std::find_if(result_.rbegin(), result_.rend(),
                                      [&](const NameValue& assignment) { return assignment.name == name; });
    return earlier != result_.rend() ? earlier->value : scope_.expand(name);
  }

  void take_char(char c, std::string& value) {
    if (is_control(c) && c != '\t') fail("control character \\x{:02x}", static_cast<unsigned char>(c));
    append({&c, 1}, value);
    if (!at_end()) ++pos_;
  }

  static void append(std::string_view text, std::string& value) {
    if (value.size() + text.size() > kMaxConfLine) fail("a value of more than {}", human_size(kMaxConfLine));
    value += text;
  }

  std::string_view line_;
  Scope& scope_;
  std::size_t pos_ = 0;
  std::size_t word_start_ = 0;
  std::vector<NameValue> result_;
};

/// A line from `begin` on as a diagnostic may show it: short, and without secrets. Its quotes may be what is
/// wrong with it, so nobody knows where a password ends.
std::string shown_from(std::string_view line, std::size_t begin) {
  const std::size_t secret = find_secret_value(line);
  if (secret <= begin) return "...";
  std::string kept = printable_head(redact_line(line.substr(begin, secret - begin)), kShown);
  return secret == std::string_view::npos ? kept : kept + "...";
}

/// Whether a line that could not be read sets `restricted`, as far as one can tell.
bool mentions_restricted(std::string_view line) {
  for (const std::string& word : split_blanks(line)) {
    if (word.front() == '#') return false;
    if (word.rfind("restricted=", 0) == 0) return true;
  }
  return false;
}

}  // namespace

Diagnostics read_kboot_conf(std::string_view text, const std::string& file, Source source,
                            Variables& variables) {
  Complaints complaints(file);
  Scope scope(variables);
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const std::string where = fmt::format("{}:{}", file, line->number);
    if (line->is_too_long) {
      complaints.add(line->number, fmt::format("line ignored, longer than {}", human_size(kMaxConfLine)));
      continue;
    }
    LineParser parser(line->text, scope);
    try {
      for (const NameValue& assignment : parser.assignments()) {
        scope.assign(assignment);
        variables.set(assignment.name, {assignment.value, source, where});
      }
    } catch (const Error& error) {
      std::string why = fmt::format("{}: \"{}\"", error.what(), shown_from(line->text, parser.offence()));
      if (mentions_restricted(line->text)) {
        // A slip in that line must not leave the machine open.
        variables.set("restricted", {"true", source, where});
        why += "; restricted is taken as true";
      }
      complaints.add(line->number, fmt::format("line ignored, {}", why));
    }
  }
  return std::move(complaints).take();
}

}  // namespace kboot
