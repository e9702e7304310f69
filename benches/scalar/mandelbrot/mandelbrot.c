#include "../bench.h"

static long escape_time(double cr, double ci, long limit) {
    double zr = 0, zi = 0;
    for (long i = 0; i < limit; i++) {
        double zr2 = zr * zr, zi2 = zi * zi;
        if (zr2 + zi2 > 4) return i;
        zi = 2 * zr * zi + ci;
        zr = zr2 - zi2 + cr;
    }
    return limit;
}

static long mandelbrot(long n) {
    long total = 0;
    for (long y = 0; y < n; y++) {
        double ci = 2.5 * y / n - 1.25;
        for (long x = 0; x < n; x++)
            total += escape_time(2.5 * x / n - 2, ci, 256);
    }
    return total;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 800);
    keep(mandelbrot(n / 10));
    double start = now();
    long answer = mandelbrot(n);
    double seconds = now() - start;
    printf("answer %ld\nseconds %.9f\n", answer, seconds);
}
