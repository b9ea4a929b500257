#include <algorithm>

#include <net/if.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/links.h"

// Links that ask DHCP and nothing else: what lib/kboot/dhcp has made them.

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = 4096;

/// Empty when the file is not there or cannot be read: a link that is down has a `carrier` that cannot.
std::string text_of(const std::string& path) {
  try {
    return std::string(trim(read_file_if_there(path, kMaxFile).value_or("")));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return {};
  }
}

/// The rest of the first line that begins so.
std::string value_in(std::string_view text, std::string_view begin) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(begin)) return std::string(line.substr(begin.size()));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return {};
}

}  // namespace

LinkAddresses read_addresses() {
  return {};  // the leases have them
}

std::vector<Link> read_links(const std::string& root, const LinkAddresses& /*addresses*/) {
  const std::string folder = root + "/sys/class/net/";
  std::vector<Link> links;
  for (const std::string& name : directory_names(folder)) {
    const std::string of_link = folder + name;
    if (::access((of_link + "/device").c_str(), F_OK) != 0) continue;
    Link& link = links.emplace_back();
    link.name = name;
    link.index = static_cast<int>(whole_number(text_of(of_link + "/ifindex")).value_or(0));
    link.mac = text_of(of_link + "/address");
    const std::string carrier = text_of(of_link + "/carrier");
    link.up = !carrier.empty();
    link.carrier = carrier == "1";
    link.wired = true;
    const std::string lease = text_of(std::string(root).append("/run/kboot/lease.").append(name));
    link.asking = lease.empty();
    if (lease.empty()) continue;
    link.addresses = {value_in(lease, "ip=") + "/" + value_in(lease, "mask=")};
    link.lease.emplace();
    link.lease->address = link.addresses[0];
    link.lease->server = value_in(lease, "serverid=");
    link.lease->router = value_in(lease, "router=");
    link.lease->dns = value_in(lease, "dns=");
  }
  return links;
}

std::vector<std::string> read_nameservers(const std::string& root) {
  std::vector<std::string> servers;
  for (std::string& word : split_blanks(text_of(root + "/etc/resolv.conf")))
    if (word.find_first_not_of("0123456789.") == std::string::npos) servers.push_back(std::move(word));
  return servers;
}

std::string state_of(const Link& link) {
  if (!link.up) return "switched off";
  if (!link.carrier) return "no cable";
  if (link.lease) return "address " + link.lease->address + " from " + link.lease->server;
  return "asking for an address by DHCP";
}

std::string links_text(const std::vector<Link>& links, const std::vector<std::string>& nameservers) {
  std::string text;
  for (const Link& link : links) {
    text += link.name + "  " + link.mac + "  " + printable(state_of(link)) + "\n";
    if (link.lease && !link.lease->router.empty())
      text += "    router   " + printable(link.lease->router) + "\n";
  }
  if (!nameservers.empty()) text += "Names are looked up at " + printable(join(nameservers)) + ".\n";
  return text;
}

}  // namespace kboot
