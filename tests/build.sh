# What the README's two commands share; tests/run.sh and examples/run.sh source it after they
# set $root, the folder of the tree: install what is missing, configure and build $root/build.

# Whether what a Debian package brings is here, from wherever it came.
is_here()
{
    case $1 in
    build-essential) echo '#include <math.h>' | cc -E - && command -v c++ ;;
    cmake) command -v cmake ;;
    ninja-build) command -v ninja ;;
    pkg-config) command -v pkg-config ;;
    clang) command -v clang ;;
    liblua5.4-dev) pkg-config --exists lua5.4 || pkg-config --exists 'lua >= 5.4' ;;
    libcjson-dev) pkg-config --exists libcjson ;;
    libcriterion-dev) pkg-config --exists criterion ;;
    libpng-dev) pkg-config --exists libpng ;;
    esac >/dev/null 2>&1
}

list_missing()
{
    missing=""
    for package in "$@"; do
        is_here "$package" || missing="$missing $package"
    done
}

# need PACKAGE...: installs those that are missing, or ends with one line that names them.
need()
{
    list_missing "$@"
    [ -n "$missing" ] || return 0
    echo "missing:$missing"
    why="there is no apt-get here"
    if command -v apt-get >/dev/null; then
        as_root=""
        [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
        [ -z "$as_root" ] || [ ! -t 0 ] || as_root=sudo
        apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq"
        why="apt-get failed or may not be run"
        # shellcheck disable=SC2086 # words
        $apt update </dev/null || true
        # shellcheck disable=SC2086
        $apt install -y --no-install-recommends $missing </dev/null || true
        list_missing "$@"
    fi
    [ -z "$missing" ] || {
        echo "$0: $why; please install$missing" >&2
        exit 1
    }
}

# build [TARGET...]: with the compiler that CMake finds or found before. $CC and $CFLAGS are
# for emitted code, at the time of the tests.
build()
{
    for target in "$@"; do
        shift
        set -- "$@" --target "$target"
    done
    mkdir -p "$root/build"
    env -u CC -u CFLAGS cmake -S "$root" -B "$root/build" -G Ninja >"$root/build/configure.log" || {
        cat "$root/build/configure.log"
        exit 1
    }
    env -u CC -u CFLAGS cmake --build "$root/build" "$@"
}
