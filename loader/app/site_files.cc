#include "loader/app/site_files.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "base/deadline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;

enum class Kind { text, secret_text, secret, binary };

struct SiteFile {
  std::string_view name;
  std::string_view place;
  Kind kind;
};

/// As initramfs/pack places those of the folder site/.
constexpr std::array kSiteFiles = {
    SiteFile{"kboot.conf", "/etc/kboot.conf", Kind::text},
    SiteFile{"fstab", "/etc/fstab", Kind::text},
    SiteFile{"hosts", "/etc/hosts", Kind::text},
    SiteFile{"message", "/etc/message", Kind::text},
    SiteFile{"keymap", "/etc/keymap", Kind::binary},
    SiteFile{"initiatorname.iscsi", "/etc/iscsi/initiatorname.iscsi", Kind::secret_text},
    SiteFile{"authorized_keys", "/root/.ssh/authorized_keys", Kind::secret_text},
    SiteFile{"dropbear_ed25519_host_key", "/etc/dropbear/dropbear_ed25519_host_key", Kind::secret},
    SiteFile{"dropbear_ecdsa_host_key", "/etc/dropbear/dropbear_ecdsa_host_key", Kind::secret},
    SiteFile{"dropbear_rsa_host_key", "/etc/dropbear/dropbear_rsa_host_key", Kind::secret},
    SiteFile{"ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", Kind::text},
    SiteFile{"client.crt", "/etc/ssl/client.crt", Kind::text},
    SiteFile{"client.key", "/etc/ssl/client.key", Kind::secret_text},
};

bool is_text(Kind kind) {
  return kind == Kind::text || kind == Kind::secret_text;
}

mode_t mode_of(Kind kind) {
  return kind == Kind::secret || kind == Kind::secret_text ? 0600 : 0644;
}

void await_device(const std::string& device, Mounter& mounter) {
  const Deadline deadline = Deadline::in(kSiteWait);
  while (!mounter.find_device(device)) {
    if (deadline.expired()) fail("no such device after {} s", kSiteWait.count());
    mounter.await_change(deadline.remaining());
    Interrupt::throw_if_requested();
  }
}

/// Whether it is there.
bool take(const SiteFile& file, const std::string& device, Resolver& resolver, const std::string& root) {
  const auto found = resolver.find(DevicePath{device, "/" + std::string(file.name)});
  if (!found) return false;
  if (found->kind != FileKind::regular) fail("not a regular file");
  std::string contents = read_file(resolver.open(*found, {}).get(), kMaxFile);
  if (is_text(file.kind) && contents.find('\0') != std::string::npos)
    fail("not text: the one built in counts");
  const std::string place = root + std::string(file.place);
  if (file.name == "hosts") contents = read_file_if_there(place, kMaxFile).value_or("") + contents;
  make_directories(place.substr(0, place.rfind('/')));
  write_file(place, contents, mode_of(file.kind));
  return true;
}

}  // namespace

Diagnostics take_site_files(const std::string& device, Resolver& resolver, const std::string& root) {
  Diagnostics diagnostics;
  const std::string noun = "kboot.site=" + printable(device);
  std::string taken;
  try {
    await_device(device, resolver.mounter());
    // No volume is put together for it: that is for those who name one.
    const Resolver::Glance glance(resolver, [](const std::string& /*server*/) { return false; });
    // What would go wrong for each file.
    resolver.resolve(DevicePath{device, "/"});
    for (const SiteFile& file : kSiteFiles) {
      try {
        if (take(file, device, resolver, root)) taken.append(" ").append(file.name);
      } catch (const Cancelled&) {
        throw;
      } catch (const std::exception& error) {
        diagnostics.push_back({noun + ": " + std::string(file.name), 0, describe(error)});
      }
    }
    log_info("{}: {}", noun, taken.empty() ? "no file of a site" : "took" + taken);
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    diagnostics.push_back({noun, 0, describe(error)});
  }
  return diagnostics;
}

}  // namespace kboot
