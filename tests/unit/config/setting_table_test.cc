#include "config/setting_table.h"

#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "base/redact.h"
#include "config/variables.h"

using namespace kboot;

namespace {

/// The settings that the list "Variables" of the manual page describes, without those of links.
std::set<std::string> documented() {
  std::ifstream page(KBOOT_SOURCE "/config/kboot.conf.5");
  REQUIRE(page);
  std::set<std::string> names;
  bool in_list = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(".Ss ")) in_list = line == ".Ss Variables";
    if (!in_list || !line.starts_with(".It Ic ") || line.find(" Ar ") != std::string::npos) continue;
    static const std::regex name("[a-z][a-z_.]*[a-z]");
    const std::string items = line.substr(std::string(".It Ic ").size());
    for (std::sregex_iterator one(items.begin(), items.end(), name), end; one != end; ++one)
      names.insert(one->str());
  }
  return names;
}

}  // namespace

TEST_CASE("settings: kboot.conf(5) describes each, and no other") {
  std::set<std::string> known;
  for (const Setting& setting : setting_table()) known.emplace(setting.name);
  // Linux's own word, taken as wait is.
  known.insert("rootdelay");
  CHECK(documented() == known);
}

TEST_CASE("settings: each is found by its name, and by no other") {
  for (const Setting& setting : setting_table()) CHECK(find_setting(setting.name) == &setting);
  for (const char* name : {"", "a", "roo", "roott", "zzz", "net.eth0"}) CHECK(find_setting(name) == nullptr);
}

TEST_CASE("settings: all names are reserved, and the young ones without a dot may be old labels") {
  for (const Setting& setting : setting_table()) {
    INFO(setting.name);
    CHECK(is_reserved(setting.name));
    const bool dotted = setting.name.find('.') != std::string_view::npos;
    CHECK(is_new_reserved(setting.name) == (!dotted && setting.age == Setting::Age::young));
  }
}

TEST_CASE("settings: the value of a secret one is hidden, and of no other") {
  for (const Setting& setting : setting_table()) {
    const std::string line = std::string(setting.name) + "=value";
    INFO(line);
    CHECK((redact_line(line) == line) == !setting.secret);
  }
}
