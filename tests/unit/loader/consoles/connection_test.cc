#include "loader/consoles/connection.h"

#include <algorithm>
#include <csignal>

#include <sys/prctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "base/process.h"
#include "loader/consoles/dropbear.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A process of that name which waits to be ended.
class Named {
 public:
  explicit Named(const char* name) : process_(fork_child(name)) {
    if (process_ == 0) {
      ::prctl(PR_SET_NAME, name);
      for (;;) ::pause();
    }
    const std::string comm = "/proc/" + std::to_string(process_) + "/comm";
    for (int i = 0; i < 1000 && read_file_if_there(comm, 64) != std::string(name) + "\n"; ++i)
      ::usleep(10'000);
  }
  ~Named() { end_child(process_, {.grace = std::chrono::milliseconds(0)}); }
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;
  pid_t process() const { return process_; }

 private:
  pid_t process_;
};

bool contains(const std::vector<pid_t>& processes, const Named& one) {
  return std::find(processes.begin(), processes.end(), one.process()) != processes.end();
}

}  // namespace

TEST_CASE_METHOD(TemporaryFolder, "connection: the ssh server that waits for clients is spared") {
  const Named listener("dropbear");
  const Named client("dropbear");
  const Named other("sleep");
  CHECK_FALSE(ssh_listener(path("pid")));
  write("pid", std::to_string(listener.process()) + "\n");
  CHECK(ssh_listener(path("pid")) == listener.process());
  const std::vector<pid_t> found = ssh_connections(ssh_listener(path("pid")));
  CHECK_FALSE(contains(found, listener));
  CHECK(contains(found, client));
  CHECK_FALSE(contains(found, other));
  CHECK(contains(ssh_connections(std::nullopt), listener));
}

TEST_CASE("connection: the ssh server leaves its number where it is looked for") {
  const std::string script =
      read_file_if_there(KBOOT_SOURCE "/initramfs/root/lib/kboot/ssh", 65536).value_or("");
  CHECK_THAT(script, Catch::Contains("given=/run/kboot/ssh ") && Catch::Contains("-P \"$given/pid\""));
  CHECK(kSshListenerFile == std::string("/run/kboot/ssh/pid"));
}
