#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loader/session/command.h"

namespace kboot {

class Session;

/// The table. Session runs what it is given of it.
std::span<const Command> commands();

/// Throws UsageError with the command's usage.
[[noreturn]] void wrong_usage(std::string_view name);

/// The paths that a command's arguments are, quotes removed. What only BusyBox's command of that name or a
/// shell would understand (options, pipes) throws UsageError that says how to get there.
std::vector<std::string> path_arguments(std::string_view name, const std::vector<std::string>& arguments);

/// The server that an argument names: a name, an address, or a URL's host. Throws UsageError for an option,
/// which only BusyBox's command of that name would understand.
std::string server_argument(std::string_view name, const std::string& argument);

// The rows' functions, one file each.
void run_boot(Session& session, const std::vector<std::string>& arguments);
void run_cat(Session& session, const std::vector<std::string>& arguments);
void run_cd(Session& session, const std::vector<std::string>& arguments);
void run_chroot(Session& session, const std::vector<std::string>& arguments);
void run_devices(Session& session, const std::vector<std::string>& arguments);
void run_entries(Session& session, const std::vector<std::string>& arguments);
void run_fetch(Session& session, const std::vector<std::string>& arguments);
void run_firmware(Session& session, const std::vector<std::string>& arguments);
void run_help(Session& session, const std::vector<std::string>& arguments);
void run_history(Session& session, const std::vector<std::string>& arguments);
void run_iscsi(Session& session, const std::vector<std::string>& arguments);
void run_labels(Session& session, const std::vector<std::string>& arguments);
void run_log(Session& session, const std::vector<std::string>& arguments);
void run_ls(Session& session, const std::vector<std::string>& arguments);
void run_menu(Session& session, const std::vector<std::string>& arguments);
void run_mounts(Session& session, const std::vector<std::string>& arguments);
void run_net(Session& session, const std::vector<std::string>& arguments);
void run_nslookup(Session& session, const std::vector<std::string>& arguments);
void run_once(Session& session, const std::vector<std::string>& arguments);
void run_ping(Session& session, const std::vector<std::string>& arguments);
void run_plan(Session& session, const std::vector<std::string>& arguments);
void run_poweroff(Session& session, const std::vector<std::string>& arguments);
void run_pwd(Session& session, const std::vector<std::string>& arguments);
void run_reboot(Session& session, const std::vector<std::string>& arguments);
void run_scp(Session& session, const std::vector<std::string>& arguments);
void run_set(Session& session, const std::vector<std::string>& arguments);
void run_sh(Session& session, const std::vector<std::string>& arguments);
void run_ssh(Session& session, const std::vector<std::string>& arguments);
void run_status(Session& session, const std::vector<std::string>& arguments);
void run_unlock(Session& session, const std::vector<std::string>& arguments);

}  // namespace kboot
