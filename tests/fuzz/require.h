#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the run, as libFuzzer wants it, when something does not hold that holds whatever the input is.
inline void require(bool holds, const char* what = "a promise") {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}
