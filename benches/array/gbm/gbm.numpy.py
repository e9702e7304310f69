import numpy as np

RATE, VOLATILITY, YEARS, STRIKE, STEPS = 0.03, 0.2, 1.0, 100.0, 256
DRIFT = (RATE - 0.5 * VOLATILITY**2) * YEARS / STEPS
SPREAD = VOLATILITY * np.sqrt(YEARS / STEPS)


def inputs(n):
    return (np.full(n, 100.0),)


def f(start):
    random = np.random.default_rng(1)
    price, total = start.copy(), np.zeros_like(start)
    for _ in range(STEPS):
        price *= np.exp(DRIFT + SPREAD * random.standard_normal(len(start)))
        total += price
    return np.exp(-RATE * YEARS) * np.maximum(total / STEPS - STRIKE, 0).mean()


def answer(price):
    return (price,)
