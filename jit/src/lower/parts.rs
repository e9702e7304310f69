//! Parts of boxed values: fields of records, items of lists, entries of dicts.
//!
//! What they give is lent where the ops say so: a reference is taken by a `retain` that follows.

use super::{Lower, Parts};
use crate::abi::{self, KEPT_FIELDS};
use crate::helpers::{CACHED_FIELDS, FIELD_SHIFT, FIELD_UNKNOWN, Helper};
use crate::reject::Reject;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};
use quern_ir::Op;
use quern_ir::function::{Imm, InstData};
use quern_vm::list::layout as list;
use quern_vm::record::{ShapeRef, layout as record};
use quern_vm::value::layout;
use smallvec::smallvec;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

impl Lower<'_, '_> {
    /// `field.get` and `field.lend`: in line for a record of the shape seen last.
    pub(super) fn field_get(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let Imm::Name(name) = &inst.imm else {
            return Err(Reject::op(inst.op));
        };
        let words = self.boxed(inst.args[0]);
        let (join, found) = self.join_words();
        let is_lent = inst.op == Op::FieldLend;
        if is_lent {
            let owned = self.b.append_block_param(join, types::I64);
            self.lent.insert(inst.results[0], owned);
        }
        let cell = Arc::new(AtomicU64::new(FIELD_UNKNOWN));
        let cell_at = self.int(Arc::as_ptr(&cell) as usize as i64);
        self.held.fields.push(cell);
        let (named, fast, slow) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        let tag = self.tag_of(&words);
        let is_record = self.b.ins().icmp_imm_u(IntCC::Equal, tag, i64::from(layout::RECORD));
        self.b.ins().brif(is_record, named, &[], slow, &[]);

        self.b.switch_to_block(named);
        let flags = MemFlagsData::trusted();
        let shape = self.b.ins().load(types::I64, flags, words[1], record::SHAPE as i32);
        let shape = self.b.ins().ishl_imm_u(shape, FIELD_SHIFT);
        let known = self.b.ins().load(types::I64, flags, cell_at, 0);
        let index = self.b.ins().bxor(shape, known);
        let most = CACHED_FIELDS as i64;
        let hit = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, index, most);
        self.b.ins().brif(hit, fast, &[], slow, &[]);

        self.b.switch_to_block(fast);
        let size = i64::from(layout::VALUE_SIZE.trailing_zeros());
        let offset = self.b.ins().ishl_imm_u(index, size);
        let at = self.b.ins().iadd(words[1], offset);
        let at = self.b.ins().iadd_imm_s(at, record::FIELDS as i64);
        let field = self.load_words(at);
        if !is_lent {
            self.retain_any(field);
        }
        let nothing = self.int(i64::from(layout::NONE));
        self.field_found(join, field, nothing, is_lent);

        self.b.switch_to_block(slow);
        let name = self.int(std::ptr::from_ref(name) as usize as i64);
        let out = self.scratch();
        let args = [self.ctx, words[0], words[1], name, cell_at, out];
        let status = self.call_fallible(Helper::FieldGet, &args);
        self.throw_status(status);
        let field = self.scratch_words();
        self.field_found(join, field, field[0], is_lent);
        self.b.switch_to_block(join);
        Ok(self.unbox(&found, self.ty(inst.results[0])))
    }

    fn field_found(
        &mut self,
        join: cranelift_codegen::ir::Block,
        field: [Value; 2],
        owned: Value,
        is_lent: bool,
    ) {
        let args = [field[0], field[1], owned].map(BlockArg::Value);
        self.b.ins().jump(join, &args[..2 + usize::from(is_lent)]);
    }

    /// A record of the operands: in line over one that was kept, if it has the same shape.
    pub(super) fn record_box(&mut self, inst: &InstData, names: &[Arc<str>]) -> [Value; 2] {
        let shape = Arc::new(ShapeRef::written(names.iter().cloned()));
        let (join, made) = self.join_words();
        let tag = self.int(i64::from(layout::RECORD));
        if let (ShapeRef::Fixed(shape), 1..=KEPT_FIELDS) = (&*shape, names.len()) {
            let (some, fits, slow) =
                (self.b.create_block(), self.b.create_block(), self.b.create_block());
            self.b.set_cold_block(slow);
            let flags = MemFlagsData::trusted();
            let len_at = abi::layout::kept_len(names.len());
            let len = self.b.ins().load(types::I64, flags, self.ctx, len_at);
            self.b.ins().brif(len, some, &[], slow, &[]);

            self.b.switch_to_block(some);
            let base_at = abi::layout::kept_base(names.len());
            let base = self.b.ins().load(types::I64, flags, self.ctx, base_at);
            let less = self.b.ins().iadd_imm_s(len, -1);
            let at = self.element(base, less, 8);
            let kept = self.b.ins().load(types::I64, flags, at, 0);
            let has = self.b.ins().load(types::I64, flags, kept, record::SHAPE as i32);
            let wanted = self.int(std::ptr::from_ref(*shape).addr() as i64);
            let same = self.b.ins().icmp(IntCC::Equal, has, wanted);
            self.b.ins().brif(same, fits, &[], slow, &[]);

            self.b.switch_to_block(fits);
            self.b.ins().store(flags, less, self.ctx, len_at);
            for (i, &arg) in inst.args.iter().enumerate() {
                let words = self.boxed(arg);
                self.store_words(words, kept, (record::FIELDS + layout::VALUE_SIZE * i) as i32);
            }
            self.jump_words(join, [tag, kept]);
            self.b.switch_to_block(slow);
        }
        let address = self.int(Arc::as_ptr(&shape) as usize as i64);
        self.held.shapes.push(shape);
        let slot = self.exchange_operands(inst);
        let fields = self.b.ins().stack_addr(types::I64, slot, 0);
        let out = self.scratch();
        self.call_helper(Helper::RecordNew, &[self.ctx, address, fields, out]);
        let words = self.scratch_words();
        self.jump_words(join, words);
        self.b.switch_to_block(join);
        made
    }

    /// An item of a list: in line where the items are boxed.
    pub(super) fn list_get(&mut self, inst: &InstData) -> Parts {
        let (data, index) = (self.one(inst.args[0]), self.one(inst.args[1]));
        let (join, item) = self.join_words();
        let (fast, slow) = (self.b.create_block(), self.b.create_block());
        let flags = MemFlagsData::trusted();
        let kind = self.b.ins().uload8(types::I64, flags, data, list::KIND as i32);
        let boxed = self.b.ins().icmp_imm_u(IntCC::Equal, kind, i64::from(list::KIND_ANY));
        self.b.ins().brif(boxed, fast, &[], slow, &[]);

        self.b.switch_to_block(fast);
        let first = self.b.ins().load(types::I64, flags, data, list::ADDR as i32);
        let at = self.element(first, index, layout::VALUE_SIZE);
        let words = self.load_words(at);
        self.jump_words(join, words);

        self.b.switch_to_block(slow);
        let out = self.scratch();
        self.call_helper(Helper::ListGet, &[data, index, out]);
        let words = self.scratch_words();
        self.jump_words(join, words);
        self.b.switch_to_block(join);
        smallvec![item[0], item[1]]
    }

    pub(super) fn list_push(&mut self, inst: &InstData) -> Parts {
        let (list, item) = (self.one(inst.args[0]), self.boxed(inst.args[1]));
        let args = [self.ctx, list, item[0], item[1], self.scratch()];
        let status = self.call_fallible(Helper::ListPush, &args);
        self.throw_status(status);
        smallvec![self.scratch_words()[0]]
    }

    /// The ops on dicts, each by its helper.
    pub(super) fn dict(&mut self, inst: &InstData) -> Parts {
        let mut args: Parts = smallvec![self.one(inst.args[0])];
        for &arg in &inst.args[1..] {
            args.extend(self.parts(arg));
        }
        let helper = match inst.op {
            Op::DictLen => Helper::DictLen,
            Op::DictEnd => Helper::DictEnd,
            Op::DictNext => Helper::DictNext,
            Op::DictHas => Helper::DictHas,
            Op::DictKey => Helper::DictKey,
            Op::DictValue => Helper::DictValue,
            Op::DictAt => Helper::DictAt,
            Op::DictGet => Helper::DictGet,
            _ => Helper::DictSet,
        };
        if let Op::DictLen | Op::DictEnd | Op::DictNext | Op::DictHas = inst.op {
            return self.call_helper(helper, &args).into_iter().collect();
        }
        args.push(self.scratch());
        if inst.op.can_throw() {
            args.insert(0, self.ctx);
            let status = self.call_fallible(helper, &args);
            self.throw_status(status);
        } else {
            self.call_helper(helper, &args);
        }
        match inst.op {
            Op::DictSet => smallvec![self.scratch_words()[0]],
            _ => Parts::from_slice(&self.scratch_words()),
        }
    }

    /// What a helper left in the scratch memory.
    fn scratch_words(&mut self) -> [Value; 2] {
        let out = self.scratch();
        self.load_words(out)
    }
}
