# Sourced by the components made from the lvm2 source package: goes there and configures it.
# shellcheck shell=sh
cd "$SRC/lvm2" || exit
# musl: stdin and its kin are constants, and there is no mallinfo(), whose answer would only say that malloc()
# does as it was told.
sed -i -E 's/\b(stdin|stdout|stderr) = fopen\(_PATH_DEVNULL, ("[rw]")\)/freopen(_PATH_DEVNULL, \2, \1)/' tools/lvmcmdline.c
sed -i '/^#include "lib.h"\|^#include "lib\/misc\/lib.h"/a\
struct mallinfo { int hblks; };\
static struct mallinfo mallinfo(void) { return (struct mallinfo){0}; }' lib/mm/memlock.c
./configure --prefix= --sbindir=/sbin --host="$TARGET" --build="$TARGET" \
    --enable-static_link --disable-selinux --disable-readline --disable-udev_sync --disable-udev_rules \
    --disable-dmeventd --disable-dmfilemapd --disable-cmdlib --disable-nls --disable-blkid_wiping \
    --disable-systemd-journal --without-systemd-run --with-confdir=/etc --with-default-locking-dir=/run/lock/lvm \
    --with-default-run-dir=/run/lvm --with-default-pid-dir=/run --with-thin=internal --with-cache=internal \
    --with-vdo=none --with-writecache=none --with-integrity=none --enable-pkgconfig
