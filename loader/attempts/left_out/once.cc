#include "base/error.h"
#include "loader/attempts/boot_attempts.h"
#include "loader/attempts/entry_counter.h"
#include "loader/attempts/entry_file.h"
#include "loader/attempts/firmware_boot.h"
#include "loader/terminal/report.h"

namespace kboot {

std::optional<EfiProgram> efi_partition(const std::string& /*node*/, const std::string& /*partuuid*/) {
  return std::nullopt;
}

std::optional<std::string> last_booted_entry() {
  return std::nullopt;
}

std::optional<BootOptions> firmware_boot_options() {
  return std::nullopt;
}

// Nothing is remembered from one start of the machine to the next: store_text_ stays empty, kept() false.

void BootAttempts::configure(const Settings& settings) {
  if (settings.tries_store) report_.note("tries.store=: left out of this kboot; nothing is counted");
}

BootAttempts::Chosen BootAttempts::choose(const std::vector<std::string>& lines) {
  return {std::nullopt, lines};
}

BootAttempts::Chosen BootAttempts::foresee(const std::vector<std::string>& lines) {
  return {std::nullopt, lines};
}

void BootAttempts::prepare() {}

void BootAttempts::record(const std::string& /*line*/) {}

BootState BootAttempts::look() {
  return {};
}

void BootAttempts::set_once(const std::string& /*label*/) {
  fail("once: left out of this kboot");
}

std::unique_ptr<BootStateStore> make_boot_state_store(const std::string& /*text*/, Resolver& /*resolver*/) {
  fail("tries.store=: left out of this kboot");
}

// No entry of the Boot Loader Specification is known, and so none is counted.

std::optional<EntryFile> find_entry(const Location& /*location*/, Resolver& /*resolver*/) {
  return std::nullopt;
}

BlsEntry read_entry(const EntryFile& /*entry*/, Resolver& /*resolver*/, Diagnostics& /*diagnostics*/) {
  return {};
}

// NOLINTBEGIN(performance-unnecessary-value-param): the one it stands for keeps it
BootEntry boot_entry_of(const EntryFile& /*entry*/, const BlsEntry& /*says*/,
                        const std::vector<std::string>& /*words*/, std::string /*origin*/) {
  return {};
}
// NOLINTEND(performance-unnecessary-value-param)

void EntryCounter::prepare(const std::optional<EntryFile>& /*entry*/) {}

void EntryCounter::record() {}

}  // namespace kboot
