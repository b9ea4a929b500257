#include <unistd.h>

#include "base/directory.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/network/links.h"

// Links that ask DHCP and nothing else: what lib/kboot/dhcp has made them.

namespace kboot {
namespace {

/// The rest of the first line that begins so.
std::string value_in(std::string_view text, std::string_view begin) {
  for (const std::string_view line : lines_of(text))
    if (line.starts_with(begin)) return std::string(line.substr(begin.size()));
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
    link.index = static_cast<int>(whole_number(read_small_file(of_link + "/ifindex")).value_or(0));
    link.mac = read_small_file(of_link + "/address");
    const std::string carrier = read_small_file(of_link + "/carrier");
    link.up = !carrier.empty();
    link.carrier = carrier == "1";
    link.wired = true;
    const std::string lease = read_small_file(std::string(root).append("/run/kboot/lease.").append(name));
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
