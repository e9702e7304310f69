function place(all, columns, left, right) {
  if (columns === all) return 1;
  let count = 0;
  let free = all & ~(columns | left | right);
  while (free !== 0) {
    const bit = free & -free;
    free &= ~bit;
    count += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

function queens(n) {
  return place((1 << n) - 1, 0, 0, 0);
}

const n = Number(process.argv[2] ?? 14);
queens(n - 4);
const start = performance.now();
const answer = queens(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
