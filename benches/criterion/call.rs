//! What a call costs: from Rust into a script, and from script to script.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quern::{JitMode, Runtime};
use std::hint::black_box;

const SCRIPT: &str = "
fn same(x) { x }
fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }
";
const FIB_ARGUMENT: i64 = 16;
/// Calls that `fib(16)` makes, the first one included.
const FIB_CALLS: u64 = 3193;

fn call(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("call");
    for (name, mode) in [("interpreted", JitMode::Off), ("compiled", JitMode::On)] {
        let module = Runtime::builder()
            .jit(mode)
            .build()
            .load_text("call.qn", SCRIPT)
            .expect("the script loads");

        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("from Rust, {name}"), |bencher| {
            bencher.iter(|| {
                module.call::<i64>("same", (black_box(1_i64),)).expect("it returns its argument")
            });
        });

        group.throughput(Throughput::Elements(FIB_CALLS));
        group.bench_function(format!("from script, {name}"), |bencher| {
            bencher.iter(|| {
                module.call::<i64>("fib", (black_box(FIB_ARGUMENT),)).expect("it returns a number")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, call);
criterion_main!(benches);
