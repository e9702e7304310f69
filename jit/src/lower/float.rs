//! Floats of both widths.

use super::{Lower, Parts};
use crate::code::NAMESPACE_MATH;
use crate::fmath;
use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Value, types};
use quern_ir::function::{Imm, InstData, ValDef};
use quern_ir::ops::Cond;
use quern_ir::{Builtin, Op, Ty, Val};
use smallvec::smallvec;

pub(super) fn float_cc(cond: Cond) -> FloatCC {
    match cond {
        Cond::Eq => FloatCC::Equal,
        Cond::Ne => FloatCC::NotEqual,
        Cond::Lt => FloatCC::LessThan,
        Cond::Le => FloatCC::LessThanOrEqual,
        Cond::Gt => FloatCC::GreaterThan,
        Cond::Ge => FloatCC::GreaterThanOrEqual,
    }
}

impl Lower<'_, '_> {
    pub(super) fn float(&mut self, inst: &InstData) -> Parts {
        let a = self.one(inst.args[0]);
        let b = inst.args.get(1).map_or(a, |&b| self.one(b));
        let ins = self.b.ins();
        smallvec![match inst.op {
            Op::FAdd => ins.fadd(a, b),
            Op::FSub => ins.fsub(a, b),
            Op::FMul => ins.fmul(a, b),
            Op::FDiv => ins.fdiv(a, b),
            Op::FNeg => ins.fneg(a),
            Op::FAbs => ins.fabs(a),
            Op::FSqrt => ins.sqrt(a),
            Op::FFloor => ins.floor(a),
            Op::FCeil => ins.ceil(a),
            Op::FTrunc => ins.trunc(a),
            Op::IntToFloat => ins.fcvt_from_sint(types::F64, a),
            Op::IntToF32 => ins.fcvt_from_sint(types::F32, a),
            Op::FloatToF32 => ins.fdemote(types::F32, a),
            Op::F32ToFloat => ins.fpromote(types::F64, a),
            _ => match inst.imm {
                Imm::Cond(cond) => ins.fcmp(float_cc(cond), a, b),
                _ => ins.fcmp(FloatCC::Equal, a, b),
            },
        }]
    }

    /// A float that has an int, truncated.
    pub(super) fn float_to_int(&mut self, inst: &InstData) -> Parts {
        let mut x = self.one(inst.args[0]);
        if self.ty(inst.args[0]) == &Ty::F32 {
            x = self.b.ins().fpromote(types::F64, x);
        }
        let limit = self.b.ins().f64const(9_223_372_036_854_775_808.0);
        let least = self.b.ins().f64const(-9_223_372_036_854_775_808.0);
        let high = self.b.ins().fcmp(FloatCC::UnorderedOrGreaterThanOrEqual, x, limit);
        let low = self.b.ins().fcmp(FloatCC::LessThan, x, least);
        let bad = self.b.ins().bor(high, low);
        self.throw_if(bad, |me| {
            me.call_helper(Helper::FloatToInt, &[me.ctx, x]);
        });
        smallvec![self.b.ins().fcvt_to_sint_sat(types::I64, x)]
    }

    /// A shared scalar function, or the instructions it comes to.
    pub(super) fn fmath(&mut self, inst: &InstData) -> Result<Parts, Reject> {
        let Imm::Builtin(builtin) = inst.imm else {
            return Err(Reject::op(inst.op));
        };
        let single = self.ty(inst.results[0]) == &Ty::F32;
        let args: Parts = inst.args.iter().map(|&a| self.one(a)).collect();
        Ok(smallvec![match (builtin, &args[..]) {
            (Builtin::Abs, &[x]) => self.b.ins().fabs(x),
            (Builtin::Sqrt, &[x]) => self.b.ins().sqrt(x),
            (Builtin::Floor, &[x]) => self.b.ins().floor(x),
            (Builtin::Ceil, &[x]) => self.b.ins().ceil(x),
            (Builtin::Trunc, &[x]) => self.b.ins().trunc(x),
            (Builtin::Round, &[x]) => self.b.ins().nearest(x),
            (Builtin::Min, &[x, y]) => self.b.ins().fmin(x, y),
            (Builtin::Max, &[x, y]) => self.b.ins().fmax(x, y),
            (Builtin::Pow, &[x, _]) if self.const_float(inst.args[1]) == Some(1.0) => x,
            (Builtin::Pow, &[x, _]) if self.const_float(inst.args[1]) == Some(2.0) =>
                self.b.ins().fmul(x, x),
            _ => self.math_call(builtin, single, &args)?,
        }])
    }

    fn math_call(
        &mut self,
        builtin: Builtin,
        single: bool,
        args: &[Value],
    ) -> Result<Value, Reject> {
        let (index, arity) = fmath::index(builtin, single).ok_or(Reject::Op(builtin.name()))?;
        if args.len() != arity {
            return Err(Reject::Op(builtin.name()));
        }
        let ty = if single { types::F32 } else { types::F64 };
        let host = self.input.host;
        let func = self.import(NAMESPACE_MATH, index as u32, false, || {
            let mut sig = Signature::new(host);
            sig.params.extend(vec![AbiParam::new(ty); arity]);
            sig.returns.push(AbiParam::new(ty));
            sig
        });
        let call = self.b.ins().call(func, args);
        Ok(self.b.inst_results(call)[0])
    }

    fn const_float(&self, val: Val) -> Option<f64> {
        match self.func.vals[val].def {
            ValDef::Result(inst, _) => match self.func.insts[inst].imm {
                Imm::Float(bits) => Some(bits.value()),
                Imm::F32(bits) => Some(f64::from(bits.value())),
                _ => None,
            },
            ValDef::Param(..) => None,
        }
    }
}
