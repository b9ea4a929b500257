#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/memory_file.h"
#include "base/unique_fd.h"
#include "loader/boot/boot_entry.h"
#include "loader/boot/handoff_file.h"
#include "loader/boot/image.h"
#include "pathfs/resolver.h"

namespace kboot {

/// The file that a plan calls the kernel is complete, and is none.
class NotAKernel : public Error {
 public:
  using Error::Error;
};

/// A file of the plan: where it is and how it was written.
struct PlannedFile {
  std::string as_written;
  ResolvedFile file;
};

/// A file that a multiboot kernel is given, with its own words.
struct PlannedModule {
  PlannedFile file;
  std::string cmdline;
};

/// What has to start the kernel of a plan.
enum class Starter { kexec, uki, multiboot };

/// A boot entry whose files were found.
struct BootPlan {
  PlannedFile kernel;
  std::vector<PlannedFile> initrds;
  std::vector<PlannedModule> modules;  ///< multiboot only
  Starter starter = Starter::kexec;
  std::size_t uki_profile = 0;     ///< of a Unified Kernel Image
  std::vector<std::string> parts;  ///< the same, as SourceEntry has it
  std::string cmdline;
  std::string origin;
  std::vector<HandoffFile> handoff;  ///< packed behind the last initrd
};

/// The files of a plan, opened and checked: what Kexec::load takes. Holds file systems busy until it is
/// destroyed.
struct KernelImage {
  UniqueFd kernel;
  std::optional<UniqueFd> initrd;  ///< all initrds and the hand-over joined, each padded to 4 bytes
  std::string cmdline;
  ImageFacts facts;
};

/// Finds all files of an entry; relative paths are taken from `cwd`. Nothing is opened, nothing downloaded.
/// Throws Error with the word as written in front: `initrd=/boot/x: no such file or directory`.
BootPlan make_plan(const BootEntry& entry, Resolver& resolver, const Location& cwd);
/// The same for a kernel that was found already.
BootPlan make_plan(const BootEntry& entry, ResolvedFile kernel, Resolver& resolver, const Location& cwd);

/// Adds a module of a multiboot kernel, whose file is found. Throws Error as make_plan() does.
void add_module(BootPlan& plan, const std::string& as_written, const std::string& cmdline, Resolver& resolver,
                const Location& cwd);

/// Adds what the booted system is to be given: words to the command line, files to the initrds. A kernel
/// without an initrd has nobody to take the files, so it gets none. Whether a Unified Kernel Image has one
/// is seen when it is staged.
void add_handoff(BootPlan& plan, Handoff handoff);

/// Looks at the first bytes of each file, without downloading any whole: is the kernel one, is it whole, does
/// the command line fit, is each initrd there and not empty? Throws Error.
void check_plan(const BootPlan& plan, Resolver& resolver);

/// Opens (downloads, all at the same time) everything and checks it as check_plan() does. `options_for` gives
/// the options of each download by its file's name as it is shown. Throws Error, Cancelled.
using OptionsFor = std::function<FetchOptions(const std::string& shown_name)>;
KernelImage stage(const BootPlan& plan, Resolver& resolver, const OptionsFor& options_for);

/// Reads the kernel through to its end: throws the Error that the loader's kernel, which could not read it,
/// gave no name to. (Initrds are in memory.)
void require_readable_kernel(const BootPlan& plan, const KernelImage& image);

/// The plan for people: a line each for kernel, initrds, files handed over, command line and origin.
std::string plan_text(const BootPlan& plan);

}  // namespace kboot
