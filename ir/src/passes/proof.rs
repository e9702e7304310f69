//! Proofs of inequalities `a <= b + k` between ints.
//!
//! Demand-driven (after Bodík, Gupta, Sarkar: ABCD: Eliminating Array Bounds Checks on Demand). What is
//! known comes from definitions, from conditions that dominate the place in question, and, for
//! parameters of loop headers, from induction: all that comes in satisfies the claim, where the way
//! around the loop may assume it.
//!
//! A proof may also *suppose* inequalities between values that are known in front of a loop, to be
//! tested there (`version`).

use super::fold::{inverse, original};
use crate::analysis::{ControlFlow, Dominators};
use crate::builtins::Builtin;
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Callee, Function, Imm, InstData, ValDef};
use crate::ops::{Cond, Op};
use crate::types::{DType, Ty};
use smallvec::SmallVec;

/// No array has an axis longer than this.
const MAX_DIM: i64 = 1 << 60;
/// Steps after which a proof is given up.
const MAX_STEPS: usize = 1500;
const MAX_DEPTH: usize = 24;

/// A counter starts within `MAX_START` of zero and moves by `MAX_STEP` at a time. At four steps in a
/// nanosecond it takes four years to be `MAX_COUNTED` beyond.
const MAX_START: i64 = 1 << 61;
const MAX_STEP: i64 = 4;
const MAX_COUNTED: i64 = 1 << 61;
/// Values that a counter may be made of.
const MAX_WEB: usize = 40;

/// What a product multiplies: `x ^ 2` is `x * x`.
pub fn factors(func: &Function, data: &InstData) -> Option<(Val, Val)> {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub a: Term,
    pub b: Term,
    pub k: i64,
}

impl Term {
    /// The term and what it adds: a known int is zero and itself.
    fn split(self, func: &Function) -> (Term, i64) {
        match self {
            Term::Val(val) => match func.known_int(val) {
                Some(x) => (Term::Zero, x),
                None => (self, 0),
            },
            other => (other, 0),
        }
    }
}

impl Fact {
    /// The same with known ints in `k`.
    fn without_numbers(self, func: &Function) -> Option<Fact> {
        let ((a, x), (b, y)) = (self.a.split(func), self.b.split(func));
        Some(Fact { a, b, k: self.k.checked_add(y)?.checked_sub(x)? })
    }
}

/// What is known about the ints of a function.
pub struct Facts {
    pub flow: ControlFlow,
    pub dominators: Dominators,
    /// What holds where a block dominates, from the last block in the order to the first, so that of those
    /// that dominate a block the closest comes first. Without known ints: those are in `k`.
    conditions: Vec<(Block, Fact)>,
    /// The conditions with a value as `a`, and those with it as `b`.
    with_a: Vec<Vec<usize>>,
    with_b: Vec<Vec<usize>>,
    /// For each block parameter, the blocks and arguments that come in.
    incoming: Vec<Vec<(Block, Val)>>,
    /// Parameters that also get values from elsewhere.
    opaque: Vec<bool>,
    home: Vec<Option<Block>>,
}

/// One attempt after another to show inequalities.
pub struct Proof<'f> {
    pub func: &'f Function,
    facts: &'f Facts,
    steps: usize,
    /// Claims about parameters that are being shown by induction.
    assumed: Vec<(Term, Term, i64)>,
    /// The end of this block is where inequalities between values known there may be tested.
    tested_at: Option<Block>,
    supposed: Vec<Fact>,
    /// Bools that are tested to be true.
    granted: Vec<Val>,
}

impl Facts {
    pub fn new(func: &Function) -> Facts {
        let flow = ControlFlow::new(func);
        let dominators = Dominators::new(&flow);
        let mut facts = Facts {
            conditions: Vec::new(),
            with_a: vec![Vec::new(); func.vals.len()],
            with_b: vec![Vec::new(); func.vals.len()],
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
        let mut learned = vec![Vec::new(); func.blocks.len()];
        for &block in &facts.flow.order {
            for &inst in &func.blocks[block].insts {
                facts.home[inst.index()] = Some(block);
                facts.learn_from_sizes(func, block, inst, &mut learned);
            }
            facts.learn_from_branch(func, block, &mut learned[block.index()]);
        }
        for &block in facts.flow.order.iter().rev() {
            for fact in &learned[block.index()] {
                let number = facts.conditions.len();
                facts.conditions.push((block, *fact));
                for (term, with) in [(fact.a, &mut facts.with_a), (fact.b, &mut facts.with_b)] {
                    if let Term::Val(val) = term {
                        with[val.index()].push(number);
                    }
                }
            }
        }
        facts
    }

    /// The conditions that hold in a block and have `a` on the left or `b` on the right, closest first.
    fn about(&self, at: Block, a: Term, b: Term) -> SmallVec<[Fact; 8]> {
        fn list(term: Term, with: &[Vec<usize>]) -> &[usize] {
            match term {
                Term::Val(val) => &with[val.index()],
                _ => &[],
            }
        }
        let holds =
            |&number: &usize| self.dominators.dominates(&self.flow, self.conditions[number].0, at);
        let both = list(a, &self.with_a).iter().chain(list(b, &self.with_b)).copied();
        let mut numbers: SmallVec<[usize; 8]> = both.filter(holds).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| self.conditions[number].1).collect()
    }

    /// What holds at the start of `block` because of the condition its only predecessor branches on.
    fn learn_from_branch(&self, func: &Function, block: Block, facts: &mut Vec<Fact>) {
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
        learn(func, data.args[0], truth, facts);
    }

    /// An array that was made had sizes that make sense.
    fn learn_from_sizes(
        &self,
        func: &Function,
        block: Block,
        inst: Inst,
        learned: &mut [Vec<Fact>],
    ) {
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
                    let facts = &mut learned[after.index()];
                    let (zero, size) = (Term::Zero, Term::Val(size));
                    let not_negative = Fact { a: zero, b: size, k: 0 };
                    let not_huge = Fact { a: size, b: zero, k: MAX_DIM };
                    for fact in [not_negative, not_huge] {
                        facts.extend(fact.without_numbers(func));
                    }
                }
            }
            if matches!(call.callee, Callee::Builtin(Builtin::Full)) {
                return;
            }
        }
    }
}

/// What holds where a condition has come out so.
fn learn(func: &Function, condition: Val, truth: bool, facts: &mut Vec<Fact>) {
    let Some(data) = func.def(condition) else {
        return;
    };
    match (data.op, &data.imm) {
        (Op::IAnd, _) if truth => {
            learn(func, data.args[0], true, facts);
            learn(func, data.args[1], true, facts);
        }
        (Op::IOr, _) if !truth => {
            learn(func, data.args[0], false, facts);
            learn(func, data.args[1], false, facts);
        }
        (Op::BNot, _) => learn(func, data.args[0], !truth, facts),
        (Op::ICmp, Imm::Cond(cond)) if *func.ty(data.args[0]) == Ty::Int => {
            let cond = if truth { *cond } else { inverse(*cond) };
            let (a, b) = (Term::Val(data.args[0]), Term::Val(data.args[1]));
            let mut add = |a, b, k| facts.extend(Fact { a, b, k }.without_numbers(func));
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

/// A way to show `a <= b + k` in a block, at a depth.
type Way<'f> = fn(&mut Proof<'f>, Block, Term, Term, i64, usize) -> bool;

impl<'f> Proof<'f> {
    pub fn new(func: &'f Function, facts: &'f Facts) -> Proof<'f> {
        Proof {
            func,
            facts,
            steps: 0,
            assumed: Vec::new(),
            tested_at: None,
            supposed: Vec::new(),
            granted: Vec::new(),
        }
    }

    /// Proofs that may suppose what can be tested at the end of a block.
    pub fn with_tests(func: &'f Function, facts: &'f Facts, at: Block) -> Proof<'f> {
        Proof { tested_at: Some(at), ..Proof::new(func, facts) }
    }

    /// From now on a bool is true.
    pub fn grant(&mut self, val: Val) {
        self.granted.push(val);
    }

    /// What was supposed by the proofs so far, as `a <= b + k`.
    pub fn supposed(&self) -> &[Fact] {
        &self.supposed
    }

    /// Forgets what was supposed after the first `n`.
    pub fn forget_supposed(&mut self, n: usize) {
        self.supposed.truncate(n);
    }

    /// Whether `a <= b + k` in this block.
    pub fn shows(&mut self, block: Block, a: Term, b: Term, k: i64) -> bool {
        self.steps = 0;
        self.le(block, a, b, k, 0)
    }

    /// Whether `x + c` does not overflow.
    pub fn shows_sum_fits(&mut self, block: Block, x: Term, c: i64) -> bool {
        self.steps = 0;
        self.adds_up(block, x, c, 0)
    }

    /// Whether the product of two numbers does not overflow, as far as that is easily seen.
    pub fn shows_product_fits(&mut self, block: Block, x: Val, y: Val) -> bool {
        self.steps = 0;
        let known = |val| self.func.known_int(val).filter(|&c| c != 0 && c != i64::MIN);
        let factor = known(y).map(|c| (c, x)).or_else(|| known(x).map(|c| (c, y)));
        if let Some((c, x)) = factor {
            // |x| <= MAX / |c|
            let most = i64::MAX / c.abs();
            let x = Term::Val(x);
            return self.le(block, x, Term::Zero, most, 0)
                && self.le(block, Term::Zero, x, most, 0);
        }
        self.product_is_below(block, x, y, i64::MAX, 0)
    }

    fn le(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        let ((a, x), (b, y)) = (a.split(self.func), b.split(self.func));
        let Some(k) = k.checked_add(y).and_then(|k| k.checked_sub(x)) else {
            return false;
        };
        if self.holds_at_once(a, b, k) {
            return true;
        }
        if self.supposed.iter().any(|fact| (fact.a, fact.b) == (a, b) && fact.k <= k) {
            return true;
        }
        // That a sum fits seldom needs a test.
        let is_limit = b == Term::Max || a == Term::Min;
        if is_limit && self.tested_at.is_some() && self.surely(at, a, b, k, depth) {
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
        if let Some(place) = self.tested_at
            && [a, b].into_iter().all(|term| self.is_known_at(term, place))
        {
            // What needs no test is not tested; what does is tested as it stands.
            return self.surely(at, a, b, k, depth) || self.suppose(a, b, k);
        }
        let ways: &[Way<'f>] = match self.tested_at {
            // A test that a value is small, because another one is not, seldom succeeds.
            Some(_) => &[
                |me, at, a, b, k, depth| me.without_tests(|me| me.by_fact(at, a, b, k, depth)),
                Self::by_relation,
                Self::by_upper,
                Self::by_lower,
                Self::by_fact,
            ],
            None => &[Self::by_fact, Self::by_upper, Self::by_lower],
        };
        let n = self.supposed.len();
        for way in ways {
            if way(self, at, a, b, k, depth) {
                return true;
            }
            // What a failed attempt supposed is not needed.
            self.supposed.truncate(n);
        }
        false
    }

    /// Whether a claim holds without any test.
    fn surely(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        self.without_tests(|me| me.le(at, a, b, k, depth + 1))
    }

    fn without_tests<T>(&mut self, claim: impl FnOnce(&mut Self) -> T) -> T {
        let (tested_at, supposed) = (self.tested_at.take(), std::mem::take(&mut self.supposed));
        let holds = claim(self);
        (self.tested_at, self.supposed) = (tested_at, supposed);
        holds
    }

    /// Notes an inequality between known values to be tested, if it may well hold.
    fn suppose(&mut self, a: Term, b: Term, k: i64) -> bool {
        let is_number = |term| !matches!(term, Term::Val(_));
        // Numbers far apart are never tested for with success.
        let is_sensible = k >= -MAX_DIM || b == Term::Max || a == Term::Min;
        let may_hold =
            is_sensible && !(is_number(a) && is_number(b)) && a != Term::Max && b != Term::Min;
        if may_hold {
            self.supposed.push(Fact { a, b, k });
        }
        may_hold
    }

    /// Whether a term has its value at the end of a block already.
    pub fn is_known_at(&self, term: Term, block: Block) -> bool {
        let Term::Val(val) = term else { return true };
        self.home(val).is_some_and(|home| {
            let facts = self.facts;
            facts.dominators.dominates(&facts.flow, home, block)
        })
    }

    fn home(&self, val: Val) -> Option<Block> {
        match self.func.vals[val].def {
            ValDef::Param(home, _) => Some(home),
            ValDef::Result(inst, _) => self.facts.home[inst.index()],
        }
    }

    fn holds_at_once(&self, a: Term, b: Term, k: i64) -> bool {
        match (a, b) {
            _ if a == b => k >= 0,
            (_, Term::Max) | (Term::Min, _) if k >= 0 => true,
            // The least int is further below zero than that.
            (_, Term::Zero) if k == i64::MAX => true,
            (Term::Zero, Term::Max) => k >= -i64::MAX,
            (Term::Min, Term::Zero) => k >= -i64::MAX,
            (Term::Min, Term::Max) => true,
            _ => false,
        }
    }

    /// `a <= c + j` and `c <= b + (k - j)`, by a condition on `a` or on `b`.
    fn by_fact(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        self.by_facts(at, a, b, k, depth, |_| true)
    }

    /// By a condition on two values, neither of which is a known number.
    fn by_relation(&mut self, at: Block, a: Term, b: Term, k: i64, depth: usize) -> bool {
        let varies = |term| matches!(term, Term::Val(_));
        self.by_facts(at, a, b, k, depth, |fact| varies(fact.a) && varies(fact.b))
    }

    fn by_facts(
        &mut self,
        at: Block,
        a: Term,
        b: Term,
        k: i64,
        depth: usize,
        serves: impl Fn(&Fact) -> bool,
    ) -> bool {
        for fact in self.facts.about(at, a, b).iter().filter(|&fact| serves(fact)) {
            let Some(rest) = k.checked_sub(fact.k) else {
                continue;
            };
            if fact.a == a && a != Term::Zero && self.le(at, fact.b, b, rest, depth + 1) {
                return true;
            }
            if fact.b == b && b != Term::Zero && self.le(at, a, fact.a, rest, depth + 1) {
                return true;
            }
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
                    (self.surely(at, arg(1), Term::Zero, 0, next)
                        && self.le(at, arg(0), b, k, next))
                        || (b == Term::Zero && self.halves_fit(at, arg(0), arg(1), k, next))
                }
                None => {
                    let far = i64::MAX / 2;
                    b == Term::Zero
                        && self.halves_fit(at, arg(0), arg(1), k, next)
                        && self.surely(at, Term::Zero, arg(0), far, next)
                        && self.surely(at, Term::Zero, arg(1), far, next)
                }
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
            Op::Select => {
                self.le(at, arg(1), b, k, next)
                    && (self.granted.contains(&data.args[0]) || self.le(at, arg(2), b, k, next))
            }
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
            Op::IMul | Op::IMulWrap | Op::IPow if b == Term::Zero => match self.multiple(data) {
                Some((x, c)) if k >= 0 => self.le(at, x, Term::Zero, k / c, next),
                _ => factors(self.func, data)
                    .is_some_and(|(x, y)| self.product_is_below(at, x, y, k, next)),
            },
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
                // 0 <= x + y where both are from 0 on and the sum fits
                None => {
                    a == Term::Zero
                        && k >= 0
                        && self.le(at, Term::Zero, arg(0), 0, next)
                        && self.le(at, Term::Zero, arg(1), 0, next)
                        && self.halves_fit(at, arg(0), arg(1), i64::MAX, next)
                }
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
            Op::Select => {
                self.le(at, a, arg(1), k, next)
                    && (self.granted.contains(&data.args[0]) || self.le(at, a, arg(2), k, next))
            }
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
                if let Some((x, c)) = self.multiple(data).filter(|_| k >= 0 && a == Term::Zero) {
                    return self.le(at, Term::Zero, x, k / c, next);
                }
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
        // What is tested in front of a loop holds for the values of this time around an outer loop, not
        // for those of the times before.
        let is_outer =
            self.tested_at.is_some_and(|place| self.is_known_at(Term::Val(param), place));
        let tests = is_outer.then(|| (self.tested_at.take(), std::mem::take(&mut self.supposed)));
        self.assumed.push((a, b, k));
        let all = facts.incoming[param.index()].iter().all(|&(from, arg)| {
            let arg = Term::Val(arg);
            match is_upper {
                true => self.le(from, arg, b, k, depth + 1),
                false => self.le(from, a, arg, k, depth + 1),
            }
        });
        self.assumed.pop();
        if let Some(tests) = tests {
            (self.tested_at, self.supposed) = tests;
        }
        all
    }

    /// Whether a value is computed before `block` is entered.
    fn is_fixed_at(&self, val: Val, block: Block) -> bool {
        let facts = self.facts;
        let Some(home) = self.home(val) else { return false };
        home != block && facts.dominators.dominates(&facts.flow, home, block)
    }

    fn adds_up(&mut self, at: Block, x: Term, c: i64, depth: usize) -> bool {
        if self.tested_at.is_some() && self.without_tests(|me| me.adds_up(at, x, c, depth)) {
            return true;
        }
        let is_counter = (-MAX_COUNTED..=MAX_COUNTED).contains(&c)
            && matches!(x, Term::Val(val) if self.is_counter(val, depth));
        is_counter
            || match c >= 0 {
                true => self.le(at, x, Term::Max, -c, depth),
                false => self.le(at, Term::Min, x, c, depth),
            }
    }

    /// Whether a variable starts near zero and only ever moves by small constants. It takes years to get
    /// beyond 2^62 in such steps.
    fn is_counter(&mut self, val: Val, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let (func, facts) = (self.func, self.facts);
        fn visit(seen: &mut Vec<Val>, vals: impl IntoIterator<Item = Val>) {
            for val in vals {
                if !seen.contains(&val) {
                    seen.push(val);
                }
            }
        }
        let mut seen = vec![val];
        let mut next = 0;
        let mut moves = false;
        while let Some(&val) = seen.get(next) {
            next += 1;
            if seen.len() > MAX_WEB {
                return false;
            }
            let step = |i: usize| {
                let data = func.def(val)?;
                let c = func.known_int(*data.args.get(i)?)?;
                (-MAX_STEP..=MAX_STEP).contains(&c).then_some(())
            };
            match func.def(val).map(|data| (data.op, &data.args)) {
                None if !facts.opaque[val.index()] && !facts.incoming[val.index()].is_empty() => {
                    visit(&mut seen, facts.incoming[val.index()].iter().map(|&(_, arg)| arg));
                }
                Some((Op::IAdd | Op::IAddWrap | Op::IAddSat | Op::ISub | Op::ISubWrap, args))
                    if step(1).is_some() =>
                {
                    visit(&mut seen, [args[0]]);
                    moves = true;
                }
                Some((Op::IAdd | Op::IAddWrap | Op::IAddSat, args)) if step(0).is_some() => {
                    visit(&mut seen, [args[1]]);
                    moves = true;
                }
                Some((Op::Select, args)) => visit(&mut seen, args[1..].iter().copied()),
                _ => {
                    let Some(home) = self.home(val) else { return false };
                    let val = Term::Val(val);
                    let is_near = self.le(home, val, Term::Zero, MAX_START, depth + 1)
                        && self.le(home, Term::Zero, val, MAX_START, depth + 1);
                    if !is_near {
                        return false;
                    }
                }
            }
        }
        moves
    }

    /// `x <= k / 2` and `y <= k / 2`.
    fn halves_fit(&mut self, at: Block, x: Term, y: Term, k: i64, depth: usize) -> bool {
        self.le(at, x, Term::Zero, k / 2, depth) && self.le(at, y, Term::Zero, k / 2, depth)
    }

    /// A checked product by a known number above zero: what it multiplies, and the number.
    fn multiple(&self, data: &InstData) -> Option<(Term, i64)> {
        if data.op != Op::IMul {
            return None;
        }
        let (x, y) = (data.args[0], data.args[1]);
        let known = |val| self.func.known_int(val).filter(|&c| c > 0);
        known(y).map(|c| (Term::Val(x), c)).or_else(|| known(x).map(|c| (Term::Val(y), c)))
    }

    /// Whether the product of two numbers from 0 on is at most `k`.
    fn product_is_below(&mut self, at: Block, x: Val, y: Val, k: i64, depth: usize) -> bool {
        const LIMITS: [i64; 6] = [1 << 8, 1 << 16, 1 << 24, 1 << 32, 1 << 40, 1 << 60];
        // The greatest of two factors whose product fits.
        const TESTED: i64 = (1 << 31) - 1;
        let most = |this: &mut Self, v: Val| {
            if let Some(c) = this.func.known_int(v) {
                return (c >= 0).then_some(c);
            }
            if !this.le(at, Term::Zero, Term::Val(v), 0, depth) {
                return None;
            }
            // The least limit that holds in any case, or one that is worth a test.
            let sure = this.without_tests(|this| {
                LIMITS.into_iter().find(|&m| this.le(at, Term::Val(v), Term::Zero, m, depth))
            });
            sure.or_else(|| this.le(at, Term::Val(v), Term::Zero, TESTED, depth).then_some(TESTED))
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
