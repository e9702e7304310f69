//! Text to syntax tree: all scripts of this repository as one text, in bytes a second.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quern_frontend::{SourceMap, parse};
use std::fs;
use std::hint::black_box;

fn parser(criterion: &mut Criterion) {
    let text: String = quern_benches::scripts()
        .iter()
        .map(|path| fs::read_to_string(path).expect("a script of the repository can be read"))
        .collect();
    let mut sources = SourceMap::new();
    let id = sources.add("scripts.qn", text.as_str());

    let mut group = criterion.benchmark_group("parser");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("all scripts", |bencher| bencher.iter(|| parse(black_box(&sources), id)));
    group.finish();
}

criterion_group!(benches, parser);
criterion_main!(benches);
