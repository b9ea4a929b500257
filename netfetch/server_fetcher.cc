#include "netfetch/server_fetcher.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "netfetch/download.h"
#include "netfetch/free_memory.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience(250);  // how often deadlines are looked at while nothing arrives

/// All that is still to come, of those whose servers said how much, has to find room together.
void require_room(const std::vector<std::unique_ptr<Download>>& downloads) {
  std::uint64_t missing = 0;
  for (const auto& download : downloads) missing += download->missing();
  if (missing == 0) return;
  if (const std::uint64_t room = free_memory(); missing > room)
    fail("too long together: there is room for {} more, {} are to come", human_size(room),
         human_size(missing));
}

}  // namespace

ServerFetcher::ServerFetcher(std::unique_ptr<TransferSet> transfers, TlsFiles tls)
    : access_{.tls = std::move(tls)}, transfers_(std::move(transfers)) {}

std::vector<MemoryFile> ServerFetcher::fetch_all(const std::vector<FetchRequest>& requests) {
  std::vector<std::unique_ptr<Download>> downloads;
  for (const FetchRequest& request : requests) {
    log_info("fetching {}{}", request.url.redacted(),
             request.url.insecure() ? ", without a look at the server's certificate" : "");
    downloads.push_back(std::make_unique<Download>(request, access_, *transfers_));
  }
  const auto named = [&](std::size_t i, auto&& action) { with_noun(requests[i].noun, action); };

  const auto is_done = [](const auto& download) { return download->done(); };
  std::uint64_t known = 0;
  while (!std::all_of(downloads.begin(), downloads.end(), is_done)) {
    milliseconds patience = kPatience;
    std::uint64_t now_known = 0;
    for (std::size_t i = 0; i < downloads.size(); ++i) {
      named(i, [&] { downloads[i]->tick(); });
      patience = std::min(patience, downloads[i]->until_next_attempt());
      now_known += downloads[i]->missing() > 0 ? 1 : 0;
    }
    // Only when another size has become known: it is not looked at in every turn.
    if (std::exchange(known, now_known) < now_known) require_room(downloads);
    for (const Transfer* transfer : transfers_->work(patience)) {
      for (std::size_t i = 0; i < downloads.size(); ++i) {
        if (downloads[i]->owns(transfer)) named(i, [&] { downloads[i]->attempt_ended(); });
      }
    }
  }

  std::vector<MemoryFile> files;
  files.reserve(downloads.size());
  for (const auto& download : downloads) files.push_back(std::move(*download).take());
  return files;
}

void ServerFetcher::run(Transfer& transfer) {
  const ScopeExit stop([&]() noexcept { transfers_->stop(transfer); });
  transfers_->start(transfer);
  for (;;) {
    if (!transfers_->work(kPatience).empty()) return transfer.finish();
  }
}

UrlFacts ServerFetcher::probe(const Url& url, std::size_t head_bytes, const FetchOptions& options) {
  UrlFacts facts;
  const auto transfer = transfers_->make(url, options, access_, [&](std::string_view bytes) {
    facts.head.append(bytes.substr(0, head_bytes - facts.head.size()));
    return facts.head.size() < head_bytes;
  });
  transfer->ask_for_head(head_bytes);
  run(*transfer);
  facts.size = transfer->size();
  return facts;
}

void ServerFetcher::set_proxy(const std::string& proxy, const std::string& except) {
  access_.proxy = proxy;
  access_.no_proxy = except;
}

}  // namespace kboot
