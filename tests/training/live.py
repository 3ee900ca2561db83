"""Random cases: real Keras now, and compare (of the build's tests) on what it computed.

    KERAS/bin/python live.py --compare BUILD/tests/training_compare [--count 300] [--seed 0]
                             [--keras tf_keras|keras] [--trainings 10]
    KERAS/bin/python live.py --compare COMPARE --keras K --seed N --case "dict(...), O.Adam()"

Without --keras both are used in turn. --count draws layers (one in eight a matrix for the
orthogonal regularizer): losses, gradients, constrained weights, 50 updates; --trainings more
of them are trained whole, 200 steps; those whose losses Keras itself does not repeat to 1e-5
when x changes by one unit of rounding are left out, and counted. compare.c states what may
differ. A mismatch prints the expression and place that repeat it; the last line is 'N passed, M
failed'.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import reference


def draw_regularizer(random, is_tf):
    l1, l2 = (float(f"{v:.4g}") for v in random.uniform(0, 0.5, 2))
    if is_tf and random.random() < 0.1:
        l1 = -l1
    choices = ["'l1'", "'l2'", "'L1L2'", f"R.L1({l1})", f"R.L2({l2})", f"R.L1L2({l1}, {l2})",
               f"R.L1L2(l1={l1})", f"R.L1L2(l2={l2})"]
    return str(random.choice(choices + ["'l1_l2'", f"R.l1_l2({l1}, {l2})"] * is_tf))


def draw_axes(random, rank):
    if random.random() < 0.1:
        return "None"
    if random.random() < 0.3:
        return str(random.integers(-rank, rank))
    axes = random.permutation(rank)[:random.integers(1, rank + 1)]
    return str([int(a) - rank * int(random.random() < 0.3) for a in axes])


def draw_constraint(random, is_tf, is_float, rank, is_square):
    low, high, rate = (float(f"{v:.4g}") for v in random.uniform(0, 1.5, 3))
    axis = draw_axes(random, rank)
    rate = min(rate, 1.0)
    choices = ["'max_norm'", "'unit_norm'", "'min_max_norm'", f"C.UnitNorm({axis})",
               f"C.MaxNorm({high}, {axis})", f"C.MinMaxNorm({low}, {high}, {rate}, {axis})"]
    if is_float or not is_tf:  # tf_keras's NonNeg fails in float64
        choices += ["'non_neg'", "C.NonNeg()"]
    if is_tf:
        choices += ["'maxnorm'", "'unitnorm'"]
    if is_tf and is_square:
        choices += ["C.RadialConstraint()"] * 3
    return str(random.choice(choices))


def draw_optimizer(random):
    rate = float(f"{10 ** random.uniform(-3, -0.7):.3g}")
    momentum, beta_1, beta_2 = (float(f"{v:.4g}") for v in random.uniform(0, 1, 3) ** 0.3)
    epsilon = float(f"{10 ** random.uniform(-8, -1):.2g}")
    return str(random.choice([
        f"O.SGD({rate})", f"O.SGD({rate}, momentum={momentum})",
        f"O.SGD({rate}, momentum={momentum}, nesterov=True)", f"O.Adam({rate})",
        f"O.Adam({rate}, amsgrad=True)",
        f"O.Adam({rate}, beta_1={beta_1}, beta_2={beta_2}, epsilon={epsilon})",
        f"O.Adam({rate}, {beta_1}, {beta_2}, {epsilon}, amsgrad=True)"]))


def draw_layer(random, is_tf):
    kernel = [int(n) for n in random.integers(1, 6, 2)]
    if random.random() < 0.4:
        kernel[1] = kernel[0]
    dtype = str(random.choice(["float32", "float32", "float32", "float64"]))
    words = [f"filters={random.integers(1, 9)}", f"kernel_size={tuple(kernel)}",
             f"strides={tuple(int(n) for n in random.integers(1, 4, 2))}",
             f"dtype='{dtype}'"]
    words += [f"activation='{random.choice(['linear', 'relu', 'tanh', 'sigmoid', 'elu'])}'"]
    words += ["use_bias=False"] if random.random() < 0.2 else []
    words += ["padding='same'"] if random.random() < 0.5 else []
    for key in reference.OBJECTS:
        if random.random() < 0.4:
            continue
        rank = 4 if key.startswith("kernel") else 1
        is_square = rank == 4 and kernel[0] == kernel[1] > 1
        drawn = (draw_regularizer(random, is_tf) if "regularizer" in key else
                 draw_constraint(random, is_tf, dtype == "float32", rank, is_square))
        words += [f"{key}={drawn}"]
    place = dict(input=tuple(int(n) for n in random.integers(1, 5, 3)),
                 batch=int(random.integers(1, 6)))
    return f"dict({', '.join(words)}), {draw_optimizer(random)}", place


def draw_case(seed, is_tf, steps):
    random = np.random.default_rng([seed, is_tf])
    if not steps and random.random() < 0.125:
        mode = random.choice(["rows", "columns"])
        expression = f"R.OrthogonalRegularizer({random.uniform(0, 1):.3g}, mode='{mode}')"
        return expression, dict(matrix=tuple(int(n) for n in random.integers(2, 9, 2)))
    expression, place = draw_layer(random, is_tf)
    return expression, place | (dict(steps=steps) if steps else {})


def passes(options, name, seed, expression, place):
    k = reference.open_keras(name)
    lines = reference.case_lines(k, f"{name}_{seed}", expression, place | {"seed": seed},
                                 legacy=name == "tf_keras" and seed % 4 == 0)
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "case.txt"
        path.write_text("\n".join(lines) + "\n")
        done = subprocess.run([options.compare, str(path)], capture_output=True, text=True)
    told = done.stdout.splitlines()
    if done.returncode != 0:
        print(f"{done.stderr}{told[0] if told else ''}\n  live.py --compare "
              f"{options.compare} --keras {name} --seed {seed} --place \"{place}\" "
              f"--case \"{expression}\"", flush=True)
    return done.returncode == 0, [float(word) for line in told[-2:-1] for word in line.split()
                                  if word[0].isdigit()]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--compare", required=True)
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--trainings", type=int, default=10)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keras", choices=("tf_keras", "keras"))
    options.add_argument("--case")
    options.add_argument("--place")
    options = options.parse_args()
    names = [options.keras] if options.keras else ["tf_keras", "keras"]
    if options.case:
        return not passes(options, names[0], options.seed, options.case, eval(options.place))[0]
    done, worst, left_out = [], [], 0
    for number in range(options.count + options.trainings):
        seed, name = options.seed + number, names[number % len(names)]
        steps = 200 if number >= options.count else 0
        case = draw_case(seed, name == "tf_keras", steps)
        if steps and not reference.repeats_itself(reference.open_keras(name), case[0],
                                                  case[1] | {"seed": seed}):
            left_out += 1
            continue
        passed, figures = passes(options, name, seed, *case)
        done.append(passed)
        worst.append(figures)
    figures = np.array([one for one in worst if len(one) == 2])
    print(f"largest differences: losses {figures[:, 0].max():.2f} units of rounding of their "
          f"terms, losses while training {figures[:, 1].max():.2g} of themselves")
    print(f"trainings left out, as Keras does not repeat itself: {left_out}")
    print(f"{sum(done)} passed, {len(done) - sum(done)} failed")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
