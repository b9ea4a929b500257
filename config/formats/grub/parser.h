#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/grub/lexer.h"
#include "config/formats/grub/script.h"

namespace kboot {

/// Reads the commands of a GRUB script, one after the other. A syntax error costs the text up to the matching
/// `}` or the end of the line; `complain` hears of it.
class GrubParser {
 public:
  using Complain = std::function<void(int line, std::string message)>;
  /// Hears about how many bytes a part of a command takes which stays in memory; it may throw.
  using Keep = std::function<void(std::size_t bytes)>;

  /// `text` outlives the parser.
  GrubParser(std::string_view text, std::shared_ptr<const FilePlace> file, Complain complain, Keep keep);

  /// The next command at the top; nothing at the end.
  std::optional<GrubCommand> next();

 private:
  using Token = GrubLexer::Token;
  using Script = std::shared_ptr<const GrubScript>;
  using Words = unsigned;  ///< a set of reserved words
  /// Where a construct begins.
  struct Head {
    GrubLexer::Position start;
    std::string word;
  };

  const Token& look();
  Token take();
  void go_to(GrubLexer::Position position);
  std::string_view skip_line();
  bool is_unmatched(std::size_t offset);
  void skip_block();
  void recover(int line, std::string message);
  bool read_again(GrubLexer::Position from);

  std::optional<GrubCommand> command();
  std::optional<GrubCommand> simple();
  std::optional<GrubCommand> compound(const Head& head);
  bool read_if(GrubCommand& command, const Head& head);
  bool read_loop(GrubCommand& command, const Head& head);
  bool read_for(GrubCommand& command, const Head& head);
  bool read_function(GrubCommand& command, const Head& head);
  void skip_separators();
  bool block_follows();
  Script list(Words expected);
  Script block(const Head& head);
  enum class Found { yes, no, nowhere };
  Found expect(Words expected, const Head& head);
  bool give_up(const Head& head);
  bool in_block() const;
  bool closes_outer(Words word) const;

  std::string_view text_;
  GrubLexer lexer_;
  std::shared_ptr<const FilePlace> file_;
  Complain complain_;
  Keep keep_;
  std::optional<Token> ahead_;
  GrubLexer::Position ahead_start_;
  std::vector<Words> open_;                            ///< what the constructs around end with; 0 is a `{`
  Words found_ = 0;                                    ///< the reserved word that expect() took
  std::optional<std::vector<std::size_t>> unmatched_;  ///< where a `{` without a `}` ends, sorted
  std::set<std::size_t> endless_;                      ///< heads without an end, known from an earlier look
  std::set<std::size_t> endless_entries_;  ///< the same of menu entries: they end before the next one
  unsigned until_entry_ = 0;               ///< entries around that end before the next one
  std::size_t again_ = 0;                  ///< bytes that were read again
};

}  // namespace kboot
