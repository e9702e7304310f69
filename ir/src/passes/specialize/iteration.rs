//! `for`: ranges, arrays and lists become counted loops; the rest asks a helper for each item.

use super::emit::Emitter;
use super::values::Value;
use crate::function::{Imm, IndexPart, Target};
use crate::ops::{Cond, Op};
use crate::types::{DType, Ty};
use smallvec::SmallVec;
use std::sync::Arc;

impl Emitter<'_, '_> {
    /// What the loop walks over. An inclusive range becomes one with an exclusive stop, which throws
    /// where the last number has no successor.
    pub fn iter(&mut self, it: &Value) -> Value {
        match &it.ty {
            Ty::Range { step, inclusive } => {
                if !inclusive {
                    return it.clone();
                }
                let mut leaves = it.leaves.clone();
                let one = match step {
                    Some(step) => self.int(step.signum()),
                    None => {
                        let zero = self.int(0);
                        let ahead = [leaves[2], zero];
                        let ahead = self.put1(Op::ICmp, &ahead, Imm::Cond(Cond::Gt), Ty::Bool);
                        let (up, down) = (self.int(1), self.int(-1));
                        self.put1(Op::Select, &[ahead, up, down], Imm::None, Ty::Int)
                    }
                };
                leaves[1] = self.put1(Op::IAdd, &[leaves[1], one], Imm::None, Ty::Int);
                let ty = Ty::Range {
                    step: *step,
                    inclusive: false,
                };
                Value { ty, leaves }
            }
            Ty::Array(_, Some(rank)) if *rank > 0 => it.clone(),
            Ty::List(_) => it.clone(),
            _ => self.generic(Op::Iter, std::slice::from_ref(it), Imm::None, Ty::Any),
        }
    }

    pub fn iter_start(&mut self, it: &Value) -> Value {
        match &it.ty {
            Ty::Range { .. } => Value::leaf(Ty::Int, it.leaves[0]),
            Ty::Array(..) | Ty::List(_) => self.int_value(0),
            _ => self.generic(Op::IterStart, std::slice::from_ref(it), Imm::None, Ty::Int),
        }
    }

    /// The terminator `iter.next`.
    pub fn iter_next(&mut self, it: &Value, position: &Value) {
        let at = self.coerce(position, &Ty::Int).leaves[0];
        match &it.ty {
            Ty::Range {
                step,
                inclusive: false,
            } => {
                let (stop, stride) = (it.leaves[1], it.leaves[2]);
                let more = match step {
                    Some(step) => {
                        let cond = if *step > 0 { Cond::Lt } else { Cond::Gt };
                        self.put1(Op::ICmp, &[at, stop], Imm::Cond(cond), Ty::Bool)
                    }
                    None => {
                        let zero = self.int(0);
                        let cond = |c| Imm::Cond(c);
                        let up = self.put1(Op::ICmp, &[stride, zero], cond(Cond::Gt), Ty::Bool);
                        let below = self.put1(Op::ICmp, &[at, stop], cond(Cond::Lt), Ty::Bool);
                        let above = self.put1(Op::ICmp, &[at, stop], cond(Cond::Gt), Ty::Bool);
                        self.put1(Op::Select, &[up, below, above], Imm::None, Ty::Bool)
                    }
                };
                let next = match step {
                    // at < stop, so there is a next int.
                    Some(step @ (1 | -1)) => {
                        let step = self.int(*step);
                        self.put1(Op::IAddWrap, &[at, step], Imm::None, Ty::Int)
                    }
                    _ => self.put1(Op::IAddSat, &[at, stride], Imm::None, Ty::Int),
                };
                let branch = self.put(Op::Branch, &[more], Imm::None, &[]);
                let brought = [Value::leaf(Ty::Int, at), Value::leaf(Ty::Int, next)];
                self.leads_to(branch, 0, 0, &brought);
                self.leads_to(branch, 1, 1, &[]);
            }
            Ty::Array(dtype, Some(rank)) if *rank > 0 => {
                let (dtype, rank) = (*dtype, *rank);
                let len = self.put1(Op::ArrDim, &it.leaves, Imm::Int(0), Ty::Int);
                self.walk(at, len, |this| match rank {
                    1 => this.load_element(it, dtype, &[at]),
                    _ => {
                        let index = Value::leaf(Ty::Int, at);
                        let imm = Imm::Index(Arc::from([IndexPart::Value]));
                        let ty = Ty::Array(dtype, Some(rank - 1));
                        this.generic(Op::Index, &[it.clone(), index], imm, ty)
                    }
                });
            }
            Ty::List(item) => {
                let len = self.put1(Op::ListLen, &it.leaves, Imm::None, Ty::Int);
                let item = item.clone();
                self.walk(at, len, |this| match list_dtype(&item) {
                    Some(dtype) => this.load_item(it, dtype, at),
                    None => {
                        let index = Value::leaf(Ty::Int, at);
                        let imm = Imm::Index(Arc::from([IndexPart::Value]));
                        this.generic(Op::Index, &[it.clone(), index], imm, Ty::Any)
                    }
                });
            }
            _ => {
                let boxed = self.boxed(it);
                let inst = self.put(Op::IterNext, &[boxed, at], Imm::None, &[]);
                self.leads_to_body(inst, Ty::Any, Ty::Int);
                self.leads_to(inst, 1, 1, &[]);
            }
        }
        self.is_live = false;
    }

    /// Goes to the body while `at < len`, with the item that `load` gets in a block of its own.
    fn walk(
        &mut self,
        at: crate::entities::Val,
        len: crate::entities::Val,
        load: impl FnOnce(&mut Self) -> Value,
    ) {
        let more = self.put1(Op::ICmp, &[at, len], Imm::Cond(Cond::Lt), Ty::Bool);
        let branch = self.put(Op::Branch, &[more], Imm::None, &[]);
        let inside = self.new_block();
        self.leads_to(branch, 1, 1, &[]);
        self.set_target(branch, 0, Target::new(inside, &[]));
        self.at = inside;
        let item = load(self);
        let one = self.int(1);
        let next = self.put1(Op::IAddWrap, &[at, one], Imm::None, Ty::Int);
        self.jump_to(0, &[item, Value::leaf(Ty::Int, next)]);
    }

    /// `a..b by c`
    pub fn range(&mut self, parts: &[Value], inclusive: bool) -> Value {
        let generic = |this: &mut Self, ty: Ty| {
            this.generic(Op::Range, parts, Imm::Bool(inclusive), ty)
        };
        if parts[0].ty != Ty::Int || parts[1].ty != Ty::Int {
            return generic(self, Ty::Any);
        }
        let step = match &parts[2].ty {
            Ty::None => Some(1),
            Ty::Int => self.known_int(parts[2].leaves[0]),
            _ => return generic(self, Ty::Any),
        };
        let ty = Ty::Range { step, inclusive };
        let stride = match (&parts[2].ty, step) {
            (_, Some(0)) => return generic(self, Ty::Any),
            (Ty::None, _) => self.int(1),
            (_, Some(_)) => parts[2].leaves[0],
            // A step that is zero throws.
            (_, None) => {
                self.fails_if_zero(parts, inclusive);
                parts[2].leaves[0]
            }
        };
        let leaves = [parts[0].leaves[0], parts[1].leaves[0], stride];
        Value {
            ty,
            leaves: SmallVec::from_iter(leaves),
        }
    }

    fn fails_if_zero(&mut self, parts: &[Value], inclusive: bool) {
        let zero = self.int(0);
        let args = [parts[2].leaves[0], zero];
        let wrong = self.put1(Op::ICmp, &args, Imm::Cond(Cond::Eq), Ty::Bool);
        let branch = self.put(Op::Branch, &[wrong], Imm::None, &[]);
        let (fail, go_on) = (self.new_block(), self.new_block());
        self.set_target(branch, 0, Target::new(fail, &[]));
        self.set_target(branch, 1, Target::new(go_on, &[]));
        self.at = fail;
        self.generic(Op::Range, parts, Imm::Bool(inclusive), Ty::Any);
        self.put(Op::Unreachable, &[], Imm::None, &[]);
        self.at = go_on;
    }
}

/// How a list stores elements of this type unboxed.
pub(super) fn list_dtype(item: &Ty) -> Option<DType> {
    match item {
        Ty::Bool => Some(DType::Bool),
        Ty::Int => Some(DType::Int),
        Ty::Float => Some(DType::Float),
        _ => None,
    }
}
