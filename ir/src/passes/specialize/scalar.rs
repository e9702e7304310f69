//! Arithmetic, comparison and logic: of numbers as typed ops, of arrays as helpers with a known result
//! type, of anything else as generic ops.

use super::emit::Emitter;
use super::values::Value;
use crate::builtins::Builtin;
use crate::entities::Val;
use crate::function::{Imm, Weak};
use crate::ops::{Cond, Op};
use crate::types::{DType, Ty};

/// The dtype of a number.
pub(super) fn dtype_of(ty: &Ty) -> Option<DType> {
    Some(match ty {
        Ty::Bool => DType::Bool,
        Ty::Int => DType::Int,
        Ty::Float => DType::Float,
        Ty::F32 => DType::F32,
        Ty::Complex => DType::Complex,
        _ => return None,
    })
}

/// The least dtype that holds both (NumPy 2): `f32` beside wider integers gives `float`.
pub(super) fn promoted(a: DType, b: DType) -> DType {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    match (low, high) {
        (DType::I32 | DType::Int, DType::F32) => DType::Float,
        _ => high,
    }
}

/// The dtype of an array beside a scalar, which widens it only by its kind.
pub(super) fn promoted_weak(array: DType, scalar: DType) -> DType {
    let kind = |dtype| match dtype {
        DType::Bool => 0,
        DType::U8 | DType::I32 | DType::Int => 1,
        DType::F32 | DType::Float => 2,
        DType::Complex => 3,
    };
    if kind(scalar) <= kind(array) { array } else { promoted(array, scalar) }
}

impl Emitter<'_, '_> {
    /// A generic operator of two operands, of which the immediate tells whether one is weak.
    pub fn binary(&mut self, op: Op, imm: &Imm, a: &Value, b: &Value) -> Value {
        let (a, b) = &self.settled(imm, a, b);
        if let Some(cond) = op.comparison() {
            return self.compare(op, cond, imm, a, b);
        }
        if op == Op::In && b.ty == Ty::Dict {
            let args = [b.leaves[0], self.boxed(a)];
            let leaf = self.put1(Op::DictHas, &args, Imm::None, Ty::Bool);
            return Value::leaf(Ty::Bool, leaf);
        }
        if let (Some(x), Some(y)) = (dtype_of(&a.ty), dtype_of(&b.ty))
            && let Some(value) = self.arithmetic(op, a, b, x, y)
        {
            return value;
        }
        let ty = self.result_of_operator(op, &a.ty, &b.ty);
        self.generic(op, &[a.clone(), b.clone()], imm.clone(), ty)
    }

    /// The type of what a helper for an operator gives.
    fn result_of_operator(&self, op: Op, a: &Ty, b: &Ty) -> Ty {
        if op == Op::In {
            return match b {
                Ty::Any | Ty::Array(..) => Ty::Any,
                _ => Ty::Bool,
            };
        }
        if op == Op::MatMul {
            return match (a, b) {
                (Ty::Array(x, Some(m)), Ty::Array(y, Some(n))) => {
                    let dtype = product_dtype(*x, *y);
                    match (m, n) {
                        (1, 1) => dtype.element(),
                        (1, n) | (n, 1) => Ty::Array(dtype, Some(n - 1)),
                        _ => Ty::Array(dtype, Some(*m.max(n))),
                    }
                }
                _ => Ty::Any,
            };
        }
        match (a, b) {
            (Ty::Str, Ty::Str) if op == Op::Add => return Ty::Str,
            (Ty::List(x), Ty::List(y)) if op == Op::Add => {
                return Ty::List(x.clone()).join(&Ty::List(y.clone()));
            }
            _ => {}
        }
        let (dtype, rank) = match (a, b) {
            (Ty::Array(x, m), Ty::Array(y, n)) => {
                let rank = m.zip(*n).map(|(m, n)| m.max(n));
                (promoted(*x, *y), rank)
            }
            (Ty::Array(x, m), s) | (s, Ty::Array(x, m)) => match dtype_of(s) {
                Some(y) => (promoted_weak(*x, y), *m),
                None => return Ty::Any,
            },
            (s, t) => match (dtype_of(s), dtype_of(t)) {
                // Numbers whose operator has no typed form.
                (Some(x), Some(y)) => {
                    let dtype = promoted(x, y);
                    return match op {
                        Op::Div | Op::Pow if dtype == DType::Complex => Ty::Complex,
                        _ => Ty::Any,
                    };
                }
                _ => return Ty::Any,
            },
        };
        let whole = dtype == DType::Bool || dtype.is_integer();
        let dtype = match op {
            Op::Div if whole => DType::Float,
            Op::BitAnd | Op::BitOr | Op::BitXor if whole => dtype,
            Op::Add | Op::Sub | Op::Mul | Op::FloorDiv | Op::Rem | Op::Pow | Op::Shl | Op::Shr
                if dtype == DType::Bool =>
            {
                DType::Int
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::FloorDiv | Op::Rem | Op::Pow => dtype,
            Op::Shl | Op::Shr if whole => dtype,
            _ => return Ty::Any,
        };
        Ty::Array(dtype, rank)
    }

    fn arithmetic(&mut self, op: Op, a: &Value, b: &Value, x: DType, y: DType) -> Option<Value> {
        let dtype = promoted(x, y);
        match op {
            Op::BitAnd | Op::BitOr | Op::BitXor => {
                if x != y || !matches!(x, DType::Bool | DType::Int) {
                    return None;
                }
                let op = match op {
                    Op::BitAnd => Op::IAnd,
                    Op::BitOr => Op::IOr,
                    _ => Op::IXor,
                };
                let leaf = self.put1(op, &[a.leaves[0], b.leaves[0]], Imm::None, a.ty.clone());
                return Some(Value::leaf(a.ty.clone(), leaf));
            }
            Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
            | Op::FloorDiv
            | Op::Rem
            | Op::Pow
            | Op::Shl
            | Op::Shr => {}
            _ => return None,
        }
        let dtype = match (op, dtype) {
            (Op::Div, DType::Bool | DType::Int) => DType::Float,
            (_, DType::Bool) => DType::Int,
            _ => dtype,
        };
        let (p, q) = (self.convert(a, dtype), self.convert(b, dtype));
        match dtype {
            DType::Int => self.int_arithmetic(op, p.leaves[0], q.leaves[0]),
            DType::Complex => self.complex_arithmetic(op, &p, &q),
            _ => self.float_arithmetic(op, &p, &q),
        }
    }

    fn int_arithmetic(&mut self, op: Op, a: Val, b: Val) -> Option<Value> {
        let op = match op {
            Op::Add => Op::IAdd,
            Op::Sub => Op::ISub,
            Op::Mul => Op::IMul,
            Op::FloorDiv => Op::IFloorDiv,
            Op::Rem => Op::IRem,
            Op::Shl => Op::IShl,
            Op::Shr => Op::IShr,
            Op::Pow => Op::IPow,
            _ => return None,
        };
        let leaf = self.put1(op, &[a, b], Imm::None, Ty::Int);
        Some(Value::leaf(Ty::Int, leaf))
    }

    fn float_arithmetic(&mut self, op: Op, a: &Value, b: &Value) -> Option<Value> {
        let ty = a.ty.clone();
        let (x, y) = (a.leaves[0], b.leaves[0]);
        let leaf = match op {
            Op::Add => self.put1(Op::FAdd, &[x, y], Imm::None, ty.clone()),
            Op::Sub => self.put1(Op::FSub, &[x, y], Imm::None, ty.clone()),
            Op::Mul => self.put1(Op::FMul, &[x, y], Imm::None, ty.clone()),
            Op::Div => self.put1(Op::FDiv, &[x, y], Imm::None, ty.clone()),
            Op::FloorDiv => self.put1(Op::FFloorDiv, &[x, y], Imm::None, ty.clone()),
            Op::Rem => self.put1(Op::FRem, &[x, y], Imm::None, ty.clone()),
            Op::Pow => self.put1(Op::FMath, &[x, y], Imm::Builtin(Builtin::Pow), ty.clone()),
            _ => return None,
        };
        Some(Value::leaf(ty, leaf))
    }

    fn complex_arithmetic(&mut self, op: Op, a: &Value, b: &Value) -> Option<Value> {
        let (ar, ai, br, bi) = (a.leaves[0], a.leaves[1], b.leaves[0], b.leaves[1]);
        let (re, im) = match op {
            Op::Add | Op::Sub => {
                let op = if op == Op::Add { Op::FAdd } else { Op::FSub };
                (
                    self.put1(op, &[ar, br], Imm::None, Ty::Float),
                    self.put1(op, &[ai, bi], Imm::None, Ty::Float),
                )
            }
            // (a + bi)(c + di) = (ac - bd) + (ad + bc)i
            Op::Mul => {
                let rr = self.put1(Op::FMul, &[ar, br], Imm::None, Ty::Float);
                let ii = self.put1(Op::FMul, &[ai, bi], Imm::None, Ty::Float);
                let ri = self.put1(Op::FMul, &[ar, bi], Imm::None, Ty::Float);
                let ir = self.put1(Op::FMul, &[ai, br], Imm::None, Ty::Float);
                (
                    self.put1(Op::FSub, &[rr, ii], Imm::None, Ty::Float),
                    self.put1(Op::FAdd, &[ri, ir], Imm::None, Ty::Float),
                )
            }
            _ => return None,
        };
        Some(complex(re, im))
    }

    /// A number as a wider dtype.
    pub fn convert(&mut self, value: &Value, to: DType) -> Value {
        let leaf = value.leaves[0];
        match (&value.ty, to) {
            (Ty::Bool, DType::Bool)
            | (Ty::Int, DType::Int)
            | (Ty::Float, DType::Float)
            | (Ty::F32, DType::F32)
            | (Ty::Complex, DType::Complex) => value.clone(),
            (Ty::Bool, _) => {
                let int = self.put1(Op::BoolToInt, &[leaf], Imm::None, Ty::Int);
                self.convert(&Value::leaf(Ty::Int, int), to)
            }
            (Ty::Int, DType::F32) => {
                let leaf = self.put1(Op::IntToF32, &[leaf], Imm::None, Ty::F32);
                Value::leaf(Ty::F32, leaf)
            }
            (Ty::Int, DType::Float) => {
                let leaf = self.put1(Op::IntToFloat, &[leaf], Imm::None, Ty::Float);
                Value::leaf(Ty::Float, leaf)
            }
            (Ty::F32, DType::Float) => {
                let leaf = self.put1(Op::F32ToFloat, &[leaf], Imm::None, Ty::Float);
                Value::leaf(Ty::Float, leaf)
            }
            (Ty::Float, DType::F32) => {
                let leaf = self.put1(Op::FloatToF32, &[leaf], Imm::None, Ty::F32);
                Value::leaf(Ty::F32, leaf)
            }
            (_, DType::Complex) => {
                let re = self.convert(value, DType::Float).leaves[0];
                let im = self.float(0.0);
                complex(re, im)
            }
            _ => value.clone(),
        }
    }

    /// The operands; that which is a number literal beside an `f32` is one too.
    fn settled(&mut self, imm: &Imm, a: &Value, b: &Value) -> (Value, Value) {
        match (imm.weak(), &a.ty, &b.ty) {
            (Some(Weak::Second), Ty::F32, _) => (a.clone(), self.convert(b, DType::F32)),
            (Some(Weak::First), _, Ty::F32) => (self.convert(a, DType::F32), b.clone()),
            _ => (a.clone(), b.clone()),
        }
    }

    fn compare(&mut self, op: Op, cond: Cond, imm: &Imm, a: &Value, b: &Value) -> Value {
        let equality = matches!(cond, Cond::Eq | Cond::Ne);
        if let (Some(x), Some(y)) = (dtype_of(&a.ty), dtype_of(&b.ty)) {
            let dtype = promoted(x, y);
            let (p, q) = (self.convert(a, dtype), self.convert(b, dtype));
            let typed = match dtype {
                DType::Bool | DType::Int => Some(Op::ICmp),
                DType::Float | DType::F32 => Some(Op::FCmp),
                _ => None,
            };
            if let Some(typed) = typed {
                let args = [p.leaves[0], q.leaves[0]];
                let leaf = self.put1(typed, &args, Imm::Cond(cond), Ty::Bool);
                return Value::leaf(Ty::Bool, leaf);
            }
            if equality {
                let imm = Imm::Cond(cond);
                let re = [p.leaves[0], q.leaves[0]];
                let im = [p.leaves[1], q.leaves[1]];
                let re = self.put1(Op::FCmp, &re, imm.clone(), Ty::Bool);
                let im = self.put1(Op::FCmp, &im, imm, Ty::Bool);
                let both = if cond == Cond::Eq { Op::IAnd } else { Op::IOr };
                let leaf = self.put1(both, &[re, im], Imm::None, Ty::Bool);
                return Value::leaf(Ty::Bool, leaf);
            }
        }
        // What is compared with none is a whole, arrays too; none is unequal to everything else.
        if equality && (a.ty == Ty::None || b.ty == Ty::None) {
            let other = if a.ty == Ty::None { b } else { a };
            let same = match &other.ty {
                Ty::Any => {
                    let leaf = self.put1(Op::IsNone, &other.leaves, Imm::None, Ty::Bool);
                    Value::leaf(Ty::Bool, leaf)
                }
                ty => self.bool_value(*ty == Ty::None),
            };
            return if cond == Cond::Eq { same } else { self.not(&same) };
        }
        let known = |ty: &Ty| !matches!(ty, Ty::Any | Ty::Array(..));
        let ty = match (&a.ty, &b.ty) {
            (Ty::Array(_, m), Ty::Array(_, n)) => {
                Ty::Array(DType::Bool, m.zip(*n).map(|(m, n)| m.max(n)))
            }
            (Ty::Array(_, m), s) | (s, Ty::Array(_, m)) if dtype_of(s).is_some() => {
                Ty::Array(DType::Bool, *m)
            }
            (a, b) if known(a) && known(b) => Ty::Bool,
            _ => Ty::Any,
        };
        self.generic(op, &[a.clone(), b.clone()], imm.clone(), ty)
    }

    /// `-x`
    pub fn negate(&mut self, a: &Value) -> Value {
        match &a.ty {
            Ty::Int => {
                let leaf = self.put1(Op::INeg, &a.leaves, Imm::None, Ty::Int);
                Value::leaf(Ty::Int, leaf)
            }
            Ty::Float | Ty::F32 => {
                let leaf = self.put1(Op::FNeg, &a.leaves, Imm::None, a.ty.clone());
                Value::leaf(a.ty.clone(), leaf)
            }
            Ty::Complex => {
                let re = self.put1(Op::FNeg, &a.leaves[..1], Imm::None, Ty::Float);
                let im = self.put1(Op::FNeg, &a.leaves[1..], Imm::None, Ty::Float);
                complex(re, im)
            }
            Ty::Array(dtype, rank) => {
                let dtype = if *dtype == DType::Bool { DType::Int } else { *dtype };
                let ty = Ty::Array(dtype, *rank);
                self.generic(Op::Neg, std::slice::from_ref(a), Imm::None, ty)
            }
            _ => self.generic(Op::Neg, std::slice::from_ref(a), Imm::None, Ty::Any),
        }
    }

    /// `not x`
    pub fn not(&mut self, a: &Value) -> Value {
        if a.ty != Ty::Bool {
            return self.generic(Op::Not, std::slice::from_ref(a), Imm::None, Ty::Bool);
        }
        if let Some(known) = self.known_bool(a.leaves[0]) {
            return self.bool_value(!known);
        }
        let leaf = self.put1(Op::BNot, &a.leaves, Imm::None, Ty::Bool);
        Value::leaf(Ty::Bool, leaf)
    }

    /// `~x`
    pub fn bit_not(&mut self, a: &Value) -> Value {
        match &a.ty {
            Ty::Int => {
                let leaf = self.put1(Op::INot, &a.leaves, Imm::None, Ty::Int);
                Value::leaf(Ty::Int, leaf)
            }
            ty => {
                let ty = match ty {
                    Ty::Array(..) => ty.clone(),
                    _ => Ty::Any,
                };
                self.generic(Op::BitNot, std::slice::from_ref(a), Imm::None, ty)
            }
        }
    }
}

pub(super) fn complex(re: Val, im: Val) -> Value {
    Value { ty: Ty::Complex, leaves: [re, im].into_iter().collect() }
}

/// The dtype of products of elements and their sums: bools count as ints.
pub(super) fn product_dtype(a: DType, b: DType) -> DType {
    match promoted(a, b) {
        DType::Bool => DType::Int,
        dtype => dtype,
    }
}
