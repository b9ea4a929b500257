#include "loader/entries/url_reader.h"

#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/redact.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "netfetch/transfer_error.h"

namespace kboot {
namespace {

/// A file of which a part in the middle is wanted is fetched whole, if it is no longer than this.
constexpr std::size_t kMaxWhole = std::size_t{256} << 20;

/// A slash in a query is no folder's. As %2F it means the same (RFC 3986, 3.4).
std::string with_plain_query(std::string text) {
  const std::size_t query = text.find('?');
  if (query == std::string::npos) return text;
  constexpr std::string_view kSlash = "%2F";
  for (std::size_t at = text.find('/', query); at != std::string::npos; at = text.find('/', at))
    text.replace(at, 1, kSlash);
  return text;
}

}  // namespace

FilePlace place_of_url(const Url& url) {
  return url_place(with_plain_query(url.str().substr(0, url.str().find('#'))));
}

UrlReader::UrlReader(Resolver& resolver, MachineFacts& machine, const Url& first)
    : resolver_(resolver), machine_(machine), first_(first), deadline_(Deadline::in(kMaxTime)) {}

Url UrlReader::url_of(const FilePlace& place) const {
  return place == place_of_url(first_) ? first_ : Url::parse(place.str());
}

UrlReader::Known* UrlReader::known(const FilePlace& place) {
  const auto found = known_.find(place.str());
  return found == known_.end() ? nullptr : &found->second;
}

FetchOptions UrlReader::next_fetch() {
  if (++files_ > kMaxFiles) fail("more than {} files are asked for", kMaxFiles);
  if (deadline_.expired()) fail("it takes more than {} seconds", kMaxTime.count());
  return {.overall_deadline = std::chrono::minutes(1)};
}

void UrlReader::keep(Known& file, const std::string& text) {
  if (text.size() > kMaxSourceFile) return;  // no configuration
  kept_ += text.size();
  if (kept_ > kMaxKept) fail("more than {} of configurations are asked for", human_size(kMaxKept));
  file.text = text;
}

UrlReader::Known* UrlReader::probe(const FilePlace& place, std::size_t length, std::string& head) {
  if (!is_url(place.device)) return nullptr;
  return with_noun(redact_word(place.str()), [&]() -> Known* {
    const Url url = url_of(place);
    const FetchOptions options = next_fetch();
    Known found;
    try {
      UrlFacts facts = resolver_.probe(resolver_.resolve(url), length, options);
      head = std::move(facts.head);
      found.length = facts.size;
      if (head.size() < length) keep(found, head);
    } catch (const NotOnServer&) {
      found.is_there = false;
    }
    Known& kept = known_[place.str()] = std::move(found);
    return kept.is_there ? &kept : nullptr;
  });
}

SourceReader::Kind UrlReader::kind(const FilePlace& place) {
  try {
    const Known* file = known(place);
    std::string head;
    if (file == nullptr) file = probe(place, 1, head);
    return file != nullptr && file->is_there ? Kind::file : Kind::none;
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return Kind::none;
  }
}

std::size_t UrlReader::size(const FilePlace& place) {
  if (kind(place) != Kind::file) return 0;
  const Known& file = *known(place);
  return file.text ? file.text->size() : static_cast<std::size_t>(file.length.value_or(0));
}

std::optional<std::string> UrlReader::read(const FilePlace& place, std::size_t limit) {
  if (!is_url(place.device)) return std::nullopt;
  if (const Known* file = known(place)) {
    if (!file->is_there) return std::nullopt;
    if (file->text) {
      if (file->text->size() > limit) fail("{}: larger than {} bytes", redact_word(place.str()), limit);
      return file->text;
    }
  }
  return with_noun(redact_word(place.str()), [&]() -> std::optional<std::string> {
    const Url url = url_of(place);
    FetchOptions options = next_fetch();
    options.size_limit = limit;
    try {
      const UniqueFd file = resolver_.open(resolver_.resolve(url), options);
      std::string text = read_file(file.get(), limit);
      keep(known_[place.str()], text);
      return text;
    } catch (const NotOnServer&) {
      known_[place.str()].is_there = false;
      return std::nullopt;
    }
  });
}

std::optional<std::string> UrlReader::read_part(const FilePlace& place, std::size_t offset,
                                                std::size_t length) {
  if (!is_url(place.device)) return std::nullopt;
  const Known* file = known(place);
  if (file != nullptr && !file->is_there) return std::nullopt;
  const bool whole = offset + length > kMaxSourceFile || url_of(place).sha256();
  if (!whole && (file == nullptr || !file->text)) {
    std::string head;
    if (probe(place, offset + length, head) == nullptr) return std::nullopt;
    return offset >= head.size() ? std::string() : head.substr(offset);
  }
  const auto text = read(place, kMaxWhole);
  if (!text) return std::nullopt;
  return offset >= text->size() ? std::string() : text->substr(offset, length);
}

}  // namespace kboot
