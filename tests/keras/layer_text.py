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
