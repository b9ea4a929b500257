#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

std::string text_of(const std::string& path) {
  return read_file_if_there(path, 100).value_or("(not there)");
}

}  // namespace

TEST_CASE_METHOD(Fixture, "fetch: into a file, a directory, the current directory") {
  fetcher.files["http://server/d/notes"] = "abc";
  const TemporaryFolder& disk = mounter.disk("/dev/sda6");
  CHECK(session.run_line("fetch http://server/d/notes sda6:/d/mine") == Status::done);
  CHECK(results.take() == "sda6:/d/mine: 3 bytes\n");
  CHECK(text_of(disk.path("d/mine")) == "abc");
  CHECK(session.run_line("fetch http://server/d/notes sda6:/d") == Status::done);
  CHECK(text_of(disk.path("d/notes")) == "abc");
  session.run_line("cd sda6:/d");
  fetcher.files["http://server/d/notes"] = "new";
  CHECK(session.run_line("fetch http://server/d/notes") == Status::done);
  CHECK(results.take() == "sda6:/d/notes: 3 bytes\nnotes: 3 bytes\n");
  CHECK(text_of(disk.path("d/notes")) == "new");
  CHECK(session.run_line("fetch http://server/d/notes here") == Status::done);
  CHECK(text_of(disk.path("d/here")) == "new");
}

TEST_CASE_METHOD(Fixture, "fetch: nothing is left of what fails, and the old file stays") {
  const TemporaryFolder& disk = mounter.disk("/dev/sda6");
  CHECK(failure_of("fetch http://user:secret@server/none sda6:/d/x") ==
        "http://server/none: 404 Not Found\n");
  CHECK(text_of(disk.path("d/x")) == "0123456");
  CHECK(text_of(disk.path("d/x.part")) == "(not there)");
  fetcher.files["http://server/k"] = "abc";
  CHECK(failure_of("fetch http://server/k sda6:/none/x") == "sda6:/none/x: no such file or directory\n");
  CHECK(failure_of("fetch http://server/k http://server/k") == "http://server/k: not a place to write to\n");
  // Nothing is fetched for a place that is not there.
  CHECK(fetcher.fetched == Strings{"http://user:secret@server/none"});
  CHECK(session.run_line("fetch") == Status::usage);
  CHECK(session.run_line("fetch /boot/vmlinuz") == Status::usage);
}

TEST_CASE_METHOD(Fixture, "fetch: a current directory that was removed is an error") {
  fetcher.files["http://server/k"] = "abc";
  const TemporaryFolder& disk = mounter.disk("/dev/sda6");
  session.run_line("cd sda6:/d");
  std::filesystem::remove_all(disk.path("d"));
  CHECK(failure_of("fetch http://server/k") == "current directory: no such file or directory\n");
  CHECK(failure_of("fetch http://server/k x") == "x: no such file or directory\n");
  CHECK(fetcher.fetched.empty());
}

TEST_CASE_METHOD(DryRun, "fetch: a dry run only says what would be") {
  session.run_line("fetch http://server/vmlinuz sda6:/d/mine");
  CHECK(people.take() == "http://server/vmlinuz: would be written to sda6:/d/mine\n");
  CHECK(fetcher.fetched.empty());
}

TEST_CASE_METHOD(Fixture, "log --upload: the log goes to a server; a folder's URL gets a name") {
  network.all_links = {{.name = "eth0", .mac = "52:54:00:12:34:56"}};
  fetcher.files["http://u:p@server/logs/kboot-525400123456.log"] = "";
  CHECK(session.run_line("log --upload http://u:p@server/logs/") == Status::done);
  CHECK(fetcher.uploaded.size() == 1);
  CHECK_THAT(people.take(), Catch::Contains("sent to http://server/logs/kboot-525400123456.log\n"));
  CHECK(failure_of("log --upload http://u:p@server/none") == "http://server/none: 404 Not Found\n");
}

TEST_CASE_METHOD(Fixture, "ping and nslookup: a host however it is written, and never an option") {
  session.run_line("ping files.lan");
  session.run_line("ping https://[fd77::1]:8443/x");
  session.run_line("nslookup files.lan 10.0.0.1");
  session.run_line("ping 'a b;c'");
  CHECK(shell.lines == Strings{"ping -c 3 -w 10 files.lan", "ping -c 3 -w 10 fd77::1",
                               "nslookup files.lan 10.0.0.1", "ping -c 3 -w 10 'a b;c'"});
  CHECK(session.run_line("ping -f files.lan") == Status::usage);
  CHECK(session.run_line("ping -f") == Status::usage);
  CHECK_THAT(people.take(), Catch::Contains("!ping is BusyBox's own"));
}

TEST_CASE_METHOD(Fixture, "boot: kernel and initrds are fetched together; what is here is looked at before") {
  fetcher.files["http://server/second"] = "ij";
  boot("http://server/vmlinuz initrd=http://server/initrd,http://server/second");
  CHECK(fetcher.batches == 1);
  CHECK(kexec.initrd == std::string("fgh\0ij", 6));
  events.clear();
  CHECK(failure_of("http://server/vmlinuz initrd=/boot/none") ==
        "initrd=/boot/none: no such file or directory\n");
  CHECK(fetcher.batches == 1);
}

TEST_CASE_METHOD(Fixture, "insecure: is said of each URL that is not checked") {
  fetcher.files["https://server/notes#insecure=true"] = "abc\n";
  session.run_line("cat https://server/notes#insecure=true");
  CHECK_THAT(people.take(), Catch::Contains("https://server/notes: insecure=true: nobody looks whether"));
  fetcher.files["https://server/notes"] = "abc\n";
  session.run_line("cat https://server/notes");
  CHECK(people.take().empty());
}

TEST_CASE_METHOD(Fixture, "net.proxy: goes to the fetcher as it is set") {
  session.run_line("net.proxy=http://proxy:3128");
  session.run_line("net.noproxy=lan");
  CHECK(fetcher.proxies == "http://proxy:3128 but lan");
}
