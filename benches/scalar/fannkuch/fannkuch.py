import sys
from time import perf_counter


def fannkuch(n):
    perm = [0] * n
    perm1 = list(range(n))
    count = [0] * n
    checksum = 0
    max_flips = 0
    even = True
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        for i in range(n):
            perm[i] = perm1[i]
        flips = 0
        first = perm[0]
        while first != 0:
            i = 0
            j = first
            while i < j:
                perm[i], perm[j] = perm[j], perm[i]
                i += 1
                j -= 1
            flips += 1
            first = perm[0]
        if flips > max_flips:
            max_flips = flips
        checksum += flips if even else -flips
        while True:
            if r == n:
                return checksum, max_flips
            head = perm1[0]
            for i in range(r):
                perm1[i] = perm1[i + 1]
            perm1[r] = head
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        even = not even


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10
fannkuch(n - 3)
start = perf_counter()
checksum, max_flips = fannkuch(n)
seconds = perf_counter() - start
print("answer", checksum, max_flips)
print("seconds", seconds)
