#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory_file.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// Where a fetched file goes: its local path, and how it is shown.
struct Target {
  std::string path;
  std::string shown;
};

Target find_target(Session& session, const std::optional<std::string>& word, const std::string& name) {
  const Location location = word ? session.locate(*word) : session.directory();
  if (std::holds_alternative<Url>(location)) fail("not a place to write to");
  if (const auto there = session.resolver().find(location); there && there->kind == FileKind::directory)
    return {there->local_path + "/" + name, word ? *word + "/" + name : name};
  if (!word) fail("no such file or directory");  // another console or the shell has removed it
  // A new file, or an old one that is replaced: its directory has to be there.
  const std::size_t slash = word->find_last_of("/:");
  const std::string directory = slash == std::string::npos ? "." : word->substr(0, slash + 1);
  const ResolvedFile place = session.resolver().resolve(session.locate(directory));
  if (place.kind != FileKind::directory) fail("{}: not a directory", printable(directory));
  return {place.local_path + "/" + word->substr(slash == std::string::npos ? 0 : slash + 1), *word};
}

/// The old file stays until the new one is there whole.
void write_file(MemoryFile contents, const std::string& path) {
  const std::string partial = path + ".part";
  const UniqueFd file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) fail_errno(errno, "");
  ScopeExit remove([&]() noexcept { ::unlink(partial.c_str()); });
  std::move(contents).move_to(file.get());
  if (::fsync(file.get()) != 0 || std::rename(partial.c_str(), path.c_str()) != 0) fail_errno(errno, "");
  remove.dismiss();
}

}  // namespace

void run_fetch(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 2) wrong_usage("fetch");
  const std::string word = unquote(arguments[0]);
  if (!Url::looks_like(word)) wrong_usage("fetch");
  const std::optional<std::string> file =
      arguments.size() == 2 ? std::optional(unquote(arguments[1])) : std::nullopt;
  const std::string name = shown(word);
  const ResolvedFile source =
      with_noun(name, [&] { return session.resolver().resolve(session.locate(word)); });
  const Target target = with_noun(file ? printable(*file) : std::string("current directory"), [&] {
    return find_target(session, file, std::get<Url>(source.location).file_name());
  });
  if (session.dry_run())
    return session.report().note(show("{}: would be written to {}", name, printable(target.shown)));

  FetchOptions options = session.report().fetch_options(name);
  options.sealed = false;
  MemoryFile contents =
      MemoryFile::adopt(with_noun(name, [&] { return session.resolver().open(source, options); }));
  session.report().finish_progress();
  const std::uint64_t size = contents.size();
  with_noun(printable(target.shown), [&] { write_file(std::move(contents), target.path); });
  session.report().text(fmt::format("{}: {}\n", printable(target.shown), human_size(size)),
                        session.current_line());
}

}  // namespace kboot
