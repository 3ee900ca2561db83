"""Makes tf2.txt and keras3.txt with real Keras; tests/keras/requirements.txt pins the versions.

    python -m venv KERAS && KERAS/bin/pip install -r ../keras/requirements.txt
    KERAS/bin/python make.py                            (about a minute)

Each case is an expression in the language of reference.py. The first list is computed by both
generations, the others by the one that knows what they name. The seeds are fixed.
"""

import pathlib
import subprocess
import sys

import numpy as np

import reference

HERE = pathlib.Path(__file__).resolve().parent
SMALL = dict(input=(2, 2, 2), batch=3)

# Activations of whatever kind; sizes that differ on every axis.
BOTH = """
    dict(filters=3, kernel_size=(3, 2)), O.SGD(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_regularizer='l1'), O.SGD(0.05, momentum=0.9)
    dict(filters=3, kernel_size=(3, 2), kernel_regularizer='l2', bias_regularizer='l1'), O.SGD(0.05, momentum=0.8, nesterov=True)
    dict(filters=3, kernel_size=(3, 2), kernel_regularizer=R.L1(0.3), bias_regularizer=R.L2(0.2)), O.Adam()
    dict(filters=3, kernel_size=(3, 2), kernel_regularizer=R.L1L2(0.1, 0.07), bias_regularizer=R.L1L2(l1=0.2)), O.Adam(0.02, amsgrad=True)
    dict(filters=3, kernel_size=(3, 2), kernel_regularizer=R.L1L2(0.3, 0.1), dtype='float64'), O.Adam(0.02, amsgrad=True)
    dict(filters=3, kernel_size=(3, 2), bias_regularizer=R.L2(0.1), dtype='float64'), O.SGD(0.03, momentum=0.9, nesterov=True)
    dict(filters=3, kernel_size=(3, 2), activity_regularizer='l1'), O.Adam(0.01, beta_1=0.5, beta_2=0.9, epsilon=0.1)
    dict(filters=3, kernel_size=(3, 2), activity_regularizer=R.L2(0.1), activation='relu'), O.SGD(0.1)
    dict(filters=3, kernel_size=(3, 2), activity_regularizer=R.L1L2(0.1, 0.3), activation='tanh', use_bias=False), O.Adam(0.1)
    dict(filters=3, kernel_size=(3, 2), activity_regularizer=R.L1L2(0.1, 0.3), dtype='float64'), O.Adam(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint='max_norm', bias_constraint='unit_norm'), O.SGD(0.1, momentum=0.9)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.MaxNorm(0.7, axis=[0, 1, 3])), O.SGD(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.MaxNorm(1, axis=[0, 1, 2]), bias_constraint=C.MaxNorm(0.3)), O.Adam(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.UnitNorm(axis=None)), O.Adam(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.UnitNorm(axis=[-1, 0]), dtype='float64'), O.Adam(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint='min_max_norm'), O.SGD(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.MinMaxNorm(0.9, 1.1, rate=0.3, axis=[0, 1, 3])), O.SGD(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.MinMaxNorm(2.0, 1.0, axis=2)), O.Adam(0.1)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint='non_neg', bias_constraint=C.NonNeg()), O.SGD(0.1, momentum=0.5)
    dict(filters=3, kernel_size=(3, 2), kernel_constraint=C.MaxNorm(1.5, axis=[]), kernel_regularizer=R.L2(0.1)), O.Adam(0.05)
    """

TF_ONLY = """
    dict(filters=2, kernel_size=3, kernel_regularizer='l1_l2', kernel_constraint='radial_constraint'), O.SGD(0.1)
    dict(filters=2, kernel_size=4, kernel_regularizer='L1L2', kernel_constraint=C.RadialConstraint()), O.Adam(0.1)
    dict(filters=1, kernel_size=5, kernel_constraint=C.RadialConstraint(), dtype='float64'), O.SGD(0.1, momentum=0.9)
    dict(filters=2, kernel_size=2, kernel_constraint='radial_constraint', bias_constraint='nonneg'), O.SGD(0.1)
    dict(filters=2, kernel_size=2, kernel_constraint='maxnorm', bias_constraint='unitnorm'), O.SGD(0.1)
    dict(filters=3, kernel_size=2, kernel_regularizer=R.L2(-0.1), bias_regularizer=R.L1(-0.2)), O.SGD(0.1)
    """

KERAS3_ONLY = """
    dict(filters=2, kernel_size=2, kernel_regularizer='L1L2', bias_regularizer='L2'), O.SGD(0.1)
    dict(filters=2, kernel_size=3, kernel_constraint='non_neg', dtype='float64'), O.Adam(0.1)
    """

MATRICES = """
    R.OrthogonalRegularizer(0.1)
    R.OrthogonalRegularizer(0.02, mode='columns')
    """

# Trained as a whole; Keras and C from the same weights.
TRAININGS = """
    dict(filters=2, kernel_size=3, strides=2, padding='same', activation='tanh', kernel_regularizer=R.L2(0.01), activity_regularizer=R.L2(0.02)), O.Adam(0.01)
    dict(filters=2, kernel_size=3, strides=2, padding='same', activation='tanh', kernel_regularizer=R.L1L2(0.001, 0.002), activity_regularizer=R.L1(0.01)), O.SGD(0.05, momentum=0.9)
    dict(filters=3, kernel_size=(4, 2), strides=2, activation='softplus', kernel_constraint=C.MaxNorm(0.8, axis=[0, 1, 3])), O.Adam(0.02, amsgrad=True)
    dict(filters=3, kernel_size=(2, 3), activation='elu', kernel_constraint='min_max_norm', bias_regularizer='l2', activity_regularizer=R.L1L2(0.01, 0.02)), O.SGD(0.05, momentum=0.9, nesterov=True)
    dict(filters=2, kernel_size=3, strides=2, use_bias=False, dtype='float64', activity_regularizer=R.L1L2(0.01, 0.02)), O.Adam(0.01)
    """


def lines_of(text):
    return [line.strip() for line in text.split("\n") if line.strip()]


def make(name):
    k = reference.open_keras(name)
    prefix, own = ("tf2", TF_ONLY) if name == "tf_keras" else ("keras3", KERAS3_ONLY)
    layers = [(line, SMALL) for line in lines_of(BOTH) + lines_of(own)]
    layers += [(line, dict(matrix=(3, 4))) for line in lines_of(MATRICES)]
    layers += [(line, dict(input=(3, 3, 2), batch=4, steps=200)) for line in lines_of(TRAININGS)]
    lines = []
    for number, (expression, place) in enumerate(layers, 1):
        legacy = name == "tf_keras" and number % 2 == 0
        lines += reference.case_lines(k, f"{prefix}_{number:02}", expression,
                                      dict(place, seed=number), legacy)
    (HERE / f"{prefix}.txt").write_text("\n".join(lines) + "\n")
    tensorflow = __import__("tensorflow").__version__
    return (f"{prefix}.txt: {len(layers)} cases by {k.__name__} {k.__version__} on tensorflow "
            f"{tensorflow}, numpy {np.__version__}, Python {sys.version.split()[0]}\n")


def main():
    if len(sys.argv) > 1:
        print(make(sys.argv[1]), end="")
        return
    versions = [subprocess.run([sys.executable, __file__, name], check=True, text=True,
                               stdout=subprocess.PIPE).stdout for name in ("tf_keras", "keras")]
    (HERE / "VERSIONS.txt").write_text("".join(versions))
    print("".join(versions), end="")


if __name__ == "__main__":
    main()
