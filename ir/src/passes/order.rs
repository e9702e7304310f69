//! The parameters of blocks in the order in which the values they get are computed.
//!
//! Code generators compute what a jump hands over in the order it is handed over. In the order of the
//! source a variable's old value is used up before the next one is made, and one register serves for both:
//! in `zi = 2 * zr * zi + ci; zr = r - i + cr` the old `zr` is not needed when the new one is made.

use super::edit::{brought, set_params};
use crate::analysis::ControlFlow;
use crate::entities::{Block, Val};
use crate::function::{Function, Vals};
use std::collections::HashMap;

/// Orders the parameters of every block that gets all of them from jumps and branches.
pub fn order(func: &mut Function) {
    let flow = ControlFlow::new(func);
    let mut computed: HashMap<Val, usize> = HashMap::new();
    for &block in &flow.order {
        let data = &func.blocks[block];
        let results = data.insts.iter().flat_map(|&i| &func.insts[i].results);
        for &val in data.params.iter().chain(results) {
            computed.insert(val, computed.len());
        }
    }
    let handlers: Vec<Block> =
        func.layout.iter().filter_map(|&block| func.blocks[block].handler).collect();
    for block in flow.order.iter().filter(|block| !handlers.contains(block)) {
        order_params(func, &flow, *block, &computed);
    }
}

fn order_params(
    func: &mut Function,
    flow: &ControlFlow,
    block: Block,
    computed: &HashMap<Val, usize>,
) {
    // The last way in is a loop's way back.
    let ways: Option<Vec<Vals>> =
        flow.preds(block).iter().map(|&pred| handed_over(func, pred, block)).collect();
    let Some(ways) = ways else { return };
    let latest = |args: &Vals| args.iter().filter_map(|arg| computed.get(arg)).max().copied();
    let Some(args) = ways.iter().max_by_key(|args| latest(args)) else { return };
    let mut places: Vec<usize> = (0..args.len()).collect();
    places.sort_by_key(|&i| computed.get(&args[i]));
    if args.len() != func.blocks[block].params.len() || places.is_sorted() {
        return;
    }
    let params = places.iter().map(|&i| func.blocks[block].params[i]).collect();
    set_params(func, block, params);
    for &pred in flow.preds(block) {
        let Some(term) = func.terminator(pred) else { continue };
        for target in func.insts[term].targets.iter_mut().filter(|t| t.block == block) {
            target.args = places.iter().map(|&i| target.args[i]).collect();
        }
    }
}

/// What the only way from a block to another hands over, if that is all the other gets.
fn handed_over(func: &Function, from: Block, to: Block) -> Option<Vals> {
    let data = &func.insts[func.terminator(from)?];
    let mut ways = data.targets.iter().enumerate().filter(|(_, t)| t.block == to);
    let (Some((i, target)), None) = (ways.next(), ways.next()) else { return None };
    (brought(data.op, i) == 0).then(|| target.args.clone())
}
