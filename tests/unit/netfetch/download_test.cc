// Downloads that break, and how they are taken up again; several at the same time.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "netfetch/curl/fetcher.h"
#include "tests/unit/netfetch/contents.h"
#include "tests/unit/netfetch/loopback_ftp.h"
#include "tests/unit/netfetch/loopback_server.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::Connection;
using kboot::test::file_of;
using kboot::test::FtpSession;
using kboot::test::LoopbackServer;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kSize = 300'000;
constexpr const char* kDigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string contents(const MemoryFile& file) {
  return read_file(file.fd(), std::size_t{64} << 20);
}

FetchOptions patient(std::vector<std::string>& notices) {
  FetchOptions options;
  options.stall_deadline = 1s;
  options.retry_deadline = 6s;
  options.notice = [&](const std::string& message) { notices.push_back(message); };
  return options;
}

/// Where the range that a request asks for begins; 0 when it asks for none.
std::size_t range_start(const std::string& request) {
  const std::size_t at = request.find("Range: bytes=");
  return at == std::string::npos ? 0 : std::stoul(request.substr(at + 13));
}

/// What is left of `file` behind `start`, announced as that, but only `sent` bytes of it.
void send_rest(const Connection& connection, const std::string& file, std::size_t start, std::size_t sent,
               const std::string& version) {
  const std::string length = std::to_string(file.size() - start);
  const std::string range = "Content-Range: bytes " + std::to_string(start) + "-" +
                            std::to_string(file.size() - 1) + "/" + std::to_string(file.size()) + "\r\n";
  connection.send(
      (start == 0 ? std::string("HTTP/1.1 200 OK\r\n") : "HTTP/1.1 206 Partial Content\r\n" + range) +
      (version.empty() ? "" : "ETag: " + version + "\r\n") + "Content-Length: " + length + "\r\n\r\n");
  connection.send(file.substr(start, sent));
}

}  // namespace

TEST_CASE("download: what breaks off goes on where it broke, and is checked as a whole") {
  const std::string file = file_of(kSize);
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    send_rest(connection, file, range_start(request), 100'000, "\"v1\"");
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), patient(notices))) == file);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].find("Range:") == std::string::npos);
  CHECK_THAT(requests[1], Catch::Contains("\r\nRange: bytes=100000-\r\n"));
  CHECK_THAT(requests[1], Catch::Contains("\r\nIf-Range: \"v1\"\r\n"));
  CHECK_THAT(requests[2], Catch::Contains("\r\nRange: bytes=200000-\r\n"));
  REQUIRE(notices.size() == 2);
  CHECK(notices[0] == "the connection closed after 100000 of 300000 bytes; trying again");
}

TEST_CASE("download: a file that has changed meanwhile, or cannot be told from another, is begun again") {
  const std::string version = GENERATE(as<std::string>(), "\"v\"", "W/\"weak\"", "");
  INFO(version);
  const std::string before(kSize, 'x');
  const std::string after = file_of(kSize);
  std::atomic<int> number{0};
  const LoopbackServer server([&](const Connection& connection, const std::string&) {
    if (number++ == 0)
      send_rest(connection, before, 0, 100'000, version);
    else  // as RFC 9110, 13.1.5 has it: the whole
      send_rest(connection, after, 0, kSize, version.empty() ? "" : "\"other\"");
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), patient(notices))) == after);
  CHECK((server.requests()[1].find("Range:") != std::string::npos) == (version == "\"v\""));
}

TEST_CASE("download: a part that may be another file's is not put together with what is there") {
  const std::string file = file_of(kSize);
  // What the second answer says of the part that was asked for.
  const std::string headers =
      GENERATE(as<std::string>(), "Content-Range: bytes 100000-299999/300000\r\n",  // of no version
               "Content-Range: bytes 100000-299999/300000\r\nETag: \"other\"\r\n",  // of another
               "Content-Range: bytes 50000-299999/300000\r\nETag: \"v1\"\r\n",      // not the part
               "ETag: \"v1\"\r\n",                                                  // a part, but which?
               "Content-Range: gibberish\r\nETag: \"v1\"\r\n");
  INFO(headers);
  const bool empty = headers == "Content-Range: gibberish\r\nETag: \"v1\"\r\n";
  std::atomic<bool> server_sends_all{false};
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    if (range_start(request) != 0)
      connection.send("HTTP/1.1 206 Partial Content\r\n" + headers +
                      "Content-Length: " + (empty ? "0" : "4") + "\r\n\r\n" + (empty ? "" : "oops"));
    else
      send_rest(connection, file, 0, server_sends_all ? kSize : 100'000, "\"v1\"");
    server_sends_all = true;
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), patient(notices))) == file);
  REQUIRE(server.requests().size() == 3);
  CHECK(server.requests()[2].find("Range:") == std::string::npos);
  REQUIRE(notices.size() == 2);
  CHECK(notices[1] == "the rest that the server sends may be another file's; trying again");
}

TEST_CASE("download: another part than was asked for is refused") {
  const std::string file = file_of(kSize);
  std::atomic<int> number{0};
  const LoopbackServer server([&](const Connection& connection, const std::string&) {
    send_rest(connection, file, number++ == 0 ? 0 : 50'000, 100'000, "\"v1\"");
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK_THROWS_WITH(fetcher.fetch(Url::parse(server.url("/k")), patient(notices)),
                    "the server sends another part than it was asked for");
}

TEST_CASE("download: a server that stalls for once is asked again, one that does so for ever is given up") {
  const std::string file = file_of(kSize);
  std::atomic<int> number{0};
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    send_rest(connection, file, range_start(request), number++ == 0 ? 100'000 : kSize, "\"v1\"");
    if (number == 1) connection.stall();
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), patient(notices))) == file);
  REQUIRE(notices.size() == 1);
  CHECK_THAT(notices[0], Catch::Contains(" sent nothing for 1 seconds, after 97.7 KiB; trying again"));

  const LoopbackServer dead([&](const Connection& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 1000\r\n\r\nab");
    connection.stall();
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH(fetcher.fetch(Url::parse(dead.url("/k")), patient(notices)),
                    Catch::Contains("sent nothing for 1 seconds"));
  CHECK(std::chrono::steady_clock::now() - start < 15s);
  CHECK(dead.requests().size() > 1);
}

TEST_CASE("download: a trickle of bytes counts as standing still") {
  const LoopbackServer server([&](const Connection& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (connection.send("x")) std::this_thread::sleep_for(100ms);
  });
  FetchOptions options;
  options.stall_deadline = 2s;
  options.retry_deadline = 0s;
  CurlFetcher fetcher;
  CHECK_THROWS_WITH(fetcher.fetch(Url::parse(server.url("/k")), options),
                    Catch::Contains("sent less than 1 KiB a second for 2 seconds"));
}

TEST_CASE("download: what passes is tried again, what will not change is not") {
  std::atomic<int> number{0};
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    const bool passes = request.starts_with("GET /busy");
    if (passes && number++ > 0) return send_rest(connection, "here", 0, 4, "");
    connection.send(std::string("HTTP/1.1 ") + (passes ? "503 Service Unavailable" : "404 Not Found") +
                    "\r\nContent-Length: 0\r\n\r\n");
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/busy")), patient(notices))) == "here");
  CHECK(notices == std::vector<std::string>{"503 Service Unavailable; trying again"});
  notices.clear();
  CHECK_THROWS_WITH(fetcher.fetch(Url::parse(server.url("/none")), patient(notices)), "404 Not Found");
  CHECK(notices.empty());
}

TEST_CASE("download: the whole has a deadline, too") {
  const LoopbackServer server([&](const Connection& connection, const std::string&) { connection.stall(); });
  FetchOptions options;
  options.overall_deadline = std::chrono::minutes(0);
  CurlFetcher fetcher;
  CHECK_THROWS_WITH(fetcher.fetch(Url::parse(server.url("/k")), options),
                    Catch::StartsWith("not done within 0 minutes"));
}

TEST_CASE("download: a checksum is that of all the bytes, whatever came between") {
  std::atomic<int> number{0};
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    const std::size_t start = range_start(request);
    send_rest(connection, "abc", start, number++ == 0 ? 1 : 3, "\"v1\"");
  });
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  const std::string good = std::string("#sha256=") + kDigestOfAbc;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k") + good), patient(notices))) == "abc");
  CHECK(server.requests().size() == 2);
  CHECK(server.requests()[0].starts_with("GET /k HTTP/1.1\r\n"));

  const std::string bad = "#sha256=" + std::string(64, '0');
  CHECK_THROWS_WITH(fetcher.fetch(Url::parse(server.url("/k") + bad), patient(notices)),
                    std::string("refused: its SHA-256 is ") + kDigestOfAbc + ", not " + std::string(64, '0'));
}

TEST_CASE("download: several files come at the same time, and the one that fails is named") {
  std::atomic<bool> second_is_asked{false};
  const LoopbackServer first([&](const Connection& connection, const std::string&) {
    for (int i = 0; i < 1000 && !second_is_asked; ++i) std::this_thread::sleep_for(10ms);
    send_rest(connection, second_is_asked ? "first" : "alone", 0, 5, "");
  });
  const LoopbackServer second([&](const Connection& connection, const std::string& request) {
    second_is_asked = true;
    if (request.starts_with("GET /none"))
      connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    else
      send_rest(connection, "second", 0, 6, "");
  });
  CurlFetcher fetcher;
  const auto files = fetcher.fetch_all(
      {{Url::parse(first.url("/k")), {}, "", {}}, {Url::parse(second.url("/i")), {}, "", {}}});
  CHECK(contents(files[0]) == "first");
  CHECK(contents(files[1]) == "second");

  std::string said;
  try {
    fetcher.fetch_all({{Url::parse(first.url("/k")), {}, "kernel", {}},
                       {Url::parse(second.url("/none")), {}, "initrd", {}}});
  } catch (const Error& error) {
    said = describe(error);
  }
  CHECK(said == "initrd: 404 Not Found");
}

TEST_CASE("download: of a file that came at once, the progress is told, too") {
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    const bool large = request.starts_with("GET /large");
    if (large) std::this_thread::sleep_for(300ms);
    send_rest(connection, large ? "a large one" : "small", 0, 11, "");
  });
  std::vector<Progress> seen;
  FetchOptions options;
  options.progress = [&](const Progress& progress) { seen.push_back(progress); };
  CurlFetcher().fetch_all(
      {{Url::parse(server.url("/small")), options, "", {}}, {Url::parse(server.url("/large")), {}, "", {}}});
  REQUIRE_FALSE(seen.empty());
  CHECK(seen.back().received == 5);
  CHECK(seen.back().total == 5U);
}

TEST_CASE("download: a file that is not what it should be ends the others") {
  const LoopbackServer never([](const Connection& connection, const std::string&) { connection.stall(); });
  const LoopbackServer server(
      [](const Connection& connection, const std::string&) { send_rest(connection, "text", 0, 4, ""); });
  const auto is_kernel = [](int fd) {
    if (read_head(fd, 2) != "MZ") fail("not a kernel");
  };
  CurlFetcher fetcher;
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH(fetcher.fetch_all({{Url::parse(server.url("/k")), {}, "", is_kernel},
                                       {Url::parse(never.url("/i")), {}, "", {}}}),
                    "not a kernel");
  CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("upload: by PUT, or by POST where the server has no PUT") {
  std::atomic<bool> takes_put{true};
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    const bool refused = request.starts_with("PUT") && !takes_put;
    connection.send(std::string("HTTP/1.1 ") + (refused ? "405 Method Not Allowed" : "201 Created") +
                    "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  CurlFetcher fetcher;
  fetcher.upload(Url::parse(server.url("/log")), "what happened\n", {});
  REQUIRE(server.requests().size() == 1);
  CHECK_THAT(server.requests()[0], Catch::StartsWith("PUT /log HTTP/1.1\r\n"));
  CHECK_THAT(server.requests()[0], Catch::Contains("Content-Length: 14\r\n"));

  takes_put = false;
  fetcher.upload(Url::parse(server.url("/log")), "what happened\n", {});
  CHECK_THAT(server.requests().at(2), Catch::StartsWith("POST /log HTTP/1.1\r\n"));
}

TEST_CASE("proxy: is asked for what is not exempt") {
  const LoopbackServer server(
      [](const Connection& connection, const std::string&) { send_rest(connection, "direct", 0, 6, ""); });
  const LoopbackServer proxy(
      [](const Connection& connection, const std::string&) { send_rest(connection, "by proxy", 0, 8, ""); });
  CurlFetcher fetcher;
  fetcher.set_proxy(proxy.url(""), "");
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), {})) == "by proxy");
  CHECK_THAT(proxy.requests()[0], Catch::StartsWith("GET " + server.url("/k") + " HTTP/1.1\r\n"));
  fetcher.set_proxy(proxy.url(""), "lan,127.0.0.0/8");
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), {})) == "direct");
  fetcher.set_proxy("", "");
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), {})) == "direct");
}

TEST_CASE("download: whole is whole, though an FTP server cannot say any more that it was all") {
  const std::string file = file_of(kSize);
  const LoopbackServer server(
      [&](const Connection& connection, const std::string&) {
        FtpSession(connection, file, {.says_the_end = false}).run();
      },
      LoopbackServer::Speaks::first);
  std::vector<std::string> notices;
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), patient(notices))) == file);
  CHECK(notices.empty());
}

TEST_CASE("download: ^C ends the wait for an FTP server's last word") {
  const std::string file = file_of(kSize);
  const auto person = [] {
    std::this_thread::sleep_for(300ms);  // until curl waits
    Interrupt::request();
  };
  const LoopbackServer server(
      [&](const Connection& connection, const std::string&) {
        FtpSession(connection, file, {.knows_size = false, .says_the_end = false, .when_sent = person}).run();
      },
      LoopbackServer::Speaks::first);
  Interrupt::install();
  Interrupt::clear();
  FetchOptions options;
  options.stall_deadline = 60s;
  CurlFetcher fetcher;
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(fetcher.fetch(Url::parse(server.url("/k")), options), Cancelled);
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  Interrupt::clear();
}
