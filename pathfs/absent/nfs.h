#pragma once

#include "base/error.h"
#include "pathfs/nfs.h"

namespace kboot {

/// For a kboot without NFS.
class AbsentNfs final : public NfsClient {
 public:
  void mount(const std::string& /*source*/, const std::string& /*directory*/, const std::string& /*options*/,
             Access /*access*/) override {
    fail("NFS: left out of this kboot");
  }
};

}  // namespace kboot
