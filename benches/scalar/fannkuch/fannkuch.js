function fannkuch(n) {
  const perm = new Int32Array(n);
  const perm1 = new Int32Array(n);
  const count = new Int32Array(n);
  for (let i = 0; i < n; i++) perm1[i] = i;
  let checksum = 0;
  let maxFlips = 0;
  let even = true;
  let r = n;
  for (;;) {
    while (r !== 1) {
      count[r - 1] = r;
      r--;
    }
    for (let i = 0; i < n; i++) perm[i] = perm1[i];
    let flips = 0;
    let first = perm[0];
    while (first !== 0) {
      for (let i = 0, j = first; i < j; i++, j--) {
        const t = perm[i];
        perm[i] = perm[j];
        perm[j] = t;
      }
      flips++;
      first = perm[0];
    }
    if (flips > maxFlips) maxFlips = flips;
    checksum += even ? flips : -flips;
    for (;;) {
      if (r === n) return [checksum, maxFlips];
      const head = perm1[0];
      for (let i = 0; i < r; i++) perm1[i] = perm1[i + 1];
      perm1[r] = head;
      count[r]--;
      if (count[r] > 0) break;
      r++;
    }
    even = !even;
  }
}

const n = Number(process.argv[2] ?? 10);
fannkuch(n - 3);
const start = performance.now();
const [checksum, maxFlips] = fannkuch(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${checksum} ${maxFlips}`);
console.log(`seconds ${seconds}`);
