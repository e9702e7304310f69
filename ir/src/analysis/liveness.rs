//! Which values are still needed where.

use super::ControlFlow;
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Function, ValDef};

/// Live values at the borders of blocks, as sets of bits.
///
/// A value that an exceptional edge carries (`unwind`) is used by the instruction that may throw; what
/// a handler block needs beside its parameters is live through the blocks it guards.
#[derive(Clone, Debug)]
pub struct Liveness {
    live_in: Vec<BitSet>,
    live_out: Vec<BitSet>,
}

/// A set of small numbers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    pub fn with_capacity(n: usize) -> BitSet {
        BitSet { words: vec![0; n.div_ceil(64)] }
    }
    pub fn contains(&self, i: usize) -> bool {
        self.words.get(i / 64).is_some_and(|w| w & (1 << (i % 64)) != 0)
    }
    /// Whether it was not there yet.
    pub fn insert(&mut self, i: usize) -> bool {
        if self.words.len() <= i / 64 {
            self.words.resize(i / 64 + 1, 0);
        }
        let word = &mut self.words[i / 64];
        let new = *word & (1 << (i % 64)) == 0;
        *word |= 1 << (i % 64);
        new
    }
    pub fn remove(&mut self, i: usize) {
        if let Some(word) = self.words.get_mut(i / 64) {
            *word &= !(1 << (i % 64));
        }
    }
    pub fn union_with(&mut self, other: &BitSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a |= b;
        }
    }
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let mut word = word;
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(i * 64 + bit)
            })
        })
    }
}

impl Liveness {
    pub fn new(func: &Function, flow: &ControlFlow) -> Liveness {
        let n = func.vals.len();
        let mut live_in = vec![BitSet::with_capacity(n); func.blocks.len()];
        let mut live_out = vec![BitSet::with_capacity(n); func.blocks.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for &block in flow.order.iter().rev() {
                let mut live = BitSet::with_capacity(n);
                for successor in func.successors(block) {
                    live.union_with(&live_in[successor.index()]);
                }
                let handler = func.blocks[block].handler;
                live_out[block.index()] = live.clone();
                for &inst in func.blocks[block].insts.iter().rev() {
                    step_back(func, inst, &mut live);
                    if let Some(handler) = handler {
                        live.union_with(&live_in[handler.index()]);
                    }
                }
                for &param in &func.blocks[block].params {
                    live.remove(param.index());
                }
                if live != live_in[block.index()] {
                    live_in[block.index()] = live;
                    changed = true;
                }
            }
        }
        Liveness { live_in, live_out }
    }

    /// Values live before a block, its own parameters not among them.
    pub fn live_in(&self, block: Block) -> impl Iterator<Item = Val> + '_ {
        self.live_in[block.index()].iter().map(Val::new)
    }

    pub fn is_live_in(&self, block: Block, val: Val) -> bool {
        self.live_in[block.index()].contains(val.index())
    }

    /// Values live after a block's terminator.
    pub fn is_live_out(&self, block: Block, val: Val) -> bool {
        self.live_out[block.index()].contains(val.index())
    }

    /// The values live after the block's terminator, as a set to walk backwards from with
    /// [`step_back`].
    pub fn live_out(&self, block: Block) -> BitSet {
        self.live_out[block.index()].clone()
    }
}

/// From what is live after an instruction to what is live before it.
pub fn step_back(func: &Function, inst: Inst, live: &mut BitSet) {
    let data = &func.insts[inst];
    let own = |val: Val| matches!(func.vals[val].def, ValDef::Result(i, _) if i == inst);
    for &result in &data.results {
        live.remove(result.index());
    }
    let target_args = data.targets.iter().flat_map(|t| t.args.iter());
    for &val in data.args.iter().chain(target_args) {
        live.insert(val.index());
    }
    for &val in data.unwind.iter().chain(&data.dying) {
        if !own(val) {
            live.insert(val.index());
        }
    }
}
