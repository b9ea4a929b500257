#include "config/formats/grub/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxLevels = 64;

struct Reserved {
  std::string_view word;
  unsigned bit;
};
constexpr unsigned kThen = 1;
constexpr unsigned kElif = 2;
constexpr unsigned kElse = 4;
constexpr unsigned kFi = 8;
constexpr unsigned kDo = 16;
constexpr unsigned kDone = 32;
constexpr std::array<Reserved, 6> kClosers = {
    {{"then", kThen}, {"elif", kElif}, {"else", kElse}, {"fi", kFi}, {"do", kDo}, {"done", kDone}}};

/// The bit of a reserved word that ends a list of commands; 0 for all other words.
unsigned closer(std::string_view word) {
  for (const Reserved& reserved : kClosers)
    if (reserved.word == word) return reserved.bit;
  return 0;
}

bool starts_construct(std::string_view word) {
  return word == "if" || word == "while" || word == "until" || word == "for" || word == "function";
}
/// About how many bytes it takes.
std::size_t memory_of(const GrubWord& word) {
  constexpr std::size_t kOfAllocation = 16;
  std::size_t bytes = sizeof(GrubWord) + kOfAllocation;
  for (const GrubPart& part : word.parts) {
    bytes += sizeof(GrubPart);
    if (part.text.capacity() >= sizeof(std::string) / 2) bytes += part.text.size() + kOfAllocation;
  }
  return bytes;
}

std::size_t memory_of(const GrubCommand& command) {
  constexpr std::size_t kOfList = sizeof(GrubCommand) / 2;  // it has room for others while it grows
  std::size_t bytes = sizeof(GrubCommand) + kOfList + command.blocks.size() * sizeof(GrubScript);
  for (const GrubWord& word : command.words) bytes += memory_of(word);
  return bytes;
}

bool starts_entry(std::string_view word) {
  return word == "menuentry" || word == "submenu" || word == "hiddenentry";
}

}  // namespace

GrubParser::GrubParser(std::string_view text, std::shared_ptr<const FilePlace> file, Complain complain,
                       Keep keep)
    : text_(text),
      lexer_(text),
      file_(std::move(file)),
      complain_(std::move(complain)),
      keep_(std::move(keep)) {}

const GrubLexer::Token& GrubParser::look() {
  if (!ahead_) {
    ahead_start_ = lexer_.position();
    ahead_ = lexer_.next();
  }
  return *ahead_;
}

GrubLexer::Token GrubParser::take() {
  look();
  return *std::exchange(ahead_, {});
}

void GrubParser::go_to(GrubLexer::Position position) {
  ahead_.reset();
  lexer_.seek(position);
}

std::string_view GrubParser::skip_line() {
  if (ahead_) go_to(ahead_start_);
  return lexer_.skip_line();
}

/// Goes back to `from`, unless so much was read again that the text must be made for it.
bool GrubParser::read_again(GrubLexer::Position from) {
  constexpr std::size_t kTimes = 4;
  constexpr std::size_t kAlways = 65536;
  again_ += lexer_.position().offset - from.offset;
  if (again_ > kTimes * text_.size() + kAlways) return false;
  go_to(from);
  return true;
}

/// Whether the `{` that ends at `offset` has no `}`. All are looked up at once, when the first is asked for.
bool GrubParser::is_unmatched(std::size_t offset) {
  if (!unmatched_) {
    std::vector<std::size_t> open;
    GrubLexer all(text_);
    for (Token token = all.next(); token.type != Token::Type::end; token = all.next()) {
      if (token.type == Token::Type::open) open.push_back(all.position().offset);
      if (token.type == Token::Type::close && !open.empty()) open.pop_back();
      if (token.type == Token::Type::error && trim(all.skip_line()).ends_with('{'))
        open.push_back(all.position().offset);
    }
    unmatched_ = std::move(open);
  }
  return std::binary_search(unmatched_->begin(), unmatched_->end(), offset);
}

/// Behind a `{`: to its `}`; to the end of the line when it has none.
void GrubParser::skip_block() {
  if (ahead_) go_to(ahead_start_);
  const GrubLexer::Position start = lexer_.position();
  if (is_unmatched(start.offset)) {
    skip_line();
    return;
  }
  for (unsigned depth = 1; depth > 0;) {
    const Token token = lexer_.next();
    if (token.type == Token::Type::end) {
      read_again(start);
      return;
    }
    if (token.type == Token::Type::open) ++depth;
    if (token.type == Token::Type::close) --depth;
    if (token.type == Token::Type::error && trim(lexer_.skip_line()).ends_with('{')) ++depth;
  }
}

/// After a syntax error in a command: the rest of its line is lost, with the block that the line opens.
void GrubParser::recover(int line, std::string message) {
  complain_(line, std::move(message));
  if (trim(skip_line()).ends_with('{')) skip_block();
}

bool GrubParser::in_block() const {
  return std::find(open_.begin(), open_.end(), Words{0}) != open_.end();
}

/// Whether a construct around, in the same block, waits for this word.
bool GrubParser::closes_outer(Words word) const {
  for (auto words = open_.rbegin(); words != open_.rend() && *words != 0; ++words)
    if ((*words & word) != 0) return true;
  return false;
}

std::optional<GrubCommand> GrubParser::next() {
  while (true) {
    const Token& token = look();
    if (token.type == Token::Type::end) return {};
    if (token.type == Token::Type::separator) {
      take();
    } else if (token.type == Token::Type::close) {
      complain_(take().line, R"(unexpected "}")");
    } else if (closer(token.word.plain()) != 0) {
      complain_(token.line, fmt::format("unexpected \"{}\"", token.word.plain()));
      skip_line();
    } else if (auto found = command()) {
      return found;
    }
  }
}

GrubParser::Script GrubParser::list(Words expected) {
  auto script = std::make_shared<GrubScript>();
  script->file = file_;
  open_.push_back(expected);
  while (true) {
    const Token& token = look();
    const std::string_view word = token.type == Token::Type::word ? token.word.plain() : std::string_view();
    const Words close = closer(word);
    if (token.type == Token::Type::end) break;
    if (token.type == Token::Type::separator) {
      take();
    } else if (token.type == Token::Type::close) {
      if (in_block()) break;
      complain_(take().line, R"(unexpected "}")");
    } else if (close != 0) {
      if (closes_outer(close)) break;
      complain_(token.line, fmt::format("unexpected \"{}\"", word));
      skip_line();
    } else if (until_entry_ > 0 && starts_entry(word)) {
      break;
    } else if (auto found = command()) {
      keep_(memory_of(*found));
      script->commands.push_back(std::move(*found));
    }
  }
  open_.pop_back();
  script->commands.shrink_to_fit();
  return script;
}

std::optional<GrubCommand> GrubParser::command() {
  const Token& token = look();
  const std::string word(token.type == Token::Type::word ? token.word.plain() : std::string_view());
  if (token.type == Token::Type::error) {
    const Token bad = take();
    recover(bad.line, bad.message);
    return {};
  }
  if (token.type == Token::Type::open) {
    complain_(take().line, R"(unexpected "{")");
    skip_block();
    return {};
  }
  // A blank before the word does not matter: it stays the same place when it is read again.
  if (endless_.contains(ahead_start_.offset)) {
    skip_line();
    return {};
  }
  if (starts_construct(word)) return compound({ahead_start_, word});
  return simple();
}

void GrubParser::skip_separators() {
  while (look().type == Token::Type::separator) take();
}

/// Whether a `{` comes next, perhaps on a line of its own; all else stays where it is.
bool GrubParser::block_follows() {
  const GrubLexer::Position here = ahead_ ? ahead_start_ : lexer_.position();
  skip_separators();
  if (look().type == Token::Type::open) return true;
  go_to(here);
  return false;
}

std::optional<GrubCommand> GrubParser::simple() {
  const Head head{ahead_start_, std::string(look().word.plain())};
  GrubCommand command{.line = look().line, .words = {}, .blocks = {}};
  constexpr std::size_t kManyWords = 1'000;
  while (look().type == Token::Type::word) {
    command.words.push_back(take().word);
    if (command.words.size() > kManyWords) keep_(memory_of(command.words.back()));
  }
  command.words.shrink_to_fit();
  if (look().type == Token::Type::error) {
    const Token bad = take();
    recover(bad.line, bad.message);
    return {};
  }
  const bool entry = starts_entry(head.word);
  if (look().type != Token::Type::open && !(entry && block_follows())) return command;
  const int line = take().line;
  if (open_.size() >= kMaxLevels) {
    complain_(line, fmt::format("more than {} levels", kMaxLevels));
    skip_block();
    return {};
  }
  command.blocks.push_back(block(head));
  if (!command.blocks.back()) return {};
  return command;
}

/// What follows a `{`, which was taken, with its `}`. Nothing when it has none and the head was given up.
GrubParser::Script GrubParser::block(const Head& head) {
  const bool entry = starts_entry(head.word) && head.word != "submenu";
  const bool early = endless_entries_.contains(head.start.offset);
  const GrubLexer::Position start = lexer_.position();
  if (early) ++until_entry_;
  Script script = list(0);
  if (early) --until_entry_;
  if (look().type == Token::Type::close) {
    take();
    return script;
  }
  if (entry && !early && look().type == Token::Type::end) {
    endless_entries_.insert(head.start.offset);
    if (read_again(start)) return block(head);
  }
  if (early || entry || look().type != Token::Type::end) {
    complain_(head.start.line, R"("{" without "}")");
    return script;
  }
  return give_up(head) ? nullptr : script;
}

/// The construct has no end: it costs its first line, and what follows counts.
bool GrubParser::give_up(const Head& head) {
  complain_(head.start.line,
            fmt::format("\"{}\" has no end", head.word.empty() ? "{" : printable_head(head.word, 40)));
  if (!read_again(head.start)) return false;
  endless_.insert(head.start.offset);
  skip_line();
  return true;
}

/// Takes one of the reserved words; without it, `no` when the construct ends here, `nowhere` when it was
/// given up.
GrubParser::Found GrubParser::expect(Words expected, const Head& head) {
  const Token& token = look();
  found_ = token.type == Token::Type::word ? closer(token.word.plain()) : 0;
  if ((found_ & expected) != 0) {
    take();
    return Found::yes;
  }
  if (token.type == Token::Type::end && give_up(head)) return Found::nowhere;
  if (token.type != Token::Type::end)
    complain_(token.line, fmt::format("the \"{}\" of line {} has no end", head.word, head.start.line));
  return Found::no;
}

std::optional<GrubCommand> GrubParser::compound(const Head& head) {
  GrubCommand command{.line = look().line, .words = {}, .blocks = {}};
  take();
  if (open_.size() >= kMaxLevels) {
    complain_(command.line, fmt::format("more than {} levels", kMaxLevels));
    skip_line();
    return {};
  }
  bool good = false;
  if (head.word == "if")
    good = read_if(command, head);
  else if (head.word == "for")
    good = read_for(command, head);
  else if (head.word == "function")
    good = read_function(command, head);
  else
    good = read_loop(command, head);
  if (!good) return {};
  return command;
}

bool GrubParser::read_if(GrubCommand& command, const Head& head) {
  command.type = GrubCommand::Type::if_;
  do {
    Script condition = list(kThen);
    const Found then = expect(kThen, head);
    if (then != Found::yes) return then == Found::no && !command.blocks.empty();
    Script body = list(kElif | kElse | kFi);
    command.blocks.push_back(std::move(condition));
    command.blocks.push_back(std::move(body));
    const Found end = expect(kElif | kElse | kFi, head);
    if (end != Found::yes) return end == Found::no;
  } while (found_ == kElif);
  if (found_ == kFi) return true;
  command.blocks.push_back(list(kFi));
  return expect(kFi, head) != Found::nowhere;
}

bool GrubParser::read_loop(GrubCommand& command, const Head& head) {
  command.type = head.word == "while" ? GrubCommand::Type::while_ : GrubCommand::Type::until;
  command.blocks.push_back(list(kDo));
  if (expect(kDo, head) != Found::yes) return false;
  command.blocks.push_back(list(kDone));
  return expect(kDone, head) != Found::nowhere;
}

bool GrubParser::read_for(GrubCommand& command, const Head& head) {
  command.type = GrubCommand::Type::for_;
  while (look().type == Token::Type::word) command.words.push_back(take().word);
  if (command.words.size() < 2 || command.words[0].plain().empty() || command.words[1].plain() != "in") {
    recover(command.line, R"(for: not "for NAME in WORDS")");
    return false;
  }
  command.words.erase(command.words.begin() + 1);
  skip_separators();
  if (expect(kDo, head) != Found::yes) return false;
  command.blocks.push_back(list(kDone));
  return expect(kDone, head) != Found::nowhere;
}

bool GrubParser::read_function(GrubCommand& command, const Head& head) {
  command.type = GrubCommand::Type::function;
  if (look().type == Token::Type::word) command.words.push_back(take().word);
  const bool named = !command.words.empty() && !command.words.front().plain().empty();
  if (!named || !block_follows()) {
    recover(command.line, R"(function: not "function NAME { COMMANDS }")");
    return false;
  }
  take();
  command.blocks.push_back(block(head));
  return command.blocks.back() != nullptr;
}

}  // namespace kboot
