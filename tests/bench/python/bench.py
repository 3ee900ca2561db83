"""One framework over a shapes file: checks each result, times it, writes run.sh's CSV.

bench.py FRAMEWORK [OPTIONS]; python.sh calls it once for each framework, in a process of
its own. The options are those of run.sh of the same names.
"""
import argparse
import importlib
import os
import sys
import time
import warnings

import numpy as np

import problem as problems

PASSES = ["forward", "backward_input", "backward_weights"]
SAMPLE_SECONDS, LEAST_ROUNDS, MOST_ROUNDS = 100e-6, 5, 500
HEAD = "layer,pass,contender,variant,outcome,min_us,median_us,repeats,error"


def names(text):
    return text.split(",")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("framework",
                        choices=["torch", "tensorflow", "onnxruntime", "openvino"])
    parser.add_argument("--shapes", required=True)
    parser.add_argument("--only", type=names)
    parser.add_argument("--passes", type=names, default=PASSES)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)))
    parser.add_argument("--csv", required=True, help="appended to")
    return parser.parse_args()


def time_calls(run, calls):
    began = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - began) / calls


def measure(contenders, seconds):
    """Interleaved samples of each (run, ...), in microseconds, sorted."""
    calls = []
    for run in contenders:
        time_calls(run, 2)
        calls.append(int(SAMPLE_SECONDS / time_calls(run, 1)) + 1)
    turn = sum(n * time_calls(run, n) for run, n in zip(contenders, calls))
    rounds = max(LEAST_ROUNDS, min(MOST_ROUNDS, int(seconds / (turn + 1e-9))))
    samples = [[] for _ in contenders]
    for _ in range(rounds):
        for own, run, n in zip(samples, contenders, calls):
            own.append(1e6 * time_calls(run, n))
    return [sorted(own) for own in samples]


def check(problem, which, run, result):
    """The largest error as a share of its bound."""
    run()
    expected, bound = problem.expected(which)
    got = np.array(result(), np.float64)
    if got.shape != expected.shape or not np.isfinite(got).all():
        return float("inf")
    error = np.abs(got - expected)
    return float(np.max(np.where(error > 0, error / np.maximum(bound, 1e-300), 0)))


def run_pass(framework, name, problem, which, seconds):
    """The CSV's lines."""
    lines, timed = [], []
    for variant in framework.VARIANTS:
        opened = framework.open_pass(problem, which, variant)
        start = f"{problem.name},{which},{name},{variant}"
        if opened is None:
            lines.append(f"{start},declined,,,,")
            continue
        error = check(problem, which, *opened)
        if error > 1:
            print(f"WRONG: {start}: error {error:.3g} times its bound", file=sys.stderr)
            lines.append(f"{start},wrong,,,,{error:.4g}")
        else:
            timed.append((start, error, opened[0]))
    for (start, error, _), us in zip(timed, measure([t[2] for t in timed], seconds)):
        lines.append(f"{start},timed,{us[0]:.3f},{us[len(us) // 2]:.3f},{len(us)},{error:.4g}")
    return lines


def main():
    options = read_options()
    os.sched_setaffinity(0, [options.cpu])
    warnings.simplefilter("ignore")
    framework = importlib.import_module(f"peer_{options.framework}")
    name = framework.describe().split("+")[0]
    is_new = not os.path.exists(options.csv) or os.path.getsize(options.csv) == 0
    rows = list(problems.read(options.shapes, options.only))
    with open(options.csv, "a") as out:
        if is_new:
            print(HEAD, file=out)
        for i, row in enumerate(rows):
            problem = problems.Problem(row)
            for which in options.passes:
                if sys.stderr.isatty():
                    print(f"\r\033[K{i} of {len(rows)}  {name} {problem.name}: {which}", end="",
                          file=sys.stderr)
                lines = run_pass(framework, name, problem, which,
                                 options.seconds / len(options.passes))
                print("\n".join(lines), file=out, flush=True)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


main()
