function collatzLength(start) {
  let n = start;
  let length = 1;
  while (n !== 1) {
    n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    length++;
  }
  return length;
}

function longest(limit) {
  let best = 1;
  let bestLength = 1;
  for (let start = 1; start < limit; start++) {
    const length = collatzLength(start);
    if (length > bestLength) {
      best = start;
      bestLength = length;
    }
  }
  return [best, bestLength];
}

const n = Number(process.argv[2] ?? 1000000);
longest(Math.floor(n / 100));
const start = performance.now();
const [best, bestLength] = longest(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${best} ${bestLength}`);
console.log(`seconds ${seconds}`);
