//! What must hold for a function to be run or compiled.
//!
//! Structure:
//! - S1 every block of the layout is there once, ends with a terminator and has none before its end;
//! - S2 targets and handlers are blocks of the layout; the entry is no target;
//! - S3 operand counts, result counts and immediates are those of the op table; a call's operands and
//!   results are those its immediate asks for; immediates with a count (`list`, `record`, `index`,
//!   `place.set`) match the operands;
//! - S4 only terminators have targets, as many as the op says;
//! - S5 a target's arguments are as many as its block's parameters (`iter.next` brings two itself);
//! - S6 slots exist.
//!
//! Values:
//! - V1 every operand is defined before its use on every way from the entry (dominance); each value is
//!   defined once;
//! - V2 an argument's type is the parameter's, or a leaf type that is a case of it ([`Ty::fits`]).
//!
//! Handlers:
//! - H1 a handler's first parameter is the error; the others are given by `unwind` of every instruction
//!   that can throw in the blocks it guards;
//! - H2 a handler uses no value that an instruction of a block it guards defines;
//! - H3 where there is no handler, `unwind` is empty or has one value for each `mut` parameter's leaf,
//!   the same number everywhere in the function;
//! - H4 `unwind` may name the instruction's own results only for a call that hands variables back.
//!
//! Types:
//! - T1 the operands and results of a typed op have the types its row in [`typed_rule`] names.

use crate::analysis::{ControlFlow, Dominators, Liveness};
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{
    CallInfo, Callee, Function, FusedArg, FusedStep, Imm, IndexPart, PathStep, ValDef,
};
use crate::ops::{Arity, ImmKind, Op};
use crate::text;
use crate::types::{DType, Ty};
use std::fmt;

/// A broken rule: which, where, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    pub rule: &'static str,
    pub block: Block,
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}: {}", self.rule, self.block, self.message)
    }
}

impl std::error::Error for VerifyError {}

/// Checks a function against every rule of the module's documentation.
///
/// # Errors
/// The first broken rule in layout order.
pub fn verify(func: &Function) -> Result<(), VerifyError> {
    if func.layout.is_empty() {
        return Err(VerifyError { rule: "S1", block: Block(0), message: "no entry block".into() });
    }
    let mut homes = vec![None; func.insts.len()];
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            if homes[inst.index()].replace(block).is_some() {
                return Err(VerifyError {
                    rule: "S1",
                    block,
                    message: format!("{} stands twice", show(func, inst)),
                });
            }
        }
    }
    for &block in &func.layout {
        structure(func, block)?;
    }
    let flow = ControlFlow::new(func);
    let dominators = Dominators::new(&flow);
    for &block in flow.order.iter() {
        values(func, block, &flow, &dominators, &homes)?;
    }
    handlers(func, &flow)
}

/// [`verify`], as an assertion that shows the function: between passes, in debug builds.
pub fn debug_verify(func: &Function, after: &str) {
    if cfg!(debug_assertions)
        && let Err(error) = verify(func)
    {
        panic!("after {after}: {error}\n{}", text::print(func));
    }
}

fn show(func: &Function, inst: Inst) -> String {
    let mut out = String::new();
    match text::write_inst(&mut out, func, inst) {
        Ok(()) => out,
        Err(_) => inst.to_string(),
    }
}

macro_rules! ensure {
    ($ok:expr, $rule:literal, $block:expr, $($message:tt)*) => {
        if !$ok {
            return Err(VerifyError { rule: $rule, block: $block, message: format!($($message)*) });
        }
    };
}

fn structure(func: &Function, block: Block) -> Result<(), VerifyError> {
    let data = &func.blocks[block];
    ensure!(
        func.layout.iter().filter(|&&b| b == block).count() == 1,
        "S1",
        block,
        "stands twice in the layout"
    );
    ensure!(func.is_terminated(block), "S1", block, "no terminator");
    if let Some(handler) = data.handler {
        ensure!(
            func.layout.contains(&handler) && handler != func.entry(),
            "S2",
            block,
            "{handler} cannot be a handler"
        );
        ensure!(!func.blocks[handler].params.is_empty(), "H1", block, "{handler} takes no error");
    }
    for (i, &inst) in data.insts.iter().enumerate() {
        let text = || show(func, inst);
        let inst_data = &func.insts[inst];
        let last = i + 1 == data.insts.len();
        ensure!(
            inst_data.op.is_terminator() == last,
            "S1",
            block,
            "{} is in the wrong place",
            text()
        );
        arity(func, block, inst)?;
        let targets = match inst_data.op {
            Op::Jump => 1,
            Op::Branch | Op::IterNext => 2,
            _ => 0,
        };
        ensure!(
            inst_data.targets.len() == targets,
            "S4",
            block,
            "{} needs {targets} targets",
            text()
        );
        for (k, target) in inst_data.targets.iter().enumerate() {
            ensure!(
                func.layout.contains(&target.block) && target.block != func.entry(),
                "S2",
                block,
                "{} is no target",
                target.block
            );
            let brought = if inst_data.op == Op::IterNext && k == 0 { 2 } else { 0 };
            let params = &func.blocks[target.block].params;
            ensure!(
                params.len() == target.args.len() + brought,
                "S5",
                block,
                "{}: {} has {} parameters",
                text(),
                target.block,
                params.len()
            );
            for (&arg, &param) in target.args.iter().zip(&params[brought..]) {
                ensure!(arg.index() < func.vals.len(), "V1", block, "{arg} is defined nowhere");
                ensure!(
                    func.ty(arg).fits(func.ty(param)),
                    "V2",
                    block,
                    "{}: {arg} is {} but {param} is {}",
                    text(),
                    func.ty(arg),
                    func.ty(param)
                );
            }
        }
    }
    Ok(())
}

/// S3, S6 and T1 for one instruction.
fn arity(func: &Function, block: Block, inst: Inst) -> Result<(), VerifyError> {
    let data = &func.insts[inst];
    let text = || show(func, inst);
    let kind = imm_kind(&data.imm);
    ensure!(
        kind == data.op.imm() || (kind, data.op.imm()) == (ImmKind::None, ImmKind::Weak),
        "S3",
        block,
        "{}: the immediate is {kind:?}, not {:?}",
        text(),
        data.op.imm()
    );
    let enough = match data.op.arity() {
        Arity::Exactly(n) => data.args.len() == n as usize,
        Arity::AtLeast(n) => data.args.len() >= n as usize,
    };
    let enough = enough
        || matches!(&data.imm, Imm::Call(c) if data.op == Op::CallMethod && c.variables() > 0);
    ensure!(enough, "S3", block, "{}: wrong operand count", text());
    let mut results = data.op.results();
    let args = data.args.len();
    let fits = match &data.imm {
        Imm::Call(call) => {
            let in_ssa = data.results.len() > 1;
            if in_ssa {
                results += call.variables();
            }
            args == call_operands(data.op, call, in_ssa)
                || args == call_operands(data.op, call, true) && call.variables() == 0
        }
        Imm::Spread(flags) => flags.len() == args,
        Imm::Names(names) => names.len() == args,
        Imm::Index(parts) => index_values(parts) + 1 == args,
        Imm::Path(path) => {
            let values: usize = path
                .steps
                .iter()
                .map(|step| match step {
                    PathStep::Index(parts) => index_values(parts),
                    PathStep::Field(_) => 0,
                })
                .sum();
            args == values + 1 + usize::from(data.op == Op::PlaceWith)
        }
        Imm::Fused(fused) => {
            results += fused.results.len();
            let is_there = |(n, step): (usize, &FusedStep)| {
                step.args.iter().all(|arg| match *arg {
                    FusedArg::Operand(operand) => operand < args,
                    FusedArg::Step(step) => step < n,
                })
            };
            fused.steps.iter().enumerate().all(is_there)
                && fused.results.iter().all(|&step| step < fused.steps.len())
        }
        _ => true,
    };
    ensure!(fits, "S3", block, "{}: the operands do not fit the immediate", text());
    if data.op != Op::CallSpec {
        ensure!(
            data.results.len() == results,
            "S3",
            block,
            "{}: {results} results expected",
            text()
        );
    }
    let slot = match &data.imm {
        Imm::Slot(slot) => Some(*slot),
        _ => None,
    };
    ensure!(
        slot.is_none_or(|s| s.index() < func.slots.len()),
        "S6",
        block,
        "{}: there is no such slot",
        text()
    );
    for &val in data.args.iter() {
        ensure!(val.index() < func.vals.len(), "V1", block, "{val} is defined nowhere");
    }
    if let Some(expected) = typed_rule(func, inst) {
        return Err(VerifyError { rule: "T1", block, message: format!("{}: {expected}", text()) });
    }
    Ok(())
}

fn call_operands(op: Op, call: &CallInfo, in_ssa: bool) -> usize {
    let listed = match in_ssa {
        true => call.args.len(),
        false => call.args.len() - call.variables(),
    };
    listed + usize::from(matches!(op, Op::Call | Op::CallMethod) && call.callee == Callee::Value)
}

fn index_values(parts: &[IndexPart]) -> usize {
    parts.iter().filter(|p| **p == IndexPart::Value).count()
}

fn imm_kind(imm: &Imm) -> ImmKind {
    match imm {
        Imm::None => ImmKind::None,
        Imm::Int(_) => ImmKind::Int,
        Imm::Float(_) => ImmKind::Float,
        Imm::F32(_) => ImmKind::F32,
        Imm::Complex(..) => ImmKind::Complex,
        Imm::Bool(_) => ImmKind::Bool,
        Imm::Str(_) => ImmKind::Str,
        Imm::Func(_) => ImmKind::Func,
        Imm::Builtin(_) => ImmKind::Builtin,
        Imm::Global(_) => ImmKind::Global,
        Imm::Slot(_) => ImmKind::Slot,
        Imm::Name(_) => ImmKind::Name,
        Imm::Names(_) => ImmKind::Names,
        Imm::Index(_) => ImmKind::Index,
        Imm::Path(_) => ImmKind::Path,
        Imm::Call(_) => ImmKind::Call,
        Imm::Spread(_) => ImmKind::Spread,
        Imm::Ty(_) => ImmKind::Ty,
        Imm::Cond(_) => ImmKind::Cond,
        Imm::DType(_) => ImmKind::DType,
        Imm::Kind(..) => ImmKind::Kind,
        Imm::Weak(_) => ImmKind::Weak,
        Imm::Fused(_) => ImmKind::Fused,
    }
}

/// What is wrong with the types of a typed op, if anything; generic ops take and give anything.
fn typed_rule(func: &Function, inst: Inst) -> Option<&'static str> {
    let data = &func.insts[inst];
    let arg = |i: usize| func.ty(data.args[i]);
    let result = || func.ty(data.results[0]);
    let all = |ty: &Ty| data.args.iter().all(|&v| func.ty(v) == ty);
    let same = || data.args.iter().all(|&v| func.ty(v) == result());
    let float = |ty: &Ty| matches!(ty, Ty::Float | Ty::F32);
    let check = |ok: bool, message: &'static str| (!ok).then_some(message);
    match data.op {
        Op::IAdd
        | Op::ISub
        | Op::IMul
        | Op::INeg
        | Op::IAddWrap
        | Op::ISubWrap
        | Op::IMulWrap
        | Op::IAddSat
        | Op::IFloorDiv
        | Op::IRem
        | Op::IPow
        | Op::IShl
        | Op::IShr
        | Op::INot
        | Op::IMin
        | Op::IMax
        | Op::Bounds => check(all(&Ty::Int) && *result() == Ty::Int, "ints to an int"),
        Op::IAnd | Op::IOr | Op::IXor => {
            check(same() && matches!(result(), Ty::Int | Ty::Bool), "ints or bools to their type")
        }
        Op::ICmp => check(
            (all(&Ty::Int) || all(&Ty::Bool) || all(&Ty::Word)) && *result() == Ty::Bool,
            "two ints, bools or words to a bool",
        ),
        Op::BNot => check(all(&Ty::Bool) && *result() == Ty::Bool, "a bool to a bool"),
        Op::FAdd
        | Op::FSub
        | Op::FMul
        | Op::FDiv
        | Op::FFloorDiv
        | Op::FRem
        | Op::FNeg
        | Op::FAbs
        | Op::FSqrt
        | Op::FFloor
        | Op::FCeil
        | Op::FTrunc
        | Op::FMath => check(same() && float(result()), "floats of one width"),
        Op::FCmp => check(
            float(arg(0)) && arg(0) == arg(1) && *result() == Ty::Bool,
            "floats of one width to a bool",
        ),
        Op::IntToFloat => check(all(&Ty::Int) && *result() == Ty::Float, "int to float"),
        Op::IntToF32 => check(all(&Ty::Int) && *result() == Ty::F32, "int to f32"),
        Op::FloatToInt => check(float(arg(0)) && *result() == Ty::Int, "float to int"),
        Op::FloatToF32 => check(all(&Ty::Float) && *result() == Ty::F32, "float to f32"),
        Op::F32ToFloat => check(all(&Ty::F32) && *result() == Ty::Float, "f32 to float"),
        Op::BoolToInt => check(all(&Ty::Bool) && *result() == Ty::Int, "bool to int"),
        Op::Select => check(
            *arg(0) == Ty::Bool && arg(1) == result() && arg(2) == result(),
            "a bool and two values of one type",
        ),
        Op::Box => check(arg(0).is_leaf() && *result() == Ty::Any, "a leaf to any"),
        Op::Unbox => check(*arg(0) == Ty::Any && result().is_leaf(), "any to a leaf type"),
        Op::ComplexBox => check(all(&Ty::Float) && *result() == Ty::Any, "two floats to any"),
        Op::RangeBox => check(all(&Ty::Int) && *result() == Ty::Any, "three ints to any"),
        Op::RecordBox => check(all(&Ty::Any) && *result() == Ty::Any, "any to any"),
        Op::TupleGet | Op::RecordGet | Op::Capture => {
            check(*arg(0) == Ty::Any && result().is_leaf(), "any to a leaf type")
        }
        Op::RangeGet => check(*arg(0) == Ty::Any && *result() == Ty::Int, "any to an int"),
        Op::ComplexGet => check(*arg(0) == Ty::Any && *result() == Ty::Float, "any to a float"),
        Op::ArrLen | Op::ArrDim | Op::ArrStride => {
            check(matches!(arg(0), Ty::Array(..)) && *result() == Ty::Int, "an array to an int")
        }
        Op::ArrData => {
            check(matches!(arg(0), Ty::Array(..)) && *result() == Ty::Word, "an array to a word")
        }
        Op::ArrUnique => check(matches!(arg(0), Ty::Array(..)) && same(), "an array to its type"),
        Op::ListLen => {
            check(matches!(arg(0), Ty::List(_)) && *result() == Ty::Int, "a list to an int")
        }
        Op::ListData => {
            check(matches!(arg(0), Ty::List(_)) && *result() == Ty::Word, "a list to a word")
        }
        Op::ListUnique => check(matches!(arg(0), Ty::List(_)) && same(), "a list to its type"),
        Op::Load => check(
            *arg(0) == Ty::Word
                && *arg(1) == Ty::Int
                && element(&data.imm) == Some(result().clone()),
            "an address and an int to an element",
        ),
        Op::Store => check(
            *arg(0) == Ty::Word && *arg(1) == Ty::Int && element(&data.imm) == Some(arg(2).clone()),
            "an address, an int and an element",
        ),
        Op::Narrow => check(
            match data.imm {
                Imm::DType(DType::F32) => all(&Ty::Float) && *result() == Ty::F32,
                Imm::DType(d) => d.is_integer() && all(&Ty::Int) && *result() == Ty::Int,
                _ => false,
            },
            "an int to an int, of an integer dtype, or a float to f32",
        ),
        Op::LoadAny => check(
            *arg(0) == Ty::Word && *arg(1) == Ty::Int && *result() == Ty::Any,
            "an address and an int to any",
        ),
        Op::StoreAny => check(
            *arg(0) == Ty::Word && *arg(1) == Ty::Int && *arg(2) == Ty::Any,
            "an address, an int and any",
        ),
        Op::ListGet => check(
            matches!(arg(0), Ty::List(_)) && *arg(1) == Ty::Int && *result() == Ty::Any,
            "a list and an int to any",
        ),
        Op::ListPush => check(
            matches!(arg(0), Ty::List(_)) && *arg(1) == Ty::Any && matches!(result(), Ty::List(_)),
            "a list and any to a list",
        ),
        Op::DictLen | Op::DictEnd => {
            check(*arg(0) == Ty::Dict && *result() == Ty::Int, "a dict to an int")
        }
        Op::DictNext => check(
            *arg(0) == Ty::Dict && *arg(1) == Ty::Int && *result() == Ty::Int,
            "a dict and an int to an int",
        ),
        Op::DictKey | Op::DictValue => check(
            *arg(0) == Ty::Dict && *arg(1) == Ty::Int && *result() == Ty::Any,
            "a dict and an int to any",
        ),
        Op::DictAt | Op::DictGet => check(
            *arg(0) == Ty::Dict
                && data.args[1..].iter().all(|&v| *func.ty(v) == Ty::Any)
                && *result() == Ty::Any,
            "a dict and any to any",
        ),
        Op::DictHas => check(
            *arg(0) == Ty::Dict && *arg(1) == Ty::Any && *result() == Ty::Bool,
            "a dict and any to a bool",
        ),
        Op::DictSet => check(
            *arg(0) == Ty::Dict
                && *arg(1) == Ty::Any
                && *arg(2) == Ty::Any
                && *result() == Ty::Dict,
            "a dict, any and any to a dict",
        ),
        Op::IsNone => check(*arg(0) == Ty::Any && *result() == Ty::Bool, "any to a bool"),
        Op::FieldLend => check(*arg(0) == Ty::Any && result().is_leaf(), "any to a leaf type"),
        _ => None,
    }
}

/// What a load of the dtype gives; a complex element is two loads of float.
fn element(imm: &Imm) -> Option<Ty> {
    match imm {
        Imm::DType(DType::Complex) => None,
        Imm::DType(dtype) => Some(dtype.element()),
        _ => None,
    }
}

fn values(
    func: &Function,
    block: Block,
    flow: &ControlFlow,
    dominators: &Dominators,
    homes: &[Option<Block>],
) -> Result<(), VerifyError> {
    for (i, &param) in func.blocks[block].params.iter().enumerate() {
        ensure!(
            func.vals[param].def == ValDef::Param(block, i as u32),
            "V1",
            block,
            "{param} is defined elsewhere"
        );
    }
    for &inst in &func.blocks[block].insts {
        let data = &func.insts[inst];
        for (i, &result) in data.results.iter().enumerate() {
            ensure!(
                func.vals[result].def == ValDef::Result(inst, i as u32),
                "V1",
                block,
                "{result} is defined elsewhere"
            );
        }
        let before = data.args.iter().chain(data.targets.iter().flat_map(|t| t.args.iter()));
        for &val in before {
            ensure!(
                is_available(func, val, block, inst, flow, dominators, homes),
                "V1",
                block,
                "{}: {val} does not dominate its use",
                show(func, inst)
            );
        }
        for &val in &data.unwind {
            let own = matches!(func.vals[val].def, ValDef::Result(i, k) if i == inst && k > 0);
            let call = matches!(data.op.imm(), ImmKind::Call) || data.op == Op::CallSpec;
            let first = data.op == Op::CallSpec && data.results.contains(&val);
            ensure!(
                (own || first) && call
                    || is_available(func, val, block, inst, flow, dominators, homes),
                "H4",
                block,
                "{}: {val} cannot be handed on",
                show(func, inst)
            );
        }
    }
    Ok(())
}

fn is_available(
    func: &Function,
    val: Val,
    block: Block,
    inst: Inst,
    flow: &ControlFlow,
    dominators: &Dominators,
    homes: &[Option<Block>],
) -> bool {
    val.index() < func.vals.len() && dominators.is_available(flow, func, val, block, inst, homes)
}

fn handlers(func: &Function, flow: &ControlFlow) -> Result<(), VerifyError> {
    let liveness = Liveness::new(func, flow);
    let mut outs = None;
    for &block in &flow.order {
        let data = &func.blocks[block];
        if let Some(handler) = data.handler {
            for val in liveness.live_in(handler) {
                ensure!(
                    !matches!(func.vals[val].def, ValDef::Result(i, _) if data.insts.contains(&i)),
                    "H2",
                    block,
                    "{handler} uses {val}, which the guarded block defines"
                );
            }
        }
        for &inst in &data.insts {
            let inst_data = &func.insts[inst];
            if !func.throws(inst) {
                continue;
            }
            let given = inst_data.unwind.len();
            match data.handler {
                Some(handler) => ensure!(
                    func.blocks[handler].params.len() == given + 1,
                    "H1",
                    block,
                    "{}: {handler} takes {} values",
                    show(func, inst),
                    func.blocks[handler].params.len()
                ),
                None => {
                    let expected = *outs.get_or_insert(given);
                    ensure!(
                        given == expected,
                        "H3",
                        block,
                        "{}: {expected} values expected to unwind",
                        show(func, inst)
                    );
                }
            }
        }
    }
    Ok(())
}
