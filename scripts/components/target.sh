# Sourced by components that are compiled for the static target (musl).
# shellcheck shell=sh

# A sysroot of one's own, so that a component sees what it declares and no more.
# Hard links: the caches of the components stay the only copies.
merge_sysroot() {
    mkdir -p "$1"
    for dep in "$DEPS"/*; do
        cp -al "$dep/." "$1/"
    done
}

merge_sysroot "$PWD/sysroot"
PATH=$PWD/sysroot/bin:$PATH
export PATH

# The name configure scripts know this target by; not a cross build, what is built here runs here.
TARGET=$(gcc -dumpmachine | sed 's/-gnu$/-musl/')

CC=kboot-gcc
CXX=kboot-g++
# Sources are compiled under a name that does not depend on where the cache is.
KBOOT_PREFIX_MAP="$SRC=/src $PWD=/build"
CFLAGS="-Os -ffunction-sections -fdata-sections"
CXXFLAGS=$CFLAGS
LDFLAGS=-Wl,--gc-sections
export TARGET CC CXX KBOOT_PREFIX_MAP CFLAGS CXXFLAGS LDFLAGS
