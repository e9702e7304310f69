import jax.numpy as jnp
from jax.scipy.special import erf


def cdf(x):
    return 0.5 * (1 + erf(x / jnp.sqrt(2.0)))


def f(x):
    spot, strike, years = 80 + 40 * x, 100.0, 0.25 + x
    rate, volatility = 0.03, 0.2
    root = volatility * jnp.sqrt(years)
    d1 = (jnp.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / root
    return spot * cdf(d1) - strike * jnp.exp(-rate * years) * cdf(d1 - root)
