#include "../bench.h"

static long fib(long n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 35);
    keep(fib(n - 10));
    double start = now();
    long answer = fib(n);
    double seconds = now() - start;
    printf("answer %ld\nseconds %.9f\n", answer, seconds);
}
