#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/formats/grub/devices.h"
#include "config/formats/grub/variables.h"

namespace kboot {

/// The files that a GRUB script names, `(hd0,gpt2)/x` and `/x` on `$root`. It asks the reader for nothing but
/// files of known devices.
class GrubFiles {
 public:
  /// All three outlive it.
  GrubFiles(const GrubDevices& devices, const GrubVariables& variables, SourceReader& reader)
      : devices_(devices), variables_(variables), reader_(reader) {}

  /// Where a file lies; nothing for a device that this machine does not have.
  std::optional<FilePlace> place(std::string_view written) const;
  /// The device that a name stands for, in the words of a person: `(hd7,1)`.
  std::string device_name(std::string_view written) const;
  /// GRUB's name of a place, `(hd0,gpt2)/x`.
  std::string written(const FilePlace& place) const;

  SourceReader::Kind kind(std::string_view written) { return kind_of(place(written)); }
  SourceReader::Kind kind_of(const std::optional<FilePlace>& place);
  std::size_t size(std::string_view written);
  std::vector<std::string> names(std::string_view written);
  /// Throws Error when it cannot be read or is too large.
  std::optional<std::string> read(const FilePlace& place, std::size_t limit);

 private:
  const GrubDevices& devices_;
  const GrubVariables& variables_;
  SourceReader& reader_;
};

}  // namespace kboot
