#pragma once

#include <functional>
#include <string>

namespace kboot {

/// The system calls of kboot's own code and of these tests (not those of libraries), as the linker's --wrap
/// leads them here: tests/unit/CMakeLists.txt names them. An allocation of 4 KiB or more is one, too: smaller
/// ones do not fail on Linux, which gives memory out before it has any (overcommit_memory in proc(5)).
class SystemCalls {
 public:
  enum class When { before, after };

  /// Runs `body` around each call of that name while it lives. The body's own calls do not count.
  class Hook {
   public:
    Hook(std::string name, When when, std::function<void()> body);
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;
    /// How many calls there were.
    int calls() const;
  };

  /// Makes one call fail while it lives: the n-th, from 1, whatever its name is. A child that is forked
  /// counts on for itself.
  class Fault {
   public:
    /// `at_once`, if given, is where the name goes when the call fails: memory that is shared with who wants
    /// to know.
    explicit Fault(int number, const char** at_once = nullptr);
    ~Fault();
    Fault(const Fault&) = delete;
    Fault& operator=(const Fault&) = delete;
    /// Its name, once it has failed; nullptr: there were fewer calls.
    const char* failed() const;
  };
};

}  // namespace kboot
