#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"
#include "config/formats/grub/devices.h"
#include "config/formats/grub/files.h"
#include "config/formats/grub/script.h"
#include "config/formats/grub/variables.h"

namespace kboot {

/// What a configuration may offer, and how many entries one menu may have.
inline constexpr std::size_t kMaxGrubEntries = 10'000;
/// Lines of menus, submenus among them, that the first file and those it shows may make, and as many again
/// while they are listed. All stay for as long as that takes, each in about 1 KB.
inline constexpr std::size_t kMaxGrubLines = 50'000;
/// A step is what takes about a microsecond of a program under AddressSanitizer; configurations in use take
/// some thousand. All that a script can repeat spends steps, so the time that the worst one takes is known.
inline constexpr std::uint64_t kMaxGrubSteps = 1'000'000;
/// Bytes of memory that the commands inside blocks may take, which stay for as long as a menu is listed. A
/// configuration of 4 MB as grub-mkconfig writes it takes less; one of the shortest commands would take 70
/// times its size.
inline constexpr std::size_t kMaxGrubCommands = std::size_t{40} << 20;
/// Bytes that are made, copied or looked at, a step.
inline constexpr std::size_t kGrubBytesPerStep = 64;
inline constexpr unsigned kMaxGrubLevels = 64;
/// What a look at a disk costs, in steps.
inline constexpr std::uint64_t kGrubDiskSteps = 20;

/// What the commands of an entry have loaded: what it starts.
struct GrubLoad {
  bool boots = false;   ///< some command names what to start
  bool leaves = false;  ///< halt, reboot, exit: whatever it is, no system is started
  SourceEntry::Kind kind = SourceEntry::Kind::linux;
  std::optional<FilePlace> kernel;
  std::vector<FilePlace> initrds;
  std::vector<BootModule> modules;
  std::optional<FilePlace> devicetree;
  std::string cmdline;
  std::string why;
  std::string not_found;          ///< what `search` looked for in vain
  std::optional<FilePlace> menu;  ///< the file that configfile leads to
  GrubVariables menu_variables;   ///< what it begins with
  GrubDevices::Loops menu_loops;
};

struct GrubMenu;

/// A line of a menu, with what it runs.
struct GrubMenuItem {
  /// `shown` is another file's menu in place of this one's line; `given` an entry that is known already.
  enum class Type { entry, submenu, hidden, shown, given };
  Type type = Type::entry;
  std::string title;
  std::string id;
  std::vector<std::string> arguments;
  std::shared_ptr<const GrubScript> body;
  FilePlace file;
  int line = 0;
  std::shared_ptr<GrubMenu> menu;  ///< of `shown`
  SourceEntry entry;               ///< of `given`
};

struct GrubMenu {
  std::vector<GrubMenuItem> items;
  std::size_t entries = 0;  ///< how many of them are no submenus
  GrubVariables variables;  ///< as they are at the end of its file
  GrubDevices::Loops loops;
};

/// Ends the evaluation of a file or of an entry at a bound, which was said; what came before counts.
struct GrubStop {};

/// A command as it is run: its words, the name among them, and the block behind it.
struct GrubCall {
  std::vector<std::string> words;
  std::shared_ptr<const GrubScript> block;
  int line = 0;

  const std::string& name() const { return words.front(); }
  std::vector<std::string> arguments() const { return {words.begin() + 1, words.end()}; }
};

enum class GrubFlow { next, break_loop, continue_loop, return_from, exit };

/// GRUB as far as a script can see it. It runs scripts; the commands (commands.h) change its members.
class GrubMachine {
 public:
  /// All three outlive it.
  GrubMachine(const FilePlace& file, SourceReader& reader, Diagnostics& diagnostics);

  /// Runs a file's text in this context. Throws GrubStop at a bound.
  bool run_text(std::string_view text, const FilePlace& file);
  bool run_file(const FilePlace& file);
  bool run(const GrubScript& script);
  /// Runs one command.
  bool call(GrubCall& call);
  /// Runs text that a command has made, at that command's line.
  bool run_made(const std::string& text);
  /// The script of such a text.
  std::shared_ptr<const GrubScript> parse_made(const std::string& text);
  /// Evaluates another configuration with a menu of its own, in the exported variables alone, and puts that
  /// menu in this one.
  void show_menu(const FilePlace& file);
  /// The variables that the file of a menu begins with.
  void name_file(const FilePlace& file);

  void add(GrubMenuItem item);
  /// So many more lines of menus from here on.
  void allow_lines(std::size_t lines) { lines_left_ = lines; }
  void complain(std::string message) { complain(file_, line_, std::move(message)); }
  void complain(const FilePlace& file, int line, std::string message);
  void complain(Diagnostic diagnostic);
  /// Complains, and throws GrubStop.
  [[noreturn]] void stop(std::string why);
  /// Complains that the menu is cut here. One cut is enough: where the first one is, others follow.
  void cut(const FilePlace& file, int line, std::string_view why);
  /// Says how many diagnostics were left out.
  void end_diagnostics();
  /// Where diagnostics point to until a command is run.
  void at(const FilePlace& file, int line) {
    file_ = file;
    line_ = line;
  }
  const FilePlace& file() const { return file_; }
  int line() const { return line_; }
  const FilePlace& first_file() const { return first_; }

  /// No more than so many steps from here on.
  void allow(std::uint64_t steps) { steps_ = steps; }
  std::uint64_t steps() const { return steps_; }
  void spend(std::uint64_t steps);
  void spend_bytes(std::size_t bytes) { spend(bytes / kGrubBytesPerStep); }
  /// Goes one level deeper for as long as it lives.
  class Level;

  SourceReader& reader;
  Diagnostics& diagnostics;
  GrubVariables variables;
  GrubDevices devices;
  GrubFiles files;
  GrubLoad load;
  std::shared_ptr<GrubMenu> menu;
  std::vector<std::string> arguments;  ///< $1, $2, …
  bool status = true;                  ///< $?
  GrubFlow flow = GrubFlow::next;
  unsigned loops_to_leave = 0;  ///< of break and continue
  bool in_condition = false;
  bool in_entry = false;             ///< what runs is the body of an entry, not of a menu
  std::set<std::string> menus_seen;  ///< files that configfile led to

 private:
  bool execute(const GrubCommand& command);
  bool execute_if(const GrubCommand& command);
  bool execute_while(const GrubCommand& command);
  bool execute_for(const GrubCommand& command);
  bool condition(const GrubScript& script);
  bool leaves_loop();
  void keep_commands(std::size_t bytes);
  bool call_named(const GrubCall& call);
  bool call_function(const GrubScript& body, const GrubCall& call);

  FilePlace first_;
  FilePlace file_;
  int line_ = 0;
  std::optional<int> made_line_;
  std::map<std::string, std::shared_ptr<const GrubScript>, std::less<>> functions_;
  std::uint64_t steps_ = kMaxGrubSteps;
  std::size_t commands_left_ = kMaxGrubCommands;
  unsigned levels_ = 0;
  unsigned depth_ = 0;
  std::size_t lines_left_ = kMaxGrubLines;
  bool is_cut_ = false;
  std::set<std::string> complaints_;
  std::size_t not_said_ = 0;
};

class GrubMachine::Level {
 public:
  /// Throws GrubStop when it would be one too many.
  explicit Level(GrubMachine& machine);
  ~Level() { --machine_.levels_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  GrubMachine& machine_;
};

}  // namespace kboot
