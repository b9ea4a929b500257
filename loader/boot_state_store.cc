#include "loader/boot_state_store.h"

#include <cerrno>
#include <string_view>

#include <sys/mount.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/scope_exit.h"
#include "loader/boot_state_folder.h"
#include "loader/boot_state_variables.h"

namespace kboot {
namespace {

/// Whether a node is of what goes away before the next kernel starts, or must not be written to at all:
/// arrays, logical and LUKS volumes.
bool is_volume(std::string_view node) {
  constexpr std::string_view kDev = "/dev/";
  if (!node.starts_with(kDev)) return true;
  const std::string_view name = node.substr(kDev.size());
  return name.starts_with("md") || name.starts_with("dm-") || name.find('/') != std::string_view::npos;
}

class FolderStore final : public BootStateStore {
 public:
  FolderStore(Location folder, Resolver& resolver) : folder_(std::move(folder)), resolver_(resolver) {}

  /// Walks there once: right before the next kernel starts, what lies on the way may be gone.
  void prepare() override {
    if (!place_) place_ = find();
  }

  void with(Access access, const Use& use) override {
    prepare();
    Mounter& mounter = resolver_.mounter();
    MountRequest request = place_->request;
    request.access = access;
    const std::string top =
        access == Access::read_write ? mounter.mount_alone(request) : mounter.mount(request);
    const ScopeExit unmount([&] { mounter.unmount(top); });
    BootStateFolder medium(place_->path == "/" ? top : top + place_->path);
    use(medium);
  }

 private:
  MountedPlace find() {
    const Access access = resolver_.booted_root().access;
    resolver_.set_access(Access::read_only);
    const ScopeExit back([&] { resolver_.set_access(access); });
    const ResolvedFile folder = resolver_.resolve(folder_);
    if (folder.kind != FileKind::directory) fail("not a directory");
    const auto place = resolver_.mounter().place_of(folder.local_path);
    if (!place || is_volume(place->request.source)) fail("not on a partition of a disk of this machine");
    return *place;
  }

  Location folder_;
  Resolver& resolver_;
  std::optional<MountedPlace> place_;
};

class EfiStore final : public BootStateStore {
 public:
  void prepare() override {
    if (::access(kFirmware, F_OK) != 0)
      fail("no EFI variables: the machine was not started by UEFI firmware");
  }

  void with(Access access, const Use& use) override {
    prepare();
    make_directories(kFolder);
    const unsigned long flags =
        MS_NOSUID | MS_NODEV | MS_NOEXEC | (access == Access::read_only ? MS_RDONLY : 0);
    if (::mount("efivarfs", kFolder, "efivarfs", flags, nullptr) != 0) fail_errno(errno, "mount efivarfs");
    const ScopeExit unmount([] {
      ::umount2(kFolder, MNT_DETACH);
      ::rmdir(kFolder);
    });
    BootStateVariables medium(kFolder);
    use(medium);
  }

 private:
  static constexpr const char* kFirmware = "/sys/firmware/efi/efivars";
  static constexpr const char* kFolder = "/run/kboot/efivars";
};

}  // namespace

std::unique_ptr<BootStateStore> make_boot_state_store(const std::string& text, Resolver& resolver) {
  if (text == "efi") return std::make_unique<EfiStore>();
  Location folder = resolver.parse(text, BootedPath{"/"});
  if (!std::holds_alternative<BootedPath>(folder) && !std::holds_alternative<DevicePath>(folder))
    fail("neither efi nor a folder on a disk of this machine");
  return std::make_unique<FolderStore>(std::move(folder), resolver);
}

}  // namespace kboot
