"""Arguments that Keras refuses: both have to, with the same class of exception."""

import json

from layer_script import Script

# Not here: a kernel_size of 2.0, which the C object takes for 2; unknown names of regularizers
# in tf_keras, which fails no sooner than at the first call.

TOGETHER = (dict(strides=2, output_padding=2), dict(strides=[2, 3], output_padding=[1, 3]),
            dict(strides=2, dilation_rate=2), dict(strides=[1, 2], dilation_rate=[2, 1]),
            dict(output_padding=1))
REFUSED = dict(
    filters=(0, -3, "4"),
    kernel_size=(0, -1, 2.5, [3], [1, 2, 3], [2, 0], "333", ["a", 2], None, [], {}),
    strides=(0, -1, 1.5, [1], [0, 1], [1, 2, 3], None, ["x", 1]),
    dilation_rate=(0, -2, 1.5, [1, 2, 3], None, [1, 0]),
    padding=("full", "causal", "", "samee", None, 1),
    output_padding=(-1, [0], [0, -1], 0.5, "a"),
    data_format=("channels", "NHWC", 1),
    activation=("Relu", "nothing", ""),
    kernel_initializer=("nothing", "GlorotUniforms", {"class_name": "Nothing", "config": {}}),
    bias_initializer=("nothing", "glorot"),
    kernel_regularizer=({"class_name": "Nothing", "config": {}},),
    kernel_constraint=("nothing", {"class_name": "Nothing", "config": {}}),
    bias_constraint=("nothing",),
    dtype=("foo", "float31"), unknown=(1, None), foo_bar=("x",), name=(3,))
REFUSED_BY = dict(tf_keras=dict(trainable=(1, "yes")),
                  keras=dict(trainable=(1, "yes", None), name=("a/b", 3, ["a"]),
                             kernel_regularizer=("l1_l2", "nothing", "L3"),
                             bias_regularizer=("nothing",), activity_regularizer=("nothing",),
                             kernel_constraint=("maxnorm",)))


def draw_refused(k, random):
    rows = {key: list(values) for key, values in REFUSED.items()}
    for key, values in REFUSED_BY[k.__name__].items():
        rows[key] = rows.get(key, []) + list(values)
    given = {"filters": 3, "kernel_size": 3}
    if random.random() < 0.25:
        return given | TOGETHER[int(random.integers(len(TOGETHER)))]
    key = str(random.choice(list(rows)))
    return given | {key: rows[key][int(random.integers(len(rows[key])))]}


def refusals(k, random):
    script = Script(k, 0)
    for _ in range(4):
        given = draw_refused(k, random)
        is_made = script.does(f"create 0 {script.dialect} {json.dumps(given)}",
                              lambda: k.layers.Conv2DTranspose(**given), any_text=True)
        if is_made:  # not refused after all: then not either by C
            continue
        whole = k.layers.Conv2DTranspose(3, 3).get_config()
        whole |= given | ({"groups": 1} if script.is_tf else {})
        script.does(f"from_config 0 {json.dumps(whole)}",
                    lambda: k.layers.Conv2DTranspose.from_config(whole), any_text=True)
    return script
