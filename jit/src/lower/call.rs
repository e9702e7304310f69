//! Calls between compiled functions, and what code asks of the run.

use super::{Lower, Parts, imm_int};
use crate::abi::{self, internal_signature, layout};
use crate::code::NAMESPACE_UNIT;
use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use quern_ir::Entity;
use quern_ir::function::InstData;
use smallvec::smallvec;

impl Lower<'_, '_> {
    /// A direct call: the status decides between going on and the error path, in which what the callee's
    /// `mut` parameters hold is valid as well.
    pub(super) fn call_spec(&mut self, inst: &InstData) -> Result<(), Reject> {
        let number = imm_int(inst) as u32;
        let unit = self.input.unit;
        let sig = unit.get(number as usize).ok_or_else(|| Reject::op(inst.op))?;
        let mut args: Parts = smallvec![self.ctx];
        if sig.counts {
            args.extend(self.depth_here(1));
        }
        for &arg in &inst.args {
            args.extend(self.parts(arg));
        }
        let callee = self.import(NAMESPACE_UNIT, number, true, || internal_signature(sig));
        let call = self.b.ins().call(callee, &args);
        let returned: Parts = self.b.inst_results(call).into();
        let (status, mut rest) = match sig.throws {
            true => (Some(returned[0]), &returned[1..]),
            false => (None, &returned[..]),
        };
        for &result in &inst.results {
            let (mine, others) = rest.split_at(abi::leaves(self.ty(result)).len().min(rest.len()));
            self.vals[result.index()] = mine.into();
            rest = others;
        }
        if let Some(status) = status {
            self.throw_status(status);
        }
        Ok(())
    }

    /// The reason to stop now, or 0.
    pub(super) fn interrupt_word(&mut self) -> Value {
        let flags = MemFlagsData::trusted();
        let fixed = flags.with_readonly().with_can_move();
        let at = self.b.ins().load(types::I64, fixed, self.ctx, layout::INTERRUPT);
        // Atomic, so that no two reads of it are made one.
        self.b.ins().atomic_load(types::I32, flags, at)
    }

    /// Stops where the interrupt word asks for it. The cold path never comes back: nothing that the loop
    /// computes lives across its call, so all of it can stay in registers.
    pub(super) fn interrupt(&mut self) -> Parts {
        let word = self.interrupt_word();
        self.throw_if(word, |me| {
            me.call_helper(Helper::Interrupt, &[me.ctx]);
        });
        Parts::new()
    }
}
