#pragma once

#include <memory>
#include <string>
#include <vector>

#include "loader/entries/device_trees.h"
#include "netfetch/server_fetcher.h"
#include "pathfs/iscsi.h"
#include "pathfs/ledger.h"
#include "pathfs/mounter.h"
#include "pathfs/resolver.h"
#include "pathfs/volumes.h"

namespace kboot {

/// All that a path needs of the machine: mounts, downloads, volumes, iSCSI disks, and the ledger of what is
/// held.
struct RealPaths {
  /// `console` stands in the ledger for what is held. With `devices` these folders are the disks: `--device`.
  RealPaths(const std::string& console, const std::vector<std::string>& devices, TlsFiles tls);

  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Mounter> mounter;
  std::unique_ptr<Fetcher> fetcher;
  std::unique_ptr<Volumes> volumes;
  std::unique_ptr<Initiator> initiator;
  Resolver resolver;
};

}  // namespace kboot
