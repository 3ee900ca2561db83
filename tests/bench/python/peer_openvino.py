"""OpenVINO: forward, in float32; it chooses its own layouts inside."""
import openvino

import onnx_model

VARIANTS = ["nhwc"]
SETTINGS = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32"}


def describe():
    return f"OpenVINO {openvino.__version__.split('-')[0]}"


def open_pass(problem, which, variant):
    if which != "forward":
        return None
    core = openvino.Core()
    model = core.compile_model(core.read_model(onnx_model.build(problem)), "CPU", SETTINGS)
    request = model.create_infer_request()
    request.set_input_tensor(openvino.Tensor(problem.x, shared_memory=True))
    return request.infer, lambda: request.get_output_tensor().data
