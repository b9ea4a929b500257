#include "loader/prompt/menu/menu.h"

#include <deque>
#include <functional>

#include <poll.h>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "loader/entries/boot_places.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;
using namespace std::chrono_literals;

namespace {

/// Types what it is told to, a key each time it is asked, and remembers what it showed.
class FakeScreen final : public MenuScreen {
 public:
  void open() override {
    if (!failure.empty()) throw Error(failure);
    CHECK_FALSE(is_open);
    is_open = true;
    ++opened;
  }
  void close() noexcept override { is_open = false; }
  MenuLines lines() const override { return MenuLines::ascii; }
  MenuSize size() override { return now_size; }
  void show(const MenuPicture& picture) override {
    CHECK(is_open);
    pictures.push_back(picture);
  }
  void forget() override { ++forgotten; }
  Input wait(std::chrono::milliseconds longest, int other) override {
    longest_wait = longest;
    if (!meanwhile.empty()) {
      const auto event = std::move(meanwhile.front());
      meanwhile.pop_front();
      event();
      pollfd news{other, POLLIN, 0};
      other_is_ready = ::poll(&news, 1, 0) > 0;
      return {"", false};
    }
    if (typed.empty()) return {"", true};
    const std::string bytes = std::move(typed.front());
    typed.pop_front();
    return {bytes, false};
  }

  /// The last picture as text.
  std::string text() const {
    std::string result;
    for (const PictureRow& row : pictures.back().rows) result += row.text + "\n";
    return result;
  }

  std::deque<std::string> typed;
  std::deque<std::function<void()>> meanwhile;  ///< happen in one wait each, before anything is typed
  bool other_is_ready = false;                  ///< whether the last of them ends a wait
  std::chrono::milliseconds longest_wait{0};
  MenuSize now_size{24, 80};
  int forgotten = 0;
  std::vector<MenuPicture> pictures;
  std::string failure;
  bool is_open = false;
  int opened = 0;
};

/// Whether there is a discovery, whose folder is `run`.
enum class Discovers { no, yes };

struct MenuFixture : Fixture {
  explicit MenuFixture(Mode mode = Mode::real, Discovers discovers = Discovers::no)
      : Fixture(mode),
        menu(session, screen, {Published(discovers == Discovers::yes ? run.path() : "/nonexistent"), 0ms}) {
    TemporaryFolder& disk = mounter.add({.node = "/dev/sdb1", .type = "ext4", .uuid = "7777"});
    disk.write("vmlinuz-1", kernel);
    disk.write(
        "extlinux.conf",
        "DEFAULT two\nLABEL one\n KERNEL /vmlinuz-1\n APPEND root=/dev/sdb1 first\n"
        "LABEL two\n KERNEL /vmlinuz-1\n APPEND root=/dev/sdb1 second\nLABEL gone\n KERNEL /nothing\n");
  }

  MenuEnd show(std::initializer_list<const char*> typed) {
    for (const char* bytes : typed) screen.typed.emplace_back(bytes);
    return menu.show({.time_left = [this] { return time_left; },
                      .on_key = [this] { ++keys; },
                      .news = [this] { return std::exchange(news, std::nullopt); },
                      .countdown = [this] { return countdown; },
                      .on_stop = [] { return std::optional<std::string>("ttyS0 was asked to stop"); }});
  }

  FakeScreen screen;
  Menu menu;
  std::optional<std::chrono::milliseconds> time_left;
  std::optional<std::string> news;
  std::optional<std::string> countdown;
  int keys = 0;
};

struct DryMenu : MenuFixture {
  DryMenu() : MenuFixture(Mode::dry_run) {}
};

/// What the discovery has found so far.
PublishedPlace published_place(const std::string& name, const std::string& entry) {
  PublishedPlace place{.name = name, .state = PublishedPlace::State::done};
  ListedEntry listed;
  listed.id = fmt::format("{}#{}", name, entry);
  listed.place = name;
  listed.name = entry;
  listed.entry.title = "Title of " + entry;
  listed.entry.kernel = FilePlace{name, "/vmlinuz"};
  place.list.entries = {listed};
  return place;
}

PublishedPlace locked_place(const std::string& name, const std::string& uuid) {
  PublishedPlace place{.name = name, .state = PublishedPlace::State::locked};
  place.type = "crypto_LUKS";
  place.uuid = uuid;
  place.list = locked_list({.node = "/dev/" + name, .type = place.type, .uuid = uuid});
  return place;
}

/// A machine with a discovery.
struct LiveMenu : MenuFixture {
  LiveMenu() : MenuFixture(Mode::real, Discovers::yes) {}

  void publish(std::vector<PublishedPlace> places, bool looking = false) {
    Published(run.path()).write({.looking = looking, .places = std::move(places)});
  }
  /// The row of the chosen entry.
  std::string chosen() const {
    for (const PictureRow& row : screen.pictures.back().rows)
      if (row.style == PictureRow::Style::chosen) return std::string(trim(row.text));
    return "";
  }
};

/// Of "open sesame".
constexpr const char* kHash =
    "$6$kboot$qVPC2Onqy/b.cjXnM2Tz5.6UUAmdV0Z2fer5h2Qsa0mYeICIiXbcsGGIGX/rEcoMBDxNzKFS2pzBmEEXBxPbK0";
constexpr const char* kDown = "\x1b[B";

}  // namespace

TEST_CASE_METHOD(MenuFixture, "menu: shows labels and what is on the disks, the default first") {
  CHECK(show({}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
  CHECK_THAT(screen.text(), Catch::Contains(" >     * linux: /boot/vmlinuz initrd=/boot/initrd.img quiet"));
  CHECK_THAT(screen.text(), Catch::Contains("sdb1\n"));
  CHECK_THAT(screen.text(), Catch::Contains("* two\n"));
  CHECK_THAT(screen.text(), Catch::Contains("! gone\n"));
  CHECK_FALSE(screen.is_open);
}

TEST_CASE_METHOD(MenuFixture, "menu: Enter gives the chosen entry's line to be run") {
  CHECK(show({"/sdb1 two", "\r", "", "\r", ""}) == MenuEnd{MenuEnd::Kind::run, "sdb1#two"});
  CHECK(boot("sdb1#two") == "root=/dev/sdb1 second");
}

TEST_CASE_METHOD(MenuFixture, "menu: the line for editing boots the same") {
  const MenuEnd end = show({"/sdb1 one", "\r", "", "e"});
  CHECK(end == MenuEnd{MenuEnd::Kind::edit, "sdb1:/vmlinuz-1 root=/dev/sdb1 first"});
  CHECK(boot(end.line) == boot("sdb1#one"));
}

TEST_CASE_METHOD(MenuFixture, "menu: numbers are those of the prompt") {
  const MenuEnd end = show({"/sdb1 one", "\r", "", "\r", ""});
  CHECK(end.line == "sdb1#one");
  const std::string text = screen.text();
  const std::size_t at = text.find("  one ");
  REQUIRE(at != std::string::npos);
  const std::size_t line = text.rfind('\n', at) + 1;
  const std::string number(trim(std::string_view(text).substr(line + 2, 4)));
  CHECK(boot("#" + number) == "root=/dev/sdb1 first");
}

TEST_CASE_METHOD(MenuFixture, "menu: an Enter that is held down boots nothing") {
  CHECK(show({"\r\r\r"}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
  CHECK(show({"\r", "\r"}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
}

TEST_CASE_METHOD(MenuFixture, "menu: a key may follow at once the Enter that ends a filter") {
  CHECK(show({"/sdb1 one", "\r", "e"}).kind == MenuEnd::Kind::edit);
}

TEST_CASE_METHOD(MenuFixture, "menu: an Enter that is held down in a filter boots nothing") {
  CHECK(show({"/sdb1 one", "\r\r\r", ""}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
  CHECK(show({"/sdb1 one", "\r", "\r", "\r"}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
}

TEST_CASE_METHOD(MenuFixture, "menu: noise on the line is no key") {
  CHECK(show({"\xff\xfe\r", "\r", ""}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
  CHECK(keys == 0);
}

TEST_CASE_METHOD(MenuFixture, "menu: ESC leaves once nothing follows it, and each key counts as one") {
  CHECK(show({kDown, "\x1b", ""}) == MenuEnd{MenuEnd::Kind::leave, ""});
  CHECK(keys == 2);
}

TEST_CASE_METHOD(MenuFixture, "menu: p shows the plan in the list's place") {
  show({"/sdb1 two", "\r", "", "p"});
  CHECK_THAT(screen.text(), Catch::StartsWith(" plan sdb1#two\n"));
  CHECK_THAT(screen.text(), Catch::Contains("root=/dev/sdb1 second"));
  CHECK(results.take().empty());
  CHECK(screen.opened == 2);
  CHECK(events.empty());
}

TEST_CASE_METHOD(MenuFixture, "menu: a plan that fails says why") {
  show({"/gone", "\r", "", "p"});
  CHECK_THAT(screen.text(), Catch::Contains("/nothing: no such file"));
}

TEST_CASE_METHOD(MenuFixture, "menu: the plan of the default is that of its first choice") {
  configure({{"default", "linux | sda6"}});
  show({"p"});
  CHECK_THAT(screen.text(), Catch::Contains("quiet"));
}

TEST_CASE_METHOD(DryMenu, "menu: in a dry run Enter shows the plan") {
  show({"/sdb1 two", "\r", "", "\r", ""});
  CHECK_THAT(screen.text(), Catch::StartsWith(" plan sdb1#two\n"));
}

TEST_CASE_METHOD(MenuFixture, "menu: r finds what has come since") {
  show({});
  CHECK_THAT(screen.text(), !Catch::Contains("newcomer"));
  TemporaryFolder& disk = mounter.add({.node = "/dev/sdc1", .type = "ext4", .uuid = "8888"});
  disk.write("vmlinuz", kernel);
  disk.write("extlinux.conf", "LABEL newcomer\n KERNEL /vmlinuz\n");
  show({"r"});
  CHECK_THAT(screen.text(), Catch::Contains("newcomer"));
}

TEST_CASE_METHOD(MenuFixture, "menu: nobody types") {
  time_left = 0ms;
  CHECK(show({"\r"}) == MenuEnd{MenuEnd::Kind::timed_out, ""});
}

TEST_CASE_METHOD(MenuFixture, "menu: the countdown, other consoles' news and why a boot failed are shown") {
  countdown = "booting \"linux\" in 9 s, any key stops it";
  news = "ttyS0 is booting \"linux\"; ^C stops it";
  menu.set_failure("sda6:/vmlinuz: no such file");
  show({});
  CHECK_THAT(screen.text(),
             Catch::Contains("\n sda6:/vmlinuz: no such file\n ttyS0 is booting \"linux\"; ^C stops it\n"));
  CHECK_THAT(screen.text(), Catch::Contains("\n booting \"linux\" in 9 s, any key stops it\n"));
}

TEST_CASE_METHOD(MenuFixture, "menu: in restricted mode only labels and the default are shown") {
  configure({{"restricted", "true"}});
  CHECK(show({"\r", ""}) == MenuEnd{MenuEnd::Kind::run, "linux"});
  CHECK_THAT(screen.text(), !Catch::Contains("sdb1"));
  CHECK_THAT(screen.text(), Catch::Contains("l unlock"));
}

TEST_CASE_METHOD(MenuFixture, "menu: l asks for the password, after which everything is shown") {
  configure({{"restricted", "true"}, {"password", kHash}});
  keyboard.secrets = {"wrong"};
  show({"l"});
  CHECK_THAT(screen.text(), Catch::Contains("wrong password"));
  CHECK_THAT(screen.text(), !Catch::Contains("sdb1"));
  keyboard.secrets = {"open sesame"};
  show({"l"});
  CHECK_THAT(screen.text(), Catch::Contains("sdb1"));
}

TEST_CASE_METHOD(MenuFixture, "menu: a terminal that cannot show it is an error") {
  screen.failure = "no";
  CHECK_THROWS_AS(show({}), Error);
}

TEST_CASE_METHOD(LiveMenu, "menu: shows what the discovery has found, without looking at a disk itself") {
  PublishedPlace disk = published_place("sdb1", "debian");
  disk.system = "Debian GNU/Linux 12";
  publish({disk});
  mounter.mounts.clear();
  CHECK(show({"/debian", "\r", "", "\r", ""}) == MenuEnd{MenuEnd::Kind::run, "sdb1#debian"});
  CHECK_THAT(screen.text(), Catch::Contains("\n sdb1  Debian GNU/Linux 12\n"));
  CHECK_THAT(screen.text(), !Catch::Contains("* two"));
  CHECK(mounter.mounts.empty());
}

TEST_CASE_METHOD(LiveMenu,
                 "menu: what the discovery finds appears by itself, and the chosen entry stays chosen") {
  publish({published_place("sdc1", "second")}, true);
  countdown = "booting \"linux\" in 9 s, any key stops it";
  show({"/second", "\r", "", "\x1b", ""});
  CHECK(chosen() == ">   1   Title of second");
  CHECK_THAT(screen.text(), Catch::Contains("\n the disks are still being looked at\n"));
  keys = 0;
  const std::size_t pictures = screen.pictures.size();
  screen.meanwhile = {[&] {
                        publish({published_place("sdb1", "first"), published_place("sdc1", "second")}, true);
                      },
                      [&] {
                        publish({published_place("sdb1", "first"), published_place("sdc1", "second")});
                      }};
  show({});
  CHECK(screen.other_is_ready);
  CHECK(chosen() == ">   2   Title of second");
  CHECK_THAT(screen.text(), Catch::Contains(" 1   Title of first\n"));
  CHECK_THAT(screen.text(), !Catch::Contains("still being looked at"));
  CHECK_THAT(screen.text(), Catch::Contains(*countdown));
  CHECK(keys == 0);
  // One when it opened, one each time something was published.
  CHECK(screen.pictures.size() == pictures + 3);
}

TEST_CASE_METHOD(LiveMenu, "menu: #2 at the prompt is the second entry that the menu shows") {
  publish({published_place("sdb1", "x"), published_place("sdb1", "one")});
  show({});
  CHECK(boot("#2") == "root=/dev/sdb1 first");
}

TEST_CASE_METHOD(LiveMenu, "menu: a place that cannot be read is shown with the reason") {
  PublishedPlace broken{.name = "sdb1", .state = PublishedPlace::State::failed};
  broken.why = "sdb1: mount /dev/sdb1: bad superblock";
  publish({broken, {.name = "sdc1"}}, true);
  show({});
  CHECK_THAT(screen.text(), Catch::Contains("\n sdb1  cannot be read: mount /dev/sdb1: bad superblock\n"));
  CHECK_THAT(screen.text(), Catch::Contains("\n sdc1  is being looked at\n"));
}

TEST_CASE_METHOD(LiveMenu, "menu: r asks the discovery to look again") {
  publish({});
  PublishedWatch requests(run.path(), kLookAgainFile);
  show({"r"});
  CHECK(requests.changed());
  CHECK_THAT(screen.text(), Catch::Contains("\n looking again\n"));
}

TEST_CASE_METHOD(LiveMenu, "menu: it looks itself when no discovery says anything") {
  show({""});
  CHECK_THAT(screen.text(), Catch::Contains("* two\n"));
}

TEST_CASE_METHOD(LiveMenu, "menu: in restricted mode nothing that is published is shown") {
  configure({{"restricted", "true"}});
  publish({published_place("sdb1", "debian")}, true);
  screen.meanwhile = {[&] { publish({published_place("sdb1", "newer")}, true); }};
  show({});
  CHECK_THAT(screen.text(), !Catch::Contains("sdb1"));
  CHECK_THAT(screen.text(), !Catch::Contains("still being looked at"));
}

TEST_CASE_METHOD(LiveMenu, "menu: a passphrase opens a LUKS volume, whose entries are shown then") {
  mounter.add({.node = "/dev/sdd1", .type = "crypto_LUKS", .uuid = "abcd"});
  publish({locked_place("sdd1", "abcd")});
  volumes.steps.emplace_back([&] {
    TemporaryFolder& disk = mounter.add({.node = "/dev/mapper/luks-abcd", .type = "ext4", .uuid = "9999"});
    disk.write("vmlinuz", kernel);
    disk.write("extlinux.conf",
               "DEFAULT secret\nLABEL a\n KERNEL /vmlinuz\nLABEL secret\n KERNEL /vmlinuz\n APPEND x\n");
  });
  if (GENERATE(true, false))
    show({"/sdd1", "\r", "", "\r", ""});
  else
    show({"/sdd1", "\r", "", "l"});
  CHECK(volumes.asked == Strings{"mapper/luks-abcd"});
  CHECK(chosen() == ">   2 * secret");
  CHECK_THAT(screen.text(), Catch::Contains("\n mapper/luks-abcd\n"));
  CHECK_THAT(screen.text(), !Catch::Contains("LUKS volume"));
  CHECK(results.take().empty());
  CHECK(screen.opened == 2);
  CHECK(volumes.releases == 0);
  CHECK(mounter.mounts.empty());
  CHECK(boot("#2") == "x");
}

TEST_CASE_METHOD(LiveMenu, "menu: a passphrase that is wrong is said, and the menu stays") {
  mounter.add({.node = "/dev/sdd1", .type = "crypto_LUKS", .uuid = "abcd"});
  publish({locked_place("sdd1", "abcd")});
  volumes.steps.emplace_back([] { fail("/dev/sdd1: 3 wrong passphrases"); });
  CHECK(show({"/sdd1", "\r", "", "l"}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
  CHECK_THAT(screen.text(), Catch::Contains("/dev/sdd1: 3 wrong passphrases\n"));
  CHECK(chosen() == ">   1 ! LUKS volume");
  CHECK_THAT(screen.text(), Catch::Contains("\n Enter unlock "));
}

TEST_CASE_METHOD(LiveMenu, "menu: without a passphrase a volume stays locked") {
  mounter.add({.node = "/dev/sdd1", .type = "crypto_LUKS", .uuid = "abcd"});
  publish({locked_place("sdd1", "abcd")});
  show({"/sdd1", "\r", "", "l"});
  CHECK_THAT(screen.text(), Catch::Contains("\n it stays locked\n"));
}

TEST_CASE_METHOD(LiveMenu, "menu: a LUKS volume that is gone is said, and is not called locked") {
  publish({locked_place("sdd1", "abcd")});
  show({"/sdd1", "\r", "", "l"});
  CHECK_THAT(screen.text(), Catch::Contains("\n sdd1: no such device\n"));
}

TEST_CASE_METHOD(LiveMenu, "menu: a passphrase opens a LUKS volume, whose volume group is listed then") {
  mounter.add({.node = "/dev/sdd1", .type = "crypto_LUKS", .uuid = "abcd"});
  publish({locked_place("sdd1", "abcd")});
  volumes.steps.emplace_back([&] {
    mounter.add({.node = "/dev/mapper/luks-abcd", .type = "LVM2_member", .parents = {"/dev/sdd1"}});
  });
  volumes.steps_without_key.emplace_back([&] {
    const Strings parents = {"/dev/mapper/luks-abcd"};
    mounter.add({.node = "/dev/mapper/vg-home", .type = "ext4", .parents = parents});
    TemporaryFolder& disk = mounter.add({.node = "/dev/mapper/vg-root", .type = "ext4", .parents = parents});
    disk.write("vmlinuz", kernel);
    disk.write("extlinux.conf", "DEFAULT secret\nLABEL secret\n KERNEL /vmlinuz\n APPEND x\n");
    mounter.add({.node = "/dev/mapper/vg-swap", .type = "swap", .parents = parents});
  });
  show({"/sdd1", "\r", "", "l"});
  CHECK(chosen() == ">   1 * secret");
  CHECK_THAT(screen.text(), Catch::Contains("\n mapper/vg-root\n"));
  CHECK_THAT(screen.text(), !Catch::Contains("LVM2_member"));
  CHECK_THAT(screen.text(), !Catch::Contains("nothing was found there"));
  CHECK(boot("#1") == "x");
}

TEST_CASE_METHOD(LiveMenu, "menu: a volume that another session opens appears") {
  publish({locked_place("sdd1", "abcd")});
  screen.meanwhile = {[&] {
    TemporaryFolder& disk = mounter.add({.node = "/dev/mapper/luks-abcd", .type = "ext4", .uuid = "9999"});
    disk.write("vmlinuz", kernel);
    disk.write("extlinux.conf", "LABEL inside\n KERNEL /vmlinuz\n");
  }};
  show({});
  CHECK_THAT(screen.text(), Catch::Contains("inside\n"));
  CHECK_THAT(screen.text(), !Catch::Contains("LUKS volume"));
}

TEST_CASE_METHOD(MenuFixture, "menu: another size of the terminal is painted anew, ^L paints everything") {
  screen.meanwhile = {[&] { screen.now_size = {10, 40}; }};
  show({""});
  CHECK(screen.pictures.back().rows.size() == 10);
  CHECK(screen.forgotten == 0);
  const std::size_t pictures = screen.pictures.size();
  show({"\x0c", ""});
  CHECK(screen.forgotten == 1);
  // While it looks, then the list, which ^L paints again.
  CHECK(screen.pictures.size() == pictures + 3);
}

TEST_CASE_METHOD(MenuFixture, "menu: ^C stops another console's boot, and the menu stays") {
  screen.meanwhile = {[] { Interrupt::request(); }};
  CHECK(show({""}) == MenuEnd{MenuEnd::Kind::hung_up, ""});
  CHECK(keys == 1);
  CHECK_FALSE(Interrupt::requested());
  CHECK_THAT(screen.text(), Catch::Contains("\n ttyS0 was asked to stop\n"));
}

TEST_CASE_METHOD(MenuFixture, "menu: a wait ends when the countdown does") {
  time_left = 120ms;
  screen.meanwhile = {[this] { time_left = 0ms; }};
  CHECK(show({}) == MenuEnd{MenuEnd::Kind::timed_out, ""});
  CHECK(screen.longest_wait == 120ms);
}
