// Any record of the kernel's log, of a machine of any name, is a message of RFC 5424's form, on one line.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "loader/network/log_sender.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kboot;  // NOLINT(google-build-using-namespace)
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view host = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), host.size() + 1));
  const auto record = parse_kernel_record(text);
  if (!record) return 0;
  require(record->level <= 7, "a level");
  const std::chrono::system_clock::time_point started{std::chrono::seconds(1795711200)};
  const std::string message = syslog_message(*record, started, host);
  for (const char c : message) require(static_cast<unsigned char>(c) >= ' ' && c != 0x7f, "one line");

  // <PRI>1 TIME HOST NAME - - - TEXT
  constexpr std::size_t kFields = 7;
  std::string_view rest = message;
  require(rest.starts_with('<') && rest.find(">1 ") <= 4, "a priority");
  for (std::size_t field = 0; field < kFields; ++field) {
    const std::size_t blank = rest.find(' ');
    require(blank != std::string_view::npos && blank > 0, "all fields");
    const std::string_view word = rest.substr(0, blank);
    require(field < 4 || word == "-", "the fields where they belong");
    require(field != 2 || word.size() <= 255, "a host's name");
    require(field != 3 || word.size() <= 48, "a program's name");
    rest.remove_prefix(blank + 1);
  }
  return 0;
}
