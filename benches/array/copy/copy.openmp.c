// A plain copy, the bound of what touches memory once in and once out.
#include "../bench.h"

static void copy(long n, double *restrict y, const double *restrict a, const double *restrict b) {
    (void)b;
#pragma omp parallel for schedule(static)
    for (long i = 0; i < n; i++) y[i] = a[i];
}

int main(int argc, char **argv) {
    return measure(copy, argc, argv);
}
