#include "loader/session/clearance.h"

namespace kboot {

void Clearance::clean_up() noexcept {}

void Clearance::clear() noexcept {}

void Clearance::make_clean() noexcept {}

}  // namespace kboot
