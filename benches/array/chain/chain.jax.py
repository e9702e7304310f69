import jax.numpy as jnp


def f(x):
    return jnp.sin(x) * jnp.exp(-x) + 0.5 * x * x
