// One corpus for the variants: libcurl and the plain HTTP, their URLs, both SHA-256. Each has to give what
// stands here.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "netfetch/curl/fetcher.h"
#include "netfetch/curl/sha256.h"
#include "netfetch/curl/url_syntax.h"
#include "netfetch/plain/fetcher.h"
#include "netfetch/plain/sha256.h"
#include "netfetch/plain/url_syntax.h"
#include "tests/unit/netfetch/loopback_server.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using kboot::test::Connection;
using kboot::test::LoopbackServer;

namespace {

struct Answer {
  const char* name;
  std::string bytes;
  const char* gives;  ///< the contents, or a part of the message
};

/// Headers of more than 64 KiB.
std::string flood() {
  std::string headers;
  for (int i = 0; i < 100; ++i) headers += "X: " + std::string(1000, 'x') + "\r\n";
  return headers;
}

const std::vector<Answer> kAnswers = {
    {"plain", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nkernel", "kernel"},
    {"until the end", "HTTP/1.0 200 OK\r\n\r\nkernel", "kernel"},
    {"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
    {"no content", "HTTP/1.1 204 No Content\r\n\r\n", ""},
    {"no reason", "HTTP/1.1 200\r\nContent-Length: 6\r\n\r\nkernel", "kernel"},
    {"names in any case", "HTTP/1.1 200 OK\r\ncONTENT-lENGTH: 3\r\n\r\nkernel", "ker"},
    {"blanks around values", "HTTP/1.1 200 OK\r\nContent-Length: \t 3 \t\r\n\r\nkernel", "ker"},
    {"no blank before a value", "HTTP/1.1 200 OK\r\nContent-Length:3\r\n\r\nkernel", "ker"},
    {"lines without CR", "HTTP/1.1 200 OK\nContent-Length: 3\n\nkernel", "ker"},
    {"zeros", "HTTP/1.1 200 OK\r\nContent-Length: 0003\r\n\r\nkernel", "ker"},
    {"no length at all", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nkernel",
     "the server's Content-Length is no number"},
    {"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nkernel",
     "the server's Content-Length is no number"},
    {"announced",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 1\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nkernel",
     "kernel"},
    {"breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nker",
     "the connection closed after 3 of 6 bytes"},
    {"breaks off at once", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n",
     "the connection closed after 0 of 6 bytes"},
    {"not there", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\npage", "404 Not Found"},
    {"overloaded", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
     "503 Service Unavailable"},
    {"a reason for terminals", "HTTP/1.1 404 \x1b[2J\r\nContent-Length: 0\r\n\r\n", "404 \\x1b[2J"},
    {"a redirect to nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 4\r\n\r\npage", "302 Found"},
    {"not changed", "HTTP/1.1 304 Not Modified\r\n\r\n", "304 Not Modified"},
    {"a choice", "HTTP/1.1 300 Multiple Choices\r\nContent-Length: 4\r\n\r\npage", "300 Multiple Choices"},
    {"to another protocol", "HTTP/1.1 302 Found\r\nLocation: gopher://x/\r\nContent-Length: 0\r\n\r\n",
     "redirected to gopher:, which is not followed"},
    {"to a file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
     "redirected to file:, which is not followed"},
    {"to no host", "HTTP/1.1 302 Found\r\nLocation: http://\r\nContent-Length: 0\r\n\r\n", "bad URL"},
    {"nothing", "", "closed the connection without an answer"},
    {"half a head", "HTTP/1.1 200 OK\r\nContent-Le", "closed the connection without an answer"},
    {"another protocol", "SSH-2.0-dropbear\r\n", "the server does not speak HTTP"},
    {"a page of HTTP/0.9", "<html>\r\n\r\n", "the server does not speak HTTP"},
    {"a status of letters", "HTTP/1.1 abc\r\n\r\n", "the server does not speak HTTP"},
    {"too long a head", "HTTP/1.1 200 OK\r\n" + flood(), "the server's answer begins with more than"},
};

/// The contents, or the message of the Error.
template <typename Variant>
std::string fetched(const std::string& url) {
  constexpr std::size_t kLimit = std::size_t{1} << 20;
  FetchOptions options;
  options.connect_deadline = std::chrono::seconds(5);
  options.stall_deadline = std::chrono::seconds(5);
  options.retry_deadline = std::chrono::seconds(0);
  try {
    Variant fetcher;
    return read_file(fetcher.fetch(Url::parse(url), options).fd(), kLimit);
  } catch (const Error& error) {
    return describe(error);
  }
}

/// host|zone|port|path|fragment|has_query|bare, or the message.
std::string split(UrlParts (*variant)(const std::string&), const std::string& url) {
  try {
    const UrlParts parts = variant(url);
    return fmt::format("{}|{}|{}|{}|{}|{}|{}", parts.host, parts.zone, parts.port, parts.path, parts.fragment,
                       parts.has_query, parts.bare);
  } catch (const Error& error) {
    return describe(error);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("twins: what a server answers, read by both", "", CurlFetcher, PlainFetcher) {
  for (const Answer& answer : kAnswers) {
    const LoopbackServer server(
        [&](const Connection& connection, const std::string&) { connection.send(answer.bytes); });
    const std::string got = fetched<TestType>(server.url("/k"));
    INFO(answer.name << ": " << got);
    const bool is_message = std::string_view(answer.gives).find(' ') != std::string_view::npos;
    if (is_message)
      CHECK(got.find(answer.gives) != std::string::npos);
    else
      CHECK(got == answer.gives);
  }
}

TEMPLATE_TEST_CASE("twins: where redirects lead to", "", CurlFetcher, PlainFetcher) {
  struct Case {
    const char* location;
    const char* asked;
  };
  for (const Case& one :
       {Case{"k", "/a/b/k"}, Case{"./k", "/a/b/k"}, Case{"../k", "/a/k"}, Case{"../../../k", "/k"},
        Case{".", "/a/b/"}, Case{"..", "/a/"}, Case{"/x/../k/./l", "/k/l"}, Case{"/k", "/k"},
        Case{"?x=1", "/a/b/c?x=1"}, Case{"/k?x=/../y#part", "/k?x=/../y"}, Case{"//HOST/k", "/k"},
        Case{"HTTP://HOST/k", "/k"}, Case{"http://HOST", "/"}, Case{"http://HOST?x", "/?x"},
        Case{"/a%20b", "/a%20b"}}) {
    std::string location = one.location;
    const LoopbackServer server([&](const Connection& connection, const std::string& request) {
      connection.send(request.starts_with("GET /a/b/c?from")
                          ? "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"
                          : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nkernel");
    });
    if (const std::size_t host = location.find("HOST"); host != std::string::npos)
      location.replace(host, 4, "127.0.0.1:" + std::to_string(server.port()));
    INFO(location);
    CHECK(fetched<TestType>(server.url("/a/b/c?from")) == "kernel");
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].substr(0, requests[1].find(" HTTP/")) == std::string("GET ") + one.asked);
  }
}

TEST_CASE("twins: the parts of a URL") {
  struct Case {
    const char* url;
    const char* parts;
  };
  for (const Case& one : {
           Case{"http://server/k", "server||80|/k||false|http://server/k"},
           Case{"http://server", "server||80|/||false|http://server/"},
           Case{"http://server:8080/a/b?x=1#f", "server||8080|/a/b|f|true|http://server:8080/a/b"},
           Case{"http://u:p@server/k", "server||80|/k||false|http://server/k"},
           Case{"http://server/k?", "server||80|/k||false|http://server/k"},
           Case{"http://server/k#", "server||80|/k||false|http://server/k"},
           Case{"http://server?x", "server||80|/||true|http://server/"},
           Case{"http://server#f", "server||80|/|f|false|http://server/"},
           Case{"http://server/a%20b", "server||80|/a%20b||false|http://server/a%20b"},
           Case{"http://[2001:db8::1]:81/k", "[2001:db8::1]||81|/k||false|http://[2001:db8::1]:81/k"},
           Case{"tftp://[fe80::1%25eth0]:6900/k",
                "[fe80::1]|eth0|6900|/k||false|tftp://[fe80::1%25eth0]:6900/k"},
           Case{"http://server:0/k", "server||0|/k||false|http://server:0/k"},
           Case{"http://server:65536/k", "bad URL"},
           Case{"http://server:-1/k", "bad URL"},
           Case{"http://server:8o/k", "bad URL"},
           Case{"http://[::1/k", "bad URL"},
           Case{"http://[::g]/k", "bad URL"},
           Case{"http://a@b@server/k", "bad URL"},
           Case{"http://ser ver/k", "bad URL"},
           Case{"http://server/k\n", "bad URL"},
           Case{"http://user@/k", "bad URL"},
           Case{"http://:80/k", "bad URL"},
           Case{"http://", "bad URL"},
           Case{"http://server:port/k", "bad URL"},
           Case{"http://server/a\r\nHost: other", "bad URL"},
           Case{"http://a:secret@b:secret@server/k", "bad URL"},
           Case{"http://user:secret@server:8080/k?token=secret",
                "server||8080|/k||true|http://server:8080/k"},
           Case{"http://user@server/k", "server||80|/k||false|http://server/k"},
           Case{"HTTP://Server/K", "Server||80|/K||false|http://Server/K"},
           Case{"http://server/..%2f..%2fetc%2fpasswd",
                "server||80|/..%2f..%2fetc%2fpasswd||false|http://server/..%2f..%2fetc%2fpasswd"},
           Case{"tftp://server:69//absolute?x", "server||69|//absolute||true|tftp://server:69//absolute"},
       }) {
    for (auto* const variant : {curl::split_url, plain::split_url}) {
      const std::string got = split(variant, one.url);
      INFO(one.url << (variant == plain::split_url ? ", plain: " : ", curl: ") << got);
      CHECK(got.find("secret") == std::string::npos);
      if (std::string_view(one.parts).starts_with("bad URL"))
        CHECK(got.starts_with("bad URL"));
      else
        CHECK(got == one.parts);
    }
  }
}

TEST_CASE("twins: percent-encoding") {
  auto* const percent_decode = GENERATE(curl::percent_decode, plain::percent_decode);
  CHECK(percent_decode("a%20b%2Fc%2fd") == "a b/c/d");
  CHECK(percent_decode("%") == "%");
  CHECK(percent_decode("%4") == "%4");
  CHECK(percent_decode("%zz%41") == "%zzA");
  CHECK(percent_decode("a%00b") == std::string("a\0b", 3));
  CHECK(percent_decode("a+b") == "a+b");
  CHECK(percent_decode("%Cc%@1").size() == 4);
}

TEST_CASE("twins: http is fetched by both, https by libcurl alone") {
  CHECK(curl::fetches_scheme("http"));
  CHECK(plain::fetches_scheme("http"));
  CHECK(curl::fetches_scheme("https"));
  CHECK_FALSE(plain::fetches_scheme("https"));
  CHECK_FALSE(plain::fetches_scheme("ftp"));
}

TEMPLATE_TEST_CASE("twins: SHA-256 of FIPS 180's examples, and of lengths around a block's, in pieces", "",
                   OpensslSha256, PlainSha256) {
  const auto digest = [](std::string_view text, std::size_t piece = 1'000'000) {
    TestType sha256;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) sha256.add(text.substr(0, piece));
    return sha256.hex();
  };
  CHECK(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(digest(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  // A digest of the digests of all lengths up to two blocks.
  std::string all;
  for (std::size_t length = 0; length <= 130; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 7);
    const std::string whole = digest(bytes);
    CHECK(digest(bytes, 1) == whole);
    CHECK(digest(bytes, 63) == whole);
    all += whole;
  }
  CHECK(digest(all) == "4ad22db988d8790224efc297415a504b1d694ee67698ff660768e25607566630");
}
