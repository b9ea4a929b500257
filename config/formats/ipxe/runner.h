#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"
#include "config/formats/ipxe/state.h"
#include "config/formats/source_reader.h"
#include "config/formats/uki.h"

namespace kboot {

/// How a command ended. `jump` is a success that ends its line; `over` ends the branch: it booted, or it
/// never comes back.
enum class IpxeResult { success, failure, jump, over };

/// Runs a script as iPXE does, and lists what its branches would boot. Nothing is booted, and each item of a
/// menu is chosen once.
class IpxeRunner {
 public:
  IpxeRunner(const FilePlace& file, SourceReader& reader)
      : reader_(reader), source_{.format = "ipxe", .file = file} {}

  BootSource run();

 private:
  static constexpr std::size_t kMaxDepth = 64;
  /// What a run may cost. A step is what takes about a microsecond of a program under AddressSanitizer: a
  /// text that is made or copied, or so many bytes that are looked at. All that a script can repeat spends
  /// steps, so the time that the worst script takes is known.
  static constexpr std::size_t kMaxSteps = 300'000;
  /// Ends the run: the steps are used up. What came before counts.
  struct OutOfSteps {};

  void branch(IpxeState state);
  IpxeResult line(IpxeState& state, const std::vector<std::string>& words, int number);
  void spend(std::size_t steps);
  std::shared_ptr<const IpxeScript> script(const FilePlace& file);
  IpxeResult command(IpxeState& state, std::vector<std::string> words, int number);
  IpxeResult choose(IpxeState& state, std::vector<std::string> words, int number);
  IpxeResult chain(IpxeState& state, std::vector<std::string> words, int number);
  IpxeResult boot(IpxeState& state, std::vector<std::string> words, int number);
  IpxeResult set(IpxeState& state, const std::vector<std::string>& words);
  void fetch(IpxeState& state, std::vector<std::string> words, bool kernel, int number);
  void item(IpxeState& state, std::vector<std::string> words, int number);
  IpxeResult go_to(IpxeState& state, const std::string& label, int number);
  EfiKind kind_of(const FilePlace& file);
  void emit(const IpxeState& state, const IpxeImage& kernel, int number);
  void emit(const IpxeState& state, SourceEntry entry, int number);
  std::optional<std::string> setting(const IpxeState& state, const std::string& name);
  FilePlace place(const IpxeState& state, const std::string& written) const;
  void complain(const IpxeState& state, int line, std::string_view message);

  SourceReader& reader_;
  BootSource source_;
  std::size_t steps_ = kMaxSteps;
  std::size_t depth_ = 0;
  std::map<std::string, std::shared_ptr<const IpxeScript>>
      scripts_;                        ///< by place; none for what is no script
  std::span<const std::string> rest_;  ///< the words of the line behind the command that runs
};

}  // namespace kboot
