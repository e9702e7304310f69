import scipy


def f(x):
    return scipy.fft.fft(x)
