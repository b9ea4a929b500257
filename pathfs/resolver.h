#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "netfetch/fetcher.h"
#include "pathfs/fstab.h"
#include "pathfs/iscsi.h"
#include "pathfs/location.h"
#include "pathfs/mounter.h"
#include "pathfs/root_search.h"
#include "pathfs/server_policy.h"
#include "pathfs/volumes.h"
#include "pathfs/walk.h"

namespace kboot {

/// How `/…` is reached.
struct BootedRoot {
  std::optional<std::string> device;  ///< `root=`: device or tag; beats fstab's entry for `/`
  std::vector<FstabEntry> fstab;
  Access access = Access::read_only;  ///< `mount_rw=`
  std::optional<std::string>
      local_directory;  ///< on a host: where `/…` is when neither device nor fstab says ("/")
};

enum class FileKind { regular, directory, block_device, other };

/// A file (or folder) that was found.
struct ResolvedFile {
  Location location;  ///< where it really is: symbolic links and `..` taken back
  FileKind kind = FileKind::regular;
  std::optional<std::string> source;  ///< device node or NFS export; none for kboot's own root and URLs
  std::string path;                   ///< absolute within its file system; for a URL the redacted URL
  std::string local_path;             ///< where this process can open it; empty for a URL
  bool executable = false;            ///< some x bit is set
  std::uint64_t size = 0;             ///< bytes, of a regular file
  std::int64_t modified = 0;          ///< seconds since 1970, UTC
};

/// A file system of the booted system: mounted, or why not.
struct BootedFileSystem {
  std::string target;     ///< mount point in the booted system
  std::string directory;  ///< where this process sees it; empty when it could not be mounted
  std::string failure;    ///< why not
};

struct DirectoryEntry {
  std::string name;
  FileKind kind =
      FileKind::other;  ///< a link counts as what it points to, where that can be told without a mount
  std::optional<std::string> link_target;  ///< a link's text
  std::uint64_t size = 0;                  ///< bytes, of a regular file (a link has none)
  std::int64_t modified = 0;               ///< seconds since 1970, UTC; of a link its own
};

/// One of several files that are opened together.
struct OpenRequest {
  const ResolvedFile& file;
  FetchOptions options;
  std::string noun;                   ///< put before errors about this file
  std::function<void(int fd)> check;  ///< looks at the file: what it throws ends it all. May be empty.
};

/// Turns locations into open files, mounting on the way what has to be. Symbolic links are followed within
/// their tree: an absolute one in the booted system starts at its root, never at kboot's. `..` as typed never
/// leaves the file system it is on; inside a link's text it does what Linux does. At most 40 links (as Linux:
/// ELOOP).
class Resolver {
 public:
  Resolver(Mounter& mounter, Fetcher& fetcher, Volumes& volumes, Initiator& initiator)
      : mounter_(mounter), fetcher_(fetcher), volumes_(volumes), initiator_(initiator) {}

  void set_booted_root(BootedRoot root) { booted_ = std::move(root); }
  const BootedRoot& booted_root() const { return booted_; }
  /// How the next file systems are mounted, whatever set_booted_root() said.
  void set_access(Access access) { booted_.access = access; }
  /// How long a device that is not there is waited for; ^C ends it.
  void set_wait(std::chrono::seconds wait) { wait_ = wait; }
  /// Called when such a wait begins; what it returns is asked again and again whether the person wants no
  /// more of it, and destroyed when the wait is over.
  using WaitIsEnded = std::function<bool()>;
  using OnWait = std::function<WaitIsEnded(const std::string& device)>;
  void set_on_wait(OnWait on_wait) { on_wait_ = std::move(on_wait); }
  /// Asked before a server is. It outlives its use here; null: servers are asked at once.
  void set_server_policy(ServerPolicy* server_policy) { server_policy_ = server_policy; }

  /// Called with something to know about a device that is used: several have its tag. Without it nobody
  /// looks.
  void set_on_note(std::function<void(const std::string& message)> on_note) { on_note_ = std::move(on_note); }

  /// Asked when a path needs the booted system and neither root= nor fstab says where that is, before
  /// anything is done with the path. It outlives its use here; null: nothing is asked.
  void set_root_search(RootSearch* root_search) { root_search_ = root_search; }

  /// parse_location() with this system's devices. A name that can only be a device's is waited for.
  Location parse(std::string_view text, const Location& cwd);

  /// The file, or nothing when it (or a folder on the way) does not exist. Other failures throw Error,
  /// without the name the caller knows: `no such device`, `mount /dev/sda2: unknown filesystem type`, `not a
  /// directory`. A URL is taken to exist.
  std::optional<ResolvedFile> find(const Location& location);
  /// The same, but throws `no such file or directory` for nothing.
  ResolvedFile resolve(const Location& location);

  /// Opens for reading; a URL is fetched whole. Throws Error, Cancelled.
  UniqueFd open(const ResolvedFile& file, const FetchOptions& options);
  /// Several files, in that order; what lies on servers is fetched at the same time. Throws Error with the
  /// noun of the file that failed, Cancelled.
  std::vector<UniqueFd> open_all(const std::vector<OpenRequest>& requests);
  /// What has to be done before a server is asked for `url`: for those who use fetcher(). Throws Error,
  /// Cancelled.
  void prepare_fetch(const Url& url);
  /// The first bytes and the size, without fetching a URL whole.
  UrlFacts probe(const ResolvedFile& file, std::size_t head_bytes, const FetchOptions& options);

  /// What is in a folder, sorted by name, without `.` and `..`.
  std::vector<DirectoryEntry> list(const ResolvedFile& directory);

  /// Mounts all the file systems of the booted system, but those that fstab says are not to be (`noauto`);
  /// its root comes first. Throws Error when that cannot be mounted, Cancelled.
  std::vector<BootedFileSystem> mount_booted_system();

  /// The node of a device or tag, waited for and activated if need be; nothing: there is none. Throws Error
  /// for what is wrong with one, Cancelled.
  std::optional<std::string> find_device_node(const std::string& device);
  /// The same; throws Error `no such device` when there is none.
  std::string device_node(const std::string& device);

  /// Activates the arrays and logical volumes on the devices that are there, as far as no key is needed.
  /// Throws Error, Cancelled.
  void activate_without_key();

  /// Unmounts and takes down all that paths needed: before another kernel starts.
  void release() noexcept;

  Mounter& mounter() { return mounter_; }
  Fetcher& fetcher() { return fetcher_; }
  Volumes& volumes() { return volumes_; }
  Initiator& initiator() { return initiator_; }
  /// The node of a disk on a server, logged in to once the network can be used. Throws Error, Cancelled.
  std::string attach_iscsi(const IscsiAddress& address);

  /// A look that a person did not ask for by a line: while it lives all is mounted read-only, no device is
  /// waited for, no volume activated, no root searched, nothing noted, and the network is there or it is not.
  class Glance {
   public:
    /// `reaches` is asked before a server is.
    Glance(Resolver& resolver, std::function<bool(const std::string& server)> reaches);
    ~Glance();
    Glance(const Glance&) = delete;
    Glance& operator=(const Glance&) = delete;

   private:
    /// Nothing is waited for.
    class AtOnce final : public ServerPolicy {
     public:
      AtOnce(std::function<bool(const std::string& server)> reaches, ServerPolicy* otherwise)
          : reaches_(std::move(reaches)), otherwise_(otherwise) {}
      void await_network(const std::string& server) override;
      void before_fetch(const Url& url) override;

     private:
      std::function<bool(const std::string& server)> reaches_;
      ServerPolicy* otherwise_;
    };

    Resolver& resolver_;
    Access access_;
    std::chrono::seconds wait_;
    const char* inactive_;
    RootSearch* root_search_;
    ServerPolicy* server_policy_;
    AtOnce at_once_;
    std::function<void(const std::string&)> on_note_;
  };

  /// A look for what opens a volume or logs in to a server: while it lives all is mounted read-only and no
  /// volume is activated, which might need the same key again. A device is waited for.
  class KeySearch {
   public:
    explicit KeySearch(Resolver& resolver);
    ~KeySearch();
    KeySearch(const KeySearch&) = delete;
    KeySearch& operator=(const KeySearch&) = delete;

   private:
    Resolver& resolver_;
    Access access_;
    const char* inactive_;
  };

 private:
  /// A tree to walk through, and where in a location's path it begins: `/`, or the export's folder.
  struct Tree {
    FileTree files;
    std::string top;
  };

  bool has_device(std::string_view name);
  std::optional<std::string> find_or_activate(const std::string& device);
  std::optional<std::string> wait_for_device(const std::string& device);
  void note_ambiguous(const std::string& tag, const std::string& taken);
  Tree tree_of(const Location& location);
  Tree outer_tree_of(const Location& location);
  std::optional<ResolvedFile> find_in_tree(const Location& location);
  bool knows_root() const;
  void take_root();
  FileSystem mount_device(const std::string& device);
  FileSystem mount_top_volume(const std::string& device);
  bool is_btrfs(const std::string& node);
  FileSystem mount_booted(const std::string& where);
  FileSystem mount_export(const std::string& source, const std::string& options);
  std::string export_of(const NfsPath& file);

  Mounter& mounter_;
  Fetcher& fetcher_;
  Volumes& volumes_;
  Initiator& initiator_;
  BootedRoot booted_;
  std::chrono::seconds wait_{0};
  const char* inactive_ = nullptr;  ///< why no volume is activated when a device is missing
  RootSearch* root_search_ = nullptr;
  OnWait on_wait_;
  ServerPolicy* server_policy_ = nullptr;
  std::function<void(const std::string&)> on_note_;
  std::set<std::string> noted_;   ///< tags that were looked for on all devices
  std::vector<NfsPath> exports_;  ///< the folders that are known to be mounted as a whole
};

}  // namespace kboot
