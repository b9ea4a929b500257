#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/lower_case.h"
#include "base/text.h"
#include "config/formats/ipxe/runner.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxEntries = 10'000;
constexpr std::size_t kMaxImages = 100;
constexpr std::size_t kMaxScripts = 500;  ///< files that are looked at, scripts or not

constexpr std::size_t kBytesPerStepOfScript = 8;  ///< of those that a script is parsed of
/// A script that is read once stays; naming one costs a download.
constexpr std::size_t kStepsOfScript = 100;
constexpr std::size_t kStepsOfEntry = 20;

/// The file's name of an image, without a query.
std::string image_name(const FilePlace& file) {
  return file_name_of(std::string_view(file.path).substr(0, file.path.find_first_of("?#")));
}

}  // namespace

void IpxeRunner::fetch(IpxeState& state, std::vector<std::string> words, bool kernel, int number) {
  const IpxeOptions options(words, {{"name", 'n', true}, {"timeout", 't', true}, {"autofree", 'a', false}});
  if (words.empty()) return;
  IpxeImage image{.file = place(state, words.front())};
  image.name = options.has("name") ? options.value("name") : image_name(image.file);
  image.words = {words.begin() + 1, words.end()};
  if (state.images.size() == kMaxImages)
    return complain(state, number, fmt::format("ignored: more than {} images", kMaxImages));
  state.images.push_back(std::move(image));
  if (kernel) state.selected = state.images.size() - 1;
}

void IpxeRunner::emit(const IpxeState& state, SourceEntry entry, int number) {
  spend(kStepsOfEntry + steps_of(state.submenu) + steps_of(entry.cmdline) + entry.initrds.size() * 2);
  entry.file = state.frames.back().file;
  entry.line = number;
  entry.submenu = state.submenu;
  if (state.item) {
    entry.name = state.item->label;
    entry.title = state.item->text;
  } else {
    const std::string name = image_name(source_.file);
    entry.title = name.ends_with(".ipxe") ? name.substr(0, name.rfind('.')) : name;
  }
  if (source_.entries.size() == kMaxEntries)
    return complain(state, number, fmt::format("the rest is ignored: more than {} entries", kMaxEntries));
  if (state.is_default && !source_.default_entry) source_.default_entry = source_.entries.size();
  source_.entries.push_back(std::move(entry));
}

/// What a program of EFI is; none where it cannot be read.
EfiKind IpxeRunner::kind_of(const FilePlace& file) {
  if (!may_lead_to(source_.file, file)) return EfiKind::none;
  spend(kStepsOfScript);
  try {
    return efi_kind(file, reader_);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return EfiKind::none;
  }
}

void IpxeRunner::emit(const IpxeState& state, const IpxeImage& kernel, int number) {
  spend(steps_of(kernel.words));
  for (const IpxeImage& image : state.images) spend(steps_of(image.file.path));
  SourceEntry entry;
  entry.kernel = kernel.file;
  std::vector<std::string> words = kernel.words;
  // iPXE's kernels find their initrds by these names; kboot hands them over itself.
  std::erase_if(words, [](const std::string& word) { return word.empty() || word.starts_with("initrd="); });
  entry.cmdline = join(words);
  for (const IpxeImage& image : state.images)
    if (image.file != kernel.file || image.name != kernel.name) entry.initrds.push_back(image.file);
  const std::string name = lower_case(image_name(kernel.file));
  const EfiKind kind = name.ends_with(".efi") ? kind_of(kernel.file) : EfiKind::none;
  for (const std::string_view end : {".efi", ".pxe", ".kpxe", ".0", ".lkrn", ".com", ".wim"})
    if (name.ends_with(end) && name != "memtest.efi" && kind != EfiKind::linux && kind != EfiKind::uki) {
      entry.kind = SourceEntry::Kind::unbootable;
      entry.why = fmt::format("{} is a program of the firmware's, not a kernel", image_name(kernel.file));
    }
  if (kind == EfiKind::uki) entry.kind = SourceEntry::Kind::uki;
  emit(state, std::move(entry), number);
}

/// `boot [IMAGE [WORDS]]`, also imgexec.
IpxeResult IpxeRunner::boot(IpxeState& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(
      words,
      {{"name", 'n', true}, {"timeout", 't', true}, {"autofree", 'a', false}, {"replace", 'r', false}});
  if (!words.empty()) {
    spend(state.images.size());
    const auto named = std::find_if(state.images.begin(), state.images.end(),
                                    [&](const IpxeImage& image) { return image.name == words.front(); });
    if (named == state.images.end()) return chain(state, std::move(words), number);
    state.selected = static_cast<std::size_t>(named - state.images.begin());
    if (words.size() > 1) named->words = {words.begin() + 1, words.end()};
  }
  if (!state.selected && state.images.size() == 1) state.selected = 0;
  if (!state.selected) {
    complain(state, number, "boot without a kernel");
    return IpxeResult::failure;
  }
  emit(state, state.images[*state.selected], number);
  return IpxeResult::over;
}

/// The script of a file, which is read once; none when it is no script, or one script too many.
std::shared_ptr<const IpxeScript> IpxeRunner::script(const FilePlace& file) {
  const auto [place, is_new] = scripts_.try_emplace(file.str());
  if (!is_new || scripts_.size() > kMaxScripts) return place->second;
  spend(kStepsOfScript);
  try {
    const auto text = reader_.read(file, IpxeScript::kMaxSize);
    if (text && IpxeScript::is_script(*text)) {
      spend(text->size() / kBytesPerStepOfScript);
      place->second = std::make_shared<const IpxeScript>(*text);
    }
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    // Too large for a script: it is a program.
  }
  return place->second;
}

/// `chain URL [WORDS]`: another script is run; whatever else is there is booted.
IpxeResult IpxeRunner::chain(IpxeState& state, std::vector<std::string> words, int number) {
  const IpxeOptions options(
      words,
      {{"name", 'n', true}, {"timeout", 't', true}, {"autofree", 'a', false}, {"replace", 'r', false}});
  if (words.empty()) return boot(state, {}, number);
  IpxeImage image{.name = "", .file = place(state, words.front())};
  image.words = {words.begin() + 1, words.end()};
  const std::string name = lower_case(image_name(image.file));
  // What is a kernel by its name is not fetched to find out.
  const bool kernel = name.starts_with("vmlinuz") || name.starts_with("bzimage");
  const auto next = kernel || !may_lead_to(source_.file, image.file) ? nullptr : script(image.file);
  if (!next) {
    const bool named_so = name.ends_with(".ipxe") || name.ends_with(".php") || name.ends_with(".cfg");
    if (named_so || name.empty()) {
      complain(state, number, fmt::format("{} is not there, or is no iPXE script", image.file.str()));
      return IpxeResult::failure;
    }
    emit(state, image, number);
    return IpxeResult::over;
  }
  if (state.frames.size() >= kMaxDepth) {
    complain(state, number,
             fmt::format("{}: not read, more than {} scripts deep", image.file.str(), kMaxDepth));
    return IpxeResult::failure;
  }
  if (options.has("replace")) state.frames.pop_back();
  state.frames.push_back({next, image.file});
  return IpxeResult::success;
}

}  // namespace kboot
