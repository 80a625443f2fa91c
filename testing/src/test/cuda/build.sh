#!/usr/bin/env bash
# Builds what the CUDA tests need where there is no card; g++ alone is needed. What is up to date stays as it is.
#   build.sh emulator OUTPUT-FOLDER             OUTPUT-FOLDER/libgatun-emulator.so
#   build.sh stubs OUTPUT-FOLDER                the emulator there, and libcuda.so.1, libnvrtc.so.13, libcublas.so.13,
#                                               libcublasLt.so.13, libcudnn.so.9
#   build.sh kernels OUTPUT-FOLDER IN.cu OUT.so [checked] [COMPILER-OPTION...]
#       a library of kernels for the emulator in that folder; checked: one that notices wrong accesses and races
#   build.sh check OUTPUT-FOLDER                OUTPUT-FOLDER/check, which runs kernels on the emulator in that folder
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compiler=${CXX:-g++}

fail() {
    echo "gatun: $1" >&2
    exit 1
}

[ $# -ge 2 ] || fail "usage: build.sh emulator FOLDER | stubs FOLDER | kernels FOLDER IN.cu OUT.so [checked] [COMPILER-OPTION...]"
[ "$(uname -m)" = x86_64 ] || fail "the CUDA emulator runs on x86-64 only: this is $(uname -m)"
command -v "$compiler" >/dev/null 2>&1 || fail "g++ is missing: install it with 'apt-get install g++' or 'dnf install gcc-c++'"
folder=$2
mkdir -p "$folder"

# newest OUT IN...: whether OUT is newer than every IN.
newest() {
    local out=$1 in
    shift
    [ -f "$out" ] || return 1
    for in; do [ "$out" -nt "$in" ] || return 1; done
}

# put OUT COMMAND...: runs a compiler whose last argument is a file of its own, renamed once it is whole.
put() {
    local out=$1
    shift
    "$@" -o "$out.$$"
    mv "$out.$$" "$out"
}

# library NAME SOURCE... [-- OPTION...]: a library in the folder, by its soname.
library() {
    local name=$1 sources=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        sources+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    newest "$folder/$name" "$here"/build.sh "$here"/emulator/* "$here"/stubs/* ||
        put "$folder/$name" "$compiler" -std=c++17 -O2 -g -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden \
            -Wl,-soname,"$name" "${sources[@]}" -L "$folder" -Wl,-rpath,"$folder" "$@"
}

case "$1" in
    emulator) library libgatun-emulator.so "$here"/emulator/*.cpp -- -ldl ;;
    stubs)
        folder=$(cd "$folder" && pwd)
        library libgatun-emulator.so "$here"/emulator/*.cpp -- -ldl
        library libcuda.so.1 "$here"/stubs/driver*.cpp -- -lgatun-emulator
        number=$(cat "$here"/build.sh "$here"/emulator/* | cksum | cut -c1-6)
        library libnvrtc.so.13 "$here"/stubs/nvrtc.cpp -- \
            -DSTUB_BUILD="\"$here/build.sh\"" -DSTUB_FOLDER="\"$folder\"" -DSTUB_NUMBER="1$number"
        library libcublas.so.13 "$here"/stubs/cublas.cpp -- -l:libcuda.so.1
        library libcublasLt.so.13 "$here"/stubs/cublaslt.cpp -- -l:libcuda.so.1
        library libcudnn.so.9 "$here"/stubs/cudnn.cpp -- -l:libcuda.so.1
        ;;
    kernels)
        [ $# -ge 4 ] || fail "usage: build.sh kernels FOLDER IN.cu OUT.so [checked] [COMPILER-OPTION...]"
        in=$3
        out=$4
        shift 4
        checks=()
        if [ "${1:-}" = checked ]; then
            checks=(-fsanitize=thread)
            shift
        fi
        # No contraction, as NVRTC is told: the CPU's bits. Instrumented objects are linked without their usual library.
        "$compiler" -std=c++17 -O1 -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-parameter -fPIC -fvisibility=hidden -fno-exceptions -fno-math-errno \
            -ffp-contract=off ${checks[@]+"${checks[@]}"} "$@" -include "$here/emulator/shim.h" -I "$here/emulator" \
            -x c++ -c "$in" -o "$out.$$.o"
        put "$out" "$compiler" -shared "$out.$$.o" -L "$folder" -lgatun-emulator -Wl,-rpath,"$folder"
        rm -f "$out.$$.o"
        ;;
    check)
        sources=("$here"/check/*.cpp)
        newest "$folder/check" "${sources[@]}" "$here"/check/*.h "$here"/emulator/emulator.h "$folder/libgatun-emulator.so" ||
            put "$folder/check" "$compiler" -std=c++17 -O1 -Wall -Wextra -Werror -ffp-contract=off "${sources[@]}" \
                -L "$folder" -lgatun-emulator -Wl,-rpath,"$folder"
        ;;
    *) fail "no such job: $1" ;;
esac
