#!/bin/sh
# tconv in another project: project/ uses it by add_subdirectory and tconv_add_kernel. What
# is generated and compiled, when, and when not; what wrong use is told.
#
#     run.sh WORK        the compiler is $CC, or what CMake finds
set -u
here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$here")")
. "$here/../check.sh"
rm -rf "$1" && mkdir -p "$1/a place" && cd "$1/a place" || exit 2
kernels=build/tconv # where those of the project are; its tconv is there too

cp -R "$here/project" outer
mkdir outer/tconv
cp -R "$root/gen" "$root/runtime" "$root/templates" "$root/CMakeLists.txt" outer/tconv

# builds WHAT: a build after WHAT, with what ninja did in the file log
builds()
{
    what=$1
    if cmake --build build >log 2>&1; then pass; else fail "build after $what" log; fi
}

# has PATTERN, lacks PATTERN: whether the last build did such a thing
has() { if grep -q "$1" log; then pass; else fail "no $1 after $what" log; fi; }
lacks() { if grep -q "$1" log; then fail "$1 after $what" log; else pass; fi; }

# Nothing is generated or compiled, not even at the second look.
idle()
{
    builds "$1"
    has 'no work to do'
}

generates='Generating the kernel up'
compiles='C object CMakeFiles/up.dir'

# ---- the first build, and one with nothing to do
check 'cmake configures' cmake -S outer -B build -G Ninja
check 'tconv is a target' cmake --build build --target tconv
check 'a plan' sh -c "$kernels/tconv gen outer/up.json --input-shape 3,4,2 --unroll tile \
    --dump plan >outer/plan.json"
builds 'configuring'
has "$generates"
check 'the program works' sh -c 'build/app | grep "^6 x 8 x 2, first 2, last 2$"'
check 'the C++ program works' build/app_cxx
check 'TRAINING: the loss falls' build/train
check 'the layer object works' build/layer
idle 'nothing'

# ---- the options reach tconv
check 'INPUT_SHAPE' grep -q '#define UP_IN_W 4' $kernels/up/up.h
check 'TARGET' grep -q 'target x86-64-v3' $kernels/wide/wide.c
check 'UNROLL' grep -q 'unroll tile' $kernels/wide/wide.c
check 'MAX_STATEMENTS' grep -q 'max-statements 700' $kernels/wide/wide.c
check 'DIALECT' grep -q -- '--dialect tf2' $kernels/wide/wide.c
check 'PASSES' sh -c "! grep -q 'void wide_backward' $kernels/wide/wide.h"
check 'PLAN' grep -q '^ \*     --plan PLAN.json$' $kernels/planned/planned.c

# ---- what makes it generate and compile again
sed -i 's/relu/elu/' outer/up.json
builds 'a change of the config'
has "$generates"
has "$compiles"
has 'executable app'
idle 'a change of the config'

touch outer/up.json
builds 'touching the config'
has "$generates"
lacks "$compiles"
idle 'touching the config'

touch $kernels/tconv
builds 'touching tconv'
has "$generates"
lacks "$compiles"
idle 'touching tconv'

sed -i 's/^ \* Identity\./ * The identity./' outer/tconv/templates/*.tmpl
builds 'a change of a template'
has "$generates"
has "$compiles"
idle 'a change of a template'

sed -i 's/"unroll": "tile"/"unroll": "auto"/' outer/plan.json
builds 'a change of the plan'
has 'Generating the kernel planned'
lacks "$generates"

sed -i 's/up CONFIG up.json INPUT_SHAPE 3,4,2/up CONFIG up.json INPUT_SHAPE 5,4,2/' \
    outer/CMakeLists.txt
builds 'a change of INPUT_SHAPE'
has "$generates"
has "$compiles"
lacks 'Generating the kernel wide'

echo '{"filters": 7}' >outer/other.json
touch outer/tconv/LICENSE
idle 'a change of an unrelated file'

# ---- wrong use
# refuses PATTERN ARGUMENTS: of one more tconv_add_kernel, when CMake configures
refuses()
{
    echo "tconv_add_kernel($2)" >outer/more.cmake
    if cmake -S outer -B build >log 2>&1; then
        fail "accepted: $2"
    elif tr '\n' ' ' <log | tr -s ' ' | grep -q -- "$1"; then
        pass
    else
        fail "no \"$1\": $2" log
    fi
}

refuses 'tconv_add_kernel(bad): got BANANA;3; expected CONFIG' 'bad CONFIG up.json BANANA 3'
refuses 'tconv_add_kernel(bad): expected CONFIG file.json' 'bad'
refuses 'tconv_add_kernel(bad): expected CONFIG file.json' 'bad TARGET portable'
refuses 'tconv_add_kernel(bad): got TARGET without a value' 'bad CONFIG up.json TARGET'

echo 'tconv_add_kernel(bad CONFIG up.json INPUT_SHAPE 3,4,2 TARGET pdp11)' >outer/more.cmake
check 'cmake configures' cmake -S outer -B build
if cmake --build build >log 2>&1; then fail 'pdp11 is built'; else pass; fi
what='a wrong TARGET'
has 'target: got "pdp11"'
finish
