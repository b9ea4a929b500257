#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// An iPXE script, cut into lines of words.
class IpxeScript {
 public:
  /// The largest script that is read, in bytes; netboot.xyz's largest has 20 KB.
  static constexpr std::size_t kMaxSize = std::size_t{256} << 10;

  /// A text that iPXE takes for a script begins so.
  static bool is_script(std::string_view text) { return text.starts_with("#!ipxe"); }

  explicit IpxeScript(std::string_view text);

  std::size_t size() const { return lines_.size(); }
  /// The words of a line, from 0, nothing expanded; none for a comment or a label.
  const std::vector<std::string>& line(std::size_t index) const { return lines_[index]; }
  /// The line behind `:label`; nothing when there is no such label.
  std::optional<std::size_t> label(const std::string& name) const;

 private:
  std::vector<std::vector<std::string>> lines_;
  std::map<std::string, std::size_t> labels_;
};

/// A word with each `${name}` and `${name:type}` replaced by what `setting` knows of the name; an unknown one
/// is empty. Inner ones come first: `${a${b}}`. A word that grows beyond 16 KB is cut there, and no more than
/// 100 names are replaced in one word. Before each look at the word, `spend` hears how many bytes it has.
std::string expand_ipxe(std::string word,
                        const std::function<std::optional<std::string>(const std::string& name)>& setting,
                        const std::function<void(std::size_t bytes)>& spend);

/// Options at the head of a command's words: `--name VALUE`, `--name=VALUE`, `-n VALUE`, flags, and `--`,
/// which ends them.
class IpxeOptions {
 public:
  struct Known {
    std::string_view name;  ///< without dashes
    char letter;
    bool has_value;
  };

  /// Takes the known options off `words`; an unknown one is taken for a flag.
  IpxeOptions(std::vector<std::string>& words, const std::vector<Known>& known);

  bool has(const std::string& name) const { return values_.contains(name); }
  std::string value(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace kboot
