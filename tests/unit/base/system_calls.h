#pragma once

#include <functional>
#include <string>

namespace kboot {

/// The system calls of kboot's own code and of these tests (not those of libraries), as the linker's --wrap
/// leads them here: tests/unit/CMakeLists.txt names them.
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

  /// Makes one call fail while it lives: the n-th, from 1, whatever its name is.
  class Fault {
   public:
    explicit Fault(int number);
    ~Fault();
    Fault(const Fault&) = delete;
    Fault& operator=(const Fault&) = delete;
    /// Its name, once it has failed; nullptr: there were fewer calls.
    const char* failed() const;
  };
};

}  // namespace kboot
