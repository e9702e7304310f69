//! Dominator tree (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm).

use super::ControlFlow;
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, ValDef};

/// Which blocks every way from the entry to a block goes through.
#[derive(Clone, Debug)]
pub struct Dominators {
    /// By place in the order: the place of the immediate dominator.
    idom: Vec<usize>,
    /// By place: where the block comes in a walk of the tree that visits what a block dominates right
    /// behind it, and how many blocks that is with itself.
    walk: Vec<(usize, usize)>,
}

impl Dominators {
    pub fn new(flow: &ControlFlow) -> Dominators {
        const NONE: usize = usize::MAX;
        let mut idom = vec![NONE; flow.order.len()];
        idom[0] = 0;
        let mut changed = true;
        while changed {
            changed = false;
            for (place, &block) in flow.order.iter().enumerate().skip(1) {
                let mut new = NONE;
                for &pred in flow.preds(block) {
                    let pred = flow.place(pred);
                    if idom[pred] == NONE {
                        continue;
                    }
                    new = match new {
                        NONE => pred,
                        other => common(&idom, other, pred),
                    };
                }
                if idom[place] != new {
                    idom[place] = new;
                    changed = true;
                }
            }
        }
        let walk = tree_walk(&idom);
        Dominators { idom, walk }
    }

    /// The immediate dominator of a reached block; `None` for the entry.
    pub fn idom(&self, flow: &ControlFlow, block: Block) -> Option<Block> {
        match flow.place(block) {
            0 => None,
            place => Some(flow.order[self.idom[place]]),
        }
    }

    /// Whether `a` dominates `b` (a block dominates itself). Both must be reached.
    pub fn dominates(&self, flow: &ControlFlow, a: Block, b: Block) -> bool {
        let (start, count) = self.walk[flow.place(a)];
        let (at, _) = self.walk[flow.place(b)];
        (start..start + count).contains(&at)
    }

    /// Whether `val` is defined before `inst` of `block` on every way there.
    pub fn is_available(
        &self,
        flow: &ControlFlow,
        func: &Function,
        val: Val,
        block: Block,
        inst: Inst,
        homes: &[Option<Block>],
    ) -> bool {
        use crate::entities::Entity;
        match func.vals[val].def {
            ValDef::Param(home, _) => flow.is_reached(home) && self.dominates(flow, home, block),
            ValDef::Result(def, _) => match homes[def.index()] {
                None => false,
                Some(home) if home == block => {
                    let insts = &func.blocks[block].insts;
                    let place = |x: Inst| insts.iter().position(|&i| i == x);
                    place(def) < place(inst)
                }
                Some(home) => flow.is_reached(home) && self.dominates(flow, home, block),
            },
        }
    }
}

/// For each place, its place in a walk of the tree and the size of what is below. A dominator comes
/// before what it dominates.
fn tree_walk(idom: &[usize]) -> Vec<(usize, usize)> {
    let mut walk = vec![(0, 1); idom.len()];
    for place in (1..idom.len()).rev() {
        walk[idom[place]].1 += walk[place].1;
    }
    let mut next = vec![1; idom.len()];
    for place in 1..idom.len() {
        let parent = idom[place];
        let start = next[parent];
        walk[place].0 = start;
        next[parent] += walk[place].1;
        next[place] = start + 1;
    }
    walk
}

fn common(idom: &[usize], mut a: usize, mut b: usize) -> usize {
    while a != b {
        while a > b {
            a = idom[a];
        }
        while b > a {
            b = idom[b];
        }
    }
    a
}
