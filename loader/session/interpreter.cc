#include "loader/session/interpreter.h"

#include <exception>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "loader/boot/image.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// A word that can only be meant as a path: when there is no such file, there is nothing else it could be.
bool is_path_like(std::string_view word) {
  return word.find_first_of("/:") != std::string_view::npos;
}

/// Programs are for the shell; a file that merely has its x bit set (every file on a FAT has) is not.
bool is_program(const ResolvedFile& file, std::string_view head) {
  return file.executable && (head.starts_with("\x7f"
                                              "ELF") ||
                             head.starts_with("#!"));
}

}  // namespace

Target Interpreter::interpret(const std::vector<std::string>& words) {
  if (const Command* command = find_command(system_.commands, words[0]))
    return CommandCall{command, {words.begin() + 1, words.end()}};
  // A label may stand for `!cmd`, too.
  if (words[0].starts_with('!')) return ShellCall{words, true};
  if (auto boot = find_boot(words)) return *std::move(boot);
  return ShellCall{words};
}

std::optional<BootTarget> Interpreter::find_boot(const std::vector<std::string>& words) {
  if (auto entry = entries_.find(words)) return *std::move(entry);
  const std::string& first = words[0];
  const bool only_a_device = is_tag(first) || first.starts_with("/dev/");
  if (only_a_device && first.find(':') == std::string::npos)
    if (auto device = find_device(words)) return device;

  Resolver& resolver = system_.resolver;
  const bool path_like = is_path_like(first);
  KernelTarget kernel;
  kernel.words = words;
  try {
    kernel.location = resolver.parse(first, state_.directory);
    kernel.entry = find_entry(kernel.location, resolver);
    if (!kernel.entry) kernel.file = resolver.find(kernel.location);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    // `ls` in a directory that cannot be read any more is still a command.
    if (path_like) std::throw_with_nested(Error(shown(first)));
  }

  if (kernel.entry) return kernel;
  if (kernel.file) return boot_of_file(std::move(kernel));
  if (auto device = find_device(words)) return device;
  if (!path_like) return std::nullopt;
  fail("{}: no such file or directory", shown(first));
}

std::optional<BootTarget> Interpreter::find_device(const std::vector<std::string>& words) {
  const auto is_device = [this](std::string_view name) { return system_.resolver.mounter().is_device(name); };
  auto device = parse_device(words[0], is_device);
  if (!device) return std::nullopt;
  return DeviceTarget{std::move(device->device), words};
}

std::optional<BootTarget> Interpreter::boot_of_file(KernelTarget kernel) {
  const std::string& first = kernel.words[0];
  const ResolvedFile& file = *kernel.file;
  if (std::holds_alternative<Url>(file.location)) return kernel;
  switch (file.kind) {
    case FileKind::directory:
      fail("{}: not a file", printable(first));
    case FileKind::block_device:
      return DeviceTarget{file.local_path, kernel.words};
    case FileKind::other:
      fail("{}: not a regular file", printable(first));
    case FileKind::regular:
      break;
  }
  const UrlFacts facts =
      with_noun(printable(first), [&] { return system_.resolver.probe(file, kContentsHead, {}); });
  if (probe_image(facts.head)) return kernel;
  if (auto image = entries_.find_image(kernel.words, facts.head)) return *std::move(image);
  if (!is_path_like(first) || is_program(file, facts.head)) return std::nullopt;
  fail("{}: not a kernel: {}", printable(first), describe_contents(facts.head));
}

}  // namespace kboot
