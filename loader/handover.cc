#include "loader/handover.h"

#include <unistd.h>

#include "base/interrupt.h"
#include "base/log.h"
#include "base/text.h"
#include "loader/report.h"
#include "loader/session.h"
#include "loader/shown.h"

namespace kboot {

void hand_over(const BootPlan& plan, const System& system, Report& report,
               const std::function<void()>& before_start) {
  {
    const KernelImage image =
        stage(plan, system.resolver, [&](const std::string& name) { return report.fetch_options(name); });
    Interrupt::throw_if_requested();
    report.finish_progress();
    report.note(fmt::format(
        "booting {}{}", shown(plan.kernel.as_written),
        image.facts.version.empty() ? "" : ", Linux " + split_blanks(image.facts.version).front()));
    log_info("booting {}, command line: {}", shown(plan.kernel.as_written),
             printable(shown_line(plan.cmdline)));
    try {
      system.kexec.load(image);
    } catch (const Error&) {
      require_readable_kernel(plan, image);
      throw;
    }
  }
  // Whoever stops it from here on would find a machine without disks and network.
  Interrupt::throw_if_requested();
  system.consoles.commit_boot();
  system.connection.end();
  system.resolver.release();
  before_start();
  ::sync();
  system.resolver.initiator().drop_all();
  system.network.down();
  system.kexec.execute();
}

}  // namespace kboot
