#include "loader/prompt/menu/menu_picture.h"

#include <algorithm>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "loader/terminal/table.h"
#include "tests/unit/loader/menu/menus.h"

using namespace kboot;
using namespace kboot::test;
using Code = MenuKey::Code;
using Style = PictureRow::Style;

namespace {

struct Screen {
  Screen() { model.set_places(two_disks()); }

  MenuPicture paint(MenuSize size) {
    MenuPicture picture = painter.paint(model, status, size);
    CHECK(picture.rows.size() == size.rows);
    for (const PictureRow& row : picture.rows) {
      INFO(row.text);
      CHECK(width_of(row.text) <= size.columns);
    }
    return picture;
  }
  /// Without the blanks at line ends and without empty lines.
  std::string text(MenuSize size) {
    std::string result;
    for (const PictureRow& row : paint(size).rows) {
      const std::size_t end = row.text.find_last_not_of(' ');
      if (end != std::string::npos) result += row.text.substr(0, end + 1) + "\n";
    }
    return result;
  }

  MenuModel model;
  MenuPainter painter{MenuLines::ascii};
  MenuStatus status{.machine = "kboot 0.1.0 on demo",
                    .about = {"eth0  address 10.0.2.15/24", "ssh host key: ssh-ed25519 SHA256:abc"},
                    .countdown = "booting \"linux\" in 9 s, any key stops it",
                    .failure = {},
                    .news = {},
                    .looking = false};
};

}  // namespace

TEST_CASE_METHOD(Screen, "menu picture: a screen of 80 columns") {
  CHECK(text({24, 80}) == R"( kboot 0.1.0 on demo
 eth0  address 10.0.2.15/24
 ssh host key: ssh-ed25519 SHA256:abc
--------------------------------------------------------------------------------
 sda1  Debian GNU/Linux 12
 >   1 * Debian GNU/Linux
        Advanced options
     2     Debian GNU/Linux, with Linux 6.1
     3     Debian GNU/Linux, with Linux 6.1 (recovery mode)
 nvme0n1p3
     4 ! Windows Boot Manager
     5 ! LUKS volume
--------------------------------------------------------------------------------
 sda1#debian
 booting "linux" in 9 s, any key stops it
 Enter boot   Esc prompt   ? help   e edit   p plan   / filter   r look again
)");
}

TEST_CASE_METHOD(Screen,
                 "menu picture: 40 columns cut the middle of what is longer, with the keys that fit") {
  const std::string shown = text({24, 40});
  CHECK_THAT(shown,
             Catch::Contains(
                 "     2     Debian GN...x, with Linux 6.1\n     3     Debian GN...1 (recovery mode)\n"));
  CHECK_THAT(shown, Catch::EndsWith(" Enter boot   Esc prompt   ? help\n"));
}

TEST_CASE_METHOD(Screen, "menu picture: lines of UTF-8 where the terminal has them") {
  painter = MenuPainter(MenuLines::utf8);
  const std::string shown = text({24, 40});
  CHECK_THAT(shown, Catch::Contains("────\n"));
  CHECK_THAT(shown, Catch::Contains("Debian GNU/…x, with Linux 6.1\n"));
}

TEST_CASE_METHOD(Screen, "menu picture: any size has the chosen entry on it") {
  for (const std::size_t rows : {5U, 8U, 12U, 24U, 60U}) {
    for (const std::size_t columns : {20U, 40U, 80U, 132U, 200U}) {
      for (const char* number : {"1", "2", "3", "4", "5"}) {
        model.press(key(number));
        INFO(fmt::format("{} rows, {} columns, entry {}", rows, columns, number));
        const MenuPicture picture = paint({rows, columns});
        const auto chosen = std::count_if(picture.rows.begin(), picture.rows.end(),
                                          [](const PictureRow& row) { return row.style == Style::chosen; });
        CHECK(chosen == 1);
      }
    }
  }
}

TEST_CASE_METHOD(Screen, "menu picture: sizes that are none are no error") {
  for (const MenuSize size : {MenuSize{0, 0}, {1, 1}, {2, 80}, {24, 0}, {3, 2}}) {
    paint(size);
    model.show_text("Plan", "a\nb\n");
    paint(size);
    model.press(key("x"));
  }
}

TEST_CASE("menu picture: a list that is longer than the screen is scrolled, with the headings it needs") {
  std::vector<MenuPlace> places;
  for (std::size_t i = 0; i < 30; ++i) {
    const std::string name = fmt::format("sda{}", i + 1);
    places.push_back({name, "", {menu_entry(name, "linux", "Linux " + name, i + 1)}});
  }
  MenuModel model;
  model.set_places(std::move(places));
  MenuPainter painter(MenuLines::ascii);
  const auto list = [&] {
    const MenuPicture picture = painter.paint(model, {}, {10, 40});
    std::vector<std::string> lines;
    for (std::size_t i = 2; i + 3 < picture.rows.size(); ++i) lines.push_back(picture.rows[i].text);
    return lines;
  };
  CHECK(list().front() == " sda1");
  model.press(key(Code::end));
  CHECK_THAT(list().back(), Catch::StartsWith(" >  30"));
  CHECK(list().front() == "    28   Linux sda28");
  model.press(key(Code::up));
  CHECK(list().front() == "    28   Linux sda28");
  model.press(key(Code::up));
  CHECK(list().front() == " sda28");
  model.press(key(Code::home));
  CHECK(list().front() == " sda1");
}

TEST_CASE_METHOD(Screen, "menu picture: text from a disk is made printable") {
  auto places = two_disks();
  places[0].name = "s\x1b[2Jda1";
  places[0].about = "\r\n";
  places[0].entries[0].title = "\x1b]0;x\x07 evil\xff";
  places[0].entries[0].line = "\x1b[A";
  places[0].entries[1].submenu = {"\x9b"};
  status.machine = "\x1b";
  status.about = {"\x1b"};
  status.failure = "\x1b";
  status.news = "\x1b";
  model.set_places(std::move(places));
  const auto is_safe = [&](MenuSize size) {
    for (const PictureRow& row : paint(size).rows)
      for (const char c : row.text)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f' || static_cast<unsigned char>(c) >= 0x80)
          return false;
    return true;
  };
  CHECK(is_safe({24, 80}));
  model.show_text("\x1b", "\x1b[A\n\ttab\n");
  CHECK(is_safe({24, 80}));
}

TEST_CASE_METHOD(Screen, "menu picture: a failed boot, other consoles, and hints have lines of their own") {
  status.failure = "sda1:/boot/vmlinuz: no such file";
  status.news = "ttyS0 is booting \"linux\"; ^C stops it";
  model.press(key("4"));
  model.press(key(Code::enter));
  const std::string shown = text({24, 80});
  CHECK_THAT(shown,
             Catch::Contains("\n sda1:/boot/vmlinuz: no such file\n ttyS0 is booting \"linux\"; ^C stops it\n"
                             " only the firmware starts it\n booting"));
}

TEST_CASE_METHOD(Screen, "menu picture: what is locked or unbootable says why when it is chosen") {
  model.press(key("5"));
  CHECK_THAT(text({24, 80}), Catch::Contains("\n nvme0n1p3#locked: locked: a passphrase opens it\n"));
}

TEST_CASE_METHOD(Screen, "menu picture: the cursor stands behind the filter while it is typed") {
  CHECK_FALSE(paint({24, 80}).cursor);
  model.press(key("/"));
  model.press(key("6"));
  const MenuPicture picture = paint({24, 80});
  REQUIRE(picture.cursor);
  CHECK(picture.rows[picture.cursor->row].text == " /6");
  CHECK(picture.cursor->column == 3);
  model.press(key(Code::enter));
  CHECK_FALSE(paint({24, 80}).cursor);
  CHECK_THAT(text({24, 80}), Catch::Contains("\n /6\n"));
  CHECK_THAT(text({24, 80}), Catch::Contains("Esc all"));
}

TEST_CASE_METHOD(Screen, "menu picture: an empty list says what to do") {
  model.set_places({});
  CHECK_THAT(text({24, 80}), Catch::Contains("nothing was found that can be booted; r looks again"));
  status.looking = true;
  CHECK_THAT(text({24, 80}), Catch::Contains("nothing was found yet that can be booted"));
  model.set_restricted(MenuModel::Restricted::yes);
  CHECK_THAT(text({24, 80}), Catch::Contains("no label is defined; l asks for the password"));
}

TEST_CASE_METHOD(Screen, "menu picture: a text stands in the list's place") {
  model.show_text("plan sda1#debian", "kernel   sda1:/boot/vmlinuz\ncmdline  root=UUID=1 ro\n");
  const std::string shown = text({24, 80});
  CHECK_THAT(shown, Catch::StartsWith(" plan sda1#debian\n"));
  CHECK_THAT(shown, Catch::Contains("\n kernel   sda1:/boot/vmlinuz\n cmdline  root=UUID=1 ro\n"));
  CHECK_THAT(shown, !Catch::Contains("Windows"));
}

TEST_CASE_METHOD(
    Screen, "menu picture: a line says that the disks are still being looked at; on few rows the first") {
  status.looking = true;
  CHECK_THAT(text({24, 80}), Catch::Contains("\n the disks are still being looked at\n"));
  CHECK_THAT(text({10, 80}),
             Catch::StartsWith(" the disks are still being looked at, kboot 0.1.0 on demo\n"));
}

TEST_CASE_METHOD(Screen,
                 "menu picture: a place without entries is a row, which the last entry brings along") {
  auto places = two_disks();
  places.push_back({"sdz1", "cannot be read: no", {}});
  model.set_places(places);
  CHECK_THAT(text({9, 80}), !Catch::Contains("sdz1"));
  model.press(key(Code::end));
  CHECK_THAT(text({9, 80}), Catch::Contains("\n sdz1  cannot be read: no\n"));
  model.set_places({places.back()});
  CHECK_THAT(text({24, 80}), Catch::Contains("\n nothing was found that can be booted; r looks again\n"
                                             " sdz1  cannot be read: no\n"));
}

TEST_CASE_METHOD(
    Screen, "menu picture: a message goes on in more rows; in too few it loses its middle, not the reason") {
  status.failure = "sda1#gnulinux-simple: sda1:/boot/vmlinuz-6.1.0-21-amd64: mount /dev/sda1: bad superblock";
  const std::string wide = text({24, 40});
  CHECK_THAT(wide,
             Catch::Contains("\n sda1#gnulinux-simple: \n") || Catch::Contains("\n sda1#gnulinux-simple:\n"));
  CHECK_THAT(wide, Catch::Contains("bad superblock\n"));
  const std::string small = text({10, 40});
  CHECK_THAT(small, Catch::Contains("\n sda1#gnulinux") && Catch::Contains("bad superblock\n"));
  CHECK_THAT(small, Catch::Contains(">   1"));
}

TEST_CASE_METHOD(Screen, "menu picture: a countdown that is too long keeps its seconds") {
  status.countdown = "booting \"linux | sda2#debian | http://server/vmlinuz\" in 9 s, any key stops it";
  CHECK_THAT(text({24, 40}), Catch::Contains(" 9 s, any key stops it\n"));
}

TEST_CASE_METHOD(Screen, "menu picture: Enter is said to unlock what is locked") {
  model.press(key("5"));
  CHECK_THAT(text({24, 40}), Catch::EndsWith(" Enter unlock   Esc prompt   ? help\n"));
}
