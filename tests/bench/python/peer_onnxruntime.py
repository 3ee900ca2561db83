"""ONNX Runtime: forward; the transpositions around its NCHW operator count."""
import numpy as np
import onnxruntime

import onnx_model

VARIANTS = ["nhwc"]


def describe():
    return f"ONNX Runtime {onnxruntime.__version__}"


def open_pass(problem, which, variant):
    if which != "forward":
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(onnx_model.build(problem), options,
                                           ["CPUExecutionProvider"])
    y = np.empty(problem.dy.shape, np.float32)
    binding = session.io_binding()
    binding.bind_input("x", "cpu", 0, np.float32, problem.x.shape, problem.x.ctypes.data)
    binding.bind_output("y", "cpu", 0, np.float32, y.shape, y.ctypes.data)
    return lambda: session.run_with_iobinding(binding), lambda: y
