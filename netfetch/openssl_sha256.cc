#include <array>
#include <new>

#include <openssl/evp.h>

#include <fmt/format.h>

#include "netfetch/sha256.h"

namespace kboot {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

void Sha256::Deleter::operator()(Context* context) const noexcept {
  delete context;
}

// None of the calls fails but for want of memory.
Sha256::Sha256() : context_(new Context) {
  if (context_->md == nullptr || EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
}

void Sha256::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context_->md, digest.data(), &length) != 1) throw std::bad_alloc();
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace kboot
