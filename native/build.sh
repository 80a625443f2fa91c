#!/usr/bin/env bash
# Builds the C side of Gatun through CMake; what is up to date stays as it is. Maven calls this; so may you:
#   native/build.sh library BUILD-FOLDER OUTPUT-FOLDER   OUTPUT-FOLDER/linux-<machine>/libgatun.so
#   native/build.sh test BUILD-FOLDER                    the leaves' test under AddressSanitizer and UBSan, and runs it
#   native/build.sh cross BUILD-FOLDER MACHINE [OUTPUT-FOLDER]   the same for MACHINE, with its cross compiler
set -euo pipefail

fail() {
    echo "gatun: $1" >&2
    exit 1
}

usage() {
    fail "usage: native/build.sh library BUILD-FOLDER OUTPUT-FOLDER | test BUILD-FOLDER | cross BUILD-FOLDER MACHINE [OUTPUT-FOLDER]"
}

# need TOOL WHAT: one line with the cure where a tool is missing.
need() {
    command -v "$1" >/dev/null 2>&1 ||
        fail "$2 is missing: install it with 'apt-get install gcc cmake make' or 'dnf install gcc cmake make'"
}

# build FOLDER CMAKE-ARGUMENT...: configures once and compiles what changed. Output is shown only where it failed.
build() {
    local folder=$1 log
    shift
    mkdir -p "$folder"
    log="$folder/build.log"
    # CMake refuses a build folder that was configured for sources elsewhere: the checkout was moved.
    grep -qsF "CMAKE_HOME_DIRECTORY:INTERNAL=$source" "$folder/CMakeCache.txt" ||
        rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
    if ! { cmake -S "$source" -B "$folder" -G "Unix Makefiles" "$@" &&
        cmake --build "$folder" --parallel "$jobs"; } >"$log" 2>&1; then
        cat "$log" >&2
        fail "the C sources did not build; the compiler's words stand above"
    fi
}

# lay_down BUILD-FOLDER TARGET: copies the library only when it differs, since a fresh date would make Maven pack the jar
# anew. Renamed into place: another process may be reading the old one.
lay_down() {
    mkdir -p "$2"
    cmp -s "$1/libgatun.so" "$2/libgatun.so" && return
    cp "$1/libgatun.so" "$2/libgatun.so.$$"
    mv "$2/libgatun.so.$$" "$2/libgatun.so"
}

[ $# -ge 2 ] || usage
[ "$(uname -s)" = Linux ] || fail "Gatun builds and runs on Linux only for now: this is $(uname -s)"
need cmake CMake
need make make
source=$(CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jobs=$(nproc 2>/dev/null || echo 2)

case "$1" in
    library)
        [ $# -eq 3 ] || usage
        need "${CC:-cc}" "a C compiler"
        build "$2"
        lay_down "$2" "$3/linux-$(uname -m)"
        ;;
    test)
        [ $# -eq 2 ] || usage
        need "${CC:-cc}" "a C compiler"
        build "$2" -DGATUN_SANITIZE=ON
        (cd "$2" && ctest --output-on-failure)
        ;;
    cross)
        [ $# -eq 3 ] || [ $# -eq 4 ] || usage
        need "$3-linux-gnu-gcc" "the cross compiler $3-linux-gnu-gcc"
        build "$2" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$3" -DCMAKE_C_COMPILER="$3-linux-gnu-gcc"
        [ $# -eq 3 ] || lay_down "$2" "$4/linux-$3"
        ;;
    *) usage ;;
esac
