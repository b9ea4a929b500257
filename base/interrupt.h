#pragma once

namespace kboot {

/// ^C. A signal handler notes it; every wait polls fd() beside what it waits for, every long loop calls
/// throw_if_requested(). One per process, because SIGINT is.
class Interrupt {
 public:
  /// Installs the SIGINT handler, and one for SIGQUIT (^\) that does nothing. Call once, before the first
  /// wait. Throws Error.
  static void install();
  /// Readable from a ^C until clear(). -1 before install().
  static int fd() noexcept;
  static bool requested() noexcept;
  /// Forgets a ^C: called before each line that is run.
  static void clear() noexcept;
  /// As if ^C had been pressed: for tests and for a second console that ends a boot.
  static void request() noexcept;
  /// Throws Cancelled after a ^C.
  static void throw_if_requested();

  /// While it lives no ^C is noted, and one that was is forgotten: for the short work that must be finished
  /// whoever presses what. Everything in it needs a deadline of its own.
  class Ignored {
   public:
    Ignored() noexcept;
    ~Ignored();
    Ignored(const Ignored&) = delete;
    Ignored& operator=(const Ignored&) = delete;
  };
};

}  // namespace kboot
