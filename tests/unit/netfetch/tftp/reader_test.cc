// The reading side of TFTP, datagram by datagram.

#include "netfetch/tftp/reader.h"

#include <chrono>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "netfetch/transfer.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

std::string numbers(unsigned first, unsigned second) {
  std::string bytes;
  for (const unsigned number : {first, second}) {
    bytes += static_cast<char>(number >> 8U & 0xffU);
    bytes += static_cast<char>(number & 0xffU);
  }
  return bytes;
}

std::string block(std::uint64_t number, const std::string& contents) {
  return numbers(3, static_cast<unsigned>(number)) + contents;
}

std::string acknowledgement(std::uint64_t number) {
  return numbers(4, static_cast<unsigned>(number));
}

std::string refusal(unsigned code, const std::string& message) {
  return numbers(5, code) + message + '\0';
}

/// A reader with a clock that stands still until it is told.
struct Reading {
  std::string got;
  TftpReader::Clock::time_point now{1h};
  TftpReader reader{"boot/vmlinuz", [this](std::string_view bytes) { got += bytes; }};

  std::string take(const std::string& datagram) { return reader.take(datagram, now); }
  std::string wake() { return reader.wake(now); }
  /// After the request: the server takes options.
  std::string agree(const std::string& options) {
    wake();
    return take("\0\6"s + options);
  }
  std::chrono::milliseconds until_wake() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(reader.wake_at() - now);
  }
};

const std::string kFull(1448, 'x');
const std::string kWindowOfFour = "blksize\0001448\0windowsize\0004\0"s;

}  // namespace

TEST_CASE("A TFTP request asks for large blocks, a window, the size and a quick server") {
  Reading reading;
  CHECK(
      reading.wake() ==
      "\0\1boot/vmlinuz\0octet\0tsize\0000\0blksize\0001448\0windowsize\00064\0timeout\0001\0utimeout\000250000\0"s);
}

TEST_CASE("A file name that TFTP cannot say is refused") {
  const auto asking = [](const std::string& name) { TftpReader(name, [](std::string_view) {}); };
  CHECK_THROWS_WITH(asking(""), "there is no file name in it");
  CHECK_THROWS_WITH(asking("a\0b"s), "the file name holds a NUL byte");
  CHECK_THROWS_WITH(asking(std::string(500, 'a')), "the file name is too long for TFTP");
}

TEST_CASE("A server without options sends 512 bytes a round trip") {
  Reading reading;
  reading.wake();
  CHECK(reading.take(block(1, std::string(512, 'a'))) == acknowledgement(1));
  CHECK(reading.take(block(2, "end")) == acknowledgement(2));
  CHECK(reading.reader.done());
  CHECK(reading.got == std::string(512, 'a') + "end");
  CHECK_FALSE(reading.reader.size());
}

TEST_CASE("A window of blocks is acknowledged once, and the last block at once") {
  Reading reading;
  CHECK(reading.agree(kWindowOfFour + "tsize\0007243\0"s) == acknowledgement(0));
  CHECK(reading.reader.size() == 7243);
  for (unsigned i = 1; i <= 3; ++i) CHECK(reading.take(block(i, kFull)).empty());
  CHECK(reading.take(block(4, kFull)) == acknowledgement(4));
  CHECK(reading.take(block(5, kFull)).empty());
  CHECK(reading.take(block(6, "end")) == acknowledgement(6));
  CHECK(reading.reader.done());
  CHECK(reading.got.size() == 7243);
}

TEST_CASE("A file whose size is a multiple of the block's ends with an empty block") {
  Reading reading;
  reading.agree(kWindowOfFour);
  reading.take(block(1, kFull));
  CHECK_FALSE(reading.reader.done());
  CHECK(reading.take(block(2, "")) == acknowledgement(2));
  CHECK(reading.reader.done());
}

TEST_CASE("A lost block is told at once, and once") {
  Reading reading;
  reading.agree(kWindowOfFour);
  reading.take(block(1, kFull));
  CHECK(reading.take(block(3, kFull)) == acknowledgement(1));
  CHECK(reading.take(block(4, kFull)).empty());
  // The server begins again behind the last block that has come.
  for (unsigned i = 2; i <= 4; ++i) CHECK(reading.take(block(i, kFull)).empty());
  CHECK(reading.take(block(5, kFull)) == acknowledgement(5));
  CHECK(reading.got.size() == 5 * kFull.size());
}

TEST_CASE("A block that is lost once more is told once more") {
  Reading reading;
  reading.agree("blksize\0001448\0windowsize\00016\0"s);
  for (unsigned i = 2; i <= 16; ++i)
    CHECK(reading.take(block(i, kFull)) == (i == 2 ? acknowledgement(0) : ""));
  // The window again: another order of its blocks is no loss.
  CHECK(reading.take(block(15, kFull)).empty());
  CHECK(reading.take(block(3, kFull)) == acknowledgement(0));
  CHECK(reading.take(block(4, kFull)).empty());
  CHECK(reading.take(block(1, kFull)).empty());
  CHECK(reading.take(block(3, kFull)) == acknowledgement(1));
}

TEST_CASE("A block that comes twice is taken once and never answered") {
  Reading reading;
  reading.wake();
  const std::string plain(512, 'a');
  reading.take(block(1, plain));
  CHECK(reading.take(block(1, plain)).empty());
  CHECK(reading.take(block(2, "b")) == acknowledgement(2));
  CHECK(reading.got == plain + "b");
}

TEST_CASE("When nothing comes, what was sent last is sent again, more and more slowly") {
  Reading reading;
  const std::string request = reading.wake();
  CHECK(reading.wake().empty());
  CHECK(reading.until_wake() == 500ms);
  reading.now += 500ms;
  CHECK(reading.wake() == request);
  CHECK(reading.until_wake() == 1000ms);
  reading.now += 1000ms;
  CHECK(reading.wake() == request);
  CHECK(reading.until_wake() == 2000ms);
  reading.now += 2000ms;
  reading.wake();
  CHECK(reading.until_wake() == 2000ms);

  CHECK(reading.take("\0\6"s + kWindowOfFour) == acknowledgement(0));
  reading.now += 2000ms;
  CHECK(reading.wake() == acknowledgement(0));
}

TEST_CASE("The timer follows the round trips") {
  Reading reading;
  reading.wake();
  reading.now += 20ms;
  reading.take("\0\6"s + kWindowOfFour);
  CHECK(reading.until_wake() == 60ms);
  for (unsigned i = 1; i <= 160; i += 4) {
    reading.now += 300ms;
    for (unsigned k = 0; k < 4; ++k) reading.take(block(i + k, kFull));
  }
  CHECK(reading.until_wake() > 300ms);
  CHECK(reading.until_wake() < 600ms);
}

TEST_CASE("Numbers of blocks begin again with 0 after 65535") {
  Reading reading;
  reading.agree("blksize\0008\0windowsize\00064\0"s);
  for (std::uint64_t i = 1; i <= 70'000; ++i) {
    const std::string reply = reading.take(block(i, "12345678"));
    REQUIRE(reply == (i % 64 == 0 ? acknowledgement(i) : ""));
  }
  CHECK(reading.got.size() == 560'000);
}

TEST_CASE("A server that cannot do options is asked without") {
  const unsigned code = GENERATE(0U, 4U, 8U);
  Reading reading;
  reading.wake();
  const std::string plain = "\0\1boot/vmlinuz\0octet\0"s;
  CHECK(reading.take(refusal(code, "no options")) == plain);
  CHECK_THROWS_AS(reading.take(refusal(code, "still not")), TransferError);
}

TEST_CASE("A server's refusals are worded") {
  Reading reading;
  reading.wake();
  CHECK_THROWS_WITH(reading.take(refusal(1, "File not found")), "no such file on the server");
  CHECK_THROWS_WITH(reading.take(refusal(2, "")), "the server refuses access");
  CHECK_THROWS_WITH(reading.take(refusal(3, "Disk \033[31mfull")), R"(the server says: Disk \x1b[31mfull)");
  CHECK_THROWS_WITH(reading.take(numbers(5, 7)), "the server ends it with TFTP error 7");
}

TEST_CASE("A server that ends in the middle may be asked again, one that refuses may not") {
  using Again = TransferError::Again;
  const auto again = [](Reading& reading) {
    try {
      reading.take(refusal(3, "busy"));
    } catch (const TransferError& error) {
      return error.again();
    }
    return Again::once_begun;
  };
  Reading reading;
  reading.wake();
  CHECK(again(reading) == Again::never);
  reading.take(block(1, std::string(512, 'a')));
  CHECK(again(reading) == Again::yes);
}

TEST_CASE("A server that answers what it was not asked is refused") {
  const std::string options = GENERATE("blksize\0001449\0"s, "blksize\0007\0"s, "blksize\000many\0"s,
                                       "windowsize\00065\0"s, "windowsize\0000\0"s, "windowsize\000-1\0"s);
  Reading reading;
  CHECK_THROWS_AS(reading.agree(options), TransferError);
}

TEST_CASE("A server that sends more or less than it announced is found out") {
  Reading reading;
  reading.agree("tsize\0004\0"s);
  SECTION("more") {
    CHECK_THROWS_WITH(reading.take(block(1, "12345")), "the server announced 4 bytes and sends more");
  }
  SECTION("less") {
    CHECK_THROWS_WITH(reading.take(block(1, "123")), "it ended after 3 of 4 bytes");
  }
  SECTION("longer blocks") {
    CHECK_THROWS_WITH(reading.take(block(1, std::string(513, 'a'))),
                      "the server sends 513 bytes in a block of 512");
  }
}

TEST_CASE("What is no TFTP is passed over") {
  Reading reading;
  reading.wake();
  for (const std::string& datagram :
       {""s, "\0"s, "\0\3"s, "\0\3\0"s, numbers(9, 1), numbers(4, 0), numbers(1, 0), block(2, "early")})
    CHECK(reading.take(datagram).empty());
  CHECK_FALSE(reading.reader.answered());
  // An option whose value is cut off is none.
  CHECK(reading.take("\0\6blksize\0001448\0windowsize\0004"s) == acknowledgement(0));
  CHECK(reading.take(block(1, kFull)) == acknowledgement(1));
}

TEST_CASE("Who wants only the beginning asks for a small window") {
  Reading reading;
  reading.reader.expect_little();
  CHECK_THAT(reading.wake(), Catch::Matchers::Contains("windowsize\0008\0"s));
}
