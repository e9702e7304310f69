//! What happens to a function of 50 lines between its tree and machine code, stage by stage.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use quern_frontend::{Export, NoModules, Session, SourceMap, lower_prelude, parse};
use quern_ir::Program;
use quern_ir::builtins::Builtin;
use quern_ir::entities::{FuncId, GlobalId};
use quern_ir::function::{Function, Imm};
use quern_ir::passes::{World, optimize, promote, specialize};
use quern_ir::types::Ty;
use std::fs;
use std::sync::Arc;

/// A program of which nothing has run.
struct Unstarted<'a>(&'a Program);

impl World for Unstarted<'_> {
    fn function(&self, id: FuncId) -> Arc<Function> {
        self.0.functions[id].clone()
    }
    fn global(&self, _: GlobalId) -> Option<(Ty, Option<Imm>)> {
        None
    }
    fn prelude(&self, builtin: Builtin) -> Option<FuncId> {
        self.0.prelude.get(&builtin).copied()
    }
}

fn passes(criterion: &mut Criterion) {
    let mut sources = SourceMap::new();
    let prelude_id = sources.add("<prelude>", quern_vm::prelude::CORE.text);
    let prelude = lower_prelude(&parse(&sources, prelude_id).0).expect("the prelude is correct");
    let text = fs::read_to_string(quern_benches::pendulum()).expect("the script can be read");
    let script_id = sources.add("pendulum.qn", text);
    let (tree, _) = parse(&sources, script_id);

    let empty = Session::with_prelude(&prelude);
    let mut session = empty.clone();
    let lowered = session.lower_library(&tree, &NoModules).expect("the script is correct");
    let function = |name: &str| match lowered.exports.iter().find(|(export, _)| &**export == name) {
        Some((_, Export::Function(id))) => *id,
        _ => panic!("the script has no function {name}"),
    };
    let program = session.program();
    let world = Unstarted(program);
    let (pendulum, small_run) = (function("pendulum"), function("small_run"));

    let mut group = criterion.benchmark_group("passes");
    group.bench_function("lower", |bencher| {
        bencher.iter_batched(
            || empty.clone(),
            |mut session| session.lower_library(&tree, &NoModules).expect("the script is correct"),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("promote", |bencher| {
        bencher.iter(|| promote(&program.functions[pendulum]))
    });
    group.bench_function("specialize", |bencher| {
        bencher.iter(|| specialize(&world, small_run, &[]).expect("the function can be compiled"));
    });
    group.bench_function("optimize", |bencher| {
        bencher.iter_batched_ref(
            || specialize(&world, small_run, &[]).expect("the function can be compiled"),
            optimize,
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, passes);
criterion_main!(benches);
