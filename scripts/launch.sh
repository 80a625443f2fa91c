# A bash library for samples/run, bench/* and .ci/run: finds a JDK, builds a module once, says where its classes are.
# Source it; it sets gatun_root and defines
#
#   gatun_jdks            prints "MAJOR HOME" of every JDK 22 or newer found, newest first
#   gatun_find_jdk        sets gatun_java_home to the newest; ends the script with one line where there is none
#   gatun_build MODULE [PROFILE...]
#                         runs Maven's quick profile for MODULE and those it needs, only where a source is newer than
#                         the last build; one progress line meanwhile, Maven's log only on failure. Safe to call from
#                         several processes at once. Afterwards:
#   gatun_class_path MODULE
#                         prints MODULE's class path: its classes and all jars it needs (bench, samples)
#   gatun_fail MESSAGE    prints one line on standard error and ends the script with code 1
#   gatun_help "$@"       where the first argument is -h or --help: prints the words at the top of the script and ends it
#
# Variables that a user may set: JAVA_HOME, GATUN_MAVEN_ARGS (more arguments for Maven, such as -o).

gatun_fail() {
    echo "gatun: $1" >&2
    exit 1
}

gatun_help() {
    [ "${1:-}" = -h ] || [ "${1:-}" = --help ] || return 0
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit 0
}

# First of all: what follows needs a newer bash and other tools than macOS has.
[ "$(uname -s)" = Linux ] || gatun_fail "Gatun builds and runs on Linux only for now: this is $(uname -s)"

# CDPATH would make cd print where it went.
gatun_root=$(CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Where JDKs lie: JAVA_HOME and JAVA*_HOME, Maven's toolchains.xml, the usual folders. One candidate a line.
gatun_jdk_candidates() {
    local name toolchains="$HOME/.m2/toolchains.xml"
    for name in JAVA_HOME JDK_HOME $(compgen -v | grep -E '^JAVA_?[0-9]+_HOME' || true); do
        [ -z "${!name:-}" ] || echo "${!name}"
    done
    [ ! -f "$toolchains" ] || sed -n 's:.*<jdkHome>\(.*\)</jdkHome>.*:\1:p' "$toolchains"
    local folder
    for folder in "$HOME/.jdks" "$HOME/.m2/jdks" "${SDKMAN_CANDIDATES_DIR:-$HOME/.sdkman/candidates}/java" \
        "$HOME/.gradle/jdks" "$HOME/.jenv/versions" "$HOME/.jbang/cache/jdks" "$HOME/.asdf/installs/java" \
        "$HOME/.local/share/mise/installs/java" "$HOME/.jabba/jdk" \
        /usr/lib/jvm /usr/java /usr/jdk /opt/java /opt/jdk; do
        [ ! -d "$folder" ] || printf '%s\n' "$folder"/*/
    done
    local java
    if java=$(command -v java); then
        dirname "$(dirname "$(readlink -f "$java")")"
    fi
}

# Reads each candidate's release file: starting every java found would take a second.
gatun_jdks() {
    local home version
    gatun_jdk_candidates | while IFS= read -r home; do
        [ -x "$home/bin/javac" ] && [ -f "$home/release" ] || continue
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
        [ "${version:-0}" -lt 22 ] || echo "$version $(cd "$home" && pwd -P)"
    done | sort -k1,1nr -k2 -u
}

gatun_find_jdk() {
    gatun_java_home=$(gatun_jdks | sed -n '1s/^[0-9]* //p')
    [ -n "$gatun_java_home" ] || gatun_fail "no JDK 22 or newer found: looked at JAVA_HOME, ~/.m2/toolchains.xml, ~/.jdks, \
SDKMAN and /usr/lib/jvm; install one (such as 'apt-get install openjdk-25-jdk', or from adoptium.net) and set JAVA_HOME"
}

# gatun_need TOOL WHAT DEBIAN-PACKAGE FEDORA-PACKAGE: one line with the cure where a tool is missing.
gatun_need() {
    command -v "$1" >/dev/null 2>&1 ||
        gatun_fail "$2 is missing: install it with 'apt-get install $3' or 'dnf install $4'"
}

# Prints the first source newer than the stamp $1, nothing where the build is up to date. Folders count: their date
# changes when a file goes.
gatun_newer() {
    [ -f "$1" ] || {
        echo "$1"
        return
    }
    (cd "$gatun_root" && find pom.xml .mvn/jvm.config ./*/pom.xml ./*/*/pom.xml native ./*/src \
        -newer "$1" -print -quit 2>/dev/null)
}

# Runs the command given, its output to the file $1, and shows what goes on: on a terminal in one line that is
# rewritten, else in one line at the start.
gatun_progress() {
    local log=$1 start=$SECONDS pid
    shift
    if [ ! -t 2 ]; then
        echo "gatun: building (the first time Maven downloads what it needs) ..." >&2
        "$@" >"$log" 2>&1
        return
    fi
    set -m # a process group of its own: Ctrl-C ends Maven, make and compilers, and no part of them goes on below
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    set +m
    trap 'kill -- "-$pid" 2>/dev/null || true; wait "$pid" || true; printf "\n" >&2; exit 130' INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        printf '\r\033[Kgatun: building (the first time Maven downloads what it needs) ... %d s' \
            $((SECONDS - start)) >&2
        sleep 0.2
    done
    trap - INT TERM
    printf '\r\033[K' >&2
    wait "$pid"
}

gatun_build() {
    local module=$1 profiles folder stamp begun status
    profiles=$(IFS=,; echo "quick${2:+,${*:2}}")
    folder="$gatun_root/$module/target/quick"
    stamp="$folder/built.$profiles"
    [ -n "$(gatun_newer "$stamp")" ] || return 0

    gatun_need mvn Maven maven maven
    gatun_need "${CC:-cc}" "a C compiler" gcc gcc
    gatun_need cmake CMake cmake cmake
    gatun_need make make make make
    gatun_need flock flock util-linux util-linux-core
    [ -n "${gatun_java_home:-}" ] || gatun_find_jdk

    mkdir -p "$gatun_root/target" "$folder"
    exec {gatun_lock}>"$gatun_root/target/build.lock"
    flock -n "$gatun_lock" || {
        echo "gatun: waiting for another build in this folder ..." >&2
        flock "$gatun_lock"
    }
    # Another process may have built it while this one waited.
    if [ -n "$(gatun_newer "$stamp")" ]; then
        # Left behind by a build that was cut off: what it was writing may be half there, and newer than its source.
        begun="$gatun_root/target/begun"
        [ ! -f "$begun" ] || rm -rf "$gatun_root"/*/target/quick/{classes,lib,*.jar}
        # The stamp's date is the start: what changes during the build is newer.
        : >"$begun"
        status=0
        # shellcheck disable=SC2086  # several arguments in one variable
        gatun_progress "$folder/build.log" env JAVA_HOME="$gatun_java_home" mvn -f "$gatun_root/pom.xml" \
            -B -ntp "-P$profiles" -Dmaven.test.skip=true ${GATUN_MAVEN_ARGS:-} \
            -pl "$module" -am -amd package || status=$?
        [ "$status" -lt 128 ] || exit "$status" # by a signal
        if [ "$status" -ne 0 ]; then
            rm -f "$begun"
            # Of Maven's own lines only warnings and errors, and all that the C build said.
            sed -n '/^\[INFO\] *\[exec\]/p; /^\[INFO\]/!p' "$folder/build.log" >&2
            gatun_fail "the build failed: see above, and all of Maven's words in $folder/build.log"
        fi
        mv "$begun" "$stamp"
    fi
    exec {gatun_lock}>&-
}

gatun_class_path() {
    echo "$gatun_root/$1/target/quick/classes:$gatun_root/$1/target/quick/lib/*"
}
