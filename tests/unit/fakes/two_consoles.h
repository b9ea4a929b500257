#pragma once

#include "loader/consoles/consoles.h"
#include "tests/unit/fakes/temporary_folder.h"

namespace kboot::test {

/// Two consoles of one machine.
struct TwoConsoles {
  TemporaryFolder folder;
  Consoles here{folder.path(), "tty1"};
  Consoles there{folder.path(), "ttyS0"};
};

}  // namespace kboot::test
