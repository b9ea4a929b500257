#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {

void run_net(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("net");
  const std::vector<Link> links = session.network().links();
  const std::vector<std::string> nameservers = session.network().nameservers();
  Report& report = session.report();
  const std::vector<IdlePciDevice> idle = session.network().idle_cards();
  for (const IdlePciDevice& card : idle) report.note(Shown::text(without_driver(card)));
  if (report.style() == Report::Style::people) {
    if (links.empty() && idle.empty()) report.note("no network link: no network card was found");
    return report.text(links_text(links, nameservers), session.current_line());
  }
  Table table{"links",
              {"link", "mac", "carrier", "state", "addresses", "server", "router", "dns", "domain",
               "hostname", "next_server", "boot_file", "config_file", "path_prefix", "root_path", "ntp",
               "mud", "lease6", "nameservers"},
              {}};
  for (const Link& link : links) {
    const Lease lease = link.lease.value_or(Lease{});
    table.rows.push_back({link.name, link.mac, link.carrier ? "yes" : "no", state_of(link),
                          join(link.addresses), lease.server, lease.router, lease.dns, lease.domain,
                          lease.hostname, lease.next_server, lease.boot_file, lease.config_file,
                          lease.path_prefix, lease.root_path, lease.ntp, lease.mud,
                          link.lease6.value_or(Lease{}).address, join(nameservers)});
  }
  report.table(table, session.current_line());
}

}  // namespace kboot
