# What the README's two commands share; tests/run.sh and examples/run.sh source it after they
# set $root, the folder of the tree: install what is missing, configure and build $root/build.

has_header() { echo "#include <$1>" | cc -E -; }

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
    libdnnl-dev) has_header oneapi/dnnl/dnnl.h ;;
    libxnnpack-dev) has_header xnnpack.h ;;
    libpthreadpool-dev) has_header pthreadpool.h ;;
    libopenblas-dev) has_header cblas.h ;;
    gnuplot-nox) command -v gnuplot ;;
    esac >/dev/null 2>&1
}

list_missing()
{
    missing=""
    for package in "$@"; do
        is_here "$package" || missing="$missing $package"
    done
}

# apt ARGUMENTS: apt-get as root, never asking but, at a terminal, for sudo's password.
apt()
{
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
    if [ "$(id -u)" -eq 0 ]; then
        "$@" </dev/null
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@" </dev/null
    fi
}

# need PACKAGE...: installs those that are missing, or ends with one line that names them.
need()
{
    list_missing "$@"
    [ -n "$missing" ] || return 0
    echo "installing$missing"
    why="apt-get could not install them"
    if ! command -v apt-get >/dev/null; then
        why="there is no apt-get here"
    elif [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        why="neither root nor sudo is here"
    else
        apt update || true
        # shellcheck disable=SC2086 # words
        apt install -y --no-install-recommends $missing || true
        list_missing "$@"
    fi
    [ -n "$missing" ] || return 0
    echo "$0: $why; please install$missing" >&2
    exit 1
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
