//! From a loaded script to machine code: the first call of a function of 50 lines, which compiles it.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use quern::{JitMode, Runtime};

fn compile(criterion: &mut Criterion) {
    let path = quern_benches::pendulum();
    let runtime = Runtime::builder().jit(JitMode::Eager).build();
    let load = || runtime.load(&path).expect("the script loads");

    let mut group = criterion.benchmark_group("compile");
    group.bench_function("load", |bencher| bencher.iter(load));
    group.bench_function("first call", |bencher| {
        bencher.iter_batched(
            load,
            |module| module.call::<f64>("small_run", ()).expect("it returns a number"),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("second call", |bencher| {
        let module = load();
        bencher.iter(|| module.call::<f64>("small_run", ()).expect("it returns a number"));
    });
    group.finish();
}

criterion_group!(benches, compile);
criterion_main!(benches);
