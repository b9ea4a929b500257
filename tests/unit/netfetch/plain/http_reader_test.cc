#include "netfetch/plain/http_reader.h"

#include <string>

#include <catch2/catch.hpp>

#include "netfetch/transfer.h"

using kboot::HttpReader;
using kboot::TransferError;

namespace {

constexpr const char* kInterim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
constexpr const char* kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nkernel";

std::string times(int number, const std::string& text) {
  std::string all;
  for (int i = 0; i < number; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("http reader: eight answers may come before the real one, in whatever pieces") {
  const std::string text = times(8, kInterim) + kAnswer;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
    std::string body;
    HttpReader reader([&](std::string_view bytes) { body += bytes; });
    for (std::size_t at = 0; at < text.size(); at += piece)
      reader.take(std::string_view(text).substr(at, piece));
    CHECK(body == "kernel");
    CHECK(reader.complete());
    CHECK(reader.head()->status == 200);
  }
}

TEST_CASE("http reader: a server that only announces its answer is given up") {
  HttpReader reader([](std::string_view) {});
  CHECK_THROWS_WITH(reader.take(times(9, kInterim) + kAnswer),
                    "the server announces its answer more than 8 times");
  // 64 KiB of them, as one datagram brings them, were a copy of the rest each.
  HttpReader flooded([](std::string_view) {});
  CHECK_THROWS_AS(flooded.take(times(65536 / 16, "HTTP/1.1 100 \r\n\r\n")), TransferError);
}

TEST_CASE("http reader: a part says where it lies, or nobody knows") {
  const auto head_of = [](const std::string& headers) {
    HttpReader reader([](std::string_view) {});
    reader.take("HTTP/1.1 206 Partial Content\r\n" + headers + "\r\n");
    return *reader.head();
  };
  CHECK(head_of("Content-Range: bytes 5-8/9\r\n").range_start == 5U);
  CHECK(head_of("Content-Range: bytes */9\r\n").range_start == std::nullopt);
  CHECK(head_of("").is_part);
  CHECK(head_of("").range_start == std::nullopt);
}
