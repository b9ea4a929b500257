#include "loader/session/credentials.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {

/// The contents of the file that a variable names; nothing, and a note why, when it cannot be had.
std::optional<SecretText> Credentials::secret_file(const std::string& variable) {
  constexpr std::size_t kMaxKey = std::size_t{1} << 20;  // bytes
  const auto path = session_.variables().value(variable);
  if (!path || path->empty()) return std::nullopt;
  try {
    Resolver& resolver = session_.resolver();
    const Resolver::KeySearch search(resolver);
    return read_secret(resolver.open(resolver.resolve(session_.locate(*path)), {}).get(), kMaxKey);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    session_.report().note(show("{}={}: {}", variable, shown(*path), describe(error)));
    return std::nullopt;
  }
}

std::optional<SecretText> Credentials::passphrase(const std::string& node, int wrong) {
  if (wrong > 0) session_.report().note(show("{}: that does not open it", node));
  if (wrong == 0)
    if (auto key = secret_file("luks.key")) return key;
  try {
    return keyboard_.ask_secret(fmt::format("Passphrase for {} (Enter: none): ", node));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    session_.report().note(show("{} stays locked: {}", node, describe(error)));
    return std::nullopt;
  }
}

std::optional<IscsiUser> Credentials::iscsi_user(const std::string& target, int refused) {
  constexpr const char* kFile = "iscsi.user";
  if (refused == 0) {
    if (const auto file = secret_file(kFile))
      return with_noun(kFile, [&] { return parse_iscsi_user(file->reveal()); });
    for (const IscsiFirmware::Target& one : firmware().targets)
      if (one.address.target == target && !one.user.name.empty()) return one.user;
    return std::nullopt;
  }
  try {
    session_.report().note(show("{} wants a user and a secret{}; neither is shown", printable(target),
                                refused > 1 || session_.variables().value(kFile) ? ", other ones" : ""));
    std::string name(keyboard_.ask_secret("User: ").reveal());
    if (name.empty()) return std::nullopt;
    return IscsiUser{std::move(name), std::string(keyboard_.ask_secret("Secret: ").reveal())};
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    session_.report().note(Shown::text(describe(error)));
    return std::nullopt;
  }
}

IscsiFirmware Credentials::firmware() const {
  return session_.resolver().initiator().firmware();
}

std::string Credentials::iscsi_name() {
  constexpr std::size_t kMaxFile = 4096;  // bytes
  constexpr std::size_t kShownName = 60;
  constexpr std::string_view kFile = "/etc/iscsi/initiatorname.iscsi";
  const auto checked = [](std::string name, std::string_view from) {
    if (!is_iscsi_name(name)) fail("{}: not an initiator's name: {}", from, printable_head(name, kShownName));
    return name;
  };
  if (auto name = session_.variables().value("iscsi.initiator"); name && !name->empty())
    return checked(std::move(*name), "iscsi.initiator");
  const std::string file = read_file_if_there(fmt::format("{}{}", root_, kFile), kMaxFile).value_or("");
  constexpr std::string_view kName = "InitiatorName=";
  for (const std::string_view line : lines_of(file))
    if (line.starts_with(kName)) return checked(std::string(trim(line.substr(kName.size()))), kFile);
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
