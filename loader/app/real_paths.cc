#include "loader/app/real_paths.h"

#include <utility>

#include "pathfs/system_mounter.h"

namespace kboot {
namespace {

std::unique_ptr<Mounter> real_mounter(const std::vector<std::string>& devices, Ledger& ledger) {
  if (!devices.empty()) return make_tree_mounter(devices);
  return std::make_unique<SystemMounter>("/run/kboot/mnt", ledger);
}

}  // namespace

RealPaths::RealPaths(const std::string& console, const std::vector<std::string>& devices, TlsFiles tls)
    : ledger(make_ledger(console)),
      mounter(real_mounter(devices, *ledger)),
      fetcher(make_fetcher(std::move(tls))),
      volumes(make_volumes(*mounter, *ledger)),
      initiator(make_initiator(*mounter, *ledger)),
      resolver(*mounter, *fetcher, *volumes, *initiator) {}

}  // namespace kboot
