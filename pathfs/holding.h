#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// What a kboot process has made of the machine, which stays when the process is gone.
struct Holding {
  enum class Kind {
    mount,   ///< a folder below /run/kboot on which something is mounted
    array,   ///< a RAID array, `md127`; `*` while mdadm(8) decides which
    group,   ///< the logical volumes of a volume group
    luks,    ///< an open LUKS volume, by its name in /dev/mapper
    iscsi,   ///< a target that the kernel is logged in to
    chroot,  ///< programs of the booted system, in mounts that only they see; `-`
  };
  Kind kind = Kind::mount;
  std::string name;
  bool operator==(const Holding&) const = default;
};

/// `luks`: as in a record.
std::string_view kind_name(Holding::Kind kind);

/// All that one process holds, oldest first.
struct HoldingRecord {
  std::string console;  ///< where it runs: `ttyS0`
  std::vector<Holding> holdings;
  bool operator==(const HoldingRecord&) const = default;
};

/// How many a record has at most, and how long a name is (Linux: PATH_MAX).
inline constexpr std::size_t kMaxHoldings = 512;
inline constexpr std::size_t kMaxHoldingName = 4096;
/// Bytes of a record that are looked at.
inline constexpr std::size_t kMaxHoldingRecord = std::size_t{1} << 16;

/// `console ttyS0`, then `KIND NAME` for each, a line each; a control character or `\` as `\ooo`.
std::string holding_record_text(const HoldingRecord& record);

/// The record in a text. Lines that are none are passed over, and names that could lead a command astray:
/// they are given to programs.
HoldingRecord parse_holding_record(std::string_view text);

}  // namespace kboot
