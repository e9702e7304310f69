function countPrimes(n) {
  const isPrime = new Uint8Array(n + 1).fill(1);
  isPrime[0] = 0;
  isPrime[1] = 0;
  for (let i = 2; i * i <= n; i++) {
    if (isPrime[i]) {
      for (let j = i * i; j <= n; j += i) isPrime[j] = 0;
    }
  }
  let count = 0;
  for (let k = 0; k <= n; k++) {
    if (isPrime[k]) count++;
  }
  return count;
}

const n = Number(process.argv[2] ?? 20000000);
countPrimes(Math.floor(n / 100));
const start = performance.now();
const answer = countPrimes(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
