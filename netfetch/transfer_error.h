#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace kboot {

/// Why a transfer ended, and whether the same one may go better in a moment.
class TransferError : public Error {
 public:
  enum class Again {
    never,
    once_begun,  ///< a server that is not there: when it was there before, it may come back
    yes,
  };
  TransferError(const std::string& message, Again again) : Error(message), again_(again) {}
  Again again() const { return again_; }

 private:
  Again again_;
};

/// The server has no such file: 404 and 410 of http (RFC 9110, 15.5.5 and 15.5.11), and their like.
class NotOnServer : public TransferError {
 public:
  explicit NotOnServer(const std::string& message) : TransferError(message, Again::never) {}
};

template <typename... Args>
[[noreturn]] void fail_transfer(TransferError::Again again, fmt::format_string<Args...> format,
                                Args&&... args) {
  throw TransferError(fmt::format(format, std::forward<Args>(args)...), again);
}

}  // namespace kboot
