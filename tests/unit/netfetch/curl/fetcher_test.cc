#include "netfetch/curl/fetcher.h"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "tests/unit/netfetch/loopback_server.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::Connection;
using kboot::test::LoopbackServer;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::string response(const std::string& status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

std::string contents(const MemoryFile& file) {
  constexpr std::size_t kLimit = std::size_t{64} << 20;
  return read_file(file.fd(), kLimit);
}

/// The message of the Error that `action` throws.
template <typename Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return describe(error);
  }
  return "no error";
}

FetchOptions impatient() {
  FetchOptions options;
  options.connect_deadline = 2s;
  options.stall_deadline = 1s;
  options.retry_deadline = 0s;
  return options;
}

/// A port on loopback on which nobody listens (any more).
std::uint16_t free_port() {
  const LoopbackServer server([](const Connection&, const std::string&) {});
  return server.port();
}

}  // namespace

TEST_CASE("fetch: the contents arrive whole and can be read from the start") {
  std::string body(3'000'000, 'k');
  body[0] = '\0';
  body.back() = 'z';
  const LoopbackServer server([&](const Connection& connection, const std::string&) {
    connection.send(response("200 OK", "", body));
  });
  CurlFetcher fetcher;
  const MemoryFile file = fetcher.fetch(Url::parse(server.url("/vmlinuz")), {});
  CHECK(file.size() == body.size());
  CHECK(contents(file) == body);
  CHECK((fcntl(file.fd(), F_GET_SEALS) & F_SEAL_WRITE) != 0);
}

TEST_CASE("fetch: the request names kboot and carries the URL's credentials and percent-encoding") {
  const LoopbackServer server(
      [](const Connection& connection, const std::string&) { connection.send(response("200 OK", "", "x")); });
  CurlFetcher fetcher;
  const std::string url = "http://user:pass@127.0.0.1:" + std::to_string(server.port()) + "/a%20b?x=1";
  fetcher.fetch(Url::parse(url), {});
  REQUIRE(server.requests().size() == 1);
  const std::string request = server.requests()[0];
  CHECK_THAT(request, Catch::StartsWith("GET /a%20b?x=1 HTTP/1.1\r\n"));
  CHECK_THAT(request, Catch::Contains("User-Agent: kboot/"));
  CHECK_THAT(request, Catch::Contains("Authorization: Basic dXNlcjpwYXNz\r\n"));
}

TEST_CASE("fetch: a body without announced length ends where the connection does") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    connection.send("HTTP/1.0 200 OK\r\n\r\nall of it");
  });
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/k")), {})) == "all of it");
}

TEST_CASE("fetch: an empty file is an empty file") {
  const LoopbackServer server(
      [](const Connection& connection, const std::string&) { connection.send(response("200 OK", "", "")); });
  CurlFetcher fetcher;
  CHECK(fetcher.fetch(Url::parse(server.url("/k")), {}).size() == 0);
}

TEST_CASE("fetch: the server's refusal is told in its words, made printable") {
  const LoopbackServer server([](const Connection& connection, const std::string& request) {
    const bool evil = request.starts_with("GET /evil");
    connection.send(response(evil ? "503 \x1b[2JGone" : "404 Not Found", "", "<html>an error page</html>"));
  });
  CurlFetcher fetcher;
  CHECK(error_of([&] { fetcher.fetch(Url::parse(server.url("/k")), {}); }) == "404 Not Found");
  CHECK(error_of([&] { fetcher.fetch(Url::parse(server.url("/evil")), {}); }) == "503 \\x1b[2JGone");
  CHECK(error_of([&] { fetcher.probe(Url::parse(server.url("/k")), 16, {}); }) == "404 Not Found");
}

TEST_CASE("fetch: errors do not show the password") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    connection.send(response("403 Forbidden", "", ""));
  });
  CurlFetcher fetcher;
  for (const int port : {static_cast<int>(server.port()), static_cast<int>(free_port())}) {
    const Url url = Url::parse("http://user:geheim@127.0.0.1:" + std::to_string(port) + "/k?token=geheim");
    const std::string error = error_of([&] { fetcher.fetch(url, impatient()); });
    CHECK(error != "no error");
    CHECK(error.find("geheim") == std::string::npos);
  }
}

TEST_CASE("fetch: a refused connection is told with address and port") {
  const std::uint16_t port = free_port();
  CurlFetcher fetcher;
  const Url url = Url::parse("http://127.0.0.1:" + std::to_string(port) + "/k");
  CHECK(error_of([&] { fetcher.fetch(url, {}); }) ==
        "connection refused by 127.0.0.1 port " + std::to_string(port));
}

TEST_CASE("fetch: a name without an address") {
  CurlFetcher fetcher;
  // No name server needs to be asked for a name with a part of more than 63 characters.
  const std::string host(64, 'a');
  CHECK(error_of([&] { fetcher.fetch(Url::parse("http://" + host + "/k"), impatient()); }) ==
        "no address for " + host);
}

TEST_CASE("fetch: a server that stops sending is given up") {
  const LoopbackServer server([](const Connection& connection, const std::string& request) {
    if (request.starts_with("GET /half"))
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
    connection.stall();
  });
  CurlFetcher fetcher;
  const auto start = Clock::now();
  CHECK_THAT(error_of([&] { fetcher.fetch(Url::parse(server.url("/mute")), impatient()); }),
             Catch::StartsWith("no answer from 127.0.0.1 port "));
  CHECK_THAT(error_of([&] { fetcher.fetch(Url::parse(server.url("/half")), impatient()); }),
             Catch::EndsWith("sent nothing for 1 seconds, after 4 bytes"));
  CHECK(Clock::now() - start < 20s);
}

TEST_CASE("fetch: endless data stops at the limit") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    const std::string block(100'000, 'x');
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send(block)) continue;
  });
  FetchOptions options;
  options.size_limit = 1'000'000;
  CurlFetcher fetcher;
  CHECK_THAT(error_of([&] { fetcher.fetch(Url::parse(server.url("/k")), options); }),
             Catch::StartsWith("too long"));
}

TEST_CASE("fetch: what is announced as too long is not begun") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    // More than any machine's memory: without a limit of ours, free memory is the limit.
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\n\r\n");
    connection.stall();
  });
  CurlFetcher fetcher;
  CHECK_THAT(error_of([&] { fetcher.fetch(Url::parse(server.url("/k")), impatient()); }),
             Catch::StartsWith("too long: there is room for "));
}

TEST_CASE("fetch: a file that breaks off is not taken for a whole one") {
  const LoopbackServer server([](const Connection& connection, const std::string& request) {
    if (request.starts_with("GET /half"))
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
  });
  CurlFetcher fetcher;
  CHECK(error_of([&] { fetcher.fetch(Url::parse(server.url("/half")), {}); }) ==
        "the connection closed after 5 of 100 bytes");
  CHECK_THAT(error_of([&] { fetcher.fetch(Url::parse(server.url("/none")), {}); }),
             Catch::EndsWith("closed the connection without an answer"));
}

TEST_CASE("fetch: redirects are followed, but not for ever and not out of the web") {
  const LoopbackServer server([](const Connection& connection, const std::string& request) {
    const auto redirect = [&](const std::string& to) {
      connection.send(response("302 Found", "Location: " + to + "\r\n", "a page that is not the file"));
    };
    if (request.starts_with("GET /moved")) redirect("/k");
    if (request.starts_with("GET /loop")) redirect("/loop");
    if (request.starts_with("GET /file")) redirect("file:///etc/passwd");
    if (request.starts_with("GET /ftp")) redirect("ftp://127.0.0.1/k");
    if (request.starts_with("GET /k")) connection.send(response("200 OK", "", "the file"));
  });
  CurlFetcher fetcher;
  CHECK(contents(fetcher.fetch(Url::parse(server.url("/moved")), {})) == "the file");
  CHECK(error_of([&] { fetcher.fetch(Url::parse(server.url("/loop")), {}); }) == "more than 10 redirects");
  CHECK(error_of([&] { fetcher.fetch(Url::parse(server.url("/file")), {}); }) ==
        "redirected to file:, which is not followed");
  CHECK(error_of([&] { fetcher.fetch(Url::parse(server.url("/ftp")), {}); }) ==
        "redirected to ftp:, which is not followed");
}

TEST_CASE("fetch: http_proxy in the environment changes nothing") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    connection.send(response("200 OK", "", "direct"));
  });
  setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(free_port())).c_str(), 1);
  setenv("all_proxy", "http://proxy.invalid:3128", 1);
  CurlFetcher fetcher;
  const std::string body = contents(fetcher.fetch(Url::parse(server.url("/k")), {}));
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  CHECK(body == "direct");
}

TEST_CASE("fetch: ^C ends the wait at once") {
  const LoopbackServer server([](const Connection& connection, const std::string&) { connection.stall(); });
  Interrupt::install();
  Interrupt::clear();
  CurlFetcher fetcher;
  const auto start = Clock::now();
  std::thread person([] {
    std::this_thread::sleep_for(100ms);
    Interrupt::request();
  });
  CHECK_THROWS_AS(fetcher.fetch(Url::parse(server.url("/k")), {}), Cancelled);
  person.join();
  CHECK(Clock::now() - start < 2s);
  Interrupt::clear();
}

TEST_CASE("fetch: progress is told now and then, with the size that the server announced") {
  const std::string body(50'000, 'x');
  const LoopbackServer server([&](const Connection& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
    for (int part = 0; part < 4 && connection.send(body); ++part) std::this_thread::sleep_for(120ms);
  });
  std::vector<Progress> seen;
  FetchOptions options;
  options.progress = [&](const Progress& progress) { seen.push_back(progress); };
  CurlFetcher fetcher;
  const auto start = Clock::now();
  fetcher.fetch(Url::parse(server.url("/k")), options);
  const auto tenths = (Clock::now() - start) / 100ms;
  REQUIRE(seen.size() >= 2);
  CHECK(static_cast<long>(seen.size()) <= tenths + 1);
  CHECK(seen.back().total == 200'000U);
  CHECK(seen.back().received >= seen.front().received);
}

TEST_CASE("probe: the first bytes come by a range request") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    connection.send(response("206 Partial Content", "Content-Range: bytes 0-3/123456\r\n", "MZ\1\2"));
  });
  CurlFetcher fetcher;
  const UrlFacts facts = fetcher.probe(Url::parse(server.url("/k")), 4, {});
  CHECK(facts.head == "MZ\1\2");
  CHECK(facts.size == 123'456U);
  CHECK_THAT(server.requests().at(0), Catch::Contains("Range: bytes=0-3\r\n"));
}

TEST_CASE("probe: a server that ignores ranges is hung up on") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    const std::string block(100'000, 'x');
    while (connection.send(block)) continue;
  });
  CurlFetcher fetcher;
  const UrlFacts facts = fetcher.probe(Url::parse(server.url("/k")), 512, {});
  CHECK(facts.head == std::string(512, 'x'));
  CHECK(facts.size == 1'000'000'000U);
}

TEST_CASE("probe: an unknown size stays unknown") {
  const LoopbackServer server([](const Connection& connection, const std::string&) {
    connection.send(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/*\r\nContent-Length: 4\r\n\r\nabcd");
  });
  CurlFetcher fetcher;
  const UrlFacts facts = fetcher.probe(Url::parse(server.url("/k")), 4, {});
  CHECK(facts.head == "abcd");
  CHECK_FALSE(facts.size.has_value());
}

TEST_CASE("probe: no range of an empty file can be had, and that is no error") {
  const LoopbackServer server([](const Connection& connection, const std::string& request) {
    const std::string total = request.starts_with("GET /empty") ? "0" : "100";
    connection.send(response("416 Range Not Satisfiable", "Content-Range: bytes */" + total + "\r\n", ""));
  });
  CurlFetcher fetcher;
  const UrlFacts facts = fetcher.probe(Url::parse(server.url("/empty")), 4, {});
  CHECK(facts.head.empty());
  CHECK(facts.size == 0U);
  CHECK(error_of([&] { fetcher.probe(Url::parse(server.url("/odd")), 4, {}); }) ==
        "416 Range Not Satisfiable");
}

TEST_CASE("fetch: an ftp address, which only libcurl takes") {
  const Url url = Url::parse("ftp://u:secret@server/pub/k");
  CHECK(url.str() == "ftp://u:secret@server/pub/k");
  CHECK(url.redacted() == "ftp://server/pub/k");
}
