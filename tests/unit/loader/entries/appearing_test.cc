#include "loader/entries/appearing.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

TEST_CASE("appearing: a machine without USB has all its disks") {
  const TemporaryFolder sys;
  CHECK_FALSE(is_disk_appearing(sys.path(), 0ms));
}

TEST_CASE("appearing: USB is enumerated for a while, and a mass storage device has a disk in the end") {
  TemporaryFolder sys;
  sys.write("bus/usb/devices/usb1/bDeviceClass", "09\n");
  sys.write("bus/usb/devices/1-1:1.0/bInterfaceClass", "03\n");
  CHECK(is_disk_appearing(sys.path(), 500ms));
  CHECK_FALSE(is_disk_appearing(sys.path(), 3s));
  sys.write("bus/usb/devices/1-2:1.0/bInterfaceClass", "08\n");
  CHECK(is_disk_appearing(sys.path(), 3s));
  sys.make_folder("bus/usb/devices/1-2:1.0/host6/target6:0:0/6:0:0:0");
  CHECK(is_disk_appearing(sys.path(), 3s));
  CHECK_FALSE(is_disk_appearing(sys.path(), 10s));
  sys.make_folder("bus/usb/devices/1-2:1.0/host6/target6:0:0/6:0:0:0/block");
  CHECK_FALSE(is_disk_appearing(sys.path(), 3s));
}
