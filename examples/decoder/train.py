"""Trains the decoder in Keras 3 and exports it for the example program.

    python train.py [--epochs 40] [--picture keras.png]      some seven minutes on one core

Four Conv2DTranspose layers turn a latent of 1x1x16 into a picture of 64x64x3. The pictures
are drawn (worlds.py) from two angles, so the decoder is trained directly: angles in, picture
out. The latent is the angles' first harmonics, which is what makes the atlas a torus.

Writes model/layerN.json (Keras's own record), model/layerN_kernel.npy, model/layerN_bias.npy,
model/latents.npy (a grid: 6 hours down, 8 kinds across) and model/expected.npy (what Keras
itself computed for the first two latents).
"""

import argparse
import json
import os
import pathlib
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf

import worlds

ROWS, COLUMNS = 6, 8  # hours down, kinds across
MODEL = pathlib.Path(__file__).resolve().parent / "model"


def latents_of(hour, kind):
    """The 16 numbers of each pair of angles, as images of 1x1x16."""
    angles = [hour, 2 * hour, 3 * hour, kind, 2 * kind, 3 * kind, hour + kind, hour - kind]
    waves = [wave(angle) for angle in angles for wave in (np.cos, np.sin)]
    return np.stack(waves, -1).astype(np.float32)[:, None, None, :]


def decoder():
    layer = keras.layers.Conv2DTranspose
    return keras.Sequential([
        keras.Input((1, 1, 16)),
        layer(64, 8, activation="silu", name="up1"),
        layer(48, 4, strides=2, padding="same", activation="gelu", name="up2"),
        layer(32, 4, strides=2, padding="same", name="up3",
              activation=keras.layers.LeakyReLU(negative_slope=0.1)),
        layer(3, 4, strides=2, padding="same", activation="sigmoid", name="up4"),
    ])


def grid(rows, columns):
    """One angle per row and one per column of a grid, for each of its cells."""
    row, column = np.meshgrid(np.arange(rows) * 2 * np.pi / rows,
                              np.arange(columns) * 2 * np.pi / columns, indexing="ij")
    return row.ravel(), column.ravel()


def train(model, epochs, batch=48):
    kind, hour = grid(96, 72)
    random = np.random.default_rng(1)
    hour = hour + random.uniform(-0.5, 0.5, hour.shape) * 2 * np.pi / 72
    kind = kind + random.uniform(-0.5, 0.5, kind.shape) * 2 * np.pi / 96
    x = latents_of(hour, kind)
    pictures = np.concatenate([worlds.draw(h, k) for h, k in
                               zip(np.array_split(hour, 32), np.array_split(kind, 32))])
    steps = epochs * -(-len(x) // batch)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=4e-3,
                                                  warmup_steps=steps // 30, alpha=0.01)
    model.compile(optimizer=keras.optimizers.Adam(rate, beta_2=0.99), loss="mae")
    model.fit(x, pictures, batch_size=batch, epochs=epochs, verbose=2)


def picture_of(images, rows, columns):
    """The images of a grid beside one another, as bytes."""
    size = images.shape[1]
    whole = images.reshape(rows, columns, size, size, 3).transpose(0, 2, 1, 3, 4)
    return (whole.reshape(rows * size, columns * size, 3) * 255 + 0.5).astype(np.uint8)


def export(model):
    MODEL.mkdir(exist_ok=True)
    for number, layer in enumerate(model.layers, 1):
        record = keras.saving.serialize_keras_object(layer)
        (MODEL / f"layer{number}.json").write_text(json.dumps(record, indent=2) + "\n")
        kernel, bias = layer.get_weights()
        np.save(MODEL / f"layer{number}_kernel.npy", kernel)
        np.save(MODEL / f"layer{number}_bias.npy", bias)
    hour, kind = grid(ROWS, COLUMNS)
    latents = latents_of(hour, kind)
    images = model.predict(latents, batch_size=16, verbose=0)
    np.save(MODEL / "latents.npy", latents)
    np.save(MODEL / "expected.npy", images[:2])
    return images


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--epochs", type=int, default=40)
    options.add_argument("--picture")
    options = options.parse_args()
    print(f"keras {keras.__version__} ({keras.backend.backend()}), "
          f"tensorflow {tf.__version__}, numpy {np.__version__}")
    keras.utils.set_random_seed(7)
    tf.config.experimental.enable_op_determinism()
    model = decoder()
    model.summary()
    begin = time.time()
    train(model, options.epochs)
    print(f"trained in {time.time() - begin:.0f} s")
    images = export(model)
    if options.picture:
        keras.utils.save_img(options.picture, picture_of(images, ROWS, COLUMNS), scale=False)


if __name__ == "__main__":
    main()
