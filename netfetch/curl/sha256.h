#pragma once

#include <memory>

#include <openssl/evp.h>

#include "netfetch/sha256.h"

namespace kboot {

/// OpenSSL's, which is there for libcurl.
class OpensslSha256 final : public Sha256::Digest {
 public:
  OpensslSha256();

  void add(std::string_view bytes) override;
  std::string hex() override;

 private:
  struct Deleter {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Deleter> context_;
};

}  // namespace kboot
