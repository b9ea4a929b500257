#include "config/boot_state.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/variables.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxText = 4096;  // bytes
constexpr std::size_t kMaxLabel = 64;   // bytes
constexpr unsigned kMaxAttempts = 1'000'000;

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

template <typename Number>
std::optional<Number> number_at(const Json& value, Number most) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) return std::nullopt;
  return static_cast<Number>(value.get<std::uint64_t>());
}

bool is_label(std::string_view text) {
  return text.size() <= kMaxLabel && is_label_name(text);
}

}  // namespace

std::string boot_state_text(const BootState& state) {
  Json object = {{"sequence", state.sequence}, {"attempts", Json::object()}};
  for (const auto& [choice, count] : state.attempts) object["attempts"][choice] = count;
  object["last"] = state.last;
  object["once"] = state.once;
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<BootState> parse_boot_state(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("sequence")) return std::nullopt;
  BootState state;
  const auto sequence = number_at(object["sequence"], std::uint64_t{1} << 62);
  if (!sequence) return std::nullopt;
  state.sequence = *sequence;
  if (const auto attempts = object.find("attempts"); attempts != object.end() && attempts->is_object())
    for (const auto& [choice, value] : attempts->items())
      if (const auto count = number_at(value, kMaxAttempts)) state.attempts[choice] = *count;
  state.last = text_at(object, "last");
  if (std::string once = text_at(object, "once"); is_label(once)) state.once = std::move(once);
  return state;
}

void note_success(BootState& state) {
  state.attempts.erase(state.last);
  state.last.clear();
}

void note_attempt(BootState& state, const std::string& choice, const std::vector<std::string>& choices,
                  unsigned tries) {
  const auto counts = [&](const std::string& one) {
    return std::find(choices.begin(), choices.end(), one) != choices.end();
  };
  std::erase_if(state.attempts, [&](const auto& entry) { return !counts(entry.first); });
  state.last.clear();
  if (tries == 0 || !counts(choice)) return;
  const bool all_used_up = std::all_of(choices.begin(), choices.end(),
                                       [&](const std::string& one) { return is_used_up(state, one, tries); });
  if (all_used_up) state.attempts.clear();
  unsigned& count = state.attempts[choice];
  count = std::min(count + 1, kMaxAttempts);
  state.last = choice;
}

bool is_used_up(const BootState& state, const std::string& choice, unsigned tries) {
  const auto found = state.attempts.find(choice);
  return tries > 0 && found != state.attempts.end() && found->second >= tries;
}

std::optional<std::string> requested_label(std::string_view text) {
  const std::string_view label = trim(text);
  return is_label(label) ? std::optional(std::string(label)) : std::nullopt;
}

}  // namespace kboot
