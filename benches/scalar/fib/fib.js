function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

const n = Number(process.argv[2] ?? 35);
fib(n - 10);
const start = performance.now();
const answer = fib(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
