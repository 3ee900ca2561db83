"""Scripts as the text that layers.c reads: an operation, then what it has to give.

    case NAME SEED
    OPERATION ...
    = TEXT                      the same text
    ! EXCEPTION TEXT            an exception whose text is part of TEXT; *: any
    ~ BOUND TYPE N VALUES       values, none further off than BOUND
    end
"""

import numpy as np


def number(value):
    """The shortest hexadecimal digits."""
    text = float(value).hex()
    head, mark, power = text.partition("p")
    return (head.rstrip("0").rstrip(".") if "." in head else head) + mark + power


def result_line(step):
    if step.raised is not None:
        name, text = step.raised
        return f"! {name} " + ("*" if text is None else " ".join(text.split()))
    if step.values is None:
        return f"= {step.text}".rstrip()
    bound = number(step.bound.max()) if step.bound.size else "0"
    return " ".join(["~", bound, str(step.values.dtype), str(step.values.size),
                     *map(number, np.ravel(step.values))])


def lines_of(name, script):
    out = [f"case {name} {script.seed}"]
    for step in script.steps:
        out += [step.line, result_line(step)]
    return out + ["end"]


# ---- a file of them ----

QUOTAS = {"whole_layer": 16, "nodes": 4, "names": 1, "refusals": 4}  # of each generation
TRAININGS = 2
LARGEST = 9000  # bytes of one case


def chosen(k, seed, draw_script):
    """The first scripts of each kind that are short enough."""
    left, index = dict(QUOTAS), 0
    while any(left.values()):
        kind, script = draw_script(k, seed, index)
        lines = lines_of(f"{k.__name__}_{index}", script)
        if left[kind] and len("\n".join(lines)) <= LARGEST:
            left[kind] -= 1
            yield lines
        index += 1


def write(path, seed, draw_script, draw_training, generations):
    lines = [f"# {', '.join(f'{k.__name__} {k.__version__}' for k in generations)}; "
             f"layers.py --write --seed {seed}"]
    for k in generations:
        for one in chosen(k, seed, draw_script):
            lines += one
        for index in range(TRAININGS):
            script = draw_training(k, seed, index)[1]
            lines += lines_of(f"{k.__name__}_training_{index}", script)
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return 0
