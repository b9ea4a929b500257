#include "config/formats/grub.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/formats/grub/lister.h"
#include "config/formats/grub/machine.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

void run(const FilePlace& file, SourceReader& reader, GrubMachine& machine) {
  const std::string text = read_source(file, reader);
  machine.menus_seen.insert(file.str());
  try {
    machine.run_text(text, file);
  } catch (const GrubStop&) {
    // It was said; what came before counts.
  }
  machine.menu->variables = machine.variables;
  machine.menu->loops = machine.devices.loops();
}

/// A script without a menu that starts a kernel by itself.
void add_loaded(const GrubLoad& load, BootSource& source) {
  if (!load.boots || !load.kernel) return;
  SourceEntry entry;
  entry.title = file_name_of(load.kernel->path);
  entry.file = source.file;
  entry.kind = load.kind;
  entry.kernel = load.kernel;
  entry.initrds = load.initrds;
  entry.modules = load.modules;
  entry.devicetree = load.devicetree;
  entry.cmdline = load.cmdline;
  entry.why = load.why;
  source.entries.push_back(std::move(entry));
  source.default_entry = 0;
}

}  // namespace

BootSource read_grub(const FilePlace& file, SourceReader& reader,
                     const std::map<std::string, std::string>& exported) {
  BootSource source{.format = "grub", .file = file};
  GrubMachine machine(file, reader, source.diagnostics);
  for (const auto& [name, value] : exported) {
    machine.variables.set(name, value);
    machine.variables.export_name(name);
  }
  run(file, reader, machine);
  const GrubLoad loaded = std::move(machine.load);
  const std::shared_ptr<GrubMenu> menu = machine.menu;
  GrubLister lister(machine, source);
  source.default_entry = lister.list(*menu, {});
  source.timeout = lister.timeout(*menu);
  if (menu->items.empty()) add_loaded(loaded, source);
  machine.end_diagnostics();
  return source;
}

std::map<std::string, std::string> grub_variables(const FilePlace& file, SourceReader& reader) {
  Diagnostics diagnostics;
  GrubMachine machine(file, reader, diagnostics);
  run(file, reader, machine);
  // A configuration that only leads on to another has the other's variables.
  const GrubMenu* menu = machine.menu.get();
  while (!menu->items.empty() && menu->items.front().type == GrubMenuItem::Type::shown)
    menu = menu->items.front().menu.get();
  return menu->variables.all();
}

}  // namespace kboot
