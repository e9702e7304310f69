//! The compiler that the interpreter hands hot code to: specialise, optimise, generate.

use crate::abi::{JitContext, status};
use crate::machine::{Compiled, Dump, Machine};
use crate::reject::{Reject, RejectCounts};
use quern_ir::function::{Function, Imm};
use quern_ir::passes::{self, LoopCode, LoopFrame, Unit, Variable, World};
use quern_ir::{Block, Builtin, FuncId, GlobalId, Slot, Ty};
use quern_vm::shared::Shared;
use quern_vm::tier::{Compiler, LiveVar, LoopExit, NativeCode, NativeLoop, Refusal, Thrown};
use quern_vm::words::{unflatten, word_count};
use quern_vm::{ExecutionContext, Value};
use std::sync::{Arc, Mutex};

/// The native tier.
pub struct Jit {
    machine: Machine,
    rejects: Mutex<RejectCounts>,
    log: Mutex<Vec<Entry>>,
}

/// What became of a function or loop that was offered.
#[derive(Clone, Debug)]
pub struct Entry {
    pub func: FuncId,
    /// The header, if it is a loop.
    pub header: Option<Block>,
    pub types: Vec<Ty>,
    /// Bytes of machine code, or why there is none.
    pub outcome: Result<usize, Reject>,
}

/// What is to be compiled.
enum Subject<'a> {
    Function(&'a [Ty]),
    Loop(&'a LoopCode, &'a [Ty]),
}

impl Jit {
    /// # Errors
    ///
    /// `NoBackend` where Cranelift has no code generator for this machine.
    pub fn new() -> Result<Jit, Reject> {
        Ok(Jit { machine: Machine::new()?, rejects: Mutex::default(), log: Mutex::default() })
    }

    /// What became of everything that was offered, in order.
    pub fn log(&self) -> Vec<Entry> {
        self.log.lock().map(|log| log.clone()).unwrap_or_default()
    }

    /// How often each refusal happened.
    pub fn rejects(&self) -> RejectCounts {
        self.rejects.lock().map(|counts| counts.clone()).unwrap_or_default()
    }

    /// The typed form of something that was offered, and its code as text.
    ///
    /// # Errors
    ///
    /// Why it is left to the interpreter.
    pub fn dump(&self, shared: &Shared, entry: &Entry) -> Result<(String, Dump), Reject> {
        let outlined;
        let subject = match entry.header {
            None => Subject::Function(&entry.types),
            Some(header) => {
                let code = shared.function(entry.func).and_then(|f| passes::outline(f, header));
                outlined = code.ok_or(Reject::Specialize(passes::Reject::NoLoop))?;
                Subject::Loop(&outlined, &entry.types)
            }
        };
        let unit = unit(shared, entry.func, subject)?;
        let typed = passes::print_unit(&unit);
        Ok((typed, self.machine.dump(unit)?))
    }

    fn compile(
        &self,
        shared: &Shared,
        func: FuncId,
        header: Option<Block>,
        subject: Subject<'_>,
    ) -> Result<(Unit, Compiled), Reject> {
        let (Subject::Function(types) | Subject::Loop(_, types)) = subject;
        let compiled = unit(shared, func, subject)
            .and_then(|unit| Ok((unit.clone(), self.machine.compile(unit)?)));
        let outcome = compiled.as_ref().map(|(_, c)| c.size()).map_err(Reject::clone);
        if let (Err(reject), Ok(mut counts)) = (&outcome, self.rejects.lock()) {
            counts.count(reject);
        }
        if let Ok(mut log) = self.log.lock() {
            log.push(Entry { func, header, types: types.to_vec(), outcome });
        }
        compiled
    }
}

/// The optimised unit of typed functions for a function or loop.
fn unit(shared: &Shared, func: FuncId, subject: Subject<'_>) -> Result<Unit, Reject> {
    let world = Program(shared);
    let unit = match subject {
        Subject::Function(args) => passes::specialize(&world, func, args),
        Subject::Loop(code, args) => passes::specialize_loop(&world, func, code, args),
    };
    let mut unit = unit.map_err(Reject::Specialize)?;
    passes::optimize(&mut unit);
    Ok(unit)
}

/// The program as the specialiser sees it.
struct Program<'a>(&'a Shared);

impl World for Program<'_> {
    fn function(&self, id: FuncId) -> Arc<Function> {
        self.0
            .function(id)
            .cloned()
            .unwrap_or_else(|| Arc::new(Function::new("?", Default::default())))
    }

    fn global(&self, id: GlobalId) -> Option<(Ty, Option<Imm>)> {
        let value = self.0.global(id).ok()?;
        let constant = match value {
            Value::Int(x) => Some(Imm::Int(*x)),
            Value::Float(x) => Some(Imm::Float(quern_ir::function::Bits64::new(*x))),
            Value::F32(x) => Some(Imm::F32(quern_ir::function::Bits32::new(*x))),
            Value::Bool(x) => Some(Imm::Bool(*x)),
            _ => None,
        };
        Some((value.ty(), constant))
    }

    fn prelude(&self, builtin: Builtin) -> Option<FuncId> {
        self.0.prelude(builtin)
    }
}

impl Compiler for Jit {
    fn compile_function(
        &self,
        shared: &Shared,
        func: FuncId,
        args: &[Ty],
    ) -> Result<Arc<dyn NativeCode>, Refusal> {
        let (unit, code) =
            self.compile(shared, func, None, Subject::Function(args)).map_err(refusal)?;
        let spec = &unit.specs[unit.entry];
        let slots =
            shared.function(func).map(|f| f.params.iter().filter_map(|p| p.mutable).collect());
        Ok(Arc::new(CompiledFunction {
            params: spec.params.clone(),
            results: std::iter::once(&spec.result).chain(&spec.outs).cloned().collect(),
            slots: slots.unwrap_or_default(),
            code,
        }))
    }

    fn compile_loop(
        &self,
        shared: &Shared,
        func: FuncId,
        header: Block,
        live: &dyn Fn(LiveVar) -> Option<Ty>,
    ) -> Result<Arc<dyn NativeLoop>, Refusal> {
        let outlined = shared.function(func).and_then(|f| passes::outline(f, header));
        let outlined =
            outlined.ok_or_else(|| refusal(Reject::Specialize(passes::Reject::NoLoop)))?;
        let types: Vec<Ty> = outlined
            .frame
            .live_ins
            .iter()
            .map(|&v| live(live_var(v)).unwrap_or(Ty::None))
            .collect();
        let (unit, code) = self
            .compile(shared, func, Some(header), Subject::Loop(&outlined, &types))
            .map_err(refusal)?;
        let spec = &unit.specs[unit.entry];
        let frame = unit.frame.as_ref().unwrap_or(&outlined.frame);
        Ok(Arc::new(CompiledLoop::new(frame, &spec.params, &spec.outs, code)))
    }
}

fn live_var(variable: Variable) -> LiveVar {
    match variable {
        Variable::Val(val) => LiveVar::Val(val),
        Variable::Slot(slot) => LiveVar::Slot(slot),
    }
}

fn refusal(reject: Reject) -> Refusal {
    Refusal { name: reject.name(), reason: reject.to_string() }
}

struct CompiledFunction {
    code: Compiled,
    params: Vec<Ty>,
    results: Vec<Ty>,
    /// The slots of the `mut` parameters.
    slots: Vec<Slot>,
}

impl NativeCode for CompiledFunction {
    fn params(&self) -> &[Ty] {
        &self.params
    }

    fn results(&self) -> &[Ty] {
        &self.results
    }

    unsafe fn call(
        &self,
        context: &mut ExecutionContext,
        args: &[u64],
        out: &mut Vec<u64>,
    ) -> Result<(), Thrown> {
        let start = out.len();
        out.resize(start + words(&self.results), 0);
        // SAFETY: the words of the arguments are by contract those of the parameters' types, and the
        // results have room.
        let error = unsafe { enter(&self.code, context, args, &mut out[start..]) };
        match error {
            None => Ok(()),
            Some(error) => {
                let mut rest = &out[start + word_count(&self.results[0])..];
                let values = self.results[1..].iter();
                // SAFETY: after an error the words of the variables are valid, and pass to us.
                let values = values.map(|ty| unsafe { unflatten(ty, &mut rest) });
                let slots = self.slots.iter().copied().zip(values).collect();
                out.truncate(start);
                Err(Thrown { error, slots })
            }
        }
    }
}

struct CompiledLoop {
    code: Compiled,
    inputs: Vec<(LiveVar, Ty)>,
    exits: Vec<LoopExit>,
    /// By exit: words of its outputs.
    widths: Vec<usize>,
    /// The slots that an error hands back, and their types.
    outs: Vec<(Slot, Ty)>,
    /// Words before those of an exit's outputs: the exit's number and the outs.
    first: usize,
}

impl CompiledLoop {
    fn new(frame: &LoopFrame, params: &[Ty], outs: &[Ty], code: Compiled) -> CompiledLoop {
        let exits = frame.exits.iter().map(|exit| LoopExit {
            block: exit.target,
            outputs: exit.live_outs.iter().map(|(v, ty)| (live_var(*v), ty.clone())).collect(),
        });
        let exits: Vec<LoopExit> = exits.collect();
        CompiledLoop {
            inputs: frame
                .live_ins
                .iter()
                .map(|&v| live_var(v))
                .zip(params.iter().cloned())
                .collect(),
            widths: exits
                .iter()
                .map(|e| e.outputs.iter().map(|(_, ty)| word_count(ty)).sum())
                .collect(),
            outs: frame.outs.iter().copied().zip(outs.iter().cloned()).collect(),
            first: 1 + words(outs),
            exits,
            code,
        }
    }
}

impl NativeLoop for CompiledLoop {
    fn inputs(&self) -> &[(LiveVar, Ty)] {
        &self.inputs
    }

    fn exits(&self) -> &[LoopExit] {
        &self.exits
    }

    unsafe fn run(
        &self,
        context: &mut ExecutionContext,
        inputs: &[u64],
        out: &mut Vec<u64>,
    ) -> Result<usize, Thrown> {
        let mut words = vec![0; self.first + self.widths.iter().copied().max().unwrap_or(0)];
        // SAFETY: the words of the inputs are by contract those of the parameters' types, and the
        // results and the outputs of every exit have room.
        let error = unsafe { enter(&self.code, context, inputs, &mut words) };
        match error {
            None => {
                let exit = words[0] as usize;
                out.extend(&words[self.first..self.first + self.widths[exit]]);
                Ok(exit)
            }
            Some(error) => {
                let mut rest = &words[1..];
                // SAFETY: after an error the words of the variables are valid, and pass to us.
                let slots =
                    self.outs.iter().map(|(slot, ty)| (*slot, unsafe { unflatten(ty, &mut rest) }));
                Err(Thrown { error, slots: slots.collect() })
            }
        }
    }
}

/// Runs compiled code; the error, if it ended in one.
///
/// # Safety
///
/// As [`Compiled::run`].
unsafe fn enter(
    code: &Compiled,
    context: &mut ExecutionContext,
    args: &[u64],
    results: &mut [u64],
) -> Option<quern_vm::Error> {
    let mut context = JitContext::new(context);
    // SAFETY: by contract.
    let code = unsafe { code.run(&mut context, args, results) };
    match code {
        status::OK => None,
        _ => Some(context.take_error().unwrap_or_else(|| {
            quern_vm::Error::type_error("internal error: compiled code failed silently")
        })),
    }
}

fn words(tys: &[Ty]) -> usize {
    tys.iter().map(word_count).sum()
}
