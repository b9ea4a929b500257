#include "loader/credentials.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "loader/session.h"
#include "loader/shown.h"

namespace kboot {

/// The contents of the file that a variable names; nothing, and a note why, when it cannot be had.
std::optional<std::string> Credentials::secret_file(const std::string& variable) {
  constexpr std::size_t kMaxKey = std::size_t{1} << 20;  // bytes
  const auto path = session_.variables().value(variable);
  if (!path || path->empty()) return std::nullopt;
  try {
    Resolver& resolver = session_.resolver();
    return read_file(resolver.open(resolver.resolve(session_.locate(*path)), {}).get(), kMaxKey);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    session_.report().note(fmt::format("{}={}: {}", variable, shown(*path), describe(error)));
    return std::nullopt;
  }
}

std::optional<std::string> Credentials::passphrase(const std::string& node, int wrong) {
  if (wrong > 0) session_.report().note(fmt::format("{}: that does not open it", node));
  if (wrong == 0)
    if (auto key = secret_file("luks.key")) return key;
  try {
    return keyboard_.ask_secret(fmt::format("Passphrase for {} (Enter: none): ", node));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    session_.report().note(fmt::format("{} stays locked: {}", node, describe(error)));
    return std::nullopt;
  }
}

std::optional<IscsiUser> Credentials::iscsi_user(const std::string& target, int refused) {
  constexpr const char* kFile = "iscsi.user";
  if (refused == 0) {
    if (const auto file = secret_file(kFile))
      return with_noun(kFile, [&] { return parse_iscsi_user(*file); });
    for (const IscsiFirmware::Target& one : firmware().targets)
      if (one.address.target == target && !one.user.name.empty()) return one.user;
    return std::nullopt;
  }
  try {
    session_.report().note(
        fmt::format("{} wants a user and a secret{}; neither is shown", printable(target),
                    refused > 1 || session_.variables().value(kFile) ? ", other ones" : ""));
    std::string name = keyboard_.ask_secret("User: ");
    if (name.empty()) return std::nullopt;
    return IscsiUser{std::move(name), keyboard_.ask_secret("Secret: ")};
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    session_.report().note(describe(error));
    return std::nullopt;
  }
}

std::string Credentials::iscsi_name() {
  constexpr std::size_t kMaxFile = 4096;  // bytes
  if (const auto name = session_.variables().value("iscsi.initiator"); name && !name->empty()) return *name;
  const std::string file =
      read_file_if_there(root_ + "/etc/iscsi/initiatorname.iscsi", kMaxFile).value_or("");
  constexpr std::string_view kName = "InitiatorName=";
  for (const std::string_view line : lines_of(file))
    if (line.starts_with(kName)) return std::string(trim(line.substr(kName.size())));
  if (std::string name = firmware().initiator; !name.empty()) return name;
  for (const Link& link : session_.network().links()) {
    if (link.mac.empty()) continue;
    std::string mac = link.mac;
    mac.erase(std::remove(mac.begin(), mac.end(), ':'), mac.end());
    // RFC 7143, 4.2.7.4: a name of its own below one that a project had at that date.
    return "iqn.2005-10.net.sourceforge.kboot:" + mac;
  }
  fail("no card to take a name from: iscsi.initiator= gives one");
}

}  // namespace kboot
