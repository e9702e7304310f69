//! Arguments: evaluating them, and matching them with the parameters of a known function.

use super::Lowerer;
use super::lend::Lent;
use super::weak::literal;
use crate::ast::{self, ArgKind, Expr};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{Signature, SignatureParam};
use quern_ir::function::ArgInfo;
use quern_ir::spelling::nearest;
use quern_ir::{Slot, Span, Val};

/// An argument, evaluated.
pub(super) struct Argument {
    pub name: Option<ast::Name>,
    pub is_spread: bool,
    pub value: ArgValue,
    /// Whether the call says `mut`.
    pub is_marked: bool,
    /// The value of a number literal, where it is an `f32`.
    pub literal: Option<f32>,
    /// The source text of a place, for a hint; none when a `mut` would not help.
    pub place: Option<String>,
    pub span: Span,
}

#[derive(Clone, Copy)]
pub(super) enum ArgValue {
    Operand(Val),
    /// A `mut` argument.
    Variable(Slot),
    /// The receiver of a method, if it is a variable.
    Offered(Slot),
}

/// Which arguments go where.
pub(super) struct Arrangement {
    /// For each parameter, the argument's index.
    pub given: Vec<Option<usize>>,
    pub variadic: Vec<usize>,
}

impl<'t> Lowerer<'t, '_> {
    pub(super) fn arguments(&mut self, args: &'t [ast::Arg]) -> (Vec<Argument>, Lent) {
        self.arguments_with(args, Lent::default())
    }

    /// The arguments of a call that takes something along already.
    pub(super) fn arguments_with(
        &mut self,
        args: &'t [ast::Arg],
        mut lent: Lent,
    ) -> (Vec<Argument>, Lent) {
        let mut out = Vec::with_capacity(args.len());
        for arg in args {
            let (name, is_mut) = match &arg.kind {
                ArgKind::Positional | ArgKind::Spread => (None, false),
                ArgKind::Named(name) => (Some(name.clone()), false),
                ArgKind::Mut => (None, true),
                ArgKind::NamedMut(name) => (Some(name.clone()), true),
            };
            let value = if is_mut {
                self.variable_argument(&arg.value, &mut lent)
            } else {
                ArgValue::Operand(self.expr(&arg.value))
            };
            let place =
                (!is_mut && arg.value.is_place()).then(|| self.loader.snippet(arg.value.span));
            out.push(Argument {
                name,
                is_spread: matches!(arg.kind, ArgKind::Spread),
                value,
                is_marked: is_mut,
                literal: literal(&arg.value),
                place,
                span: arg.span,
            });
        }
        (out, lent)
    }

    /// `mut place`
    fn variable_argument(&mut self, expr: &'t Expr, lent: &mut Lent) -> ArgValue {
        match self.place(expr) {
            Some(place) => ArgValue::Variable(self.lend(place, lent, expr.span)),
            None => ArgValue::Operand(self.frame().none(expr.span)),
        }
    }

    /// Checks arguments against a signature and puts them in its order.
    pub(super) fn arranged(
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

    pub(super) fn arrange(
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
        let is_mut = arg.is_marked || !matches!(arg.value, ArgValue::Operand(_));
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
                    let is_first = signature.params.first().is_some_and(|p| p.name == param.name);
                    error.with_hint(match is_first && !signature.name.contains('.') {
                        true => {
                            format!(
                                "say so: `mut {place}`, or write `{place}.{}(..)`",
                                signature.name
                            )
                        }
                        false => format!("say so: `mut {place}`"),
                    })
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
}

/// Arguments as the call has them, to be matched with parameters at run time.
pub(super) fn as_written(args: &[Argument]) -> Vec<(ArgInfo, ArgValue)> {
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
