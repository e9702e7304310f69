#include "../bench.h"

static long collatz_length(long start) {
    long length = 1;
    for (long n = start; n != 1; length++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    return length;
}

static long longest(long limit, long *best_length) {
    long best = 1;
    *best_length = 1;
    for (long start = 1; start < limit; start++) {
        long length = collatz_length(start);
        if (length > *best_length) {
            best = start;
            *best_length = length;
        }
    }
    return best;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 1000000);
    long best_length;
    keep(longest(n / 100, &best_length));
    double start = now();
    long best = longest(n, &best_length);
    double seconds = now() - start;
    printf("answer %ld %ld\nseconds %.9f\n", best, best_length, seconds);
}
