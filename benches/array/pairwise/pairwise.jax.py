import jax.numpy as jnp


def f(p):
    d = p[:, None, :] - p[None, :, :]
    return jnp.sqrt((d * d).sum(axis=2))
