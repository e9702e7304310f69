//! Copies of blocks, and the SSA form put right afterwards.

use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Target, Vals};
use std::collections::{HashMap, HashSet};

/// What stands for what in a copy.
#[derive(Debug, Default)]
pub struct Copies {
    pub blocks: HashMap<Block, Block>,
    pub vals: HashMap<Val, Val>,
}

/// Copies blocks. Ways from one of them to another lead to its copy; ways out lead where they did.
///
/// Once the copy can be reached, [`repair`] must follow.
pub fn duplicate(func: &mut Function, originals: &[Block]) -> Copies {
    let mut copies = Copies::default();
    for &old in originals {
        let new = func.add_block();
        copies.blocks.insert(old, new);
        for param in func.blocks[old].params.clone() {
            let ty = func.ty(param).clone();
            copies.vals.insert(param, func.add_block_param(new, ty));
        }
    }
    let mut pairs: Vec<(Inst, Inst)> = Vec::new();
    for old in originals {
        let new = copies.blocks[old];
        for inst in func.blocks[*old].insts.clone() {
            let data = func.insts[inst].clone();
            let tys: Vec<_> = data.results.iter().map(|&r| func.ty(r).clone()).collect();
            let copy = func.append(new, data.op, &[], data.imm, &tys, data.span);
            func.insts[copy].site = data.site;
            copies.vals.extend(data.results.iter().copied().zip(func.insts[copy].results.clone()));
            pairs.push((inst, copy));
        }
        let handler = func.blocks[*old].handler;
        func.blocks[new].site = func.blocks[*old].site;
        func.blocks[new].handler = handler.map(|h| copies.blocks.get(&h).copied().unwrap_or(h));
    }
    let renamed = |vals: &Vals| -> Vals {
        vals.iter().map(|v| copies.vals.get(v).copied().unwrap_or(*v)).collect()
    };
    for (inst, copy) in pairs {
        let data = func.insts[inst].clone();
        let new = &mut func.insts[copy];
        new.args = renamed(&data.args);
        new.unwind = renamed(&data.unwind);
        new.targets = data
            .targets
            .iter()
            .map(|t| Target {
                block: copies.blocks.get(&t.block).copied().unwrap_or(t.block),
                args: renamed(&t.args),
            })
            .collect();
    }
    copies
}

/// Makes blocks outside use whichever of a value and its copy is there: where both may be, a parameter
/// takes the one that comes (after Braun et al.: Simple and Efficient Construction of Static Single
/// Assignment Form). The groups of copies have no blocks in common; each is outside for the others.
pub fn repair(func: &mut Function, groups: &[Copies]) {
    let mut repair = Repair::default();
    let mut group_of: HashMap<Block, usize> = HashMap::new();
    for (group, copies) in groups.iter().enumerate() {
        for (&block, &copy) in &copies.blocks {
            group_of.extend([(block, group), (copy, group)]);
            let vals = func.blocks[block].params.iter().chain(results_of(func, block));
            let copied = vals.filter_map(|v| Some((*v, copies.vals.get(v)?)));
            repair
                .defs
                .extend(copied.map(|(val, &copy_val)| (val, Defs { home: block, copy, copy_val })));
        }
    }
    let mut seen: HashSet<(Block, Val)> = HashSet::new();
    let mut uses: Vec<(Block, Val)> = Vec::new();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            uses.extend(operands(func, inst).filter_map(|val| {
                let home = repair.defs.get(&val)?.home;
                let is_outside = group_of.get(&block) != group_of.get(&home);
                (is_outside && seen.insert((block, val))).then_some((block, val))
            }));
        }
    }
    if uses.is_empty() {
        return;
    }
    repair.find_edges(func);
    let mut found: HashMap<Block, HashMap<Val, Val>> = HashMap::new();
    for (block, val) in uses {
        let here = repair.at_start(func, block, val);
        found.entry(block).or_default().insert(val, here);
    }
    for (block, found) in found {
        // Parameters added on the way bring operands that are right already.
        for inst in func.blocks[block].insts.clone() {
            let data = &mut func.insts[inst];
            let targets = data.targets.iter_mut().map(|t| &mut t.args);
            for vals in [&mut data.args, &mut data.unwind].into_iter().chain(targets) {
                for val in vals.iter_mut() {
                    *val = found.get(val).copied().unwrap_or(*val);
                }
            }
        }
    }
}

fn results_of(func: &Function, block: Block) -> impl Iterator<Item = &Val> {
    func.blocks[block].insts.iter().flat_map(|&i| &func.insts[i].results)
}

/// The values an instruction uses, also those that it passes on.
pub(super) fn operands(func: &Function, inst: Inst) -> impl Iterator<Item = Val> + '_ {
    let data = &func.insts[inst];
    let targets = data.targets.iter().flat_map(|t| &t.args);
    data.args.iter().chain(&data.unwind).chain(targets).copied()
}

/// Where a value and its copy are made.
struct Defs {
    home: Block,
    copy: Block,
    copy_val: Val,
}

#[derive(Default)]
struct Repair {
    /// Of each value that was copied.
    defs: HashMap<Val, Defs>,
    /// The ways into each block: from where, and the instruction with its target's number; none for the
    /// way to a handler.
    edges: HashMap<Block, Vec<(Block, Inst, Option<usize>)>>,
    at_start: HashMap<(Block, Val), Val>,
}

impl Repair {
    fn find_edges(&mut self, func: &Function) {
        for &block in &func.layout {
            let handler = func.blocks[block].handler;
            for &inst in &func.blocks[block].insts {
                for (t, target) in func.insts[inst].targets.iter().enumerate() {
                    self.edges.entry(target.block).or_default().push((block, inst, Some(t)));
                }
                if let Some(handler) = handler
                    && func.throws(inst)
                {
                    self.edges.entry(handler).or_default().push((block, inst, None));
                }
            }
        }
    }

    fn at_end(&mut self, func: &mut Function, block: Block, val: Val) -> Val {
        let defs = &self.defs[&val];
        if block == defs.home {
            val
        } else if block == defs.copy {
            defs.copy_val
        } else {
            self.at_start(func, block, val)
        }
    }

    fn at_start(&mut self, func: &mut Function, block: Block, val: Val) -> Val {
        if let Some(&known) = self.at_start.get(&(block, val)) {
            return known;
        }
        let edges = self.edges.get(&block).cloned().unwrap_or_default();
        if let [(from, _, Some(_))] = edges[..] {
            let found = self.at_end(func, from, val);
            self.at_start.insert((block, val), found);
            return found;
        }
        // A handler of blocks in which nothing throws has no way in: its parameter gets no values.
        let ty = func.ty(val).clone();
        let param = func.add_block_param(block, ty);
        self.at_start.insert((block, val), param);
        for (from, inst, target) in edges {
            let arg = self.at_end(func, from, val);
            let data = &mut func.insts[inst];
            match target {
                Some(t) => data.targets[t].args.push(arg),
                None => data.unwind.push(arg),
            }
        }
        param
    }
}
