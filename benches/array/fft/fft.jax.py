import jax.numpy as jnp


def f(x):
    return jnp.fft.fft(x)
