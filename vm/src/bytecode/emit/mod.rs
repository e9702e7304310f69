//! Writes the instructions of a function, block by block.

mod calls;
mod jumps;

use super::code::{CallSite, Code, Handler, LoopSite, ParamInfo, Site, ValPlace};
use super::ins::{BinaryOpcode, Ins, Operand, Reg, marks};
use super::liveness::{Liveness, effects};
use super::places::{Places, Var, small_int};
use super::registers::Registers;
use crate::error::Error;
use crate::record::ShapeRef;
use crate::shared::Shared;
use crate::tier::Heat;
use crate::value::Value;
use quern_ir::entities::Entity;
use quern_ir::function::{Function, Imm, Weak};
use quern_ir::ops::Cond;
use quern_ir::{Block, ErrorKind, FuncId, Inst, Op, Slot, Span, Val};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

pub use calls::direct_callee;

/// Why the code could not be written.
pub enum Trouble {
    /// A comparing jump is too far away; without them there is no such limit.
    FarJump,
    Failed(Error),
}

/// Writes the code; `fuse` as the analysis of places was told.
pub fn emit(
    shared: &Shared,
    func: FuncId,
    f: &Function,
    places: &Places,
    live: &Liveness,
    regs: &Registers,
) -> Result<Code, Trouble> {
    let mut e = Emitter {
        shared,
        f,
        places,
        live,
        regs,
        ins: Vec::new(),
        spans: Vec::new(),
        marks: Vec::new(),
        consts: Vec::new(),
        const_index: HashMap::new(),
        names: Vec::new(),
        calls: Vec::new(),
        sites: Vec::new(),
        loops: Vec::new(),
        handlers: Vec::new(),
        block_starts: vec![0; f.blocks.len()],
        fixups: Vec::new(),
        stubs: Vec::new(),
        ending: HashSet::new(),
        span: f.span,
        through: f.blocks.keys().collect(),
    };
    // Backwards, as passages lead forwards.
    for &block in f.layout.iter().rev() {
        if let Some(on) = e.passage(block) {
            e.through[block.index()] = e.through(on);
        }
    }
    for l in &places.loops {
        let first = f.blocks[l.header].insts.first();
        e.loops.push(LoopSite::new(l.header, first.map_or(f.span, |&i| f.insts[i].span)));
    }
    if e.loops.len() > usize::from(u16::MAX) {
        return Err(too_large(f));
    }
    for val in &places.hoisted {
        if let (Some(var), Some(value)) = (places.var(*val), places.constant(*val)) {
            e.load(regs.of(var), *val, value);
        }
    }
    for (i, &block) in f.layout.iter().enumerate() {
        e.block(block, f.layout.get(i + 1).copied())?;
    }
    e.finish(func)
}

fn too_large(f: &Function) -> Trouble {
    Trouble::Failed(
        Error::new(ErrorKind::MemoryError, format!("{} is too large to run", f.name))
            .hint("split it into several functions")
            .at(f.span),
    )
}

struct Emitter<'a> {
    shared: &'a Shared,
    f: &'a Function,
    places: &'a Places,
    live: &'a Liveness,
    regs: &'a Registers,
    ins: Vec<Ins>,
    spans: Vec<Span>,
    marks: Vec<u8>,
    consts: Vec<Value>,
    const_index: HashMap<Val, usize>,
    names: Vec<Arc<str>>,
    calls: Vec<CallSite>,
    sites: Vec<Site>,
    loops: Vec<LoopSite>,
    handlers: Vec<Handler>,
    block_starts: Vec<u32>,
    fixups: Vec<(usize, Label)>,
    stubs: Vec<Stub>,
    /// Variables whose last use is the present instruction.
    ending: HashSet<Var>,
    span: Span,
    /// By block: where a jump to it comes to in the end.
    through: Vec<Block>,
}

/// Where a jump goes.
#[derive(Clone, Copy)]
enum Label {
    Block(Block),
    Stub(usize),
}

/// What happens on an edge before the jump to its block.
struct Stub {
    clear: Option<Reg>,
    moves: Vec<MoveTo>,
    from: Block,
    to: Block,
    span: Span,
    start: usize,
}

/// One of several assignments that happen at once.
#[derive(Clone, Copy)]
struct MoveTo {
    d: Reg,
    source: Source,
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Reg { reg: Reg, last_use: bool },
    Const(usize),
}

impl<'a> Emitter<'a> {
    fn push(&mut self, ins: Ins) -> usize {
        self.push_marked(ins, 0)
    }

    /// An instruction with its marks.
    fn push_marked(&mut self, ins: Ins, marks: u8) -> usize {
        self.ins.push(ins);
        self.spans.push(self.span);
        self.marks.push(marks);
        self.ins.len() - 1
    }

    fn constant(&mut self, val: Val, value: &Value) -> usize {
        match self.const_index.get(&val) {
            Some(&k) => k,
            None => {
                self.consts.push(value.clone());
                self.const_index.insert(val, self.consts.len() - 1);
                self.consts.len() - 1
            }
        }
    }

    fn load(&mut self, d: Reg, val: Val, value: &Value) {
        match value {
            Value::Int(x) if i32::try_from(*x).is_ok() => {
                self.push(Ins::LoadInt { d, value: *x as i32 });
            }
            _ => {
                let k = self.constant(val, value) as u32;
                self.push(Ins::LoadConst { d, k });
            }
        }
    }

    /// The register a value is in. Values without one are loaded to the scratch register.
    fn reg(&mut self, val: Val) -> Reg {
        match (self.places.var(val), self.places.constant(val)) {
            (Some(var), _) => self.regs.of(var),
            (None, Some(value)) => {
                self.load(self.regs.scratch, val, &value.clone());
                self.regs.scratch
            }
            (None, None) => self.regs.scratch,
        }
    }

    fn slot_reg(&self, slot: Slot) -> Reg {
        self.regs.of(self.places.slot(slot))
    }

    /// The register for a result, or the scratch register if nobody reads it.
    fn result(&self, inst: Inst) -> Reg {
        self.wanted(inst).unwrap_or(self.regs.scratch)
    }

    fn wanted(&self, inst: Inst) -> Option<Reg> {
        let val = *self.f.insts[inst].results.first()?;
        self.places.var(val).map(|v| self.regs.of(v))
    }

    fn is_ending(&self, val: Val) -> bool {
        self.places.var(val).is_some_and(|v| self.ending.contains(&v))
    }

    /// The operands of a site; of several that are the same variable the last one moves.
    fn operands(&mut self, vals: &[Val]) -> Vec<Operand> {
        let mut moved = HashSet::new();
        let mut out: Vec<Operand> = vals
            .iter()
            .rev()
            .map(|&val| match (self.places.constant(val), self.places.var(val)) {
                (Some(value), _) => Operand::constant(self.constant(val, &value.clone())),
                (None, Some(var)) => {
                    let last = self.ending.contains(&var) && moved.insert(var);
                    Operand::register(self.regs.of(var), last)
                }
                (None, None) => Operand::register(self.regs.scratch, false),
            })
            .collect();
        out.reverse();
        out
    }

    fn operand(&mut self, val: Val) -> Operand {
        self.operands(&[val])[0]
    }

    fn block(&mut self, block: Block, next: Option<Block>) -> Result<(), Trouble> {
        let start = self.ins.len();
        self.block_starts[block.index()] = start as u32;
        let endings = self.endings(block);
        for (&inst, ending) in self.f.blocks[block].insts.iter().zip(endings) {
            self.span = self.f.insts[inst].span;
            self.ending = ending;
            if self.f.insts[inst].op.is_terminator() {
                self.terminator(block, inst, next);
            } else if !self.places.is_silent(inst) {
                self.inst(inst)?;
            }
        }
        if !self.f.is_terminated(block) {
            self.push(Ins::Unreachable);
        }
        let end = self.ins.len();
        self.handlers.extend(self.handler(block, start, end));
        Ok(())
    }

    /// What catches the errors of a block. Its target is the handler's number until `finish`, which
    /// knows where that starts.
    fn handler(&self, block: Block, from: usize, to: usize) -> Option<Handler> {
        let handler = self.f.blocks[block].handler?;
        let error = self.f.blocks[handler].params.first().and_then(|&p| self.places.var(p));
        Some(Handler {
            from: from as u32,
            to: to as u32,
            target: handler.0,
            error: error.map(|v| self.regs.of(v)),
        })
    }

    /// By instruction of the block: the variables whose last use it is.
    fn endings(&self, block: Block) -> Vec<HashSet<Var>> {
        let handler = self.f.blocks[block].handler;
        let insts = &self.f.blocks[block].insts;
        let mut live_here: HashMap<Var, bool> = HashMap::new();
        let mut out = Vec::with_capacity(insts.len());
        for &inst in insts.iter().rev() {
            let e = effects(self.f, self.places, inst);
            let mut ending = HashSet::new();
            for &v in &e.defs {
                live_here.insert(v, false);
            }
            for &v in &e.uses {
                let is_live =
                    live_here.get(&v).copied().unwrap_or_else(|| self.live.is_live_out(block, v));
                let is_held =
                    self.places.is_pinned(v) || handler.is_some_and(|h| self.live.is_live_in(h, v));
                if !is_live && !is_held {
                    ending.insert(v);
                }
            }
            for &v in &e.uses {
                live_here.insert(v, true);
            }
            out.push(ending);
        }
        out.reverse();
        out
    }

    fn inst(&mut self, inst: Inst) -> Result<(), Trouble> {
        let data = &self.f.insts[inst];
        match data.op {
            Op::ConstInt
            | Op::ConstFloat
            | Op::ConstF32
            | Op::ConstComplex
            | Op::ConstBool
            | Op::ConstNone
            | Op::ConstStr
            | Op::BuiltinRef => self.constant_inst(inst),
            Op::Closure => match (&data.imm, self.places.constant(data.results[0])) {
                (_, Some(_)) => self.constant_inst(inst),
                (Imm::Func(func), None) => {
                    let captures = self.operands(&data.args).into();
                    self.site(inst, Site::Closure { func: *func, captures });
                }
                _ => return Err(self.malformed(inst)),
            },
            Op::GlobalGet | Op::GlobalSet => {
                let Imm::Global(global) = data.imm else { return Err(self.malformed(inst)) };
                if data.op == Op::GlobalGet {
                    let d = self.result(inst);
                    self.push(Ins::GlobalGet { d, global: global.0 });
                } else {
                    let (a, last) = (self.reg(data.args[0]), self.is_ending(data.args[0]));
                    self.push_marked(Ins::GlobalSet { a, global: global.0 }, u8::from(last));
                }
            }
            Op::SlotGet => {
                let Imm::Slot(slot) = data.imm else { return Err(self.malformed(inst)) };
                let (d, a) = (self.result(inst), self.slot_reg(slot));
                let var = self.places.slot(slot);
                if self.ending.contains(&var) {
                    self.push(Ins::Move { d, a });
                } else {
                    self.push(Ins::Copy { d, a });
                }
            }
            Op::SlotSet => {
                let Imm::Slot(slot) = data.imm else { return Err(self.malformed(inst)) };
                let d = self.slot_reg(slot);
                self.assign(d, data.args[0]);
            }
            Op::ParamGiven => {
                let Imm::Int(index) = data.imm else { return Err(self.malformed(inst)) };
                let d = self.result(inst);
                let index = u16::try_from(index).map_err(|_| self.malformed(inst))?;
                self.push(Ins::ParamGiven { d, index });
            }
            Op::Neg | Op::Not | Op::BitNot | Op::Iter | Op::IterStart | Op::CheckBool => {
                self.unary(inst)
            }
            Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
            | Op::FloorDiv
            | Op::Rem
            | Op::Pow
            | Op::MatMul
            | Op::BitAnd
            | Op::BitOr
            | Op::BitXor
            | Op::Shl
            | Op::Shr
            | Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::In => self.binary(inst),
            Op::Index => self.index(inst)?,
            Op::FieldGet => {
                let Imm::Name(name) = &data.imm else { return Err(self.malformed(inst)) };
                let a = self.reg(data.args[0]);
                let d = self.result(inst);
                let name = self.name(name)?;
                self.push(Ins::FieldGet { d, a, name });
                self.clear_after(data.args[0], a, d);
            }
            Op::PlaceSet => self.place_set(inst)?,
            Op::Call | Op::CallFn | Op::CallBuiltin | Op::CallMethod => self.call(inst)?,
            Op::Range | Op::OpenRange => {
                let Imm::Bool(inclusive) = data.imm else { return Err(self.malformed(inst)) };
                let ops = self.operands(&data.args);
                let (parts, open) = ([ops[0], ops[1], ops[2]], data.op == Op::OpenRange);
                self.site(inst, Site::Range { parts, inclusive, open });
            }
            Op::Tuple => {
                let items = self.operands(&data.args).into();
                self.site(inst, Site::Tuple(items));
            }
            Op::List => {
                let spread = match &data.imm {
                    Imm::Spread(flags) if flags.iter().any(|&s| s) => {
                        Some(flags.iter().copied().collect())
                    }
                    _ => None,
                };
                let items = self.operands(&data.args).into();
                self.site(inst, Site::List { items, spread });
            }
            Op::Record => {
                let Imm::Names(names) = &data.imm else { return Err(self.malformed(inst)) };
                let fields = self.operands(&data.args).into();
                let distinct: HashSet<&str> = names.iter().map(|n| &**n).collect();
                let site = if distinct.len() == names.len() && !distinct.contains("...") {
                    Site::Record { shape: ShapeRef::written(names.iter().cloned()), fields }
                } else {
                    Site::RecordSpread { names: names.iter().cloned().collect(), fields }
                };
                self.site(inst, site);
            }
            Op::Format => {
                let Imm::Str(spec) = &data.imm else { return Err(self.malformed(inst)) };
                let value = self.operand(data.args[0]);
                self.site(inst, Site::Format { value, spec: spec.clone() });
            }
            Op::Concat => {
                let parts = self.operands(&data.args).into();
                self.site(inst, Site::Concat(parts));
            }
            Op::CheckType | Op::TestType => {
                let Imm::Ty(spec) = &data.imm else { return Err(self.malformed(inst)) };
                let (value, spec) = (self.operand(data.args[0]), spec.clone());
                let site = match data.op {
                    Op::CheckType => Site::CheckType { value, spec },
                    _ => Site::TestType { value, spec },
                };
                self.site(inst, site);
            }
            Op::Catch => {
                let error = self.operand(data.args[0]);
                self.site(inst, Site::Catch(error));
            }
            Op::CheckLen | Op::TestLen | Op::TestTuple => {
                let Imm::Int(len) = data.imm else { return Err(self.malformed(inst)) };
                let value = self.operand(data.args[0]);
                let site = match data.op {
                    Op::CheckLen => Site::CheckLen { value, len },
                    Op::TestLen => Site::TestLen { value, len },
                    _ => Site::TestTuple { value, len },
                };
                self.site(inst, site);
            }
            Op::TestField => {
                let Imm::Name(name) = &data.imm else { return Err(self.malformed(inst)) };
                let value = self.operand(data.args[0]);
                self.site(inst, Site::TestField { value, name: name.clone() });
            }
            Op::TestEqual => {
                let ops = self.operands(&data.args);
                self.site(inst, Site::TestEqual { a: ops[0], b: ops[1], weak: data.imm.weak() });
            }
            Op::Await => {
                let task = self.operand(data.args[0]);
                self.site(inst, Site::Await(task));
            }
            Op::Yield => {
                let (a, last) = (self.reg(data.args[0]), self.is_ending(data.args[0]));
                self.push_marked(Ins::Yield { a }, u8::from(last));
            }
            _ => return Err(self.malformed(inst)),
        }
        Ok(())
    }

    /// An op that does not belong into generic code, or without the immediate its row says.
    fn malformed(&self, inst: Inst) -> Trouble {
        let data = &self.f.insts[inst];
        Trouble::Failed(
            Error::value_error(format!(
                "{}: the interpreter cannot run {}",
                self.f.name,
                data.op.name()
            ))
            .at(data.span),
        )
    }

    fn constant_inst(&mut self, inst: Inst) {
        let val = self.f.insts[inst].results[0];
        if let (Some(value), Some(d)) = (self.places.constant(val), self.wanted(inst)) {
            self.load(d, val, &value.clone());
        }
    }

    /// `d = val`
    fn assign(&mut self, d: Reg, val: Val) {
        match (self.places.var(val), self.places.constant(val)) {
            (_, Some(value)) => self.load(d, val, &value.clone()),
            (Some(var), None) => {
                let a = self.regs.of(var);
                if a == d {
                } else if self.ending.contains(&var) {
                    self.push(Ins::Move { d, a });
                } else {
                    self.push(Ins::Copy { d, a });
                }
            }
            (None, None) => {}
        }
    }

    /// Drops a value after its last use by an instruction that only looks at it, lest it keep what it
    /// holds from being changed in place.
    fn clear_after(&mut self, val: Val, a: Reg, d: Reg) {
        if self.is_ending(val) && a != d {
            self.push(Ins::Clear { a });
        }
        if d == self.regs.scratch {
            self.push(Ins::Clear { a: d });
        }
    }

    fn site(&mut self, inst: Inst, site: Site) {
        let d = self.wanted(inst).unwrap_or(Reg::NONE);
        let number = self.sites.len() as u32;
        self.sites.push(site);
        self.push(Ins::Site { d, site: number });
    }

    fn name(&mut self, name: &Arc<str>) -> Result<u16, Trouble> {
        let index = match self.names.iter().position(|n| n == name) {
            Some(i) => i,
            None => {
                self.names.push(name.clone());
                self.names.len() - 1
            }
        };
        u16::try_from(index).map_err(|_| too_large(self.f))
    }

    fn unary(&mut self, inst: Inst) {
        let data = &self.f.insts[inst];
        let a = self.reg(data.args[0]);
        let d = self.result(inst);
        let last = u8::from(self.is_ending(data.args[0]));
        let ins = match data.op {
            Op::Neg => Ins::Neg { d, a },
            Op::Not => Ins::Not { d, a },
            Op::BitNot => Ins::BitNot { d, a },
            Op::Iter => Ins::Iter { d, a },
            Op::IterStart => Ins::IterStart { d, a },
            _ => Ins::CheckBool { d, a },
        };
        // Looking where a walk starts leaves the iterable for the walk.
        self.push_marked(ins, if data.op == Op::IterStart { 0 } else { last });
        if d == self.regs.scratch {
            self.push(Ins::Clear { a: d });
        }
    }

    fn binary(&mut self, inst: Inst) {
        let data = &self.f.insts[inst];
        let (x, y) = (data.args[0], data.args[1]);
        let d = self.result(inst);
        let small = match self.places.var(y) {
            None => small_int(self.places.constant(y)),
            Some(_) => None,
        };
        let a = self.reg(x);
        let x_ends = self.is_ending(x);
        if let Some(value) = small {
            let ins = match data.op {
                Op::Add => Some(Ins::AddInt { d, a, value }),
                Op::Sub => Some(Ins::SubInt { d, a, value }),
                Op::Mul => Some(Ins::MulInt { d, a, value }),
                Op::FloorDiv => Some(Ins::FloorDivInt { d, a, value }),
                Op::Rem => Some(Ins::RemInt { d, a, value }),
                _ => None,
            };
            if let Some(ins) = ins {
                let marks = mark(x_ends, marks::ENDS_A) | weak_mark(&data.imm);
                self.push_marked(ins, marks);
                self.drop_unwanted(d);
                return;
            }
        }
        let b = self.reg(y);
        let y_ends = self.is_ending(y);
        let ins = match data.op {
            Op::Add => Ins::Add { d, a, b },
            Op::Sub => Ins::Sub { d, a, b },
            Op::Mul => Ins::Mul { d, a, b },
            Op::Div => Ins::Div { d, a, b },
            Op::FloorDiv => Ins::FloorDiv { d, a, b },
            Op::Rem => Ins::Rem { d, a, b },
            Op::BitAnd => Ins::BitAnd { d, a, b },
            Op::BitOr => Ins::BitOr { d, a, b },
            Op::BitXor => Ins::BitXor { d, a, b },
            Op::Shl => Ins::Shl { d, a, b },
            Op::Shr => Ins::Shr { d, a, b },
            Op::Pow => Ins::Binary { op: BinaryOpcode::Pow, d, a, b },
            Op::MatMul => Ins::Binary { op: BinaryOpcode::MatMul, d, a, b },
            Op::In => Ins::Binary { op: BinaryOpcode::In, d, a, b },
            op => Ins::Compare { cond: condition(op), d, a, b },
        };
        // Of `x + x` only the second operand is the last use.
        let x_ends = x_ends && a != b;
        let marks =
            mark(x_ends, marks::ENDS_A) | mark(y_ends, marks::ENDS_B) | weak_mark(&data.imm);
        self.push_marked(ins, marks);
        self.drop_unwanted(d);
    }

    fn drop_unwanted(&mut self, d: Reg) {
        if d == self.regs.scratch {
            self.push(Ins::Clear { a: d });
        }
    }

    fn index(&mut self, inst: Inst) -> Result<(), Trouble> {
        use quern_ir::function::IndexPart;
        let data = &self.f.insts[inst];
        let Imm::Index(parts) = &data.imm else { return Err(self.malformed(inst)) };
        let in_registers = data.args.iter().all(|&v| self.places.var(v).is_some());
        if **parts == [IndexPart::Value] && in_registers {
            let (a, b, d) = (self.reg(data.args[0]), self.reg(data.args[1]), self.result(inst));
            self.push(Ins::Index { d, a, b });
            self.clear_after(data.args[0], a, d);
        } else if **parts == [IndexPart::Value; 2] && in_registers {
            let (a, i, j) =
                (self.reg(data.args[0]), self.reg(data.args[1]), self.reg(data.args[2]));
            let d = self.result(inst);
            self.push(Ins::Index2 { d, a, i });
            self.push(Ins::Second { a: j });
            self.clear_after(data.args[0], a, d);
        } else {
            let mut ops = self.operands(&data.args);
            let base = ops.remove(0);
            let parts = parts.iter().copied().collect();
            self.site(inst, Site::Index { base, parts, values: ops.into() });
        }
        Ok(())
    }

    fn place_set(&mut self, inst: Inst) -> Result<(), Trouble> {
        use quern_ir::function::{IndexPart, PathStep};
        let data = &self.f.insts[inst];
        let Imm::Path(path) = &data.imm else { return Err(self.malformed(inst)) };
        let s = self.slot_reg(path.slot);
        let in_registers = data.args.iter().all(|&v| self.places.var(v).is_some());
        match &path.steps[..] {
            [PathStep::Index(parts)] if parts[..] == [IndexPart::Value] && in_registers => {
                let (i, v) = (self.reg(data.args[0]), self.reg(data.args[1]));
                let last = self.is_ending(data.args[1]) && v != i && v != s;
                self.push_marked(Ins::SetIndex { s, i, v }, u8::from(last));
            }
            [PathStep::Index(parts)] if parts[..] == [IndexPart::Value; 2] && in_registers => {
                let (i, j, v) =
                    (self.reg(data.args[0]), self.reg(data.args[1]), self.reg(data.args[2]));
                self.push(Ins::SetIndex2 { s, i, j });
                self.push(Ins::Second { a: v });
            }
            _ => {
                let mut ops = self.operands(&data.args);
                let Some(value) = ops.pop() else { return Err(self.malformed(inst)) };
                let steps = path.steps.iter().cloned().collect();
                self.site(inst, Site::Place { variable: s, steps, values: ops.into(), value });
            }
        }
        Ok(())
    }

    fn finish(mut self, func: FuncId) -> Result<Code, Trouble> {
        for i in 0..self.stubs.len() {
            let (from, to) = (self.stubs[i].from, self.stubs[i].to);
            self.stubs[i].start = self.ins.len();
            self.span = self.stubs[i].span;
            if let Some(a) = self.stubs[i].clear {
                self.push(Ins::Clear { a });
            }
            let moves = std::mem::take(&mut self.stubs[i].moves);
            self.all_at_once(moves);
            self.jump(from, to, None);
        }
        for &(at, label) in &self.fixups {
            let to = match label {
                Label::Block(b) => self.block_starts[b.index()] as usize,
                Label::Stub(s) => self.stubs[s].start,
            };
            let distance = to as i64 - (at as i64 + 1);
            if !self.ins[at].set_distance(distance) {
                return Err(Trouble::FarJump);
            }
        }
        for i in 0..self.loops.len() {
            self.loops[i].handler = self.handler(self.loops[i].header, 0, 0);
        }
        let of_loops = self.loops.iter_mut().filter_map(|l| l.handler.as_mut());
        for h in self.handlers.iter_mut().chain(of_loops) {
            h.target = self.block_starts[h.target as usize];
        }
        for (site, l) in self.loops.iter_mut().zip(&self.places.loops) {
            let after = self.f.layout.get(l.end as usize + 1);
            site.start = self.block_starts[l.header.index()];
            site.end = after.map_or(self.ins.len() as u32, |b| self.block_starts[b.index()]);
        }
        let mut vals = vec![ValPlace::Nowhere; self.f.vals.len()];
        for v in self.f.vals.keys() {
            vals[v.index()] = match (self.places.constant(v), self.places.var(v)) {
                (Some(value), _) => ValPlace::Const(self.constant(v, &value.clone()) as u32),
                (None, Some(var)) => ValPlace::Reg(self.regs.of(var)),
                (None, None) => ValPlace::Nowhere,
            };
        }
        let f = self.f;
        let code = Code {
            func,
            name: f.name.clone(),
            params: f
                .params
                .iter()
                .map(|p| ParamInfo {
                    name: p.name.clone(),
                    mutable: p.mutable,
                    has_default: p.has_default,
                    variadic: p.variadic,
                })
                .collect(),
            captures: f.captures.len(),
            is_generator: f.is_generator,
            registers: self.regs.count,
            first_out: self.regs.first_out,
            ins: self.ins.into(),
            spans: self.spans.into(),
            marks: self.marks.into(),
            consts: self.consts.into(),
            names: self.names.into(),
            calls: self.calls.into(),
            sites: self.sites.into(),
            loops: self.loops.into(),
            handlers: self.handlers.into(),
            slots: f.slots.keys().map(|s| self.regs.of(self.places.slot(s))).collect(),
            vals: vals.into(),
            block_starts: self.block_starts.into(),
            has_mut_params: f.params.iter().any(|p| p.mutable.is_some()),
            heat: Heat::default(),
            native: [const { OnceLock::new() }; crate::tier::MAX_SPECIALISATIONS],
        };
        Ok(code.seal())
    }
}

fn mark(is_so: bool, mark: u8) -> u8 {
    if is_so { mark } else { 0 }
}

fn weak_mark(imm: &Imm) -> u8 {
    match imm.weak() {
        Some(Weak::First) => marks::WEAK_A,
        Some(Weak::Second) => marks::WEAK_B,
        None => 0,
    }
}

fn condition(op: Op) -> Cond {
    match op {
        Op::Eq => Cond::Eq,
        Op::Ne => Cond::Ne,
        Op::Lt => Cond::Lt,
        Op::Le => Cond::Le,
        Op::Gt => Cond::Gt,
        _ => Cond::Ge,
    }
}
