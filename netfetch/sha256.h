#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace kboot {

/// The SHA-256 of what is given to it piece by piece: OpenSSL's, or one of kboot's own where that was left
/// out.
class Sha256 {
 public:
  /// One way to compute it.
  class Digest {
   public:
    Digest() = default;
    virtual ~Digest() = default;
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    virtual void add(std::string_view bytes) = 0;
    virtual std::string hex() = 0;
  };

  Sha256();

  void add(std::string_view bytes) { digest_->add(bytes); }
  /// 64 lower-case hexadecimal digits; nothing can be added afterwards.
  std::string hex() { return digest_->hex(); }

 private:
  std::unique_ptr<Digest> digest_;
};

}  // namespace kboot
