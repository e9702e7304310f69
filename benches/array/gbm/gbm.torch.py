import math

import torch

RATE, VOLATILITY, YEARS, STRIKE, STEPS = 0.03, 0.2, 1.0, 100.0, 256
DRIFT = (RATE - 0.5 * VOLATILITY**2) * YEARS / STEPS
SPREAD = VOLATILITY * math.sqrt(YEARS / STEPS)


def f(start):
    torch.manual_seed(1)
    price, total = start.clone(), torch.zeros_like(start)
    for _ in range(STEPS):
        price *= torch.exp(DRIFT + SPREAD * torch.randn_like(start))
        total += price
    return math.exp(-RATE * YEARS) * torch.clamp(total / STEPS - STRIKE, min=0).mean()
