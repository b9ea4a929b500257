#include "loader/terminal/reading.h"

namespace kboot {

Reading& reading() {
  static Reading state;
  return state;
}

void finish(LineEnd end) {
  reading().finished = true;
  reading().end = end;
}

}  // namespace kboot
