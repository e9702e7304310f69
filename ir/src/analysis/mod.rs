//! Facts about a function's control flow that passes, verifier and register allocation share.

mod dominators;
mod liveness;
mod loops;

pub use dominators::Dominators;
pub use liveness::{BitSet, Liveness, step_back};
pub use loops::{Loop, Loops};

use crate::entities::{Block, Entity};
use crate::function::Function;
use smallvec::SmallVec;

/// Predecessors and a reverse postorder of the blocks that the entry reaches, handlers included.
#[derive(Clone, Debug)]
pub struct ControlFlow {
    /// Reached blocks, each after its dominators.
    pub order: Vec<Block>,
    preds: Vec<SmallVec<[Block; 4]>>,
    place: Vec<usize>,
}

const UNREACHED: usize = usize::MAX;

impl ControlFlow {
    pub fn new(func: &Function) -> ControlFlow {
        let mut preds = vec![SmallVec::new(); func.blocks.len()];
        let mut place = vec![UNREACHED; func.blocks.len()];
        let mut order = Vec::new();
        let mut seen = vec![false; func.blocks.len()];
        let mut stack = vec![(func.entry(), func.successors(func.entry()), 0)];
        seen[func.entry().index()] = true;
        while let Some((block, successors, next)) = stack.last_mut() {
            if let Some(&successor) = successors.get(*next) {
                *next += 1;
                preds[successor.index()].push(*block);
                if !std::mem::replace(&mut seen[successor.index()], true) {
                    stack.push((successor, func.successors(successor), 0));
                }
            } else {
                order.push(*block);
                stack.pop();
            }
        }
        order.reverse();
        for (i, block) in order.iter().enumerate() {
            place[block.index()] = i;
        }
        ControlFlow { order, preds, place }
    }

    /// Blocks with an edge to `block`, one entry an edge.
    pub fn preds(&self, block: Block) -> &[Block] {
        &self.preds[block.index()]
    }

    pub fn is_reached(&self, block: Block) -> bool {
        self.place[block.index()] != UNREACHED
    }

    /// The place of a reached block in `order`.
    pub fn place(&self, block: Block) -> usize {
        self.place[block.index()]
    }
}
