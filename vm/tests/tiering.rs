//! Entering and leaving compiled code, with a compiler that knows two functions and one loop by name.

mod common;

use quern_ir::entities::Block;
use quern_ir::{ErrorKind, FuncId, Function, Ty};
use quern_vm::shared::Shared;
use quern_vm::tier::{
    Compiler, JitMode, LiveVar, LoopExit, NativeCode, NativeLoop, Refusal, Thrown, Tiering,
};
use quern_vm::words::{flatten, unflatten};
use quern_vm::{Error, ExecutionContext, Value};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what happens.
#[derive(Default)]
struct Counts {
    compiled: AtomicUsize,
    refused: AtomicUsize,
    entered: AtomicUsize,
}

struct Fake(Arc<Counts>);

type Run = fn(Vec<Value>) -> Result<Vec<Value>, Error>;

/// "Machine code" that is a Rust function from values to values.
struct FakeCode {
    counts: Arc<Counts>,
    params: Vec<Ty>,
    results: Vec<Ty>,
    run: Run,
}

struct FakeLoop {
    code: FakeCode,
    inputs: Vec<(LiveVar, Ty)>,
    exits: Vec<LoopExit>,
}

impl FakeCode {
    /// # Safety
    ///
    /// As [`NativeCode::call`].
    unsafe fn run(&self, args: &[u64], out: &mut Vec<u64>) -> Result<(), Error> {
        self.counts.entered.fetch_add(1, Ordering::Relaxed);
        let mut rest = args;
        // SAFETY: the caller hands over the words of the parameters.
        let values = self.params.iter().map(|ty| unsafe { unflatten(ty, &mut rest) }).collect();
        for (value, ty) in (self.run)(values)?.into_iter().zip(&self.results) {
            flatten(value, ty, out);
        }
        Ok(())
    }
}

impl NativeCode for FakeCode {
    fn params(&self) -> &[Ty] {
        &self.params
    }
    fn results(&self) -> &[Ty] {
        &self.results
    }
    unsafe fn call(
        &self,
        _: &mut ExecutionContext,
        args: &[u64],
        out: &mut Vec<u64>,
    ) -> Result<(), Thrown> {
        // SAFETY: passed on from our caller.
        unsafe { self.run(args, out) }.map_err(|error| Thrown { error, slots: Vec::new() })
    }
}

impl NativeLoop for FakeLoop {
    fn inputs(&self) -> &[(LiveVar, Ty)] {
        &self.inputs
    }
    fn exits(&self) -> &[LoopExit] {
        &self.exits
    }
    unsafe fn run(
        &self,
        _: &mut ExecutionContext,
        inputs: &[u64],
        out: &mut Vec<u64>,
    ) -> Result<usize, Thrown> {
        // SAFETY: passed on from our caller.
        let ran = unsafe { self.code.run(inputs, out) };
        ran.map(|()| 0).map_err(|error| Thrown { error, slots: Vec::new() })
    }
}

fn int(value: &Value) -> i64 {
    value.as_int().expect("an int")
}

impl Compiler for Fake {
    fn compile_function(
        &self,
        shared: &Shared,
        func: FuncId,
        args: &[Ty],
    ) -> Result<Arc<dyn NativeCode>, Refusal> {
        let name = shared.function(func).map(|f| f.name.to_string());
        let (results, run): (Vec<Ty>, Run) = match (name.as_deref(), args) {
            (Some("add"), [Ty::Int, Ty::Int]) => (vec![Ty::Int], |v| {
                let sum = int(&v[0]) + int(&v[1]);
                match sum {
                    13 => Err(Error::new(ErrorKind::ValueError, "unlucky")),
                    sum => Ok(vec![Value::Int(sum)]),
                }
            }),
            (Some("bump"), [Ty::Int]) => (vec![Ty::Str, Ty::Int], |v| {
                Ok(vec![Value::str("done"), Value::Int(int(&v[0]) + 1)])
            }),
            _ => {
                self.0.refused.fetch_add(1, Ordering::Relaxed);
                return Err(Refusal { name: "unknown", reason: "it is not add or bump".into() });
            }
        };
        self.0.compiled.fetch_add(1, Ordering::Relaxed);
        Ok(Arc::new(FakeCode { counts: self.0.clone(), params: args.to_vec(), results, run }))
    }

    fn compile_loop(
        &self,
        shared: &Shared,
        func: FuncId,
        header: Block,
        live: &dyn Fn(LiveVar) -> Option<Ty>,
    ) -> Result<Arc<dyn NativeLoop>, Refusal> {
        let f: &Function = shared.function(func).expect("a function that runs");
        let slot = |name: &str| {
            let found = f.slots.iter().find(|(_, s)| &*s.name == name);
            found.map(|(s, _)| LiveVar::Slot(s)).filter(|&s| live(s) == Some(Ty::Int))
        };
        let exit = f.terminator(header).and_then(|t| f.insts[t].targets.get(1)).map(|t| t.block);
        let (Some(i), Some(total), Some(block)) = (slot("i"), slot("total"), exit) else {
            return Err(Refusal { name: "unknown", reason: "not the loop over i".into() });
        };
        self.0.compiled.fetch_add(1, Ordering::Relaxed);
        let vars = vec![(i, Ty::Int), (total, Ty::Int)];
        Ok(Arc::new(FakeLoop {
            code: FakeCode {
                counts: self.0.clone(),
                params: vec![Ty::Int, Ty::Int],
                results: vec![Ty::Int, Ty::Int],
                run: |v| {
                    let (mut i, mut total) = (int(&v[0]), int(&v[1]));
                    while i < 10_000 {
                        total += i;
                        i += 1;
                    }
                    Ok(vec![Value::Int(i), Value::Int(total)])
                },
            },
            inputs: vars.clone(),
            exits: vec![LoopExit { block, outputs: vars }],
        }))
    }
}

fn run(text: &str, mode: JitMode) -> (Vec<String>, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let tiering = Tiering { compiler: Some(Arc::new(Fake(counts.clone()))), mode };
    let ran = common::run(Path::new("test.qn"), text, tiering, |_| {}).expect("it compiles");
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    (ran.output, counts)
}

const CALLS: &str = "
fn add(a, b) { let sum = a + b; if sum == 13 { throw error(\"unlucky\", kind: \"ValueError\") }; sum }
mut total = 0
for k in 0..5000 { total = add(total, 2) }
print(total, add(1.5, 1.5))
try { add(6, 7) } catch e { print(e.kind, e.message) }
";

#[test]
fn hot_functions_are_entered_for_the_types_they_were_compiled_for() {
    for mode in [JitMode::Off, JitMode::On, JitMode::Eager] {
        let (output, counts) = run(CALLS, mode);
        assert_eq!(output, ["10000 3.0", "ValueError unlucky"], "{mode:?}");
        let entered = counts.entered.load(Ordering::Relaxed);
        match mode {
            JitMode::Off => assert_eq!((entered, counts.compiled.load(Ordering::Relaxed)), (0, 0)),
            JitMode::On => assert!(entered > 3000, "{entered}"),
            JitMode::Eager => assert!(entered >= 5000, "{entered}"),
        }
    }
}

#[test]
fn variables_passed_mut_come_back_from_compiled_code() {
    let text = "
fn bump(mut n) { n += 1; \"done\" }
mut n = 0
mut last = \"\"
for k in 0..3000 { last = bump(mut n) }
print(n, last)
";
    let (output, counts) = run(text, JitMode::On);
    assert_eq!(output, ["3000 done"]);
    assert!(counts.entered.load(Ordering::Relaxed) > 1000);
}

#[test]
fn a_loop_is_replaced_while_it_runs() {
    let text = "
mut i = 0
mut total = 0
while i < 10_000 { total += i; i += 1 }
print(i, total)
";
    for mode in [JitMode::Off, JitMode::On, JitMode::Eager] {
        let (output, counts) = run(text, mode);
        assert_eq!(output, ["10000 49995000"], "{mode:?}");
        assert_eq!(counts.entered.load(Ordering::Relaxed), usize::from(mode != JitMode::Off));
    }
}

#[test]
fn a_refusal_is_asked_for_once() {
    let text = "
fn other(a) { a + 1 }
mut s = 0
for k in 0..20_000 { s = other(s) }
print(s)
";
    let (output, counts) = run(text, JitMode::On);
    assert_eq!(output, ["20000"]);
    assert_eq!(counts.refused.load(Ordering::Relaxed), 1);
}
