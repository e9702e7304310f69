//! The call instruction, and parts of variables that are lent to a call.
//!
//! `f(mut a[i])` and `a[i].push(x)` move the part into a slot of its own and put it back behind the
//! call, also when the call throws.

use super::Lowerer;
use super::arguments::ArgValue;
use super::place::Place;
use crate::codes;
use crate::diagnostic::Diagnostic;
use quern_ir::function::{ArgInfo, CallInfo, Callee, Imm, TypeSpec};
use quern_ir::{Builtin, FuncId, Op, Slot, Span, Val};
use std::sync::Arc;

/// What a call takes along to be changed.
#[derive(Default)]
pub(super) struct Lent {
    /// Parts of variables, with the slots that hold them meanwhile.
    parts: Vec<(Place, Slot)>,
    /// The variables, whole or in part, with where the call names them.
    variables: Vec<(Slot, Span)>,
}

/// A call about to be built.
pub(super) struct CallSite {
    pub op: Op,
    pub callee: Callee,
    /// The name after the dot of a method.
    pub method: Option<Arc<str>>,
    /// The value called, when the callee is one.
    pub value: Option<Val>,
    pub args: Vec<(ArgInfo, ArgValue)>,
    pub lent: Lent,
    pub span: Span,
}

impl CallSite {
    pub fn of_value(
        value: Val,
        args: Vec<(ArgInfo, ArgValue)>,
        lent: Lent,
        span: Span,
    ) -> CallSite {
        let (op, callee) = (Op::Call, Callee::Value);
        CallSite { op, callee, method: None, value: Some(value), args, lent, span }
    }

    pub fn of_function(
        id: FuncId,
        args: Vec<(ArgInfo, ArgValue)>,
        lent: Lent,
        span: Span,
    ) -> CallSite {
        let (op, callee) = (Op::CallFn, Callee::Func(id));
        CallSite { op, callee, method: None, value: None, args, lent, span }
    }

    pub fn of_builtin(
        builtin: Builtin,
        args: Vec<(ArgInfo, ArgValue)>,
        lent: Lent,
        span: Span,
    ) -> CallSite {
        let (op, callee) = (Op::CallBuiltin, Callee::Builtin(builtin));
        CallSite { op, callee, method: None, value: None, args, lent, span }
    }
}

impl Lowerer<'_, '_> {
    /// The slot through which a call changes a place: the variable's own, or one that holds the part
    /// and is put back.
    pub(super) fn lend(&mut self, place: Place, lent: &mut Lent, span: Span) -> Slot {
        if let Some(&(_, first)) = lent.variables.iter().find(|(slot, _)| *slot == place.slot) {
            self.report(
                Diagnostic::error(
                    codes::VARIABLE_TWICE,
                    span,
                    "one variable is passed to two `mut` parameters",
                )
                .with_label_at(first, "the first time")
                .with_hint("copy it into a second variable, and pass that"),
            );
        }
        lent.variables.push((place.slot, span));
        if place.is_whole_variable() {
            return place.slot;
        }
        let part = self.read_place(&place, span);
        let slot = self.frame().func.add_slot("");
        self.frame().set_slot(slot, part, span);
        lent.parts.push((place, slot));
        slot
    }

    pub(super) fn emit_call(&mut self, site: CallSite) -> Val {
        let CallSite { op, callee, method, value, args, lent, span } = site;
        let mut operands = Vec::with_capacity(args.len() + 1);
        let mut infos = Vec::with_capacity(args.len());
        if op == Op::Call {
            operands.extend(value);
        }
        for (index, (mut info, arg)) in args.into_iter().enumerate() {
            match arg {
                ArgValue::Operand(val) => operands.push(val),
                ArgValue::Variable(slot) => info.mutable = Some(slot),
                ArgValue::Offered(slot) => info.offered = Some(slot),
            }
            infos.push(info);
            if op == Op::CallMethod && index == 0 {
                operands.extend(value);
            }
        }
        let imm = Imm::Call(Arc::new(CallInfo { callee, method, args: infos }));
        if lent.parts.is_empty() {
            return self.frame().emit(op, &operands, imm, span);
        }
        let frame = self.frame();
        let outer = frame.handler;
        let handler = frame.new_block();
        let error = frame.add_block_param(handler);
        frame.enter_handler(handler, span);
        for (place, slot) in &lent.parts {
            self.take_out(place, *slot, span);
        }
        let frame = self.frame();
        let result = frame.emit(op, &operands, imm, span);
        frame.handler = outer;
        let after = frame.new_block();
        frame.jump(after, &[], span);
        frame.switch_to(handler);
        self.put_back(&lent, span);
        self.frame().terminate(Op::Throw, &[error], &[], span);
        self.frame().switch_to(after);
        self.put_back(&lent, span);
        result
    }

    /// Leaves `none` where a part of a variable was moved from, so that the part is held once and can
    /// grow in place. Arrays have no room for `none`, but hold no lists, dicts or records either.
    fn take_out(&mut self, place: &Place, slot: Slot, span: Span) {
        if place.is_field() {
            let none = self.frame().none(span);
            self.write_place(place, none, span);
            return;
        }
        let part = self.frame().get_slot(slot, span);
        let spec = ["list", "dict", "record"].map(|name| TypeSpec::Name(name.into()));
        let imm = Imm::Ty(TypeSpec::Union(spec.into()));
        let frame = self.frame();
        let is_apart = frame.emit(Op::TestType, &[part], imm, span);
        let (take, done) = (frame.new_block(), frame.new_block());
        frame.branch(is_apart, take, done, span);
        frame.switch_to(take);
        let none = frame.none(span);
        self.write_place(place, none, span);
        self.frame().jump(done, &[], span);
        self.frame().switch_to(done);
    }

    fn put_back(&mut self, lent: &Lent, span: Span) {
        for (place, slot) in &lent.parts {
            let value = self.frame().get_slot(*slot, span);
            self.write_place(place, value, span);
        }
    }
}
