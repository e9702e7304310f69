//! Calls: what is called, with which arguments, and where the results go.

use super::super::code::{ArgSource, Argument, CallSite, CallTarget, MethodFallback};
use super::super::ins::{Ins, OperandKind, Reg};
use super::{Emitter, Trouble};
use crate::shared::Shared;
use crate::std::float_function;
use quern_ir::builtins::Home;
use quern_ir::function::{ArgInfo, CallInfo, Callee, Function, Imm, Param};
use quern_ir::{Builtin, FuncId, Inst, Op};

impl Emitter<'_> {
    pub(super) fn call(&mut self, inst: Inst) -> Result<(), Trouble> {
        let data = &self.f.insts[inst];
        let Imm::Call(info) = &data.imm else { return Err(self.malformed(inst)) };
        if let Some(func) = direct_callee(self.shared, self.f, inst) {
            self.call_direct(inst, func);
            return Ok(());
        }
        let mut ops = self.operands(&data.args).into_iter();
        let malformed = || self.malformed(inst);
        let is_method = data.op == Op::CallMethod;
        let callee_value = match (&info.callee, is_method) {
            (Callee::Value, false) => Some(ops.next().ok_or_else(malformed)?),
            _ => None,
        };
        let mut args: Vec<Argument> = Vec::with_capacity(info.args.len());
        let mut method_value = None;
        for (i, arg) in info.args.iter().enumerate() {
            let source = match (arg.mutable, arg.offered) {
                (Some(slot), _) => ArgSource::Mut(self.slot_reg(slot)),
                (None, Some(slot)) => ArgSource::Offered(self.slot_reg(slot)),
                (None, None) => ArgSource::Value(ops.next().ok_or_else(malformed)?),
            };
            args.push(Argument { source, name: arg.name.clone(), spread: arg.spread });
            // The callee of `x.f(..)` is the operand after the receiver.
            if is_method && i == 0 && info.callee == Callee::Value {
                method_value = Some(ops.next().ok_or_else(malformed)?);
            }
        }
        let target = if is_method {
            let name = info.method.clone().unwrap_or_else(|| "?".into());
            let fallback = match (&info.callee, method_value) {
                (Callee::Func(func), _) => MethodFallback::Func(*func),
                (Callee::Builtin(b), _) => self.builtin_fallback(*b),
                (Callee::Value, Some(v)) => MethodFallback::Value(v),
                _ => MethodFallback::Nothing,
            };
            CallTarget::Method { name, fallback }
        } else {
            match (&info.callee, callee_value) {
                (Callee::Func(func), _) => CallTarget::Func(*func),
                (Callee::Builtin(b), _) => match self.shared.prelude(*b) {
                    Some(func) => CallTarget::Func(func),
                    None => CallTarget::Builtin(*b),
                },
                (_, Some(value)) => CallTarget::Value(value),
                _ => return Err(self.malformed(inst)),
            }
        };
        let is_plain = args
            .iter()
            .all(|a| a.name.is_none() && !a.spread && matches!(a.source, ArgSource::Value(_)));
        let d = self.wanted(inst).unwrap_or(Reg::NONE);
        if self.math(inst, info, &target, d) {
            return Ok(());
        }
        let site = self.calls.len() as u32;
        self.calls.push(CallSite { target, args: args.into(), is_plain });
        self.push(Ins::Call { d, site });
        Ok(())
    }

    /// A call of a known function: its arguments go to the end of the window, where the callee's starts.
    fn call_direct(&mut self, inst: Inst, func: FuncId) {
        let data = &self.f.insts[inst];
        let Imm::Call(info) = &data.imm else { return };
        let mut values = self.operands(&data.args).into_iter();
        let mut variables = Vec::new();
        for (i, arg) in info.args.iter().enumerate() {
            let d = Reg(self.regs.first_out + i as u16);
            if let Some(slot) = arg.mutable {
                let a = self.slot_reg(slot);
                self.push(Ins::Move { d, a });
                variables.push(a);
                continue;
            }
            let Some(value) = values.next() else { return };
            match value.kind() {
                OperandKind::Copy(a) | OperandKind::Move(a) if a == d => {}
                OperandKind::Copy(a) => drop(self.push(Ins::Copy { d, a })),
                OperandKind::Move(a) => drop(self.push(Ins::Move { d, a })),
                OperandKind::Const(k) => {
                    let small = self.consts[k].as_int().and_then(|x| i32::try_from(x).ok());
                    self.push(match small {
                        Some(value) => Ins::LoadInt { d, value },
                        None => Ins::LoadConst { d, k: k as u32 },
                    });
                }
            }
        }
        let d = self.wanted(inst).unwrap_or(Reg::NONE);
        self.push(Ins::CallDirect { d, func: func.0 });
        for a in variables {
            self.push(Ins::Second { a });
        }
    }

    fn builtin_fallback(&self, builtin: Builtin) -> MethodFallback {
        match self.shared.prelude(builtin) {
            Some(func) => MethodFallback::Func(func),
            None => MethodFallback::Builtin(builtin),
        }
    }

    /// A call of a function from float to float, without the detour over arguments.
    fn math(&mut self, inst: Inst, info: &CallInfo, target: &CallTarget, d: Reg) -> bool {
        let args = &self.f.insts[inst].args;
        match target {
            CallTarget::Builtin(b)
                if b.home() == Home::Vm
                    && float_function(*b).is_some()
                    && args.len() == 1
                    && info.args.len() == 1
                    && info.args[0].name.is_none()
                    && !info.args[0].spread
                    && d != Reg::NONE
                    && self.places.var(args[0]).is_some() =>
            {
                let a = self.reg(args[0]);
                let last = u8::from(self.is_ending(args[0]));
                self.push_marked(Ins::Math { d, a, builtin: *b as u16 }, last);
                true
            }
            _ => false,
        }
    }

    // ---- control -------------------------------------------------------------------------------
}

/// The function that a call is of, if it is known and takes the arguments as they stand.
pub fn direct_callee(shared: &Shared, f: &Function, call: Inst) -> Option<FuncId> {
    let data = &f.insts[call];
    let (Imm::Call(info), Op::Call | Op::CallFn | Op::CallBuiltin) = (&data.imm, data.op) else {
        return None;
    };
    let func = match info.callee {
        Callee::Func(func) => func,
        Callee::Builtin(b) => shared.prelude(b)?,
        _ => return None,
    };
    let is_plain = info.args.iter().all(|a| a.name.is_none() && !a.spread && a.offered.is_none());
    let callee = shared.function(func)?;
    let fits = |(param, arg): (&Param, &ArgInfo)| {
        !param.variadic && param.mutable.is_some() == arg.mutable.is_some()
    };
    let takes_them = !callee.is_generator
        && callee.captures.is_empty()
        && callee.params.len() == info.args.len()
        && callee.params.iter().zip(&info.args).all(fits);
    (is_plain && takes_them).then_some(func)
}
