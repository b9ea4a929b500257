#include "loader/boot/boot_plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "loader/boot/archive.h"
#include "loader/boot/uki.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// How an initrd is named in errors, so that it is not taken for the kernel.
std::string initrd_noun(const PlannedFile& file) {
  return "initrd=" + shown(file.as_written);
}

PlannedFile find_file(const std::string& as_written, Resolver& resolver, const Location& cwd) {
  return {as_written, resolver.resolve(resolver.parse(as_written, cwd))};
}

void require_regular(const PlannedFile& file) {
  if (file.file.kind == FileKind::regular) return;
  fail("{}", file.file.kind == FileKind::directory ? "not a file but a directory" : "not a regular file");
}

ImageFacts check_kernel(std::string_view head, std::optional<std::uint64_t> size, std::string_view cmdline) {
  const std::optional<ImageFacts> facts = probe_image(head);
  if (!facts) throw NotAKernel("not a kernel: " + describe_contents(head));
  check_image(*facts, size, cmdline);
  return *facts;
}

void check_initrd(std::optional<std::uint64_t> size) {
  if (size == std::uint64_t{0}) fail("the file is empty");
}

bool is_url(const PlannedFile& file) {
  return std::holds_alternative<Url>(file.file.location);
}

/// An initrd that is open.
struct OpenInitrd {
  std::string noun;
  UniqueFd file;
  bool in_memory;  ///< nobody else has it
};

/// All archives in one file in memory, whose pages the loader's kernel takes as they are: that is one copy
/// less than it makes of a file on a disk. The next kernel's unpacker wants each to begin at a multiple of 4
/// (Documentation/driver-api/early-userspace/ buffer-format.rst).
UniqueFd join_initrds(std::vector<OpenInitrd> initrds, const std::vector<HandoffFile>& handoff) {
  MemoryFile joined("initrd");
  for (OpenInitrd& initrd : initrds) {
    with_noun(initrd.noun, [&] {
      joined.pad_to(4);
      if (initrd.in_memory)
        joined.take_over(MemoryFile::adopt(std::move(initrd.file)));
      else
        joined.append_file(initrd.file.get());
    });
  }
  if (!handoff.empty()) {
    joined.pad_to(4);
    with_noun("handoff", [&] { joined.append_file(pack_files(handoff).get()); });
  }
  joined.seal();
  return std::move(joined).release();
}

/// Puts the kernel of a Unified Kernel Image in place of the image. Its microcode comes before all other
/// initrds, and initrds that were named take the place of its own.
void take_out_parts(KernelImage& image, const BootPlan& plan, std::vector<OpenInitrd>& initrds) {
  UkiParts parts = open_uki(image.kernel.get(), plan.uki_profile);
  if (image.cmdline.empty()) image.cmdline = parts.cmdline;
  image.kernel = std::move(parts.kernel);
  image.facts = check_kernel(read_head(image.kernel.get(), kContentsHead), file_size(image.kernel.get()),
                             image.cmdline);
  if (parts.initrd && initrds.empty()) initrds.push_back({".initrd", std::move(*parts.initrd), true});
  if (parts.microcode)
    initrds.insert(initrds.begin(), OpenInitrd{".ucode", std::move(*parts.microcode), true});
}

}  // namespace

BootPlan make_plan(const BootEntry& entry, Resolver& resolver, const Location& cwd) {
  return make_plan(
      entry, with_noun(shown(entry.kernel), [&] { return find_file(entry.kernel, resolver, cwd).file; }),
      resolver, cwd);
}

BootPlan make_plan(const BootEntry& entry, ResolvedFile kernel, Resolver& resolver, const Location& cwd) {
  BootPlan plan;
  plan.cmdline = entry.cmdline;
  plan.origin = entry.origin;
  plan.kernel = {entry.kernel, std::move(kernel)};
  with_noun(shown(entry.kernel), [&] { require_regular(plan.kernel); });
  for (const std::string& initrd : entry.initrds) {
    with_noun("initrd=" + shown(initrd), [&] {
      plan.initrds.push_back(find_file(initrd, resolver, cwd));
      require_regular(plan.initrds.back());
    });
  }
  return plan;
}

void add_module(BootPlan& plan, const std::string& as_written, const std::string& cmdline, Resolver& resolver,
                const Location& cwd) {
  with_noun("module " + shown(as_written), [&] {
    plan.modules.push_back({find_file(as_written, resolver, cwd), cmdline});
    require_regular(plan.modules.back().file);
  });
}

void add_handoff(BootPlan& plan, Handoff handoff) {
  for (const std::string& argument : handoff.arguments)
    plan.cmdline += (plan.cmdline.empty() ? "" : " ") + argument;
  if (plan.initrds.empty() && plan.starter != Starter::uki) return;
  std::move(handoff.files.begin(), handoff.files.end(), std::back_inserter(plan.handoff));
}

void check_plan(const BootPlan& plan, Resolver& resolver) {
  with_noun(shown(plan.kernel.as_written), [&] {
    const UrlFacts facts = resolver.probe(plan.kernel.file, kContentsHead, {});
    if (plan.starter != Starter::kexec) return check_initrd(facts.size);
    check_kernel(facts.head, facts.size, plan.cmdline);
  });
  for (const PlannedFile& initrd : plan.initrds)
    with_noun(initrd_noun(initrd), [&] { check_initrd(resolver.probe(initrd.file, 1, {}).size); });
}

KernelImage stage(const BootPlan& plan, Resolver& resolver, const OptionsFor& options_for) {
  KernelImage image;
  image.cmdline = plan.cmdline;
  std::vector<OpenRequest> requests;
  const auto add = [&](const PlannedFile& file, std::string noun, std::function<void(int)> check) {
    requests.push_back({file.file, options_for(shown(file.as_written)), std::move(noun), std::move(check)});
  };
  const std::string kernel_noun = shown(plan.kernel.as_written);
  add(plan.kernel, kernel_noun, [&](int fd) {
    if (plan.starter == Starter::uki) return check_initrd(file_size(fd));
    image.facts = check_kernel(read_head(fd, kContentsHead), file_size(fd), plan.cmdline);
  });
  // A single download is in memory already.
  const bool joined = plan.initrds.size() > 1 || !plan.handoff.empty() || plan.starter == Starter::uki ||
                      (plan.initrds.size() == 1 && !is_url(plan.initrds.front()));
  for (const PlannedFile& initrd : plan.initrds) {
    add(initrd, initrd_noun(initrd), [](int fd) { check_initrd(file_size(fd)); });
    requests.back().options.sealed = !joined;
  }

  std::vector<UniqueFd> files = resolver.open_all(requests);
  image.kernel = std::move(files.front());
  std::vector<OpenInitrd> initrds;
  for (std::size_t i = 0; i < plan.initrds.size(); ++i)
    initrds.push_back({initrd_noun(plan.initrds[i]), std::move(files[i + 1]), is_url(plan.initrds[i])});
  if (plan.starter == Starter::uki) with_noun(kernel_noun, [&] { take_out_parts(image, plan, initrds); });
  if (initrds.empty()) return image;
  image.initrd = joined ? join_initrds(std::move(initrds), plan.handoff) : std::move(initrds.front().file);
  return image;
}

void require_readable_kernel(const BootPlan& plan, const KernelImage& image) {
  with_noun(shown(plan.kernel.as_written), [&] { read_through(image.kernel.get()); });
}

std::string plan_text(const BootPlan& plan) {
  const auto place = [](const PlannedFile& file) {
    std::string text = shown(file.as_written);
    if (file.file.source) text += fmt::format("  ({}:{})", *file.file.source, printable(file.file.path));
    return text;
  };
  std::string text = fmt::format("kernel   {}\n", place(plan.kernel));
  if (!plan.parts.empty()) text += fmt::format("parts    {}\n", join(plan.parts, ", "));
  for (const PlannedFile& initrd : plan.initrds) text += fmt::format("initrd   {}\n", place(initrd));
  for (const PlannedModule& module : plan.modules) {
    text += fmt::format("module   {}", place(module.file));
    text += module.cmdline.empty() ? "\n" : fmt::format("  {}\n", printable(module.cmdline));
  }
  for (const HandoffFile& file : plan.handoff)
    text += fmt::format("handoff  /{}  ({})\n", file.path, file.meaning);
  text += fmt::format("cmdline  {}\norigin   {}\n", printable(plan.cmdline), printable(plan.origin));
  return text;
}

}  // namespace kboot
