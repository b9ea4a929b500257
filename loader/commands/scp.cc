// `scp`: dropbear's. Paths are of the path language, but for those on a host, which are not NFS paths here.

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

/// Whether this is the far end of a copy that an ssh client has begun: its paths are those of kboot's own
/// root, as they are for sftp.
bool is_far_end(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& word) { return word == "-t" || word == "-f"; });
}

/// Whether a word is `host:path`, `user@host:path`, `host:`; one whose colon belongs to a path here is not.
bool is_on_host(Session& session, const std::string& path) {
  const std::size_t colon = path.find(':');
  if (colon == std::string::npos || colon > path.find('/')) return false;
  const Location location = session.resolver().parse(path, KbootPath{"/"});
  return std::holds_alternative<NfsPath>(location) || std::holds_alternative<KbootPath>(location);
}

/// What a word is to scp; a file that is not there yet is one in a directory that is.
std::string local_word(Session& session, const std::string& word) {
  if (word.starts_with('-')) return word;
  const std::string path = unquote(word);
  if (is_on_host(session, path)) return word;
  const Location location = session.locate(path);
  if (std::holds_alternative<Url>(location)) fail("fetch it first");
  if (const auto file = session.resolver().find(location)) return shell_quoted(file->local_path);
  const std::size_t slash = path.find_last_of("/:");
  if (slash == std::string::npos) return word;
  const ResolvedFile directory = session.resolver().resolve(session.locate(path.substr(0, slash + 1)));
  return shell_quoted(directory.local_path + "/" + path.substr(slash + 1));
}

}  // namespace

void run_scp(Session& session, const std::vector<std::string>& arguments) {
  if (is_far_end(arguments)) return session.shell().run_program("scp " + join(arguments));
  if (arguments.size() < 2) wrong_usage("scp");
  std::string line = "scp";
  for (const std::string& word : arguments)
    line += ' ' + with_noun(printable(word), [&] { return local_word(session, word); });
  session.shell().run_program(line);
}

}  // namespace kboot
