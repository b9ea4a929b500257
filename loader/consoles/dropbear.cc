#include "loader/consoles/dropbear.h"

#include <cerrno>
#include <csignal>

#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot {
namespace {

/// Where dropbear(8) looks for keys; it wants the folder and the file to be nobody else's.
constexpr const char* kLogin = "/root/.ssh";
constexpr const char* kPasswords = "/etc";
/// Where lib/kboot/ssh finds host keys, and a file that says that all there will be is there; and where
/// dropbear leaves the number of its process.
constexpr const char* kServer = "/run/kboot/ssh";

void write_secret(const std::string& folder, const std::string& name, const std::string& contents) {
  const std::string path = folder + "/" + name;
  make_directories(folder);
  with_noun(path, [&] { write_file(path, contents, 0600); });
}

void remove_secret(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail_errno(errno, path);
}

}  // namespace

std::optional<pid_t> ssh_listener(const std::string& file) {
  constexpr std::size_t kMaxFile = 32;  // bytes
  const std::string text = read_file_if_there(file, kMaxFile).value_or("");
  const auto process = static_cast<pid_t>(whole_number(trim(text)).value_or(0));
  return process > 1 && ::kill(process, 0) == 0 ? std::optional(process) : std::nullopt;
}

bool Dropbear::runs() {
  // Its key is there before it is.
  return ::access("/run/kboot/hostkey", F_OK) == 0;
}

void Dropbear::set_keys(const std::optional<std::string>& text) {
  if (!text) return remove_secret(kLogin, "authorized_keys");
  write_secret(kLogin, "authorized_keys", *text);
  ::chmod(kLogin, 0700);
}

/// Both users that the image has; others have what a site's own passwd says.
void Dropbear::set_password(const std::optional<std::string>& hash) {
  if (hash)
    write_secret(kPasswords, "shadow", fmt::format("root:{0}:::::::\nkboot:{0}:::::::\n", *hash));
  else
    remove_secret(kPasswords, "shadow");
  // Whether passwords are taken at all is said to it at its start; init starts it again.
  if (const auto process = ssh_listener()) ::kill(*process, SIGTERM);
}

void Dropbear::set_host_key(const std::string& name, const std::string& key) {
  write_secret(kServer, name, key);
}

void Dropbear::let_start() {
  write_secret(kServer, "configured", "");
}

}  // namespace kboot
