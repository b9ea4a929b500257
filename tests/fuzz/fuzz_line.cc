// A line as it is typed: the first line is a label's value, the rest is the line.

#include "base/error.h"
#include "loader/boot/boot_entry.h"
#include "loader/session/line.h"
#include "loader/session/shell.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace kboot;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(std::min(end + 1, input.size()));
  Variables variables;
  variables.set("linux", {std::string(input.substr(0, end)), Source::built_in, ""});
  try {
    const Line parsed = parse_line(line, variables);
    if (const auto* words = std::get_if<Words>(&parsed)) {
      require(!words->words.empty() && !words->words[0].empty());
      const BootEntry entry = parse_boot_words(words->words, {"/dev/sda2", "/initrd"}, "typed");
      // What was taken out of the command line does not come back.
      if (entry.cmdline.starts_with("initrd=") || entry.cmdline.find(" initrd=") != std::string::npos) {
        // A blank within quotes may stand before it: then it is one word that holds it.
        require(entry.cmdline.find_first_of("'\"") != std::string::npos);
      }
      for (const std::string& initrd : entry.initrds)
        require(!initrd.empty() && initrd.find(',') == std::string::npos);
    }
  } catch (const Error&) {
  }
  // A file's name never gets out of its quotes: whatever word is replaced by it, it stands quoted.
  std::string shell = translate_for_shell(line, [](const std::string&) { return "a b;reboot"; });
  for (std::size_t at = 0; (at = shell.find("'a b;reboot'")) != std::string::npos;) shell.erase(at, 12);
  require(shell.find("a b;reboot") == std::string::npos || line.find("reboot") != std::string_view::npos);
  return 0;
}
