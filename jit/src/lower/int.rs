//! Integers and bools.
//!
//! Checked ops compute, test and branch to a cold path, where the interpreter's own operation runs on
//! the same operands: it makes the error, or, for the paths that are only rare, the result.

use super::{Lower, Parts, imm_int};
use crate::helpers::Helper;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};
use quern_ir::function::{Imm, InstData, ValDef};
use quern_ir::ops::Cond;
use quern_ir::{Entity, Op, Ty};
use smallvec::smallvec;

pub(super) fn int_cc(cond: Cond) -> IntCC {
    match cond {
        Cond::Eq => IntCC::Equal,
        Cond::Ne => IntCC::NotEqual,
        Cond::Lt => IntCC::SignedLessThan,
        Cond::Le => IntCC::SignedLessThanOrEqual,
        Cond::Gt => IntCC::SignedGreaterThan,
        Cond::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}

impl Lower<'_, '_> {
    /// Ops that cannot fail.
    pub(super) fn plain_int(&mut self, inst: &InstData) -> Parts {
        let a = self.one(inst.args[0]);
        let b = inst.args.get(1).map_or(a, |&b| self.one(b));
        if inst.op == Op::IAddSat {
            return smallvec![self.add_saturated(a, b)];
        }
        let known = inst.args.iter().find_map(|&arg| Some((arg, self.const_int(arg)?)));
        let other = known.and_then(|(arg, _)| inst.args.iter().find(|&&other| other != arg));
        if let (Some((_, c)), Some(&x)) = (known, other) {
            let x = self.one(x);
            match (inst.op, c) {
                // What one `lea` computes.
                (Op::IMulWrap, 3 | 5 | 9) => {
                    let multiple = self.b.ins().ishl_imm_u(x, i64::from((c - 1).trailing_zeros()));
                    return smallvec![self.b.ins().iadd(x, multiple)];
                }
                // The upper half of the sums and products that lead here is not computed then.
                (Op::IAnd, 0xffff_ffff) => {
                    let low = self.b.ins().ireduce(types::I32, x);
                    return smallvec![self.b.ins().uextend(types::I64, low)];
                }
                _ => {}
            }
        }
        let ins = self.b.ins();
        smallvec![match inst.op {
            Op::IAddWrap => ins.iadd(a, b),
            Op::ISubWrap => ins.isub(a, b),
            Op::IMulWrap => ins.imul(a, b),
            Op::IAnd => ins.band(a, b),
            Op::IOr => ins.bor(a, b),
            Op::IXor => ins.bxor(a, b),
            Op::INot => ins.bnot(a),
            Op::IMin => ins.smin(a, b),
            Op::IMax => ins.smax(a, b),
            Op::BoolToInt => ins.uextend(types::I64, a),
            Op::BNot => {
                let one = self.b.ins().iconst(types::I8, 1);
                self.b.ins().bxor(a, one)
            }
            _ => match inst.imm {
                Imm::Cond(cond) => ins.icmp(int_cc(cond), a, b),
                _ => ins.icmp(IntCC::Equal, a, b),
            },
        }]
    }

    fn add_saturated(&mut self, a: Value, b: Value) -> Value {
        let (sum, overflow) = self.b.ins().sadd_overflow(a, b);
        let sign = self.b.ins().sshr_imm_u(a, 63);
        let limit = self.b.ins().bxor_imm_s(sign, i64::MAX);
        self.b.ins().select(overflow, limit, sum)
    }

    /// Ops that throw where the result does not fit or does not exist.
    pub(super) fn checked_int(&mut self, inst: &InstData) -> Parts {
        let a = self.one(inst.args[0]);
        let b = inst.args.get(1).map_or(a, |&b| self.one(b));
        let (ca, cb) =
            (self.const_int(inst.args[0]), inst.args.get(1).and_then(|&b| self.const_int(b)));
        smallvec![match (inst.op, ca, cb) {
            (Op::IAdd, Some(c), None) => self.add_const(inst, b, c),
            (Op::IAdd, None, Some(c)) => self.add_const(inst, a, c),
            (Op::IAdd, ..) => {
                let (sum, overflow) = self.b.ins().sadd_overflow(a, b);
                self.int_error_if(overflow, inst.op, a, b);
                sum
            }
            (Op::ISub, None, Some(c)) => self.sub_const(a, b, c),
            (Op::ISub, ..) => {
                let (difference, overflow) = self.b.ins().ssub_overflow(a, b);
                self.int_error_if(overflow, inst.op, a, b);
                difference
            }
            (Op::IMul, ..) => self.product(inst.op, a, b, a, b),
            (Op::INeg, ..) => {
                let least = self.b.ins().icmp_imm_s(IntCC::Equal, a, i64::MIN);
                self.int_error_if(least, inst.op, a, b);
                self.b.ins().ineg(a)
            }
            (Op::IFloorDiv | Op::IRem, _, Some(c)) if c != 0 => self.divide_const(inst, a, b, c),
            (Op::IFloorDiv | Op::IRem, ..) => self.divide(inst, a, b),
            (Op::IPow, _, Some(0)) => self.int(1),
            (Op::IPow, _, Some(1)) => a,
            (Op::IPow, _, Some(n @ 2..=4)) => {
                let square = self.product(inst.op, a, a, a, b);
                match n {
                    2 => square,
                    3 => self.product(inst.op, square, a, a, b),
                    _ => self.product(inst.op, square, square, a, b),
                }
            }
            (Op::IShl, ..) => {
                let shifted = self.b.ins().ishl(a, b);
                let back = self.b.ins().sshr(shifted, b);
                let lost = self.b.ins().icmp(IntCC::NotEqual, back, a);
                let far = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, b, 63);
                let rare = self.b.ins().bor(far, lost);
                self.rarely(rare, shifted, |me| {
                    // Only 0 can be shifted far without losing bits.
                    let negative = me.b.ins().icmp_imm_s(IntCC::SignedLessThan, b, 0);
                    let some = me.b.ins().icmp_imm_s(IntCC::NotEqual, a, 0);
                    let bad = me.b.ins().bor(negative, some);
                    me.int_error_if(bad, inst.op, a, b);
                    a
                })
            }
            (Op::IShr, _, Some(0..=63)) => self.b.ins().sshr(a, b),
            (Op::IShr, ..) => {
                let shifted = self.b.ins().sshr(a, b);
                let far = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, b, 63);
                self.rarely(far, shifted, |me| {
                    let negative = me.b.ins().icmp_imm_s(IntCC::SignedLessThan, b, 0);
                    me.int_error_if(negative, inst.op, a, b);
                    me.b.ins().sshr_imm_u(a, 63)
                })
            }
            _ => self.int_call(inst.op, a, b),
        }]
    }

    /// `x + c`: overflow shows in the order of sum and operand, which is cheaper than the flag.
    fn add_const(&mut self, inst: &InstData, x: Value, c: i64) -> Value {
        let (a, b) = (self.one(inst.args[0]), self.one(inst.args[1]));
        let sum = self.b.ins().iadd_imm_s(x, c);
        let wrong = if c >= 0 { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
        let overflow = self.b.ins().icmp(wrong, sum, x);
        self.int_error_if(overflow, Op::IAdd, a, b);
        sum
    }

    fn sub_const(&mut self, a: Value, b: Value, c: i64) -> Value {
        let difference = self.b.ins().isub(a, b);
        let wrong = if c >= 0 { IntCC::SignedGreaterThan } else { IntCC::SignedLessThan };
        let overflow = self.b.ins().icmp(wrong, difference, a);
        self.int_error_if(overflow, Op::ISub, a, b);
        difference
    }

    /// `x * y`; the error is that of `op` on `a` and `b`.
    fn product(&mut self, op: Op, x: Value, y: Value, a: Value, b: Value) -> Value {
        let (product, overflow) = self.b.ins().smul_overflow(x, y);
        self.int_error_if(overflow, op, a, b);
        product
    }

    /// Division by a constant other than 0: no trap, and a multiplication instead of a division.
    fn divide_const(&mut self, inst: &InstData, a: Value, b: Value, c: i64) -> Value {
        let remainder = inst.op == Op::IRem;
        match c {
            1 | -1 if remainder => self.int(0),
            1 => a,
            -1 => {
                let least = self.b.ins().icmp_imm_s(IntCC::Equal, a, i64::MIN);
                self.int_error_if(least, inst.op, a, b);
                self.b.ins().ineg(a)
            }
            _ if c > 0 && c & (c - 1) == 0 => {
                if remainder {
                    self.b.ins().band_imm_s(a, c - 1)
                } else {
                    self.b.ins().sshr_imm_u(a, i64::from(c.trailing_zeros()))
                }
            }
            // With s = -1 for a negative a, else 0: a // c = ((a xor s) / c) xor s, without a sign.
            _ if c > 0 => {
                let sign = self.b.ins().sshr_imm_u(a, 63);
                let size = self.b.ins().bxor(a, sign);
                let quotient = self.b.ins().udiv(size, b);
                let quotient = self.b.ins().bxor(quotient, sign);
                if remainder {
                    let whole = self.b.ins().imul(quotient, b);
                    self.b.ins().isub(a, whole)
                } else {
                    quotient
                }
            }
            _ => self.divide_floor(remainder, a, b),
        }
    }

    /// Division by anything: -1 and 0, for which the machine's division does not work, go another way.
    fn divide(&mut self, inst: &InstData, a: Value, b: Value) -> Value {
        let remainder = inst.op == Op::IRem;
        let next = self.b.ins().iadd_imm_s(b, 1);
        let special = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, next, 1);
        let (join, slow, fast) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(join, types::I64);
        self.b.set_cold_block(slow);
        self.b.ins().brif(special, slow, &[], fast, &[]);
        self.b.switch_to_block(slow);
        let mut bad = self.b.ins().icmp_imm_s(IntCC::Equal, b, 0);
        if !remainder {
            let least = self.b.ins().icmp_imm_s(IntCC::Equal, a, i64::MIN);
            bad = self.b.ins().bor(bad, least);
        }
        self.int_error_if(bad, inst.op, a, b);
        let value = if remainder { self.int(0) } else { self.b.ins().ineg(a) };
        self.b.ins().jump(join, &[BlockArg::Value(value)]);
        self.b.switch_to_block(fast);
        let value = self.divide_floor(remainder, a, b);
        self.b.ins().jump(join, &[BlockArg::Value(value)]);
        self.b.switch_to_block(join);
        result
    }

    /// Quotient rounded down, or its remainder, for a divisor that is neither 0 nor -1.
    fn divide_floor(&mut self, remainder: bool, a: Value, b: Value) -> Value {
        let quotient = self.b.ins().sdiv(a, b);
        let whole = self.b.ins().imul(quotient, b);
        let rest = self.b.ins().isub(a, whole);
        let signs = self.b.ins().bxor(rest, b);
        let differ = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let some = self.b.ins().icmp_imm_s(IntCC::NotEqual, rest, 0);
        let fix = self.b.ins().band(differ, some);
        if remainder {
            let moved = self.b.ins().iadd(rest, b);
            self.b.ins().select(fix, moved, rest)
        } else {
            let fix = self.b.ins().uextend(types::I64, fix);
            self.b.ins().isub(quotient, fix)
        }
    }

    fn int_error_if(&mut self, cond: Value, op: Op, a: Value, b: Value) {
        self.throw_if(cond, |me| {
            me.int_helper(op, a, b);
        });
    }

    /// `usual`, but where `cond` holds what `other` computes in a cold block.
    fn rarely(
        &mut self,
        cond: Value,
        usual: Value,
        other: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let join = self.b.create_block();
        let result = self.b.append_block_param(join, types::I64);
        let next = self.branch_cold(cond, |me| {
            let value = other(me);
            me.b.ins().jump(join, &[BlockArg::Value(value)]);
        });
        self.b.switch_to_block(next);
        self.b.ins().jump(join, &[BlockArg::Value(usual)]);
        self.b.switch_to_block(join);
        result
    }

    /// The interpreter's operation, in line.
    fn int_call(&mut self, op: Op, a: Value, b: Value) -> Value {
        let status = self.int_helper(op, a, b);
        self.throw_status(status);
        let out = self.scratch();
        self.b.ins().load(types::I64, MemFlagsData::trusted(), out, 0)
    }

    fn int_helper(&mut self, op: Op, a: Value, b: Value) -> Value {
        let number = self.b.ins().iconst(types::I32, op as i64);
        let out = self.scratch();
        self.call_fallible(Helper::IntOp, &[self.ctx, number, a, b, out])
    }

    /// The bool a branch tests.
    pub(super) fn condition(&mut self, val: quern_ir::Val) -> Result<Value, crate::reject::Reject> {
        match self.ty(val) {
            Ty::Bool => Ok(self.one(val)),
            Ty::Any => self.any_condition(val),
            ty => Err(crate::reject::Reject::ty(ty)),
        }
    }

    /// The address of the array that a bounds check is for, for the error. It is found by the access that
    /// uses the checked index, which also keeps it alive.
    fn array_of(&self, bounds: &InstData) -> Option<Value> {
        let checked = bounds.results.first()?;
        let func = self.func;
        let mut offsets = vec![*checked];
        // The layout need not have what computes an offset before what uses it.
        loop {
            let known = offsets.len();
            for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
                let inst = &func.insts[inst];
                let computes = matches!(inst.op, Op::IAddWrap | Op::IMulWrap | Op::IAdd | Op::IMul);
                if computes && inst.args.iter().any(|a| offsets.contains(a)) {
                    let new = inst.results.iter().filter(|r| !offsets.contains(r));
                    let new: Vec<_> = new.copied().collect();
                    offsets.extend(new);
                }
            }
            if offsets.len() == known {
                break;
            }
        }
        for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
            let inst = &func.insts[inst];
            match inst.op {
                Op::Load | Op::Store if offsets.contains(&inst.args[1]) => {
                    let ValDef::Result(base, _) = func.vals[inst.args[0]].def else {
                        return None;
                    };
                    let mut owner = *func.insts[base].args.first()?;
                    // The array may be made own only after the check; its shape stays.
                    while self.vals[owner.index()].is_empty()
                        && let Some(made) = func.def(owner)
                        && made.op == Op::ArrUnique
                    {
                        owner = made.args[0];
                    }
                    return self.vals[owner.index()].first().copied();
                }
                _ => {}
            }
        }
        None
    }

    /// The index from the front, after the check that it is in range.
    pub(super) fn bounds(&mut self, inst: &InstData) -> Parts {
        let (index, size) = (self.one(inst.args[0]), self.one(inst.args[1]));
        let axis = imm_int(inst);
        let is_list = self.func.def(inst.args[1]).is_some_and(|size| size.op == Op::ListLen);
        let array = if is_list { None } else { self.array_of(inst) };
        let fail = |me: &mut Self| {
            let axis = me.int(axis);
            match array {
                _ if is_list => me.call_helper(Helper::ListBounds, &[me.ctx, index, size]),
                Some(array) => me.call_helper(Helper::ArrayBounds, &[me.ctx, index, array, axis]),
                None => me.call_helper(Helper::BoundsError, &[me.ctx, index, size, axis]),
            };
        };
        match self.const_int(inst.args[0]) {
            Some(c) if c < 0 => {
                let from_front = self.b.ins().iadd(index, size);
                let before = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, from_front, 0);
                self.throw_if(before, fail);
                smallvec![from_front]
            }
            Some(_) => {
                let past = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, size);
                self.throw_if(past, fail);
                smallvec![index]
            }
            None => {
                let join = self.b.create_block();
                let result = self.b.append_block_param(join, types::I64);
                let outside = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, size);
                let inside = self.branch_cold(outside, |me| {
                    // A negative index counts from the end: moved by the size it is in 0..size.
                    let from_front = me.b.ins().iadd(index, size);
                    let bad = me.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, from_front, size);
                    let positive = me.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, index, 0);
                    let bad = me.b.ins().bor(bad, positive);
                    me.throw_if(bad, fail);
                    me.b.ins().jump(join, &[BlockArg::Value(from_front)]);
                });
                self.b.switch_to_block(inside);
                self.b.ins().jump(join, &[BlockArg::Value(index)]);
                self.b.switch_to_block(join);
                smallvec![result]
            }
        }
    }
}
