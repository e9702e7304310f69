import jax.numpy as jnp


def f(images):
    mean = images.mean(axis=(1, 2), keepdims=True)
    deviation = images.std(axis=(1, 2), keepdims=True)
    y = jnp.clip((images - mean) / deviation * 0.25 + 0.5, 0, 1)
    return y ** (1 / 2.2)
