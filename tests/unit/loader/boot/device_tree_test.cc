#include "loader/boot/device_tree.h"

#include <string>

#include <catch2/catch.hpp>

using namespace kboot;

namespace {

BlockDevice device(const std::string& node, std::vector<std::string> parents = {}) {
  return {.node = node, .parents = std::move(parents)};
}

/// A line for each device: a dot for each level, and the node.
std::string drawn(const std::vector<BlockDevice>& devices) {
  std::string text;
  for (const DeviceBranch& branch : device_tree(devices))
    text += std::string(branch.depth, '.') + devices[branch.index].node + "\n";
  return text;
}

}  // namespace

TEST_CASE("device tree: each below what it is made of, siblings in their order") {
  CHECK(drawn({device("a"), device("b"), device("b1", {"b"}), device("a1", {"a"}), device("a2", {"a"}),
               device("lv", {"a2", "b1"})}) ==
        "a\n"
        ".a1\n"
        ".a2\n"
        "..lv\n"
        "b\n"
        ".b1\n");
}

TEST_CASE("device tree: a parent that is not in the list is none") {
  CHECK(drawn({device("dm", {"gone"}), device("md", {"gone", "a"}), device("a")}) == "dm\na\n.md\n");
}

TEST_CASE("device tree: circles come to an end") {
  CHECK(drawn({device("a", {"b"}), device("b", {"a"}), device("c", {"c"})}) == "a\n.b\nc\n");
}

TEST_CASE("device tree: nothing is made of nothing") {
  CHECK(drawn({}).empty());
}

TEST_CASE("device tree: a device is used when another is made of it") {
  const std::vector<BlockDevice> devices = {device("a"), device("b", {"x", "a"})};
  CHECK(is_used(devices[0], devices));
  CHECK_FALSE(is_used(devices[1], devices));
}
