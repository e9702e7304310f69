//! Generic ops: those on boxed values, which have the meaning they have in the interpreter.
//!
//! All of them can run through one helper, which gets the instruction and its operands as values in
//! memory. Arithmetic and comparisons have ways in line for ints and floats before that.

use super::float::float_cc;
use super::int::int_cc;
use super::{Lower, Parts};
use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, StackSlot, Value, types};
use quern_ir::function::{Imm, IndexPart, InstData};
use quern_ir::ops::Cond;
use quern_ir::{Entity, Function, Op, Ty, Val};
use quern_vm::record::layout as record;
use quern_vm::value::layout;

type Words = [Value; 2];

/// What the fast ways of a generic operator compute.
#[derive(Clone, Copy)]
enum Fast {
    Add,
    Sub,
    Mul,
    Div,
    Compare(Cond),
}

fn fast(op: Op) -> Option<Fast> {
    Some(match op {
        Op::Add => Fast::Add,
        Op::Sub => Fast::Sub,
        Op::Mul => Fast::Mul,
        Op::Div => Fast::Div,
        Op::Eq => Fast::Compare(Cond::Eq),
        Op::Ne => Fast::Compare(Cond::Ne),
        Op::Lt => Fast::Compare(Cond::Lt),
        Op::Le => Fast::Compare(Cond::Le),
        Op::Gt => Fast::Compare(Cond::Gt),
        Op::Ge => Fast::Compare(Cond::Ge),
        _ => return None,
    })
}

/// Bytes of the memory through which generic ops pass operands and results.
pub(super) fn exchange_size(func: &Function) -> u32 {
    let values = |i: &InstData| i.args.len() + i.results.len() + 2;
    let most = func
        .layout
        .iter()
        .flat_map(|&b| &func.blocks[b].insts)
        .map(|&i| values(&func.insts[i]))
        .max();
    (layout::VALUE_SIZE * most.unwrap_or(0)) as u32
}

impl Lower<'_, '_> {
    /// A generic op by the helper, or by a way in line where the operands are plain numbers.
    pub(super) fn generic(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        match (fast(inst.op), &inst.args[..], &inst.results[..]) {
            (Some(op), &[a, b], &[result]) => {
                let (a, b) = (self.boxed(a), self.boxed(b));
                let words = self.fast_operator(inst, op, a, b)?;
                Ok(self.unbox_result(&words, self.ty(result)))
            }
            (None, &[base, ..], &[result]) => match self.short_call(inst, base)? {
                Some(words) => Ok(self.unbox_result(&words, self.ty(result))),
                None => self.generic_call(inst),
            },
            _ => self.generic_call(inst),
        }
    }

    /// The frequent ops have helpers of their own, which get their operands in registers.
    fn short_call(&mut self, inst: &InstData, base: Val) -> Result<Option<Words>, Reject> {
        match (inst.op, &inst.imm) {
            (Op::Index, Imm::Index(parts))
                if **parts == [IndexPart::Value] && inst.args.len() == 2 =>
            {
                let (words, by) = (self.boxed(base), self.boxed(inst.args[1]));
                let out = self.scratch();
                let args = [self.ctx, words[0], words[1], by[0], by[1], out];
                let status = self.call_fallible(Helper::IndexGet, &args);
                self.throw_status(status);
            }
            (Op::TupleGet | Op::Capture | Op::RangeGet | Op::ComplexGet, Imm::Int(index)) => {
                let words = self.boxed(base);
                let (index, out) = (self.int(*index), self.scratch());
                self.call_helper(Helper::Part, &[words[0], words[1], index, out]);
            }
            (Op::RecordGet, Imm::Int(index)) => {
                let words = self.boxed(base);
                let offset = record::FIELDS as i64 + layout::VALUE_SIZE as i64 * index;
                let at = self.b.ins().iadd_imm_s(words[1], offset);
                return Ok(Some(self.load_words(at)));
            }
            (Op::RecordBox, Imm::Names(names)) if names.len() == inst.args.len() => {
                return Ok(Some(self.record_box(inst, names)));
            }
            _ => return Ok(None),
        }
        let out = self.scratch();
        Ok(Some(self.load_words(out)))
    }

    /// Stores the operands in the exchange memory.
    pub(super) fn exchange_operands(&mut self, inst: &InstData) -> StackSlot {
        let slot = self.exchange();
        for (i, &arg) in inst.args.iter().enumerate() {
            let words = self.boxed(arg);
            let at = (layout::VALUE_SIZE * i) as i32;
            self.b.ins().stack_store(types::I64, words[0], slot, at);
            self.b.ins().stack_store(types::I64, words[1], slot, at + layout::WORD_OFFSET as i32);
        }
        slot
    }

    /// Int and float ways in line, the helper for everything else.
    fn fast_operator(
        &mut self,
        inst: &InstData,
        op: Fast,
        a: Words,
        b: Words,
    ) -> Result<Words, Reject> {
        let (join, result) = self.join_words();
        let (slow, not_ints) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        let (tag_a, tag_b) = (self.tag_of(&a), self.tag_of(&b));

        self.both_or(tag_a, tag_b, layout::INT, not_ints);
        let words = self.int_way(op, a[1], b[1], slow);
        self.jump_words(join, words);

        self.b.switch_to_block(not_ints);
        self.both_or(tag_a, tag_b, layout::FLOAT, slow);
        let flags = MemFlagsData::new();
        let x = self.b.ins().bitcast(types::F64, flags, a[1]);
        let y = self.b.ins().bitcast(types::F64, flags, b[1]);
        let words = self.float_way(op, x, y);
        self.jump_words(join, words);

        self.b.switch_to_block(slow);
        let words = self.generic_words(inst)?;
        self.jump_words(join, words);
        self.b.switch_to_block(join);
        Ok(result)
    }

    /// Goes on where both tags are `tag`, else in `other`.
    fn both_or(&mut self, a: Value, b: Value, tag: u8, other: cranelift_codegen::ir::Block) {
        let a = self.b.ins().bxor_imm_u(a, i64::from(tag));
        let b = self.b.ins().bxor_imm_u(b, i64::from(tag));
        let differ = self.b.ins().bor(a, b);
        let next = self.b.create_block();
        self.b.ins().brif(differ, other, &[], next, &[]);
        self.b.switch_to_block(next);
    }

    fn int_way(
        &mut self,
        op: Fast,
        a: Value,
        b: Value,
        slow: cranelift_codegen::ir::Block,
    ) -> Words {
        let (value, overflow) = match op {
            Fast::Add => self.b.ins().sadd_overflow(a, b),
            Fast::Sub => self.b.ins().ssub_overflow(a, b),
            Fast::Mul => self.b.ins().smul_overflow(a, b),
            Fast::Div => {
                let x = self.b.ins().fcvt_from_sint(types::F64, a);
                let y = self.b.ins().fcvt_from_sint(types::F64, b);
                return self.float_way(op, x, y);
            }
            Fast::Compare(cond) => {
                let holds = self.b.ins().icmp(int_cc(cond), a, b);
                return self.bool_words(holds);
            }
        };
        let next = self.b.create_block();
        self.b.ins().brif(overflow, slow, &[], next, &[]);
        self.b.switch_to_block(next);
        [self.int(i64::from(layout::INT)), value]
    }

    fn float_way(&mut self, op: Fast, x: Value, y: Value) -> Words {
        let value = match op {
            Fast::Add => self.b.ins().fadd(x, y),
            Fast::Sub => self.b.ins().fsub(x, y),
            Fast::Mul => self.b.ins().fmul(x, y),
            Fast::Div => self.b.ins().fdiv(x, y),
            Fast::Compare(cond) => {
                let holds = self.b.ins().fcmp(float_cc(cond), x, y);
                return self.bool_words(holds);
            }
        };
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), value);
        [self.int(i64::from(layout::FLOAT)), bits]
    }

    fn bool_words(&mut self, holds: Value) -> Words {
        let wide = self.b.ins().uextend(types::I64, holds);
        let placed = self.b.ins().ishl_imm_u(wide, 8 * layout::BOOL_OFFSET as i64);
        [self.b.ins().bor_imm_u(placed, i64::from(layout::BOOL)), self.int(0)]
    }

    /// The parts of what a helper gives, as the type that the specialiser says it has. Whether it has it
    /// is looked at in debug builds.
    fn unbox_result(&mut self, words: &Words, ty: &Ty) -> Parts {
        if cfg!(debug_assertions) && *ty != Ty::Any {
            let ty = self.int(std::ptr::from_ref(ty) as usize as i64);
            self.call_helper(Helper::ResultType, &[words[0], words[1], ty]);
        }
        self.unbox(words, ty)
    }

    /// The op by the helper. What its variables hold afterwards is valid when it throws, too.
    fn generic_call(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let (status, out) = self.generic_helper(inst)?;
        let mut variables = Vec::new();
        for (i, &result) in inst.results.iter().enumerate().skip(1) {
            let words = self.load_exchanged(out, i);
            let parts = self.unbox_result(&words, self.ty(result));
            self.vals[result.index()] = parts.clone();
            variables.extend(parts);
        }
        match (inst.op, inst.args.first()) {
            // The value before is the caller's again, perhaps at another address.
            (Op::PlaceWith, Some(&before)) => {
                let parts = self.parts(before);
                self.throw_if(status, |me| {
                    let words = me.load_exchanged(0, 0);
                    me.vals[before.index()] = me.unbox(&words, me.ty(before));
                });
                self.vals[before.index()] = parts;
            }
            _ if inst.op.can_throw() => self.throw_status(status),
            _ => {}
        }
        let mut results = match inst.results.first() {
            Some(&first) => {
                let words = self.load_exchanged(out, 0);
                self.unbox_result(&words, self.ty(first))
            }
            None => Parts::new(),
        };
        results.extend(variables);
        Ok(results)
    }

    /// Notes for a helper that may call back into scripts how many calls are in progress.
    fn count_calls(&mut self) {
        if let Some(depth) = self.depth_here(0) {
            self.b.ins().store(MemFlagsData::trusted(), depth, self.ctx, crate::abi::layout::DEPTH);
        }
    }

    /// The op by the helper, its one result as words.
    fn generic_words(&mut self, inst: &InstData) -> Result<Words, Reject> {
        let (status, out) = self.generic_helper(inst)?;
        self.throw_status(status);
        Ok(self.load_exchanged(out, 0))
    }

    /// Calls the helper for the op: its status, and where in the exchange memory the results begin.
    pub(super) fn generic_helper(&mut self, inst: &InstData) -> Result<(Value, i32), Reject> {
        if !crate::generic::is_supported(inst) {
            return Err(Reject::op(inst.op));
        }
        if matches!(inst.op, Op::Call | Op::CallMethod | Op::CallBuiltin | Op::IterNext) {
            self.count_calls();
        }
        let slot = self.exchange_operands(inst);
        let out = (layout::VALUE_SIZE * inst.args.len()) as i32;
        let node = self.int(std::ptr::from_ref(inst) as usize as i64);
        let args = self.b.ins().stack_addr(types::I64, slot, 0);
        Ok((self.call_fallible(Helper::Generic, &[self.ctx, node, args]), out))
    }

    pub(super) fn load_exchanged(&mut self, out: i32, index: usize) -> Words {
        let slot = self.exchange();
        let at = out + (layout::VALUE_SIZE * index) as i32;
        let first = self.b.ins().stack_load(types::I64, types::I64, slot, at);
        [
            first,
            self.b.ins().stack_load(types::I64, types::I64, slot, at + layout::WORD_OFFSET as i32),
        ]
    }

    fn exchange(&mut self) -> StackSlot {
        match self.exchange {
            Some(slot) => slot,
            None => {
                let slot = self.stack_slot(exchange_size(self.func));
                self.exchange = Some(slot);
                slot
            }
        }
    }

    /// `iter.next`: to the body with the item and the next position, or to the exit.
    pub(super) fn iter_next(&mut self, inst: &InstData) -> Result<(), Reject> {
        let (status, out) = self.generic_helper(inst)?;
        let failed =
            self.b.ins().icmp_imm_u(IntCC::Equal, status, crate::abi::status::ERROR as i64);
        self.throw_status(failed);
        let (item, next) = (self.load_exchanged(out, 0), self.load_exchanged(out, 1));
        let (body, exit) = (&inst.targets[0], &inst.targets[1]);
        let params = &self.func.blocks[body.block].params;
        let (item_ty, next_ty): (&Ty, &Ty) = match params[..] {
            [item, next, ..] => (self.ty(item), self.ty(next)),
            _ => return Err(Reject::op(inst.op)),
        };
        let mut args = self.unbox(&item, item_ty);
        args.extend(self.unbox(&next, next_ty));
        let (body, body_args) = self.target(body)?;
        let (exit, exit_args) = self.target(exit)?;
        let args: Vec<_> =
            args.into_iter().map(cranelift_codegen::ir::BlockArg::Value).chain(body_args).collect();
        let more = self.b.ins().icmp_imm_u(IntCC::Equal, status, crate::abi::status::OK as i64);
        self.b.ins().brif(more, body, &args, exit, &exit_args);
        Ok(())
    }
}
