//! Bounds and overflow checks that cannot fail.
//!
//! A demand-driven proof over inequalities `a <= b + k` between ints (after Bodík, Gupta, Sarkar: ABCD:
//! Eliminating Array Bounds Checks on Demand). What is known comes from definitions, from conditions
//! that dominate the place in question, and, for parameters of loop headers, from induction: all that
//! comes in satisfies the claim, where the way around the loop may assume it.

use super::edit::Aliases;
use super::fold::{inverse, original};
use crate::analysis::{ControlFlow, Dominators};
use crate::builtins::Builtin;
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Callee, Function, Imm, InstData, ValDef, Vals};
use crate::ops::{Cond, Op};
use crate::types::{DType, Ty};

/// No array has an axis longer than this.
const MAX_DIM: i64 = 1 << 60;
/// Steps after which a proof is given up.
const MAX_STEPS: usize = 600;
const MAX_DEPTH: usize = 24;

/// Removes `bounds` that hold, and the checks of additions and products that cannot overflow.
pub fn ranges(func: &mut Function) {
    let facts = Facts::new(func);
    let order = facts.flow.order.clone();
    let mut edits: Vec<(Block, Inst, Edit)> = Vec::new();
    for &block in &order {
        for &inst in &func.blocks[block].insts {
            if let Some(edit) = facts.edit(func, block, inst) {
                edits.push((block, inst, edit));
            }
        }
    }
    let mut aliases = Aliases::new();
    for (block, inst, edit) in edits {
        match edit {
            Edit::Become(op) => {
                let data = &mut func.insts[inst];
                data.op = op;
                data.unwind.clear();
            }
            Edit::Product(x, y) => {
                let data = &mut func.insts[inst];
                data.op = Op::IMulWrap;
                data.args = Vals::from_slice(&[x, y]);
                data.unwind.clear();
            }
            Edit::Known(truth) => {
                let data = &mut func.insts[inst];
                data.op = Op::ConstBool;
                data.imm = Imm::Bool(truth);
                data.args.clear();
            }
            Edit::Drop(val) => {
                aliases.set(func.insts[inst].results[0], val);
                func.blocks[block].insts.retain(|&i| i != inst);
            }
        }
    }
    aliases.apply(func);
}

enum Edit {
    Become(Op),
    Product(Val, Val),
    Known(bool),
    Drop(Val),
}

/// What a product multiplies: `x ^ 2` is `x * x`.
fn factors(func: &Function, data: &InstData) -> Option<(Val, Val)> {
    match data.op {
        Op::IPow if func.known_int(data.args[1]) != Some(2) => None,
        Op::IPow => Some((data.args[0], data.args[0])),
        _ => Some((data.args[0], data.args[1])),
    }
}

/// One side of an inequality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    Zero,
    /// The greatest int.
    Max,
    /// The least int.
    Min,
    Val(Val),
}

/// `a <= b + k`, wherever `block` dominates.
#[derive(Clone, Copy, Debug)]
struct Fact {
    a: Term,
    b: Term,
    k: i64,
}

/// What is known about the ints of a function.
pub struct Facts {
    pub flow: ControlFlow,
    pub dominators: Dominators,
    by_block: Vec<Vec<Fact>>,
    /// For each block parameter, the blocks and arguments that come in.
    incoming: Vec<Vec<(Block, Val)>>,
    /// Parameters that also get values from elsewhere.
    opaque: Vec<bool>,
    home: Vec<Option<Block>>,
}

struct Proof<'f> {
    func: &'f Function,
    facts: &'f Facts,
    steps: usize,
    /// Claims about parameters that are being shown by induction.
    assumed: Vec<(Term, Term, i64)>,
}

impl Facts {
    pub fn new(func: &Function) -> Facts {
        let flow = ControlFlow::new(func);
        let dominators = Dominators::new(&flow);
        let mut facts = Facts {
            by_block: vec![Vec::new(); func.blocks.len()],
            incoming: vec![Vec::new(); func.vals.len()],
            opaque: vec![false; func.vals.len()],
            home: vec![None; func.insts.len()],
            flow,
            dominators,
        };
        for &param in &func.blocks[func.entry()].params {
            facts.opaque[param.index()] = true;
        }
        let (incoming, opaque) = (&mut facts.incoming, &mut facts.opaque);
        super::edit::for_each_edge(func, |from, target, brought, args| {
            let params = &func.blocks[target].params;
            for &param in &params[..brought.min(params.len())] {
                opaque[param.index()] = true;
            }
            for (&param, &arg) in params.iter().skip(brought).zip(args) {
                incoming[param.index()].push((from, arg));
            }
        });
        for &block in &facts.flow.order.clone() {
            for &inst in &func.blocks[block].insts {
                facts.home[inst.index()] = Some(block);
                facts.learn_from_sizes(func, block, inst);
            }
            facts.learn_from_branch(func, block);
        }
        facts
    }

    /// What holds at the start of `block` because of the condition its only predecessor branches on.
    fn learn_from_branch(&mut self, func: &Function, block: Block) {
        let [pred] = self.flow.preds(block) else {
            return;
        };
        let Some(term) = func.terminator(*pred) else {
            return;
        };
        let data = &func.insts[term];
        if data.op != Op::Branch || data.targets[0].block == data.targets[1].block {
            return;
        }
        let truth = data.targets[0].block == block;
        self.learn(func, block, data.args[0], truth);
    }

    fn learn(&mut self, func: &Function, block: Block, condition: Val, truth: bool) {
        let Some(data) = func.def(condition) else {
            return;
        };
        match (data.op, &data.imm) {
            (Op::IAnd, _) if truth => {
                self.learn(func, block, data.args[0], true);
                self.learn(func, block, data.args[1], true);
            }
            (Op::IOr, _) if !truth => {
                self.learn(func, block, data.args[0], false);
                self.learn(func, block, data.args[1], false);
            }
            (Op::BNot, _) => self.learn(func, block, data.args[0], !truth),
            (Op::ICmp, Imm::Cond(cond)) if *func.ty(data.args[0]) == Ty::Int => {
                let cond = if truth { *cond } else { inverse(*cond) };
                let (a, b) = (Term::Val(data.args[0]), Term::Val(data.args[1]));
                let mut add = |a, b, k| self.by_block[block.index()].push(Fact { a, b, k });
                match cond {
                    Cond::Lt => add(a, b, -1),
                    Cond::Le => add(a, b, 0),
                    Cond::Gt => add(b, a, -1),
                    Cond::Ge => add(b, a, 0),
                    Cond::Eq => {
                        add(a, b, 0);
                        add(b, a, 0);
                    }
                    Cond::Ne => {}
                }
            }
            _ => {}
        }
    }

    /// An array that was made had sizes that make sense.
    fn learn_from_sizes(&mut self, func: &Function, block: Block, inst: Inst) {
        let data = &func.insts[inst];
        let Imm::Call(call) = &data.imm else { return };
        let makes =
            matches!(call.callee, Callee::Builtin(Builtin::Zeros | Builtin::Ones | Builtin::Full));
        if data.op != Op::CallBuiltin || !makes {
            return;
        }
        for (arg, &val) in call.args.iter().zip(&data.args) {
            let boxed = func.def(val).filter(|d| d.op == Op::Box);
            let Some(size) = boxed.map(|d| d.args[0]) else {
                continue;
            };
            if *func.ty(size) != Ty::Int || arg.name.is_some() {
                continue;
            }
            // It holds behind the instruction: in the blocks that this one dominates strictly.
            for &after in &self.flow.order {
                if self.dominators.idom(&self.flow, after) == Some(block) {
                    let facts = &mut self.by_block[after.index()];
                    let (zero, size) = (Term::Zero, Term::Val(size));
                    facts.push(Fact { a: zero, b: size, k: 0 });
                    facts.push(Fact { a: size, b: zero, k: MAX_DIM });
                }
            }
            if matches!(call.callee, Callee::Builtin(Builtin::Full)) {
                return;
            }
        }
    }

    /// Whether `a <= b + k` in this block.
    pub fn le(&self, func: &Function, block: Block, a: Term, b: Term, k: i64) -> bool {
        Proof { func, facts: self, steps: 0, assumed: Vec::new() }.le(block, a, b, k, 0)
    }

    fn edit(&self, func: &Function, block: Block, inst: Inst) -> Option<Edit> {
        let data = &func.insts[inst];
        let val = |i: usize| Term::Val(data.args[i]);
        let le = |a, b, k| self.le(func, block, a, b, k);
        match data.op {
            Op::Bounds => {
                let inside = le(val(0), val(1), -1) && le(Term::Zero, val(0), 0);
                inside.then(|| Edit::Drop(data.args[0]))
            }
            Op::ICmp if *func.ty(data.args[0]) == Ty::Int => {
                let Imm::Cond(cond) = data.imm else {
                    return None;
                };
                let (below, above) = (le(val(0), val(1), -1), le(val(1), val(0), -1));
                let (up_to, from) = (le(val(0), val(1), 0), le(val(1), val(0), 0));
                let known = match cond {
                    Cond::Lt if below => true,
                    Cond::Lt if from => false,
                    Cond::Le if up_to => true,
                    Cond::Le if above => false,
                    Cond::Gt if above => true,
                    Cond::Gt if up_to => false,
                    Cond::Ge if from => true,
                    Cond::Ge if below => false,
                    Cond::Eq if below || above => false,
                    Cond::Ne if below || above => true,
                    _ => return None,
                };
                Some(Edit::Known(known))
            }
            Op::IAdd | Op::IAddSat => {
                let known = |i: usize| func.known_int(data.args[i]);
                let fits = match (known(0), known(1)) {
                    (_, Some(c)) => self.adds_up(func, block, val(0), c),
                    (Some(c), _) => self.adds_up(func, block, val(1), c),
                    _ => {
                        let half = i64::MAX / 2;
                        let small =
                            |i| le(val(i), Term::Zero, half) && le(Term::Zero, val(i), half);
                        small(0) && small(1)
                    }
                };
                fits.then_some(Edit::Become(Op::IAddWrap))
            }
            Op::ISub => {
                let fits = match func.known_int(data.args[1]) {
                    Some(c) if c != i64::MIN => self.adds_up(func, block, val(0), -c),
                    // The difference of two numbers from 0 on.
                    _ => le(Term::Zero, val(0), 0) && le(Term::Zero, val(1), 0),
                };
                fits.then_some(Edit::Become(Op::ISubWrap))
            }
            Op::IMul | Op::IPow => {
                let (x, y) = factors(func, data)?;
                let mut proof = Proof { func, facts: self, steps: 0, assumed: Vec::new() };
                let fits = proof.product_is_below(block, x, y, i64::MAX, 0);
                fits.then_some(Edit::Product(x, y))
            }
            _ => None,
        }
    }

    /// Whether `x + c` does not overflow.
    fn adds_up(&self, func: &Function, block: Block, x: Term, c: i64) -> bool {
        if c >= 0 {
            self.le(func, block, x, Term::Max, -c)
        } else {
            self.le(func, block, Term::Min, x, c)
        }
    }
}

impl Proof<'_> {
    /// The term and what it adds: a known int is zero and itself.
    fn split(&self, term: Term) -> (Term, i64) {
        match term {
            Term::Val(val) => match self.func.known_int(val) {
                Some(x) => (Term::Zero, x),
                None => (Term::Val(val), 0),
            },
            other => (other, 0),
        }
    }

    fn le(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        let ((a, x), (b, y)) = (self.split(a), self.split(b));
        let Some(k) = k.checked_add(y).and_then(|k| k.checked_sub(x)) else {
            return false;
        };
        if self.holds_at_once(a, b, k) {
            return true;
        }
        // a <= MAX + k, as a claim about zero.
        if b == Term::Max
            && let Some(k) = i64::MAX.checked_add(k)
            && self.by_upper(at, a, Term::Zero, k, depth + 1)
        {
            return true;
        }
        self.steps += 1;
        if self.steps > MAX_STEPS || depth > MAX_DEPTH {
            return false;
        }
        self.by_fact(at, a, b, k, depth)
            || self.by_upper(at, a, b, k, depth)
            || self.by_lower(at, a, b, k, depth)
    }

    fn holds_at_once(&self, a: Term, b: Term, k: i64) -> bool {
        match (a, b) {
            _ if a == b => k >= 0,
            (_, Term::Max) | (Term::Min, _) if k >= 0 => true,
            (_, Term::Zero) | (Term::Zero, _) if k == i64::MAX => true,
            (Term::Zero, Term::Max) => k >= -i64::MAX,
            (Term::Min, Term::Zero) => k >= -i64::MAX,
            (Term::Min, Term::Max) => true,
            _ => false,
        }
    }

    /// `a <= c + j` and `c <= b + (k - j)`, by a condition on `a` or on `b`.
    fn by_fact(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        let facts = self.facts;
        let mut here = Some(at);
        while let Some(block) = here {
            for fact in &facts.by_block[block.index()] {
                let Some(rest) = k.checked_sub(fact.k) else {
                    continue;
                };
                let (fact_a, x) = self.split(fact.a);
                let (fact_b, y) = self.split(fact.b);
                if fact_a == a
                    && a != Term::Zero
                    && let Some(rest) = rest.checked_add(x)
                    && self.le(at, fact.b, b, rest, depth + 1)
                {
                    return true;
                }
                if fact_b == b
                    && b != Term::Zero
                    && let Some(rest) = rest.checked_sub(y)
                    && self.le(at, a, fact.a, rest, depth + 1)
                {
                    return true;
                }
            }
            here = facts.dominators.idom(&facts.flow, block);
        }
        false
    }

    /// By what `a` is made of.
    fn by_upper(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        let Term::Val(val) = a else { return false };
        let Some(data) = self.func.def(val) else {
            return self.by_induction(a, b, k, depth, val, true);
        };
        let arg = |i: usize| Term::Val(data.args[i]);
        let known = |i: usize| data.args.get(i).and_then(|&v| self.func.known_int(v));
        let (second, next) = (known(1), depth + 1);
        match data.op {
            Op::IAdd | Op::IAddWrap | Op::IAddSat => match second {
                Some(c) => {
                    let fits = data.op != Op::IAddWrap || self.adds_up(at, arg(0), c, next);
                    fits && k.checked_sub(c).is_some_and(|k| self.le(at, arg(0), b, k, next))
                }
                // x + y <= x where y <= 0
                None if data.op == Op::IAdd => {
                    (self.le(at, arg(1), Term::Zero, 0, next) && self.le(at, arg(0), b, k, next))
                        || (b == Term::Zero && self.halves_fit(at, arg(0), arg(1), k, next))
                }
                None => false,
            },
            Op::ISub | Op::ISubWrap => match second {
                Some(c) => {
                    let fits = data.op == Op::ISub || self.adds_up(at, arg(0), -c, next);
                    fits && k.checked_add(c).is_some_and(|k| self.le(at, arg(0), b, k, next))
                }
                None => {
                    data.op == Op::ISub
                        && self.le(at, Term::Zero, arg(1), 0, next)
                        && self.le(at, arg(0), b, k, next)
                }
            },
            Op::IMin => self.le(at, arg(0), b, k, next) || self.le(at, arg(1), b, k, next),
            Op::IMax => self.le(at, arg(0), b, k, next) && self.le(at, arg(1), b, k, next),
            Op::Select => self.le(at, arg(1), b, k, next) && self.le(at, arg(2), b, k, next),
            Op::BoolToInt => self.le(at, Term::Zero, b, k.saturating_sub(1), next),
            Op::IAnd => {
                // x & m <= m where m >= 0, and <= x where x >= 0
                let mask = second.filter(|m| *m >= 0);
                mask.is_some_and(|m| self.le(at, Term::Zero, b, k.saturating_sub(m), next))
                    || (self.le(at, Term::Zero, arg(0), 0, next) && self.le(at, arg(0), b, k, next))
            }
            Op::IRem => match second {
                Some(c) if c > 0 => self.le(at, Term::Zero, b, k.saturating_sub(c - 1), next),
                Some(_) => self.le(at, Term::Zero, b, k, next),
                None => {
                    self.le(at, Term::Zero, arg(1), -1, next)
                        && self.le(at, arg(1), b, k.saturating_add(1), next)
                }
            },
            // From 0 on, quotients and shifts only get smaller.
            Op::IShr => {
                self.le(at, Term::Zero, arg(0), 0, next) && self.le(at, arg(0), b, k, next)
                    || b == Term::Zero && {
                        let shift = second.filter(|s| (1..32).contains(s));
                        let room =
                            shift.and_then(|s| k.checked_mul(1 << s)?.checked_add((1 << s) - 1));
                        room.is_some_and(|k| self.le(at, arg(0), b, k, next))
                    }
            }
            Op::IFloorDiv => {
                second.is_some_and(|c| c >= 1)
                    && self.le(at, Term::Zero, arg(0), 0, next)
                    && self.le(at, arg(0), b, k, next)
            }
            Op::IMul | Op::IMulWrap | Op::IPow if b == Term::Zero => factors(self.func, data)
                .is_some_and(|(x, y)| self.product_is_below(at, x, y, k, next)),
            // The size itself is one above the greatest index.
            Op::Bounds => {
                self.le(at, arg(1), b, k.saturating_add(1), next)
                    || (self.le(at, Term::Zero, arg(0), 0, next) && self.le(at, arg(0), b, k, next))
            }
            Op::ArrDim | Op::ArrLen | Op::ListLen => match b {
                Term::Zero => k >= MAX_DIM,
                Term::Val(other) => k >= 0 && self.same_size(val, other),
                _ => b == Term::Max && k >= MAX_DIM - i64::MAX,
            },
            Op::Load => match data.imm {
                Imm::DType(DType::U8) => self.le(at, Term::Zero, b, k.saturating_sub(255), next),
                Imm::DType(DType::I32) => {
                    let most = i64::from(i32::MAX);
                    self.le(at, Term::Zero, b, k.saturating_sub(most), next)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// By what `b` is made of.
    fn by_lower(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        let Term::Val(val) = b else { return false };
        let Some(data) = self.func.def(val) else {
            return self.by_induction(a, b, k, depth, val, false);
        };
        let arg = |i: usize| Term::Val(data.args[i]);
        let second = data.args.get(1).and_then(|&v| self.func.known_int(v));
        let next = depth + 1;
        match data.op {
            Op::IAdd | Op::IAddWrap | Op::IAddSat => match second {
                Some(c) => {
                    let fits = data.op != Op::IAddWrap || self.adds_up(at, arg(0), c, next);
                    // A sum that stops at the greatest int is below what it would be.
                    let fits =
                        fits && (data.op != Op::IAddSat || self.adds_up(at, arg(0), c, next));
                    fits && k.checked_add(c).is_some_and(|k| self.le(at, a, arg(0), k, next))
                }
                None if data.op != Op::IAddWrap => {
                    (self.le(at, Term::Zero, arg(1), 0, next) && self.le(at, a, arg(0), k, next))
                        || (self.le(at, Term::Zero, arg(0), 0, next)
                            && self.le(at, a, arg(1), k, next))
                }
                None => false,
            },
            Op::ISub | Op::ISubWrap => match second {
                Some(c) => {
                    let fits = data.op == Op::ISub || self.adds_up(at, arg(0), -c, next);
                    fits && k.checked_sub(c).is_some_and(|k| self.le(at, a, arg(0), k, next))
                }
                None => {
                    data.op == Op::ISub
                        && self.le(at, arg(1), Term::Zero, 0, next)
                        && self.le(at, a, arg(0), k, next)
                }
            },
            Op::IMax => self.le(at, a, arg(0), k, next) || self.le(at, a, arg(1), k, next),
            Op::IMin => self.le(at, a, arg(0), k, next) && self.le(at, a, arg(1), k, next),
            Op::Select => self.le(at, a, arg(1), k, next) && self.le(at, a, arg(2), k, next),
            // Never negative.
            Op::BoolToInt | Op::ArrDim | Op::ArrLen | Op::ListLen | Op::Bounds => {
                self.le(at, a, Term::Zero, k, next)
            }
            Op::IAnd => {
                let positive = second.is_some_and(|m| m >= 0)
                    || self.le(at, Term::Zero, arg(0), 0, next)
                    || self.le(at, Term::Zero, arg(1), 0, next);
                positive && self.le(at, a, Term::Zero, k, next)
            }
            Op::IOr => {
                self.le(at, Term::Zero, arg(0), 0, next)
                    && self.le(at, Term::Zero, arg(1), 0, next)
                    && self.le(at, a, Term::Zero, k, next)
            }
            Op::IRem => {
                let positive = match second {
                    Some(c) => c > 0,
                    None => self.le(at, Term::Zero, arg(1), -1, next),
                };
                positive && self.le(at, a, Term::Zero, k, next)
            }
            Op::IShr | Op::IShl => {
                self.le(at, Term::Zero, arg(0), 0, next) && self.le(at, a, Term::Zero, k, next)
            }
            Op::IFloorDiv => {
                second.is_some_and(|c| c > 0)
                    && self.le(at, Term::Zero, arg(0), 0, next)
                    && self.le(at, a, Term::Zero, k, next)
            }
            Op::IMul | Op::IPow => {
                let Some((x, y)) = factors(self.func, data) else { return false };
                let positive = x == y
                    || self.le(at, Term::Zero, Term::Val(x), 0, next)
                        && self.le(at, Term::Zero, Term::Val(y), 0, next);
                positive && self.le(at, a, Term::Zero, k, next)
            }
            Op::IMulWrap => {
                self.product_is_below(at, data.args[0], data.args[1], i64::MAX, next)
                    && self.le(at, a, Term::Zero, k, next)
            }
            Op::Load => {
                matches!(data.imm, Imm::DType(DType::U8)) && self.le(at, a, Term::Zero, k, next)
            }
            _ => false,
        }
    }

    /// A block parameter satisfies what all that comes in satisfies; the way back to where the claim is
    /// made may assume it.
    fn by_induction(
        &mut self,
        a: Term,
        b: Term,
        k: i64,
        depth: usize,
        param: Val,
        is_upper: bool,
    ) -> bool {
        let ValDef::Param(block, _) = self.func.vals[param].def else {
            return false;
        };
        let facts = self.facts;
        if facts.opaque[param.index()] || facts.incoming[param.index()].is_empty() {
            return false;
        }
        // The other side must be one and the same number on all ways in.
        let other = if is_upper { b } else { a };
        if let Term::Val(other) = other
            && !self.is_fixed_at(other, block)
        {
            return false;
        }
        if let Some(&(_, _, assumed)) = self.assumed.iter().find(|&&(x, y, _)| (x, y) == (a, b)) {
            return k >= assumed;
        }
        self.assumed.push((a, b, k));
        let all = facts.incoming[param.index()].iter().all(|&(from, arg)| {
            let arg = Term::Val(arg);
            match is_upper {
                true => self.le(from, arg, b, k, depth + 1),
                false => self.le(from, a, arg, k, depth + 1),
            }
        });
        self.assumed.pop();
        all
    }

    /// Whether a value is computed before `block` is entered.
    fn is_fixed_at(&self, val: Val, block: Block) -> bool {
        let facts = self.facts;
        let home = match self.func.vals[val].def {
            ValDef::Param(home, _) => home,
            ValDef::Result(inst, _) => match facts.home[inst.index()] {
                Some(home) => home,
                None => return false,
            },
        };
        home != block && facts.dominators.dominates(&facts.flow, home, block)
    }

    fn adds_up(&mut self, at: Block, x: Term, c: i64, depth: usize) -> bool {
        if c >= 0 {
            self.le(at, x, Term::Max, -c, depth)
        } else {
            self.le(at, Term::Min, x, c, depth)
        }
    }

    /// `x <= k / 2` and `y <= k / 2`.
    fn halves_fit(&mut self, at: Block, x: Term, y: Term, k: i64, depth: usize) -> bool {
        self.le(at, x, Term::Zero, k / 2, depth) && self.le(at, y, Term::Zero, k / 2, depth)
    }

    /// Whether the product of two numbers from 0 on is at most `k`.
    fn product_is_below(&mut self, at: Block, x: Val, y: Val, k: i64, depth: usize) -> bool {
        const LIMITS: [i64; 6] = [1 << 8, 1 << 16, 1 << 24, 1 << 32, 1 << 40, 1 << 60];
        let most = |this: &mut Self, v: Val| {
            if let Some(c) = this.func.known_int(v) {
                return (c >= 0).then_some(c);
            }
            if !this.le(at, Term::Zero, Term::Val(v), 0, depth) {
                return None;
            }
            LIMITS.into_iter().find(|&m| this.le(at, Term::Val(v), Term::Zero, m, depth))
        };
        let (Some(p), Some(q)) = (most(self, x), most(self, y)) else {
            return false;
        };
        p.checked_mul(q).is_some_and(|n| n <= k)
    }

    /// Whether two sizes are those of the same axis of the same array.
    fn same_size(&self, a: Val, b: Val) -> bool {
        let (Some(x), Some(y)) = (self.func.def(a), self.func.def(b)) else {
            return false;
        };
        x.op == Op::ArrDim
            && y.op == Op::ArrDim
            && x.imm == y.imm
            && original(self.func, x.args[0]) == original(self.func, y.args[0])
    }
}
