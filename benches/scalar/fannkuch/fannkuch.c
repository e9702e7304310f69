#include "../bench.h"

typedef struct {
    long checksum, max_flips;
} Result;

static Result fannkuch(long n) {
    long *perm = malloc(n * sizeof *perm), *perm1 = malloc(n * sizeof *perm1), *count = malloc(n * sizeof *count);
    for (long i = 0; i < n; i++) perm1[i] = i;
    Result result = {0, 0};
    int even = 1;
    long r = n;
    for (;;) {
        while (r != 1) {
            count[r - 1] = r;
            r--;
        }
        for (long i = 0; i < n; i++) perm[i] = perm1[i];
        long flips = 0, first = perm[0];
        while (first != 0) {
            for (long i = 0, j = first; i < j; i++, j--) {
                long t = perm[i];
                perm[i] = perm[j];
                perm[j] = t;
            }
            flips++;
            first = perm[0];
        }
        if (flips > result.max_flips) result.max_flips = flips;
        result.checksum += even ? flips : -flips;
        for (;;) {
            if (r == n) {
                free(perm);
                free(perm1);
                free(count);
                return result;
            }
            long head = perm1[0];
            for (long i = 0; i < r; i++) perm1[i] = perm1[i + 1];
            perm1[r] = head;
            if (--count[r] > 0) break;
            r++;
        }
        even = !even;
    }
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 10);
    keep(fannkuch(n - 3).checksum);
    double start = now();
    Result answer = fannkuch(n);
    double seconds = now() - start;
    printf("answer %ld %ld\nseconds %.9f\n", answer.checksum, answer.max_flips, seconds);
}
