//! The ends of blocks: jumps, and the moves that happen on the way.

use super::super::ins::{Ins, Reg, marks};
use super::super::places::small_int;
use super::{Emitter, Label, MoveTo, Source, Stub, condition, mark, weak_mark};
use crate::value::Value;
use quern_ir::Entity;
use quern_ir::function::{Target, ValDef};
use quern_ir::ops::Cond;
use quern_ir::{Block, Inst, Op, Val};

impl Emitter<'_> {
    pub(super) fn terminator(&mut self, block: Block, inst: Inst, next: Option<Block>) {
        let data = &self.f.insts[inst];
        match data.op {
            Op::Jump => self.edge(block, &data.targets[0], 0, next),
            Op::Branch => self.branch(block, inst, next),
            Op::IterNext => {
                let (body, exit) = (&data.targets[0], &data.targets[1]);
                let params = &self.f.blocks[body.block].params;
                let param = |i: usize| {
                    params.get(i).and_then(|&p| self.places.var(p)).map(|v| self.regs.of(v))
                };
                let (item, next_pos) = (param(0), param(1));
                let (it, pos) = (self.reg(data.args[0]), self.reg(data.args[1]));
                let scratch = self.regs.scratch;
                self.push(Ins::IterNext { item: item.unwrap_or(scratch), it, pos });
                let at = self.push(Ins::IterExit { next: next_pos.unwrap_or(scratch), by: 0 });
                let clear = self
                    .places
                    .var(data.args[0])
                    .filter(|&v| !self.live.is_live_in(exit.block, v) && !self.places.is_pinned(v))
                    .filter(|_| !self.walks_range(data.args[0]))
                    .map(|v| self.regs.of(v));
                let label = self.label(block, exit, clear);
                self.fixups.push((at, label));
                self.edge(block, body, 2, next);
            }
            Op::Return => {
                match data.args.first() {
                    Some(&v) => {
                        let a = self.reg(v);
                        self.push(Ins::Return { a });
                    }
                    None => {
                        self.push(Ins::Clear { a: self.regs.scratch });
                        self.push(Ins::Return { a: self.regs.scratch });
                    }
                };
            }
            Op::Throw => {
                let a = self.reg(data.args[0]);
                self.push(Ins::Throw { a });
            }
            _ => {
                self.push(Ins::Unreachable);
            }
        }
    }

    /// Whether an iterable is a range made just for the walk. That holds nothing: it is left in its
    /// register, and the next one made there takes its memory.
    fn walks_range(&self, iterable: Val) -> bool {
        let made_by = |val: Val, op: Op| match self.f.vals[val].def {
            ValDef::Result(inst, _) if self.f.insts[inst].op == op => Some(inst),
            _ => None,
        };
        made_by(iterable, Op::Iter)
            .is_some_and(|iter| made_by(self.f.insts[iter].args[0], Op::Range).is_some())
    }

    fn branch(&mut self, block: Block, inst: Inst, next: Option<Block>) {
        let data = &self.f.insts[inst];
        let (yes, no) = (&data.targets[0], &data.targets[1]);
        if let Some(&compare) = self.places.fused.get(&inst) {
            self.span = self.f.insts[compare].span;
            let (ins, last) = self.comparing_jump(compare);
            let at = self.push_marked(ins, last);
            self.span = data.span;
            let label = self.label(block, no, None);
            self.fixups.push((at, label));
            self.edge(block, yes, 0, next);
            return;
        }
        if self.places.var(data.args[0]).is_none()
            && let Some(Value::Bool(always)) = self.places.constant(data.args[0])
        {
            self.edge(block, if *always { yes } else { no }, 0, next);
            return;
        }
        let a = self.reg(data.args[0]);
        if next == Some(no.block) && next != Some(yes.block) {
            let at = self.push(Ins::JumpIf { a, by: 0 });
            let label = self.label(block, yes, None);
            self.fixups.push((at, label));
            self.edge(block, no, 0, next);
        } else {
            let at = self.push(Ins::JumpUnless { a, by: 0 });
            let label = self.label(block, no, None);
            self.fixups.push((at, label));
            self.edge(block, yes, 0, next);
        }
    }

    /// The jump that does a comparison, with its marks.
    fn comparing_jump(&mut self, compare: Inst) -> (Ins, u8) {
        let data = &self.f.insts[compare];
        let (x, y) = (data.args[0], data.args[1]);
        let a = self.reg(x);
        let x_ends = self.is_ending(x);
        let cond = condition(data.op);
        if self.places.var(y).is_none()
            && let Some(value) = small_int(self.places.constant(y))
        {
            let ins = match cond {
                Cond::Eq => Ins::UnlessEqInt { a, value, by: 0 },
                Cond::Ne => Ins::UnlessNeInt { a, value, by: 0 },
                Cond::Lt => Ins::UnlessLtInt { a, value, by: 0 },
                Cond::Le => Ins::UnlessLeInt { a, value, by: 0 },
                Cond::Gt => Ins::UnlessGtInt { a, value, by: 0 },
                Cond::Ge => Ins::UnlessGeInt { a, value, by: 0 },
            };
            return (ins, mark(x_ends, marks::ENDS_A));
        }
        let weak = weak_mark(&data.imm);
        let b = self.reg(y);
        let ins = match cond {
            Cond::Eq => Ins::UnlessEq { a, b, by: 0 },
            Cond::Ne => Ins::UnlessNe { a, b, by: 0 },
            Cond::Lt => Ins::UnlessLt { a, b, by: 0 },
            Cond::Le => Ins::UnlessLe { a, b, by: 0 },
            Cond::Gt => Ins::UnlessGt { a, b, by: 0 },
            Cond::Ge => Ins::UnlessGe { a, b, by: 0 },
        };
        let ends = mark(x_ends && a != b, marks::ENDS_A) | mark(self.is_ending(y), marks::ENDS_B);
        (ins, ends | weak)
    }

    fn is_backward(&self, from: Block, to: Block) -> bool {
        self.places.order[to.index()] <= self.places.order[from.index()]
    }

    /// Where a jump along an edge must go: to the block, or to a stub that moves the arguments first.
    fn label(&mut self, from: Block, target: &Target, clear: Option<Reg>) -> Label {
        let moves = self.moves(target, 0);
        if moves.is_empty() && clear.is_none() && !self.is_backward(from, target.block) {
            return Label::Block(self.through(target.block));
        }
        self.stubs.push(Stub { clear, moves, from, to: target.block, span: self.span, start: 0 });
        Label::Stub(self.stubs.len() - 1)
    }

    /// Goes along an edge right here: moves, then a jump unless the block comes next.
    fn edge(&mut self, from: Block, target: &Target, skip: usize, next: Option<Block>) {
        let moves = self.moves(target, skip);
        self.all_at_once(moves);
        self.jump(from, target.block, next);
    }

    pub(super) fn jump(&mut self, from: Block, to: Block, next: Option<Block>) {
        if self.is_backward(from, to) {
            let site = self.places.loops.iter().position(|l| l.header == to).unwrap_or(0) as u16;
            let at = self.push(Ins::Loop { site, by: 0 });
            self.fixups.push((at, Label::Block(to)));
            return;
        }
        let to = self.through(to);
        if self.falls_to(next, to) {
            return;
        }
        match self.bare_return(to) {
            Some(a) => drop(self.push(Ins::Return { a })),
            None => {
                let at = self.push(Ins::Jump { by: 0 });
                self.fixups.push((at, Label::Block(to)));
            }
        }
    }

    /// Where control goes from a block that does nothing but jump on, as of an `if` without `else`.
    pub(super) fn passage(&mut self, block: Block) -> Option<Block> {
        let (&last, before) = self.f.blocks[block].insts.split_last()?;
        let data = &self.f.insts[last];
        if data.op != Op::Jump || !before.iter().all(|&inst| self.places.is_silent(inst)) {
            return None;
        }
        let target = &data.targets[0];
        let is_forward = !self.is_backward(block, target.block);
        (is_forward && self.moves(target, 0).is_empty()).then_some(target.block)
    }

    /// The block that a jump to this one comes to in the end.
    pub(super) fn through(&self, block: Block) -> Block {
        self.through[block.index()]
    }

    /// Whether control that runs into `next` is at `to` without an instruction.
    fn falls_to(&self, next: Option<Block>, to: Block) -> bool {
        let Some(next) = next else { return false };
        let from = self.places.order[next.index()] as usize;
        let passes = |block: &Block| *block != to && self.through(*block) == to;
        self.f.layout[from..].iter().find(|block| !passes(block)) == Some(&to)
    }

    /// The register that a block returns, if it does nothing else.
    fn bare_return(&self, block: Block) -> Option<Reg> {
        let (&last, before) = self.f.blocks[block].insts.split_last()?;
        let data = &self.f.insts[last];
        if data.op != Op::Return || !before.iter().all(|&inst| self.places.is_silent(inst)) {
            return None;
        }
        let val = *data.args.first()?;
        self.places.var(val).map(|var| self.regs.of(var))
    }

    /// The assignments of an edge to the parameters of its block, without the first `skip`.
    fn moves(&mut self, target: &Target, skip: usize) -> Vec<MoveTo> {
        let params: Vec<Val> =
            self.f.blocks[target.block].params.iter().copied().skip(skip).collect();
        let mut moves = Vec::new();
        for (param, &arg) in params.into_iter().zip(&target.args) {
            let Some(d) = self.places.var(param).map(|v| self.regs.of(v)) else { continue };
            let source = match (self.places.constant(arg), self.places.var(arg)) {
                (Some(value), _) => Source::Const(self.constant(arg, &value.clone())),
                (None, Some(var)) => {
                    let stays =
                        self.live.is_live_in(target.block, var) || self.places.is_pinned(var);
                    Source::Reg { reg: self.regs.of(var), last_use: !stays }
                }
                (None, None) => continue,
            };
            moves.push(MoveTo { d, source });
        }
        // Of several moves out of one register only the last may empty it, and none if it stays put.
        for i in 0..moves.len() {
            if let Source::Reg { reg, last_use: true } = moves[i].source {
                let again = moves[i + 1..]
                    .iter()
                    .any(|m| matches!(m.source, Source::Reg { reg: r, .. } if r == reg));
                let stays = moves.iter().any(|m| {
                    m.d == reg && matches!(m.source, Source::Reg { reg: r, .. } if r == reg)
                });
                if again || stays {
                    moves[i].source = Source::Reg { reg, last_use: false };
                }
            }
        }
        moves.retain(|m| !matches!(m.source, Source::Reg { reg, .. } if reg == m.d));
        moves
    }

    /// Emits assignments that happen at once, in an order in which none overwrites what another still
    /// reads; a cycle goes through the scratch register.
    pub(super) fn all_at_once(&mut self, mut moves: Vec<MoveTo>) {
        let reads = |m: &MoveTo, r: Reg| matches!(m.source, Source::Reg { reg, .. } if reg == r);
        while !moves.is_empty() {
            let ready = (0..moves.len())
                .find(|&i| !moves.iter().enumerate().any(|(j, m)| j != i && reads(m, moves[i].d)));
            match ready {
                Some(i) => {
                    let m = moves.remove(i);
                    match m.source {
                        Source::Const(k) => {
                            self.push(Ins::LoadConst { d: m.d, k: k as u32 });
                        }
                        Source::Reg { reg: a, last_use } => {
                            // An earlier-ordered move may still read it: only the last one moves.
                            let again = moves.iter().any(|n| reads(n, a));
                            let ins = if last_use && !again {
                                Ins::Move { d: m.d, a }
                            } else {
                                Ins::Copy { d: m.d, a }
                            };
                            self.push(ins);
                        }
                    }
                }
                None => {
                    // What the first assignment overwrites is kept in the scratch register.
                    let (kept, scratch) = (moves[0].d, self.regs.scratch);
                    self.push(Ins::Move { d: scratch, a: kept });
                    for m in &mut moves {
                        if reads(m, kept) {
                            m.source = Source::Reg { reg: scratch, last_use: true };
                        }
                    }
                }
            }
        }
    }
}
