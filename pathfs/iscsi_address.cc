#include "pathfs/iscsi_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace kboot {
namespace {

/// The text up to the next colon that is outside of brackets; `text` is what follows it.
std::string_view take_field(std::string_view& text) {
  const std::size_t from = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = text.find(':', from == std::string_view::npos ? 0 : from);
  const std::string_view field = text.substr(0, colon);
  text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  return field;
}

std::optional<unsigned> number_of(std::string_view digits, int base) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return number;
}

/// Of ASCII letters and digits and the `others`; never an option of a program.
bool consists_of(std::string_view text, std::string_view others) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

/// RFC 7143, 4.2.7: no blanks, and no slash in the names that are in use. Never an option of a program.
bool is_target(std::string_view text) {
  return !text.empty() && text.front() != '-' && printable(text) == text &&
         text.find_first_of(" /\\'\"") == std::string_view::npos;
}

}  // namespace

bool is_iscsi_name(std::string_view text) {
  constexpr std::size_t kLongest = 223;  // RFC 3720, 3.2.6.1
  return text.size() <= kLongest && consists_of(text, ".:_-");
}

bool is_iscsi_server(std::string_view text) {
  return consists_of(text, ".:_%-");
}

IscsiAddress parse_iscsi_address(std::string_view text) {
  constexpr unsigned kMaxPort = 65535;
  constexpr unsigned kUnitBits = 0x3fff;  // the two others say how it is written (SAM-5, 4.7.7)
  std::string_view rest = text;
  std::string_view server = take_field(rest);
  if (server.starts_with('[') && server.ends_with(']')) server = server.substr(1, server.size() - 2);
  IscsiAddress address{.server = std::string(server)};
  const std::string_view protocol = take_field(rest);
  const std::string_view port = take_field(rest);
  const std::string_view lun = take_field(rest);
  address.target = rest;
  if (!is_iscsi_server(address.server) || !is_target(address.target))
    fail("not SERVER:PROTOCOL:PORT:LUN:TARGET");
  if (!protocol.empty() && protocol != "6") fail("iSCSI over another protocol than TCP, which is 6");
  if (!port.empty()) {
    const auto number = number_of(port, 10);
    if (!number || *number == 0 || *number > kMaxPort) fail("not a port: {}", printable(port));
    address.port = *number;
  }
  if (!lun.empty()) {
    const auto number = number_of(lun.substr(0, lun.find('-')), 16);
    if (!number || *number > 0xffff) fail("not a LUN: {}", printable(lun));
    address.lun = *number & kUnitBits;
  }
  return address;
}

}  // namespace kboot
