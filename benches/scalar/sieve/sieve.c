#include "../bench.h"
#include <stdbool.h>

static long count_primes(long n) {
    bool *is_prime = malloc(n + 1);
    memset(is_prime, 1, n + 1);
    is_prime[0] = is_prime[1] = false;
    for (long i = 2; i * i <= n; i++)
        if (is_prime[i])
            for (long j = i * i; j <= n; j += i) is_prime[j] = false;
    long count = 0;
    for (long k = 0; k <= n; k++)
        if (is_prime[k]) count++;
    free(is_prime);
    return count;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 20000000);
    keep(count_primes(n / 100));
    double start = now();
    long answer = count_primes(n);
    double seconds = now() - start;
    printf("answer %ld\nseconds %.9f\n", answer, seconds);
}
