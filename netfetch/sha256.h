#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace kboot {

/// The SHA-256 of what is given to it piece by piece: OpenSSL's, or one of kboot's own where that
/// was left out.
class Sha256 {
 public:
  Sha256();

  void add(std::string_view bytes);
  /// 64 lower-case hexadecimal digits; nothing can be added afterwards.
  std::string hex();

 private:
  struct Context;
  struct Deleter {
    void operator()(Context* context) const noexcept;
  };
  std::unique_ptr<Context, Deleter> context_;
};

}  // namespace kboot
