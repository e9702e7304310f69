function randomInts(n) {
  const a = new Int32Array(n);
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    a[i] = seed % 1000003;
  }
  return a;
}

function quicksort(a, lo, hi) {
  let i = lo;
  let j = hi;
  const pivot = a[(lo + hi) >> 1];
  while (i <= j) {
    while (a[i] < pivot) i++;
    while (a[j] > pivot) j--;
    if (i <= j) {
      const t = a[i];
      a[i] = a[j];
      a[j] = t;
      i++;
      j--;
    }
  }
  if (lo < j) quicksort(a, lo, j);
  if (i < hi) quicksort(a, i, hi);
}

function sortedChecksum(n) {
  const a = randomInts(n);
  quicksort(a, 0, n - 1);
  let s = 0;
  for (let i = 0; i < n; i++) s += a[i] * (i % 7);
  return s;
}

const n = Number(process.argv[2] ?? 2000000);
sortedChecksum(Math.floor(n / 100));
const start = performance.now();
const answer = sortedChecksum(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
