# A bash library for bench/compare, bench/bare and bench/soak, over scripts/launch.sh. Source it; it sets bench_root and
# defines
#
#   fail MESSAGE [CODE]         prints one line on standard error and ends the script, with code 1 unless said otherwise
#   bench_floor                 unpacks OpenBLAS into the folder `openblas` and compiles bench/floor into the program
#                               `floor`, both variables, where that is not done yet; after gatun_build
#   bench_java CLASS-PATH OPTION... MAIN ARGUMENT...
#   bench_peers_class_path      prints the class path of programs that use DJL
#   bench_djl OPTION... MAIN ARGUMENT...
#                               runs one of them; DJL at its best
#   value_of KEY LINE           prints the value in a line of key=value
#   median_least_most FILE      prints these three and the count of a file of numbers
#   write_results JSON FOLDER NAME...
#                               writes seconds as JSON; NAME, such as mlp-b100.gatun, is a file of numbers in FOLDER

# shellcheck source-path=SCRIPTDIR source=../scripts/launch.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/launch.sh"
bench_root=$gatun_root/bench

fail() {
    echo "${0##*/}: $1" >&2
    exit "${2:-1}"
}

bench_floor() {
    local folder=$bench_root/target/floor jar inside=org/bytedeco/openblas/linux-x86_64
    mkdir -p "$folder"
    openblas=$folder/openblas
    jar=$(compgen -G "$bench_root/target/quick/lib/openblas*linux-x86_64.jar" | head -n 1) ||
        fail "OpenBLAS's jar is not among $bench_root/target/quick/lib"
    if [ ! -f "$openblas/libopenblas.so.0" ] || [ "$jar" -nt "$openblas/libopenblas.so.0" ]; then
        rm -rf "$openblas" "$openblas.unpacked"
        mkdir "$openblas.unpacked"
        (cd "$openblas.unpacked" && "$gatun_java_home/bin/jar" xf "$jar" \
            "$inside"/{libgcc_s.so.1,libquadmath.so.0,libgfortran.so.5,libopenblas.so.0})
        mv "$openblas.unpacked/$inside" "$openblas"
        touch "$openblas/libopenblas.so.0"
        rm -rf "$openblas.unpacked"
    fi

    floor=$folder/floor
    if [ -z "$(find "$floor" -newer "$bench_root/common.sh" 2>/dev/null)" ] ||
        [ -n "$(find "$bench_root/floor" -newer "$floor" -print -quit)" ]; then
        "${CC:-cc}" -std=gnu11 -O3 -march=native -fno-math-errno -fno-trapping-math -Wall -Wextra -Werror \
            "$bench_root"/floor/*.c -o "$floor" -lm -lpthread -ldl || fail "the floor does not compile"
    fi
}

bench_java() {
    # The serial collector starts no threads that compete with the kernels' two.
    "$gatun_java_home/bin/java" -XX:+UseSerialGC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -cp "$@"
}

bench_peers_class_path() {
    echo "$bench_root/target/peers-classes:$(gatun_class_path bench):$bench_root/target/peers-lib/*"
}

# A malloc that gives memory back to the system after every step pays page faults in the next. 32 MiB is the largest
# threshold that glibc takes: it ignores a larger one.
bench_djl() {
    MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_TOP_PAD_=67108864 \
        DJL_CACHE_DIR=$bench_root/target/djl ENGINE_CACHE_DIR=$bench_root/target/djl \
        bench_java "$(bench_peers_class_path)" -Xms1g -Xmx2g -Dai.djl.disable_close_resource_on_finalize=true "$@"
}

value_of() {
    sed -n "s/.*\b$1=\([^ ]*\).*/\1/p" <<<"$2"
}

median_least_most() {
    sort -g "$1" | awk '{ x[NR] = $1 }
        END { m = NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2
              printf "%.6f %.6f %.6f %d\n", m, x[1], x[NR], NR }'
}

write_results() {
    local json=$1 folder=$2 name cells separator=''
    shift 2
    {
        printf '{"results": ['
        for name in "$@"; do
            read -ra cells <<<"$(median_least_most "$folder/$name")"
            printf '%s\n  {"work": "%s", "system": "%s", "median_s": %s, "min_s": %s, "max_s": %s, "runs": %s}' \
                "$separator" "${name%.*}" "${name##*.}" "${cells[@]}"
            separator=,
        done
        printf '\n]}\n'
    } >"$json"
}
