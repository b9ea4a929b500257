// Catch2's main(), compiled once for all unit tests. As the first word it takes `--faults` (fault_runs.h).
#define CATCH_CONFIG_RUNNER
#include <string_view>

#include <catch2/catch.hpp>

#include "tests/unit/fault_runs.h"

int main(int count, char** words) {
  const bool faults = count > 1 && std::string_view(words[1]) == "--faults";
  if (faults) {
    words[1] = words[0];
    ++words;
    --count;
  }
  Catch::Session session;
  if (const int status = session.applyCommandLine(count, words); status != 0) return status;
  return faults ? kboot::test::run_with_faults([&session] { return session.run(); }) : session.run();
}
