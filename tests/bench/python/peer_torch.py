"""PyTorch: aten's convolution and its backward: by oneDNN in channels last and in its own
order, and by its own product and scatter, "native".

What a symmetric padding cannot say is cut off behind the output, and put back as zeros for
the gradients, as autograd would.
"""
import torch
import torch.nn.functional as F

VARIANTS = ["nhwc", "nchw", "native"]
MASKS = {"backward_input": [True, False, False], "backward_weights": [False, True, False]}


def describe():
    torch.set_num_threads(1)
    return f"PyTorch {torch.__version__}"


def open_pass(problem, which, variant):
    h, w = problem.axis
    padding, extra = [h.crop, w.crop], [0, 0]
    excess = [axis.after - axis.crop for axis in problem.axis]
    for i, axis in enumerate(problem.axis):
        if excess[i] < 0:
            extra[i], excess[i] = -excess[i], 0
        if extra[i] >= axis.stride:
            return None
    form = torch.channels_last if variant == "nhwc" else torch.contiguous_format
    last = torch.channels_last

    def image(array):
        return torch.from_numpy(array).permute(0, 3, 1, 2)

    x, dy = image(problem.x), image(problem.dy)
    weights = torch.from_numpy(problem.w).permute(3, 2, 0, 1).contiguous(memory_format=form)
    strides = [h.stride, w.stride]
    kept = {}

    def forward():
        y = F.conv_transpose2d(x.contiguous(memory_format=form), weights, None, strides,
                               padding, extra)
        kept["y"] = y[:, :, :h.out, :w.out].contiguous(memory_format=last) \
            if variant != "nhwc" else y[:, :, :h.out, :w.out]

    def backward():
        full = F.pad(dy, (0, excess[1], 0, excess[0])) if any(excess) else dy
        dx, dw, _ = torch.ops.aten.convolution_backward(
            full.contiguous(memory_format=form), x.contiguous(memory_format=form), weights,
            None, strides, padding, [1, 1], True, extra, 1, MASKS[which])
        kept["y"] = dw if which == "backward_weights" else \
            dx.contiguous(memory_format=last)

    call = forward if which == "forward" else backward

    def run_by_onednn():
        with torch.inference_mode():
            call()

    def run_natively():
        with torch.backends.mkldnn.flags(enabled=False):
            run_by_onednn()

    def result():
        order = (2, 3, 1, 0) if which == "backward_weights" else (0, 2, 3, 1)
        return kept["y"].permute(*order).numpy()

    return run_natively if variant == "native" else run_by_onednn, result
