#include "loader/boot/uki.h"

#include "base/error.h"

namespace kboot {

UkiParts open_uki(int /*fd*/, std::size_t /*profile*/) {
  fail("a Unified Kernel Image: this kboot starts none");
}

}  // namespace kboot
