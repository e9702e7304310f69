function generate(n) {
  const words = [];
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const u = seed / 4294967296;
    words.push(`word${Math.floor(u * u * 20000)}`);
  }
  return words.join(" ");
}

function countWords(text) {
  const counts = new Map();
  for (const w of text.split(" ")) counts.set(w, (counts.get(w) ?? 0) + 1);
  return counts;
}

function summary(counts) {
  let largest = 0;
  let squares = 0;
  for (const count of counts.values()) {
    if (count > largest) largest = count;
    squares += count * count;
  }
  return `${counts.size} ${largest} ${squares}`;
}

const n = Number(process.argv[2] ?? 2000000);
summary(countWords(generate(Math.floor(n / 100))));
const text = generate(n);
const start = performance.now();
const answer = summary(countWords(text));
const seconds = (performance.now() - start) / 1000;
console.log(`answer ${answer}`);
console.log(`seconds ${seconds}`);
