function escapeTime(cr, ci, limit) {
  let zr = 0;
  let zi = 0;
  for (let i = 0; i < limit; i++) {
    const zr2 = zr * zr;
    const zi2 = zi * zi;
    if (zr2 + zi2 > 4) return i;
    zi = 2 * zr * zi + ci;
    zr = zr2 - zi2 + cr;
  }
  return limit;
}

function mandelbrot(n) {
  let total = 0;
  for (let y = 0; y < n; y++) {
    const ci = (2.5 * y) / n - 1.25;
    for (let x = 0; x < n; x++) {
      total += escapeTime((2.5 * x) / n - 2, ci, 256);
    }
  }
  return total;
}

const n = Number(process.argv[2] ?? 800);
mandelbrot(Math.floor(n / 10));
const start = performance.now();
const answer = mandelbrot(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
