#include "loader/session/shell.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

constexpr std::string_view kBlanks = " \t";
/// Characters that mean something to a shell: a word with one of them is not ours to replace.
constexpr std::string_view kShellCharacters = "'\"\\$`*?|&;<>(){}!#~\n";

bool may_name_a_file(std::string_view word, bool first) {
  if (word.starts_with('-') || word.find_first_of(kShellCharacters) != std::string_view::npos) return false;
  return !first || word.find_first_of("/:") != std::string_view::npos;
}

}  // namespace

int SystemShell::run(const std::string& command_line, const std::string& directory) {
  return run_in_foreground({"/bin/sh", "-c", command_line}, directory);
}

std::string keep_download(int contents, const std::string& name) {
  const std::string directory = "/run/kboot/download";
  make_directories(directory);
  std::string path = directory + "/" + name;
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) fail_errno(errno, path);
  off_t offset = 0;
  const std::uint64_t size = file_size(contents);
  while (static_cast<std::uint64_t>(offset) < size) {
    const ssize_t copied =
        ::sendfile(file.get(), contents, &offset, size - static_cast<std::uint64_t>(offset));
    if (copied < 0 && errno != EINTR) fail_errno(errno, path);
    Interrupt::throw_if_requested();
  }
  return path;
}

std::string translate_for_shell(std::string_view line, const ToLocal& to_local) {
  std::string result;
  bool first = true;
  while (!line.empty()) {
    const std::size_t blanks = std::min(line.find_first_not_of(kBlanks), line.size());
    result += line.substr(0, blanks);
    line.remove_prefix(blanks);
    const std::string word(line.substr(0, line.find_first_of(kBlanks)));
    if (word.empty()) break;
    line.remove_prefix(word.size());

    const auto local = may_name_a_file(word, first) ? to_local(word) : std::nullopt;
    result += local ? shell_quoted(*local) : word;
    first = false;
  }
  return result;
}

}  // namespace kboot
