function fill(n, p, q) {
  const m = [];
  for (let i = 0; i < n; i++) {
    const row = new Float64Array(n);
    for (let j = 0; j < n; j++) row[j] = ((i * p + j * q) % 17) / 17;
    m.push(row);
  }
  return m;
}

function matmul(a, b) {
  const n = a.length;
  const c = [];
  for (let i = 0; i < n; i++) {
    const ai = a[i];
    const ci = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += ai[k] * b[k][j];
      ci[j] = s;
    }
    c.push(ci);
  }
  return c;
}

function traceOfProduct(n) {
  const c = matmul(fill(n, 3, 5), fill(n, 7, 2));
  let trace = 0;
  for (let i = 0; i < n; i++) trace += c[i][i];
  return trace;
}

const n = Number(process.argv[2] ?? 500);
traceOfProduct(Math.floor(n / 5));
const start = performance.now();
const answer = traceOfProduct(n);
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
