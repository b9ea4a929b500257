#include "base/file.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxText = std::size_t{4} << 20;
/// How far into a file a NUL is looked for, and how much of a URL a dry run fetches.
constexpr std::size_t kHead = 4096;

void refuse_binary(std::string_view head, const ResolvedFile& file) {
  if (head.substr(0, kHead).find('\0') == std::string_view::npos) return;
  if (file.local_path.empty()) fail("not text");
  fail("not text; !cat {} shows it as it is", printable(file.local_path));
}

/// The file's contents, or of a URL in a dry run the beginning.
std::string read_text(Session& session, const ResolvedFile& file) {
  const UrlFacts facts = session.resolver().probe(file, kHead, {});
  refuse_binary(facts.head, file);
  if (facts.size.value_or(0) > kMaxText)
    fail("{} long, at most {} are shown", human_size(*facts.size), human_size(kMaxText));
  const bool is_url = std::holds_alternative<Url>(file.location);
  if (is_url && session.dry_run()) {
    if (facts.size != facts.head.size())
      session.report().note(show("{}: only the beginning: -n fetches nothing whole", file.path));
    return facts.head;
  }

  FetchOptions options = session.report().fetch_options(file.path);
  options.size_limit = kMaxText;
  const UniqueFd fd = session.resolver().open(file, options);
  session.report().finish_progress();
  return read_file(fd.get(), kMaxText);
}

}  // namespace

void run_cat(Session& session, const std::vector<std::string>& arguments) {
  const std::vector<std::string> paths = path_arguments("cat", arguments);
  if (paths.empty()) wrong_usage("cat");
  const bool json = session.report().style() == Report::Style::json;
  std::string all;
  for (const std::string& path : paths) {
    with_noun(shown(path), [&] {
      const ResolvedFile file = session.resolver().resolve(session.locate(path));
      if (file.kind == FileKind::directory) fail("a directory; ls lists it");
      if (file.kind != FileKind::regular) fail("not a regular file");
      std::string text = read_text(session, file);
      if (json) {
        all += text;
        return;
      }
      text = printable_text(text);
      // The prompt begins a line of its own.
      if (!text.empty() && text.back() != '\n') text += '\n';
      session.report().text(text, session.current_line());
    });
  }
  if (json) session.report().text(all, session.current_line());
}

}  // namespace kboot
