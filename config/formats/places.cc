#include "config/formats/places.h"

#include <algorithm>
#include <vector>

namespace kboot {

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string clean;
  for (const std::string_view part : parts) clean.append("/").append(part);
  return clean.empty() ? "/" : clean;
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos || slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string file_name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string device_in(const FilePlace& image) {
  return image.str() + ":";
}

std::optional<FilePlace> image_of(std::string_view device) {
  if (!device.ends_with(':') || is_url(device)) return std::nullopt;
  device.remove_suffix(1);
  const std::size_t colon = device.rfind(":/");
  // A folder of a tree without a device has its path alone, kboot's own begins with two slashes.
  if (colon == std::string_view::npos && device.starts_with("//"))
    return FilePlace{"/", std::string(device.substr(1))};
  if (colon == std::string_view::npos)
    return device.starts_with('/') ? std::make_optional(FilePlace{"", std::string(device)}) : std::nullopt;
  std::string outer(device.substr(0, colon));
  // An image in an image.
  if (outer.find(":/") != std::string::npos) outer += ':';
  return FilePlace{std::move(outer), std::string(device.substr(colon + 1))};
}

bool is_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  return colon != std::string_view::npos && colon > 0 && text.find('/') == colon + 1;
}

FilePlace url_place(std::string_view url) {
  const std::size_t slash = url.find('/', url.find("://") + 3);
  if (slash == std::string_view::npos) return {std::string(url), "/"};
  return {std::string(url.substr(0, slash)), std::string(url.substr(slash))};
}

FilePlace place_of(std::string_view written, const std::string& device, std::string_view folder) {
  if (is_url(written)) return url_place(written);
  if (written.starts_with('/')) return {device, clean_path(written)};
  return {device, clean_path(std::string(folder).append("/").append(written))};
}

bool may_lead_to(const FilePlace& configuration, const FilePlace& file) {
  return is_url(configuration.device) == is_url(file.device);
}

}  // namespace kboot
