#include "../bench.h"

static void random_ints(long n, long *a) {
    uint32_t seed = 42;
    for (long i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        a[i] = seed % 1000003;
    }
}

static void quicksort(long *a, long lo, long hi) {
    long i = lo, j = hi, pivot = a[(lo + hi) / 2];
    while (i <= j) {
        while (a[i] < pivot) i++;
        while (a[j] > pivot) j--;
        if (i <= j) {
            long t = a[i];
            a[i++] = a[j];
            a[j--] = t;
        }
    }
    if (lo < j) quicksort(a, lo, j);
    if (i < hi) quicksort(a, i, hi);
}

static long sorted_checksum(long n) {
    long *a = malloc(n * sizeof *a);
    random_ints(n, a);
    quicksort(a, 0, n - 1);
    long s = 0;
    for (long i = 0; i < n; i++) s += a[i] * (i % 7);
    free(a);
    return s;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 2000000);
    keep(sorted_checksum(n / 100));
    double start = now();
    long answer = sorted_checksum(n);
    double seconds = now() - start;
    printf("answer %ld\nseconds %.9f\n", answer, seconds);
}
