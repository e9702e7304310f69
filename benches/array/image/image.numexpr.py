import numexpr as ne
import numpy as np


def f(images):
    mean = images.mean(axis=(1, 2), keepdims=True)
    deviation = images.std(axis=(1, 2), keepdims=True)
    gain, lift, zero, one, gamma = map(np.float32, (0.25, 0.5, 0, 1, 1 / 2.2))
    y = "(images - mean) / deviation * gain + lift"
    return ne.evaluate(f"where({y} < zero, zero, where({y} > one, one, {y})) ** gamma")
