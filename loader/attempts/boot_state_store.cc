#include "loader/attempts/boot_state_store.h"

#include "base/error.h"
#include "base/scope_exit.h"
#include "loader/attempts/boot_state_folder.h"
#include "loader/attempts/boot_state_variables.h"
#include "loader/attempts/efi_variables.h"
#include "loader/attempts/partition_place.h"

namespace kboot {
namespace {

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
    return place_on_partition(folder, resolver_.mounter());
  }

  Location folder_;
  Resolver& resolver_;
  std::optional<MountedPlace> place_;
};

class EfiStore final : public BootStateStore {
 public:
  void prepare() override {
    if (!has_efi_variables()) fail("no EFI variables: the machine was not started by UEFI firmware");
  }

  void with(Access access, const Use& use) override {
    prepare();
    with_efi_variables(access, [&](const EfiVariables& variables) {
      BootStateVariables medium(variables);
      use(medium);
    });
  }
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
