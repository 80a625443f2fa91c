#!/usr/bin/env bash
# Makes the generated bindings anew with the jextract on the path, from the include lists in include/.
#
#   bindings/generate.sh             generates; fails when include/kernels.txt and gatun.h have drifted apart
#   bindings/generate.sh --includes  first rewrites include/kernels.txt to name all that gatun.h declares
#
# jextract must be a build that targets Java 22 (https://jdk.java.net/jextract). cblas.h is read from OPENBLAS_INCLUDE
# where that is set, else from the newest org.bytedeco:openblas native jar in the local Maven repository
# (MAVEN_REPOSITORY, by default ~/.m2/repository), which `mvn verify` leaves there. CUDA's headers are read from the
# folders in CUDA_INCLUDE, separated by colons, else from /usr/local/cuda/include: each from the first that has it. A
# library whose header is in none keeps the bindings that it has.
set -euo pipefail
export LC_ALL=C
CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")"

readonly header=../native/common/gatun.h
readonly sources=src/main/java

fail() {
    echo "generate.sh: $*" >&2
    exit 1
}

command -v jextract >/dev/null || fail "no jextract on the path: get a build for Java 22 from https://jdk.java.net/jextract"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# cblas.h pulls in complex.h, whose long double functions jextract skips with a line each; they are not in our lists.
quiet_jextract() {
    jextract "$@" 2>"$work/log" || fail "jextract failed:"$'\n'"$(cat "$work/log")"
    grep -v 'warning: Skipping' "$work/log" >&2 || true
}

# Every gt_ function and struct and every GT_ constant that gatun.h declares, one per line, sorted.
declared() {
    quiet_jextract --dump-includes "$work/dump" "$header"
    sed -nE 's/^(--include-(function|struct|constant) (gt_|GT_)[A-Za-z0-9_]+) .*/\1/p' "$work/dump" | sort
}

# generate PACKAGE HEADER_CLASS INCLUDE_LIST HEADER [JEXTRACT_OPTION...]
generate() {
    local package=$1 class=$2 list=$3 from=$4
    local folder=${package//.//}
    grep -v '^#' "$list" >"$work/arguments"
    quiet_jextract "${@:5}" --output "$work/out" --target-package "$package" --header-class-name "$class" \
        "@$work/arguments" "$from"
    [[ -f "$work/out/$folder/$class.java" ]] || fail "jextract made no $class.java from $from"
    if grep -q 'SYMBOL_LOOKUP.findOrThrow' "$work/out/$folder/$class.java"; then
        fail "this jextract writes for Java 23 or newer, Gatun's floor is 22: use a build for Java 22"
    fi
    mkdir -p "$sources/$folder"
    find "$sources/$folder" -name '*.java' ! -name package-info.java -delete
    cp "$work/out/$folder"/*.java "$sources/$folder/"
    echo "$sources/$folder: $(find "$work/out/$folder" -name '*.java' | wc -l) classes"
}

openblas_include() {
    if [[ -n "${OPENBLAS_INCLUDE:-}" ]]; then
        [[ -f "$OPENBLAS_INCLUDE/cblas.h" ]] || fail "OPENBLAS_INCLUDE: no cblas.h in $OPENBLAS_INCLUDE"
        echo "$OPENBLAS_INCLUDE"
        return
    fi
    local repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository} jar
    jar=$(find "$repository/org/bytedeco/openblas" -name 'openblas-*-linux-x86_64.jar' 2>/dev/null | sort -V | tail -n 1)
    [[ -n "$jar" ]] || fail "no OpenBLAS jar in $repository: run 'mvn verify' once, or set OPENBLAS_INCLUDE to the folder of cblas.h"
    command -v unzip >/dev/null || fail "no unzip on the path: install the package unzip, or set OPENBLAS_INCLUDE"
    unzip -qoj "$jar" '*/include/cblas.h' '*/include/openblas_config.h' -d "$work/openblas" || fail "no cblas.h in $jar"
    echo "$work/openblas"
}

# generate_cuda PACKAGE HEADER_CLASS INCLUDE_LIST HEADER [OUR_HEADER]: from the first folder with HEADER
generate_cuda() {
    local folders folder
    IFS=: read -ra folders <<<"${CUDA_INCLUDE:-/usr/local/cuda/include}"
    for folder in "${folders[@]}"; do
        if [[ -f "$folder/$4" ]]; then
            generate "$1" "$2" "$3" "${5:-$folder/$4}" --include-dir "$folder"
            return
        fi
    done
    echo "generate.sh: no $4 in ${CUDA_INCLUDE:-/usr/local/cuda/include}: $2 stays as it is (CUDA_INCLUDE names folders)" >&2
}

case ${1:-} in
    "") ;;
    --includes)
        { echo "# All that native/common/gatun.h declares; written by generate.sh --includes."; declared; } >"$work/list"
        cp "$work/list" include/kernels.txt
        ;;
    *) fail "unknown option: $1" ;;
esac

declared >"$work/declared"
grep -v '^#' include/kernels.txt | sort | diff - "$work/declared" >"$work/drift" \
    || fail "include/kernels.txt (<) and gatun.h (>) differ; generate.sh --includes rewrites the list"$'\n'"$(cat "$work/drift")"

generate dev.gatun.bindings.kernels Gatun include/kernels.txt "$header"
blas=$(openblas_include)
generate dev.gatun.bindings.openblas OpenBlas include/openblas.txt "$blas/cblas.h" --include-dir "$blas"
generate_cuda dev.gatun.bindings.cuda Cuda include/cuda.txt cuda.h include/cuda_driver.h
generate_cuda dev.gatun.bindings.nvrtc Nvrtc include/nvrtc.txt nvrtc.h
generate_cuda dev.gatun.bindings.cublas Cublas include/cublas.txt cublas_v2.h
generate_cuda dev.gatun.bindings.cublaslt CublasLt include/cublaslt.txt cublasLt.h
generate_cuda dev.gatun.bindings.cudnn Cudnn include/cudnn.txt cudnn.h
