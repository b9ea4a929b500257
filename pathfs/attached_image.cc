#include "pathfs/attached_image.h"

#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "pathfs/blkid_devices.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";

/// The file as a whole on a loop device that was free.
AttachedImage attach_whole(const std::string& file) {
  constexpr int kTries = 16;  // another process may take the one that is free
  const UniqueFd image(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!image) fail_errno(errno, "");
  const UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) fail_errno(errno, "no loop device for an image file");
  for (int tries = 0; tries < kTries; ++tries) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) fail_errno(errno, "no free loop device");
    AttachedImage loop;
    loop.node = fmt::format("/dev/loop{}", number);
    loop.fd.reset(::open(loop.node.c_str(), O_RDONLY | O_CLOEXEC));
    if (!loop.fd) fail_errno(errno, loop.node);
    loop_config config{};
    config.fd = static_cast<__u32>(image.get());
    config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN;
    if (::ioctl(loop.fd.get(), LOOP_CONFIGURE, &config) == 0) return loop;
    if (errno != EBUSY) fail_errno(errno, loop.node);
  }
  fail("all loop devices are in use");
}

bool has_partition(const std::string& node) {
  return !read_small_file("/sys/class/block/" + node.substr(kDev.size()) + "/partition").empty();
}

bool has_file_system(const std::string& node) {
  try {
    return !file_system_type(node).empty();
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

/// The numbers of a device's partitions on which there is a file system.
std::vector<std::string> partitions_with_file_system(const std::string& whole) {
  constexpr int kMost = 128;  // what a GPT has room for as a rule
  std::vector<std::string> numbers;
  for (int number = 1; number <= kMost; ++number) {
    const std::string node = fmt::format("{}p{}", whole, number);
    if (has_partition(node) && has_file_system(node)) numbers.push_back(std::to_string(number));
  }
  return numbers;
}

}  // namespace

AttachedImage attach_image(const std::string& file, int partition) {
  AttachedImage image = attach_whole(file);
  const std::string whole = image.node;
  if (partition > 0) {
    image.node = fmt::format("{}p{}", whole, partition);
    if (!has_partition(image.node)) fail("there is no partition {} in this image", partition);
    return image;
  }
  if (has_file_system(whole)) return image;
  const std::vector<std::string> numbers = partitions_with_file_system(whole);
  if (numbers.empty()) fail("no file system is in this file");
  if (numbers.size() > 1)
    fail("the image has several partitions, {}: one is named as in \"disk.img:{}:/path\"", join(numbers, " "),
         numbers[0]);
  image.node = fmt::format("{}p{}", whole, numbers[0]);
  return image;
}

}  // namespace kboot
