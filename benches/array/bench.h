// What the C programs of the array suite share: the clock and what is printed.
#include "../scalar/bench.h"

// One timing repeats the call until it lasts about this long.
static const double TIMING_S = 0.01;
static const int TIMINGS = 5;

static inline double element(long i) {
    return (double)(i * 7919 % 10007) / 10007;
}

// The best time of `call(n, y, a, b)` in seconds.
static double best_time(void (*call)(long, double *, const double *, const double *), long n, double *y,
                        const double *a, const double *b) {
    call(n, y, a, b);
    double start = now();
    call(n, y, a, b);
    double seconds = now() - start;
    for (int timing = 0; timing < TIMINGS; timing++) {
        long repeats = seconds < TIMING_S ? (long)(TIMING_S / seconds) : 1;
        start = now();
        for (long i = 0; i < repeats; i++) call(n, y, a, b);
        double each = (now() - start) / repeats;
        if (each < seconds) seconds = each;
    }
    return seconds;
}

// Measures `call` at each size that the command line names. Each thread first
// touches the part of the arrays that it works on, as STREAM does.
static int measure(void (*call)(long, double *, const double *, const double *), int argc, char **argv) {
    for (int arg = 1; arg < argc; arg++) {
        long n = strtol(argv[arg], NULL, 10);
        double *y = malloc(n * sizeof *y), *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b);
        if (!y || !a || !b) {
            fprintf(stderr, "no memory for %ld elements\n", n);
            return 1;
        }
#pragma omp parallel for schedule(static)
        for (long i = 0; i < n; i++) {
            y[i] = 0;
            a[i] = element(i);
            b[i] = 1 - a[i];
        }
        double seconds = best_time(call, n, y, a, b), sum = 0;
        for (long i = 0; i < n; i++) sum += y[i];
        printf("answer %.17g %.17g\nseconds %.9g\n", sum, y[n / 3], seconds);
        free(y);
        free(a);
        free(b);
    }
    return 0;
}
