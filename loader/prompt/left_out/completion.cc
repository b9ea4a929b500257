#include "loader/prompt/completion.h"

#include "loader/session/session.h"

namespace kboot {

Completer::Completer(Session& session, Published published)
    : session_(session), devices_(session.resolver().mounter()), published_(std::move(published)) {}

Completion Completer::complete(std::string_view /*before*/, std::string_view /*word*/) noexcept {
  return {};
}

}  // namespace kboot
