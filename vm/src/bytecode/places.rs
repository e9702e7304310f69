//! Which SSA values need a register, and which live somewhere already.
//!
//! Four kinds of value need none of their own:
//! - a constant whose uses all take constants;
//! - a `slot.get` whose uses all come before the slot changes: they read the slot's register;
//! - a value whose only use is a `slot.set` with nothing in between that looks at the slot: it is
//!   computed in the slot's register;
//! - a comparison just before the branch that is its only use: it becomes a jump.

use crate::closure::Closure;
use crate::value::Value;
use quern_ir::entities::Entity;
use quern_ir::function::{Function, Imm};
use quern_ir::{Block, Inst, Op, Slot, Val};
use smallvec::SmallVec;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A thing that lives in a register: a slot or an SSA value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub u32);

/// What was found out about a function.
pub struct Places {
    slots: u32,
    /// By value: the variable that holds it, if any.
    vars: Vec<Option<Var>>,
    /// By value: its constant.
    consts: HashMap<Val, Value>,
    /// Instructions that produce no code: constants without register, aliases, coalesced copies, and
    /// comparisons that the branch does.
    silent: Vec<bool>,
    /// Branches that compare.
    pub fused: HashMap<Inst, Inst>,
    /// Constants used in loops, loaded once at entry.
    pub hoisted: Vec<Val>,
    /// The variables of `hoisted`, and the slots of `mut` parameters.
    pinned: HashSet<Var>,
    /// Position of each block in the layout; `u32::MAX` for one that is not in it.
    pub order: Vec<u32>,
    pub loops: Vec<Loop>,
}

/// A loop as the layout shows it: `header` is jumped back to, last from the block at `end`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loop {
    pub header: Block,
    pub start: u32,
    pub end: u32,
}

impl Places {
    pub fn slot(&self, slot: Slot) -> Var {
        Var(slot.0)
    }

    pub fn is_slot(&self, var: Var) -> bool {
        var.0 < self.slots
    }

    /// The variable that holds a value.
    pub fn var(&self, val: Val) -> Option<Var> {
        self.vars[val.index()]
    }

    pub fn constant(&self, val: Val) -> Option<&Value> {
        self.consts.get(&val)
    }

    pub fn is_silent(&self, inst: Inst) -> bool {
        self.silent[inst.index()]
    }

    /// How many variables there may be.
    pub fn var_count(&self) -> usize {
        self.slots as usize + self.vars.len()
    }

    /// Whether the variable keeps its value for the whole call.
    pub fn is_pinned(&self, var: Var) -> bool {
        self.pinned.contains(&var)
    }

    pub fn in_loop(&self, block: Block) -> bool {
        let at = self.order[block.index()];
        self.loops.iter().any(|l| (l.start..=l.end).contains(&at))
    }
}

/// All values an instruction reads, in order.
pub fn operands(f: &Function, inst: Inst) -> impl Iterator<Item = Val> + '_ {
    let data = &f.insts[inst];
    data.args.iter().copied().chain(data.targets.iter().flat_map(|t| t.args.iter().copied()))
}

/// The slots an instruction changes, beside `slot.set`.
pub fn variables_changed(f: &Function, inst: Inst) -> SmallVec<[Slot; 2]> {
    match &f.insts[inst].imm {
        Imm::Path(path) => SmallVec::from_slice(&[path.slot]),
        Imm::Call(info) => info.args.iter().filter_map(|a| a.variable()).collect(),
        _ => SmallVec::new(),
    }
}

/// The small int a value is, if it fits in an instruction.
pub fn small_int(value: Option<&Value>) -> Option<i16> {
    match value {
        Some(Value::Int(x)) => i16::try_from(*x).ok(),
        _ => None,
    }
}

/// Where a value is used.
#[derive(Clone, Copy)]
struct Uses {
    count: u32,
    /// The block of all uses, unless `spread`.
    block: Block,
    spread: bool,
    last: u32,
}

pub fn analyse(f: &Function, fuse: bool) -> Places {
    let mut places = Places {
        slots: f.slots.len() as u32,
        vars: vec![None; f.vals.len()],
        consts: HashMap::new(),
        silent: vec![false; f.insts.len()],
        fused: HashMap::new(),
        hoisted: Vec::new(),
        pinned: f.params.iter().filter_map(|p| p.mutable).map(|s| Var(s.0)).collect(),
        order: vec![u32::MAX; f.blocks.len()],
        loops: Vec::new(),
    };
    for (i, &block) in f.layout.iter().enumerate() {
        places.order[block.index()] = i as u32;
    }
    find_loops(f, &mut places);
    let uses = count_uses(f);
    find_constants(f, &mut places);
    if fuse {
        find_fused(f, &uses, &mut places);
    }
    // Every value that is used gets its own variable first; aliases take another.
    for (v, u) in uses.iter().enumerate() {
        let val = Val::new(v);
        if u.count > 0 && !places.consts.contains_key(&val) {
            places.vars[v] = Some(Var(places.slots + v as u32));
        }
    }
    for (&inst, &compare) in &places.fused {
        debug_assert_ne!(inst, compare);
        let result = f.insts[compare].results[0];
        places.vars[result.index()] = None;
        places.silent[compare.index()] = true;
    }
    let written_blocks = |block: Block| writes_by_slot(f, block);
    for &block in &f.layout {
        let mut writes = None;
        for (at, &inst) in f.blocks[block].insts.iter().enumerate() {
            if let (Op::SlotGet, Imm::Slot(slot)) = (f.insts[inst].op, &f.insts[inst].imm) {
                let result = f.insts[inst].results[0];
                let u = uses[result.index()];
                if u.count == 0 {
                    places.silent[inst.index()] = true;
                    continue;
                }
                let writes = writes.get_or_insert_with(|| written_blocks(block));
                let changed = writes
                    .get(slot)
                    .is_some_and(|w: &Vec<u32>| w.iter().any(|&p| p > at as u32 && p <= u.last));
                if !u.spread && u.block == block && !changed {
                    places.vars[result.index()] = Some(places.slot(*slot));
                    places.silent[inst.index()] = true;
                }
            }
        }
    }
    for &block in &f.layout {
        coalesce(f, block, &uses, &mut places);
    }
    give_constants_registers(f, &mut places);
    places
}

fn find_loops(f: &Function, places: &mut Places) {
    for &block in &f.layout {
        let at = places.order[block.index()];
        let Some(t) = f.terminator(block) else { continue };
        for target in &f.insts[t].targets {
            let start = places.order[target.block.index()];
            if start <= at {
                match places.loops.iter_mut().find(|l| l.header == target.block) {
                    Some(l) => l.end = l.end.max(at),
                    None => places.loops.push(Loop { header: target.block, start, end: at }),
                }
            }
        }
    }
}

fn count_uses(f: &Function) -> Vec<Uses> {
    let none = Uses { count: 0, block: f.entry(), spread: false, last: 0 };
    let mut uses = vec![none; f.vals.len()];
    for &block in &f.layout {
        for (at, &inst) in f.blocks[block].insts.iter().enumerate() {
            for val in operands(f, inst) {
                let u = &mut uses[val.index()];
                u.spread |= u.count > 0 && u.block != block;
                u.count += 1;
                u.block = block;
                u.last = at as u32;
            }
        }
    }
    uses
}

fn find_constants(f: &Function, places: &mut Places) {
    for &block in &f.layout {
        for &inst in &f.blocks[block].insts {
            let data = &f.insts[inst];
            let value = match (data.op, &data.imm) {
                (Op::ConstInt, Imm::Int(x)) => Value::Int(*x),
                (Op::ConstFloat, Imm::Float(x)) => Value::Float(x.value()),
                (Op::ConstF32, Imm::F32(x)) => Value::F32(x.value()),
                (Op::ConstComplex, Imm::Complex(re, im)) => Value::complex(re.value(), im.value()),
                (Op::ConstBool, Imm::Bool(x)) => Value::Bool(*x),
                (Op::ConstNone, _) => Value::None,
                (Op::ConstStr, Imm::Str(s)) => Value::from(&**s),
                (Op::BuiltinRef, Imm::Builtin(b)) => Value::Builtin(*b),
                (Op::Closure, Imm::Func(func)) if data.args.is_empty() => {
                    Value::Fn(Arc::new(Closure { func: *func, captures: Box::default() }))
                }
                _ => continue,
            };
            places.consts.insert(data.results[0], value);
            places.silent[inst.index()] = true;
        }
    }
}

/// A comparison whose only use is the branch that follows it becomes part of the branch.
fn find_fused(f: &Function, uses: &[Uses], places: &mut Places) {
    for &block in &f.layout {
        let Some(branch) = f.terminator(block) else { continue };
        if f.insts[branch].op != Op::Branch {
            continue;
        }
        let condition = f.insts[branch].args[0];
        let insts = &f.blocks[block].insts;
        let before = insts[..insts.len() - 1].iter().rev().find(|&&i| !places.silent[i.index()]);
        let Some(&compare) = before else { continue };
        let data = &f.insts[compare];
        let is_comparison = matches!(data.op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge);
        if is_comparison && data.results[0] == condition && uses[condition.index()].count == 1 {
            places.fused.insert(branch, compare);
        }
    }
}

fn writes_by_slot(f: &Function, block: Block) -> HashMap<Slot, Vec<u32>> {
    let mut writes: HashMap<Slot, Vec<u32>> = HashMap::new();
    for (at, &inst) in f.blocks[block].insts.iter().enumerate() {
        if let (Op::SlotSet, Imm::Slot(slot)) = (f.insts[inst].op, &f.insts[inst].imm) {
            writes.entry(*slot).or_default().push(at as u32);
        }
        for slot in variables_changed(f, inst) {
            writes.entry(slot).or_default().push(at as u32);
        }
    }
    writes
}

/// Lets values whose only use is a `slot.set` be computed in the slot.
fn coalesce(f: &Function, block: Block, uses: &[Uses], places: &mut Places) {
    let insts = &f.blocks[block].insts;
    let guarded = f.blocks[block].handler.is_some();
    // For each slot: the last position that looked at it or changed it. For throwing: likewise.
    let mut touched: HashMap<Slot, usize> = HashMap::new();
    let mut last_throw = None;
    let mut def_at: HashMap<Val, usize> = HashMap::new();
    let outlives = |slot: Slot| guarded || f.params.iter().any(|p| p.mutable == Some(slot));
    for (at, &inst) in insts.iter().enumerate() {
        let data = &f.insts[inst];
        if let (Op::SlotSet, Imm::Slot(slot)) = (data.op, &data.imm) {
            let val = data.args[0];
            let from = match f.vals[val].def {
                quern_ir::function::ValDef::Param(b, i) if b == block => {
                    param_is_movable(f, block, i).then_some(0)
                }
                // A result is there only when its instruction is done, so accesses up to and with
                // that instruction do not matter.
                _ => def_at.get(&val).map(|&d| d + 1),
            };
            let own = places.vars[val.index()] == Some(Var(places.slots + val.0));
            if let Some(from) = from
                && own
                && uses[val.index()].count == 1
                && touched.get(slot).is_none_or(|&t| t < from)
                && !(outlives(*slot) && last_throw.is_some_and(|t| t >= from))
            {
                places.vars[val.index()] = Some(places.slot(*slot));
                places.silent[inst.index()] = true;
            }
            touched.insert(*slot, at);
        }
        if let (Op::SlotGet, Imm::Slot(slot)) = (data.op, &data.imm)
            && !places.silent[inst.index()]
        {
            touched.insert(*slot, at);
        }
        for val in operands(f, inst) {
            if let Some(var) = places.vars[val.index()]
                && places.is_slot(var)
            {
                touched.insert(Slot(var.0), at);
            }
        }
        for slot in variables_changed(f, inst) {
            touched.insert(slot, at);
        }
        if data.op.can_throw() && !places.silent[inst.index()] {
            last_throw = Some(at);
        }
        for &result in &data.results {
            def_at.insert(result, at);
        }
    }
}

/// Whether a block parameter may be written to a slot on the edges that lead to the block. The entry's
/// and a handler's are set by others.
fn param_is_movable(f: &Function, block: Block, index: u32) -> bool {
    let is_handler = || f.layout.iter().any(|&b| f.blocks[b].handler == Some(block));
    if block == f.entry() {
        return true;
    }
    // The parameters that `iter.next` sets come from it alone when it is the only way in.
    let ways_in = f.layout.iter().filter_map(|&b| f.terminator(b)).flat_map(|t| {
        f.insts[t].targets.iter().enumerate().map(move |(i, target)| (t, i, target.block))
    });
    let mut from_iter = 0;
    let mut others = 0;
    for (t, i, target) in ways_in {
        if target == block {
            if f.insts[t].op == Op::IterNext && i == 0 && index < 2 {
                from_iter += 1;
            } else {
                others += 1;
            }
        }
    }
    !is_handler() && (from_iter == 0 || others == 0)
}

/// Whether operand number `index` of an instruction may be a constant.
fn takes_constant(f: &Function, places: &Places, inst: Inst, index: usize, value: &Value) -> bool {
    let data = &f.insts[inst];
    if index >= data.args.len() {
        return true;
    }
    match data.op {
        Op::Branch => matches!(value, Value::Bool(_)),
        Op::Add | Op::Sub | Op::Mul | Op::FloorDiv | Op::Rem => {
            index == 1 && small_int(Some(value)).is_some()
        }
        Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
            // A silent comparison is one that the branch does.
            places.is_silent(inst) && index == 1 && small_int(Some(value)).is_some()
        }
        Op::SlotSet
        | Op::Closure
        | Op::Range
        | Op::OpenRange
        | Op::Tuple
        | Op::List
        | Op::Record
        | Op::Format
        | Op::Concat
        | Op::Call
        | Op::CallFn
        | Op::CallBuiltin
        | Op::CallMethod
        | Op::CheckType
        | Op::CheckLen
        | Op::Catch
        | Op::TestType
        | Op::TestLen
        | Op::TestTuple
        | Op::TestField
        | Op::TestEqual
        | Op::Await => true,
        _ => false,
    }
}

fn give_constants_registers(f: &Function, places: &mut Places) {
    if places.consts.is_empty() {
        return;
    }
    let mut wanted: Vec<(Val, bool)> = Vec::new();
    for &block in &f.layout {
        let in_loop = places.in_loop(block);
        for &inst in &f.blocks[block].insts {
            for (i, val) in operands(f, inst).enumerate() {
                if let Some(value) = places.consts.get(&val)
                    && !takes_constant(f, places, inst, i, value)
                {
                    wanted.push((val, in_loop));
                }
            }
        }
    }
    for (val, in_loop) in wanted {
        if places.vars[val.index()].is_none() {
            places.vars[val.index()] = Some(Var(places.slots + val.0));
            if let quern_ir::function::ValDef::Result(inst, _) = f.vals[val].def {
                places.silent[inst.index()] = false;
            }
        }
        if in_loop && !places.hoisted.contains(&val) {
            places.hoisted.push(val);
            places.pinned.insert(Var(places.slots + val.0));
            if let quern_ir::function::ValDef::Result(inst, _) = f.vals[val].def {
                places.silent[inst.index()] = true;
            }
        }
    }
}
