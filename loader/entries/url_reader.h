#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "config/formats/source_reader.h"
#include "loader/entries/machine_facts.h"
#include "pathfs/resolver.h"

namespace kboot {

/// Reads a boot source from a server, and the files there to which it leads. No disk can be read through it.
/// A file is fetched once. There are bounds on how many are, and on the time for all of them.
class UrlReader final : public SourceReader {
 public:
  static constexpr std::size_t kMaxFiles = 500;
  static constexpr std::size_t kMaxKept = std::size_t{32} << 20;  ///< bytes of all of them
  static constexpr std::chrono::seconds kMaxTime{120};

  /// `first` is where reading begins: what its fragment demands counts for that file. All outlive the reader.
  UrlReader(Resolver& resolver, MachineFacts& machine, const Url& first);

  Kind kind(const FilePlace& place) override;
  /// Throws Error when the server refuses it or does not answer, too.
  std::optional<std::string> read(const FilePlace& place, std::size_t limit) override;
  std::optional<std::string> read_part(const FilePlace& place, std::size_t offset,
                                       std::size_t length) override;
  std::size_t size(const FilePlace& place) override;
  /// A server lists no folder.
  std::vector<std::string> names(const FilePlace& /*folder*/) override { return {}; }
  const std::vector<KnownDevice>& devices() override { return no_devices_; }
  bool efi() override { return machine_.firmware() == Firmware::uefi; }
  std::optional<std::string> setting(const std::string& name) override {
    return ipxe_setting(name, machine_);
  }

 private:
  /// What is known of a file on a server.
  struct Known {
    bool is_there = true;
    std::optional<std::string> text;      ///< the whole
    std::optional<std::uint64_t> length;  ///< bytes, when the server said
  };

  /// What was found out of it; null: nothing yet.
  Known* known(const FilePlace& place);
  /// Asks for the first bytes. Null: there is no such file.
  Known* probe(const FilePlace& place, std::size_t length, std::string& head);
  Url url_of(const FilePlace& place) const;
  /// Remembers what a file holds. Throws Error when all together would be too much.
  void keep(Known& file, const std::string& text);
  /// Throws Error when it would be one file too many.
  FetchOptions next_fetch();

  Resolver& resolver_;
  MachineFacts& machine_;
  const Url& first_;
  Deadline deadline_;
  std::size_t files_ = 0;
  std::size_t kept_ = 0;  ///< bytes
  std::map<std::string, Known> known_;
  std::vector<KnownDevice> no_devices_;
};

/// A URL as the place of a file, without what its fragment demands.
FilePlace place_of_url(const Url& url);

}  // namespace kboot
