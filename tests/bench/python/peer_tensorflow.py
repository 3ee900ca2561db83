"""TensorFlow: the three operations that Keras' layer and its gradient are made of."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

VARIANTS = ["nhwc"]


def describe():
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return f"TensorFlow {tf.__version__}"


def open_pass(problem, which, variant):
    if not problem.natural():
        return None
    x, w, dy = (tf.constant(a) for a in (problem.x, problem.w, problem.dy))
    strides = [axis.stride for axis in problem.axis]
    padding = problem.padding.upper()
    kept = {}

    @tf.function
    def forward(x, w):
        return tf.nn.conv2d_transpose(x, w, tf.constant(problem.dy.shape), strides, padding)

    @tf.function
    def backward_input(dy, w):
        return tf.nn.conv2d(dy, w, strides, padding)

    @tf.function
    def backward_weights(dy, x):
        return tf.raw_ops.Conv2DBackpropFilter(
            input=dy, filter_sizes=tf.constant(problem.w.shape), out_backprop=x,
            strides=[1, *strides, 1], padding=padding)

    call, given = {"forward": (forward, (x, w)), "backward_input": (backward_input, (dy, w)),
                   "backward_weights": (backward_weights, (dy, x))}[which]
    call = call.get_concrete_function(*given)

    def run():
        kept["y"] = call(*given)

    return run, lambda: kept["y"].numpy()
