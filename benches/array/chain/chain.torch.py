import torch


def f(x):
    return torch.sin(x) * torch.exp(-x) + 0.5 * x * x
