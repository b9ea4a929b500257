#include "tests/unit/fakes/fake_machine.h"

#include <nlohmann/json.hpp>

namespace kboot::test {

Stream::Stream() : file_(std::tmpfile()) {
  REQUIRE(file_ != nullptr);
}

Stream::~Stream() {
  std::fclose(file_);
}

std::string Stream::take() {
  std::fflush(file_);
  std::string text;
  std::fseek(file_, read_, SEEK_SET);
  for (int c = 0; (c = std::fgetc(file_)) != EOF;) text += static_cast<char>(c);
  read_ = std::ftell(file_);
  return text;
}

Machine::Machine() {
  TemporaryFolder& boot = mounter.add({.node = "/dev/sda1", .type = "ext4", .uuid = "1111"});
  boot.write("vmlinuz", kernel);
  boot.write("initrd.img", "abcde");
  TemporaryFolder& root = mounter.add({.node = "/dev/sda2", .type = "ext4", .label = "root", .uuid = "2222"});
  root.write("etc/fstab", "UUID=2222 / ext4 defaults 0 1\n/dev/sda1 /boot ext4 defaults 0 2\n");
  root.write("etc/kboot.conf", "linux=\"/boot/vmlinuz initrd=/boot/initrd.img quiet\"\ndefault=linux\n");
  root.write("etc/motd", "hello\n");
  root.make_folder("boot");
  TemporaryFolder& other = mounter.add({.node = "/dev/sda6", .type = "ext4", .uuid = "6666"});
  other.write("vmlinuz", kernel);
  other.write("short", kernel.substr(0, 1500));
  other.write("text", "hello\n");
  other.write("d/x", "0123456");
  fetcher.files["http://server/vmlinuz"] = kernel;
  fetcher.files["http://server/initrd"] = "fgh";
}

Machine::~Machine() = default;

System Machine::system() {
  return {resolver, kexec,          network,        connection,   clock,    shell,        trees,
          consoles, keyboard,       password_guard, history,      watchdog, booted_entry, firmware_boot,
          handoffs, persistent_log, ssh_server,     ssh_settings, ledger,   published,    commands()};
}

Fixture::Fixture(Mode mode, Report::Style style)
    : report(results.file(), people.file(), style), session(system(), report, Place::loader, mode) {
  configure({});
}

Fixture::~Fixture() = default;

void Fixture::configure(const std::vector<std::pair<std::string, std::string>>& set) {
  ConfigurationSources sources;
  sources.kboot_conf = "/nonexistent";
  sources.kernel_command_line = "console=ttyS0 root=/dev/sda2";
  sources.copy_from_booted = true;
  sources.set = set;
  session.configure(read_configuration(sources, resolver), FstabOf::booted_system);
}

std::string Fixture::failure_of(std::string_view line) {
  people.take();
  CHECK(session.run_line(line) == Status::failed);
  CHECK(events.empty());
  return people.take();
}

std::string Fixture::boot(std::string_view line) {
  INFO(line);
  events.clear();
  try {
    session.run_line(line);
    FAIL("did not boot: " << people.take());
  } catch (const MachineIsGone&) {
  }
  return kexec.cmdline;
}

DryRun::DryRun() : Fixture(Mode::dry_run, Report::Style::json) {}

nlohmann::json DryRun::json(std::string_view line) {
  results.take();
  session.run_line(line);
  const std::string text = results.take();
  INFO(line << ": " << people.take());
  REQUIRE_FALSE(text.empty());
  return nlohmann::json::parse(text);
}

}  // namespace kboot::test
