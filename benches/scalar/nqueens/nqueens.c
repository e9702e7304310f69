#include "../bench.h"

static long place(long all, long columns, long left, long right) {
    if (columns == all) return 1;
    long count = 0;
    long free = all & ~(columns | left | right);
    while (free != 0) {
        long bit = free & -free;
        free &= ~bit;
        count += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

static long queens(long n) {
    return place((1L << n) - 1, 0, 0, 0);
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 14);
    keep(queens(n - 4));
    double start = now();
    long answer = queens(n);
    double seconds = now() - start;
    printf("answer %ld\nseconds %.9f\n", answer, seconds);
}
