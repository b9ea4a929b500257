#include "netfetch/url.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"

using kboot::Error;
using kboot::Url;

TEST_CASE("url: only SCHEME:// makes a word a URL") {
  CHECK(Url::looks_like("http://server/k"));
  CHECK(Url::looks_like("HTTPS://server"));
  CHECK(Url::looks_like("gopher://server/k"));
  CHECK(Url::looks_like("x-y.z+1://"));

  CHECK_FALSE(Url::looks_like("sda2:/vmlinuz"));
  CHECK_FALSE(Url::looks_like("sda2:vmlinuz"));
  CHECK_FALSE(Url::looks_like("server:/export/vmlinuz"));
  CHECK_FALSE(Url::looks_like("iscsi:server::::iqn.2026-01.org:disk:/http://x"));
  CHECK_FALSE(Url::looks_like("://server"));
  CHECK_FALSE(Url::looks_like("1a://server"));
  CHECK_FALSE(Url::looks_like("//tmp/http://server"));
  CHECK_FALSE(Url::looks_like("LABEL=a://k"));
  CHECK_FALSE(Url::looks_like(""));
}

TEST_CASE("url: what is fetched is kept as it was written") {
  for (const char* text : {"http://server/dir/vmlinuz", "http://10.0.2.2:8080/k?mac=52:54:00",
                           "http://u:p%40ss@server/k%20x", "tftp://[2001:db8::1]/k", "HTTP://Server/K"})
    CHECK(Url::parse(text).str() == text);
}

TEST_CASE("url: what cannot be fetched is refused with a reason") {
  CHECK_THROWS_WITH(Url::parse("file:///etc/shadow"),
                    Catch::StartsWith("file: is not fetched by this kboot, only http, "));
  CHECK_THROWS_WITH(Url::parse("gopher://server/k"), Catch::Contains("gopher: is not fetched"));
  CHECK_THROWS_WITH(Url::parse("http:///vmlinuz"), "bad URL: no host");
  CHECK_THROWS_AS(Url::parse("http://"), Error);
  CHECK_THROWS_AS(Url::parse("http://server:99999/k"), Error);
  CHECK_THROWS_AS(Url::parse("http://server:port/k"), Error);
  CHECK_THROWS_AS(Url::parse("http://[::1/k"), Error);
  CHECK_THROWS_AS(Url::parse("http://server/a b"), Error);
  CHECK_THROWS_AS(Url::parse("http://server/a\r\nHost: other"), Error);
  CHECK_THROWS_AS(Url::parse(std::string_view("http://server/\0k", 16)), Error);
  CHECK_THROWS_AS(Url::parse("sda2:/vmlinuz"), Error);
}

TEST_CASE("url: https is fetched exactly where libcurl has TLS") {
  const auto& schemes = kboot::fetchable_schemes();
  const bool https = std::find(schemes.begin(), schemes.end(), "https") != schemes.end();
  if (https) {
    CHECK_NOTHROW(Url::parse("https://server/k"));
  } else {
    CHECK_THROWS_WITH(Url::parse("https://server/k"),
                      Catch::StartsWith("https: is not fetched by this kboot"));
  }
  CHECK(schemes.front() == "http");
  CHECK(std::find(schemes.begin(), schemes.end(), "file") == schemes.end());
}

TEST_CASE("url: people see neither passwords nor queries") {
  CHECK(Url::parse("http://user:secret@server:8080/k?token=secret").redacted() == "http://server:8080/k?…");
  CHECK(Url::parse("http://user@server/k").redacted() == "http://server/k");
  CHECK(Url::parse("http://server/k").redacted() == "http://server/k");
  CHECK_THROWS_WITH(Url::parse("http://a:secret@b:secret@server/k"), !Catch::Contains("secret"));
}

TEST_CASE("url: the file's name is the last part of the path") {
  CHECK(Url::parse("http://server/dir/vmlinuz").file_name() == "vmlinuz");
  CHECK(Url::parse("http://server/dir/vm%20linuz?x=/y").file_name() == "vm linuz");
  CHECK(Url::parse("http://server/..%2f..%2fetc%2fpasswd").file_name() == ".._.._etc_passwd");
  CHECK(Url::parse("http://server/a%00b").file_name() == "a_b");
  CHECK(Url::parse("http://server/dir/").file_name() == "download");
  CHECK(Url::parse("http://server").file_name() == "download");
  CHECK(Url::parse("http://server/%2e%2e").file_name() == "download");
}

TEST_CASE("url: the host is named without credentials and port") {
  CHECK(Url::parse("http://u:p@server.lan:8080/k").host() == "server.lan");
  CHECK(Url::parse("http://[2001:db8::1]:80/k").host() == "[2001:db8::1]");
}

TEST_CASE("url: the server and the file as TFTP takes them") {
  const Url named = Url::parse("tftp://server.lan/pxe/linux%201?x");
  CHECK(named.host_name() == "server.lan");
  CHECK(named.port() == "69");
  CHECK(named.path() == "/pxe/linux 1");
  const Url numbered = Url::parse("tftp://[fe80::1%25eth0]:6900//absolute");
  CHECK(numbered.host_name() == "fe80::1%eth0");
  CHECK(numbered.port() == "6900");
  CHECK(numbered.path() == "//absolute");
}
