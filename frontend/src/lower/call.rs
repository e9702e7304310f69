//! Calls: what is called, which argument goes to which parameter, and `mut` arguments.
//!
//! Calls of functions and builtins known here are checked and their arguments put in declared order.
//! The convention of `call.fn`, `call.builtin` and of a function calling itself: arguments without a
//! name fill the parameters from the left; an argument has its name when a parameter before it was
//! left out, or when it stands behind the variadic arguments of a builtin. With a spread argument the
//! order is that of the source, and names are matched at run time, as for unknown callees.

use super::place::Place;
use super::{Found, Lowerer};
use crate::ast::{self, ArgKind, Expr, ExprKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{Signature, SignatureParam, nearest};
use quern_ir::builtins::Builtin;
use quern_ir::function::{ArgInfo, Bits64, CallInfo, Callee, Imm, TypeSpec};
use quern_ir::{Entity, FuncId, Function, Inst, Op, Slot, Span, Val};
use std::sync::Arc;

/// An argument, evaluated.
struct Argument {
    name: Option<ast::Name>,
    is_spread: bool,
    value: ArgValue,
    /// The source text of a place, for a hint; none when a `mut` would not help.
    place: Option<String>,
    span: Span,
}

#[derive(Clone, Copy)]
enum ArgValue {
    Operand(Val),
    /// A `mut` argument.
    Variable(Slot),
    /// The receiver of a method, if it is a variable.
    Offered(Slot),
}

/// Parts of variables that were moved to slots of their own for a call.
type PutBacks = Vec<(Place, Slot)>;

/// Which arguments go where.
struct Arrangement {
    /// For each parameter, the argument's index.
    given: Vec<Option<usize>>,
    variadic: Vec<usize>,
}

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
                let (args, put_backs) = self.arguments(&call.args);
                self.call_function(id, &signature, args, put_backs, span)
            }
            Found::Itself(id, signature) => {
                let callee = self.value_of(name, Found::Itself(id, signature.clone()), span);
                let (args, put_backs) = self.arguments(&call.args);
                let args = match self.arranged(&signature, args, span) {
                    Some(args) => args,
                    None => return self.frame().none(span),
                };
                self.emit_call(Op::Call, Callee::Value, Some(callee), &args, put_backs, span)
            }
            Found::Builtin(Builtin::Assert) => self.assert(call, span),
            Found::Builtin(builtin) => {
                let (args, put_backs) = self.arguments(&call.args);
                self.call_row(builtin, args, put_backs, span)
            }
            other => {
                let callee = self.value_of(name, other, call.callee.span);
                self.call_value(callee, call, span)
            }
        }
    }

    /// `assert(condition)` says in its message what the condition was.
    fn assert(&mut self, call: &'t ast::Call, span: Span) -> Val {
        let (mut args, put_backs) = self.arguments(&call.args);
        if let [condition] = args.as_slice()
            && condition.name.is_none()
        {
            let text = self.loader.snippet(call.args[0].value.span);
            let message = match text.is_empty() {
                true => "assertion failed".to_owned(),
                false => format!("assertion failed: {text}"),
            };
            let at = condition.span;
            let message = self.frame().text(&message, at);
            args.push(Argument {
                name: None,
                is_spread: false,
                value: ArgValue::Operand(message),
                place: None,
                span: at,
            });
        }
        self.call_row(Builtin::Assert, args, put_backs, span)
    }

    fn call_value(&mut self, callee: Val, call: &'t ast::Call, span: Span) -> Val {
        let (args, put_backs) = self.arguments(&call.args);
        self.emit_call(Op::Call, Callee::Value, Some(callee), &as_written(&args), put_backs, span)
    }

    fn call_function(
        &mut self,
        id: FuncId,
        signature: &Signature,
        args: Vec<Argument>,
        put_backs: PutBacks,
        span: Span,
    ) -> Val {
        if args.iter().any(|a| a.is_spread) {
            let callee = self.frame().emit(Op::Closure, &[], Imm::Func(id), span);
            let args = as_written(&args);
            return self.emit_call(Op::Call, Callee::Value, Some(callee), &args, put_backs, span);
        }
        match self.arranged(signature, args, span) {
            Some(args) => {
                self.emit_call(Op::CallFn, Callee::Func(id), None, &args, put_backs, span)
            }
            None => self.frame().none(span),
        }
    }

    /// A call of a builtin by the row of the table.
    fn call_row(
        &mut self,
        builtin: Builtin,
        args: Vec<Argument>,
        put_backs: PutBacks,
        span: Span,
    ) -> Val {
        let callee = Callee::Builtin(builtin);
        if args.iter().any(|a| a.is_spread) {
            let args = as_written(&args);
            return self.emit_call(Op::CallBuiltin, callee, None, &args, put_backs, span);
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
        self.emit_call(Op::CallBuiltin, callee, None, &ordered, put_backs, span)
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
        let changes_first = match &meaning {
            Some(Found::Builtin(b)) => b.params().first().is_some_and(|p| p.mutable),
            Some(Found::Function(_, signature) | Found::Itself(_, signature)) => {
                signature.changes_first()
            }
            Some(Found::Value(_) | Found::Variable(_) | Found::Global(_)) => true,
            _ => false,
        };
        let mut put_backs = PutBacks::new();
        let receiver = if changes_first { self.offered(object, &mut put_backs) } else { None };
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
        let (args, more) = self.arguments(&call.args);
        put_backs.extend(more);
        let mut passed = vec![(ArgInfo::default(), receiver)];
        passed.extend(as_written(&args));
        let method = Some(name.text.clone());
        self.emit_with_put_backs(Op::CallMethod, callee, method, value, &passed, put_backs, span)
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
            Found::Function(..) | Found::Builtin(_) => None,
            _ => Some(self.value_of(&name.text, found.clone(), name.span)),
        };
        let (more, put_backs) = self.arguments(&call.args);
        let mut args = vec![receiver];
        args.extend(more);
        match found {
            Found::Function(id, signature) => {
                self.call_function(id, &signature, args, put_backs, span)
            }
            Found::Builtin(builtin) => self.call_row(builtin, args, put_backs, span),
            _ => {
                let args = as_written(&args);
                self.emit_call(Op::Call, Callee::Value, callee, &args, put_backs, span)
            }
        }
    }

    /// The variable that a receiver is, or a slot for the part of a variable that it is.
    fn offered(&mut self, object: &'t Expr, put_backs: &mut PutBacks) -> Option<Slot> {
        if !object.is_place() || !self.is_in_variable(object) {
            return None;
        }
        let place = self.place(object)?;
        Some(self.lend(place, put_backs, object.span))
    }

    /// Whether a place is in a variable of this function.
    fn is_in_variable(&mut self, expr: &'t Expr) -> bool {
        let mut base = expr;
        loop {
            match &base.kind {
                ExprKind::Field { object, .. } => base = object,
                ExprKind::Index(index) => base = &index.object,
                ExprKind::Name(name) => {
                    return matches!(self.lookup(name, base.span), Ok(Found::Variable(_)));
                }
                _ => return false,
            }
        }
    }

    /// The slot through which a call changes a place: the variable's own, or one that holds the part
    /// and is put back.
    fn lend(&mut self, place: Place, put_backs: &mut PutBacks, span: Span) -> Slot {
        if place.is_whole_variable() {
            return place.slot;
        }
        let part = self.read_place(&place, span);
        let slot = self.frame().func.add_slot("");
        self.frame().set_slot(slot, part, span);
        put_backs.push((place, slot));
        slot
    }

    // ---- arguments -----------------------------------------------------------------------------

    fn arguments(&mut self, args: &'t [ast::Arg]) -> (Vec<Argument>, PutBacks) {
        let mut out = Vec::with_capacity(args.len());
        let mut put_backs = PutBacks::new();
        let mut variables: Vec<(Slot, Span)> = Vec::new();
        for arg in args {
            let (name, is_mut) = match &arg.kind {
                ArgKind::Positional | ArgKind::Spread => (None, false),
                ArgKind::Named(name) => (Some(name.clone()), false),
                ArgKind::Mut => (None, true),
                ArgKind::NamedMut(name) => (Some(name.clone()), true),
            };
            let value = if is_mut {
                self.variable_argument(&arg.value, &mut variables, &mut put_backs)
            } else {
                ArgValue::Operand(self.expr(&arg.value))
            };
            let place =
                (!is_mut && arg.value.is_place()).then(|| self.loader.snippet(arg.value.span));
            out.push(Argument {
                name,
                is_spread: matches!(arg.kind, ArgKind::Spread),
                value,
                place,
                span: arg.span,
            });
        }
        (out, put_backs)
    }

    /// `mut place`
    fn variable_argument(
        &mut self,
        expr: &'t Expr,
        variables: &mut Vec<(Slot, Span)>,
        put_backs: &mut PutBacks,
    ) -> ArgValue {
        let Some(place) = self.place(expr) else {
            return ArgValue::Operand(self.frame().none(expr.span));
        };
        if let Some(&(_, first)) = variables.iter().find(|(slot, _)| *slot == place.slot) {
            self.report(
                Diagnostic::error(
                    codes::VARIABLE_TWICE,
                    expr.span,
                    "one variable is passed to two `mut` parameters",
                )
                .with_label_at(first, "the first time")
                .with_hint("copy it into a second variable, and pass that"),
            );
        }
        variables.push((place.slot, expr.span));
        ArgValue::Variable(self.lend(place, put_backs, expr.span))
    }

    /// Checks arguments against a signature and puts them in its order.
    fn arranged(
        &mut self,
        signature: &Signature,
        args: Vec<Argument>,
        span: Span,
    ) -> Option<Vec<(ArgInfo, ArgValue)>> {
        if args.iter().any(|a| a.is_spread) {
            return Some(as_written(&args));
        }
        let arrangement = self.arrange(signature, &args, span)?;
        let mut ordered = Vec::new();
        let mut has_gap = false;
        for (param, given) in signature.params.iter().zip(&arrangement.given) {
            match given {
                Some(i) => {
                    let info =
                        ArgInfo { name: has_gap.then(|| param.name.clone()), ..ArgInfo::default() };
                    ordered.push((info, args[*i].value));
                }
                None if param.variadic => {}
                None => has_gap = true,
            }
        }
        let rest = arrangement.variadic.iter();
        ordered.extend(rest.map(|&i| (ArgInfo::default(), args[i].value)));
        Some(ordered)
    }

    fn arrange(
        &mut self,
        signature: &Signature,
        args: &[Argument],
        span: Span,
    ) -> Option<Arrangement> {
        let params = &signature.params;
        let mut given: Vec<Option<usize>> = vec![None; params.len()];
        let mut variadic = Vec::new();
        let mut next = 0;
        let mut is_right = true;
        for (index, arg) in args.iter().enumerate() {
            let param = match &arg.name {
                Some(name) => {
                    match params.iter().position(|p| p.name == name.text && !p.variadic) {
                        Some(param) => param,
                        None => {
                            self.report_unknown_argument(signature, name);
                            is_right = false;
                            continue;
                        }
                    }
                }
                None => match params.get(next) {
                    Some(p) if p.variadic => {
                        variadic.push(index);
                        is_right &= self.check_mark(signature, p, arg);
                        continue;
                    }
                    Some(_) => {
                        next += 1;
                        next - 1
                    }
                    None => {
                        self.report_too_many(signature, args, span);
                        return None;
                    }
                },
            };
            if given[param].is_some() {
                let name = &params[param].name;
                self.report(
                    Diagnostic::error(
                        codes::BAD_ARGUMENTS,
                        arg.span,
                        format!("the argument `{name}` is given twice"),
                    )
                    .with_note(format!("the function is {}", signature.text)),
                );
                is_right = false;
                continue;
            }
            given[param] = Some(index);
            is_right &= self.check_mark(signature, &params[param], arg);
        }
        let missing: Vec<String> = params
            .iter()
            .zip(&given)
            .filter(|(p, given)| given.is_none() && !p.has_default && !p.variadic)
            .map(|(p, _)| format!("`{}`", p.name))
            .collect();
        if !missing.is_empty() && is_right {
            let verb = if missing.len() == 1 { "is" } else { "are" };
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENTS,
                    span,
                    format!(
                        "{} {verb} missing in the call of `{}`",
                        missing.join(" and "),
                        signature.name
                    ),
                )
                .with_note(format!("the function is {}", signature.text)),
            );
            is_right = false;
        }
        is_right.then_some(Arrangement { given, variadic })
    }

    fn report_unknown_argument(&mut self, signature: &Signature, name: &ast::Name) {
        let error = Diagnostic::error(
            codes::BAD_ARGUMENTS,
            name.span,
            format!("`{}` has no parameter `{}`", signature.name, name.text),
        )
        .with_note(format!("the function is {}", signature.text));
        let names = signature.params.iter().map(|p| &*p.name);
        self.report(match nearest(&name.text, names) {
            Some(near) => error.with_hint(format!("did you mean `{near}`?")),
            None => error,
        });
    }

    fn report_too_many(&mut self, signature: &Signature, args: &[Argument], span: Span) {
        let takes = signature.params.len();
        let count = match takes {
            0 => "no arguments".to_owned(),
            1 => "one argument".to_owned(),
            n => format!("{n} arguments"),
        };
        let found = args.len();
        let verb = if found == 1 { "is" } else { "are" };
        self.report(
            Diagnostic::error(
                codes::BAD_ARGUMENTS,
                span,
                format!("`{}` takes {count}, {found} {verb} given", signature.name),
            )
            .with_note(format!("the function is {}", signature.text)),
        );
    }

    /// Both sides say `mut`, or neither.
    fn check_mark(
        &mut self,
        signature: &Signature,
        param: &SignatureParam,
        arg: &Argument,
    ) -> bool {
        let is_mut = !matches!(arg.value, ArgValue::Operand(_));
        if param.mutable == is_mut {
            return true;
        }
        let error = if param.mutable {
            let error = Diagnostic::error(
                codes::MUT_MARK,
                arg.span,
                format!("`{}` changes its argument `{}`", signature.name, param.name),
            );
            match &arg.place {
                Some(place) if !place.is_empty() => {
                    error.with_hint(format!("say so: `mut {place}`"))
                }
                _ => error.with_hint("pass a variable, marked with `mut`"),
            }
        } else {
            Diagnostic::error(
                codes::MUT_MARK,
                arg.span,
                format!("`{}` does not change its argument `{}`", signature.name, param.name),
            )
            .with_hint("leave `mut` out")
        };
        self.report(error);
        false
    }

    // ---- the instruction -----------------------------------------------------------------------

    fn emit_call(
        &mut self,
        op: Op,
        callee: Callee,
        value: Option<Val>,
        args: &[(ArgInfo, ArgValue)],
        put_backs: PutBacks,
        span: Span,
    ) -> Val {
        self.emit_with_put_backs(op, callee, None, value, args, put_backs, span)
    }

    /// The call, with parts of variables put back behind it, also when it throws.
    #[allow(clippy::too_many_arguments, reason = "one call site per field of the instruction")]
    fn emit_with_put_backs(
        &mut self,
        op: Op,
        callee: Callee,
        method: Option<Arc<str>>,
        value: Option<Val>,
        args: &[(ArgInfo, ArgValue)],
        put_backs: PutBacks,
        span: Span,
    ) -> Val {
        let mut operands = Vec::with_capacity(args.len() + 1);
        let mut infos = Vec::with_capacity(args.len());
        if op == Op::Call {
            operands.extend(value);
        }
        for (index, (info, arg)) in args.iter().enumerate() {
            let mut info = info.clone();
            match arg {
                ArgValue::Operand(val) => operands.push(*val),
                ArgValue::Variable(slot) => info.mutable = Some(*slot),
                ArgValue::Offered(slot) => info.offered = Some(*slot),
            }
            infos.push(info);
            if op == Op::CallMethod && index == 0 {
                operands.extend(value);
            }
        }
        let info = CallInfo { callee, method, args: infos };
        let imm = Imm::Call(Arc::new(info));
        if put_backs.is_empty() {
            return self.frame().emit(op, &operands, imm, span);
        }
        let outer = self.frame().handler;
        let handler = self.frame().new_block();
        let error = self.frame().add_block_param(handler);
        self.frame().enter_handler(handler, span);
        for (place, slot) in &put_backs {
            self.take_out(place, *slot, span);
        }
        let result = self.frame().emit(op, &operands, imm, span);
        self.frame().handler = outer;
        let after = self.frame().new_block();
        self.frame().jump(after, &[], span);
        self.frame().switch_to(handler);
        self.put_back(&put_backs, span);
        self.frame().terminate(Op::Throw, &[error], &[], span);
        self.frame().switch_to(after);
        self.put_back(&put_backs, span);
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

    fn put_back(&mut self, put_backs: &PutBacks, span: Span) {
        for (place, slot) in put_backs {
            let value = self.frame().get_slot(*slot, span);
            self.write_place(place, value, span);
        }
    }
}

/// Arguments as the call has them, to be matched with parameters at run time.
fn as_written(args: &[Argument]) -> Vec<(ArgInfo, ArgValue)> {
    args.iter()
        .map(|arg| {
            let info = ArgInfo {
                name: arg.name.as_ref().map(|n| n.text.clone()),
                spread: arg.is_spread,
                ..ArgInfo::default()
            };
            (info, arg.value)
        })
        .collect()
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
