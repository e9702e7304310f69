function bottomUp(depth) {
  if (depth === 0) return { left: null, right: null };
  return { left: bottomUp(depth - 1), right: bottomUp(depth - 1) };
}

function nodes(tree) {
  return tree.left === null ? 1 : 1 + nodes(tree.left) + nodes(tree.right);
}

function binaryTrees(maxDepth) {
  let total = nodes(bottomUp(maxDepth + 1));
  const longLived = bottomUp(maxDepth);
  for (let depth = 4; depth <= maxDepth; depth += 2) {
    for (let i = 0; i < 1 << (maxDepth - depth + 4); i++) total += nodes(bottomUp(depth));
  }
  return total + nodes(longLived);
}

const n = Number(process.argv[2] ?? 16);
binaryTrees(n - 6);
const start = performance.now();
const answer = binaryTrees(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
