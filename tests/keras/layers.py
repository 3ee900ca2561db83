"""Whole layers: real Keras now, and the C layer object beside it through ctypes.

    KERAS/bin/python layers.py --library BUILD/tests/libtconv_keras_shared.so [--count 400]
                               [--seed 0] [--keras tf_keras|keras] [--no-config] [--trainings 8]
    KERAS/bin/python layers.py --library LIBRARY --keras K --seed N --index I [--show]
    KERAS/bin/python layers.py --write layers.txt

--count draws layers over every argument: initial weights, names, shapes, calls, gradients,
losses, steps of an optimizer, what set_weights and the other members refuse, nodes, configs,
names of several layers, arguments that Keras refuses; --trainings more are trained for 200
steps. Without --keras both generations take turns. layer_script.py states what may differ.
A mismatch prints what repeats it; the last line is 'N passed, M failed'.

--write stores some of them, with what Keras gave, as the lines that layers.c replays.
"""

import argparse
import sys
import warnings

import initializers  # noqa: F401 (opens TensorFlow and both generations)
import keras
import numpy as np
import tf_keras

import layer_cases
import layer_draw
import layer_refusals
import layer_script
import layer_text
from layer_words import load

GENERATIONS = {"tf_keras": tf_keras, "keras": keras}
KINDS = (layer_cases.whole_layer,) * 7 + (layer_cases.nodes,) * 2 + (
    layer_cases.names, layer_refusals.refusals, layer_refusals.refusals)
STEPS = 200


def draw_script(k, seed, index):
    random = np.random.default_rng([seed, index, k.__name__ == "tf_keras"])
    kind = KINDS[int(random.integers(len(KINDS)))]
    return kind.__name__, kind(k, random)


def draw_training(k, seed, index):
    """A whole training that Keras repeats itself."""
    for attempt in range(50):
        random = np.random.default_rng([seed, index, k.__name__ == "tf_keras", 7, attempt])
        drawn = layer_draw.Drawn(k, random)
        optimizer = layer_script.training_optimizer(random)
        if not drawn.is_callable or drawn.is_refused or drawn.trainable is False:
            continue
        script = layer_script.Script(k, drawn.session_seed)
        script.plain(f"create 0 {drawn.dialect} {drawn.json()}")
        if layer_script.training_whole(script, drawn, "0", int(random.integers(10 ** 6)),
                                       STEPS, optimizer):
            return "training", script
    raise ValueError("no training that repeats itself")


def passes(options, library, name, index, draw):
    kind, script = draw(GENERATIONS[name], options.seed, index)
    if options.show:
        print("\n".join(layer_text.lines_of(f"{name}_{index}", script)))
    wrong, count = layer_script.check(library, script, ["config"] * options.no_config)
    if wrong:
        kind = " --training" * (kind == "training")
        print(f"FAILED: layers.py --library {options.library} --keras {name} --seed "
              f"{options.seed} --index {index}{kind}\n  " + "\n  ".join(wrong), flush=True)
    return not wrong, count


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--library")
    options.add_argument("--count", type=int, default=400)
    options.add_argument("--trainings", type=int, default=8)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keras", choices=tuple(GENERATIONS))
    options.add_argument("--index", type=int)
    options.add_argument("--training", action="store_true")
    options.add_argument("--show", action="store_true")
    options.add_argument("--no-config", action="store_true")
    options.add_argument("--write")
    options = options.parse_args()
    if options.write:
        warnings.simplefilter("ignore")
        return layer_text.write(options.write, options.seed, draw_script, draw_training,
                                GENERATIONS.values())
    names = [options.keras] if options.keras else list(GENERATIONS)
    jobs = [(names[i % len(names)], i, draw_script) for i in range(options.count)]
    jobs += [(names[i % len(names)], i, draw_training) for i in range(options.trainings)]
    if options.index is not None:
        jobs = [(names[0], options.index, draw_training if options.training else draw_script)]
    warnings.simplefilter("ignore")
    library, done, operations = load(options.library), [], 0
    for name, index, draw in jobs:
        passed, count = passes(options, library, name, index, draw)
        done.append(passed)
        operations += count
    print(f"{operations} operations compared")
    print(f"{sum(done)} passed, {len(done) - sum(done)} failed")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
