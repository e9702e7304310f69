//! Runs typed functions given in the text form.
#![allow(dead_code, reason = "each test uses some of it")]

use quern_ir::passes::{Spec, SpecId, Unit};
use quern_ir::{EntityVec, FuncId, Function, Op, Program, Ty, text};
use quern_jit::abi::{JitContext, status};
use quern_jit::{Compiled, Machine};
use quern_vm::context::{ExecutionContext, NoHost};
use quern_vm::shared::Shared;
use quern_vm::tier::Tiering;
use quern_vm::{Error, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A unit of the functions in `source`; the first is the entry.
pub fn unit(source: &str) -> Unit {
    let mut specs = EntityVec::new();
    for func in text::parse_all(source).expect("the text form") {
        specs.push(spec(func));
    }
    Unit { specs, entry: SpecId(0), frame: None }
}

fn spec(func: Function) -> Spec {
    let body = &func;
    let tys =
        |vals: &[quern_ir::Val]| vals.iter().map(|&v| body.ty(v).clone()).collect::<Vec<Ty>>();
    let insts = || {
        body.layout
            .iter()
            .flat_map(|&b| body.blocks[b].insts.iter().map(move |&i| (b, &body.insts[i])))
    };
    let outs = insts()
        .filter(|(b, _)| body.blocks[*b].handler.is_none())
        .map(|(_, i)| tys(&i.unwind))
        .find(|outs| !outs.is_empty())
        .unwrap_or_default();
    let mut results =
        insts().find(|(_, i)| i.op == Op::Return).map(|(_, i)| tys(&i.args)).unwrap_or_default();
    results.truncate(results.len() - outs.len());
    Spec {
        source: FuncId(0),
        params: tys(&body.blocks[body.entry()].params),
        throws: insts().any(|(_, i)| i.op.can_throw()),
        lent: Vec::new(),
        result: match &results[..] {
            [] => Ty::Never,
            [one] => one.clone(),
            _ => Ty::Tuple(results.into()),
        },
        outs,
        body: func.clone(),
    }
}

/// An argument as its word.
pub trait Word {
    fn word(self) -> u64;
}
impl Word for i64 {
    fn word(self) -> u64 {
        self as u64
    }
}
impl Word for f64 {
    fn word(self) -> u64 {
        self.to_bits()
    }
}
impl Word for f32 {
    fn word(self) -> u64 {
        u64::from(self.to_bits())
    }
}
impl Word for bool {
    fn word(self) -> u64 {
        u64::from(self)
    }
}

/// The code for a source, made once.
fn compiled(source: &str) -> Arc<Compiled> {
    static CODE: Mutex<BTreeMap<String, Arc<Compiled>>> = Mutex::new(BTreeMap::new());
    let mut code = CODE.lock().expect("no test fails while it compiles");
    let compile = || {
        Arc::new(Machine::new().expect("a code generator").compile(unit(source)).expect("compiled"))
    };
    code.entry(source.into()).or_insert_with(compile).clone()
}

/// The result words, or the error with what the variables hold then.
pub fn run_words(source: &str, args: &[u64]) -> Result<Vec<u64>, (Error, Vec<u64>)> {
    let compiled = compiled(source);
    let mut execution = ExecutionContext::new(
        Arc::new(Shared::new(&Program::default(), Tiering::default())),
        Arc::new(NoHost),
    );
    let mut context = JitContext::new(&mut execution);
    let mut results = vec![0; 64];
    // SAFETY: the tests pass one word a parameter, and no function has this many results.
    let code = unsafe { compiled.run(&mut context, args, &mut results) };
    match context.take_error() {
        Some(error) => {
            assert_eq!(code, status::ERROR);
            Err((error, results))
        }
        None => {
            assert_eq!(code, status::OK);
            Ok(results)
        }
    }
}

/// The first result word.
pub fn run(source: &str, args: &[u64]) -> Result<u64, Error> {
    run_words(source, args).map(|w| w[0]).map_err(|(e, _)| e)
}

/// The words of a boxed value.
pub fn boxed(value: Value) -> [u64; 2] {
    quern_vm::words::value_words(value)
}
