#include "base/error.h"

#include <cstring>
#include <new>

#include "base/text.h"

namespace kboot {
namespace {

void add_noun(std::string_view noun, std::string& text) {
  if (noun.empty()) return;
  if (!text.empty()) text += ": ";
  text += noun;
}

void add_causes(const std::exception& error, std::string& text) {
  // "std::bad_alloc" says nothing to the person at the prompt.
  add_noun(dynamic_cast<const std::bad_alloc*>(&error) ? "out of memory" : error.what(), text);
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    add_causes(cause, text);
  } catch (...) {
    add_noun("unknown error", text);
  }
}

}  // namespace

void fail_errno(int err, std::string_view doing) {
  std::string text(doing);
  add_noun(std::strerror(err), text);
  throw Error(text);
}

std::string describe(const std::exception& error) {
  std::string text;
  add_causes(error, text);
  return printable(text);
}

}  // namespace kboot
