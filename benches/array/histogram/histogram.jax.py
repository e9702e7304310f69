import jax.numpy as jnp


def f(x):
    return jnp.histogram(x, bins=100, range=(0.0, 1.0))[0]
