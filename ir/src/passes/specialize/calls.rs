//! Calls: of functions known by type as calls of their specialisations, of anything else as generic
//! calls on boxed values.

use super::emit::Emitter;
use super::values::Value;
use crate::builtins::{Builtin, Effects, Home};
use crate::entities::{FuncId, Val};
use crate::function::{ArgInfo, CallInfo, Callee, Imm};
use crate::ops::Op;
use crate::passes::unit::Reject;
use crate::types::Ty;
use std::sync::Arc;

/// An argument of a call.
#[derive(Clone)]
pub(super) struct Arg {
    pub info: ArgInfo,
    pub value: Value,
}

impl Arg {
    /// Whether it hands a variable in and out, or may.
    fn is_variable(&self) -> bool {
        self.info.variable().is_some()
    }
}

impl Emitter<'_, '_> {
    /// A generic call in SSA form, with its operands.
    pub fn call(&mut self, call: &Arc<CallInfo>, operands: Vec<Value>) -> Result<(), Reject> {
        let op = self.code.insts[self.inst].op;
        let mut values = operands.clone().into_iter();
        let mut callee = None;
        let is_method = op == Op::CallMethod;
        if call.callee == Callee::Value && !is_method {
            callee = values.next();
        }
        let mut args = Vec::new();
        for (i, info) in call.args.iter().enumerate() {
            args.extend(values.next().map(|value| Arg { info: info.clone(), value }));
            if is_method && i == 0 && call.callee == Callee::Value {
                callee = values.next();
            }
        }
        if args.iter().any(|a| a.info.spread) {
            return self.generic_call(op, call, &operands);
        }
        if is_method {
            let receiver = args[0].value.clone();
            if receiver.ty == Ty::Any {
                return self.generic_call(op, call, &operands);
            }
            if let Some(field) = call.method.as_ref().and_then(|m| receiver.field(m)) {
                // A field that is a function does not get the record.
                let mut rest = args.split_off(1);
                if args[0].is_variable() {
                    return self.generic_call(op, call, &operands);
                }
                return self.call_value(&field, &mut rest, op, call, &operands);
            }
        }
        match call.callee {
            Callee::Func(id) => match self.call_function(id, &[], &args)? {
                true => Ok(()),
                false => self.generic_call(op, call, &operands),
            },
            Callee::Builtin(b) => self.call_builtin(b, args, op, call, &operands),
            Callee::Value => match callee {
                Some(callee) => self.call_value(&callee, &mut args, op, call, &operands),
                None => self.generic_call(op, call, &operands),
            },
            Callee::Field => self.generic_call(op, call, &operands),
        }
    }

    fn call_value(
        &mut self,
        callee: &Value,
        args: &mut [Arg],
        op: Op,
        call: &Arc<CallInfo>,
        operands: &[Value],
    ) -> Result<(), Reject> {
        match &callee.ty {
            Ty::Fn(id, _) => {
                let captures = callee.parts();
                match self.call_function(*id, &captures, args)? {
                    true => Ok(()),
                    false => self.generic_call(op, call, operands),
                }
            }
            Ty::Builtin(b) => self.call_builtin(*b, args.to_vec(), op, call, operands),
            _ => self.generic_call(op, call, operands),
        }
    }

    /// A call of a specialisation; `false` when the arguments cannot be matched with the parameters
    /// here, or the call is an error.
    pub fn call_function(
        &mut self,
        id: FuncId,
        captures: &[Value],
        args: &[Arg],
    ) -> Result<bool, Reject> {
        let code = self.sp.code(id);
        if code.is_generator {
            return Ok(false);
        }
        let mut given: Vec<Option<usize>> = vec![None; code.params.len()];
        let mut next = 0;
        for (i, arg) in args.iter().enumerate() {
            let place = match &arg.info.name {
                None => next,
                Some(name) => match code.params.iter().position(|p| p.name == *name) {
                    Some(place) => place,
                    None => return Ok(false),
                },
            };
            next = place + 1;
            match given.get_mut(place) {
                Some(slot @ None) => *slot = Some(i),
                _ => return Ok(false),
            }
        }
        for (param, arg) in code.params.iter().zip(&given) {
            let is_fine = match arg.map(|i| &args[i].info) {
                None => param.has_default && param.mutable.is_none(),
                Some(info) if param.mutable.is_some() => info.variable().is_some(),
                Some(info) => info.mutable.is_none(),
            };
            if !is_fine || param.variadic {
                return Ok(false);
            }
        }
        let values: Vec<Value> = given
            .iter()
            .map(|arg| arg.map_or_else(Value::never, |i| args[i].value.clone()))
            .chain(captures.iter().cloned())
            .collect();
        let tys = values.iter().map(|v| v.ty.clone()).collect();
        let spec = self.sp.spec(id, tys);
        self.sp.specs[spec].callers.insert(self.me);
        self.sp.settle(spec)?;
        let state = &self.sp.specs[spec];
        let (params, result, outs) =
            (state.params.clone(), state.result.clone(), state.outs.clone());
        let mut leaves: Vec<Val> = Vec::new();
        for (value, ty) in values.iter().zip(&params) {
            leaves.extend(self.coerce(value, ty).leaves);
        }
        let mut tys = result.leaves();
        let n_results = tys.len();
        tys.extend(outs.iter().flat_map(Ty::leaves));
        let inst = self.put(Op::CallSpec, &leaves, Imm::Int(i64::from(spec.0)), &tys);
        let results = self.out.insts[inst].results.clone();
        let mut out_leaves = results[n_results..].iter();
        let out_values: Vec<Value> = outs
            .iter()
            .map(|ty| match ty.is_leaf() {
                true => Value {
                    ty: ty.clone(),
                    leaves: out_leaves.next().copied().into_iter().collect(),
                },
                false => Value::never(),
            })
            .collect();
        // The variables' new values, in the order of the arguments.
        let mut k = 0;
        for (i, arg) in args.iter().enumerate() {
            if !arg.is_variable() {
                continue;
            }
            k += 1;
            let place = given.iter().position(|g| *g == Some(i));
            let out = place.filter(|&p| code.params[p].mutable.is_some()).map(|p| {
                let before = code.params[..p].iter().filter(|q| q.mutable.is_some());
                out_values[before.count()].clone()
            });
            match out {
                // Not yet known to come back at all.
                Some(out) if out.ty == Ty::Never => {
                    let result = self.code.insts[self.inst].results[k];
                    self.forget(result);
                }
                Some(out) => self.set(k, out),
                None => self.set(k, arg.value.clone()),
            }
        }
        let comes_back = result != Ty::Never;
        self.set_result(Value {
            ty: result,
            leaves: results[..n_results].iter().copied().collect(),
        });
        if self.knows_unwind() {
            self.unwinds(inst);
        }
        self.is_live = comes_back && self.is_live;
        Ok(true)
    }

    /// A call that stays generic: operands boxed, variables in and out.
    pub fn generic_call(
        &mut self,
        op: Op,
        call: &Arc<CallInfo>,
        operands: &[Value],
    ) -> Result<(), Reject> {
        if let (Op::CallFn, &Callee::Func(id)) = (op, &call.callee) {
            let closure = Value { ty: Ty::Fn(id, [].into()), ..Value::none() };
            let info = CallInfo { callee: Callee::Value, ..(**call).clone() };
            let operands: Vec<Value> =
                std::iter::once(closure).chain(operands.iter().cloned()).collect();
            self.typed_call(Op::Call, info, &operands, Ty::Any, &[]);
            return Ok(());
        }
        self.typed_call(op, (**call).clone(), operands, Ty::Any, &[]);
        Ok(())
    }

    /// A generic call whose result and new variables are known to have these types.
    pub fn typed_call(
        &mut self,
        op: Op,
        info: CallInfo,
        operands: &[Value],
        result: Ty,
        outs: &[Ty],
    ) {
        let boxed: Vec<Val> = operands.iter().map(|v| self.boxed(v)).collect();
        let n = info.variables();
        let leaf = |ty: &Ty| if ty.is_leaf() { ty.clone() } else { Ty::Any };
        let mut tys = vec![leaf(&result)];
        tys.extend((0..n).map(|i| outs.get(i).map_or(Ty::Any, leaf)));
        let inst = self.put(op, &boxed, Imm::Call(Arc::new(info)), &tys);
        let results = self.out.insts[inst].results.clone();
        for (k, ty) in tys.iter().enumerate().skip(1) {
            self.set(k, Value::leaf(ty.clone(), results[k]));
        }
        self.set_result(Value::leaf(tys[0].clone(), results[0]));
        self.unwinds(inst);
        if !result.is_leaf() {
            let value = self.take_apart(results[0], &result);
            self.set_result(value);
        }
    }

    fn call_builtin(
        &mut self,
        b: Builtin,
        args: Vec<Arg>,
        op: Op,
        call: &Arc<CallInfo>,
        operands: &[Value],
    ) -> Result<(), Reject> {
        if b.effects() == Effects::Waits {
            return Err(Reject::Waits(b.name()));
        }
        if b.home() == Home::Prelude {
            if let Some(id) = self.sp.world.prelude(b)
                && self.call_function(id, &[], &args)?
            {
                return Ok(());
            }
            return self.generic_call(op, call, operands);
        }
        let Some(bound) = bind(b, &args) else {
            return self.generic_call(op, call, operands);
        };
        let first_is_mut = b.params().first().is_some_and(|p| p.mutable);
        let changes =
            args.iter().any(|a| a.info.mutable.is_some() || first_is_mut && a.is_variable());
        if !changes {
            // A variable that was offered is as it was, also when an error takes it along.
            for (k, arg) in args.iter().filter(|a| a.is_variable()).enumerate() {
                self.set(k + 1, arg.value.clone());
            }
            if let Some(value) = self.typed_builtin(b, &bound) {
                self.set_result(value);
                return Ok(());
            }
        }
        let wrong = args.iter().enumerate().any(|(i, a)| match first_is_mut && i == 0 {
            true => !a.is_variable(),
            false => a.info.mutable.is_some(),
        });
        if wrong {
            return self.generic_call(op, call, operands);
        }
        let (result, out) = super::builtins::result_types(b, &bound);
        if let (Builtin::Push, Ty::List(_), [list, item]) = (b, &out, &args[..]) {
            let operands = [list.value.leaves[0], self.boxed(&item.value)];
            // What the variable holds when there is no room.
            self.set(1, list.value.clone());
            let leaf = self.put1(Op::ListPush, &operands, Imm::None, out.clone());
            self.set(1, Value::leaf(out, leaf));
            self.set_result(Value::none());
            return Ok(());
        }
        let mut infos: Vec<ArgInfo> = args.iter().map(|a| a.info.clone()).collect();
        let mut unchanged = None;
        for (i, info) in infos.iter_mut().enumerate() {
            let slot = info.variable();
            info.offered = None;
            info.mutable = if first_is_mut && i == 0 { slot } else { None };
            if slot.is_some() && info.mutable.is_none() {
                unchanged = Some(args[i].value.clone());
            }
        }
        let info = CallInfo { callee: Callee::Builtin(b), method: None, args: infos };
        // A variable that was offered to a builtin that does not change it.
        if let Some(value) = unchanged {
            self.set(1, value);
        }
        let values: Vec<Value> = args.into_iter().map(|a| a.value).collect();
        self.typed_call(Op::CallBuiltin, info, &values, result, &[out]);
        Ok(())
    }
}

/// The arguments of a builtin by its parameters.
pub(super) struct Bound {
    /// `None` for one left out, and for the variadic one.
    pub params: Vec<Option<Value>>,
    pub rest: Vec<Value>,
}

/// Matches arguments with a builtin's row; `None` when they do not fit it.
fn bind(b: Builtin, args: &[Arg]) -> Option<Bound> {
    let rows = b.params();
    let mut bound = Bound { params: vec![None; rows.len()], rest: Vec::new() };
    let mut next = 0;
    for arg in args {
        let place = match &arg.info.name {
            Some(name) => rows.iter().position(|r| *r.name == **name)?,
            None => next,
        };
        let row = rows.get(place)?;
        if row.variadic {
            bound.rest.push(arg.value.clone());
            continue;
        }
        next = place + 1;
        let slot = bound.params.get_mut(place)?;
        if slot.replace(arg.value.clone()).is_some() {
            return None;
        }
    }
    let missing = rows
        .iter()
        .zip(&bound.params)
        .any(|(r, v)| v.is_none() && r.default.is_none() && !r.variadic);
    (!missing).then_some(bound)
}
