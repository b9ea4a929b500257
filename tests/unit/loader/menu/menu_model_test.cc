#include "loader/prompt/menu/menu_model.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "tests/unit/loader/menu/menus.h"

using namespace kboot;
using namespace kboot::test;
using Code = MenuKey::Code;
using Kind = MenuAction::Kind;

namespace {

struct Menu {
  Menu() { model.set_places(two_disks()); }

  std::string chosen() const { return model.chosen() == nullptr ? "" : model.chosen()->id; }
  MenuAction press(Code code) { return model.press(key(code)); }
  /// Presses each character.
  MenuAction type(std::string_view text) {
    MenuAction action;
    for (const char c : text) action = model.press(key(std::string(1, c)));
    return action;
  }
  /// The list as text, a line each.
  std::string rows() const {
    std::string text;
    for (const MenuRow& row : model.rows())
      text += std::string(2 * row.depth, ' ') + (row.entry == nullptr ? row.text : row.entry->id) + "\n";
    return text;
  }

  MenuModel model;
};

}  // namespace

TEST_CASE_METHOD(Menu, "menu: a default is chosen first") {
  CHECK(chosen() == "sda1#debian");
  auto places = two_disks();
  places[0].entries[0].is_default = false;
  places[0].entries[1].is_default = true;
  MenuModel other;
  other.set_places(std::move(places));
  CHECK(other.chosen()->id == "sda1#6.1");
}

TEST_CASE_METHOD(Menu, "menu: places, sub-menus and entries are rows") {
  CHECK(rows() ==
        "sda1\nsda1#debian\nAdvanced options\n  sda1#6.1\n  sda1#6.1-rescue\n"
        "nvme0n1p3\nnvme0n1p3#windows\nnvme0n1p3#locked\n");
  CHECK(model.entry_count() == 5);
}

TEST_CASE_METHOD(Menu, "menu: a menu within a menu is a row of its own, each once") {
  auto places = two_disks();
  places[0].entries[2].submenu = {"Advanced options", "Rescue"};
  model.set_places(std::move(places));
  CHECK_THAT(rows(), Catch::Contains("Advanced options\n  sda1#6.1\n  Rescue\n    sda1#6.1-rescue\n"));
}

TEST_CASE_METHOD(Menu, "menu: arrows and letters move, and stop at both ends") {
  press(Code::down);
  CHECK(chosen() == "sda1#6.1");
  type("j");
  CHECK(chosen() == "sda1#6.1-rescue");
  press(Code::up);
  type("kk");
  CHECK(chosen() == "sda1#debian");
  press(Code::end);
  press(Code::down);
  CHECK(chosen() == "nvme0n1p3#locked");
  press(Code::home);
  CHECK(chosen() == "sda1#debian");
  model.set_page(3, 80);
  press(Code::page_down);
  CHECK(chosen() == "sda1#6.1-rescue");
  press(Code::page_up);
  CHECK(chosen() == "sda1#debian");
}

TEST_CASE_METHOD(Menu, "menu: Enter boots the entry's line") {
  press(Code::down);
  CHECK(press(Code::enter) == MenuAction{Kind::run, "sda1#6.1"});
}

TEST_CASE_METHOD(Menu, "menu: what cannot be booted says why") {
  type("4");
  CHECK(press(Code::enter) == MenuAction{});
  CHECK(model.hint() == "only the firmware starts it");
  press(Code::up);
  CHECK(model.hint().empty());
}

TEST_CASE_METHOD(Menu, "menu: what is locked is unlocked by Enter and by l") {
  type("5");
  CHECK(press(Code::enter) == MenuAction{Kind::unlock, "nvme0n1p3#locked"});
  CHECK(type("l") == MenuAction{Kind::unlock, "nvme0n1p3#locked"});
  type("1");
  CHECK(type("l") == MenuAction{});
  CHECK(model.hint() == "nothing is locked here");
}

TEST_CASE_METHOD(Menu, "menu: digits go to the entry of that number") {
  type("3");
  CHECK(chosen() == "sda1#6.1-rescue");
  type("9");
  CHECK(chosen() == "sda1#6.1-rescue");
  CHECK(model.hint() == "there is no entry 9");
}

TEST_CASE("menu: digits one after the other make a number where there is one") {
  MenuPlace place{"sda1", "", {}};
  for (std::size_t i = 1; i <= 12; ++i)
    place.entries.push_back(menu_entry("sda1", fmt::format("e{}", i), "title", i));
  MenuModel model;
  model.set_places({place});
  const auto type = [&](const std::string& digit) {
    model.press(key(digit));
    return model.chosen()->number;
  };
  CHECK(type("1") == 1);
  CHECK(type("2") == 12);
  CHECK(type("3") == 3);
  CHECK(type("1") == 1);
  model.press(key(Code::down));
  CHECK(type("2") == 2);
  type("1");
  CHECK(type("0") == 10);
}

TEST_CASE_METHOD(Menu, "menu: e edits the whole line, p shows its plan, r looks again, Esc leaves") {
  CHECK(type("e") == MenuAction{Kind::edit, "sda1:/boot/vmlinuz-debian"});
  CHECK(type("p") == MenuAction{Kind::plan, "sda1#debian"});
  CHECK(type("r") == MenuAction{Kind::look, ""});
  CHECK(press(Code::redraw) == MenuAction{Kind::redraw, ""});
  CHECK(press(Code::escape) == MenuAction{Kind::leave, ""});
  CHECK(type("x") == MenuAction{});
  CHECK(model.hint() == "? shows the keys");
}

TEST_CASE_METHOD(Menu, "menu: the filter leaves what has all its words") {
  CHECK(type("/WITH re") == MenuAction{});
  CHECK(model.typing_filter());
  CHECK(model.filter() == "WITH re");
  CHECK(rows() == "sda1\nAdvanced options\n  sda1#6.1-rescue\n");
  CHECK(chosen() == "sda1#6.1-rescue");
  CHECK(press(Code::enter) == MenuAction{});
  CHECK_FALSE(model.typing_filter());
  CHECK(press(Code::enter) == MenuAction{Kind::run, "sda1#6.1-rescue"});
  CHECK(press(Code::escape) == MenuAction{});
  CHECK(model.filter().empty());
  CHECK(chosen() == "sda1#6.1-rescue");
  CHECK(model.rows().size() == 8);
}

TEST_CASE_METHOD(Menu, "menu: letters of commands are typed into the filter") {
  type("/jekpl");
  CHECK(model.filter() == "jekpl");
  CHECK(model.chosen() == nullptr);
  press(Code::enter);
  CHECK(press(Code::enter) == MenuAction{});
  CHECK(model.hint() == "no entry has these words");
}

TEST_CASE_METHOD(Menu, "menu: the filter is erased by characters, at once, and left") {
  type("/a");
  model.press(key("\xc3\xb6"));
  press(Code::backspace);
  CHECK(model.filter() == "a");
  type("bc");
  press(Code::erase_all);
  CHECK(model.filter().empty());
  CHECK(model.typing_filter());
  press(Code::backspace);
  CHECK_FALSE(model.typing_filter());
  type("/x");
  press(Code::escape);
  CHECK_FALSE(model.typing_filter());
  CHECK(model.filter().empty());
}

TEST_CASE_METHOD(Menu, "menu: the filter finds places and ids, arrows move in it") {
  type("/nvme");
  CHECK(rows() == "nvme0n1p3\nnvme0n1p3#windows\nnvme0n1p3#locked\n");
  press(Code::down);
  CHECK(chosen() == "nvme0n1p3#locked");
  CHECK(model.typing_filter());
}

TEST_CASE_METHOD(Menu, "menu: a filter has an end") {
  type("/" + std::string(100, 'x'));
  CHECK(model.filter().size() == 60);
}

TEST_CASE_METHOD(Menu, "menu: the chosen entry stays chosen when places come and go") {
  type("2");
  auto places = two_disks();
  MenuPlace stick{"sdb1", "", {menu_entry("sdb1", "live", "Live system", 1)}};
  stick.entries[0].is_default = true;
  places.insert(places.begin(), stick);
  for (std::size_t i : {1, 2})
    for (MenuEntry& entry : places[i].entries) ++entry.number;
  model.set_places(places);
  CHECK(chosen() == "sda1#6.1");
  CHECK(model.chosen()->number == 3);
  places.erase(places.begin());
  model.set_places(places);
  CHECK(chosen() == "sda1#6.1");
}

TEST_CASE_METHOD(Menu, "menu: when the chosen entry goes, its neighbour is chosen, and that is said") {
  type("5");
  auto places = two_disks();
  places.pop_back();
  model.set_places(places);
  CHECK(chosen() == "sda1#6.1-rescue");
  CHECK(model.hint() == "the entry that was chosen is gone");
  model.set_places({});
  CHECK(model.chosen() == nullptr);
  CHECK(press(Code::enter) == MenuAction{});
  CHECK(press(Code::down) == MenuAction{});
  model.set_places(two_disks());
  CHECK(chosen() == "sda1#6.1-rescue");
}

TEST_CASE_METHOD(Menu, "menu: in restricted mode entries are booted and the password is asked for") {
  model.set_restricted(MenuModel::Restricted::yes);
  CHECK(press(Code::enter) == MenuAction{Kind::run, "sda1#debian"});
  for (const char* letter : {"e", "p", "r"}) {
    CHECK(type(letter) == MenuAction{});
    CHECK(model.hint() == "restricted: l asks for the password");
  }
  CHECK(type("l") == MenuAction{Kind::unlock, "unlock"});
  CHECK(press(Code::escape) == MenuAction{Kind::leave, ""});
}

TEST_CASE_METHOD(Menu, "menu: help is a text that any other key closes") {
  type("?");
  CHECK(model.shows_text());
  CHECK(model.text_title() == "Keys");
  CHECK_THAT(join(model.text_lines(), "\n"), Catch::Contains("look again"));
  CHECK(press(Code::enter) == MenuAction{});
  CHECK_FALSE(model.shows_text());
}

TEST_CASE_METHOD(Menu, "menu: a long text is scrolled") {
  model.set_page(2, 80);
  model.show_text("Plan", "1\n2\n3\n4\n5\n");
  const auto first = [&] { return model.text_lines().front(); };
  CHECK(first() == "1");
  type("j");
  CHECK(first() == "2");
  type(" ");
  CHECK(first() == "4");
  press(Code::down);
  CHECK(first() == "4");
  press(Code::page_up);
  CHECK(first() == "2");
  press(Code::home);
  CHECK(first() == "1");
  press(Code::end);
  CHECK(first() == "4");
  CHECK(model.shows_text());
  type("q");
  CHECK_FALSE(model.shows_text());
}

TEST_CASE_METHOD(Menu, "menu: a text's long lines go on in the next one") {
  model.set_page(10, 20);
  model.show_text("Plan", "cmdline  root=UUID=1234 ro quiet\n" + std::string(45, 'x') + "\n\x1b\n");
  CHECK(model.text_lines() == std::vector<std::string>{"cmdline  root=UUID=1", "234 ro quiet",
                                                       std::string(20, 'x'), std::string(20, 'x'), "xxxxx",
                                                       "\\x1b"});
  model.set_page(10, 25);
  CHECK(model.text_lines().front() == "cmdline  root=UUID=1234 ");
  model.set_page(10, 80);
  CHECK(model.text_lines().front() == "cmdline  root=UUID=1234 ro quiet");
}

TEST_CASE("menu: without entries nothing is chosen, and keys say so") {
  MenuModel model;
  CHECK(model.chosen() == nullptr);
  CHECK(model.press(key(Code::enter)) == MenuAction{});
  CHECK(model.hint() == "there is no entry here");
  CHECK(model.press(key("1")) == MenuAction{});
  CHECK(model.press(key(Code::page_down)) == MenuAction{});
}

TEST_CASE_METHOD(Menu,
                 "menu: a place is chosen by its default or its first entry, also from under a filter") {
  type("/windows");
  CHECK(model.choose_place("sda1"));
  CHECK(chosen() == "sda1#debian");
  CHECK(model.filter().empty());
  CHECK_FALSE(model.typing_filter());
  CHECK(model.choose_place("nvme0n1p3"));
  CHECK(chosen() == "nvme0n1p3#windows");
  CHECK_FALSE(model.choose_place("sdz1"));
  CHECK(chosen() == "nvme0n1p3#windows");
}

TEST_CASE("menu: a place without entries is a row as long as nothing is filtered") {
  MenuModel model;
  auto places = two_disks();
  places.push_back({"sdz1", "cannot be read: no", {}});
  model.set_places(places);
  CHECK(model.rows().back().text == "sdz1");
  for (const char* character : {"/", "s", "d"}) model.press(key(character));
  CHECK(model.rows().back().text != "sdz1");
}
