// Any bytes as a boot option of UEFI firmware: none, or one with a title and a path that a terminal shows as
// they are.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/formats/load_option.h"
#include "require.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto option = parse_load_option(bytes)) {
    require(printable(option->title) == option->title, "a title is printable");
    require(printable(option->path) == option->path, "a path is printable");
    require(option->title.size() <= 203, "a title has an end");
    constexpr std::size_t kGuidText = 36;
    require(option->partuuid.empty() || option->partuuid.size() == kGuidText,
            "a PARTUUID is whole or absent");
    require(!option->in_menu() || (option->active() && !option->hidden()), "a menu has no hidden option");
  }
  const std::string text = text_of_utf16(bytes);
  require(printable(text) == text, "a text is printable");
  if (const auto number = boot_option_number(bytes))
    require(boot_option_name(*number) == bytes, "a number has one name");
  return 0;
}
