"""The layer as an ONNX model: channels last outside, as ONNX itself knows only NCHW."""
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper


def build(problem):
    h, w = problem.axis
    extra = [max(0, -axis.after) for axis in problem.axis]
    pads = [h.crop, w.crop, max(0, h.after), max(0, w.after)]
    weights = np.ascontiguousarray(problem.w.transpose(3, 2, 0, 1))
    nodes = [helper.make_node("Transpose", ["x"], ["x1"], perm=[0, 3, 1, 2]),
             helper.make_node("ConvTranspose", ["x1", "w"], ["y1"], pads=pads,
                              strides=[h.stride, w.stride], output_padding=extra,
                              kernel_shape=[h.kernel, w.kernel]),
             helper.make_node("Transpose", ["y1"], ["y"], perm=[0, 2, 3, 1])]
    graph = helper.make_graph(
        nodes, problem.name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, problem.x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, problem.dy.shape)],
        [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                              ir_version=8)
    checker.check_model(model)
    return model.SerializeToString()
