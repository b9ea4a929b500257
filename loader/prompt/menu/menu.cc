#include "loader/prompt/menu/menu.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/host_name.h"
#include "base/interrupt.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/found.h"
#include "loader/prompt/menu/menu_places.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;
using Kind = MenuAction::Kind;

/// What is shown is looked at this often, as at the prompt.
constexpr milliseconds kLook{500};
/// So long the bytes of one key may be apart. ESC alone is a key when nothing follows.
constexpr milliseconds kBetweenBytes{100};
/// More links than these are for `net` to show.
constexpr std::size_t kMaxLinks = 2;

std::string machine_text() {
  const std::string name = host_name();
  return name.empty() || name == "kboot" ? "kboot " KBOOT_VERSION : "kboot " KBOOT_VERSION " on " + name;
}

/// The machine's addresses, and the key by which an ssh client knows it.
std::vector<std::string> about_text(Session& session) {
  std::vector<std::string> lines;
  std::size_t more = 0;
  for (const Link& link : session.network().links()) {
    if (!link.carrier) continue;
    if (lines.size() < kMaxLinks)
      lines.push_back(fmt::format("{}: {}", link.name, state_of(link)));
    else
      ++more;
  }
  if (more > 0) lines.back() += fmt::format(", and {} more links", more);
  if (const auto key = session.consoles().host_key()) lines.push_back("ssh host key: " + *key);
  return lines;
}

}  // namespace

Menu::Menu(Session& session, MenuScreen& screen, MenuSource source)
    : session_(session),
      screen_(screen),
      painter_(screen.lines()),
      source_(std::move(source)),
      watch_(source_.published.folder()) {}

void Menu::update_places() {
  model_.set_restricted(session_.restricted() ? MenuModel::Restricted::yes : MenuModel::Restricted::no);
  std::vector<MenuPlace> places = configured_places(session_.variables(), session_.settings());
  if (!session_.restricted()) {
    EntryList list = found_;
    PublishedEntries published;
    if (published_) {
      published = *published_;
      drop_opened(published, volume_names_);
      list = published.list();
      append(list, volumes_);
    }
    for (MenuPlace& place : published_places(published, list, session_.settings()))
      places.push_back(std::move(place));
    session_.remember_entries(std::move(list));
  }
  model_.set_places(std::move(places));
}

/// Lists anew what can be booted on `these`, as messages call them; ^C ends it, and the old list stays.
void Menu::list_into(EntryList& list, Lister list_these, std::string_view these) {
  try {
    list = list_these(session_.resolver(), [&](const std::string& message) { status_.news = message; });
  } catch (const Cancelled&) {
    Interrupt::clear();
    model_.set_hint(fmt::format("not all {} were looked at: r looks again", these));
  }
  // What is shown must not keep another console from mounting the booted system read-write. A volume that is
  // open stays open.
  session_.resolver().mounter().release();
}

/// Looks at the disks itself: there is no discovery here, or none that has said anything.
void Menu::look() {
  patience_ = Deadline::never();
  if (session_.restricted()) return update_places();
  status_.looking = true;
  paint();
  list_into(found_, list_all, "devices");
  status_.looking = false;
  update_places();
}

/// Shows what the discovery has published by now.
void Menu::follow() {
  status_.looking = false;
  if (session_.restricted()) return update_places();
  if (watch_.fd() < 0) return look();
  watch_.changed();
  if (auto published = source_.published.read()) published_ = std::move(published);
  patience_ = published_ ? Deadline::never() : Deadline::in(source_.patience);
  status_.looking = !published_ || published_->looking;
  update_places();
}

/// What sessions open, this one or another, is no business of the discovery.
void Menu::follow_volumes() {
  if (session_.restricted() || !published_) return;
  std::vector<std::string> names = volume_names(session_.resolver().mounter());
  if (names == volume_names_) return;
  volume_names_ = std::move(names);
  list_into(volumes_, list_volumes, "volumes");
  update_places();
}

void Menu::look_again() {
  volume_names_.clear();
  if (!published_) return look();
  try {
    source_.published.look_again();
    model_.set_hint("looking again");
  } catch (const Error& error) {
    model_.set_hint(describe(error));
  }
}

void Menu::update_status(const MenuMeanwhile& meanwhile) {
  status_.machine = machine_text();
  status_.about = about_text(session_);
  status_.countdown = meanwhile.countdown().value_or("");
  if (auto news = meanwhile.news()) status_.news = std::move(*news);
}

void Menu::paint() {
  MenuPicture picture = painter_.paint(model_, status_, screen_.size());
  if (painted_ == picture) return;
  screen_.show(picture);
  painted_ = std::move(picture);
}

void Menu::show_plan(const std::string& line) {
  screen_.close();
  const ScopeExit back([this] {
    screen_.open();
    painted_.reset();
  });
  Report& report = session_.report();
  std::string text;
  {
    const Report::Captured captured(report);
    // An empty line is the default: of its choices the first one counts here.
    if (line.empty())
      session_.run_line(
          fmt::format("plan {}", choices(session_.settings().default_line.value_or("")).front()));
    else
      session_.run_line("plan " + line);
    text = captured.text();
  }
  if (text.empty()) text = report.last_error();
  model_.show_text(fmt::format("plan {}", line), std::move(text));
}

/// Runs a line that asks for a password or a passphrase. What a volume has to offer is chosen then.
void Menu::unlock(const std::string& line) {
  Mounter& mounter = session_.resolver().mounter();
  const std::vector<std::string> before = volume_names(mounter);
  screen_.close();
  Status status = Status::done;
  {
    // The list of what is on the volume: the menu shows it.
    const Report::Captured list(session_.report());
    status = session_.run_line(line);
  }
  screen_.open();
  painted_.reset();
  follow();
  follow_volumes();
  if (session_.stays_locked()) return model_.set_hint("it stays locked");
  if (status != Status::done) return model_.set_hint(session_.report().last_error());
  // Of a volume group it is the first volume that has something.
  std::string nothing_on;
  for (const std::string& name : volume_names(mounter)) {
    if (std::find(before.begin(), before.end(), name) != before.end()) continue;
    if (model_.choose_place(name)) return;
    if (nothing_on.empty()) nothing_on = name;
  }
  if (!nothing_on.empty())
    model_.set_hint(fmt::format("{}: nothing was found there that can be booted", nothing_on));
}

std::optional<MenuEnd> Menu::act(const MenuAction& action) {
  switch (action.kind) {
    case Kind::none:
      return std::nullopt;
    case Kind::run:
      // A dry run says what it would do.
      if (!session_.dry_run()) return MenuEnd{MenuEnd::Kind::run, action.line};
      show_plan(action.line);
      return std::nullopt;
    case Kind::plan:
      show_plan(action.line);
      return std::nullopt;
    case Kind::edit:
      return MenuEnd{MenuEnd::Kind::edit, action.line};
    case Kind::look:
      look_again();
      return std::nullopt;
    case Kind::unlock:
      unlock(action.line);
      return std::nullopt;
    case Kind::redraw:
      screen_.forget();
      painted_.reset();
      return std::nullopt;
    case Kind::leave:
      return MenuEnd{MenuEnd::Kind::leave, ""};
  }
  return std::nullopt;
}

/// Bytes of the terminal: what is no text is noise on a serial line, and no key.
std::optional<MenuEnd> Menu::take(std::string bytes, const MenuMeanwhile& meanwhile) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto now = LineNoise::Clock::now();
    if (!noise_.put(static_cast<unsigned char>(bytes[i]), now)) keys_.flush();
    if (noise_.lasts(now)) continue;
    for (const MenuKey& key : keys_.put(bytes[i])) {
      meanwhile.on_key();
      status_.news.clear();
      if (key.code == MenuKey::Code::enter) {
        // Where it boots, one of a key that is held down, or of noise, does not.
        if (i + 1 == bytes.size()) bytes += screen_.wait(LoneEnter::kApart, -1).bytes;
        const bool counts = lone_enter_.counts(i + 1 < bytes.size(), LoneEnter::Clock::now());
        if (!counts && model_.enter_acts()) continue;
      }
      if (auto end = act(model_.press(key))) return end;
    }
  }
  return std::nullopt;
}

MenuEnd Menu::show(const MenuMeanwhile& meanwhile) {
  screen_.open();
  const ScopeExit close([this] { screen_.close(); });
  painted_.reset();
  keys_.flush();
  update_status(meanwhile);
  follow();
  for (;;) {
    const auto left = meanwhile.time_left();
    if (left && left->count() <= 0) return {MenuEnd::Kind::timed_out, ""};
    update_status(meanwhile);
    if (watch_.changed()) follow();
    if (patience_.expired()) look();
    follow_volumes();
    paint();
    milliseconds longest = std::min(left.value_or(kLook), kLook);
    if (keys_.holding()) longest = kBetweenBytes;
    const MenuScreen::Input input = screen_.wait(longest, watch_.fd());
    if (input.hung_up || Interrupt::session_ended()) return {MenuEnd::Kind::hung_up, ""};
    if (Interrupt::requested()) {
      Interrupt::clear();
      meanwhile.on_key();
      if (auto stopped = meanwhile.on_stop()) status_.news = std::move(*stopped);
      continue;
    }
    noise_.ended(LineNoise::Clock::now());
    if (!input.bytes.empty()) {
      if (auto end = take(input.bytes, meanwhile)) return std::move(*end);
    } else if (keys_.holding()) {
      for (const MenuKey& key : keys_.flush()) {
        meanwhile.on_key();
        if (auto end = act(model_.press(key))) return std::move(*end);
      }
    }
  }
}

}  // namespace kboot
