#pragma once

#include <memory>
#include <string>
#include <vector>

#include "loader/entries/device_trees.h"
#include "netfetch/curl_fetcher.h"
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

  Ledger ledger;
  std::unique_ptr<Mounter> mounter;
  CurlFetcher fetcher;
  ToolVolumes volumes;
  IscsiTool initiator;
  Resolver resolver;
};

}  // namespace kboot
