import jax.numpy as jnp


def f(a, b):
    return jnp.linalg.solve(a, b)
