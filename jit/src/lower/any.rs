//! Boxed values: boxing, counting, and generic ops on them.
//!
//! An `Any` and a string are the two words a `Value` is in memory. A counted leaf of a known type is the address of
//! its data; its counter lies `ARC_DATA` bytes before, where the pointer in an `Any` points.

use super::{Lower, Parts};
use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AtomicRmwOp, BlockArg, InstBuilder, MemFlagsData, Value, types};
use quern_ir::function::{Imm, InstData};
use quern_ir::{Ty, Val};
use quern_vm::value::{self, layout};
use quern_vm::words::lent_words;
use smallvec::smallvec;

type Words = [Value; 2];

/// The tag of a value of this leaf type.
fn tag(ty: &Ty) -> Option<u8> {
    Some(match ty {
        Ty::None => layout::NONE,
        Ty::Bool => layout::BOOL,
        Ty::Int | Ty::Word => layout::INT,
        Ty::Float => layout::FLOAT,
        Ty::F32 => layout::F32,
        Ty::Array(..) => layout::ARRAY,
        Ty::List(_) => layout::LIST,
        Ty::Dict => layout::DICT,
        _ => return None,
    })
}

impl Lower<'_, '_> {
    /// The value as the two words of an `Any`. Who owned its reference owns that of the words.
    pub(super) fn boxed(&mut self, val: Val) -> Words {
        let ty = self.ty(val);
        let parts = self.parts(val);
        let tag_word = self.int(i64::from(tag(ty).unwrap_or(layout::NONE)));
        match (ty, &parts[..]) {
            (Ty::Any | Ty::Str, &[first, second]) => [first, second],
            (Ty::Bool, &[x]) => {
                let wide = self.b.ins().uextend(types::I64, x);
                [self.tag_with(tag_word, wide, layout::BOOL_OFFSET), self.int(0)]
            }
            (Ty::F32, &[x]) => {
                let bits = self.b.ins().bitcast(types::I32, MemFlagsData::new(), x);
                let wide = self.b.ins().uextend(types::I64, bits);
                [self.tag_with(tag_word, wide, layout::F32_OFFSET), self.int(0)]
            }
            (Ty::Float, &[x]) => {
                [tag_word, self.b.ins().bitcast(types::I64, MemFlagsData::new(), x)]
            }
            (ty, &[x]) if ty.is_counted() => {
                [tag_word, self.b.ins().iadd_imm_s(x, -(layout::ARC_DATA as i64))]
            }
            (_, &[x]) => [tag_word, x],
            _ => [tag_word, self.int(0)],
        }
    }

    fn tag_with(&mut self, tag: Value, payload: Value, offset: usize) -> Value {
        let placed = self.b.ins().ishl_imm_u(payload, 8 * offset as i64);
        self.b.ins().bor(tag, placed)
    }

    /// The parts of a value known to be of this type out of its two words.
    pub(super) fn unbox(&mut self, words: &Words, ty: &Ty) -> Parts {
        let &[first, second] = words;
        match ty {
            Ty::Any | Ty::Str => smallvec![first, second],
            Ty::Bool => {
                let moved = self.b.ins().ushr_imm_u(first, 8 * layout::BOOL_OFFSET as i64);
                let low = self.b.ins().ireduce(types::I8, moved);
                smallvec![self.b.ins().band_imm_u(low, 1)]
            }
            Ty::F32 => {
                let moved = self.b.ins().ushr_imm_u(first, 8 * layout::F32_OFFSET as i64);
                let bits = self.b.ins().ireduce(types::I32, moved);
                smallvec![self.b.ins().bitcast(types::F32, MemFlagsData::new(), bits)]
            }
            Ty::Float => smallvec![self.b.ins().bitcast(types::F64, MemFlagsData::new(), second)],
            Ty::Int | Ty::Word => smallvec![second],
            ty if ty.is_counted() => {
                smallvec![self.b.ins().iadd_imm_s(second, layout::ARC_DATA as i64)]
            }
            _ => Parts::new(),
        }
    }

    pub(super) fn tag_of(&mut self, words: &Words) -> Value {
        self.b.ins().band_imm_u(words[0], 0xff)
    }

    /// The bool that a boxed value must be.
    pub(super) fn any_condition(&mut self, val: Val) -> Result<Value, Reject> {
        let words = self.boxed(val);
        let tag = self.tag_of(&words);
        let other = self.b.ins().icmp_imm_u(IntCC::NotEqual, tag, i64::from(layout::BOOL));
        self.throw_if(other, |me| {
            me.call_helper(Helper::NotBool, &[me.ctx, words[0], words[1]]);
        });
        Ok(self.unbox(&words, &Ty::Bool)[0])
    }

    // ---- counting ------------------------------------------------------------------------------

    pub(super) fn retain(&mut self, val: Val) {
        match self.ty(val) {
            Ty::Any | Ty::Str => {
                let words = self.boxed(val);
                self.retain_any(words);
            }
            ty if ty.is_counted() => {
                let counter = self.boxed(val)[1];
                self.count_up(counter);
            }
            _ => {}
        }
    }

    /// The words of a value to be released: none where a field turned out to be lent.
    pub(super) fn released(&mut self, val: Val) -> Words {
        let words = self.boxed(val);
        self.lent.get(&val).map_or(words, |&first| [first, words[1]])
    }

    pub(super) fn release(&mut self, val: Val) {
        if matches!(self.ty(val), Ty::Any | Ty::Str) {
            let words = self.released(val);
            self.release_any(words);
        } else if self.ty(val).is_counted() {
            let words = self.boxed(val);
            let next = self.b.create_block();
            self.count_down(words);
            self.b.ins().jump(next, &[]);
            self.b.switch_to_block(next);
        }
    }

    pub(super) fn retain_any(&mut self, words: Words) {
        let next = self.b.create_block();
        self.if_counted(&words, next);
        self.count_up(words[1]);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
    }

    pub(super) fn release_any(&mut self, words: Words) {
        let next = self.b.create_block();
        self.if_counted(&words, next);
        self.count_down(words);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
    }

    /// Goes on in a new block where the words hold a counted pointer, else in `next`.
    fn if_counted(&mut self, words: &Words, next: cranelift_codegen::ir::Block) {
        let tag = self.tag_of(words);
        let counted = self.b.ins().icmp_imm_u(
            IntCC::UnsignedGreaterThanOrEqual,
            tag,
            i64::from(layout::FIRST_COUNTED),
        );
        let then = self.b.create_block();
        self.b.ins().brif(counted, then, &[], next, &[]);
        self.b.switch_to_block(then);
    }

    fn count_up(&mut self, counter: Value) {
        let one = self.int(1);
        self.b.ins().atomic_rmw(
            types::I64,
            MemFlagsData::trusted(),
            AtomicRmwOp::Add,
            counter,
            one,
        );
    }

    /// One reference fewer. The last one is given up by a helper, which frees; only where several are
    /// held the counter is changed in line.
    fn count_down(&mut self, words: Words) {
        let (last, shared, next) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let count = self.b.ins().load(types::I64, MemFlagsData::trusted(), words[1], 0);
        let is_last = self.b.ins().icmp_imm_s(IntCC::Equal, count, 1);
        self.b.ins().brif(is_last, last, &[], shared, &[]);
        self.b.switch_to_block(last);
        self.call_helper(Helper::ReleaseLast, &[self.ctx, words[0], words[1]]);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(shared);
        let one = self.int(1);
        let before = self.b.ins().atomic_rmw(
            types::I64,
            MemFlagsData::trusted(),
            AtomicRmwOp::Sub,
            words[1],
            one,
        );
        let raced = self.b.ins().icmp_imm_s(IntCC::Equal, before, 1);
        let rest = self.branch_cold(raced, |me| {
            me.call_helper(Helper::Free, &words);
            me.b.ins().jump(next, &[]);
        });
        self.b.switch_to_block(rest);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
    }

    /// Joins a value computed on several ways: the block to jump to with the two words.
    pub(super) fn join_words(&mut self) -> (cranelift_codegen::ir::Block, Words) {
        let join = self.b.create_block();
        let first = self.b.append_block_param(join, types::I64);
        (join, [first, self.b.append_block_param(join, types::I64)])
    }

    pub(super) fn jump_words(&mut self, join: cranelift_codegen::ir::Block, words: Words) {
        self.b.ins().jump(join, &words.map(BlockArg::Value));
    }

    /// Ops that this file and its siblings leave to the interpreter's own functions.
    pub(super) fn other(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        use quern_ir::Op::*;
        match inst.op {
            ConstNone => Ok(match self.ty(inst.results[0]) {
                Ty::Any => smallvec![self.int(i64::from(layout::NONE)), self.int(0)],
                _ => Parts::new(),
            }),
            Box => Ok(Parts::from_slice(&self.boxed(inst.args[0]))),
            Unbox => {
                let words = self.boxed(inst.args[0]);
                Ok(self.unbox(&words, self.ty(inst.results[0])))
            }
            Retain => {
                self.retain(inst.args[0]);
                Ok(Parts::new())
            }
            Release => {
                self.release(inst.args[0]);
                Ok(Parts::new())
            }
            ArrUnique | ListUnique => Ok(self.unique(inst)),
            IsNone => {
                let words = self.boxed(inst.args[0]);
                let tag = self.tag_of(&words);
                let none = i64::from(layout::NONE);
                Ok(smallvec![self.b.ins().icmp_imm_u(IntCC::Equal, tag, none)])
            }
            FieldGet | FieldLend => self.field_get(inst),
            ListGet => Ok(self.list_get(inst)),
            ListPush => Ok(self.list_push(inst)),
            DictLen | DictEnd | DictNext | DictKey | DictValue | DictHas | DictAt | DictGet
            | DictSet => Ok(self.dict(inst)),
            LoadAny => Ok(self.load_any(inst)),
            StoreAny => Ok(self.store_any(inst)),
            ConstStr => self.const_str(inst),
            BuiltinRef => match inst.imm {
                Imm::Builtin(b) if self.ty(inst.results[0]) == &Ty::Any => {
                    let number = (b as i64) << (8 * layout::BUILTIN_OFFSET);
                    Ok(smallvec![self.int(i64::from(layout::BUILTIN) | number), self.int(0)])
                }
                _ => Ok(Parts::new()),
            },
            _ => self.generic(inst),
        }
    }

    /// A string, short in the words themselves or of the code's own, with a reference for whoever uses it.
    fn const_str(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let Imm::Str(text) = &inst.imm else {
            return Err(Reject::op(inst.op));
        };
        let text = value::Value::from(&**text);
        let words = lent_words(&text).map(|word| self.int(word as i64));
        if text.tag() >= layout::FIRST_COUNTED {
            self.count_up(words[1]);
            self.held.texts.push(text);
        }
        Ok(Parts::from_slice(&words))
    }
}
