#include "loader/completion.h"

#include "loader/session.h"

namespace kboot {

Completer::Completer(Session& session) : session_(session), devices_(session.resolver().mounter()) {}

std::vector<std::string> Completer::complete(std::string_view /*before*/,
                                             std::string_view /*word*/) noexcept {
  return {};
}

}  // namespace kboot
