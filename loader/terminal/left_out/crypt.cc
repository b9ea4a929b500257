#include <string_view>

#include <crypt.h>

// musl's crypt(3) would bring DES, MD5, Blowfish and SHA-256 along. This is the one that passwords are hashed
// with today, and stands in its place.

extern "C" char* __crypt_sha512(const char* key, const char* setting, char* output);  // NOLINT: musl's name

extern "C" char* crypt(const char* key, const char* salt) {
  static char output[128];  // as musl has it
  static char refused[] = "*";
  return std::string_view(salt).starts_with("$6$") ? __crypt_sha512(key, salt, output) : refused;
}
