# The static target: musl and the libraries of the sysroot component, nothing of the host.
# KBOOT_SYSROOT, in the environment or the cache, is the folder `scripts/build component sysroot` prints.

set(CMAKE_SYSTEM_NAME Linux)

if(NOT KBOOT_SYSROOT)
  set(KBOOT_SYSROOT "$ENV{KBOOT_SYSROOT}")
endif()
if(NOT EXISTS "${KBOOT_SYSROOT}/bin/kboot-g++")
  message(FATAL_ERROR "KBOOT_SYSROOT (${KBOOT_SYSROOT}) is no sysroot; scripts/build sets it")
endif()
set(KBOOT_SYSROOT "${KBOOT_SYSROOT}" CACHE PATH "sysroot of the static target")
# CMake's own test compilations read this file again, without the cache.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES KBOOT_SYSROOT)

set(CMAKE_C_COMPILER "${KBOOT_SYSROOT}/bin/kboot-gcc")
set(CMAKE_CXX_COMPILER "${KBOOT_SYSROOT}/bin/kboot-g++")

# Only what is used is kept, and nothing says where it was compiled.
set(flags "-ffunction-sections -fdata-sections -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_CXX_FLAGS_INIT "${flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections")

set(CMAKE_FIND_ROOT_PATH "${KBOOT_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)

# The sysroot's .pc files, and no others; their prefix is wherever the sysroot lies.
set(ENV{PKG_CONFIG_LIBDIR} "${KBOOT_SYSROOT}/lib/pkgconfig")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${KBOOT_SYSROOT}")
set(ENV{PKG_CONFIG_PATH} "")
# In a static link, what is private to a library is wanted too.
set(PKG_CONFIG_ARGN --static)
