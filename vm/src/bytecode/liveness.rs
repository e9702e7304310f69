//! Where variables are live: a backward data flow over the blocks.
//!
//! Only variables that some other block than their defining one touches enter the sets, so a long
//! straight script costs nothing.

use super::places::{Places, Var, operands, variables_changed};
use quern_ir::entities::Entity;
use quern_ir::function::{Function, Imm};
use quern_ir::{Block, Inst, Op};
use smallvec::SmallVec;

/// A set of small numbers.
#[derive(Clone, PartialEq, Default)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    pub fn new(len: usize) -> BitSet {
        BitSet { words: vec![0; len.div_ceil(64)] }
    }
    pub fn contains(&self, i: usize) -> bool {
        self.words[i / 64] >> (i % 64) & 1 != 0
    }
    pub fn insert(&mut self, i: usize) {
        self.words[i / 64] |= 1 << (i % 64);
    }
    pub fn remove(&mut self, i: usize) {
        self.words[i / 64] &= !(1 << (i % 64));
    }
    /// Adds all of another set.
    pub fn union(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            changed |= *b & !*a != 0;
            *a |= b;
        }
        changed
    }
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(w, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    w * 64 + bit
                })
            })
        })
    }
}

/// What an instruction reads and sets. Block parameters are set at the start of their block.
#[derive(Default)]
pub struct Effects {
    pub uses: SmallVec<[Var; 6]>,
    pub defs: SmallVec<[Var; 2]>,
}

/// The effects of an instruction as it will be emitted.
pub fn effects(f: &Function, places: &Places, inst: Inst) -> Effects {
    let mut e = Effects::default();
    if places.is_silent(inst) {
        return e;
    }
    let data = &f.insts[inst];
    if let Some(&compare) = places.fused.get(&inst) {
        e.uses.extend(f.insts[compare].args.iter().filter_map(|&v| places.var(v)));
    }
    if let (Op::SlotGet, Imm::Slot(slot)) = (data.op, &data.imm) {
        e.uses.push(places.slot(*slot));
    }
    e.uses.extend(operands(f, inst).filter_map(|v| places.var(v)));
    if let (Op::SlotSet, Imm::Slot(slot)) = (data.op, &data.imm) {
        e.defs.push(places.slot(*slot));
    }
    for slot in variables_changed(f, inst) {
        e.uses.push(places.slot(slot));
        e.defs.push(places.slot(slot));
    }
    e.defs.extend(data.results.iter().filter_map(|&v| places.var(v)));
    e
}

/// Live variables at the edges of blocks.
pub struct Liveness {
    /// By variable: its number in the sets, if it is in any.
    number: Vec<u32>,
    var: Vec<Var>,
    live_in: Vec<BitSet>,
    live_out: Vec<BitSet>,
}

const LOCAL: u32 = u32::MAX;

impl Liveness {
    pub fn live_in(&self, block: Block) -> impl Iterator<Item = Var> + '_ {
        self.live_in[block.index()].iter().map(|i| self.var[i])
    }
    pub fn live_out(&self, block: Block) -> impl Iterator<Item = Var> + '_ {
        self.live_out[block.index()].iter().map(|i| self.var[i])
    }
    pub fn is_live_in(&self, block: Block, var: Var) -> bool {
        let n = self.number[var.0 as usize];
        n != LOCAL && self.live_in[block.index()].contains(n as usize)
    }
    pub fn is_live_out(&self, block: Block, var: Var) -> bool {
        let n = self.number[var.0 as usize];
        n != LOCAL && self.live_out[block.index()].contains(n as usize)
    }
}

pub fn liveness(f: &Function, places: &Places) -> Liveness {
    let (number, var) = number_shared_variables(f, places);
    let blocks = f.blocks.len();
    let mut upward = vec![BitSet::new(var.len()); blocks];
    let mut defined = vec![BitSet::new(var.len()); blocks];
    for &block in &f.layout {
        let b = block.index();
        for &param in &f.blocks[block].params {
            if let Some(v) = places.var(param) {
                let n = number[v.0 as usize];
                if n != LOCAL {
                    defined[b].insert(n as usize);
                }
            }
        }
        for &inst in &f.blocks[block].insts {
            let e = effects(f, places, inst);
            for v in &e.uses {
                let n = number[v.0 as usize];
                if n != LOCAL && !defined[b].contains(n as usize) {
                    upward[b].insert(n as usize);
                }
            }
            for v in &e.defs {
                let n = number[v.0 as usize];
                if n != LOCAL {
                    defined[b].insert(n as usize);
                }
            }
        }
    }
    let mut live_in = upward;
    let mut live_out = vec![BitSet::new(var.len()); blocks];
    // What leaves the function through `mut` parameters is live everywhere.
    let always: Vec<usize> =
        f.params.iter().filter_map(|p| p.mutable).map(|s| number[s.index()] as usize).collect();
    for &block in &f.layout {
        for &n in &always {
            live_in[block.index()].insert(n);
            live_out[block.index()].insert(n);
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for &block in f.layout.iter().rev() {
            let b = block.index();
            let mut out = std::mem::take(&mut live_out[b]);
            for successor in f.successors(block) {
                out.union(&live_in[successor.index()]);
            }
            let mut through = out.clone();
            for n in defined[b].iter() {
                through.remove(n);
            }
            // A handler may be entered from any place in the block, so what it reads is live from the
            // start, whatever the block sets later.
            if let Some(handler) = f.blocks[block].handler {
                through.union(&live_in[handler.index()]);
            }
            live_out[b] = out;
            changed |= live_in[b].union(&through);
        }
    }
    Liveness { number, var, live_in, live_out }
}

/// Numbers the variables that more than one block touches.
fn number_shared_variables(f: &Function, places: &Places) -> (Vec<u32>, Vec<Var>) {
    let mut home: Vec<Option<Block>> = vec![None; places.var_count()];
    let mut number = vec![LOCAL; places.var_count()];
    let mut vars = Vec::new();
    let mut share = |v: Var, number: &mut Vec<u32>| {
        if number[v.0 as usize] == LOCAL {
            number[v.0 as usize] = vars.len() as u32;
            vars.push(v);
        }
    };
    let mut touch = |v: Var, block: Block, number: &mut Vec<u32>| match home[v.0 as usize] {
        None => home[v.0 as usize] = Some(block),
        Some(b) if b == block => {}
        Some(_) => share(v, number),
    };
    for &block in &f.layout {
        for &param in &f.blocks[block].params {
            if let Some(v) = places.var(param) {
                touch(v, block, &mut number);
            }
        }
        for &inst in &f.blocks[block].insts {
            let e = effects(f, places, inst);
            for &v in e.uses.iter().chain(&e.defs) {
                touch(v, block, &mut number);
            }
        }
    }
    // A slot lives on from one turn of a loop to the next even when one block has all its accesses.
    for slot in f.slots.keys() {
        share(places.slot(slot), &mut number);
    }
    (number, vars)
}
