//! Natural loops: the blocks from which control comes back to a header without leaving it.

use super::{ControlFlow, Dominators};
use crate::entities::{Block, Entity};
use crate::function::Function;

/// One natural loop; two back edges to one header are one loop.
#[derive(Clone, Debug)]
pub struct Loop {
    pub header: Block,
    /// Its blocks, in reverse postorder (the header first).
    pub blocks: Vec<Block>,
    /// The innermost loop around it.
    pub parent: Option<usize>,
    /// 1 for an outermost loop.
    pub depth: usize,
}

/// The loops of a function, outer ones before inner ones.
#[derive(Clone, Debug)]
pub struct Loops {
    pub loops: Vec<Loop>,
    innermost: Vec<Option<usize>>,
}

impl Loops {
    pub fn new(func: &Function, flow: &ControlFlow, dominators: &Dominators) -> Loops {
        let mut loops: Vec<Loop> = Vec::new();
        let mut innermost = vec![None; func.blocks.len()];
        for &header in &flow.order {
            let backs: Vec<Block> = flow
                .preds(header)
                .iter()
                .copied()
                .filter(|&p| dominators.dominates(flow, header, p))
                .collect();
            if backs.is_empty() {
                continue;
            }
            let mut inside = vec![false; func.blocks.len()];
            inside[header.index()] = true;
            let mut stack = backs;
            while let Some(block) = stack.pop() {
                if !std::mem::replace(&mut inside[block.index()], true) {
                    stack.extend(flow.preds(block));
                }
            }
            let blocks: Vec<Block> =
                flow.order.iter().copied().filter(|b| inside[b.index()]).collect();
            let parent = innermost[header.index()];
            let depth = parent.map_or(1, |p: usize| loops[p].depth + 1);
            for block in &blocks {
                innermost[block.index()] = Some(loops.len());
            }
            loops.push(Loop { header, blocks, parent, depth });
        }
        Loops { loops, innermost }
    }

    /// The innermost loop with this block.
    pub fn innermost(&self, block: Block) -> Option<usize> {
        self.innermost.get(block.index()).copied().flatten()
    }

    pub fn depth(&self, block: Block) -> usize {
        self.innermost(block).map_or(0, |l| self.loops[l].depth)
    }

    /// Whether loop `l` has `block` in it or in a loop inside it.
    pub fn contains(&self, l: usize, block: Block) -> bool {
        let mut at = self.innermost(block);
        while let Some(i) = at {
            if i == l {
                return true;
            }
            at = self.loops[i].parent;
        }
        false
    }
}
