import sys
from time import perf_counter


class Tree:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def bottom_up(depth):
    if depth == 0:
        return Tree(None, None)
    return Tree(bottom_up(depth - 1), bottom_up(depth - 1))


def nodes(tree):
    if tree.left is None:
        return 1
    return 1 + nodes(tree.left) + nodes(tree.right)


def binary_trees(max_depth):
    total = nodes(bottom_up(max_depth + 1))
    long_lived = bottom_up(max_depth)
    for depth in range(4, max_depth + 1, 2):
        for _ in range(1 << (max_depth - depth + 4)):
            total += nodes(bottom_up(depth))
    return total + nodes(long_lived)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 16
binary_trees(n - 6)
start = perf_counter()
answer = binary_trees(n)
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
