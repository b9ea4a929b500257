#include "loader/network/link_tools.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

constexpr const char* kServerVariable = "KBOOT_DHCP_SERVER";
constexpr const char* kIp = "/sbin/ip";

void ip(std::vector<std::string> words) {
  words.insert(words.begin(), kIp);
  const ProcessResult result = run_captured(words);
  if (result.status != 0) fail("{}: {}", join(words), printable(trim(result.output)));
}

void write_setting(const std::string& path, const std::string& value) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), value.data(), value.size()) < 0) fail_errno(errno, path);
}

bool is_v6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

/// The gateway may lie outside the link's own network: hosters hand out /32.
void add_default_route(const std::string& name, const std::string& gateway, unsigned metric) {
  const std::string family = is_v6(gateway) ? "-6" : "-4";
  const std::vector<std::string> route = {family,  "route", "replace", "default", "via",
                                          gateway, "dev",   name,      "metric",  std::to_string(metric)};
  try {
    ip(route);
  } catch (const Error&) {
    ip({family, "route", "replace", gateway, "dev", name});
    ip(route);
  }
}

/// Starts a program whose output goes to the kernel's log, and which ends with this process. Its script, and
/// BusyBox changed by scripts/components/busybox.d/, read the environment.
pid_t start(std::vector<std::string> words, unsigned metric, const std::optional<std::string>& server) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string number = std::to_string(metric);
  const pid_t child = fork_child(words[0]);
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::setenv("KBOOT_METRIC", number.c_str(), 1);
  if (server)
    ::setenv(kServerVariable, server->c_str(), 1);
  else
    ::unsetenv(kServerVariable);
  const int log = ::open("/dev/kmsg", O_WRONLY);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

void IpTools::add_vlan(const std::string& name, const VlanName& vlan) {
  ip({"link", "add", "link", vlan.parent, "name", name, "type", "vlan", "id", std::to_string(vlan.id)});
}

void IpTools::add_bond(const std::string& name, const std::string& mode) {
  const std::string folder = "/sys/class/net/" + name + "/bonding";
  // The kernel makes bond0 by itself.
  if (::access(folder.c_str(), F_OK) != 0) ip({"link", "add", name, "type", "bond"});
  write_setting(folder + "/mode", mode);
  // Without it, carrier is never looked at: Documentation/networking/bonding.rst.
  write_setting(folder + "/miimon", "100");
}

void IpTools::add_to_bond(const std::string& bond, const std::string& member) {
  ip({"link", "set", member, "down"});
  write_setting("/sys/class/net/" + bond + "/bonding/slaves", "+" + member);
}

void IpTools::up(const std::string& name) {
  ip({"link", "set", name, "up"});
}

void IpTools::down(const std::string& name) {
  ip({"addr", "flush", "dev", name});
  ip({"link", "set", name, "down"});
}

void IpTools::set_mtu(const std::string& name, unsigned mtu) {
  ip({"link", "set", name, "mtu", std::to_string(mtu)});
}

void IpTools::set_addresses(const std::string& name, const LinkPlan& plan, unsigned metric) {
  ip({"addr", "flush", "dev", name, "scope", "global"});
  for (const std::string& address : plan.addresses) ip({"addr", "add", address, "dev", name});
  for (const std::string& gateway : plan.gateways) add_default_route(name, gateway, metric);
}

void IpTools::set_router_metric(const std::string& name, unsigned metric) {
  constexpr unsigned kKernelMetric = 1024;  // IP6_RT_PRIO_USER
  write_setting("/proc/sys/net/ipv6/conf/" + name + "/ra_defrtr_metric",
                std::to_string(kKernelMetric + metric));
}

pid_t IpTools::start_dhcp(const std::string& name, Dhcp kind, unsigned metric,
                          const std::optional<std::string>& server) {
  // Four questions two seconds apart, then a rest of five: a server that comes late is found soon.
  constexpr const char* kQuestions = "4";
  constexpr const char* kBetween = "2";
  constexpr const char* kRest = "5";
  const std::vector<std::string> common = {"-f", "-i", name, "-t", kQuestions, "-T", kBetween, "-A", kRest};
  std::vector<std::string> words = {kind == Dhcp::v4 ? "/sbin/udhcpc" : "/bin/udhcpc6"};
  words.insert(words.end(), common.begin(), common.end());
  if (kind == Dhcp::v4) {
    words.insert(words.end(), {"-s", "/lib/kboot/udhcpc"});
    for (const char* option :
         {"staticroutes", "mtu", "hostname", "domain", "search", "tftp", "bootfile", "pxeconffile",
          "pxepathprefix", "rootpath", "ntpsrv", "0xa1"})  // the last is RFC 8520's MUD URL
      words.insert(words.end(), {"-O", option});
  } else {
    words.insert(words.end(), {"-s", "/lib/kboot/udhcpc6"});
    if (kind == Dhcp::v6_no_address) words.emplace_back("-l");
  }
  return start(std::move(words), metric, kind == Dhcp::v4 ? server : std::nullopt);
}

void IpTools::renew(pid_t client) {
  ::kill(client, SIGUSR1);
}

void IpTools::stop(pid_t client) {
  ::kill(client, SIGTERM);
}

}  // namespace kboot
