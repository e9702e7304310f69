import torch


def f(x):
    return torch.histc(x, bins=100, min=0.0, max=1.0)
