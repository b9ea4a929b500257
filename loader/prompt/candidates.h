#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "loader/entries/published.h"
#include "loader/prompt/device_list.h"
#include "loader/terminal/line_editor.h"

namespace kboot {

class Session;

/// A word under the cursor: `text` is to be completed, what stands before it (`initrd=`) stays as it is.
struct TypedWord {
  std::string_view prefix;
  std::string_view text;

  /// With `length` more bytes that stay as they are.
  static TypedWord split(std::string_view word, std::size_t length) {
    return {word.substr(0, length), word.substr(length)};
  }
};

/// What a word can become: each add function adds, with the prefix before it, what begins with the text.
class Candidates {
 public:
  /// All outlive it.
  Candidates(Session& session, DeviceList& devices, const Published& published)
      : session_(session), devices_(devices), published_(published) {}

  /// One of a few.
  void add_choice(const TypedWord& word, std::string_view choice);
  void add_labels(const TypedWord& word);
  /// `sda1#debian`, of what the discovery found or of any other place that is named, with their titles; `#3`,
  /// of the last list shown or of all that was found, with their ids and titles.
  void add_entries(const TypedWord& word);
  /// The names of the firmware's boot options, as the discovery found them, with their titles.
  void add_boot_options(const TypedWord& word);
  /// In restricted mode those that run there.
  void add_commands(const TypedWord& word);
  /// `timeout=`: the reserved ones, as the left side of an assignment.
  void add_assignments(const TypedWord& word);
  /// All that are set or can be, by their names.
  void add_variables(const TypedWord& word);
  /// `/dev/sda6` and `UUID=…`: what a kernel takes as root=.
  void add_devices(const TypedWord& word);
  /// Any form of path. Throws Error where a folder cannot be read, Cancelled.
  enum class Wanted { any, directories };
  void add_paths(const TypedWord& word, Wanted wanted);

  /// Sorted, each once.
  Completion take();

 private:
  enum class NameForm { bare, below_dev };

  void add(const TypedWord& word, std::string_view rest, std::string_view end = "");
  void add_nodes(const TypedWord& word, NameForm form, std::string_view end);
  bool add_tags(const TypedWord& word, std::string_view end);
  void add_tag_kinds(const TypedWord& word);
  void add_files(const TypedWord& word, Wanted wanted);
  void add_entry(const TypedWord& word, std::string_view typed, const ListedEntry& entry);
  void add_numbers(const TypedWord& word);
  void add_entries_at(const TypedWord& word, const std::string& place, const PublishedEntries& published);

  Session& session_;
  DeviceList& devices_;
  const Published& published_;
  std::vector<std::string> found_;
  std::map<std::string, std::string> about_;
};

}  // namespace kboot
