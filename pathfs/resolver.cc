#include "pathfs/resolver.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "pathfs/mount_options.h"
#include "pathfs/nfs_export.h"

namespace kboot {
namespace {

constexpr std::chrono::milliseconds kKeyPoll{100};

/// Of other files the number has another meaning: a folder's is its blocks.
std::uint64_t size_of(const struct stat& status) {
  return S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISBLK(mode)) return FileKind::block_device;
  return FileKind::other;
}

/// `path` below `directory`, both absolute.
std::string below(const std::string& directory, const std::string& path) {
  if (directory == "/") return path;
  return path == "/" ? directory : directory + path;
}

/// The path of a location that is no URL.
const std::string& path_of(const Location& location) {
  return std::visit(
      [](const auto& at) -> const std::string& {
        if constexpr (std::is_same_v<std::decay_t<decltype(at)>, Url>) {
          return at.str();
        } else {
          return at.path;
        }
      },
      location);
}

/// fstab's entry for a mount point; of several the last, which is what is seen after all were mounted.
const FstabEntry* entry_for(const std::vector<FstabEntry>& fstab, const std::string& target) {
  const auto entry = std::find_if(fstab.rbegin(), fstab.rend(),
                                  [&](const FstabEntry& candidate) { return candidate.target == target; });
  return entry == fstab.rend() ? nullptr : &*entry;
}

bool is_nfs(const FstabEntry& entry) {
  return entry.type.starts_with("nfs") ||
         (!entry.source.starts_with('/') && entry.source.find(":/") != std::string::npos);
}

UniqueFd open_regular_file(const std::string& path) {
  // O_NONBLOCK: a FIFO put there since it was looked up must not hang us.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) fail_errno(errno, "");
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) fail_errno(errno, "");
  if (!S_ISREG(status.st_mode)) fail("not a regular file");
  return fd;
}

/// The path of `location` from the top of its tree, which is at `top`.
std::string in_tree(const Location& location, const std::string& top) {
  const std::string& path = path_of(location);
  if (top == "/") return path;
  return path == top ? "/" : path.substr(top.size());
}

/// A link's text; nothing when it is gone or cannot be read.
std::optional<std::string> read_link(int directory, const std::string& name) {
  std::array<char, PATH_MAX> text{};
  const ssize_t length = readlinkat(directory, name.c_str(), text.data(), text.size());
  if (length < 0) return {};
  return std::string(text.data(), static_cast<std::size_t>(length));
}

/// Where in its tree the file system begins that `file` is on.
std::string file_system_top(const ResolvedFile& file, const std::string& tree_top) {
  std::string path = in_tree(file.location, tree_top);
  if (file.path == "/" || !path.ends_with(file.path)) return path;
  const std::string top = path.substr(0, path.size() - file.path.size());
  return top.empty() ? "/" : top;
}

}  // namespace

Resolver::Glance::Glance(Resolver& resolver, std::function<bool(const std::string& server)> reaches)
    : resolver_(resolver),
      access_(std::exchange(resolver.booted_.access, Access::read_only)),
      wait_(std::exchange(resolver.wait_, std::chrono::seconds(0))),
      activates_(std::exchange(resolver.activates_, false)),
      await_network_(std::move(resolver.await_network_)) {
  resolver_.await_network_ = [reaches = std::move(reaches)](const std::string& server) {
    if (!reaches(server)) fail("no network yet");
  };
}

Resolver::Glance::~Glance() {
  resolver_.booted_.access = access_;
  resolver_.wait_ = wait_;
  resolver_.activates_ = activates_;
  resolver_.await_network_ = std::move(await_network_);
}

/// The node, after all that may lie under it was activated.
std::optional<std::string> Resolver::find_or_activate(const std::string& device) {
  auto node = mounter_.find_device(device);
  while (!node && activates_ && may_be_volume(device) && volumes_.activate(device, booted_.access))
    node = mounter_.find_device(device);
  return node;
}

std::optional<std::string> Resolver::wait_for_device(const std::string& device) {
  if (auto node = find_or_activate(device)) return node;
  if (wait_.count() <= 0) return {};
  const WaitIsEnded ended = on_wait_ ? on_wait_(device) : [] { return false; };
  const Deadline deadline = Deadline::in(wait_);
  while (!deadline.expired() && !ended()) {
    // Keys are looked for in between.
    const bool news = mounter_.await_change(std::min(kKeyPoll, deadline.remaining()));
    Interrupt::throw_if_requested();
    if (!news) continue;
    if (auto node = find_or_activate(device)) return node;
  }
  return {};
}

void Resolver::release() noexcept {
  mounter_.release();
  exports_.clear();
  volumes_.release();
  initiator_.release();
}

std::string Resolver::attach_iscsi(const IscsiAddress& address) {
  if (!activates_) fail("no disk of another machine is attached just for a look");
  if (await_network_) await_network_(address.server);
  return initiator_.attach(address);
}

std::string Resolver::device_node(const std::string& device) {
  const auto node = wait_for_device(device);
  if (!node) fail("no such device");
  return *node;
}

bool Resolver::has_device(std::string_view name) {
  if (mounter_.is_device(name)) return true;
  if (looks_like_device(name)) return wait_for_device(std::string(name)).has_value();
  // `vg/lv` and `mapper/root` can be no host's.
  return name.find('/') != std::string_view::npos && find_or_activate(std::string(name)).has_value();
}

Location Resolver::parse(std::string_view text, const Location& cwd) {
  return parse_location(text, cwd, [this](std::string_view name) { return has_device(name); });
}

FileSystem Resolver::mount_device(const std::string& device) {
  const std::string node = device_node(device);
  return {mounter_.mount({.source = node, .access = booted_.access}), node};
}

/// The top of a btrfs, where its sub-volumes lie, whichever of them is mounted when none is named.
FileSystem Resolver::mount_top_volume(const std::string& device) {
  const std::string node = device_node(device);
  return {mounter_.mount({.source = node, .options = "subvolid=5", .access = booted_.access}), node};
}

bool Resolver::is_btrfs(const std::string& node) {
  const std::vector<BlockDevice> devices = mounter_.devices();
  return std::any_of(devices.begin(), devices.end(), [&](const BlockDevice& device) {
    return device.node == node && device.type == "btrfs";
  });
}

FileSystem Resolver::mount_booted(const std::string& where) {
  const FstabEntry* entry = entry_for(booted_.fstab, where);
  MountRequest request{.access = booted_.access};
  if (where == "/" && booted_.device) {
    request.source = with_noun("root=" + *booted_.device, [&] { return device_node(*booted_.device); });
    // root= names the device only; how it is mounted (a sub-volume, say) is fstab's to tell if it means the
    // same one.
    if (entry != nullptr && mounter_.find_device(entry->source) != request.source) entry = nullptr;
  } else if (entry != nullptr && entry->is_bind()) {
    const ResolvedFile folder = with_noun(where, [&] { return resolve(BootedPath{entry->source}); });
    return {folder.local_path, folder.source};
  } else if (entry != nullptr && is_nfs(*entry)) {
    return mount_export(entry->source, entry->options);
  } else if (entry != nullptr) {
    request.source = with_noun(entry->source, [&] { return device_node(entry->source); });
  } else if (booted_.local_directory) {
    return {*booted_.local_directory, std::nullopt};
  } else {
    fail("where the booted system is, is not known: neither root= is set nor has fstab an entry for /");
  }
  if (entry != nullptr) {
    request.type = entry->type;
    request.options = entry->options;
  }
  return {mounter_.mount(request), request.source};
}

std::vector<BootedFileSystem> Resolver::mount_booted_system() {
  std::vector<BootedFileSystem> mounted = {{"/", mount_booted("/").directory, ""}};
  for (const FstabEntry& entry : booted_.fstab) {
    const bool again = std::any_of(mounted.begin(), mounted.end(),
                                   [&](const BootedFileSystem& one) { return one.target == entry.target; });
    if (again || has_option(entry_for(booted_.fstab, entry.target)->options, "noauto")) continue;
    try {
      mounted.push_back({entry.target, mount_booted(entry.target).directory, ""});
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      mounted.push_back({entry.target, "", describe(error)});
    }
  }
  return mounted;
}

FileSystem Resolver::mount_export(const std::string& source, const std::string& options) {
  if (await_network_) await_network_(parse_nfs_export(source).host);
  const MountRequest request{.source = source, .type = "nfs", .options = options, .access = booted_.access};
  return {mounter_.mount(request), source};
}

/// Which folder to mount for a file on a server: the one already mounted that it is in, else the file's own
/// (`host:/dir` for `host:/dir/file`), else the path itself, which may be an export.
std::string Resolver::export_of(const NfsPath& file) {
  std::vector<std::string> names = path_components(file.path);
  // What `..` takes back is for the walk to find out.
  names.erase(std::find(names.begin(), names.end(), ".."), names.end());
  std::string whole = "/" + join(names, "/");

  const NfsPath* known = nullptr;
  for (const NfsPath& one : exports_) {
    const bool holds =
        one.host == file.host && (one.path == "/" || whole == one.path || whole.starts_with(one.path + "/"));
    if (holds && (known == nullptr || one.path.size() > known->path.size())) known = &one;
  }
  if (known != nullptr) return known->path;

  std::vector<std::string> candidates = {whole};
  if (!names.empty()) {
    names.pop_back();
    // The root of a server is the last that it is likely to give away.
    candidates.insert(names.empty() ? candidates.end() : candidates.begin(), "/" + join(names, "/"));
  }
  for (const std::string& candidate : candidates) {
    try {
      mount_export(to_string(NfsPath{file.host, candidate}), "");
      exports_.push_back({file.host, candidate});
      return candidate;
    } catch (const NotExported&) {
      if (candidate == candidates.back()) throw;
    }
  }
  return whole;
}

Resolver::Tree Resolver::tree_of(const Location& location) {
  if (std::holds_alternative<KbootPath>(location))
    return {{[](const std::string&) { return FileSystem{"/", std::nullopt}; }, {}, {}}, "/"};
  if (std::holds_alternative<BootedPath>(location)) {
    FileTree tree{[this](const std::string& where) { return mount_booted(where); }, {}, {}};
    for (const FstabEntry& entry : booted_.fstab) {
      if (entry.target == "/") continue;
      tree.mount_points.push_back(entry.target);
      // Of several entries for a place the last is seen.
      tree.binds.erase(entry.target);
      if (entry.is_bind()) tree.binds[entry.target] = entry.source;
    }
    return {std::move(tree), "/"};
  }
  if (const auto* device = std::get_if<DevicePath>(&location)) {
    // By custom the names of sub-volumes begin so.
    const bool from_top = device->path.starts_with("/@") && is_btrfs(device_node(device->device));
    return {{[this, from_top, name = device->device](const std::string&) {
               return from_top ? mount_top_volume(name) : mount_device(name);
             },
             {},
             {}},
            "/"};
  }
  if (const auto* file = std::get_if<NfsPath>(&location)) {
    const std::string directory = export_of(*file);
    const std::string source = to_string(NfsPath{file->host, directory});
    return {{[this, source](const std::string&) { return mount_export(source, ""); }, {}, {}}, directory};
  }
  if (const auto* disk = std::get_if<IscsiPath>(&location)) {
    return {{[this, address = parse_iscsi_address(disk->address)](const std::string&) {
               const std::string node = attach_iscsi(address);
               return FileSystem{mounter_.mount({.source = node, .access = booted_.access}), node};
             },
             {},
             {}},
            "/"};
  }
  fail("a URL has no folders");
}

std::optional<ResolvedFile> Resolver::find(const Location& location) {
  if (const auto* url = std::get_if<Url>(&location))
    return ResolvedFile{.location = *url, .kind = FileKind::regular, .path = url->redacted()};

  const Tree tree = tree_of(location);
  const auto found = walk(tree.files, in_tree(location, tree.top));
  if (!found) return {};
  const FileKind kind = kind_of(found->status.st_mode);
  return ResolvedFile{.location = with_path(location, below(tree.top, found->path)),
                      .kind = kind,
                      .source = found->file_system.source,
                      .path = found->path_on_it,
                      .local_path = below(found->file_system.directory, found->path_on_it),
                      .executable = kind == FileKind::regular && (found->status.st_mode & 0111) != 0,
                      .size = size_of(found->status),
                      .modified = found->status.st_mtime};
}

ResolvedFile Resolver::resolve(const Location& location) {
  auto file = find(location);
  if (!file) fail("no such file or directory");
  return std::move(*file);
}

UniqueFd Resolver::open(const ResolvedFile& file, const FetchOptions& options) {
  return std::move(open_all({{file, options, "", nullptr}}).front());
}

std::vector<UniqueFd> Resolver::open_all(const std::vector<OpenRequest>& requests) {
  std::vector<UniqueFd> files(requests.size());
  std::vector<FetchRequest> fetches;
  // What is here comes first: where it is missing, nothing needs to be fetched.
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const OpenRequest& request = requests[i];
    const auto open = [&] {
      if (const auto* url = std::get_if<Url>(&request.file.location)) {
        prepare_fetch(*url);
        fetches.push_back({*url, request.options, request.noun, request.check});
        return;
      }
      files[i] = open_regular_file(request.file.local_path);
      if (request.check) request.check(files[i].get());
    };
    with_noun(request.noun, open);
  }
  if (fetches.empty()) return files;
  std::vector<MemoryFile> fetched = fetcher_.fetch_all(fetches);
  auto next = fetched.begin();
  for (UniqueFd& file : files)
    if (!file) file = std::move(*next++).release();
  return files;
}

void Resolver::prepare_fetch(const Url& url) {
  if (await_network_) await_network_("");
  if (before_fetch_) before_fetch_(url);
}

UrlFacts Resolver::probe(const ResolvedFile& file, std::size_t head_bytes, const FetchOptions& options) {
  if (const auto* url = std::get_if<Url>(&file.location)) {
    prepare_fetch(*url);
    return fetcher_.probe(*url, head_bytes, options);
  }
  const UniqueFd fd = open_regular_file(file.local_path);
  return {file_size(fd.get()), read_head(fd.get(), head_bytes)};
}

std::vector<DirectoryEntry> Resolver::list(const ResolvedFile& directory) {
  Tree place = tree_of(directory.location);
  FileTree& tree = place.files;
  // The file system that is listed is mounted already; no other one shall be, just to tell what a link points
  // to.
  tree.mount = [mount = std::move(tree.mount), top = file_system_top(directory, place.top)](
                   const std::string& where) { return where == top ? mount(where) : std::nullopt; };
  const std::string here = in_tree(directory.location, place.top);
  const auto path_to = [&](const std::string& name) { return here == "/" ? "/" + name : here + "/" + name; };
  const auto kind_behind_link = [&](const std::string& name) {
    try {
      const auto target = walk(tree, path_to(name));
      return target ? kind_of(target->status.st_mode) : FileKind::other;
    } catch (const Cancelled&) {
      throw;
    } catch (const Error&) {
      return FileKind::other;  // a loop, say: one odd link must not hide the rest of the folder
    }
  };

  UniqueFd fd(::open(directory.local_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) fail_errno(errno, "");
  const DirectoryStream stream(fdopendir(fd.get()));
  if (!stream) fail_errno(errno, "");
  fd.release();

  std::map<std::string, DirectoryEntry> found;
  for (;;) {
    Interrupt::throw_if_requested();
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (entry == nullptr && errno != 0) fail_errno(errno, "");
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status {};
    // Gone since readdir(3) saw it, or a damaged inode.
    if (fstatat(dirfd(stream.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    DirectoryEntry& listed = found[name];
    listed = {name, kind_of(status.st_mode), {}, size_of(status), status.st_mtime};
    if (S_ISLNK(status.st_mode)) {
      listed.kind = kind_behind_link(name);
      listed.link_target = read_link(dirfd(stream.get()), name);
    }
  }
  // A mount point counts as a folder even where the folder to mount it on is missing.
  for (const std::string& mount_point : tree.mount_points) {
    const std::string name = mount_point.substr(mount_point.rfind('/') + 1);
    if (mount_point != path_to(name)) continue;
    DirectoryEntry& listed = found[name];
    listed.name = name;
    listed.kind = FileKind::directory;
  }

  std::vector<DirectoryEntry> entries;
  entries.reserve(found.size());
  for (auto& [name, entry] : found) entries.push_back(std::move(entry));
  return entries;
}

}  // namespace kboot
