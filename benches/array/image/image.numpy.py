import numpy as np


def inputs(n):
    height = int(np.sqrt(n / 8 * 9 / 16))
    width = height * 16 // 9
    x = np.arange(8 * height * width) * 7919 % 10007 / 10007
    return (x.astype(np.float32).reshape(8, height, width),)


def f(images):
    mean = images.mean(axis=(1, 2), keepdims=True)
    deviation = images.std(axis=(1, 2), keepdims=True)
    y = np.clip((images - mean) / deviation * 0.25 + 0.5, 0, 1)
    return y ** (1 / 2.2)


def answer(y):
    return y.astype(float).mean(), y[3, 1, 2]
