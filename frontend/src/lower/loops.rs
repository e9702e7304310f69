//! Loops.
//!
//! A `for` keeps a position in a slot: `iter.next` gives the item there and the next position. Loops
//! over `enumerate(xs)` and `zip(xs, ys)` that take the tuples apart at once are built without them:
//! the first counts beside the walk, the second walks over several things in step.

use super::Lowerer;
use super::control::Control;
use super::names::Found;
use crate::ast::{self, ArgKind, Expr, ExprKind, Pattern, PatternKind};
use crate::resolve::Wanted;
use quern_ir::builtins::Builtin;
use quern_ir::function::{Imm, Target};
use quern_ir::{Block, Op, Slot, Span, Val};

/// Something that is walked over, and where the walk is.
struct Walk {
    iterable: Val,
    position: Slot,
    span: Span,
}

impl<'t> Lowerer<'t, '_> {
    pub(super) fn for_loop(&mut self, node: &'t ast::For, span: Span) {
        self.check_names_once(&node.pattern);
        match self.direct_walk(node) {
            Some((Builtin::Enumerate, args, targets)) => {
                let walk = self.walk(&args[0].value);
                let counter = self.counter(args.get(1), node.iterable.span);
                self.walk_loop(node, &[walk], span, |this, items| {
                    let at = node.iterable.span;
                    let count = this.frame().get_slot(counter, at);
                    let one = this.frame().int(1, at);
                    let next = this.frame().emit(Op::Add, &[count, one], Imm::None, at);
                    this.frame().set_slot(counter, next, at);
                    this.destructure(&targets[0], count, false, Wanted::No);
                    this.destructure(&targets[1], items[0], false, Wanted::No);
                });
            }
            Some((_, args, targets)) => {
                let walks: Vec<Walk> = args.iter().map(|arg| self.walk(&arg.value)).collect();
                self.walk_loop(node, &walks, span, |this, items| {
                    for (target, item) in targets.iter().zip(items) {
                        this.destructure(target, *item, false, Wanted::No);
                    }
                });
            }
            None => {
                let walk = self.walk(&node.iterable);
                self.walk_loop(node, &[walk], span, |this, items| {
                    this.destructure(&node.pattern, items[0], false, Wanted::No);
                });
            }
        }
    }

    /// The builtin, arguments and targets of a loop over `enumerate(..)` or `zip(..)` that needs no
    /// tuples.
    fn direct_walk(
        &mut self,
        node: &'t ast::For,
    ) -> Option<(Builtin, &'t [ast::Arg], &'t [Pattern])> {
        let ExprKind::Call(call) = &node.iterable.kind else { return None };
        let ExprKind::Name(name) = &call.callee.kind else { return None };
        let PatternKind::Tuple(targets) = &node.pattern.kind else { return None };
        if targets.rest.is_some() {
            return None;
        }
        let targets = targets.before.as_slice();
        let is_positional = |arg: &ast::Arg| matches!(arg.kind, ArgKind::Positional);
        match self.lookup(name, call.callee.span) {
            Ok(Found::Builtin(Builtin::Enumerate)) => {
                let (first, rest) = call.args.split_first()?;
                let is_start = |arg: &ast::Arg| match &arg.kind {
                    ArgKind::Named(name) => *name.text == *"start",
                    kind => matches!(kind, ArgKind::Positional),
                };
                let fits = is_positional(first) && rest.len() < 2 && rest.iter().all(is_start);
                (fits && targets.len() == 2).then_some((Builtin::Enumerate, &call.args, targets))
            }
            Ok(Found::Builtin(Builtin::Zip)) => {
                let fits = !call.args.is_empty() && call.args.iter().all(is_positional);
                (fits && targets.len() == call.args.len()).then_some((
                    Builtin::Zip,
                    &call.args,
                    targets,
                ))
            }
            _ => None,
        }
    }

    fn counter(&mut self, start: Option<&'t ast::Arg>, span: Span) -> Slot {
        let start = match start {
            Some(arg) => self.expr(&arg.value),
            None => self.frame().int(0, span),
        };
        let counter = self.frame().func.add_slot("");
        self.frame().set_slot(counter, start, span);
        counter
    }

    fn walk(&mut self, expr: &'t Expr) -> Walk {
        let value = self.expr(expr);
        let span = expr.span;
        let frame = self.frame();
        let iterable = frame.emit(Op::Iter, &[value], Imm::None, span);
        let start = frame.emit(Op::IterStart, &[iterable], Imm::None, span);
        let position = frame.func.add_slot("");
        frame.set_slot(position, start, span);
        Walk { iterable, position, span }
    }

    /// The loop proper; it ends when one of the walks does. `bind` gets an item of each.
    fn walk_loop(
        &mut self,
        node: &'t ast::For,
        walks: &[Walk],
        span: Span,
        bind: impl FnOnce(&mut Self, &[Val]),
    ) {
        let frame = self.frame();
        let (header, exit) = (frame.new_block(), frame.new_block());
        frame.jump(header, &[], span);
        frame.switch_to(header);
        let mut items = Vec::with_capacity(walks.len());
        for walk in walks {
            let body = frame.new_block();
            let item = frame.add_block_param(body);
            let next = frame.add_block_param(body);
            let here = frame.get_slot(walk.position, walk.span);
            let targets = [Target::new(body, &[]), Target::new(exit, &[])];
            frame.terminate(Op::IterNext, &[walk.iterable, here], &targets, walk.span);
            frame.switch_to(body);
            frame.set_slot(walk.position, next, walk.span);
            items.push(item);
        }
        self.open_scope();
        bind(self, &items);
        self.loop_body(&node.body, header, exit);
        self.close_scope();
        self.frame().jump(header, &[], span);
        self.frame().switch_to(exit);
    }

    pub(super) fn while_loop(&mut self, condition: &'t Expr, node: &'t ast::Block, span: Span) {
        let frame = self.frame();
        let (header, body, exit) = (frame.new_block(), frame.new_block(), frame.new_block());
        frame.jump(header, &[], span);
        frame.switch_to(header);
        self.condition(condition, body, exit);
        self.frame().switch_to(body);
        self.loop_body(node, header, exit);
        self.frame().jump(header, &[], span);
        self.frame().switch_to(exit);
    }

    pub(super) fn endless_loop(&mut self, node: &'t ast::Block, span: Span) {
        let frame = self.frame();
        let (header, exit) = (frame.new_block(), frame.new_block());
        frame.jump(header, &[], span);
        frame.switch_to(header);
        self.loop_body(node, header, exit);
        self.frame().jump(header, &[], span);
        self.frame().switch_to(exit);
    }

    fn loop_body(&mut self, body: &'t ast::Block, on_continue: Block, on_break: Block) {
        self.frame().control.push(Control::Loop { on_break, on_continue });
        self.block_effect(body);
        self.frame().control.pop();
    }
}
