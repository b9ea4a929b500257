#include "config/formats/ipxe.h"

#include "config/formats/ipxe/runner.h"

namespace kboot {

BootSource read_ipxe(const FilePlace& file, SourceReader& reader) {
  return IpxeRunner(file, reader).run();
}

}  // namespace kboot
