//! Number literals: weak beside a value, of whose type they are then.
//!
//! The op of an operator does that itself. A builtin is given values, so a literal among its arguments is
//! chosen beforehand, by the types of the others. A scalar is weak beside an array in any case, which
//! leaves `f32` beside a literal.

use super::Lowerer;
use super::arguments::{ArgValue, Argument};
use super::frame::DEAD;
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use quern_ir::function::{Bits32, Imm, TypeSpec, Weak};
use quern_ir::{Builtin, Op, Val};

/// Which operand of an operator is a number literal.
pub(super) fn weak(op: BinaryOp, left: &Expr, right: &Expr) -> Imm {
    match (literal(left), literal(right)) {
        _ if matches!(op, BinaryOp::MatMul | BinaryOp::In) => Imm::None,
        (Some(_), None) => Imm::Weak(Weak::First),
        (None, Some(_)) => Imm::Weak(Weak::Second),
        _ => Imm::None,
    }
}

/// The number that the source writes, perhaps with a minus before it, as an `f32`.
pub(super) fn literal(expr: &Expr) -> Option<f32> {
    match &expr.kind {
        ExprKind::Int(n) => Some(*n as f32),
        ExprKind::Float(x) => Some(*x as f32),
        ExprKind::Unary { op: UnaryOp::Neg, operand, .. } => literal(operand).map(|x| -x),
        _ => None,
    }
}

/// Whether the arguments of a builtin meet at one type, as the operands of an operator do.
fn is_like_operator(builtin: Builtin) -> bool {
    use Builtin::*;
    matches!(builtin, Max | Min | Clamp | Hypot | Pow | Atan2 | Fma | DivMod | Where)
}

impl Lowerer<'_, '_> {
    /// Makes the literals among the arguments `f32`s when all the others are. `receiver` is what stands
    /// before the dot of a method.
    pub(super) fn weaken(
        &mut self,
        builtin: Builtin,
        receiver: Option<Val>,
        args: &mut [Argument],
    ) {
        if !is_like_operator(builtin) || args.iter().any(|a| a.name.is_some() || a.is_spread) {
            return;
        }
        let values = args.iter().filter(|a| a.literal.is_none()).map(|a| a.value);
        let values =
            values.filter_map(|v| if let ArgValue::Operand(v) = v { Some(v) } else { None });
        // The first argument of `where` is no number.
        let others: Vec<Val> = receiver
            .into_iter()
            .chain(values)
            .skip(usize::from(builtin == Builtin::Where))
            .collect();
        let mut literals: Vec<(&mut Argument, f32)> =
            args.iter_mut().filter_map(|a| a.literal.map(|x| (a, x))).collect();
        let Some(span) = literals.first().map(|(arg, _)| arg.span).filter(|_| !others.is_empty())
        else {
            return;
        };
        let frame = self.frame();
        let (as_written, done) = (frame.new_block(), frame.new_block());
        for other in others {
            let spec = Imm::Ty(TypeSpec::Name("f32".into()));
            let is_f32 = frame.emit(Op::TestType, &[other], spec, span);
            let next = frame.new_block();
            frame.branch(is_f32, next, as_written, span);
            frame.switch_to(next);
        }
        let narrow: Vec<Val> = literals
            .iter()
            .map(|(_, x)| frame.emit(Op::ConstF32, &[], Imm::F32(Bits32::new(*x)), span))
            .collect();
        frame.jump(done, &narrow, span);
        frame.switch_to(as_written);
        let written: Vec<Val> = literals
            .iter()
            .map(|(arg, _)| if let ArgValue::Operand(val) = arg.value { val } else { DEAD })
            .collect();
        frame.jump(done, &written, span);
        frame.switch_to(done);
        for (arg, _) in &mut literals {
            let chosen = frame.add_block_param(done);
            arg.value = ArgValue::Operand(if frame.is_live() { chosen } else { DEAD });
        }
    }
}
