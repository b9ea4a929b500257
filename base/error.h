#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kboot {

/// What stopped a command, in words for the person who typed it. Each layer adds the one noun it knows
/// (see with_noun), so that the whole reads `sda2:/vmlinuz: mount /dev/sda2: unknown filesystem type`.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A command was given the wrong arguments; the message is its usage.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The person pressed ^C. Travels unchanged through with_noun: nothing is wrong with any of the nouns.
class Cancelled : public Error {
 public:
  Cancelled() : Error("interrupted") {}
};

/// Throws Error with a formatted message.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

/// Throws Error("DOING: strerror(ERR)"). An empty DOING leaves only the reason.
[[noreturn]] void fail_errno(int err, std::string_view doing);

/// Runs `action`; a std::exception that leaves it is wrapped as the cause of Error(noun). Cancelled passes as
/// it is, and so does everything when the noun is empty.
template <typename Action>
decltype(auto) with_noun(std::string_view noun, Action&& action) {
  try {
    return std::forward<Action>(action)();
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception&) {
    if (noun.empty()) throw;
    std::throw_with_nested(Error(std::string(noun)));
  }
}

/// Whether an error, or what caused it, is of that kind.
template <typename Kind>
bool is_caused_by(const std::exception& error) {
  if (dynamic_cast<const Kind*>(&error) != nullptr) return true;
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    return is_caused_by<Kind>(cause);
  }
  return false;
}

/// The message with all its causes, outermost first, joined by ": ", as one printable line.
std::string describe(const std::exception& error);

}  // namespace kboot
