//! Arrays, lists and their elements in memory.

use super::{Lower, Parts, imm_int};
use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use quern_ir::function::{Imm, InstData};
use quern_ir::{DType, Op};
use quern_vm::array::layout as array;
use quern_vm::list::layout as list;
use quern_vm::value::layout as value;
use smallvec::smallvec;

/// Bytes that an access adds to an address, at most.
const FAR: i32 = 1 << 20;

impl Lower<'_, '_> {
    /// A field of an array's or list's header.
    pub(super) fn header(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let axis = imm_int(inst) as usize;
        if axis >= array::INLINE_RANK {
            return Err(Reject::Type(format!("axis {axis} of an array")));
        }
        let offset = match inst.op {
            Op::ArrLen => array::SIZE,
            Op::ArrDim => array::SHAPE + 8 * axis,
            Op::ArrStride => array::STRIDES + 8 * axis,
            Op::ArrData => array::ADDR,
            Op::ListLen => list::LEN,
            _ => list::ADDR,
        };
        let data = self.one(inst.args[0]);
        Ok(smallvec![self.b.ins().load(types::I64, MemFlagsData::trusted(), data, offset as i32)])
    }

    /// The array or list with nobody else holding it.
    pub(super) fn unique(&mut self, inst: &InstData) -> Parts {
        let helper =
            if inst.op == Op::ArrUnique { Helper::ArrayUnique } else { Helper::ListUnique };
        let pointer = self.one(inst.args[0]);
        let out = self.scratch();
        let status = self.call_fallible(helper, &[self.ctx, pointer, out]);
        self.throw_status(status);
        let out = self.scratch();
        smallvec![self.b.ins().load(types::I64, MemFlagsData::trusted(), out, 0)]
    }

    pub(super) fn element(&mut self, base: Value, offset: Value, size: usize) -> Value {
        let bytes = match size {
            1 => offset,
            _ => self.b.ins().ishl_imm_u(offset, i64::from(size.trailing_zeros())),
        };
        self.b.ins().iadd(base, bytes)
    }

    /// Where an element is: an address, and how many bytes behind it.
    fn place(&mut self, inst: &InstData, size: usize) -> (Value, i32) {
        let (base, offset) = (inst.args[0], inst.args[1]);
        // A constant part of the offset is added by the access itself.
        let sum = self.func.def(offset).filter(|d| d.op == Op::IAddWrap);
        let sum = sum.and_then(|d| Some((d.args[0], self.const_int(d.args[1])?)));
        let sum = sum.and_then(|(rest, c)| {
            Some((rest, i32::try_from(c.checked_mul(size as i64)?).ok().filter(|c| c.abs() < FAR)?))
        });
        let (offset, behind) = sum.unwrap_or((offset, 0));
        let (base, offset) = (self.one(base), self.one(offset));
        (self.element(base, offset, size), behind)
    }

    pub(super) fn load(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let Imm::DType(dtype) = inst.imm else {
            return Err(Reject::op(inst.op));
        };
        let (at, behind) = self.place(inst, dtype.size());
        let flags = MemFlagsData::trusted();
        let ins = self.b.ins();
        Ok(match dtype {
            DType::Bool => smallvec![ins.load(types::I8, flags, at, behind)],
            DType::U8 => smallvec![ins.uload8(types::I64, flags, at, behind)],
            DType::I32 => smallvec![ins.sload32(flags, at, behind)],
            DType::Int => smallvec![ins.load(types::I64, flags, at, behind)],
            DType::F32 => smallvec![ins.load(types::F32, flags, at, behind)],
            DType::Float => smallvec![ins.load(types::F64, flags, at, behind)],
            DType::Complex => {
                let re = ins.load(types::F64, flags, at, behind);
                smallvec![re, self.b.ins().load(types::F64, flags, at, behind + 8)]
            }
        })
    }

    pub(super) fn store(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let Imm::DType(dtype) = inst.imm else {
            return Err(Reject::op(inst.op));
        };
        let values: Parts = inst.args[2..].iter().flat_map(|&v| self.parts(v)).collect();
        let (at, behind) = self.place(inst, dtype.size());
        let flags = MemFlagsData::trusted();
        match dtype {
            DType::U8 => self.b.ins().istore8(flags, values[0], at, behind),
            DType::I32 => self.b.ins().istore32(flags, values[0], at, behind),
            DType::Complex => {
                self.b.ins().store(flags, values[0], at, behind);
                self.b.ins().store(flags, values[1], at, behind + 8)
            }
            _ => self.b.ins().store(flags, values[0], at, behind),
        };
        Ok(Parts::new())
    }

    /// A number that fits the dtype.
    pub(super) fn narrow(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let value = self.one(inst.args[0]);
        let dtype = match inst.imm {
            Imm::DType(dtype) => dtype,
            _ => return Err(Reject::op(inst.op)),
        };
        let (narrow, bits, bad) = match dtype {
            // A finite float that an f32 only has as infinite. Without the sign, which the shift drops, the
            // bits of floats have the order of their sizes.
            DType::F32 => {
                const FIRST: u64 = 0x47EF_FFFF_F000_0000;
                const COUNT: u64 = f64::INFINITY.to_bits() - FIRST;
                let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), value);
                let size = self.b.ins().ishl_imm_u(bits, 1);
                let beyond = self.b.ins().iadd_imm_s(size, (FIRST << 1).wrapping_neg() as i64);
                let count = (COUNT << 1) as i64;
                let bad = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, beyond, count);
                (self.b.ins().fdemote(types::F32, value), bits, bad)
            }
            DType::U8 => {
                let bad = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, value, 255);
                (value, value, bad)
            }
            DType::I32 => {
                let low = self.b.ins().ireduce(types::I32, value);
                let back = self.b.ins().sextend(types::I64, low);
                (value, value, self.b.ins().icmp(IntCC::NotEqual, back, value))
            }
            _ => return Ok(smallvec![value]),
        };
        self.throw_if(bad, |me| {
            let number = me.b.ins().iconst(types::I32, dtype as i64);
            me.call_helper(Helper::NarrowError, &[me.ctx, bits, number]);
        });
        Ok(smallvec![narrow])
    }

    /// An item of a list of boxed values, with a reference of its own.
    pub(super) fn load_any(&mut self, inst: &InstData) -> Parts {
        let (base, offset) = (self.one(inst.args[0]), self.one(inst.args[1]));
        let at = self.element(base, offset, value::VALUE_SIZE);
        let words = self.load_words(at);
        self.retain_any(words);
        self.unbox(&words, self.ty(inst.results[0]))
    }

    /// Replaces an item of a list of boxed values and lets the old one go.
    pub(super) fn store_any(&mut self, inst: &InstData) -> Parts {
        let (base, offset) = (self.one(inst.args[0]), self.one(inst.args[1]));
        let at = self.element(base, offset, value::VALUE_SIZE);
        let new = self.boxed(inst.args[2]);
        let old = self.load_words(at);
        self.store_words(new, at, 0);
        self.release_any(old);
        Parts::new()
    }

    pub(super) fn load_words(&mut self, at: Value) -> [Value; 2] {
        let flags = MemFlagsData::trusted();
        let first = self.b.ins().load(types::I64, flags, at, 0);
        [first, self.b.ins().load(types::I64, flags, at, value::WORD_OFFSET as i32)]
    }

    pub(super) fn store_words(&mut self, words: [Value; 2], at: Value, offset: i32) {
        let flags = MemFlagsData::trusted();
        self.b.ins().store(flags, words[0], at, offset);
        self.b.ins().store(flags, words[1], at, offset + value::WORD_OFFSET as i32);
    }
}
