#include <algorithm>

#include "base/text.h"
#include "loader/boot/device_tree.h"
#include "loader/commands/commands.h"
#include "loader/commands/places.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kIndent = 2;

struct Row {
  BlockDevice device;
  std::size_t depth = 0;  ///< in the tree of what is made of what
  std::string state;      ///< of what can be made into another device: "locked", "open"
  std::string mounted;    ///< where, in the path language; empty: nowhere
};

/// `md0`, `vg-root`: without the folder, for which there is no room.
std::string short_name(const std::string& node) {
  return node.substr(node.rfind('/') + 1);
}

/// Whether a LUKS volume is open, and that another member of an array or group is, which is shown once.
std::string state_of(const BlockDevice& device, const std::vector<BlockDevice>& devices) {
  if (device.type == "crypto_LUKS") return is_used(device, devices) ? "open" : "locked";
  for (const BlockDevice& other : devices) {
    const auto at = std::find(other.parents.begin(), other.parents.end(), device.node);
    if (at != other.parents.end() && at != other.parents.begin()) return "in " + short_name(other.node);
  }
  return "";
}

std::string type_of(const BlockDevice& device) {
  if (!device.type.empty()) return device.type;
  if (device.no_medium) return "no medium";
  if (!device.partitioned) return "";
  // A partition with partitions in it is an MBR's extended one.
  return device.partuuid.empty() ? "disk" : "extended";
}

std::string size_of(const BlockDevice& device) {
  return device.no_medium ? "" : human_size(device.size);
}

/// Where the device is mounted: of several places the first.
std::string mounted_at(const BlockDevice& device, const std::vector<MountedFileSystem>& table,
                       Session& session) {
  for (const MountedFileSystem& one : table) {
    if (one.source != device.node) continue;
    return place_of(one, session.resolver().booted_root(), session.resolver().mounter());
  }
  return "";
}

/// A tag can be pasted as it is when it is one word, and no colon would end it early.
bool is_one_word(const std::string& value) {
  return !value.empty() && value.find_first_of(" \t'\":") == std::string::npos && printable(value) == value;
}

/// The lines below a device's row: what names it for good, as a path begins with it.
std::string tag_lines(const BlockDevice& device, std::size_t depth) {
  const std::string indent(kIndent * (depth + 2), ' ');
  std::vector<std::string> tags;
  if (is_one_word(device.uuid))
    tags.push_back("UUID=" + device.uuid);
  else if (is_one_word(device.partuuid))
    tags.push_back("PARTUUID=" + device.partuuid);
  if (is_one_word(device.partlabel)) tags.push_back("PARTLABEL=" + device.partlabel);
  std::string one_line = fmt::format("{}{}\n", indent, join(tags, "  "));
  if (tags.empty()) return "";
  if (one_line.size() <= kColumns + 1) return one_line;
  return fmt::format("{0}{1}\n{0}{2}\n", indent, tags[0], tags[1]);
}

std::string text_of(const std::vector<Row>& rows) {
  Table table{"devices", {"device", "size", "type", "label", "mounted"}, {}};
  std::vector<std::string> tags;
  for (const auto& [device, depth, state, mounted] : rows) {
    std::string type = type_of(device);
    if (!state.empty()) type += " (" + state + ")";
    table.rows.push_back({std::string(kIndent * depth, ' ') + device_name(device.node), size_of(device),
                          std::move(type), device.label, mounted});
    tags.push_back(tag_lines(device, depth));
  }
  return table_text(table, tags);
}

Table table_of(const std::vector<Row>& rows) {
  Table table{
      "devices",
      {"device", "size", "type", "label", "uuid", "partuuid", "partlabel", "mounted", "parents", "state"},
      {}};
  for (const auto& [device, depth, state, mounted] : rows) {
    std::vector<std::string> parents;
    for (const std::string& parent : device.parents) parents.push_back(device_name(parent));
    table.rows.push_back({device_name(device.node),
                          {size_of(device), device.size},
                          type_of(device),
                          device.label,
                          device.uuid,
                          device.partuuid,
                          device.partlabel,
                          mounted,
                          join(parents, " "),
                          state});
  }
  return table;
}

}  // namespace

void run_devices(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("devices");
  Mounter& mounter = session.resolver().mounter();
  const std::vector<MountedFileSystem> mounted = mounter.mount_table();
  std::vector<Row> rows;
  const std::vector<BlockDevice> devices = mounter.all_devices();
  for (const DeviceBranch& branch : device_tree(devices)) {
    const BlockDevice& device = devices[branch.index];
    rows.push_back({device, branch.depth, state_of(device, devices), mounted_at(device, mounted, session)});
  }
  Report& report = session.report();
  for (const IdlePciDevice& controller : mounter.idle_controllers())
    report.note(Shown::text(without_driver(controller)));
  if (report.style() == Report::Style::json) return report.table(table_of(rows), session.current_line());
  if (rows.empty()) return report.note("no block device is there");
  report.text(text_of(rows), session.current_line());
}

}  // namespace kboot
