//! `for`: ranges, arrays and lists become counted loops; the rest asks a helper for each item.

use super::emit::Emitter;
use super::values::Value;
use crate::entities::Val;
use crate::function::{Imm, IndexPart, Target};
use crate::ops::{Cond, Op};
use crate::types::{DType, Ty};
use smallvec::SmallVec;
use std::sync::Arc;

impl Emitter<'_, '_> {
    /// What the loop walks over.
    pub fn iter(&mut self, it: &Value) -> Value {
        match &it.ty {
            Ty::Range { .. } => it.clone(),
            Ty::Array(_, Some(rank)) if *rank > 0 => it.clone(),
            Ty::List(_) | Ty::Dict => it.clone(),
            _ => self.generic(Op::Iter, std::slice::from_ref(it), Imm::None, Ty::Any),
        }
    }

    pub fn iter_start(&mut self, it: &Value) -> Value {
        match &it.ty {
            Ty::Range { .. } => Value::leaf(Ty::Int, it.leaves[0]),
            Ty::Array(..) | Ty::List(_) | Ty::Dict => self.int_value(0),
            _ => self.generic(Op::IterStart, std::slice::from_ref(it), Imm::None, Ty::Int),
        }
    }

    /// The terminator `iter.next`.
    pub fn iter_next(&mut self, it: &Value, position: &Value) {
        let at = self.coerce(position, &Ty::Int).leaves[0];
        match &it.ty {
            Ty::Range { step, inclusive } => {
                let (more, next) = self.range_next(it, at, *step, *inclusive);
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
                    None => this.any_item(it, at),
                });
            }
            Ty::Dict => {
                let end = self.put1(Op::DictEnd, &it.leaves, Imm::None, Ty::Int);
                let at = self.put1(Op::DictNext, &[it.leaves[0], at], Imm::None, Ty::Int);
                self.walk(at, end, |this| {
                    let args = [it.leaves[0], at];
                    let entry = [Op::DictKey, Op::DictValue]
                        .map(|op| this.put1(op, &args, Imm::None, Ty::Any));
                    let ty = Ty::Tuple([Ty::Any, Ty::Any].into());
                    Value { ty, leaves: SmallVec::from_iter(entry) }
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

    /// Whether a range goes on at a position, and the position after it. Past the greatest int there is
    /// nothing: an exclusive stop is never passed by a position that stops there.
    fn range_next(
        &mut self,
        range: &Value,
        at: Val,
        step: Option<i64>,
        inclusive: bool,
    ) -> (Val, Val) {
        let stride = match step {
            Some(step) => self.int(step),
            None => range.leaves[2],
        };
        if inclusive {
            return self.inclusive_next(range, at, stride, step);
        }
        let add = if let Some(1 | -1) = step { Op::IAddWrap } else { Op::IAddSat };
        let next = self.put1(add, &[at, stride], Imm::None, Ty::Int);
        let stop = range.leaves[1];
        let more = self.by_direction(stride, step, |this, up| {
            this.compare_ints(if up { Cond::Lt } else { Cond::Gt }, at, stop)
        });
        (more, next)
    }

    /// The same for a stop that belongs to the range. A position that goes around is found before the
    /// start or, by longer steps, on the wrong side of the one before it. Where behind the stop there is
    /// room for a step, which `version` tests in front of a loop, nothing goes around.
    fn inclusive_next(
        &mut self,
        range: &Value,
        at: Val,
        stride: Val,
        step: Option<i64>,
    ) -> (Val, Val) {
        let (start, stop) = (range.leaves[0], range.leaves[1]);
        let up_to = |up| if up { Cond::Le } else { Cond::Ge };
        let inside =
            self.by_direction(stride, step, |this, up| this.compare_ints(up_to(up), at, stop));
        let room = self.by_direction(stride, step, |this, up| {
            let last = this.int(if up { i64::MAX } else { i64::MIN });
            let limit = this.put1(Op::ISubWrap, &[last, stride], Imm::None, Ty::Int);
            this.compare_ints(up_to(up), stop, limit)
        });
        let mut sound =
            self.by_direction(stride, step, |this, up| this.compare_ints(up_to(up), start, at));
        if !matches!(step, Some(1 | -1)) {
            let before = self.put1(Op::ISubWrap, &[at, stride], Imm::None, Ty::Int);
            let moved = self.by_direction(stride, step, |this, up| {
                this.compare_ints(if up { Cond::Gt } else { Cond::Lt }, at, before)
            });
            let first = self.compare_ints(Cond::Eq, at, start);
            let came_here = self.put1(Op::IOr, &[first, moved], Imm::None, Ty::Bool);
            sound = self.put1(Op::IAnd, &[sound, came_here], Imm::None, Ty::Bool);
        }
        let valid = self.put1(Op::IOr, &[room, sound], Imm::None, Ty::Bool);
        let more = self.put1(Op::IAnd, &[inside, valid], Imm::None, Ty::Bool);
        let mut next = self.put1(Op::IAddWrap, &[at, stride], Imm::None, Ty::Int);
        if step.is_none() {
            let end = self.unsound_position(start, stride);
            let is_new = self.compare_ints(Cond::Ne, next, start);
            let goes_on = self.put1(Op::IOr, &[room, is_new], Imm::None, Ty::Bool);
            next = self.put1(Op::Select, &[goes_on, next, end], Imm::None, Ty::Int);
        }
        (more, next)
    }

    /// A position that no other leads to, for one that went all the way around to the start.
    fn unsound_position(&mut self, start: Val, stride: Val) -> Val {
        let (last_bit, one, least) = (self.int(63), self.int(1), self.int(i64::MIN));
        let sign = self.put1(Op::IShr, &[stride, last_bit], Imm::None, Ty::Int);
        let unit = self.put1(Op::IOr, &[sign, one], Imm::None, Ty::Int);
        let first = self.put1(Op::IXor, &[least, sign], Imm::None, Ty::Int);
        let second = self.put1(Op::IAddWrap, &[first, unit], Imm::None, Ty::Int);
        let is_first = self.compare_ints(Cond::Eq, start, first);
        self.put1(Op::Select, &[is_first, second, first], Imm::None, Ty::Int)
    }

    /// What `make` gives for the direction of a stride, which may be known.
    fn by_direction(
        &mut self,
        stride: Val,
        step: Option<i64>,
        make: impl Fn(&mut Self, bool) -> Val,
    ) -> Val {
        if let Some(step) = step {
            return make(self, step > 0);
        }
        let zero = self.int(0);
        let up = self.compare_ints(Cond::Gt, stride, zero);
        let (ahead, behind) = (make(self, true), make(self, false));
        self.put1(Op::Select, &[up, ahead, behind], Imm::None, Ty::Bool)
    }

    fn compare_ints(&mut self, cond: Cond, a: Val, b: Val) -> Val {
        self.put1(Op::ICmp, &[a, b], Imm::Cond(cond), Ty::Bool)
    }

    /// Goes to the body while `at < len`, with the item that `load` gets in a block of its own.
    fn walk(&mut self, at: Val, len: Val, load: impl FnOnce(&mut Self) -> Value) {
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
        let generic =
            |this: &mut Self, ty: Ty| this.generic(Op::Range, parts, Imm::Bool(inclusive), ty);
        if parts[0].ty != Ty::Int || parts[1].ty != Ty::Int {
            return generic(self, Ty::Any);
        }
        let step = match &parts[2].ty {
            Ty::Int => self.known_int(parts[2].leaves[0]),
            _ => return generic(self, Ty::Any),
        };
        let ty = Ty::Range { step, inclusive };
        match step {
            Some(0) => return generic(self, Ty::Any),
            Some(_) => {}
            None => self.fails_if_zero(parts, inclusive),
        }
        let leaves = [parts[0].leaves[0], parts[1].leaves[0], parts[2].leaves[0]];
        Value { ty, leaves: SmallVec::from_iter(leaves) }
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
