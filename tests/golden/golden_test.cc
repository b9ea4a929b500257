// Golden cases of what configurations are read. A case of kboot.conf is a folder kboot_conf/NAME:
//
//   kboot.conf     the booted system's file
//   built_in.conf  (optional) the one built into the initramfs, read before it
//   cmdline        (optional) the command line kboot's kernel was started with, read after it
//   expected.json  "variables": NAME -> value and where it was set; "settings": those that are set;
//   "diagnostics"
//
// One of the Boot Loader Specification is a folder bls/NAME with entry.conf and what is expected of it.
//
// One of boot sources is a folder entries/NAME with a folder for each disk, `devices` (a --device option of
// kboot a line) and what `kboot -n --json -c entries` is to print; with a file `place`, `-c 'entries PLACE'`.
// The machine was started by a BIOS, or as the file `firmware` says, `uefi`. tests/golden/entries/README.md
// says where each comes from.
//
// A new case: make the folder, run `KBOOT_GOLDEN_ACCEPT=1 golden_test kboot.conf/NAME`, which writes
// expected.json, and read that.
#define CATCH_CONFIG_RUNNER
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "config/bls_entry.h"
#include "config/kboot_conf.h"
#include "config/kernel_command_line.h"
#include "config/settings.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/device_trees.h"
#include "tests/unit/fakes/fake_fetcher.h"
#include "tests/unit/fakes/fake_initiator.h"
#include "tests/unit/fakes/fake_machine_facts.h"
#include "tests/unit/fakes/fake_volumes.h"

namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 1 << 20;

/// JSON is UTF-8, a kboot.conf need not be: other bytes are shown as \xNN.
json text_to_json(const std::string& text) {
  return kboot::printable(text);
}

json variables_to_json(const kboot::Variables& variables) {
  json result = json::object();
  for (const auto& [name, variable] : variables.all()) {
    const std::string where =
        variable.where.empty() ? std::string(source_name(variable.source)) : variable.where;
    result[name] = {{"value", text_to_json(variable.value)}, {"where", where}};
  }
  return result;
}

json settings_to_json(const kboot::Settings& settings) {
  json result = {{"mount_rw", settings.mount_rw}, {"restricted", settings.restricted}};
  const auto add_text = [&](const char* name, const std::optional<std::string>& value) {
    if (value) result[name] = text_to_json(*value);
  };
  const auto add_seconds = [&](const char* name, std::optional<std::chrono::seconds> value) {
    if (value) result[name] = value->count();
  };
  if (settings.handoff) result["handoff"] = true;
  add_text("authorized_keys", settings.authorized_keys);
  add_text("default", settings.default_line);
  add_text("initrd", settings.initrd);
  add_text("message", settings.message);
  add_text("root", settings.root);
  add_seconds("delay", settings.delay);
  add_seconds("timeout", settings.timeout);
  add_seconds("wait", settings.wait);
  return result;
}

json to_json(const kboot::Diagnostics& diagnostics) {
  json messages = json::array();
  for (const kboot::Diagnostic& diagnostic : diagnostics) messages.push_back(diagnostic.str());
  return messages;
}

/// What kboot makes of the entry in the folder `path`.
json read_bls_case(const std::filesystem::path& path) {
  kboot::Diagnostics diagnostics;
  const kboot::BlsEntry entry = kboot::read_bls_entry(
      kboot::read_file_if_there(path / "entry.conf", kMaxFile).value(), "entry.conf", diagnostics);
  return {{"linux", text_to_json(entry.linux)},
          {"initrds", entry.initrds},
          {"options", text_to_json(entry.options)},
          {"architecture", text_to_json(entry.architecture)},
          {"diagnostics", to_json(diagnostics)}};
}

/// A case's machine was started by a BIOS, unless its file `firmware` says `uefi`: that of the machine which
/// runs the tests does not count.
kboot::Firmware firmware_of(const std::filesystem::path& path) {
  const auto word = kboot::read_file_if_there(path / "firmware", kMaxFile);
  if (!word) return kboot::Firmware::bios;
  REQUIRE(kboot::trim(*word) == "uefi");
  return kboot::Firmware::uefi;
}

kboot::EntryList list_case(const std::filesystem::path& path, kboot::Resolver& resolver) {
  kboot::test::FakeMachineFacts machine;
  machine.started_by = firmware_of(path);
  if (const auto word = kboot::read_file_if_there(path / "place", kMaxFile)) {
    const auto place = kboot::find_place(kboot::trim(*word), resolver, kboot::KbootPath{"/"});
    return kboot::list_place(place.value(), resolver, machine);
  }
  const auto no_note = [](const std::string& message) { FAIL(message); };
  return kboot::list_all(resolver, no_note, machine);
}

/// What can be booted on the disks that `devices` names, a `--device` option a line, each a folder of the
/// case.
json read_entries_case(const std::filesystem::path& path) {
  std::vector<std::string> options;
  const std::string text = kboot::read_file_if_there(path / "devices", kMaxFile).value();
  for (const std::string_view line : kboot::lines_of(text)) {
    std::string option(line);
    option.insert(option.find('=') + 1, path.string() + "/");
    options.push_back(std::move(option));
  }
  const std::unique_ptr<kboot::Mounter> mounter = kboot::make_tree_mounter(options);
  kboot::test::FakeFetcher fetcher;
  kboot::test::FakeVolumes volumes;
  kboot::test::FakeInitiator initiator;
  kboot::Resolver resolver(*mounter, fetcher, volumes, initiator);
  return json::parse(kboot::entries_json(list_case(path, resolver)));
}

/// What kboot makes of the files of the folder `path`.
json read_case(const std::filesystem::path& path) {
  kboot::Variables variables;
  kboot::Diagnostics diagnostics;
  const auto add = [&](kboot::Diagnostics more) {
    diagnostics.insert(diagnostics.end(), more.begin(), more.end());
  };
  if (const auto text = kboot::read_file_if_there(path / "built_in.conf", kMaxFile)) {
    add(kboot::read_kboot_conf(*text, "built_in.conf", kboot::Source::built_in, variables));
  }
  add(kboot::read_kboot_conf(kboot::read_file_if_there(path / "kboot.conf", kMaxFile).value(), "kboot.conf",
                             kboot::Source::booted_system, variables));
  if (const auto text = kboot::read_file_if_there(path / "cmdline", kMaxFile)) {
    kboot::read_kernel_command_line(*text, variables);
  }
  add(check_names(variables));
  const kboot::Settings settings = read_settings(variables, diagnostics);

  return {{"variables", variables_to_json(variables)},
          {"settings", settings_to_json(settings)},
          {"diagnostics", to_json(diagnostics)}};
}

/// One folder as a Catch2 test.
class GoldenCase : public Catch::ITestInvoker {
 public:
  using ReadCase = json (*)(const std::filesystem::path& path);
  GoldenCase(std::filesystem::path path, ReadCase read_case)
      : path_(std::move(path)), read_case_(read_case) {}

  void invoke() const override {
    const json actual = read_case_(path_);
    const std::filesystem::path expected_path = path_ / "expected.json";
    if (std::getenv("KBOOT_GOLDEN_ACCEPT") != nullptr) std::ofstream(expected_path) << actual.dump(2) << '\n';
    const auto expected = kboot::read_file_if_there(expected_path, kMaxFile);
    REQUIRE(expected.has_value());
    // The differences by their place in the document (RFC 6901, 6902), instead of two long documents.
    CHECK(json::diff(json::parse(*expected), actual).dump(2) == "[]");
  }

 private:
  std::filesystem::path path_;
  ReadCase read_case_;
};

std::vector<std::filesystem::path> folders_of(const std::filesystem::path& parent) {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(parent)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

void register_cases(const std::string& folder, const std::string& name, GoldenCase::ReadCase read_case) {
  for (const auto& path : folders_of(std::filesystem::path(KBOOT_GOLDEN_DIR) / folder)) {
    auto* invoker = new GoldenCase(path, read_case);  // Catch2 owns it
    Catch::getMutableRegistryHub().registerTest(Catch::makeTestCase(
        invoker, "", {name + "/" + path.filename().string(), "[golden]"}, CATCH_INTERNAL_LINEINFO));
  }
}

}  // namespace

int main(int argc, char** argv) {
  register_cases("kboot_conf", "kboot.conf", read_case);
  register_cases("entries", "entries", read_entries_case);
  register_cases("bls", "bls", read_bls_case);
  return Catch::Session().run(argc, argv);
}
