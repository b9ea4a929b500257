// Files by TFTP, through the fetcher and a socket, from servers of every temper.

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "netfetch/curl/fetcher.h"
#include "tests/unit/netfetch/contents.h"
#include "tests/unit/netfetch/loopback_tftp.h"

/// Whether this machine's kernel has IPv6, for the functions below.
static std::atomic<bool> has_ipv6 = true;
/// A name with an address of each family, the newer one first.
static constexpr const char* kBothFamilies = "both.example";

extern "C" int socket(int domain, int type, int protocol) noexcept {
  static const auto real = reinterpret_cast<int (*)(int, int, int)>(::dlsym(RTLD_NEXT, "socket"));
  if (domain != AF_INET6 || has_ipv6) return real(domain, type, protocol);
  errno = EAFNOSUPPORT;
  return -1;
}

extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (std::string_view(host) != kBothFamilies) return real(host, port, hints, found);
  if (const int error = real("::1", port, hints, found); error != 0) return error;
  return real("127.0.0.1", port, hints, &(*found)->ai_next);
}

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::file_of;
using kboot::test::LoopbackTftp;
using kboot::test::TftpRequest;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

std::string fetch(const std::string& url, const FetchOptions& options = {}) {
  CurlFetcher fetcher;
  return read_file(fetcher.fetch(Url::parse(url), options).fd(), std::size_t{64} << 20);
}

FetchOptions impatient() {
  FetchOptions options;
  options.connect_deadline = 1s;
  options.stall_deadline = 1s;
  options.retry_deadline = 0s;
  return options;
}

}  // namespace

TEST_CASE("A file comes whole by TFTP, whatever its size") {
  const std::size_t size = GENERATE(0U, 1U, 1447U, 1448U, 1449U, 92'672U, 300'000U);
  const std::string contents = file_of(size);
  std::string asked;
  {
    const LoopbackTftp server([&](const TftpRequest& request) {
      asked = request.file();
      request.serve(contents);
    });
    CHECK(fetch(server.url("/pxe/linux%201;mode=octet")) == contents);
  }
  CHECK(asked == "pxe/linux 1");
}

TEST_CASE("An address of a family that the kernel does not have is passed over") {
  const LoopbackTftp server([](const TftpRequest& request) { request.serve("kernel"); });
  has_ipv6 = false;
  CHECK(fetch(server.url("/k", kBothFamilies), impatient()) == "kernel");
  CHECK_THROWS_WITH(fetch("tftp://[::1]/k", impatient()),
                    "connect to ::1 port 69: Address family not supported by protocol");
  has_ipv6 = true;
}

TEST_CASE("A path with two slashes is an absolute one for TFTP") {
  std::string asked;
  {
    const LoopbackTftp server([&](const TftpRequest& request) {
      asked = request.file();
      request.serve("x");
    });
    fetch(server.url("//srv/tftp/x"));
  }
  CHECK(asked == "/srv/tftp/x");
}

TEST_CASE("What is lost on the way is sent again, without the second that others wait") {
  const std::string contents = file_of(3'000'000);
  const LoopbackTftp server([&](const TftpRequest& request) {
    request.serve(contents, [](std::size_t n) { return n % 50 == 1; });
  });
  CHECK(fetch(server.url("/x")) == contents);
}

TEST_CASE("A TFTP server's refusal is told and not tried again") {
  std::atomic<int> requests = 0;
  const LoopbackTftp server([&](const TftpRequest& request) {
    ++requests;
    request.refuse(1, "File not found");
  });
  CHECK_THROWS_WITH(fetch(server.url("/x")), "no such file on the server");
  CHECK(requests == 1);
}

TEST_CASE("A port where no TFTP server listens is told at once") {
  const std::uint16_t port = LoopbackTftp([](const TftpRequest&) {}).port();
  const std::string server = "127.0.0.1:" + std::to_string(port);
  CHECK_THROWS_WITH(fetch("tftp://" + server + "/x"),
                    "no TFTP server at 127.0.0.1 port " + std::to_string(port));
}

TEST_CASE("A name's addresses are asked one after the other") {
  const LoopbackTftp server([&](const TftpRequest& request) { request.serve("x"); });
  // It is ::1, too, in most places, where nobody listens.
  CHECK(fetch(server.url("/x", "localhost")) == "x");
}

TEST_CASE("A TFTP server that does not exist is told") {
  // No name server needs to be asked for a name with a part of more than 63 characters.
  const std::string host(64, 'a');
  CHECK_THROWS_WITH(fetch("tftp://" + host + "/x"), "no address for " + host);
}

TEST_CASE("A TFTP server that never answers is given up") {
  const LoopbackTftp server([](const TftpRequest&) {});
  CHECK_THROWS_WITH(fetch(server.url("/x"), impatient()),
                    "no answer from 127.0.0.1 port " + std::to_string(server.port()) + " within 1 seconds");
}

TEST_CASE("A TFTP server that falls silent is asked from the beginning") {
  const std::string contents = file_of(300'000);
  int requests = 0;
  std::vector<std::string> notices;
  FetchOptions options = impatient();
  options.retry_deadline = 10s;
  options.notice = [&](const std::string& message) { notices.push_back(message); };
  {
    const LoopbackTftp server([&](const TftpRequest& request) {
      request.serve(contents, nullptr, ++requests == 1 ? 100 : SIZE_MAX);
    });
    CHECK(fetch(server.url("/x"), options) == contents);
  }
  CHECK(requests == 2);
  REQUIRE(notices.size() == 1);
  // Its socket is closed, which the kernel tells the client.
  CHECK_THAT(notices.front(), EndsWith("has stopped sending; trying again"));
}

TEST_CASE("A TFTP server that trickles counts as silent") {
  const LoopbackTftp server([](const TftpRequest& request) {
    for (std::size_t i = 1; i < 100; ++i) {
      request.send(TftpRequest::number(3) + TftpRequest::number(i) + std::string(512, 'x'));
      if (!request.receive(10'000)) return;
      std::this_thread::sleep_for(700ms);
    }
  });
  CHECK_THROWS_WITH(fetch(server.url("/x"), impatient()),
                    Contains("sent less than 1 KiB a second for 1 seconds, after"));
}

TEST_CASE("Another's datagrams do not get into a file") {
  const std::string contents = file_of(3000);
  std::string told;
  {
    const LoopbackTftp server([&](const TftpRequest& request) {
      request.send(TftpRequest::number(3) + TftpRequest::number(1) + contents.substr(0, 512));
      request.receive(1000);
      // A second transfer to the same client, as a repeated request gives rise to.
      const TftpRequest other = request.from_another_port();
      other.send(TftpRequest::number(3) + TftpRequest::number(2) + "evil");
      told = other.receive(1000).value_or("");
      for (std::size_t i = 2; i <= 6; ++i)
        request.send(TftpRequest::number(3) + TftpRequest::number(i) + contents.substr((i - 1) * 512, 512));
      request.receive(1000);
    });
    CHECK(fetch(server.url("/x")) == contents);
  }
  CHECK(told.substr(0, 4) == TftpRequest::number(5) + TftpRequest::number(5));
}

TEST_CASE("The head of a file by TFTP, and its size; then the server is told that it is enough") {
  const std::string contents = file_of(300'000);
  std::string told;
  {
    const LoopbackTftp server([&](const TftpRequest& request) { told = request.serve(contents); });
    CurlFetcher fetcher;
    const UrlFacts facts = fetcher.probe(Url::parse(server.url("/x")), 100, {});
    CHECK(facts.size == contents.size());
    CHECK(facts.head == contents.substr(0, 100));
    std::this_thread::sleep_for(100ms);
  }
  CHECK(told.substr(0, 2) == TftpRequest::number(5));
}

TEST_CASE("A file that TFTP announces as too long is refused before it comes") {
  FetchOptions options;
  options.size_limit = 1000;
  const LoopbackTftp server([](const TftpRequest& request) { request.serve(file_of(3000)); });
  CHECK_THROWS_WITH(fetch(server.url("/x"), options), "too long: there is room for 1000 bytes");
}

TEST_CASE("Nothing is uploaded by TFTP") {
  CurlFetcher fetcher;
  CHECK_THROWS_WITH(fetcher.upload(Url::parse("tftp://127.0.0.1/x"), "x", {}),
                    "nothing is sent by tftp: only by http, https and ftp");
}
