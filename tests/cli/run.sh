#!/bin/sh
# The command line of tconv: usage errors, help, exit codes, what is printed where, what is
# written.   run.sh TCONV
set -u
tconv=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

pass() { passed=$((passed + 1)); }

fail()
{
    failed=$((failed + 1))
    echo "FAIL: $1"
    sed 's/^/    stderr: /' err
}

# expect STATUS PATTERN COMMAND...: the exit status, and a line of stderr that fits the pattern
expect()
{
    status=$1 pattern=$2
    shift 2
    "$@" >out 2>err
    got=$?
    if [ $got -ne "$status" ]; then
        fail "exit $got, expected $status: $*"
    elif [ -n "$pattern" ] && ! grep -q -- "$pattern" err; then
        fail "no line \"$pattern\": $*"
    else
        pass
    fi
}

# usage PATTERN ARGS...: wrong usage, one line and where to read more, nothing on stdout
usage()
{
    pattern=$1
    shift
    expect 2 "$pattern" "$tconv" "$@"
    if [ "$(wc -l <err)" -ne 2 ] || ! grep -q '^tconv: ' err || ! grep -q '^try `tconv .*--help`$' err || [ -s out ]; then
        fail "not one line and a hint: $*"
    fi
}

# refused PATTERN ARGS...: an error in one line, nothing on stdout
refused()
{
    pattern=$1
    shift
    expect 1 "$pattern" "$tconv" "$@"
    if [ "$(wc -l <err)" -ne 1 ] || ! grep -q '^tconv: ' err || [ -s out ]; then
        fail "not one line: $*"
    fi
}

# works PATTERN ARGS...: exit 0, a line of stdout that fits, nothing on stderr
works()
{
    pattern=$1
    shift
    expect 0 '' "$tconv" "$@"
    if [ -s err ] || { [ -n "$pattern" ] && ! grep -q -- "$pattern" out; }; then
        fail "no line \"$pattern\" on stdout: $*"
    fi
}

# check WHAT COMMAND...: any condition
check()
{
    what=$1
    shift
    if "$@" >/dev/null 2>err; then pass; else fail "$what"; fi
}

# zeros FILE SHAPE COUNT: an .npy file of float32 zeros
zeros()
{
    header="{'descr': '<f4', 'fortran_order': False, 'shape': $2, }"
    printf '\223NUMPY\001\000v\000%-117s\n' "$header" >"$1"
    head -c "$((4 * $3))" /dev/zero >>"$1"
}

cat >up.json <<'JSON'
{"name": "up", "filters": 2, "kernel_size": [2, 2], "strides": [2, 2], "activation": "relu"}
JSON
echo '{"filters": 0, "kernel_size": 2}' >bad.json
printf '{"name": "my layer/2", "filters": 2, "kernel_size": 3}' | tr / - >odd.json
shape=--input-shape=2,2,3

# ---- help and version
works '^usage: tconv VERB' --help
works '^usage: tconv VERB' help
works '^tconv [0-9]*\.[0-9]*\.[0-9]*$' --version
for verb in gen explain run verify bench tune; do
    works "^usage: tconv $verb CONFIG.json" $verb --help
    works "^  tconv $verb " $verb --help
    works '(default auto)' help $verb
    works '^  portable' $verb up.json --unroll none --help
done
works '^usage: tconv config CONFIG.json \[OPTIONS\]$' config --help
for verb in gen explain run verify bench init tune config; do
    works '^  --dialect D ' $verb --help
done
works '^usage: tconv init CONFIG.json -o W.safetensors' init --help
works 'A seed in the config wins' help init
check 'help of init speaks of targets' sh -c '! grep -q portable out'
expect 2 '^usage: tconv VERB' "$tconv"
check 'bare tconv prints on stdout' test ! -s out

# ---- wrong usage
usage 'got "frobnicate"; expected one of the verbs gen explain' frobnicate
usage 'got "frobnicate"' help frobnicate
usage 'got "--frobnicate"' --frobnicate
usage 'got no operand' gen
usage 'got "b" after "a"' gen a b
usage 'got ""' gen ''
usage '^tconv: --frob: got an option that gen' gen up.json --frob
usage '^tconv: -x: got an option' gen -x up.json
usage '^tconv: --batch: got an option that gen' gen up.json --batch 2
usage '^tconv: --target: got no value' gen up.json --target
usage 'got "pdp11"; expected portable' gen up.json --target pdp11
usage '^tconv: --unroll: got "some"' gen up.json --unroll some
usage '^tconv: --unroll: got it twice' gen up.json --unroll=tile --unroll full
usage '^tconv: --passes: got "backward"' gen up.json --passes backward
usage '^tconv: --dump: got "lua"' gen up.json --dump lua
usage '^tconv: --stdout: got a value' gen up.json --stdout=yes
usage '^tconv: --name: got ""' gen up.json --name=
usage '^tconv: --name: got "9x"' gen up.json --name 9x $shape
usage '^tconv: --input-shape: got "2,2"' gen up.json --input-shape 2,2
for number in 0 -1 +1 1.5 0x10 ' 1' '' 1e3 65537 18446744073709551616; do
    usage "^tconv: --batch: got \"$number\"; expected an integer from 1" \
        bench up.json --batch "$number"
done
usage '^tconv: --max-statements: got "0"' gen up.json --max-statements 0
usage '^tconv: --max-code-bytes: got "0"' explain up.json --max-code-bytes 0
usage '^tconv: --dialect: got "tf3"; expected one of tf1 tf2 keras3' explain up.json \
    --dialect tf3
usage '^tconv: --to: got ""; expected one of tf1 tf2 keras3' config up.json --to=
usage '^tconv: --to: got an option that gen does not have' gen up.json --to tf1
usage '^tconv: --input-shape: got an option that config' config up.json $shape
usage '^tconv: --seed: got "x"' verify up.json --seed x
usage '^tconv: --seed: got "-1"' init up.json --seed -1 -o w
usage '^tconv: init: got no -o; expected -o W.safetensors' init up.json --seed 1
for option in --target=portable --unroll=tile --passes=forward --max-statements=9 \
    --max-code-bytes=9; do
    usage "^tconv: ${option%=*}: got it with --plan" gen up.json --plan p.json $option
done
usage '^tconv: --depfile: got it with --stdout' gen up.json --stdout --depfile d
usage '^tconv: --stdout: got it with --dump' gen up.json --stdout --dump spec
usage '^tconv: run: got no --input' run up.json
usage '^tconv: run: got no --output' run up.json --input x --kernel k
usage '^tconv: --grad-input: got it without --grad-output' \
    run up.json --input x --kernel k --output y --grad-input dx
usage '^tconv: --grad-output: got it alone' \
    run up.json --input x --kernel k --output y --grad-output dy

# ---- errors: one line, exit 1, nothing written
refused '^tconv: none.json: got "No such file' gen none.json
refused '^tconv: \.: got "Is a directory' gen .
refused '^tconv: bad.json: filters: got 0' gen bad.json $shape -o new
refused 'up.json: ' gen up.json -o new
refused '^tconv: <stdin>:1:1: ' gen - </dev/null
refused 'none.json: got "No such file' gen up.json $shape --plan none.json
refused 'bad.json: ' gen up.json $shape --plan bad.json
refused '' gen up.json $shape --templates none -o new
refused 'bytes of code in the forward pass; expected at most 3 (--max-code-bytes N raises' \
    gen up.json $shape --unroll tile --max-code-bytes 3 -o new
refused 'max-statements' gen up.json $shape --unroll full --max-statements 3 -o new
check 'a failure wrote files' test ! -e new
touch file
refused '^tconv: file' gen up.json $shape -o file/below

# ---- gen
works '' gen $shape up.json -o out.d/deep
check 'NAME.h and NAME.c' test -f out.d/deep/up.h -a -f out.d/deep/up.c
check 'no other file' test "$(ls out.d/deep | wc -l)" -eq 2
touch -d '2001-01-01' out.d/deep/up.c
works '' gen up.json -o out.d/deep $shape
check 'unchanged files are left untouched' test out.d/deep/up.c -ot up.json
refused '' gen bad.json -o out.d/deep --name up $shape
check 'earlier output stays' test -s out.d/deep/up.c
works '' gen up.json -o with.d $shape --name other --with-runtime --depfile with.d/d
check 'the runtime' test -f with.d/tconv.h
check 'the depfile names its output' grep -q '^with.d/other.c:' with.d/d
check 'the depfile names the config' grep -q 'up.json' with.d/d
check 'what it wrote compiles' ${CC:-cc} -std=c11 -c -O0 with.d/other.c -o other.o
works '' gen odd.json $shape -o odd.d
check 'an odd name becomes an identifier' test -f odd.d/my_layer_2.c
works '' gen -o dash.d $shape -- up.json
works 'forward' gen --stdout $shape up.json
cat with.d/other.h with.d/other.c >both
"$tconv" gen --stdout $shape up.json --name other >out
check '--stdout is header, then source' cmp both out
"$tconv" gen --stdout $shape --name other - <up.json >out 2>err
check 'standard input gives the same' cmp both out
works 'void up_forward' gen --stdout $shape up.json --passes forward
check '--passes forward omits backward' sh -c '! grep -q "void up_backward" out'
works 'filters' gen --dump spec up.json
works 'rows' gen --dump geometry $shape up.json
works 'forward' gen --dump plan $shape up.json --target x86-64-v3 --unroll tile
cp out plan.json
works 'up_forward' gen --plan plan.json $shape up.json --stdout
check 'it says that it was made with a plan' grep -q '^ \*     --plan PLAN.json$' out
check 'and which' grep -q '^ \* Plan digest (FNV-1a): [0-9a-f]\{16\}$' out
sed '/^ \*     --plan PLAN/d; /^ \* Plan digest/d' out >planned
"$tconv" gen --target x86-64-v3 --unroll tile $shape up.json --stdout >out 2>err
sed -i '/^ \*     --target x86-64-v3 --unroll tile$/d' out
check 'a plan fed back gives the same code' cmp out planned
echo >>plan.json
"$tconv" gen --plan plan.json $shape up.json --stdout >out 2>err
check 'another file is another plan' sh -c '! cmp -s out planned'
works 'read from the plan file' explain up.json $shape --plan plan.json
mkdir full.d
expect 1 '^tconv: ' sh -c "$tconv --help >/dev/full"

echo '{"filters": 2, "kernel_size": 2, "groups": 1}' >groups.json
expect 0 '^tconv: warning: groups.json' "$tconv" gen groups.json $shape --dump geometry

# ---- explain
works 'checkerboard: none' explain up.json $shape
works 'checkerboard: likely' explain odd.json --input-shape 4,4,1 --target portable
sed -i 's/3}/3, "strides": 2}/' odd.json
works 'checkerboard: likely; 1 to 4 taps' explain odd.json --input-shape 4,4,1
works '"checkerboard": {"least_taps": 1, "most_taps": 4, "even": false}' \
    explain odd.json --input-shape 4,4,1 --json

works '^differences between generations, this layer being of Keras 3:$' explain up.json $shape
check 'a difference' grep -q '^  seeds: ' out
works '^  "dialect": "tf2",$' explain up.json $shape --dialect tf2 --json
check 'and in JSON' grep -q '^    "seeds: .*"$' out
sed 's/"filters"/"kernel_initializer": "zeros", "filters"/' up.json >none.json
works '^differences between generations, this layer being of Keras 3: none$' \
    explain none.json $shape
works '^  "differences": \[\]$' explain none.json $shape --json
rm none.json

# ---- config and --dialect
sed 's/relu/hard_sigmoid/' up.json >hard.json
works '^{"name": "up", "trainable": true, "dtype": {"module": "keras",.*null}$' config up.json
works '"dtype": "float32", .*"groups": 1, ' config up.json --to tf2
works '"dtype": null, .*{"class_name": "Zeros", "config": {"dtype": "float32"}}' \
    config up.json --to tf1
"$tconv" config up.json --dialect tf2 >once
"$tconv" config up.json --to tf2 >twice
check 'what has one meaning is written alike' cmp once twice
"$tconv" config - <once >twice 2>err
check 'written back' cmp once twice
refused 'hard.json: activation: got the hard_sigmoid of Keras 3; expected an activation of' \
    config hard.json --to tf2
refused 'hard.json: activation: got the hard_sigmoid of TensorFlow; expected an activation' \
    config hard.json --to keras3 --dialect tf1
works '"activation": "hard_sigmoid"' config hard.json --dialect tf2
refused 'bad.json: filters: got 0' config bad.json
works '^written by: TensorFlow 1$' gen --dump spec hard.json --dialect tf1
works 'activation: hard_sigmoid of TensorFlow' gen --dump spec hard.json --dialect=tf2
works '^ \* Made again by: .* --dialect tf2$' gen hard.json $shape --stdout --dialect tf2
check 'the config keeps the mark' grep -q 'groups' out
works '' gen hard.json $shape --stdout
check 'only what was given is named' sh -c '! grep -e --dialect out'

# ---- run
zeros x.npy '(1, 2, 2, 3)' 12
zeros x0.npy '(0, 2, 2, 3)' 0
zeros k.npy '(2, 2, 2, 3)' 24
zeros b.npy '(2,)' 2
zeros dy.npy '(1, 4, 4, 2)' 32
run="run up.json --target portable --kernel k.npy --output y.npy"
refused 'up.json: got no --bias' $run --input x.npy
refused 'b.npy: got shape (2,); expected 4 dimen' \
    run up.json --input b.npy --kernel k.npy --bias b.npy --output y.npy
refused 'b.npy: got shape (2,); expected (2, 2, 2, 3): kernel rows, kernel columns, filters' \
    run up.json --input x.npy --kernel b.npy --bias b.npy --output y.npy
refused 'x.npy: got shape .* expected (1, 4, 4, 2): batch, rows, columns, channels' \
    $run --input x.npy --bias b.npy --grad-output x.npy --grad-input dx.npy
check 'a refusal wrote nothing' test ! -e y.npy
works '' $run --input x.npy --bias b.npy
check 'the output' cmp -n 1000 y.npy dy.npy
works '' $run --input x0.npy --bias b.npy
works '' $run --input x.npy --bias b.npy --grad-output dy.npy --grad-input dx.npy \
    --grad-kernel dk.npy --grad-bias db.npy
check 'gradients' sh -c 'cmp dx.npy x.npy && cmp dk.npy k.npy && cmp db.npy b.npy'
CC=/none/cc expect 1 'expected a C compiler' "$tconv" $run --input x.npy --bias b.npy
CC=false expect 1 'exit status 1' "$tconv" $run --input x.npy --bias b.npy
CC="${CC:-cc} -DTCONV_H" expect 1 'error' "$tconv" $run --input x.npy --bias b.npy
mkdir tmp
TMPDIR=$work/tmp works '' $run --input x.npy --bias b.npy
check 'nothing is left in TMPDIR' rmdir tmp

# ---- init
works '^kernel \[2\]\[2\]\[2\]\[3\]  GlorotUniform, seed 42 (--seed)$' \
    init up.json $shape --seed 42 -o w.safetensors
check 'a bias of zeros has no seed' grep -q '^bias   \[2\]  Zeros$' out
check 'the weights are named' grep -q '"kernel": {"dtype": "F32", "shape": \[2, 2, 2, 3\]' w.safetensors
works 'drawn; --seed' init up.json $shape -o drawn.safetensors
seed=$(sed -n 's/.*--seed \([0-9]*\) gives it again.*/\1/p' out)
works '' init up.json $shape --seed "$seed" -o again.safetensors
check 'a drawn seed draws the same again' cmp drawn.safetensors again.safetensors
works '' init up.json $shape --seed 42 -o /dev/null
check 'a device stays a device' test -c /dev/null
refused 'up.json: input shape: got none' init up.json -o none.safetensors
refused '^tconv: none.d/w: got "No such file' init up.json $shape -o none.d/w
check 'a refusal wrote nothing' test ! -e none.safetensors
works '' run up.json --target portable --input x.npy --kernel w.safetensors \
    --bias w.safetensors --output y.npy
refused 'w.safetensors: kernel: got shape (2, 2, 2, 3); expected (3, 3, 2, 3)' \
    run odd.json --input x.npy --kernel w.safetensors \
    --bias w.safetensors --output y.npy
cp x.npy x.safetensors
refused '^tconv: x.safetensors: got a header of' $run --input x.npy --bias x.safetensors

# ---- verify, bench and tune
works '^OK$' verify up.json $shape --target portable --seed 18446744073709551615
works '^OK$' verify up.json $shape --batch 0 --unroll tile
works '^forward ' bench up.json $shape
works '"peak_gflops": ' bench up.json $shape --json --batch 2
works 'speedup$' bench up.json $shape --threads 2
expect 2 '^tconv: --threads: got 1024, and the system starts no more threads' \
    sh -c "ulimit -v 200000; CC=cc exec $tconv bench up.json $shape --threads 1024"
"$tconv" gen up.json $shape --passes forward --dump plan >forward.json
usage '^tconv: --plan: got a plan without the backward' bench up.json $shape \
    --plan forward.json
works '^OK$' verify up.json $shape --plan forward.json
tune="tune up.json $shape --candidates 2"
expect 0 '^tconv: timing backward_input: done after' "$tconv" $tune -o tuned.json
check 'no bar but on a terminal' sh -c '! grep "\[" err'
check 'the best of each pass' test "$(grep -c '^[fb].* direct\|^[fb].* straight' out)" -eq 3
works '' gen up.json $shape --plan tuned.json -o tuned.d
works '^OK$' verify up.json $shape --plan tuned.json
expect 0 '' "$tconv" $tune -o tuned.json --report --target portable --unroll tile
check 'every trial' test "$(grep -c '^forward  *[01] ' out)" -eq 2
check 'its target' grep -q '"target": "portable"' tuned.json
expect 0 '' "$tconv" $tune -o tuned.json --passes forward --seconds 1
check 'forward only' sh -c '! grep backward_ out && grep -q "\"backward\": false" tuned.json'
usage '^tconv: tune: got no -o' tune up.json $shape
usage '^tconv: --candidates: got "0"' tune up.json -o p --candidates 0
usage '^tconv: --seconds: got "0"' tune up.json -o p --seconds 0
refused '^tconv: bad.json: filters: got 0' tune bad.json $shape -o none.json
CC=/none/cc expect 1 'expected a C compiler' "$tconv" $tune -o none.json
expect 1 'no/where.json: got "No such file' "$tconv" $tune -o no/where.json
check 'a failure wrote no plan' test ! -e none.json

echo "$passed passed, $failed failed"
test $failed -eq 0
