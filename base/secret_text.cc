#include "base/secret_text.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/scope_exit.h"
#include "base/text.h"

namespace kboot {

SecretText read_secret(int fd, std::size_t limit) {
  SecretText secret;
  std::array<char, 4096> block{};
  const ScopeExit wipe([&] { ::explicit_bzero(block.data(), block.size()); });
  for (;;) {
    ssize_t got = ::pread(fd, block.data(), block.size(), static_cast<off_t>(secret.size()));
    if (got < 0 && errno == ESPIPE) got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) {
      Interrupt::throw_if_requested();
      continue;
    }
    if (got < 0) fail_errno(errno, "");
    if (got == 0) return secret;
    secret.append({block.data(), static_cast<std::size_t>(got)});
    if (secret.size() > limit) fail("longer than {}", human_size(limit));
  }
}

}  // namespace kboot
