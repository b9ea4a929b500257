#include "loader/prompt/menu/menu_keys.h"

#include <string_view>

#include <catch2/catch.hpp>

using namespace kboot;
using Code = MenuKey::Code;

namespace {

std::vector<MenuKey> keys_of(std::string_view bytes) {
  MenuKeys decoder;
  std::vector<MenuKey> keys;
  for (const char byte : bytes)
    for (MenuKey& key : decoder.put(byte)) keys.push_back(std::move(key));
  for (MenuKey& key : decoder.flush()) keys.push_back(std::move(key));
  CHECK_FALSE(decoder.holding());
  return keys;
}

std::vector<MenuKey> moves(std::initializer_list<Code> codes) {
  std::vector<MenuKey> keys;
  for (const Code code : codes) keys.push_back({code, ""});
  return keys;
}

MenuKey character(std::string text) {
  return {Code::character, std::move(text)};
}

}  // namespace

TEST_CASE("menu keys: arrows in both modes of the cursor keys") {
  CHECK(keys_of("\x1b[A\x1b[B\x1bOA\x1bOB") == moves({Code::up, Code::down, Code::up, Code::down}));
}

TEST_CASE("menu keys: Home, End and pages of linux, xterm and vt220") {
  CHECK(keys_of("\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~\x1bOH\x1bOF") ==
        moves({Code::home, Code::end, Code::home, Code::end, Code::page_up, Code::page_down, Code::home,
               Code::end, Code::home, Code::end}));
}

TEST_CASE("menu keys: a character of several bytes is one key") {
  CHECK(keys_of("a\xc3\xb6\xe2\x82\xac") ==
        std::vector{character("a"), character("\xc3\xb6"), character("\xe2\x82\xac")});
}

TEST_CASE("menu keys: bytes that are no text are no keys") {
  CHECK(keys_of("\xff\x80\xc3x").size() == 1);
  CHECK(keys_of(std::string_view("\0\x01\x02", 3)).empty());
}

TEST_CASE("menu keys: ESC alone is a key once nothing follows it") {
  MenuKeys decoder;
  CHECK(decoder.put('\x1b').empty());
  CHECK(decoder.holding());
  CHECK(decoder.flush() == moves({Code::escape}));
  CHECK_FALSE(decoder.holding());
  CHECK(decoder.flush().empty());
}

TEST_CASE("menu keys: ESC twice is one ESC, and a second that may begin something") {
  CHECK(keys_of("\x1b\x1b") == moves({Code::escape, Code::escape}));
  CHECK(keys_of("\x1b\x1b[A") == moves({Code::escape, Code::up}));
}

TEST_CASE("menu keys: sequences of other keys are dropped whole") {
  CHECK(keys_of("\x1b[15~\x1b[1;2P\x1bOP\x1b[200~x") == std::vector{character("x")});
  CHECK(keys_of("\x1bx").empty());
  // The linux console's F1 is ESC [ [ A.
  CHECK(keys_of("\x1b[[Ax") == std::vector{character("x")});
}

TEST_CASE("menu keys: a sequence without end is dropped") {
  MenuKeys decoder;
  for (const char byte : std::string("\x1b[") + std::string(100, ';')) CHECK(decoder.put(byte).size() <= 1);
  decoder.flush();
  CHECK(decoder.put('j') == std::vector{character("j")});
}

TEST_CASE("menu keys: Enter, Backspace and control keys") {
  CHECK(keys_of("\r\n\b\x7f\x15\x0c\x0e\x10") ==
        moves({Code::enter, Code::enter, Code::backspace, Code::backspace, Code::erase_all, Code::redraw,
               Code::down, Code::up}));
}
