import sys
from time import perf_counter


def generate(n):
    words = []
    seed = 42
    for _ in range(n):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        u = seed / 4294967296
        words.append(f"word{int(u * u * 20000)}")
    return " ".join(words)


def count_words(text):
    counts = {}
    for w in text.split(" "):
        counts[w] = counts.get(w, 0) + 1
    return counts


def summary(counts):
    largest = squares = 0
    for count in counts.values():
        if count > largest:
            largest = count
        squares += count * count
    return f"{len(counts)} {largest} {squares}"


n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
summary(count_words(generate(n // 100)))
text = generate(n)
start = perf_counter()
answer = summary(count_words(text))
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
