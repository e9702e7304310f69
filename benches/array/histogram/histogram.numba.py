import numpy as np
from numba import get_num_threads, prange


def f(x):
    threads = get_num_threads()
    counts = np.zeros((threads, 100), np.int64)
    for thread in prange(threads):
        for i in range(len(x) * thread // threads, len(x) * (thread + 1) // threads):
            if 0 <= x[i] <= 1:
                counts[thread, min(int(x[i] * 100), 99)] += 1
    return counts.sum(axis=0)
