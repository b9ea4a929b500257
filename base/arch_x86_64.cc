#include "base/architecture.h"

namespace kboot {
namespace {

// kexec starts kernels of 32 bits, too.
constexpr std::string_view kEfi[] = {"x64", "ia32"};
constexpr std::uint16_t kElf[] = {62, 3};  // EM_X86_64, EM_386
constexpr Architecture kX86{.name = "x86_64", .efi = kEfi, .elf = kElf};

}  // namespace

const Architecture& architecture() {
  return kX86;
}

}  // namespace kboot
