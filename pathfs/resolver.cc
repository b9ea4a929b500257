#include "pathfs/resolver.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "pathfs/unknown_root.h"

namespace kboot {
namespace {

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
      inactive_(std::exchange(resolver.inactive_, "just for a look")),
      root_search_(std::exchange(resolver.root_search_, nullptr)),
      server_policy_(resolver.server_policy_),
      at_once_(std::move(reaches), resolver.server_policy_),
      on_note_(std::exchange(resolver.on_note_, nullptr)) {
  resolver_.server_policy_ = &at_once_;
}

void Resolver::Glance::AtOnce::await_network(const std::string& server) {
  if (!reaches_(server)) fail("no network yet");
}

void Resolver::Glance::AtOnce::before_fetch(const Url& url) {
  if (otherwise_ != nullptr) otherwise_->before_fetch(url);
}

Resolver::Glance::~Glance() {
  resolver_.booted_.access = access_;
  resolver_.wait_ = wait_;
  resolver_.inactive_ = inactive_;
  resolver_.root_search_ = root_search_;
  resolver_.server_policy_ = server_policy_;
  resolver_.on_note_ = std::move(on_note_);
}

Resolver::KeySearch::KeySearch(Resolver& resolver)
    : resolver_(resolver),
      access_(std::exchange(resolver.booted_.access, Access::read_only)),
      inactive_(std::exchange(resolver.inactive_, "to read a key")) {}

Resolver::KeySearch::~KeySearch() {
  resolver_.booted_.access = access_;
  resolver_.inactive_ = inactive_;
}

void Resolver::release() noexcept {
  mounter_.release();
  exports_.clear();
  volumes_.release();
  initiator_.release();
}

Location Resolver::parse(std::string_view text, const Location& cwd) {
  return parse_location(text, cwd, [this](std::string_view name) { return has_device(name); });
}

std::optional<ResolvedFile> Resolver::find(const Location& location) {
  if (const auto* url = std::get_if<Url>(&location))
    return ResolvedFile{.location = *url, .kind = FileKind::regular, .path = url->redacted()};
  try {
    return find_in_tree(location);
  } catch (const UnknownRoot&) {
    take_root();
  }
  // Its fstab says what is mounted where.
  return find_in_tree(location);
}

std::optional<ResolvedFile> Resolver::find_in_tree(const Location& location) {
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
  if (server_policy_ == nullptr) return;
  server_policy_->await_network("");
  server_policy_->before_fetch(url);
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
  // The file system that is listed is mounted already, and so is the one with the image file that it may be
  // in; no other one shall be, just to tell what a link points to.
  tree.mount = [mount = std::move(tree.mount),
                top = file_system_top(directory, place.top)](const std::string& where) {
    return where == top || top.ends_with(':') ? mount(where) : std::nullopt;
  };
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
