# Sourced by the components made from the lvm2 source package: goes there, patches and configures it.
# shellcheck shell=sh
cd "$SRC/lvm2" || exit
patch -p1 <"$TOP/scripts/components/lvm2.d/musl.patch"
./configure --prefix= --sbindir=/sbin --host="$TARGET" --build="$TARGET" \
    --enable-static_link --disable-selinux --disable-readline --disable-udev_sync --disable-udev_rules \
    --disable-dmeventd --disable-dmfilemapd --disable-cmdlib --disable-nls --disable-blkid_wiping \
    --disable-systemd-journal --without-systemd-run --with-confdir=/etc --with-default-locking-dir=/run/lock/lvm \
    --with-default-run-dir=/run/lvm --with-default-pid-dir=/run --with-thin=internal --with-cache=internal \
    --with-vdo=none --with-writecache=none --with-integrity=none --enable-pkgconfig
