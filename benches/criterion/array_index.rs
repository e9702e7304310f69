//! Reading and writing array elements in loops, by the element.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quern::{JitMode, Runtime};
use std::hint::black_box;

const SCRIPT: &str = "
fn read_vector(n) {
    let a = ones(n)
    mut s = 0.0
    for i in 0..n { s += a[i] }
    s
}
fn read_matrix(n) {
    let rows = n // 100
    let a = ones(rows, 100)
    mut s = 0.0
    for i in 0..rows {
        for j in 0..100 { s += a[i, j] }
    }
    s
}
fn write_vector(n) {
    mut a = zeros(n)
    for i in 0..n { a[i] = 1.0 }
    a[0] * n
}
fn gather(n) {
    let at = arange(n)
    let a = ones(n)
    mut s = 0.0
    for i in 0..n { s += a[at[n - 1 - i]] }
    s
}
";
const ELEMENTS: i64 = 100_000;

fn array_index(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("array index");
    group.throughput(Throughput::Elements(ELEMENTS as u64));
    for (name, mode) in [("interpreted", JitMode::Off), ("compiled", JitMode::On)] {
        let module = Runtime::builder()
            .jit(mode)
            .build()
            .load_text("array_index.qn", SCRIPT)
            .expect("the script loads");
        for function in ["read_vector", "read_matrix", "write_vector", "gather"] {
            let run = || {
                module.call::<f64>(function, (black_box(ELEMENTS),)).expect("it returns a number")
            };
            assert_eq!(run(), ELEMENTS as f64);
            group.bench_function(format!("{function}, {name}"), |bencher| bencher.iter(run));
        }
    }
    group.finish();
}

criterion_group!(benches, array_index);
criterion_main!(benches);
