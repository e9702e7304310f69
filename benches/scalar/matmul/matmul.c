#include "../bench.h"

static void fill(long n, double m[n][n], long p, long q) {
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) m[i][j] = (i * p + j * q) % 17 / 17.0;
}

static void matmul(long n, double a[n][n], double b[n][n], double c[n][n]) {
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) {
            double s = 0;
            for (long k = 0; k < n; k++) s += a[i][k] * b[k][j];
            c[i][j] = s;
        }
}

static double trace_of_product(long n) {
    double(*a)[n] = malloc(sizeof(double[n][n]));
    double(*b)[n] = malloc(sizeof(double[n][n]));
    double(*c)[n] = malloc(sizeof(double[n][n]));
    fill(n, a, 3, 5);
    fill(n, b, 7, 2);
    matmul(n, a, b, c);
    double trace = 0;
    for (long i = 0; i < n; i++) trace += c[i][i];
    free(a);
    free(b);
    free(c);
    return trace;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 500);
    keep(trace_of_product(n / 5));
    double start = now();
    double answer = trace_of_product(n);
    double seconds = now() - start;
    printf("answer %.17g\nseconds %.9f\n", answer, seconds);
}
