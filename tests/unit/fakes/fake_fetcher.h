#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "netfetch/fetcher.h"
#include "netfetch/transfer_error.h"

namespace kboot::test {

/// A network with the files in `files`; anything else is "404 Not Found".
class FakeFetcher final : public Fetcher {
 public:
  std::vector<MemoryFile> fetch_all(const std::vector<FetchRequest>& requests) override {
    std::vector<MemoryFile> all;
    for (const FetchRequest& request : requests) {
      fetched.push_back(request.url.str());
      const auto get = [&] {
        const std::string& contents = find(request.url);
        MemoryFile file("fake");
        file.append(contents);
        if (request.options.sealed) file.seal();
        if (request.options.progress) request.options.progress({contents.size(), contents.size()});
        if (request.check) request.check(file.fd());
        all.push_back(std::move(file));
      };
      with_noun(request.noun, get);
    }
    ++batches;
    return all;
  }

  void upload(const Url& url, std::string_view contents, const FetchOptions& /*options*/) override {
    find(url);
    uploaded[url.str()] = contents;
  }

  std::int64_t server_time(const Url& url, const FetchOptions& /*options*/) override {
    find(url);
    return time;
  }

  void set_proxy(const std::string& proxy, const std::string& except) override {
    proxies = proxy + " but " + except;
  }

  UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& /*options*/) override {
    probed.push_back(url.str());
    const std::string& contents = find(url);
    return {contents.size(), contents.substr(0, head_bytes)};
  }

  std::map<std::string, std::string> files;     ///< URL -> contents
  std::map<std::string, std::string> failures;  ///< URL -> error
  std::vector<std::string> fetched;             ///< URLs that were asked for whole
  int batches = 0;                              ///< how often something was fetched
  std::map<std::string, std::string> uploaded;  ///< URL -> contents
  std::int64_t time = 0;                        ///< what the servers say
  std::string proxies;
  std::vector<std::string> probed;  ///< URLs of which the first bytes were asked for

 private:
  const std::string& find(const Url& url) const {
    if (const auto failure = failures.find(url.str()); failure != failures.end())
      throw Error(failure->second);
    const auto file = files.find(url.str());
    if (file == files.end()) throw NotOnServer("404 Not Found");
    return file->second;
  }
};

}  // namespace kboot::test
