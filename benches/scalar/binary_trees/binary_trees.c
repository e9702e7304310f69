#include "../bench.h"

typedef struct Tree {
    struct Tree *left, *right;
} Tree;

static Tree *bottom_up(long depth) {
    Tree *tree = malloc(sizeof *tree);
    tree->left = depth == 0 ? NULL : bottom_up(depth - 1);
    tree->right = depth == 0 ? NULL : bottom_up(depth - 1);
    return tree;
}

static long nodes(const Tree *tree) {
    return tree->left == NULL ? 1 : 1 + nodes(tree->left) + nodes(tree->right);
}

static void release(Tree *tree) {
    if (tree->left != NULL) {
        release(tree->left);
        release(tree->right);
    }
    free(tree);
}

static long count_and_release(Tree *tree) {
    long count = nodes(tree);
    release(tree);
    return count;
}

static long binary_trees(long max_depth) {
    long total = count_and_release(bottom_up(max_depth + 1));
    Tree *long_lived = bottom_up(max_depth);
    for (long depth = 4; depth <= max_depth; depth += 2)
        for (long i = 0; i < 1L << (max_depth - depth + 4); i++) total += count_and_release(bottom_up(depth));
    return total + count_and_release(long_lived);
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 16);
    keep(binary_trees(n - 6));
    double start = now();
    long answer = binary_trees(n);
    double seconds = now() - start;
    printf("answer %ld\nseconds %.9f\n", answer, seconds);
}
