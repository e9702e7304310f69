// What every C program here shares: the size argument, the clock, and a sink
// that stops the compiler from dropping the warm-up.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline long size_argument(int argc, char **argv, long otherwise) {
    return argc > 1 ? strtol(argv[1], NULL, 10) : otherwise;
}

static inline double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static volatile double sink;

static inline void keep(double x) {
    sink = x;
}
