# Sourced by the scripts a person types: where things are, and how to say no.
# The caller has set `top` to the root of the source tree.
# shellcheck shell=sh

: "${KBOOT_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/kboot}"
export KBOOT_CACHE

say() { printf '%s\n' "${0##*/}: $*" >&2; }

die() {
    say "$*"
    exit 1
}

# Installs what is missing; takes a few hundredths of a second when nothing is.
require_setup() { "${top:?}/scripts/setup" || exit 1; }
