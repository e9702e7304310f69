import math

import jax
import jax.numpy as jnp

RATE, VOLATILITY, YEARS, STRIKE, STEPS = 0.03, 0.2, 1.0, 100.0, 256
DRIFT = (RATE - 0.5 * VOLATILITY**2) * YEARS / STEPS
SPREAD = VOLATILITY * math.sqrt(YEARS / STEPS)


def f(start):
    key = jax.random.key(1)

    def step(i, state):
        price, total = state
        z = jax.random.normal(jax.random.fold_in(key, i), start.shape)
        price = price * jnp.exp(DRIFT + SPREAD * z)
        return price, total + price

    _, total = jax.lax.fori_loop(0, STEPS, step, (start, jnp.zeros_like(start)))
    return math.exp(-RATE * YEARS) * jnp.maximum(total / STEPS - STRIKE, 0).mean()
