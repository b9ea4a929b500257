#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "netfetch/fetcher.h"

namespace kboot::test {

/// A network with the files in `files`; anything else is "404 Not Found".
class FakeFetcher final : public Fetcher {
 public:
  MemoryFile fetch(const Url& url, const FetchOptions& options) override {
    fetched.push_back(url.str());
    const std::string& contents = find(url);
    MemoryFile file("fake");
    file.append(contents);
    file.seal();
    if (options.progress) options.progress({contents.size(), contents.size()});
    return file;
  }

  UrlFacts probe(const Url& url, std::size_t head_bytes, const FetchOptions& /*options*/) override {
    probed.push_back(url.str());
    const std::string& contents = find(url);
    return {contents.size(), contents.substr(0, head_bytes)};
  }

  std::map<std::string, std::string> files;     ///< URL -> contents
  std::map<std::string, std::string> failures;  ///< URL -> error
  std::vector<std::string> fetched;             ///< URLs that were asked for whole
  std::vector<std::string> probed;              ///< URLs of which the first bytes were asked for

 private:
  const std::string& find(const Url& url) const {
    if (const auto failure = failures.find(url.str()); failure != failures.end())
      throw Error(failure->second);
    const auto file = files.find(url.str());
    if (file == files.end()) throw Error("404 Not Found");
    return file->second;
  }
};

}  // namespace kboot::test
