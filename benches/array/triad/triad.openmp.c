// The triad of STREAM.
#include "../bench.h"

static void triad(long n, double *restrict y, const double *restrict a, const double *restrict b) {
#pragma omp parallel for schedule(static)
    for (long i = 0; i < n; i++) y[i] = a[i] + 3 * b[i];
}

int main(int argc, char **argv) {
    return measure(triad, argc, argv);
}
