import numpy as np
from numba import prange


def f(images):
    count, height, width = images.shape
    y = np.empty_like(images)
    gain, lift, zero, one, gamma = np.float32(0.25), np.float32(0.5), np.float32(0), np.float32(1), np.float32(1 / 2.2)
    for image in prange(count):
        total = 0.0
        for i in range(height):
            for j in range(width):
                total += images[image, i, j]
        mean = total / (height * width)
        squares = 0.0
        for i in range(height):
            for j in range(width):
                squares += (images[image, i, j] - mean) ** 2
        mean32, deviation = np.float32(mean), np.float32(np.sqrt(squares / (height * width)))
        for i in range(height):
            for j in range(width):
                value = (images[image, i, j] - mean32) / deviation * gain + lift
                y[image, i, j] = min(max(value, zero), one) ** gamma
    return y
