//! Values with known types, as the leaves that carry them; boxing and taking apart.

use super::emit::Emitter;
use crate::entities::Val;
use crate::function::{Bits64, Imm};
use crate::ops::Op;
use crate::types::Ty;
use smallvec::SmallVec;
use std::sync::Arc;

/// A value of the source: its type and the leaves that carry it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub ty: Ty,
    pub leaves: SmallVec<[Val; 2]>,
}

impl Value {
    pub fn leaf(ty: Ty, leaf: Val) -> Value {
        Value { ty, leaves: SmallVec::from_slice(&[leaf]) }
    }

    pub fn none() -> Value {
        Value { ty: Ty::None, leaves: SmallVec::new() }
    }

    pub fn never() -> Value {
        Value { ty: Ty::Never, leaves: SmallVec::new() }
    }

    /// A composite from its parts.
    pub fn of_parts(ty: Ty, parts: &[Value]) -> Value {
        Value { ty, leaves: parts.iter().flat_map(|p| p.leaves.clone()).collect() }
    }

    /// The parts of a composite: items, fields, captures.
    pub fn parts(&self) -> Vec<Value> {
        let tys: Vec<Ty> = match &self.ty {
            Ty::Tuple(items) => items.to_vec(),
            Ty::Record(fields) => fields.iter().map(|(_, t)| t.clone()).collect(),
            Ty::Fn(_, captures) => captures.to_vec(),
            Ty::Complex => vec![Ty::Float, Ty::Float],
            Ty::Range { .. } => vec![Ty::Int, Ty::Int, Ty::Int],
            _ => return vec![self.clone()],
        };
        let mut leaves = self.leaves.iter().copied();
        tys.into_iter()
            .map(|ty| {
                let n = ty.leaves().len();
                Value { leaves: leaves.by_ref().take(n).collect(), ty }
            })
            .collect()
    }

    pub fn field(&self, name: &str) -> Option<Value> {
        let Ty::Record(fields) = &self.ty else {
            return None;
        };
        let i = fields.iter().position(|(n, _)| &**n == name)?;
        Some(self.parts().swap_remove(i))
    }

    /// Whether its leaves may stand where `ty` is expected.
    pub fn fits(&self, ty: &Ty) -> bool {
        let wanted = ty.leaves();
        let given = self.ty.leaves();
        same_kind(&self.ty, ty)
            && wanted.len() == given.len()
            && given.iter().zip(&wanted).all(|(a, b)| a.fits(b))
    }
}

/// Whether two types have the same outline, so that leaves correspond.
fn same_kind(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Tuple(x), Ty::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(a, b)| same_kind(a, b))
        }
        (Ty::Record(x), Ty::Record(y)) => {
            x.len() == y.len()
                && x.iter().zip(y.iter()).all(|((m, a), (n, b))| m == n && same_kind(a, b))
        }
        (Ty::Fn(f, x), Ty::Fn(g, y)) => {
            f == g && x.len() == y.len() && x.iter().zip(y.iter()).all(|(a, b)| same_kind(a, b))
        }
        (Ty::Range { inclusive: a, .. }, Ty::Range { inclusive: b, .. }) => a == b,
        (Ty::Array(..), Ty::Array(..)) | (Ty::List(_), Ty::List(_)) => a.fits(b),
        _ => a == b,
    }
}

impl Emitter<'_, '_> {
    pub fn int(&mut self, x: i64) -> Val {
        self.put1(Op::ConstInt, &[], Imm::Int(x), Ty::Int)
    }

    pub fn int_value(&mut self, x: i64) -> Value {
        let leaf = self.int(x);
        Value::leaf(Ty::Int, leaf)
    }

    pub fn float(&mut self, x: f64) -> Val {
        self.put1(Op::ConstFloat, &[], Imm::Float(Bits64::new(x)), Ty::Float)
    }

    pub fn bool_value(&mut self, x: bool) -> Value {
        let leaf = self.put1(Op::ConstBool, &[], Imm::Bool(x), Ty::Bool);
        Value::leaf(Ty::Bool, leaf)
    }

    /// The number that a leaf is known to be.
    pub fn known_int(&self, leaf: Val) -> Option<i64> {
        match self.definition(leaf)? {
            (Op::ConstInt, Imm::Int(x)) => Some(*x),
            _ => None,
        }
    }

    pub fn known_bool(&self, leaf: Val) -> Option<bool> {
        match self.definition(leaf)? {
            (Op::ConstBool, Imm::Bool(x)) => Some(*x),
            _ => None,
        }
    }

    fn definition(&self, leaf: Val) -> Option<(Op, &Imm)> {
        match self.out.vals[leaf].def {
            crate::function::ValDef::Result(inst, 0) => {
                let data = &self.out.insts[inst];
                Some((data.op, &data.imm))
            }
            _ => None,
        }
    }

    /// The value in the form of a wider type.
    pub fn coerce(&mut self, value: &Value, ty: &Ty) -> Value {
        if value.fits(ty) {
            return Value { ty: ty.clone(), leaves: value.leaves.clone() };
        }
        match (&value.ty, ty) {
            (_, Ty::Any) => {
                let leaf = self.boxed(value);
                Value::leaf(Ty::Any, leaf)
            }
            (Ty::Tuple(_), Ty::Tuple(items)) => {
                let tys: Vec<Ty> = items.to_vec();
                self.coerce_parts(value, ty, &tys)
            }
            (Ty::Record(_), Ty::Record(fields)) => {
                let tys: Vec<Ty> = fields.iter().map(|(_, t)| t.clone()).collect();
                self.coerce_parts(value, ty, &tys)
            }
            (Ty::Fn(..), Ty::Fn(_, captures)) => {
                let tys: Vec<Ty> = captures.to_vec();
                self.coerce_parts(value, ty, &tys)
            }
            (Ty::Any, _) => self.take_apart(value.leaves[0], ty),
            // What never has a value: any leaves do.
            _ => {
                let none = self.put1(Op::ConstNone, &[], Imm::None, Ty::Any);
                self.take_apart(none, ty)
            }
        }
    }

    fn coerce_parts(&mut self, value: &Value, ty: &Ty, tys: &[Ty]) -> Value {
        let parts: Vec<Value> =
            value.parts().iter().zip(tys).map(|(part, ty)| self.coerce(part, ty)).collect();
        Value::of_parts(ty.clone(), &parts)
    }

    /// The value as one `any`.
    pub fn boxed(&mut self, value: &Value) -> Val {
        match &value.ty {
            Ty::Any => value.leaves[0],
            Ty::None | Ty::Never => self.put1(Op::ConstNone, &[], Imm::None, Ty::Any),
            Ty::Builtin(b) => self.put1(Op::BuiltinRef, &[], Imm::Builtin(*b), Ty::Any),
            Ty::Complex => self.put1(Op::ComplexBox, &value.leaves, Imm::None, Ty::Any),
            Ty::Range { inclusive, .. } => {
                let imm = Imm::Bool(*inclusive);
                self.put1(Op::RangeBox, &value.leaves, imm, Ty::Any)
            }
            Ty::Tuple(_) => {
                let items = self.boxed_parts(value);
                self.put1(Op::Tuple, &items, Imm::None, Ty::Any)
            }
            Ty::Record(fields) => {
                let names: Vec<Arc<str>> = fields.iter().map(|(n, _)| n.clone()).collect();
                let items = self.boxed_parts(value);
                self.put1(Op::RecordBox, &items, Imm::Names(names.into()), Ty::Any)
            }
            Ty::Fn(id, _) => {
                let imm = Imm::Func(*id);
                let items = self.boxed_parts(value);
                self.put1(Op::Closure, &items, imm, Ty::Any)
            }
            _ => self.put1(Op::Box, &value.leaves, Imm::None, Ty::Any),
        }
    }

    fn boxed_parts(&mut self, value: &Value) -> Vec<Val> {
        value.parts().iter().map(|p| self.boxed(p)).collect()
    }

    /// The leaves of an `any` that is known to have the type.
    pub fn take_apart(&mut self, any: Val, ty: &Ty) -> Value {
        let parts = |this: &mut Self, op: Op, tys: &[Ty]| -> Value {
            let parts: Vec<Value> = tys
                .iter()
                .enumerate()
                .map(|(i, part)| {
                    let imm = Imm::Int(i as i64);
                    if part.leaves().is_empty() {
                        return Value { ty: part.clone(), leaves: SmallVec::new() };
                    }
                    if part.is_leaf() {
                        let leaf = this.put1(op, &[any], imm, part.clone());
                        return Value::leaf(part.clone(), leaf);
                    }
                    let inner = this.put1(op, &[any], imm, Ty::Any);
                    this.take_apart(inner, part)
                })
                .collect();
            Value::of_parts(ty.clone(), &parts)
        };
        match ty {
            Ty::Any => Value::leaf(Ty::Any, any),
            Ty::Never | Ty::None | Ty::Builtin(_) => {
                Value { ty: ty.clone(), leaves: SmallVec::new() }
            }
            Ty::Complex => parts(self, Op::ComplexGet, &[Ty::Float, Ty::Float]),
            Ty::Range { .. } => parts(self, Op::RangeGet, &[Ty::Int, Ty::Int, Ty::Int]),
            Ty::Tuple(items) => parts(self, Op::TupleGet, items),
            Ty::Record(fields) => {
                let tys: Vec<Ty> = fields.iter().map(|(_, t)| t.clone()).collect();
                parts(self, Op::RecordGet, &tys)
            }
            Ty::Fn(_, captures) => parts(self, Op::Capture, captures),
            leaf => {
                let val = self.put1(Op::Unbox, &[any], Imm::None, leaf.clone());
                Value::leaf(leaf.clone(), val)
            }
        }
    }

    /// A generic op on boxed operands, whose result is known to have the type.
    pub fn generic(&mut self, op: Op, args: &[Value], imm: Imm, ty: Ty) -> Value {
        let boxed: Vec<Val> = args.iter().map(|a| self.boxed(a)).collect();
        let leaf_ty = if ty.is_leaf() { ty.clone() } else { Ty::Any };
        let leaf = self.put1(op, &boxed, imm, leaf_ty.clone());
        if leaf_ty == ty { Value::leaf(ty, leaf) } else { self.take_apart(leaf, &ty) }
    }
}
