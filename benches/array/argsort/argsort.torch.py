def f(x):
    return x.argsort()
