#include "../bench.h"

static double estimate_pi(long n) {
    uint32_t seed = 42;
    long inside = 0;
    for (long i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        double x = seed / 4294967296.0;
        seed = seed * 1664525 + 1013904223;
        double y = seed / 4294967296.0;
        if (x * x + y * y <= 1) inside++;
    }
    return 4.0 * inside / n;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 50000000);
    keep(estimate_pi(n / 100));
    double start = now();
    double answer = estimate_pi(n);
    double seconds = now() - start;
    printf("answer %.17g\nseconds %.9f\n", answer, seconds);
}
