/* cli_table: every word that the command line knows, in one place. */
#include "cli_table.h"

#include <assert.h>

#include "tconv_threads.h"
#include "tune.h"

enum {
    GEN = 1u << CLI_GEN,
    EXPLAIN = 1u << CLI_EXPLAIN,
    RUN = 1u << CLI_RUN,
    VERIFY = 1u << CLI_VERIFY,
    BENCH = 1u << CLI_BENCH,
    INIT = 1u << CLI_INIT,
    TUNE = 1u << CLI_TUNE,
    CONFIG = 1u << CLI_CONFIG,
    ALL = GEN | EXPLAIN | RUN | VERIFY | BENCH | TUNE
};

enum { LARGEST_BATCH = 65536, LONGEST_SECONDS = 86400 };

/* clang-format off */
const struct cli_verb_row cli_verbs[CLI_VERBS] = {
    [CLI_GEN] = {"gen", "write NAME.h and NAME.c, the layer as C source",
        "Writes DIR/NAME.h and DIR/NAME.c. Files that would not change are left\n"
        "untouched; when anything fails, nothing is written.",
        "  tconv gen up1.json -o kernels --input-shape 8,8,256 --with-runtime\n"
        "  cc -std=c11 -O3 -c kernels/up1.c\n"},
    [CLI_EXPLAIN] = {"explain", "say what the layer computes and costs, and how",
        "Shapes, phases and taps per axis, multiply-adds, bytes moved, the plan of each\n"
        "pass and why, predicted code size, and whether the output will show a\n"
        "checkerboard.",
        "  tconv explain up1.json --input-shape 8,8,256\n"},
    [CLI_RUN] = {"run", "compile the layer and run it on .npy arrays",
        "Generates, compiles with $CC (or cc), loads and runs the layer. Arrays have\n"
        "Keras's layouts; batch and spatial shape come from the input array; what is\n"
        "computed and written has the layer's type. Nothing is written unless all\n"
        "passes succeed.",
        "  tconv run up1.json --input x.npy --kernel k.npy --bias b.npy \\\n"
        "      --output y.npy --grad-output dy.npy --grad-input dx.npy\n"},
    [CLI_VERIFY] = {"verify", "compare the emitted kernel with the definition",
        "Runs the emitted kernel on random data between guard pages, whole and in\n"
        "parts, and compares each pass with the definition in float64. Prints the worst\n"
        "error as a share of its bound; exits 1 when one is over it.",
        "  tconv verify up1.json --input-shape 8,8,256 --unroll tile --seed 7\n"},
    [CLI_BENCH] = {"bench", "measure the emitted kernel on this machine",
        "Measures the machine's multiply-add peak, then each pass. GFLOP/s count\n"
        "2*batch*H*W*kernel*C_in*C_out operations over the best time, whatever the\n"
        "method.",
        "  tconv bench up1.json --input-shape 8,8,256 --batch 4\n"},
    [CLI_INIT] = {"init", "draw the layer's first weights, as Keras does",
        "Writes kernel and bias, in Keras's layouts, to a safetensors file: the numbers\n"
        "that TensorFlow draws on a CPU for the config's initializers in the config's own\n"
        "generation of Keras, uniform ones bit for bit. A seed in the config wins; an\n"
        "initializer without one gets --seed, as in GlorotUniform(seed=N), for kernel and\n"
        "bias alike. Without --seed one is drawn, as Keras does, and printed.",
        "  tconv init up1.json --input-shape 8,8,256 --seed 42 -o up1.safetensors\n"},
    [CLI_TUNE] = {"tune", "find the fastest plan for this machine by trying",
        "Compiles and times the most promising plans of each pass on this machine, keeps\n"
        "the fastest, checks its results, and writes it as PLAN.json for gen --plan.\n"
        "Compare on an idle machine: what else runs decides as much as the plan does.",
        "  tconv tune up1.json --input-shape 8,8,256 -o up1.plan.json --seconds 30\n"
        "  tconv gen up1.json --input-shape 8,8,256 --plan up1.plan.json -o kernels\n"},
    [CLI_CONFIG] = {"config", "write the config as get_config() gives it",
        "Prints the layer's config as json.dumps(layer.get_config()) of TF 1.13, tf_keras\n"
        "or Keras 3 prints it, complete and checked. Refuses what that generation cannot\n"
        "say, or would understand as something else.",
        "  tconv config up1.json --to keras3 >up1.keras3.json\n"},
};

#define FIELD(name) offsetof(struct options, name)

/* help shows them in this order */
const struct cli_option_row cli_options[] = {
    {"--input", "X.npy", CLI_TEXT, FIELD(input), RUN, .is_required = true,
     .help = "the layer's input, 4-D with the batch first"},
    {"--kernel", "K.npy", CLI_TEXT, FIELD(kernel), RUN, .is_required = true,
     .help = "weights: rows, columns, filters, input channels; or what\n"
             "tconv init wrote, W.safetensors"},
    {"--bias", "B.npy", CLI_TEXT, FIELD(bias), RUN,
     .help = "bias: filters, or W.safetensors again; needed exactly when\n"
             "the layer uses one"},
    {"--output", "Y.npy", CLI_TEXT, FIELD(output), RUN, .is_required = true,
     .help = "where the layer's output is written"},
    {"--grad-output", "DY.npy", CLI_TEXT, FIELD(grad_output), RUN,
     .help = "gradient of the output; asks for at least one of"},
    {"--grad-input", "DX.npy", CLI_TEXT, FIELD(grad_input), RUN,
     .help = "where the gradient of the input is written"},
    {"--grad-kernel", "DK.npy", CLI_TEXT, FIELD(grad_kernel), RUN,
     .help = "where the gradient of the weights is written"},
    {"--grad-bias", "DB.npy", CLI_TEXT, FIELD(grad_bias), RUN,
     .help = "where the gradient of the bias is written"},
    {"-o", "DIR", CLI_TEXT, FIELD(directory), GEN, .fallback = ".",
     .help = "directory of the files, made when missing"},
    {"-o", "W.safetensors", CLI_TEXT, FIELD(output), INIT, .is_required = true,
     .help = "where kernel and bias are written"},
    {"-o", "PLAN.json", CLI_TEXT, FIELD(output), TUNE, .is_required = true,
     .help = "where the plan is written"},
    {"--name", "N", CLI_TEXT, FIELD(name), GEN,
     .help = "the kernel's name, an identifier (default the layer's)"},
    {"--input-shape", "S", CLI_TEXT, FIELD(given.input_shape),
     (ALL & ~RUN) | INIT,
     .help = "H,W,C or, channels_first, C,H,W (default the config's)"},
    {"--dialect", "D", CLI_DIALECT, FIELD(given.dialect), ALL | INIT | CONFIG,
     .help = "tf1, tf2 or keras3: the Keras whose meaning the config has\n"
             "(default the one that wrote it, by its marks, else keras3)"},
    {"--to", "D", CLI_DIALECT, FIELD(to), CONFIG,
     .help = "tf1, tf2 or keras3: the Keras to write for\n"
             "(default the one whose meaning it has)"},
    {"--target", "T", CLI_TARGET, FIELD(request.target), GEN | EXPLAIN,
     .fallback = "portable", .help = "machine to emit for, one of those below"},
    {"--target", "T", CLI_TARGET, FIELD(request.target),
     RUN | VERIFY | BENCH | TUNE,
     .fallback = "native", .help = "machine to emit for, one of those below"},
    {"--unroll", "U", CLI_UNROLL, FIELD(request.unroll), ALL, .fallback = "auto",
     .help = "full: no loop but the batch's; tile: straight-line tiles;\n"
             "auto: full where it is faster and fits, else tile"},
    {"--numerics", "N", CLI_NUMERICS, FIELD(request.exact), ALL, .fallback = "fast",
     .help = "fast: fewer multiplications where that pays, each pass\n"
             "within its bound (explain prints it);\n"
             "exact: only plain sums of products"},
    {"--max-statements", "N", CLI_SIZE, FIELD(request.max_statements), ALL, .least = 1,
     .most = SIZE_MAX, .fallback = "50000",
     .help = "most multiply-adds of a fully unrolled pass"},
    {"--max-code-bytes", "N", CLI_SIZE, FIELD(request.max_code_bytes), ALL, .least = 1,
     .most = SIZE_MAX,
     .help = "most machine code of a pass, as predicted (default 65536;\n"
             "with --unroll full --max-statements alone)"},
    {"--passes", "P", CLI_PASSES, FIELD(request.backward), GEN | TUNE,
     .fallback = "forward,backward", .help = "forward, or forward,backward"},
    {"--training", NULL, CLI_FLAG, FIELD(training), GEN,
     .help = "also emit regularizers and constraints, NAME_training, and\n"
             "the activity regularizer's loss and gradient, NAME_activity"},
    {"--batch", "N", CLI_COUNT, FIELD(batch), VERIFY, .most = LARGEST_BATCH,
     .fallback = "2", .help = "images"},
    {"--batch", "N", CLI_COUNT, FIELD(batch), BENCH | TUNE, .least = 1, .most = LARGEST_BATCH,
     .fallback = "1", .help = "images"},
    {"--threads", "N", CLI_SIZE, FIELD(threads), BENCH, .least = 1,
     .most = TCONV_THREADS_MOST, .fallback = "1",
     .help = "threads that share each pass; with more than one, the speedup\n"
             "over one thread is measured too"},
    {"--candidates", "N", CLI_SIZE, FIELD(candidates), TUNE, .least = 1,
     .most = TUNE_MOST_CANDIDATES, .fallback = "16",
     .help = "most plans tried for each pass"},
    {"--seconds", "N", CLI_COUNT, FIELD(seconds), TUNE, .least = 1,
     .most = LONGEST_SECONDS, .fallback = "60",
     .help = "most time to compile and measure in"},
    {"--seed", "N", CLI_COUNT, FIELD(seed), VERIFY, .most = UINT64_MAX, .fallback = "1",
     .help = "of the random data"},
    {"--seed", "N", CLI_COUNT, FIELD(seed), INIT, .most = INT64_MAX,
     .help = "of initializers that have none in the config\n(default one drawn by the clock)"},
    {"--plan", "FILE", CLI_TEXT, FIELD(plan), ALL & ~TUNE,
     .help = "a plan that tune or --dump plan wrote (default a new one)"},
    {"--templates", "DIR", CLI_TEXT, FIELD(templates), GEN,
     .help = "templates to use instead of the binary's own"},
    {"--depfile", "F", CLI_TEXT, FIELD(depfile), GEN,
     .help = "also write what DIR/NAME.c depends on, for make and ninja"},
    {"--with-runtime", NULL, CLI_FLAG, FIELD(with_runtime), GEN,
     .help = "also write the runtime's headers that NAME.c includes"},
    {"--stdout", NULL, CLI_FLAG, FIELD(to_stdout), GEN,
     .help = "print the header, then the source, and write no file"},
    {"--dump", "STAGE", CLI_DUMP, FIELD(dump), GEN,
     .help = "print spec, geometry or plan and write no file"},
    {"--json", NULL, CLI_FLAG, FIELD(json), EXPLAIN | BENCH,
     .help = "print one JSON object"},
    {"--report", NULL, CLI_FLAG, FIELD(report), TUNE,
     .help = "print every plan tried, as predicted and as measured"},
};
/* clang-format on */
const size_t cli_n_options = sizeof cli_options / sizeof cli_options[0];

static_assert(PLAN_MAX_STATEMENTS == 50000, "the default of --max-statements above");
static_assert(PLAN_MAX_CODE_BYTES == 65536, "the default of --max-code-bytes above");
static_assert(sizeof cli_options / sizeof cli_options[0] <= CLI_MAX_OPTIONS,
              "too many rows");

const struct cli_rule cli_rules[] = {
    {"--target", "--plan", false},
    {"--unroll", "--plan", false},
    {"--passes", "--plan", false},
    {"--numerics", "--plan", false},
    {"--max-statements", "--plan", false},
    {"--max-code-bytes", "--plan", false},
    {"--stdout", "--dump", false},
    {"--depfile", "--dump", false},
    {"--depfile", "--stdout", false},
    {"--with-runtime", "--dump", false},
    {"--with-runtime", "--stdout", false},
    {"--grad-input", "--grad-output", true},
    {"--grad-kernel", "--grad-output", true},
    {"--grad-bias", "--grad-output", true},
};
const size_t cli_n_rules = sizeof cli_rules / sizeof cli_rules[0];

bool cli_option_of_verb(const struct cli_option_row *row, enum cli_verb verb)
{
    return (row->verbs >> verb & 1u) != 0;
}
