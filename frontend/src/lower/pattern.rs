//! Patterns: taking values apart in declarations, and `match`.
//!
//! Arms are tried as written. A test that fails jumps to the next arm; names are bound as soon as
//! their value is known to be there.

use super::Lowerer;
use super::function::name_of;
use crate::ast::{self, Expr, Literal, Pattern, PatternKind, SequencePattern};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{LocalKind, Wanted};
use quern_ir::builtins::Builtin;
use quern_ir::function::{
    ArgInfo, Bits32, Bits64, CallInfo, Callee, Imm, IndexPart, TypeSpec, Weak,
};
use quern_ir::{Block, Op, Span, Val};
use std::sync::Arc;

/// The names a pattern binds, in order.
pub(super) fn bound_names(pattern: &Pattern, names: &mut Vec<ast::Name>) {
    match &pattern.kind {
        PatternKind::Name(name) => names.push(name_of(name, pattern.span)),
        PatternKind::Tuple(sequence) | PatternKind::List(sequence) => {
            for p in &sequence.before {
                bound_names(p, names);
            }
            if let Some(name) = sequence.rest.as_ref().and_then(|r| r.name.as_ref()) {
                names.push(name.clone());
            }
            for p in &sequence.after {
                bound_names(p, names);
            }
        }
        PatternKind::Record(fields) => {
            for field in fields {
                bound_names(&field.pattern, names);
            }
        }
        // All alternatives bind the same names, which is checked where they are lowered.
        PatternKind::Or(alternatives) => {
            if let Some(first) = alternatives.first() {
                bound_names(first, names);
            }
        }
        PatternKind::Error
        | PatternKind::Wildcard
        | PatternKind::Literal(_)
        | PatternKind::Type(_) => {}
    }
}

/// How many items a sequence pattern takes, as the immediate of a length test says it.
fn length_code(sequence: &SequencePattern) -> i64 {
    let fixed = (sequence.before.len() + sequence.after.len()) as i64;
    if sequence.rest.is_some() { -1 - fixed } else { fixed }
}

/// What is done with the parts of a sequence.
enum Part<'t> {
    Pattern(&'t Pattern, Val),
    Rest(&'t ast::Name, Val),
}

impl<'t> Lowerer<'t, '_> {
    /// Binds the names of a declaration, each of which is to be used; a value of another form throws.
    pub(super) fn declare_names(&mut self, pattern: &'t Pattern, value: Val, is_mut: bool) {
        match &pattern.kind {
            PatternKind::Name(name) => {
                let name = name_of(name, pattern.span);
                self.bind_name(&name, value, is_mut, Wanted::Variable);
            }
            _ => {
                self.check_names_once(pattern);
                self.destructure(pattern, value, is_mut, Wanted::Part)
            }
        }
    }

    /// Reports a name that a pattern binds twice: the value would be that of the last place only.
    pub(super) fn check_names_once(&mut self, pattern: &Pattern) {
        let mut names = Vec::new();
        bound_names(pattern, &mut names);
        for (i, name) in names.iter().enumerate() {
            if let Some(first) = names[..i].iter().find(|n| n.text == name.text) {
                let error = Diagnostic::error(
                    codes::DECLARED_TWICE,
                    name.span,
                    format!("the pattern binds `{}` twice", name.text),
                )
                .with_label_at(first.span, "the first time")
                .with_hint("`_` stands for a part that is not used");
                self.report(error);
            }
        }
    }

    /// Binds the names of a pattern without tests; a value of another form throws.
    pub(super) fn destructure(
        &mut self,
        pattern: &'t Pattern,
        value: Val,
        is_mut: bool,
        wanted: Wanted,
    ) {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Name(name) => {
                self.bind_name(&name_of(name, span), value, is_mut, wanted);
            }
            PatternKind::Tuple(sequence) | PatternKind::List(sequence) => {
                let code = Imm::Int(length_code(sequence));
                let value = self.frame().emit(Op::CheckLen, &[value], code, span);
                for part in self.parts(sequence, value) {
                    match part {
                        Part::Pattern(pattern, value) => {
                            self.destructure(pattern, value, is_mut, wanted)
                        }
                        Part::Rest(name, value) => self.bind_name(name, value, is_mut, wanted),
                    }
                }
            }
            PatternKind::Record(fields) => {
                for field in fields {
                    let name = Imm::Name(field.name.text.clone());
                    let part = self.frame().emit(Op::FieldGet, &[value], name, field.name.span);
                    self.destructure(&field.pattern, part, is_mut, wanted);
                }
            }
            PatternKind::Wildcard
            | PatternKind::Error
            | PatternKind::Literal(_)
            | PatternKind::Type(_)
            | PatternKind::Or(_) => {}
        }
    }

    /// The items of a sequence that is known to be long enough.
    fn parts(&mut self, sequence: &'t SequencePattern, value: Val) -> Vec<Part<'t>> {
        let mut parts = Vec::new();
        for (i, pattern) in sequence.before.iter().enumerate() {
            let index = self.frame().int(i as i64, pattern.span);
            let item = self.item(value, index, pattern.span);
            parts.push(Part::Pattern(pattern, item));
        }
        let n_after = sequence.after.len() as i64;
        if let Some(rest) = &sequence.rest
            && let Some(name) = &rest.name
        {
            let span = rest.span;
            let start = self.frame().int(sequence.before.len() as i64, span);
            let (op, stop) = match n_after {
                0 => (Op::OpenRange, self.frame().none(span)),
                _ => (Op::Range, self.frame().int(-n_after, span)),
            };
            let step = self.frame().int(1, span);
            let range = self.frame().emit(op, &[start, stop, step], Imm::Bool(false), span);
            let items = self.item(value, range, span);
            parts.push(Part::Rest(name, items));
        }
        for (i, pattern) in sequence.after.iter().enumerate() {
            let index = self.frame().int(i as i64 - n_after, pattern.span);
            let item = self.item(value, index, pattern.span);
            parts.push(Part::Pattern(pattern, item));
        }
        parts
    }

    fn item(&mut self, value: Val, index: Val, span: Span) -> Val {
        let parts: Arc<[IndexPart]> = [IndexPart::Value].into();
        self.frame().emit(Op::Index, &[value, index], Imm::Index(parts), span)
    }

    // ---- match ---------------------------------------------------------------------------------

    pub(super) fn match_value(&mut self, node: &'t ast::Match, span: Span) -> Val {
        let done = self.frame().new_block();
        let result = self.frame().add_block_param(done);
        self.match_arms(node, span, |this, body| {
            let value = this.expr(body);
            this.frame().jump(done, &[value], body.span);
        });
        self.merge(done, result)
    }

    pub(super) fn match_effect(&mut self, node: &'t ast::Match, span: Span) {
        let done = self.frame().new_block();
        self.match_arms(node, span, |this, body| {
            this.effect(body);
            this.frame().jump(done, &[], body.span);
        });
        self.frame().switch_to(done);
    }

    fn match_arms(
        &mut self,
        node: &'t ast::Match,
        span: Span,
        mut arm: impl FnMut(&mut Self, &'t Expr),
    ) {
        let subject = self.expr(&node.subject);
        self.try_arms(&node.arms, subject, &mut arm);
        self.no_arm_fits(subject, node.subject.span.to(span));
    }

    /// `receive`: checked as a `match` of the message, which no version sends yet.
    pub(super) fn receive_value(&mut self, node: &'t ast::Receive, span: Span) -> Val {
        let message = self.later("receive", span);
        let done = self.frame().new_block();
        let result = self.frame().add_block_param(done);
        let mut give = |this: &mut Self, body: &'t Expr| {
            let value = this.expr(body);
            this.frame().jump(done, &[value], body.span);
        };
        self.try_arms(&node.arms, message, &mut give);
        match &node.after {
            Some(after) => {
                self.effect(&after.seconds);
                give(self, &after.body);
            }
            None => self.no_arm_fits(message, span),
        }
        self.merge(done, result)
    }

    /// Runs the first arm whose pattern fits; goes on where none does.
    fn try_arms(
        &mut self,
        arms: &'t [ast::MatchArm],
        subject: Val,
        arm: &mut impl FnMut(&mut Self, &'t Expr),
    ) {
        let was_live = self.frame().is_live();
        for match_arm in arms {
            if was_live && !self.frame().is_live() {
                self.report(
                    Diagnostic::warning(
                        codes::UNREACHABLE,
                        match_arm.pattern.span,
                        "this arm is never reached",
                    )
                    .with_hint("an arm before it takes every value"),
                );
            }
            let next = self.frame().new_block();
            self.open_scope();
            self.check_names_once(&match_arm.pattern);
            self.test(&match_arm.pattern, subject, next);
            if let Some(guard) = &match_arm.guard {
                let yes = self.frame().new_block();
                self.condition(guard, yes, next);
                self.frame().switch_to(yes);
            }
            arm(self, &match_arm.body);
            self.close_scope();
            self.frame().switch_to(next);
        }
    }

    /// Throws the MatchError of a value that no arm took.
    fn no_arm_fits(&mut self, subject: Val, span: Span) {
        let shown = self.call_builtin(Builtin::Repr, &[subject], span);
        let frame = self.frame();
        let before = frame.text("no arm of the match fits ", span);
        let message = frame.emit(Op::Concat, &[before, shown], Imm::None, span);
        let hint = "add an arm for it, or `_ => ..` for all the rest";
        self.throw(message, "MatchError", Some(hint), span);
    }

    /// Throws a new error.
    pub(super) fn throw(&mut self, message: Val, kind: &str, hint: Option<&str>, span: Span) {
        let frame = self.frame();
        let mut args = vec![message, frame.text(kind, span)];
        args.extend(hint.map(|hint| frame.text(hint, span)));
        let error = self.call_builtin(Builtin::Error, &args, span);
        self.frame().terminate(Op::Throw, &[error], &[], span);
    }

    /// A call of a builtin with these arguments in the order of its row.
    pub(super) fn call_builtin(&mut self, builtin: Builtin, args: &[Val], span: Span) -> Val {
        let info = CallInfo {
            callee: Callee::Builtin(builtin),
            method: None,
            args: vec![ArgInfo::default(); args.len()],
        };
        self.frame().emit(Op::CallBuiltin, args, Imm::Call(Arc::new(info)), span)
    }

    /// Goes on when the value matches, with the names bound, and to `fail` when it does not.
    fn test(&mut self, pattern: &'t Pattern, value: Val, fail: Block) {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Error | PatternKind::Wildcard => {}
            PatternKind::Name(name) => {
                let kind = LocalKind::Value(value);
                self.frame().bind(&name_of(name, span), kind, Wanted::No);
            }
            PatternKind::Literal(literal) => {
                let wanted = self.literal(literal, span);
                let imm = match literal {
                    Literal::Int(_) | Literal::Float(_) => Imm::Weak(Weak::Second),
                    _ => Imm::None,
                };
                self.require(Op::TestEqual, &[value, wanted], imm, fail, span);
            }
            PatternKind::Type(ty) => {
                let spec = self.type_spec(ty);
                self.require(Op::TestType, &[value], Imm::Ty(spec), fail, span);
            }
            PatternKind::Tuple(sequence) => {
                self.test_sequence(Op::TestTuple, sequence, value, fail, span)
            }
            PatternKind::List(sequence) => {
                self.test_sequence(Op::TestLen, sequence, value, fail, span)
            }
            PatternKind::Record(fields) => {
                if fields.is_empty() {
                    let spec = TypeSpec::Name("record".into());
                    self.require(Op::TestType, &[value], Imm::Ty(spec), fail, span);
                }
                for field in fields {
                    let name = Imm::Name(field.name.text.clone());
                    let at = field.name.span;
                    self.require(Op::TestField, &[value], name.clone(), fail, at);
                    let part = self.frame().emit(Op::FieldGet, &[value], name, at);
                    self.test(&field.pattern, part, fail);
                }
            }
            PatternKind::Or(alternatives) => self.test_any(alternatives, value, fail, span),
        }
    }

    fn require(&mut self, op: Op, args: &[Val], imm: Imm, fail: Block, span: Span) {
        let frame = self.frame();
        let fits = frame.emit(op, args, imm, span);
        let yes = frame.new_block();
        frame.branch(fits, yes, fail, span);
        frame.switch_to(yes);
    }

    fn test_sequence(
        &mut self,
        op: Op,
        sequence: &'t SequencePattern,
        value: Val,
        fail: Block,
        span: Span,
    ) {
        if op == Op::TestTuple && sequence.rest.is_some() {
            self.require_long_tuple(sequence, value, fail, span);
        } else {
            self.require(op, &[value], Imm::Int(length_code(sequence)), fail, span);
        }
        for part in self.parts(sequence, value) {
            match part {
                Part::Pattern(pattern, value) => self.test(pattern, value, fail),
                Part::Rest(name, value) => {
                    let kind = LocalKind::Value(value);
                    self.frame().bind(name, kind, Wanted::No);
                }
            }
        }
    }

    /// Goes on when the value is a tuple with an item for each pattern, or more.
    fn require_long_tuple(
        &mut self,
        sequence: &SequencePattern,
        value: Val,
        fail: Block,
        span: Span,
    ) {
        let spec = TypeSpec::Name("tuple".into());
        self.require(Op::TestType, &[value], Imm::Ty(spec), fail, span);
        let len = self.call_builtin(Builtin::Len, &[value], span);
        let fixed = (sequence.before.len() + sequence.after.len()) as i64;
        let fixed = self.frame().int(fixed, span);
        self.require(Op::Ge, &[len, fixed], Imm::None, fail, span);
    }

    /// `a | b`: the alternatives meet in one block, whose parameters are the names they bind.
    fn test_any(&mut self, alternatives: &'t [Pattern], value: Val, fail: Block, span: Span) {
        let mut names = Vec::new();
        if let Some(first) = alternatives.first() {
            bound_names(first, &mut names);
        }
        let done = self.frame().new_block();
        let params: Vec<Val> = names.iter().map(|_| self.frame().add_block_param(done)).collect();
        for (index, alternative) in alternatives.iter().enumerate() {
            self.check_same_names(alternative, &names);
            let is_last = index + 1 == alternatives.len();
            let next = if is_last { fail } else { self.frame().new_block() };
            self.open_scope();
            self.test(alternative, value, next);
            let bound: Vec<Val> = names
                .iter()
                .map(|name| match self.frame().find(&name.text) {
                    Some((_, local)) => match local.kind {
                        LocalKind::Value(val) => val,
                        _ => value,
                    },
                    None => value,
                })
                .collect();
            self.close_scope();
            self.frame().jump(done, &bound, span);
            if !is_last {
                self.frame().switch_to(next);
            }
        }
        self.frame().switch_to(done);
        for (name, param) in names.iter().zip(params) {
            self.frame().bind(name, LocalKind::Value(param), Wanted::No);
        }
    }

    fn check_same_names(&mut self, alternative: &Pattern, names: &[ast::Name]) {
        let mut here = Vec::new();
        bound_names(alternative, &mut here);
        let sorted = |names: &[ast::Name]| {
            let mut texts: Vec<Arc<str>> = names.iter().map(|n| n.text.clone()).collect();
            texts.sort();
            texts
        };
        if sorted(&here) != sorted(names) {
            self.report(
                Diagnostic::error(
                    codes::UNEQUAL_ALTERNATIVES,
                    alternative.span,
                    "the alternatives of a pattern bind different names",
                )
                .with_hint("bind the same names in each, or write two arms"),
            );
        }
    }

    pub(super) fn literal(&mut self, literal: &Literal, span: Span) -> Val {
        let (op, imm) = match literal {
            Literal::None => (Op::ConstNone, Imm::None),
            Literal::Bool(b) => (Op::ConstBool, Imm::Bool(*b)),
            Literal::Int(n) => (Op::ConstInt, Imm::Int(*n)),
            Literal::Float(x) => (Op::ConstFloat, Imm::Float(Bits64::new(*x))),
            Literal::F32(x) => (Op::ConstF32, Imm::F32(Bits32::new(*x))),
            Literal::Imaginary(x) => {
                (Op::ConstComplex, Imm::Complex(Bits64::new(0.0), Bits64::new(*x)))
            }
            Literal::Str(text) => (Op::ConstStr, Imm::Str(text.clone())),
        };
        self.frame().emit(op, &[], imm, span)
    }
}
