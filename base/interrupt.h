#pragma once

namespace kboot {

/// ^C, and the end of the session. A signal handler notes them; every wait polls fd() beside what it waits
/// for, every long loop calls throw_if_requested(). One per process, because SIGINT is.
class Interrupt {
 public:
  /// Installs the handlers: SIGINT is ^C; SIGHUP and SIGTERM are end_session(); SIGQUIT (^\) and SIGPIPE do
  /// nothing, so that a write to a closed pipe fails with EPIPE. Programs that are started have the default
  /// actions again. Call once, before the first wait. Throws Error.
  static void install();
  /// In a child that goes on as kboot: the default actions again, and a fd() of its own. For fork_child().
  static void reset_in_child() noexcept;
  /// Readable from a ^C until clear(). -1 before install().
  static int fd() noexcept;
  static bool requested() noexcept;
  /// Forgets a ^C: called before each line that is run. The end of the session stays requested.
  static void clear() noexcept;
  /// As if ^C had been pressed: for tests and for a second console that ends a boot.
  static void request() noexcept;
  /// Ends the line as ^C does, and each later wait too: the terminal or the reader has gone away.
  static void end_session() noexcept;
  /// Whether the session is to end: no further line is run.
  static bool session_ended() noexcept;
  /// Throws Cancelled after a ^C.
  static void throw_if_requested();

  /// While one lives no ^C is noted, and one that was is forgotten: for short critical sections that ^C must
  /// not interrupt. They may be nested. The end of the session counts again afterwards. Everything in it
  /// needs a deadline of its own.
  class Ignored {
   public:
    Ignored() noexcept;
    ~Ignored();
    Ignored(const Ignored&) = delete;
    Ignored& operator=(const Ignored&) = delete;
  };
};

}  // namespace kboot
