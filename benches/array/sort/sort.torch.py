def f(x):
    return x.sort().values
