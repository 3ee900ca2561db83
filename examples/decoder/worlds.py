"""The pictures that the decoder learns: small planets, drawn from two angles.

`hour` turns the sun around the planet and the planet under it; `kind` walks through four
worlds and back: fire, ocean, a ringed giant, ice. Both are periodic, so the atlas of all
worlds is a torus. Everything is analytic and smooth; edges are anti-aliased by distance.
"""

import numpy as np

SIZE = 64
RADIUS = 0.64


def smooth(low, high, value):
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a, b, t):
    return a + (b - a) * t


def colour(text):
    return np.array([int(text[i:i + 2], 16) for i in (0, 2, 4)], np.float32) / 255


def palette(stops, value):
    """Colours along `stops`, value in [0, 1]."""
    colours = np.stack([colour(stop) for stop in stops])
    place = np.clip(value, 0, 1) * (len(stops) - 1)
    first = np.minimum(place.astype(int), len(stops) - 2)
    t = (place - first)[..., None]
    return mix(colours[first], colours[first + 1], t * t * (3 - 2 * t))


def relief(x, y, z):
    """A fixed smooth landscape on the unit sphere, about -1..1."""
    return (0.55 * np.sin(2.6 * x + 1.3 * np.sin(2.1 * y + 0.7) + 0.4)
            + 0.45 * np.sin(3.1 * z - 2.2 * y + 1.1 * np.sin(2.7 * x))
            + 0.30 * np.sin(4.3 * y + 2.9 * z * x + 1.9))


def surfaces(x, y, z):
    """The four worlds' colours at a point of the unit sphere: fire, ocean, giant, ice."""
    land = relief(x, y, z)
    crack = np.exp(-(land / 0.22) ** 2)
    fire = mix(palette(["2b0d12", "5a1a16", "8a2a18"], 0.5 + 0.5 * land),
               palette(["ff5a10", "ffc93c", "fff3b0"], crack), crack[..., None])
    ocean = mix(palette(["0b3f8f", "1566c0", "27a3d8"], 0.9 + 0.8 * land),
                palette(["e6d690", "5fae4a", "2c7a3a"], 2.2 * land - 0.3),
                smooth(0.10, 0.22, land)[..., None])
    ocean = mix(ocean, colour("ffffff"),
                smooth(0.76, 0.86, np.abs(y) + 0.06 * land)[..., None])
    bands = 0.5 + 0.5 * np.sin(9.0 * y + 0.35 * np.sin(3 * x + 2 * z) + 0.6)
    giant = palette(["a3542c", "d98f4e", "f2cd94", "fff0d2"], bands)
    ice = palette(["4a3fb8", "5a86e0", "7fd0ee", "eafcff"],
                  0.5 + 0.45 * relief(z, 1.4 * y, -x))
    return fire, ocean, giant, ice


def weights_of(kind):
    """How much of each world there is at `kind` (any shape, a new last axis of 4): sums to 1."""
    places = np.arange(4, dtype=np.float32) * np.float32(np.pi / 2)
    distance = np.abs((kind[..., None] - places + np.pi) % (2 * np.pi) - np.pi)
    weight = 1 - smooth(0.60, np.pi / 2 - 0.60, distance)
    return weight / weight.sum(-1, keepdims=True)


def ring_of(colours, angle):
    """A colour on a closed ring of colours."""
    colours = np.stack([colour(one) for one in colours])
    place = angle / (2 * np.pi) % 1 * len(colours)
    first = place.astype(int) % len(colours)
    t = (place - np.floor(place))[..., None]
    return mix(colours[first], colours[(first + 1) % len(colours)], t * t * (3 - 2 * t))


def draw(hour, kind):
    """Images [len(hour), SIZE, SIZE, 3] in 0..1 for arrays of the two angles."""
    hour, kind = np.float32(hour), np.float32(kind)
    pixel = 2 / SIZE
    line = ((np.arange(SIZE, dtype=np.float32) + 0.5) * pixel - 1)
    px, py = line[None, None, :], -line[None, :, None]
    at = lambda value: value[:, None, None]

    r = np.hypot(px, py)
    inside = np.clip((RADIUS - r) / pixel + 0.5, 0, 1)
    # A planet's point and its normal are the same; beyond the edge the edge's own is used.
    nx, ny = px / np.maximum(r, RADIUS), py / np.maximum(r, RADIUS)
    nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0.0))
    sun = np.stack([0.9 * np.sin(hour), 0.42 + 0 * hour, 0.42 + 0.72 * np.cos(hour)])
    sun = sun / np.linalg.norm(sun, axis=0)
    facing = at(sun[0]) * nx + at(sun[1]) * ny + at(sun[2]) * nz

    # The planet turns under the sun about an axis that leans a little.
    lean = np.float32(0.35)
    ax, ay = np.cos(lean) * nx + np.sin(lean) * ny, np.cos(lean) * ny - np.sin(lean) * nx
    tx = np.cos(at(hour)) * ax - np.sin(at(hour)) * nz
    tz = np.sin(at(hour)) * ax + np.cos(at(hour)) * nz
    ty = ay + 0 * tx
    # One world gives way to the next place by place, never by fading.
    front = at(kind) + 0.5 * relief(1.3 * tz, 1.1 * tx, 1.2 * ty)
    share = np.moveaxis(weights_of(front), -1, 0)[..., None]
    skins = surfaces(tx, ty, tz)
    skin = sum(part * one for part, one in zip(share, skins))

    day = smooth(-0.18, 0.55, facing)[..., None]
    night = np.array([0.10, 0.10, 0.20], np.float32) * (0.4 + skin)
    glow = (share[0] * skins[0] * smooth(0.35, 0.9, skins[0][..., :1])
            * np.array([1.0, 0.62, 0.30], np.float32))
    ground = night * (1 - day) + skin * day * (0.72 + 0.4 * np.maximum(facing, 0)[..., None])
    ground = np.maximum(ground, glow)
    half = np.stack([sun[0], sun[1], sun[2] + 1])
    half = half / np.linalg.norm(half, axis=0)
    shine = np.maximum(at(half[0]) * nx + at(half[1]) * ny + at(half[2]) * nz, 0) ** 40
    ground = ground + shine[..., None] * (0.5 * share[1] + 0.3 * share[3] + 0.1)

    # Sky: a deep gradient, and air that glows outside the edge on the lit side.
    tint = ring_of(["ff6a2a", "e04fd8", "3fa0ff", "46d8c0",
                    "ffb060", "f08ab0", "8fb8ff", "b060ff"], kind)[:, None, None]
    sky = mix(colour("0a0b1e"), colour("251a4a"), (0.5 + 0.5 * py + 0 * px)[..., None])
    sky = sky * (0.8 + 0.35 * tint)
    lit = smooth(-0.6, 0.9, (at(sun[0]) * nx + at(sun[1]) * ny))[..., None]
    air = np.exp(-np.maximum(r - RADIUS, 0) / 0.09)[..., None]
    sky = sky + tint * air * (0.12 + 0.75 * lit)
    rim = (smooth(0.55, 1.0, np.hypot(nx, ny)) ** 2)[..., None]
    ground = ground + tint * rim * (0.06 + 0.4 * lit)

    image = mix(sky, ground, inside[..., None])

    giant = 0.5 - 0.5 * np.cos(kind)
    # The giant's ring: an ellipse whose near half passes in front.
    roll = at(-0.42 + 0.10 * np.sin(hour))
    open_ = at(0.24 + 0.07 * np.cos(hour))
    ex, ey = np.cos(roll) * px - np.sin(roll) * py, np.sin(roll) * px + np.cos(roll) * py
    ring_r = np.hypot(ex, ey / open_)
    soft = pixel * 1.6 * (0.35 + np.abs(ey / open_) / np.maximum(ring_r, 0.1) / 1.6)
    band = smooth(0.74, 0.74 + soft, ring_r) * (1 - smooth(0.99 - soft, 0.99, ring_r))
    near = smooth(-0.02, 0.02, -ey)
    seen = band * mix(1 - inside, 1.0, near) * 0.9
    dust = palette(["c98d5a", "f6dcae", "b98257", "ffe9c4"], (ring_r - 0.74) / 0.25)
    shade = 0.45 + 0.55 * smooth(-0.5, 0.5, at(sun[0]) * px + at(sun[2]))[..., None]
    image = mix(image, dust * shade, (seen * at(smooth(0.55, 0.95, giant)))[..., None])
    return np.clip(image, 0, 1).astype(np.float32)
