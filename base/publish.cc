#include "base/publish.h"

#include <cerrno>

#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace kboot {

void publish_file(const std::string& path, std::string_view text, Publish how) {
  constexpr mode_t kMode = 0600;
  if (how == Publish::again) return with_noun(path, [&] { write_file(path, text, kMode); });
  const std::string fresh = path + "." + std::to_string(::getpid());
  with_noun(path, [&] { write_file(fresh, text, kMode); });
  const int err = ::link(fresh.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(fresh.c_str());
  if (err != 0 && err != EEXIST) fail_errno(err, path);
}

}  // namespace kboot
