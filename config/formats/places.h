#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/lower_case.h"
#include "config/formats/source_reader.h"

namespace kboot {

/// An absolute path without empty parts, `.` and `..`; a `..` at the top stays there. `\` is a letter.
std::string clean_path(std::string_view path);

/// The folder that a path lies in: `/boot` of `/boot/x`, `/` of `/x`.
std::string folder_of(std::string_view path);

/// The last part of a path: `x` of `/boot/x`.
std::string file_name_of(std::string_view path);

/// A file that is named in another: a URL as it is, a path from `/` from the top of the device or server, any
/// other from `folder`.
FilePlace place_of(std::string_view written, const std::string& device, std::string_view folder);

/// The device of what lies in an image file: `sda1:/x.iso:` of `sda1:/x.iso`.
std::string device_in(const FilePlace& image);
/// The image file that such a device is; nothing: it is none.
std::optional<FilePlace> image_of(std::string_view device);

/// Whether it begins as a URL does: `SCHEME://`.
bool is_url(std::string_view text);
/// A URL as a place: `http://server/x` lies on `http://server`.
FilePlace url_place(std::string_view url);

/// Whether a configuration may lead to a file: one on a disk to this machine's disks alone, one from a server
/// to URLs alone.
bool may_lead_to(const FilePlace& configuration, const FilePlace& file);

}  // namespace kboot
