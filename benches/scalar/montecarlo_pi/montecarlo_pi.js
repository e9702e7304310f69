function estimatePi(n) {
  let seed = 42;
  let inside = 0;
  for (let i = 0; i < n; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const x = seed / 4294967296;
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const y = seed / 4294967296;
    if (x * x + y * y <= 1) inside++;
  }
  return (4 * inside) / n;
}

const n = Number(process.argv[2] ?? 50000000);
estimatePi(Math.floor(n / 100));
const start = performance.now();
const answer = estimatePi(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
