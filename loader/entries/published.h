#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "loader/entries/entry_list.h"

namespace kboot {

/// What discovery knows of one device.
struct PublishedPlace {
  enum class State { looking, done, failed, locked };

  std::string name;  ///< `sda1`
  State state = State::looking;
  std::string why;   ///< of a failed one: what is wrong with it
  std::string type;  ///< of the file system: `ext4`
  std::string label;
  std::string uuid;
  bool removable = false;
  bool own = false;        ///< kboot was started from it, or its site files lie on it
  bool has_fstab = false;  ///< an /etc/fstab is there: it is the root of a system
  std::string system;      ///< PRETTY_NAME of its os-release; empty: none
  EntryList list;          ///< numbered from 1 within the place
};

/// What `kboot --discover` has found, in the kernel's order of the devices.
struct PublishedEntries {
  bool looking = true;  ///< whether a device is still being looked at
  std::vector<PublishedPlace> places;

  /// The entries of all places, numbered through.
  EntryList list() const;
  /// Null when there is no such place.
  const PublishedPlace* find(std::string_view name) const;
};

/// `looking`, `done`, …
std::string_view state_name(PublishedPlace::State state);

/// {"looking": …, "places": [{"name": …, …, "entries": […], "sources": […]}]}, one line without its newline.
std::string published_json(const PublishedEntries& published);
/// That text taken back: it comes from another process, so what does not make sense counts as empty; nothing
/// for a text that is no such object.
std::optional<PublishedEntries> parse_published(std::string_view text);

/// The file `entries` in the folder that the kboot processes of a machine share, `/run/kboot`.
class Published {
 public:
  explicit Published(const std::string& folder) : folder_(folder), path_(folder + "/entries") {}
  /// What was found on this machine; nothing where kboot is not the loader.
  static Published of_this_machine();

  /// Another process sees the old text or the new one, whole. Throws Error.
  void write(const PublishedEntries& published) const;
  /// Nothing when nothing was published yet, or nothing that makes sense. Does not throw Error.
  std::optional<PublishedEntries> read() const;
  const std::string& folder() const { return folder_; }
  /// Asks the discovery to look at all devices again. Throws Error.
  void look_again() const;

 private:
  std::string folder_;
  std::string path_;
};

/// Names of files in that folder: what was found, and the wish to look again.
inline constexpr const char* kEntriesFile = "entries";
inline constexpr const char* kLookAgainFile = "entries.again";

/// Reports when something new was published.
class PublishedWatch {
 public:
  /// Watches for `file` in `folder`, which is there; without inotify, or without the folder, nothing is ever
  /// reported.
  explicit PublishedWatch(const std::string& folder, std::string file = kEntriesFile);

  /// Readable when something may have been published; -1: none.
  int fd() const { return inotify_.get(); }
  /// Whether something was published since the last call.
  bool changed();

 private:
  UniqueFd inotify_;
  std::string file_;
};

}  // namespace kboot
