/* insmod MODULE [OPTIONS]: kboot's BusyBox has none, for its own kernel has no modules. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int module = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  if (module < 0 || syscall(SYS_finit_module, module, argc > 2 ? argv[2] : "", 0) != 0) {
    perror("insmod");
    return 1;
  }
  return 0;
}
