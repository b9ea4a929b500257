#include "base/kernel_log.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;

TEST_CASE("kernel log: a record has a level, a time and a text") {
  CHECK(parse_kernel_record("6,339,5140900,-;NET: Registered protocol family 10\n") ==
        KernelRecord{6, 5140900, false, "NET: Registered protocol family 10"});
  CHECK(parse_kernel_record("14,340,5690716,-,caller=T1;kboot: a\\x1bb\\x5c\n") == KernelRecord{6, 5690716,
                                                                                                true,
                                                                                                "kboot: a\x1b"
                                                                                                "b\\"});
  CHECK(parse_kernel_record("30,341,5690716;text;with=semicolon") ==
        KernelRecord{6, 5690716, true, "text;with=semicolon"});
}

TEST_CASE("kernel log: lines about the device are left out") {
  CHECK(parse_kernel_record("3,1,7,-;usb 1-1: lost\n SUBSYSTEM=usb\n DEVICE=c189:4\n")->text ==
        "usb 1-1: lost");
}

TEST_CASE("kernel log: what is no record is none") {
  for (const char* text :
       {"", ";", "6", "6,", "6,1", "6,1,", "6,1,2", "6,1,2,-", "x,1,2,-;text", "6,1;2,3;t"})
    CHECK_FALSE(parse_kernel_record(text));
  CHECK(parse_kernel_record("6,1,2,-;")->text.empty());
  CHECK(parse_kernel_record("6,1,2,-;\\x4")->text == "\\x4");
}

TEST_CASE("kernel log: kboot's own lines, and none of the kernel's that looks like one") {
  const std::vector<KernelRecord> records = {{6, 1, false, "kboot: the kernel's"},
                                             {6, 3141592, true, "kboot: mounted /dev/sda1"},
                                             {6, 3, true, "udhcpc: started"}};
  CHECK(only_kboots(records) == std::vector<KernelRecord>{{6, 3141592, true, "mounted /dev/sda1"}});
}

TEST_CASE("kernel log: for people with the seconds since the start, and no control characters") {
  CHECK(kernel_log_text({{6, 3141592, true, "mounted\x1b[2J"}, {6, 123456789012, true, "later"}}) ==
        "    3.14  mounted\\x1b[2J\n"
        "123456.78  later\n");
}

TEST_CASE("kernel log: one that cannot be read is an error that names it") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH(read_kernel_log(folder.path("kmsg").c_str()),
                    Catch::Contains("kmsg: No such file or directory"));
  folder.write("kmsg", "6,1,2,-;text\n");
  CHECK(read_kernel_log(folder.path("kmsg").c_str()).size() == 1);
}

TEST_CASE("kernel log: secrets that the kernel logs are not in what is read") {
  const test::TemporaryFolder folder;
  folder.write("kmsg", "6,1,2,-;Kernel command line: default=http://u:geheim@h/k?geheim password=geheim\n");
  CHECK(read_kernel_log(folder.path("kmsg").c_str()).at(0).text ==
        "Kernel command line: default=http://…@h/k?… password=…");
}

TEST_CASE("kernel log: from now on, what was there is passed over") {
  const test::TemporaryFolder folder;
  folder.write("kmsg", "6,1,2,-;old\n");
  KernelLog log(folder.path("kmsg").c_str(), KernelLog::From::now);
  CHECK_FALSE(log.next());
  folder.write("kmsg", "6,1,2,-;old\n6,2,3,-;new\n");
  CHECK(log.next()->text == "new");
}
