def f(x):
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return z.T @ z / len(z)
