#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "loader/entries/entry_list.h"
#include "loader/entries/published.h"
#include "loader/prompt/menu/menu_model.h"
#include "loader/prompt/menu/menu_picture.h"
#include "loader/prompt/menu/menu_screen.h"
#include "loader/terminal/line_noise.h"

namespace kboot {

class Resolver;
class Session;

/// How the menu was left.
struct MenuEnd {
  enum class Kind {
    run,        ///< `line` is to be run as if typed
    edit,       ///< `line` goes on the prompt
    leave,      ///< for the prompt
    timed_out,  ///< nobody types: what runs then is to run
    hung_up,
  };
  Kind kind = Kind::leave;
  std::string line;
  bool operator==(const MenuEnd&) const = default;
};

/// What the menu has in common with the prompt, which owns it.
struct MenuMeanwhile {
  std::function<std::optional<std::chrono::milliseconds>()> time_left;  ///< as LineEditor has it
  std::function<void()> on_key;
  std::function<std::optional<std::string>()> news;       ///< of other consoles
  std::function<std::optional<std::string>()> countdown;  ///< what boots by itself, and when
  std::function<std::optional<std::string>()> on_stop;    ///< ^C: what became of the boot of another console
};

/// Where the menu learns what is on the disks.
struct MenuSource {
  Published published;
  /// So long the discovery may publish nothing before the menu looks itself.
  std::chrono::milliseconds patience{10'000};
};

/// A menu of what can be booted. What it is asked for is a line, which runs in the session.
class EntryMenu {
 public:
  virtual ~EntryMenu() = default;
  /// Shows the menu until a key, or time, ends it. Throws Error when the terminal cannot show it.
  virtual MenuEnd show(const MenuMeanwhile& meanwhile) = 0;
  /// Why the line that the menu asked for failed; empty: it did not.
  virtual void set_failure(std::string why) = 0;
};

/// The one that is shown on a screen.
class Menu final : public EntryMenu {
 public:
  /// Both outlive it.
  Menu(Session& session, MenuScreen& screen, MenuSource source);

  MenuEnd show(const MenuMeanwhile& meanwhile) override;
  void set_failure(std::string why) override { status_.failure = std::move(why); }

 private:
  std::optional<MenuEnd> take(std::string bytes, const MenuMeanwhile& meanwhile);
  std::optional<MenuEnd> act(const MenuAction& action);
  void show_plan(const std::string& line);
  void unlock(const std::string& line);
  using Lister = EntryList (*)(Resolver&, const std::function<void(const std::string& message)>& note);
  void list_into(EntryList& list, Lister list_these, std::string_view these);
  void look();
  void look_again();
  void follow();
  void follow_volumes();
  void update_places();
  void update_status(const MenuMeanwhile& meanwhile);
  void paint();

  Session& session_;
  MenuScreen& screen_;
  MenuModel model_;
  MenuPainter painter_;
  MenuStatus status_;
  MenuKeys keys_;
  LineNoise noise_;
  LoneEnter lone_enter_;
  std::optional<MenuPicture> painted_;

  MenuSource source_;
  PublishedWatch watch_;
  Deadline patience_ = Deadline::never();      ///< while nothing was published
  std::optional<PublishedEntries> published_;  ///< nothing: `found_` is what the menu found itself
  std::vector<std::string> volume_names_;
  EntryList volumes_;  ///< what is on these
  EntryList found_;
};

}  // namespace kboot
