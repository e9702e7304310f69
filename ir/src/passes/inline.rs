//! Calls replaced by the body of their callee: small ones everywhere, any that is called in one place
//! only, and a function in itself a few levels deep, while it stays small.

use super::edit::Aliases;
use super::unit::{SpecId, Unit};
use crate::entities::{Block, Entity, EntityVec, Inst, Val};
use crate::function::{CallSite, Function, Imm, Target, Vals};
use crate::ops::Op;
use std::collections::HashMap;

/// Instructions (constants aside) of a callee that is inlined wherever it is called.
const SMALL: usize = 40;
/// Of a callee that is called in one place.
const ONCE: usize = 250;
/// Of a caller that takes no more.
const LARGE: usize = 1500;
/// Of a function after it was inlined in itself.
const SELF_LARGE: usize = 320;
/// How deep a function is inlined in itself.
const SELF_DEPTH: usize = 4;

/// All specialisations, each after those it calls, as far as there is such an order.
pub fn callees_first(unit: &Unit) -> Vec<SpecId> {
    let mut order = Vec::new();
    let mut seen = vec![false; unit.specs.len()];
    let mut stack = vec![(unit.entry, false)];
    while let Some((id, finished)) = stack.pop() {
        if finished {
            order.push(id);
            continue;
        }
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        stack.push((id, true));
        for (_, _, callee) in calls(&unit.specs[id].body) {
            if !seen[callee.index()] {
                stack.push((callee, false));
            }
        }
    }
    order
}

/// The calls of specialisations in a function.
fn calls(func: &Function) -> Vec<(Block, Inst, SpecId)> {
    let mut found = Vec::new();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            if let Some(callee) = callee_of(func, inst) {
                found.push((block, inst, callee));
            }
        }
    }
    found
}

fn callee_of(func: &Function, inst: Inst) -> Option<SpecId> {
    match (func.insts[inst].op, &func.insts[inst].imm) {
        (Op::CallSpec, Imm::Int(n)) => Some(SpecId::new(*n as usize)),
        _ => None,
    }
}

/// How much a function costs to copy.
fn size(func: &Function) -> usize {
    func.layout
        .iter()
        .flat_map(|&b| &func.blocks[b].insts)
        .filter(|&&i| !func.insts[i].args.is_empty() || func.insts[i].op.is_terminator())
        .count()
}

/// Inlines what is worth it in one function; whether anything was.
pub fn inline_calls(unit: &mut Unit, id: SpecId) -> bool {
    let mut uses: HashMap<SpecId, usize> = HashMap::new();
    for spec in unit.specs.values() {
        for (_, _, callee) in calls(&spec.body) {
            *uses.entry(callee).or_default() += 1;
        }
    }
    let mut changed = false;
    for (_, inst, callee) in calls(&unit.specs[id].body) {
        if callee == id || size(&unit.specs[id].body) > LARGE {
            continue;
        }
        let body = &unit.specs[callee].body;
        let is_recursive = calls(body).iter().any(|c| c.2 == callee || c.2 == id);
        let n = size(body);
        let once = uses[&callee] == 1 && n <= ONCE && callee != unit.entry;
        if is_recursive || !(n <= SMALL || once) {
            continue;
        }
        let body = body.clone();
        inline_call(&mut unit.specs[id].body, inst, &body);
        changed = true;
    }
    changed | inline_itself(unit, id)
}

fn inline_itself(unit: &mut Unit, id: SpecId) -> bool {
    let body = unit.specs[id].body.clone();
    let mut changed = false;
    for _ in 0..SELF_DEPTH {
        let own: Vec<Inst> =
            calls(&unit.specs[id].body).iter().filter(|c| c.2 == id).map(|c| c.1).collect();
        let after = size(&unit.specs[id].body) + own.len() * size(&body);
        if own.is_empty() || after > SELF_LARGE {
            break;
        }
        for inst in own {
            inline_call(&mut unit.specs[id].body, inst, &body);
            changed = true;
        }
    }
    changed
}

/// Puts the callee's body in the place of a call.
fn inline_call(func: &mut Function, call: Inst, callee: &Function) {
    let Some(block) = func.layout.iter().copied().find(|&b| func.blocks[b].insts.contains(&call))
    else {
        return;
    };
    let handler = func.blocks[block].handler;
    let data = func.insts[call].clone();
    let place = func.blocks[block].insts.iter().position(|&i| i == call).unwrap_or(0);
    let rest = func.blocks[block].insts.split_off(place + 1);
    func.blocks[block].insts.pop();

    // What follows the call, with its results as parameters.
    let after = func.add_block();
    func.blocks[after].handler = handler;
    func.blocks[after].site = func.blocks[block].site;
    func.blocks[after].insts = rest;
    let mut aliases = Aliases::new();
    for &result in &data.results {
        let ty = func.ty(result).clone();
        let param = func.add_block_param(after, ty);
        aliases.set(result, param);
    }

    let site = func.sites.len() as u32;
    func.sites.push(CallSite { callee: callee.name.clone(), span: data.span, parent: data.site });
    let first_site = func.sites.len() as u32;
    for inner in &callee.sites {
        func.sites.push(CallSite {
            parent: Some(inner.parent.map_or(site, |p| p + first_site)),
            ..inner.clone()
        });
    }

    let mut blocks: HashMap<Block, Block> = HashMap::new();
    let mut vals: HashMap<Val, Val> = HashMap::new();
    for &old in &callee.layout {
        let new = func.add_block();
        func.blocks[new].site = Some(callee.blocks[old].site.map_or(site, |s| s + first_site));
        blocks.insert(old, new);
        if old == callee.entry() {
            let params = &callee.blocks[old].params;
            vals.extend(params.iter().copied().zip(data.args.iter().copied()));
            continue;
        }
        for &param in &callee.blocks[old].params {
            let new = func.add_block_param(new, callee.ty(param).clone());
            vals.insert(param, new);
        }
    }
    let mut copies: Vec<(Block, Inst, Inst)> = Vec::new();
    for &old in &callee.layout {
        for &inst in &callee.blocks[old].insts {
            let inner = &callee.insts[inst];
            let tys: Vec<_> = inner.results.iter().map(|&r| callee.ty(r).clone()).collect();
            let copy =
                func.append(blocks[&old], inner.op, &[], inner.imm.clone(), &tys, inner.span);
            func.insts[copy].site = Some(inner.site.map_or(site, |s| s + first_site));
            let results = func.insts[copy].results.clone();
            vals.extend(inner.results.iter().copied().zip(results));
            copies.push((old, inst, copy));
        }
    }
    let renamed = |list: &Vals| -> Vals { list.iter().map(|v| vals[v]).collect() };
    let n_results = data.results.len();
    for (old, inst, copy) in copies {
        let inner = &callee.insts[inst];
        func.insts[copy].args = renamed(&inner.args);
        func.insts[copy].targets = inner
            .targets
            .iter()
            .map(|t| Target { block: blocks[&t.block], args: renamed(&t.args) })
            .collect();
        let own_handler = callee.blocks[old].handler;
        func.blocks[blocks[&old]].handler = own_handler.map(|h| blocks[&h]).or(handler);
        let unwind = renamed(&inner.unwind);
        if own_handler.is_some() || !callee.throws(inst) {
            func.insts[copy].unwind = unwind;
        } else {
            // The callee's `outs` are the last results of the call.
            let n_outs = unwind.len();
            let out = |v: &Val| data.results.iter().position(|r| r == v);
            func.insts[copy].unwind = data
                .unwind
                .iter()
                .map(|v| match out(v) {
                    Some(i) if i + n_outs >= n_results => unwind[i + n_outs - n_results],
                    _ => *v,
                })
                .collect();
        }
        if inner.op == Op::Return {
            let args = func.insts[copy].args.clone();
            let data = &mut func.insts[copy];
            data.op = Op::Jump;
            data.args.clear();
            data.targets.push(Target { block: after, args });
        }
    }
    let entry = Target::new(blocks[&callee.entry()], &[]);
    func.terminate(block, Op::Jump, &[], Imm::None, &[entry], data.span);
    aliases.apply(func);
    // The call's own data must not keep its place in the tables looking alive.
    func.insts[call].unwind.clear();
}

/// Drops specialisations that nobody calls any more.
pub fn drop_unused(unit: &mut Unit) {
    let mut order = callees_first(unit);
    order.reverse();
    let numbers: HashMap<SpecId, i64> =
        order.iter().enumerate().map(|(i, &id)| (id, i as i64)).collect();
    let mut specs = EntityVec::new();
    for &id in &order {
        let mut spec = unit.specs[id].clone();
        for inst in spec.body.insts.values_mut() {
            if let (Op::CallSpec, Imm::Int(n)) = (inst.op, &mut inst.imm) {
                *n = numbers.get(&SpecId::new(*n as usize)).copied().unwrap_or(*n);
            }
        }
        specs.push(spec);
    }
    unit.entry = SpecId::new(numbers[&unit.entry] as usize);
    unit.specs = specs;
}
