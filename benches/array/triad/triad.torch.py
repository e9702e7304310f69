def f(a, b):
    return a + 3 * b
