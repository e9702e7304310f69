import jax.numpy as jnp


def f(x):
    return jnp.argsort(x)
