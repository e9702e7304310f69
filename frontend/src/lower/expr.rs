//! Expressions.

use super::Lowerer;
use super::frame::FrameKind;
use super::names::Found;
use super::weak::weak;
use crate::ast::{
    self, BinaryOp, Element, Expr, ExprKind, FStringPart, Field, IndexItem, Literal, UnaryOp,
};
use crate::codes;
use crate::diagnostic::Diagnostic;
use quern_ir::builtins::Builtin;
use quern_ir::function::{Imm, IndexPart};
use quern_ir::{Op, Span, Val};
use std::sync::Arc;

pub(super) fn binary_op(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Eq => Op::Eq,
        BinaryOp::Ne => Op::Ne,
        BinaryOp::Lt => Op::Lt,
        BinaryOp::Le => Op::Le,
        BinaryOp::Gt => Op::Gt,
        BinaryOp::Ge => Op::Ge,
        BinaryOp::In => Op::In,
        BinaryOp::BitOr => Op::BitOr,
        BinaryOp::Xor => Op::BitXor,
        BinaryOp::BitAnd => Op::BitAnd,
        BinaryOp::Shl => Op::Shl,
        BinaryOp::Shr => Op::Shr,
        BinaryOp::Add => Op::Add,
        BinaryOp::Sub => Op::Sub,
        BinaryOp::Mul => Op::Mul,
        BinaryOp::Div => Op::Div,
        BinaryOp::FloorDiv => Op::FloorDiv,
        BinaryOp::Rem => Op::Rem,
        BinaryOp::MatMul => Op::MatMul,
        BinaryOp::Pow => Op::Pow,
    }
}

impl<'t> Lowerer<'t, '_> {
    /// Lowers an expression for its value.
    pub(super) fn expr(&mut self, expr: &'t Expr) -> Val {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Error | ExprKind::None => self.frame().none(span),
            ExprKind::Bool(b) => self.literal(&Literal::Bool(*b), span),
            ExprKind::Int(n) => self.literal(&Literal::Int(*n), span),
            ExprKind::Float(x) => self.literal(&Literal::Float(*x), span),
            ExprKind::F32(x) => self.literal(&Literal::F32(*x), span),
            ExprKind::Imaginary(x) => self.literal(&Literal::Imaginary(*x), span),
            ExprKind::Str(text) => self.literal(&Literal::Str(text.clone()), span),
            ExprKind::FString(parts) => self.f_string(parts, span),
            ExprKind::Name(name) => self.name(name, span),
            ExprKind::List(elements) => self.list(elements, span),
            ExprKind::Tuple(items) => {
                let items: Vec<Val> = items.iter().map(|i| self.expr(i)).collect();
                self.frame().emit(Op::Tuple, &items, Imm::None, span)
            }
            ExprKind::Record(fields) => self.record(fields, span),
            ExprKind::Range(range) => self.range(range, span),
            ExprKind::Unary { op, operand, .. } => self.unary(*op, operand, span),
            ExprKind::Binary { .. } => self.binary(expr),
            ExprKind::Logical { op, left, right, .. } => self.logical(*op, left, right, span),
            ExprKind::Call(call) => self.call(call, span),
            ExprKind::Index(index) => {
                let object = self.expr(&index.object);
                let (parts, operands) = self.index_items(&index.items);
                let mut args = vec![object];
                args.extend(operands);
                self.frame().emit(Op::Index, &args, Imm::Index(parts.into()), span)
            }
            ExprKind::Field { object, name } => self.field(object, name, span),
            ExprKind::Lambda(lambda) => self.lambda(lambda, "<lambda>", None, span),
            ExprKind::Block(block) => self.block(block),
            ExprKind::If(node) => self.if_value(node, span),
            ExprKind::Match(node) => self.match_value(node, span),
            ExprKind::Try(node) => self.try_value(node, span),
            ExprKind::Async(body) => self.async_block(body, span),
            ExprKind::Await(task) => {
                let task = self.expr(task);
                self.frame().emit(Op::Await, &[task], Imm::None, span)
            }
            ExprKind::Receive(node) => self.receive_value(node, span),
            ExprKind::Return(value) => {
                self.return_value(value.as_deref(), span);
                super::frame::DEAD
            }
            ExprKind::Break => {
                self.leave_loop(true, span);
                super::frame::DEAD
            }
            ExprKind::Continue => {
                self.leave_loop(false, span);
                super::frame::DEAD
            }
            ExprKind::Throw(error) => {
                let error = self.expr(error);
                self.frame().terminate(Op::Throw, &[error], &[], span);
                super::frame::DEAD
            }
            ExprKind::Yield(value) => self.yield_value(value.as_deref(), span),
        }
    }

    fn name(&mut self, name: &Arc<str>, span: Span) -> Val {
        let found = self.find_or_new_axis(name, span);
        self.value_of(name, found, span)
    }

    /// Like `find`; `newaxis` outside an index gets a message of its own.
    fn find_or_new_axis(&mut self, name: &Arc<str>, span: Span) -> Found {
        if **name == *"newaxis" && self.lookup(name, span).is_err() {
            self.report(
                Diagnostic::error(
                    codes::NOT_A_VALUE,
                    span,
                    "`newaxis` stands only between the brackets of an index",
                )
                .with_hint("for example `a[newaxis, ..]`"),
            );
            return Found::Unknown;
        }
        self.find(name, span)
    }

    fn unary(&mut self, op: UnaryOp, operand: &'t Expr, span: Span) -> Val {
        let op = match op {
            UnaryOp::Neg => Op::Neg,
            UnaryOp::BitNot => Op::BitNot,
            UnaryOp::Not => Op::Not,
        };
        let value = self.expr(operand);
        self.frame().emit(op, &[value], Imm::None, span)
    }

    /// A chain of binary operators, walked along its left side without recursion.
    fn binary(&mut self, expr: &'t Expr) -> Val {
        let mut chain = Vec::new();
        let mut base = expr;
        while let ExprKind::Binary { op, left, right, .. } = &base.kind {
            chain.push((*op, &**left, &**right, base.span));
            base = left;
        }
        let mut value = self.expr(base);
        for (op, left, right, span) in chain.into_iter().rev() {
            let (op, imm) = (binary_op(op), weak(op, left, right));
            let right = self.expr(right);
            value = self.frame().emit(op, &[value, right], imm, span);
        }
        value
    }

    fn list(&mut self, elements: &'t [Element], span: Span) -> Val {
        self.list_from(Vec::new(), elements, span)
    }

    /// `list([..])`: the items as they are. A literal that spreads a list is one, so it begins with an
    /// empty one.
    pub(super) fn forced_list(&mut self, elements: &'t [Element], span: Span) -> Val {
        let empty = self.frame().emit(Op::List, &[], Imm::Spread([].into()), span);
        self.list_from(vec![empty], elements, span)
    }

    /// A list literal whose first items are spread.
    fn list_from(&mut self, mut items: Vec<Val>, elements: &'t [Element], span: Span) -> Val {
        let mut spread = vec![true; items.len()];
        for element in elements {
            let (item, is_spread) = match element {
                Element::Item(item) => (item, false),
                Element::Spread(item) => (item, true),
            };
            items.push(self.expr(item));
            spread.push(is_spread);
        }
        self.frame().emit(Op::List, &items, Imm::Spread(spread.into()), span)
    }

    fn record(&mut self, fields: &'t [Field], span: Span) -> Val {
        let mut names: Vec<Arc<str>> = Vec::with_capacity(fields.len());
        let mut values = Vec::with_capacity(fields.len());
        for field in fields {
            match field {
                Field::Named { name, value } => {
                    names.push(name.text.clone());
                    values.push(self.expr(value));
                }
                Field::Spread(record) => {
                    names.push("...".into());
                    values.push(self.expr(record));
                }
            }
        }
        self.frame().emit(Op::Record, &values, Imm::Names(names.into()), span)
    }

    fn range(&mut self, range: &'t ast::Range, span: Span) -> Val {
        let end = |this: &mut Self, part: &'t Option<Expr>| match part {
            Some(part) => this.expr(part),
            None => this.frame().none(span),
        };
        let (start, stop) = (end(self, &range.start), end(self, &range.end));
        let step = match &range.step {
            Some(step) => self.expr(step),
            None => self.frame().int(1, span),
        };
        let is_open = range.start.is_none() || range.end.is_none();
        let op = if is_open { Op::OpenRange } else { Op::Range };
        let imm = Imm::Bool(range.is_inclusive);
        self.frame().emit(op, &[start, stop, step], imm, span)
    }

    /// What stands between the brackets of an index, with the operands it takes.
    pub(super) fn index_items(&mut self, items: &'t [IndexItem]) -> (Vec<IndexPart>, Vec<Val>) {
        let mut parts = Vec::with_capacity(items.len());
        let mut operands = Vec::with_capacity(items.len());
        for item in items {
            match item {
                IndexItem::Ellipsis(_) => parts.push(IndexPart::Ellipsis),
                IndexItem::Expr(Expr { kind: ExprKind::Name(name), span })
                    if **name == *"newaxis" && self.lookup(name, *span).is_err() =>
                {
                    parts.push(IndexPart::NewAxis);
                }
                IndexItem::Expr(item) => {
                    parts.push(IndexPart::Value);
                    operands.push(self.expr(item));
                }
            }
        }
        (parts, operands)
    }

    /// `object.name`: a member of a module, or a field.
    fn field(&mut self, object: &'t Expr, name: &'t ast::Name, span: Span) -> Val {
        if let Some(namespace) = self.namespace(object) {
            if let Found::BuiltinModule(module) = &namespace
                && **module == *"os"
                && *name.text == *"args"
            {
                return self.call_builtin(Builtin::OsArgs, &[], span);
            }
            let member = self.member(&namespace, name);
            return self.value_of(&name.text, member, span);
        }
        let value = self.expr(object);
        self.frame().emit(Op::FieldGet, &[value], Imm::Name(name.text.clone()), span)
    }

    fn yield_value(&mut self, value: Option<&'t Expr>, span: Span) -> Val {
        if !self.frame().func.is_generator {
            let place = match self.frame().kind {
                FrameKind::Async => "inside `async`",
                _ => "outside a function",
            };
            self.report(
                Diagnostic::error(codes::OUTSIDE_FUNCTION, span, format!("`yield` {place}"))
                    .with_hint("only a function that is called for its items can `yield`"),
            );
        }
        let value = match value {
            Some(value) => self.expr(value),
            None => self.frame().none(span),
        };
        self.frame().emit_effect(Op::Yield, &[value], Imm::None, span);
        self.frame().none(span)
    }

    fn f_string(&mut self, parts: &'t [FStringPart], span: Span) -> Val {
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            texts.push(match part {
                FStringPart::Text { text, span } => self.frame().text(text, *span),
                FStringPart::Value { value, format } => {
                    let val = self.expr(value);
                    let spec = format.as_ref().map_or("".into(), |f| f.text.clone());
                    self.frame().emit(Op::Format, &[val], Imm::Str(spec), value.span)
                }
            });
        }
        self.frame().emit(Op::Concat, &texts, Imm::None, span)
    }
}
