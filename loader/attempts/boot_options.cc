#include "loader/attempts/boot_options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/lower_case.h"
#include "loader/attempts/efi_variables.h"

namespace kboot {
namespace {

/// EFI_GLOBAL_VARIABLE.
constexpr std::string_view kGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr const char* kBootNext = "BootNext";
constexpr const char* kIndications = "OsIndications";

/// Firmware has a dozen options, and a server with many network cards a hundred.
constexpr std::size_t kMostOptions = 1000;
/// Of a number of 16 bits each.
constexpr std::size_t kMaxOrder = 2 * kMostOptions;
constexpr std::size_t kNumber = 2;
constexpr std::size_t kIndicationsSize = 8;
constexpr std::uint64_t kBootToFirmwareUi = 1;  // EFI_OS_INDICATIONS_BOOT_TO_FW_UI (UEFI 2.10, 8.5.4)

std::string global(std::string_view name) {
  return std::string(name).append(kGlobal);
}

std::string option_variable(unsigned number) {
  return global(boot_option_name(number));
}

/// A variable's contents; nothing when it is not there, or too large, which is a diagnostic then.
std::optional<std::string> read_one(const EfiVariables& variables, const std::string& name, std::size_t limit,
                                    Diagnostics& diagnostics) {
  try {
    return variables.read(global(name), limit);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    // A person knows the variable by its name without the vendor, which the diagnostic has already.
    std::string message = describe(error);
    const std::string noun = global(name) + ": ";
    if (message.starts_with(noun)) message.erase(0, noun.size());
    diagnostics.push_back({name, 0, std::move(message)});
    return std::nullopt;
  }
}

std::optional<unsigned> read_number(const EfiVariables& variables, const std::string& name,
                                    Diagnostics& diagnostics) {
  const auto bytes = read_one(variables, name, kNumber, diagnostics);
  if (!bytes) return std::nullopt;
  if (bytes->size() == kNumber) return static_cast<unsigned>(little_endian(*bytes));
  diagnostics.push_back({name, 0, "is no number of a boot option"});
  return std::nullopt;
}

/// The bits of OsIndications or OsIndicationsSupported; none where there is no such variable.
std::uint64_t read_indications(const EfiVariables& variables, const std::string& name) {
  const std::string bytes = variables.read(global(name), kIndicationsSize).value_or("");
  return bytes.size() == kIndicationsSize ? little_endian(bytes) : 0;
}

bool offers_setup(const EfiVariables& variables) {
  return (read_indications(variables, "OsIndicationsSupported") & kBootToFirmwareUi) != 0;
}

/// The numbers of BootOrder, each once.
std::vector<unsigned> read_order(const EfiVariables& variables, Diagnostics& diagnostics) {
  std::vector<unsigned> order;
  const auto bytes = read_one(variables, "BootOrder", kMaxOrder, diagnostics);
  if (!bytes) return order;
  if (bytes->size() % kNumber != 0) diagnostics.push_back({"BootOrder", 0, "ends within a number"});
  for (std::size_t at = 0; at + kNumber <= bytes->size(); at += kNumber) {
    const auto number = static_cast<unsigned>(little_endian(std::string_view(*bytes).substr(at, kNumber)));
    if (std::find(order.begin(), order.end(), number) == order.end()) order.push_back(number);
  }
  return order;
}

/// The numbers of all options that there are, the lowest first.
std::vector<unsigned> numbers_of(const EfiVariables& variables) {
  std::vector<unsigned> numbers;
  for (const std::string& name : variables.names("Boot")) {
    if (!name.ends_with(kGlobal)) continue;
    const auto number = boot_option_number(std::string_view(name).substr(0, name.size() - kGlobal.size()));
    if (number) numbers.push_back(*number);
  }
  return numbers;
}

bool starts(const LoadOption& option, const EfiProgram& program) {
  return !option.path.empty() && lower_case(option.path) == lower_case(program.path) &&
         (option.partuuid.empty() || option.partuuid == lower_case(program.partuuid));
}

void write_next(const EfiVariables& variables, unsigned number) {
  variables.write(global(kBootNext), little_endian(number, kNumber));
}

}  // namespace

BootOptions read_boot_options(const EfiVariables& variables) {
  BootOptions result;
  Diagnostics& diagnostics = result.diagnostics;
  const std::vector<unsigned> order = read_order(variables, diagnostics);
  std::vector<unsigned> numbers = numbers_of(variables);
  const auto position = [&](unsigned number) {
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), number) - order.begin());
  };
  // Their own order is that of the numbers, which a stable sort leaves to those outside of BootOrder.
  std::stable_sort(numbers.begin(), numbers.end(),
                   [&](unsigned one, unsigned other) { return position(one) < position(other); });
  if (numbers.size() > kMostOptions) {
    diagnostics.push_back({"Boot####", 0, fmt::format("only the first {} options count", kMostOptions)});
    numbers.resize(kMostOptions);
  }
  for (const unsigned number : numbers) {
    const std::string name = boot_option_name(number);
    const auto bytes = read_one(variables, name, kMaxLoadOption, diagnostics);
    if (!bytes) continue;
    auto option = parse_load_option(*bytes);
    if (!option) {
      diagnostics.push_back({name, 0, "is no boot option: its length or its device path is wrong"});
      continue;
    }
    const std::size_t at = position(number);
    BootOption one{number, std::nullopt, *std::move(option)};
    if (at < order.size()) one.order = static_cast<unsigned>(at + 1);
    result.options.push_back(std::move(one));
  }
  result.current = read_number(variables, "BootCurrent", diagnostics);
  result.next = read_number(variables, kBootNext, diagnostics);
  try {
    result.has_setup = offers_setup(variables);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    diagnostics.push_back({"OsIndicationsSupported", 0, describe(error)});
  }
  return result;
}

void set_boot_next(const EfiVariables& variables, unsigned number) {
  if (!variables.has(option_variable(number)))
    fail("{}: the firmware has no such boot option", boot_option_name(number));
  write_next(variables, number);
}

void set_boot_next(const EfiVariables& variables, const EfiProgram& program) {
  // Firmware makes options of its own from the lowest numbers on.
  constexpr unsigned kFirstNew = 0x80;
  constexpr unsigned kEndOfNew = 0x1000;
  const std::vector<unsigned> numbers = numbers_of(variables);
  for (const unsigned number : numbers) {
    Diagnostics ignored;
    const auto bytes = read_one(variables, boot_option_name(number), kMaxLoadOption, ignored);
    const auto option = bytes ? parse_load_option(*bytes) : std::nullopt;
    if (option && starts(*option, program)) return write_next(variables, number);
  }
  unsigned unused = kFirstNew;
  while (unused < kEndOfNew && std::find(numbers.begin(), numbers.end(), unused) != numbers.end()) ++unused;
  if (unused == kEndOfNew) fail("the firmware has no room for another boot option");
  variables.write(option_variable(unused), load_option(program));
  write_next(variables, unused);
}

void ask_for_setup(const EfiVariables& variables) {
  if (!offers_setup(variables)) fail("{}", kNoSetup);
  const std::uint64_t asked = read_indications(variables, kIndications);
  variables.write(global(kIndications), little_endian(asked | kBootToFirmwareUi, kIndicationsSize));
}

}  // namespace kboot
