//! Constants and algebra. Each rule is an equation whose right side is never worse than the left; those
//! of floats hold for -0.0, infinities and NaN.

use super::edit::Aliases;
use crate::analysis::ControlFlow;
use crate::builtins::Builtin;
use crate::entities::{Inst, Val};
use crate::function::{Bits64, Function, Imm, InstData, Vals};
use crate::ops::{Cond, Op};
use crate::types::Ty;

/// Applies the rules everywhere, once.
pub fn fold(func: &mut Function) {
    let flow = ControlFlow::new(func);
    let mut aliases = Aliases::new();
    for &block in &flow.order {
        let insts = std::mem::take(&mut func.blocks[block].insts);
        let mut kept = Vec::with_capacity(insts.len());
        for inst in insts {
            rename(func, inst, &aliases);
            match fold_inst(func, inst, &mut kept) {
                Some(val) => aliases.set(func.insts[inst].results[0], val),
                None => kept.push(inst),
            }
        }
        func.blocks[block].insts = kept;
    }
    aliases.apply(func);
}

/// Brings the operands of an instruction up to date.
pub fn rename(func: &mut Function, inst: Inst, aliases: &Aliases) {
    let data = &mut func.insts[inst];
    let targets = data.targets.iter_mut().map(|t| &mut t.args);
    for vals in [&mut data.args, &mut data.unwind].into_iter().chain(targets) {
        for val in vals.iter_mut() {
            *val = aliases.resolve(*val);
        }
    }
}

/// The value an instruction is equal to, if one is known; instructions needed for it go to `before`. May
/// also change the instruction into a better one.
pub fn fold_inst(func: &mut Function, inst: Inst, before: &mut Vec<Inst>) -> Option<Val> {
    loop {
        let step = step(func, inst)?;
        match step {
            Step::Value(val) => return Some(val),
            Step::Make(op, args, imm, ty) => {
                let span = func.insts[inst].span;
                let new = func.make_inst(op, &args, imm, &[ty], span);
                before.push(new);
                return Some(func.insts[new].results[0]);
            }
            Step::Become(op, args, imm) => {
                let data = &mut func.insts[inst];
                (data.op, data.args, data.imm) = (op, args, imm);
            }
            Step::Operand(op, args, imm, ty, then) => {
                let span = func.insts[inst].span;
                let new = func.make_inst(op, &args, imm, &[ty], span);
                before.push(new);
                let operand = func.insts[new].results[0];
                let data = &mut func.insts[inst];
                data.op = then;
                data.imm = Imm::None;
                let last = data.args.len() - 1;
                data.args[last] = operand;
            }
        }
        if !func.throws(inst) {
            func.insts[inst].unwind.clear();
        }
    }
}

enum Step {
    Value(Val),
    /// A new instruction in its place.
    Make(Op, Vals, Imm, Ty),
    /// The same instruction, with this op.
    Become(Op, Vals, Imm),
    /// A new last operand, and this op.
    Operand(Op, Vals, Imm, Ty, Op),
}

fn int(x: i64) -> Option<Step> {
    Some(Step::Make(Op::ConstInt, Vals::new(), Imm::Int(x), Ty::Int))
}

fn float(x: f64) -> Option<Step> {
    let imm = Imm::Float(Bits64::new(x));
    Some(Step::Make(Op::ConstFloat, Vals::new(), imm, Ty::Float))
}

fn bool(x: bool) -> Option<Step> {
    Some(Step::Make(Op::ConstBool, Vals::new(), Imm::Bool(x), Ty::Bool))
}

fn known_float(func: &Function, val: Val) -> Option<f64> {
    match func.def(val) {
        Some(InstData { op: Op::ConstFloat, imm: Imm::Float(x), .. }) => Some(x.value()),
        _ => None,
    }
}

/// The bool a value is known to be.
pub fn known_bool(func: &Function, val: Val) -> Option<bool> {
    match func.def(val) {
        Some(InstData { op: Op::ConstBool, imm: Imm::Bool(x), .. }) => Some(*x),
        _ => None,
    }
}

fn step(func: &Function, inst: Inst) -> Option<Step> {
    let data = &func.insts[inst];
    let a = *data.args.first()?;
    let b = data.args.get(1).copied().unwrap_or(a);
    let (x, y) = (func.known_int(a), func.known_int(b));
    let value = |v| Some(Step::Value(v));
    match data.op {
        Op::IAdd | Op::IAddWrap | Op::IAddSat => match (data.op, x, y) {
            (Op::IAdd, Some(x), Some(y)) => int(x.checked_add(y)?),
            (Op::IAddWrap, Some(x), Some(y)) => int(x.wrapping_add(y)),
            (Op::IAddSat, Some(x), Some(y)) => int(x.saturating_add(y)),
            // x + 0 = x
            (_, _, Some(0)) => value(a),
            (_, Some(0), _) => value(b),
            _ => None,
        },
        Op::ISub | Op::ISubWrap => match (data.op, x, y) {
            (Op::ISub, Some(x), Some(y)) => int(x.checked_sub(y)?),
            (Op::ISubWrap, Some(x), Some(y)) => int(x.wrapping_sub(y)),
            // x - 0 = x
            (_, _, Some(0)) => value(a),
            // x - x = 0
            _ if a == b => int(0),
            _ => None,
        },
        Op::IMul | Op::IMulWrap => match (data.op, x, y) {
            (Op::IMul, Some(x), Some(y)) => int(x.checked_mul(y)?),
            (Op::IMulWrap, Some(x), Some(y)) => int(x.wrapping_mul(y)),
            // x * 1 = x, x * 0 = 0
            (_, _, Some(1)) => value(a),
            (_, Some(1), _) => value(b),
            (_, Some(0), _) | (_, _, Some(0)) => int(0),
            _ => None,
        },
        Op::INeg => int(x?.checked_neg()?),
        Op::INot => int(!x?),
        Op::IFloorDiv => match (x, y) {
            (Some(x), Some(y)) if y != 0 => {
                int(x.checked_div(y)? - i64::from(x % y != 0 && (x < 0) != (y < 0)))
            }
            // x // 1 = x
            (_, Some(1)) => value(a),
            // x // 2^k = x >> k: both round down
            (_, Some(y)) if y > 1 && y.count_ones() == 1 => Some(Step::Operand(
                Op::ConstInt,
                Vals::new(),
                Imm::Int(i64::from(y.trailing_zeros())),
                Ty::Int,
                Op::IShr,
            )),
            _ => None,
        },
        Op::IRem => match (x, y) {
            (Some(x), Some(y)) if y > 0 => int(x.rem_euclid(y)),
            // x % 2^k = x & (2^k - 1), for negative x too
            (_, Some(y)) if y > 0 && y.count_ones() == 1 => {
                Some(Step::Operand(Op::ConstInt, Vals::new(), Imm::Int(y - 1), Ty::Int, Op::IAnd))
            }
            _ => None,
        },
        Op::IShr => match (x, y) {
            (Some(x), Some(y)) if y >= 0 => int(x >> y.min(63)),
            (_, Some(0)) => value(a),
            _ => None,
        },
        Op::IShl => match (x, y) {
            (Some(x), Some(y @ 0..=62)) if (x << y) >> y == x => int(x << y),
            (_, Some(0)) => value(a),
            _ => None,
        },
        // b & true = b, b & false = false; b | false = b, b | true = true
        Op::IAnd | Op::IOr if *func.ty(a) == Ty::Bool => {
            let is_and = data.op == Op::IAnd;
            match (known_bool(func, a), known_bool(func, b)) {
                _ if a == b => value(a),
                (_, Some(known)) if known == is_and => value(a),
                (Some(known), _) if known == is_and => value(b),
                (Some(_), _) | (_, Some(_)) => bool(!is_and),
                _ => None,
            }
        }
        Op::IAnd | Op::IOr => match (x, y) {
            (Some(x), Some(y)) => int(if data.op == Op::IAnd { x & y } else { x | y }),
            // x & x = x, x | x = x
            _ if a == b => value(a),
            // x & -1 = x, x | 0 = x
            (_, Some(-1)) if data.op == Op::IAnd => value(a),
            (_, Some(0)) if data.op == Op::IOr => value(a),
            _ => None,
        },
        Op::IXor => match (x, y) {
            (Some(x), Some(y)) => int(x ^ y),
            (_, Some(0)) => value(a),
            _ => None,
        },
        Op::IMin => match (x, y) {
            (Some(x), Some(y)) => int(x.min(y)),
            _ if a == b => value(a),
            _ => None,
        },
        Op::IMax => match (x, y) {
            (Some(x), Some(y)) => int(x.max(y)),
            _ if a == b => value(a),
            _ => None,
        },
        Op::ICmp => compare_ints(func, data, a, b),
        Op::BNot => negate(func, a),
        Op::Bounds => match (x, y) {
            (Some(i), Some(n)) if (0..n).contains(&i) => value(a),
            (Some(i), Some(n)) if (-n..0).contains(&i) => int(i + n),
            _ => None,
        },
        Op::Select => match known_bool(func, a) {
            Some(true) => value(data.args[1]),
            Some(false) => value(data.args[2]),
            // c ? x : x = x
            None if data.args[1] == data.args[2] => value(data.args[1]),
            None => None,
        },
        Op::IntToFloat => float(x? as f64),
        Op::BoolToInt => int(i64::from(known_bool(func, a)?)),
        Op::FAdd | Op::FSub | Op::FMul | Op::FDiv | Op::FNeg | Op::FSqrt | Op::FMath => {
            floats(func, data, a, b)
        }
        Op::FCmp => {
            let (x, y) = (known_float(func, a)?, known_float(func, b)?);
            let Imm::Cond(cond) = data.imm else {
                return None;
            };
            bool(match cond {
                Cond::Eq => x == y,
                Cond::Ne => x != y,
                Cond::Lt => x < y,
                Cond::Le => x <= y,
                Cond::Gt => x > y,
                Cond::Ge => x >= y,
            })
        }
        // unbox(box x) = x
        Op::Unbox => {
            let inner = func.def(a).filter(|i| i.op == Op::Box)?;
            (func.ty(inner.args[0]) == func.ty(data.results[0])).then_some(())?;
            value(inner.args[0])
        }
        // box(unbox x) = x
        Op::Box => {
            let inner = func.def(a).filter(|i| i.op == Op::Unbox)?;
            value(inner.args[0])
        }
        Op::ComplexGet => {
            let inner = func.def(a).filter(|i| i.op == Op::ComplexBox)?;
            part(inner, &data.imm)
        }
        Op::RangeGet => {
            let inner = func.def(a).filter(|i| i.op == Op::RangeBox)?;
            part(inner, &data.imm)
        }
        Op::ArrDim => dim(func, data, a),
        Op::ArrStride => stride(func, data, a),
        Op::ArrLen => match func.ty(a) {
            Ty::Array(_, Some(1)) => Some(Step::Become(Op::ArrDim, data.args.clone(), Imm::Int(0))),
            _ => None,
        },
        _ => None,
    }
}

fn part(inner: &InstData, imm: &Imm) -> Option<Step> {
    match imm {
        Imm::Int(i) => inner.args.get(*i as usize).map(|&v| Step::Value(v)),
        _ => None,
    }
}

fn compare_ints(func: &Function, data: &InstData, a: Val, b: Val) -> Option<Step> {
    let Imm::Cond(cond) = data.imm else {
        return None;
    };
    // x < x = false, x <= x = true
    if a == b {
        return bool(matches!(cond, Cond::Eq | Cond::Le | Cond::Ge));
    }
    if *func.ty(a) == Ty::Bool {
        // b == true = b, b != false = b
        return match (cond, known_bool(func, b)?) {
            (Cond::Eq, true) | (Cond::Ne, false) => Some(Step::Value(a)),
            (Cond::Eq, false) | (Cond::Ne, true) => {
                let args = Vals::from_slice(&[a]);
                Some(Step::Make(Op::BNot, args, Imm::None, Ty::Bool))
            }
            _ => None,
        };
    }
    let (x, y) = (func.known_int(a)?, func.known_int(b)?);
    bool(holds(cond, x, y))
}

/// Whether a comparison of ints holds.
pub fn holds(cond: Cond, x: i64, y: i64) -> bool {
    match cond {
        Cond::Eq => x == y,
        Cond::Ne => x != y,
        Cond::Lt => x < y,
        Cond::Le => x <= y,
        Cond::Gt => x > y,
        Cond::Ge => x >= y,
    }
}

/// The comparison that holds when this one does not.
pub fn inverse(cond: Cond) -> Cond {
    match cond {
        Cond::Eq => Cond::Ne,
        Cond::Ne => Cond::Eq,
        Cond::Lt => Cond::Ge,
        Cond::Le => Cond::Gt,
        Cond::Gt => Cond::Le,
        Cond::Ge => Cond::Lt,
    }
}

fn negate(func: &Function, a: Val) -> Option<Step> {
    if let Some(known) = known_bool(func, a) {
        return bool(!known);
    }
    let inner = func.def(a)?;
    match (inner.op, &inner.imm) {
        // not not b = b
        (Op::BNot, _) => Some(Step::Value(inner.args[0])),
        // not (x < y) = x >= y, of ints; of floats only == and != are each other's opposite
        (Op::ICmp, Imm::Cond(cond)) => {
            Some(Step::Make(Op::ICmp, inner.args.clone(), Imm::Cond(inverse(*cond)), Ty::Bool))
        }
        (Op::FCmp, Imm::Cond(cond @ (Cond::Eq | Cond::Ne))) => {
            Some(Step::Make(Op::FCmp, inner.args.clone(), Imm::Cond(inverse(*cond)), Ty::Bool))
        }
        _ => None,
    }
}

fn floats(func: &Function, data: &InstData, a: Val, b: Val) -> Option<Step> {
    if *func.ty(data.results[0]) != Ty::Float {
        return None;
    }
    let (x, y) = (known_float(func, a), known_float(func, b));
    match data.op {
        Op::FNeg => match x {
            Some(x) => float(-x),
            // -(-x) = x
            None => {
                let inner = func.def(a).filter(|i| i.op == Op::FNeg)?;
                Some(Step::Value(inner.args[0]))
            }
        },
        Op::FSqrt => float(x.filter(|x| *x >= 0.0)?.sqrt()),
        Op::FAdd => match (x, y) {
            (Some(x), Some(y)) => float(x + y),
            // x + -0.0 = x
            (_, Some(y)) if y == 0.0 && y.is_sign_negative() => Some(Step::Value(a)),
            // c + x = x + c: a constant on the right can be read from memory
            (Some(_), None) => {
                Some(Step::Become(Op::FAdd, [b, a].into_iter().collect(), Imm::None))
            }
            _ => None,
        },
        Op::FSub => match (x, y) {
            (Some(x), Some(y)) => float(x - y),
            // x - 0.0 = x
            (_, Some(y)) if y == 0.0 && y.is_sign_positive() => Some(Step::Value(a)),
            _ => None,
        },
        Op::FMul => match (x, y) {
            (Some(x), Some(y)) => float(x * y),
            // x * 1.0 = x, x * 2.0 = x + x: both are exact, or overflow together
            (_, Some(1.0)) => Some(Step::Value(a)),
            (_, Some(2.0)) => Some(Step::Become(Op::FAdd, [a, a].into_iter().collect(), Imm::None)),
            // c * x = x * c
            (Some(_), _) => Some(Step::Become(Op::FMul, [b, a].into_iter().collect(), Imm::None)),
            _ => None,
        },
        Op::FDiv => match (x, y) {
            (Some(x), Some(y)) => float(x / y),
            (_, Some(1.0)) => Some(Step::Value(a)),
            // x / 2^k = x * 2^-k: the same number, rounded once
            (_, Some(y)) if is_power_of_two(y) => Some(Step::Operand(
                Op::ConstFloat,
                Vals::new(),
                Imm::Float(Bits64::new(1.0 / y)),
                Ty::Float,
                Op::FMul,
            )),
            _ => None,
        },
        // x ^ 2.0 = x * x: so the shared function says too
        Op::FMath if data.imm == Imm::Builtin(Builtin::Pow) && y == Some(2.0) => {
            Some(Step::Become(Op::FMul, Vals::from_slice(&[a, a]), Imm::None))
        }
        _ => None,
    }
}

/// Whether a float is a power of two whose inverse is normal.
fn is_power_of_two(x: f64) -> bool {
    let mantissa = x.to_bits() & ((1 << 52) - 1);
    mantissa == 0 && x.is_normal() && (1.0 / x).is_normal()
}

/// The size of an axis of an array whose making is seen.
fn dim(func: &Function, data: &InstData, array: Val) -> Option<Step> {
    let Imm::Int(axis) = data.imm else {
        return None;
    };
    let made = func.def(original(func, array))?;
    if made.op != Op::CallBuiltin {
        return None;
    }
    let sizes = sizes_of(func, made)?;
    sizes.get(axis as usize).map(|&v| Step::Value(v))
}

/// The array that was made one's own, perhaps several times, to give this one. It has the same shape.
pub fn original(func: &Function, mut array: Val) -> Val {
    while let Some(made) = func.def(array).filter(|d| d.op == Op::ArrUnique) {
        array = made.args[0];
    }
    array
}

/// The sizes given to `zeros(n, m)` or `ones(n, m)`.
fn sizes_of(func: &Function, made: &InstData) -> Option<Vec<Val>> {
    let Imm::Call(call) = &made.imm else {
        return None;
    };
    if !matches!(call.callee, crate::function::Callee::Builtin(Builtin::Zeros | Builtin::Ones)) {
        return None;
    }
    let mut sizes = Vec::new();
    for (arg, &val) in call.args.iter().zip(&made.args) {
        if arg.name.is_some() {
            continue;
        }
        let boxed = func.def(val).filter(|i| i.op == Op::Box)?;
        (*func.ty(boxed.args[0]) == Ty::Int).then_some(())?;
        sizes.push(boxed.args[0]);
    }
    Some(sizes)
}

/// Whether an array's elements lie in row-major order: one's own, or just made.
fn is_row_major(func: &Function, array: Val) -> bool {
    func.def(array).is_some_and(|made| match (made.op, &made.imm) {
        (Op::ArrUnique, _) => true,
        (Op::CallBuiltin, Imm::Call(call)) => matches!(
            call.callee,
            crate::function::Callee::Builtin(
                Builtin::Zeros | Builtin::Ones | Builtin::Full | Builtin::Arange
            )
        ),
        _ => false,
    })
}

/// The stride of an axis of an array in row-major order: 1 for the last, the last size for the one
/// before it.
fn stride(func: &Function, data: &InstData, array: Val) -> Option<Step> {
    let (Imm::Int(axis), Ty::Array(_, Some(rank))) = (&data.imm, func.ty(array)) else {
        return None;
    };
    if !is_row_major(func, array) {
        return None;
    }
    match i64::from(*rank) - axis {
        1 => int(1),
        2 => Some(Step::Become(Op::ArrDim, data.args.clone(), Imm::Int(axis + 1))),
        _ => None,
    }
}
