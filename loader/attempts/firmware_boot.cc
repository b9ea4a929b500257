#include "loader/attempts/firmware_boot.h"

#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "loader/attempts/efi_variables.h"

namespace kboot {
namespace {

std::optional<std::uint64_t> number_in(const std::string& path) {
  return whole_number(read_small_file(path));
}

void change_variables(const std::function<void(const EfiVariables& variables)>& change) {
  if (!has_efi_variables()) fail("this machine was not started by UEFI firmware, which alone can start it");
  with_efi_variables(Access::read_write, change);
}

}  // namespace

std::optional<BootOptions> EfiFirmwareBoot::options() {
  return firmware_boot_options();
}

void EfiFirmwareBoot::start_next(unsigned number) {
  change_variables([&](const EfiVariables& variables) { set_boot_next(variables, number); });
}

void EfiFirmwareBoot::start_next(const EfiProgram& program) {
  change_variables([&](const EfiVariables& variables) { set_boot_next(variables, program); });
}

void EfiFirmwareBoot::open_setup_next() {
  change_variables([](const EfiVariables& variables) { ask_for_setup(variables); });
}

std::optional<BootOptions> firmware_boot_options() {
  std::optional<BootOptions> options;
  if (has_efi_variables())
    with_efi_variables(Access::read_only,
                       [&](const EfiVariables& variables) { options = read_boot_options(variables); });
  return options;
}

std::optional<EfiProgram> efi_partition(const std::string& node, const std::string& partuuid) {
  constexpr std::uint64_t kSector = 512;  // sysfs counts in these, whatever the disk's block is
  const std::string sys = "/sys/class/block/" + node.substr(node.rfind('/') + 1);
  const auto partition = number_in(sys + "/partition");
  const auto start = number_in(sys + "/start");
  const auto size = number_in(sys + "/size");
  const std::uint64_t block = number_in(sys + "/../queue/logical_block_size").value_or(kSector);
  if (!partition || !start || !size || block < kSector || partuuid.empty()) return std::nullopt;
  EfiProgram program;
  program.partuuid = partuuid;
  program.partition = static_cast<std::uint32_t>(*partition);
  program.start = *start / (block / kSector);
  program.size = *size / (block / kSector);
  return program;
}

std::optional<std::string> last_booted_entry(const EfiVariables& variables) {
  constexpr std::size_t kMaxName = 4096;
  // systemd's BOOT_LOADER_INTERFACE: a text in UTF-16.
  const auto bytes = variables.read("LoaderEntryLastBooted-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", kMaxName);
  return bytes ? std::optional(text_of_utf16(*bytes)) : std::nullopt;
}

std::optional<std::string> last_booted_entry() {
  std::optional<std::string> name;
  if (has_efi_variables())
    with_efi_variables(Access::read_only,
                       [&](const EfiVariables& variables) { name = last_booted_entry(variables); });
  return name;
}

}  // namespace kboot
