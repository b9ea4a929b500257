#include "netfetch/plain/http_transfer.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "netfetch/plain/fetcher.h"
#include "tests/unit/netfetch/loopback_server.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::Connection;
using kboot::test::LoopbackServer;

namespace {

std::string response(const std::string& status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

FetchOptions impatient() {
  FetchOptions options;
  options.connect_deadline = std::chrono::seconds(2);
  options.stall_deadline = std::chrono::seconds(1);
  options.retry_deadline = std::chrono::seconds(0);
  return options;
}

/// The contents, or the message of the Error.
std::string fetched(const std::string& url, const FetchOptions& options = impatient()) {
  constexpr std::size_t kLimit = std::size_t{64} << 20;
  try {
    PlainFetcher fetcher;
    return read_file(fetcher.fetch(Url::parse(url), options).fd(), kLimit);
  } catch (const Error& error) {
    return describe(error);
  }
}

}  // namespace

TEST_CASE("http: the contents arrive whole, with or without a length") {
  const std::string body(3'000'000, 'k');
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    connection.send(request.starts_with("GET /long") ? "HTTP/1.0 200 OK\r\n\r\n" + body
                                                     : response("200 OK", "", body));
  });
  CHECK(fetched(server.url("/vmlinuz")) == body);
  CHECK(fetched(server.url("/long")) == body);
}

TEST_CASE("http: the request is one of HTTP/1.0, with the URL's credentials and its path as written") {
  const LoopbackServer server(
      [](const Connection& connection, const std::string&) { connection.send(response("200 OK", "", "x")); });
  const std::string host = "127.0.0.1:" + std::to_string(server.port());
  CHECK(fetched("http://user:p%40ss@" + host + "/a%20b?x=1#sha256=" + std::string(64, '0')).find("SHA-256") !=
        std::string::npos);
  const std::string request = server.requests().at(0);
  CHECK_THAT(request, Catch::StartsWith("GET /a%20b?x=1 HTTP/1.0\r\n"));
  CHECK_THAT(request, Catch::Contains("Host: " + host + "\r\n"));
  CHECK_THAT(request, Catch::Contains("Authorization: Basic dXNlcjpwQHNz\r\n"));
}

TEST_CASE("http: redirects are followed, but not for ever and not out of the web") {
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    const auto redirect = [&](const std::string& to) {
      connection.send(response("302 Found", "Location: " + to + "\r\n", "moved"));
    };
    if (request.starts_with("GET /a/moved")) redirect("k");
    if (request.starts_with("GET /loop")) redirect("/loop");
    if (request.starts_with("GET /secure")) redirect("https://127.0.0.1/k");
    if (request.starts_with("GET /a/k")) connection.send(response("200 OK", "", "kernel"));
  });
  CHECK(fetched(server.url("/a/moved")) == "kernel");
  CHECK(fetched(server.url("/loop")) == "more than 10 redirects");
  CHECK(fetched(server.url("/secure")) == "redirected to https:, which is not followed");
}

TEST_CASE("http: what breaks off goes on where it broke") {
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    if (request.find("Range: bytes=5-") == std::string::npos)
      connection.send("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 9\r\n\r\nkerne");
    else
      connection.send(
          response("206 Partial Content", "ETag: \"1\"\r\nContent-Range: bytes 5-8/9\r\n", "lets"));
  });
  FetchOptions patient = impatient();
  patient.retry_deadline = std::chrono::seconds(10);
  CHECK(fetched(server.url("/k"), patient) == "kernelets");
  CHECK_THAT(server.requests().at(1), Catch::Contains("If-Range: \"1\"\r\n"));
  CHECK(fetched(server.url("/k")) == "the connection closed after 5 of 9 bytes");
}

TEST_CASE("http: what is no file is told in the server's words, or in ours") {
  const LoopbackServer server([&](const Connection& connection, const std::string& request) {
    if (request.starts_with("GET /absent")) connection.send(response("404 Not Found", "", "a page"));
    if (request.starts_with("GET /ssh")) connection.send("SSH-2.0-dropbear\r\n");
    if (request.starts_with("GET /stall")) connection.stall();
  });
  CHECK(fetched(server.url("/absent")) == "404 Not Found");
  CHECK(fetched(server.url("/ssh")) == "the server does not speak HTTP");
  CHECK_THAT(fetched(server.url("/nothing")), Catch::EndsWith("closed the connection without an answer"));
  CHECK_THAT(fetched(server.url("/stall")), Catch::StartsWith("no answer from 127.0.0.1 port "));
}

TEST_CASE("http: the head of a file is asked for as a range") {
  const LoopbackServer server([&](const Connection& connection, const std::string&) {
    connection.send(response("206 Partial Content", "Content-Range: bytes 0-3/123456\r\n", "MZab"));
  });
  PlainFetcher fetcher;
  const UrlFacts facts = fetcher.probe(Url::parse(server.url("/vmlinuz")), 4, impatient());
  CHECK(facts.head == "MZab");
  CHECK(facts.size == 123456);
  CHECK_THAT(server.requests().at(0), Catch::Contains("Range: bytes=0-3\r\n"));
}
