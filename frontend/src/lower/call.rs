//! Calls: what is called, and how.
//!
//! Calls of functions and builtins known here are checked and their arguments put in declared order.
//! The convention of `call.fn`, `call.builtin` and of a function calling itself: arguments without a
//! name fill the parameters from the left; an argument has its name when a parameter before it was
//! left out, or when it stands behind the variadic arguments of a builtin. With a spread argument the
//! order is that of the source, and names are matched at run time, as for unknown callees.

use super::Lowerer;
use super::arguments::{ArgValue, Argument, as_written};
use super::frame::DEAD;
use super::lend::{CallSite, Lent};
use super::names::Found;
use super::weak::literal;
use crate::ast::{self, ArgKind, Element, Expr, ExprKind};
use crate::resolve::Signature;
use quern_ir::builtins::Builtin;
use quern_ir::function::{ArgInfo, Bits64, CallInfo, Callee, Imm};
use quern_ir::message::shortened;
use quern_ir::{Entity, FuncId, Function, Inst, Op, Span, Val};
use std::sync::Arc;

impl<'t> Lowerer<'t, '_> {
    pub(super) fn call(&mut self, call: &'t ast::Call, span: Span) -> Val {
        match &call.callee.kind {
            ExprKind::Name(name) => {
                let found = self.find(name, call.callee.span);
                self.call_found(name, found, call, span)
            }
            ExprKind::Field { object, name } => match self.namespace(object) {
                Some(namespace) => {
                    let member = self.member(&namespace, name);
                    self.call_found(&name.text, member, call, span)
                }
                None => self.call_method(object, name, call, span),
            },
            _ => {
                let callee = self.expr(&call.callee);
                self.call_value(callee, call, span)
            }
        }
    }

    fn call_found(&mut self, name: &str, found: Found, call: &'t ast::Call, span: Span) -> Val {
        match found {
            Found::Function(id, signature) => {
                let (args, lent) = self.arguments(&call.args);
                self.call_function(id, &signature, args, lent, span)
            }
            Found::Itself(id, signature) => {
                let callee = self.value_of(name, Found::Itself(id, signature.clone()), span);
                let (args, lent) = self.arguments(&call.args);
                let args = match self.arranged(&signature, args, span) {
                    Some(args) => args,
                    None => return self.frame().none(span),
                };
                self.emit_call(CallSite::of_value(callee, args, lent, span))
            }
            Found::Builtin(Builtin::Assert) => self.assert(call, span),
            Found::Builtin(Builtin::List) if let Some(elements) = only_literal(call) => {
                self.forced_list(elements, span)
            }
            Found::Builtin(builtin) => {
                let (args, lent) = self.arguments(&call.args);
                self.call_row(builtin, args, lent, span)
            }
            other => {
                let callee = self.value_of(name, other, call.callee.span);
                self.call_value(callee, call, span)
            }
        }
    }

    /// `assert(condition)` says in its message what the condition was.
    fn assert(&mut self, call: &'t ast::Call, span: Span) -> Val {
        let (mut args, lent) = self.arguments(&call.args);
        if let [condition] = args.as_slice()
            && condition.name.is_none()
        {
            let text = self.loader.snippet(call.args[0].value.span);
            let message = match text.is_empty() {
                true => "assertion failed".to_owned(),
                false => shortened(format!("assertion failed: {text}")),
            };
            let at = condition.span;
            let message = self.frame().text(&message, at);
            args.push(Argument {
                is_marked: false,
                literal: None,
                name: None,
                is_spread: false,
                value: ArgValue::Operand(message),
                place: None,
                span: at,
            });
        }
        self.call_row(Builtin::Assert, args, lent, span)
    }

    fn call_value(&mut self, callee: Val, call: &'t ast::Call, span: Span) -> Val {
        let (args, lent) = self.arguments(&call.args);
        self.emit_call(CallSite::of_value(callee, as_written(&args), lent, span))
    }

    fn call_function(
        &mut self,
        id: FuncId,
        signature: &Signature,
        args: Vec<Argument>,
        lent: Lent,
        span: Span,
    ) -> Val {
        if args.iter().any(|a| a.is_spread) {
            let callee = self.frame().emit(Op::Closure, &[], Imm::Func(id), span);
            let args = as_written(&args);
            return self.emit_call(CallSite::of_value(callee, args, lent, span));
        }
        match self.arranged(signature, args, span) {
            Some(args) => self.emit_call(CallSite::of_function(id, args, lent, span)),
            None => self.frame().none(span),
        }
    }

    /// A call of a builtin by the row of the table.
    fn call_row(
        &mut self,
        builtin: Builtin,
        mut args: Vec<Argument>,
        lent: Lent,
        span: Span,
    ) -> Val {
        self.weaken(builtin, None, &mut args);
        if args.iter().any(|a| a.is_spread) {
            let args = as_written(&args);
            return self.emit_call(CallSite::of_builtin(builtin, args, lent, span));
        }
        let signature = Signature::of_builtin(builtin);
        let Some(arrangement) = self.arrange(&signature, &args, span) else {
            return self.frame().none(span);
        };
        let last = arrangement.given.iter().rposition(Option::is_some);
        let mut is_named = false;
        let mut ordered = Vec::new();
        for (index, param) in builtin.params().iter().enumerate() {
            if param.variadic {
                let rest = arrangement.variadic.iter();
                ordered.extend(rest.map(|&i| (ArgInfo::default(), args[i].value)));
                is_named = true;
                continue;
            }
            let value = match arrangement.given[index] {
                Some(i) => args[i].value,
                None if is_named || last.is_none_or(|last| index > last) => continue,
                None => ArgValue::Operand(self.default_of(param.default, span)),
            };
            let name = is_named.then(|| param.name.into());
            ordered.push((ArgInfo { name, ..ArgInfo::default() }, value));
        }
        self.emit_call(CallSite::of_builtin(builtin, ordered, lent, span))
    }

    /// The constant that a row of the builtin table writes as a default.
    fn default_of(&mut self, text: Option<&str>, span: Span) -> Val {
        let text = text.unwrap_or("none");
        let frame = self.frame();
        if let Ok(n) = text.parse::<i64>() {
            return frame.int(n, span);
        }
        if let Ok(x) = text.parse::<f64>() {
            return frame.emit(Op::ConstFloat, &[], Imm::Float(Bits64::new(x)), span);
        }
        if let Some(quoted) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
            return frame.text(&quoted.replace("\\n", "\n"), span);
        }
        match text {
            "true" | "false" => frame.emit(Op::ConstBool, &[], Imm::Bool(text == "true"), span),
            "[]" => frame.emit(Op::List, &[], Imm::Spread([].into()), span),
            _ => match Builtin::from_name(text) {
                Some(builtin) => frame.emit(Op::BuiltinRef, &[], Imm::Builtin(builtin), span),
                None => frame.none(span),
            },
        }
    }

    // ---- methods -------------------------------------------------------------------------------

    /// `object.name(args)`
    fn call_method(
        &mut self,
        object: &'t Expr,
        name: &'t ast::Name,
        call: &'t ast::Call,
        span: Span,
    ) -> Val {
        let meaning = self.lookup(&name.text, name.span).ok();
        if has_no_fields(object) {
            return self.call_on_plain_value(object, name, meaning, call, span);
        }
        // Whether the callee changes what stands before the dot; of a value it is not known.
        let changes_first = match &meaning {
            Some(Found::Builtin(b)) => Some(b.params().first().is_some_and(|p| p.mutable)),
            Some(Found::Function(_, signature) | Found::Itself(_, signature)) => {
                Some(signature.changes_first())
            }
            Some(Found::Value(_) | Found::Variable(_) | Found::Global(_)) => None,
            _ => Some(false),
        };
        let is_lent = match changes_first {
            Some(true) => self.is_in_variable(object) || self.can_never_change(object),
            None => self.is_in_variable(object),
            Some(false) => false,
        };
        let mut lent = Lent::default();
        let place = if is_lent { self.place(object) } else { None };
        let receiver = place.map(|place| self.lend(place, &mut lent, object.span));
        let receiver = match receiver {
            Some(slot) => ArgValue::Offered(slot),
            None => ArgValue::Operand(self.expr(object)),
        };
        let (callee, value) = match meaning {
            Some(Found::Builtin(b)) => (Callee::Builtin(b), None),
            Some(Found::Function(id, _)) => (Callee::Func(id), None),
            Some(
                found @ (Found::Value(_)
                | Found::Variable(_)
                | Found::Global(_)
                | Found::Itself(..)),
            ) => {
                let value = self.value_of(&name.text, found, name.span);
                (Callee::Value, Some(value))
            }
            _ => (Callee::Field, None),
        };
        let (mut args, lent) = self.arguments_with(&call.args, lent);
        if let (Callee::Builtin(builtin), ArgValue::Operand(receiver)) = (&callee, receiver) {
            self.weaken(*builtin, Some(receiver), &mut args);
        }
        let mut passed = vec![(ArgInfo::default(), receiver)];
        passed.extend(as_written(&args));
        let method = Some(name.text.clone());
        let (op, args) = (Op::CallMethod, passed);
        self.emit_call(CallSite { op, callee, method, value, args, lent, span })
    }

    /// A method of a literal, which can only be a function with the literal as first argument.
    fn call_on_plain_value(
        &mut self,
        object: &'t Expr,
        name: &'t ast::Name,
        meaning: Option<Found>,
        call: &'t ast::Call,
        span: Span,
    ) -> Val {
        let receiver = Argument {
            is_marked: false,
            literal: literal(object),
            name: None,
            is_spread: false,
            value: ArgValue::Operand(self.expr(object)),
            place: None,
            span: object.span,
        };
        let found = match meaning {
            Some(found) => found,
            None => self.find(&name.text, name.span),
        };
        let callee = match &found {
            Found::Function(..) | Found::Builtin(_) => DEAD,
            _ => self.value_of(&name.text, found.clone(), name.span),
        };
        let (more, lent) = self.arguments(&call.args);
        let mut args = vec![receiver];
        args.extend(more);
        match found {
            Found::Function(id, signature) => self.call_function(id, &signature, args, lent, span),
            Found::Builtin(builtin) => self.call_row(builtin, args, lent, span),
            _ => {
                let args = as_written(&args);
                self.emit_call(CallSite::of_value(callee, args, lent, span))
            }
        }
    }

    /// Whether a place is in a variable of this function.
    fn is_in_variable(&mut self, place: &'t Expr) -> bool {
        let name = place.base_name();
        name.is_some_and(|name| matches!(self.lookup(name, place.span), Ok(Found::Variable(_))))
    }

    /// Whether a function that changes a place is wrong here whatever the place holds: it is in a variable
    /// of an enclosing function, or is a `let` whose value has no field that could be meant instead.
    fn can_never_change(&mut self, place: &'t Expr) -> bool {
        let Some(name) = place.base_name() else { return false };
        let is_whole = matches!(place.kind, ExprKind::Name(_));
        match self.outer_local(name) {
            Some((_, is_variable)) => is_variable,
            None => match self.lookup(name, place.span) {
                Ok(Found::Value(val)) => is_whole && self.frame().is_no_record(val),
                _ => false,
            },
        }
    }
}

/// The elements of the `[..]` that is the one argument of a call.
fn only_literal(call: &ast::Call) -> Option<&[Element]> {
    match call.args.as_slice() {
        [ast::Arg { kind: ArgKind::Positional, value, .. }] => match &value.kind {
            ExprKind::List(elements) if !elements.is_empty() => Some(elements),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the value of an expression cannot be a record, so that a method of it is a function.
fn has_no_fields(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::F32(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Bool(_)
            | ExprKind::Str(_)
            | ExprKind::FString(_)
            | ExprKind::List(_)
            | ExprKind::Tuple(_)
            | ExprKind::Range(_)
            | ExprKind::Lambda(_)
    )
}

/// In a function without captures: calls through `closures` of itself become `call.fn`.
pub(super) fn make_self_calls_direct(func: &mut Function, id: FuncId, closures: &[Inst]) {
    let values: Vec<Val> = closures.iter().map(|&inst| func.insts[inst].results[0]).collect();
    for inst in func.insts.values_mut() {
        let is_own = |v: &Val| values.contains(v);
        if inst.op != Op::Call || !inst.args.first().is_some_and(is_own) {
            continue;
        }
        let Imm::Call(info) = &inst.imm else { continue };
        if info.args.iter().any(|a| a.spread) {
            continue;
        }
        let info = CallInfo { callee: Callee::Func(id), ..(**info).clone() };
        inst.imm = Imm::Call(Arc::new(info));
        inst.op = Op::CallFn;
        inst.args.remove(0);
    }
    let mut is_used = vec![false; func.vals.len()];
    for inst in func.insts.values() {
        let targets = inst.targets.iter().flat_map(|t| t.args.iter());
        for val in inst.args.iter().chain(targets) {
            if let Some(used) = is_used.get_mut(val.index()) {
                *used = true;
            }
        }
    }
    for block in func.blocks.values_mut() {
        block.insts.retain(|inst| {
            !(closures.contains(inst) && {
                let result = func.insts[*inst].results[0];
                !is_used[result.index()]
            })
        });
    }
}
