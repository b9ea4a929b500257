#include "loader/prompt/first_screen.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "loader/entries/found.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

constexpr std::size_t kColumns = 80;
/// More links than these are for `net` to show.
constexpr std::size_t kMaxLinks = 4;

/// So often news() is asked, twice a second, before an IPv6 address is told though DHCP may still give one of
/// IPv4: of the two lines one is enough.
constexpr int kPatience = 20;

bool has_address(const Link& link) {
  return state_of(link).starts_with("address ");
}

/// state_of(), but it is early: kboot may not have come to a link yet, and a cable takes seconds to be seen.
std::string early_state(const Link& link) {
  if (has_address(link) || link.state.method == "off") return state_of(link);
  if (link.state.method.empty()) return "";
  return link.up && link.carrier ? state_of(link) : "no cable seen yet";
}

}  // namespace

std::vector<std::string> FirstScreen::lines(const std::string& hostname) {
  std::vector<std::string> result = {"kboot " KBOOT_VERSION};
  if (!hostname.empty() && hostname != "kboot") result.front() += " on " + printable(hostname);

  std::vector<Link> links = network_.links();
  note(links);
  std::stable_partition(links.begin(), links.end(), [](const Link& link) { return link.carrier; });
  const std::size_t shown_links = links.size() > kMaxLinks ? kMaxLinks - 1 : links.size();
  for (std::size_t i = 0; i < shown_links; ++i)
    result.push_back(fmt::format("{:<5} {}  {}", links[i].name, links[i].mac, early_state(links[i])));
  if (shown_links < links.size())
    result.push_back(fmt::format("and {} more links: net shows them", links.size() - shown_links));

  if (auto key = new_host_key()) result.push_back(std::move(*key));
  for (std::string& line : result) line = printable_head(trim(line), kColumns);
  return result;
}

void FirstScreen::note(const std::vector<Link>& links) {
  for (const Link& link : links)
    if (has_address(link) && !link.asking) told_.insert(link.name);
}

std::optional<std::string> FirstScreen::new_host_key() {
  if (host_key_told_) return std::nullopt;
  const auto key = consoles_.host_key();
  if (!key) return std::nullopt;
  host_key_told_ = true;
  return "ssh host key: " + *key;
}

std::optional<std::string> FirstScreen::news() {
  const bool patient = ++looks_ < kPatience;
  for (const Link& link : network_.links()) {
    if (has_address(link) && !(patient && link.asking) && told_.insert(link.name).second)
      return printable_head(fmt::format("{}: {}", link.name, state_of(link)), kColumns);
  }
  if (auto key = new_host_key()) return key;
  return found();
}

std::optional<std::string> FirstScreen::found() {
  if (!names_found_) return std::nullopt;
  if (watch_.changed() || !read_) last_ = published_.read();
  read_ = true;
  // A disk that does not answer is not waited for.
  if (!last_ || (last_->looking && looks_ < kPatience)) return std::nullopt;
  names_found_ = false;
  return found_line(*last_, list_command_);
}

std::string first_hint(const Settings& settings, bool restricted) {
  const std::string_view help =
      restricted ? "only labels run here; help shows them" : "help shows what can be typed";
  if (!settings.default_line) return fmt::format("nothing boots by itself; {}", help);
  return fmt::format("Enter boots \"{}\"; {}", printable_head(shown_line(*settings.default_line), 30), help);
}

}  // namespace kboot
