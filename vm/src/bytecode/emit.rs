//! Writes the instructions of a function, block by block.

use super::code::{
    ArgSource, Argument, CallSite, CallTarget, Code, Handler, LoopSite, MethodFallback, ParamInfo,
    Site, ValPlace,
};
use super::ins::{BinaryOpcode, Ins, Operand, OperandKind, Reg, marks};
use super::liveness::{Liveness, effects};
use super::places::{Places, Var, small_int};
use super::registers::Registers;
use crate::error::Error;
use crate::record::ShapeRef;
use crate::shared::Shared;
use crate::std::float_function;
use crate::tier::Heat;
use crate::value::Value;
use quern_ir::builtins::Home;
use quern_ir::entities::Entity;
use quern_ir::function::{ArgInfo, CallInfo, Callee, Function, Imm, Param, Target, ValDef, Weak};
use quern_ir::ops::Cond;
use quern_ir::{Block, Builtin, ErrorKind, FuncId, Inst, Op, Slot, Span, Val};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

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

    fn call(&mut self, inst: Inst) -> Result<(), Trouble> {
        let data = &self.f.insts[inst];
        let Imm::Call(info) = &data.imm else { return Err(self.malformed(inst)) };
        if let Some(func) = direct_callee(self.shared, self.f, inst) {
            self.call_direct(inst, func);
            return Ok(());
        }
        let mut ops = self.operands(&data.args).into_iter();
        let malformed = || self.malformed(inst);
        let is_method = data.op == Op::CallMethod;
        let callee_value = match (&info.callee, is_method) {
            (Callee::Value, false) => Some(ops.next().ok_or_else(malformed)?),
            _ => None,
        };
        let mut args: Vec<Argument> = Vec::with_capacity(info.args.len());
        let mut method_value = None;
        for (i, arg) in info.args.iter().enumerate() {
            let source = match (arg.mutable, arg.offered) {
                (Some(slot), _) => ArgSource::Mut(self.slot_reg(slot)),
                (None, Some(slot)) => ArgSource::Offered(self.slot_reg(slot)),
                (None, None) => ArgSource::Value(ops.next().ok_or_else(malformed)?),
            };
            args.push(Argument { source, name: arg.name.clone(), spread: arg.spread });
            // The callee of `x.f(..)` is the operand after the receiver.
            if is_method && i == 0 && info.callee == Callee::Value {
                method_value = Some(ops.next().ok_or_else(malformed)?);
            }
        }
        let target = if is_method {
            let name = info.method.clone().unwrap_or_else(|| "?".into());
            let fallback = match (&info.callee, method_value) {
                (Callee::Func(func), _) => MethodFallback::Func(*func),
                (Callee::Builtin(b), _) => self.builtin_fallback(*b),
                (Callee::Value, Some(v)) => MethodFallback::Value(v),
                _ => MethodFallback::Nothing,
            };
            CallTarget::Method { name, fallback }
        } else {
            match (&info.callee, callee_value) {
                (Callee::Func(func), _) => CallTarget::Func(*func),
                (Callee::Builtin(b), _) => match self.shared.prelude(*b) {
                    Some(func) => CallTarget::Func(func),
                    None => CallTarget::Builtin(*b),
                },
                (_, Some(value)) => CallTarget::Value(value),
                _ => return Err(self.malformed(inst)),
            }
        };
        let is_plain = args
            .iter()
            .all(|a| a.name.is_none() && !a.spread && matches!(a.source, ArgSource::Value(_)));
        let d = self.wanted(inst).unwrap_or(Reg::NONE);
        if self.math(inst, info, &target, d) {
            return Ok(());
        }
        let site = self.calls.len() as u32;
        self.calls.push(CallSite { target, args: args.into(), is_plain });
        self.push(Ins::Call { d, site });
        Ok(())
    }

    /// A call of a known function: its arguments go to the end of the window, where the callee's starts.
    fn call_direct(&mut self, inst: Inst, func: FuncId) {
        let data = &self.f.insts[inst];
        let Imm::Call(info) = &data.imm else { return };
        let mut values = self.operands(&data.args).into_iter();
        let mut variables = Vec::new();
        for (i, arg) in info.args.iter().enumerate() {
            let d = Reg(self.regs.first_out + i as u16);
            if let Some(slot) = arg.mutable {
                let a = self.slot_reg(slot);
                self.push(Ins::Move { d, a });
                variables.push(a);
                continue;
            }
            let Some(value) = values.next() else { return };
            match value.kind() {
                OperandKind::Copy(a) | OperandKind::Move(a) if a == d => {}
                OperandKind::Copy(a) => drop(self.push(Ins::Copy { d, a })),
                OperandKind::Move(a) => drop(self.push(Ins::Move { d, a })),
                OperandKind::Const(k) => {
                    let small = self.consts[k].as_int().and_then(|x| i32::try_from(x).ok());
                    self.push(match small {
                        Some(value) => Ins::LoadInt { d, value },
                        None => Ins::LoadConst { d, k: k as u32 },
                    });
                }
            }
        }
        let d = self.wanted(inst).unwrap_or(Reg::NONE);
        self.push(Ins::CallDirect { d, func: func.0 });
        for a in variables {
            self.push(Ins::Second { a });
        }
    }

    fn builtin_fallback(&self, builtin: Builtin) -> MethodFallback {
        match self.shared.prelude(builtin) {
            Some(func) => MethodFallback::Func(func),
            None => MethodFallback::Builtin(builtin),
        }
    }

    /// A call of a function from float to float, without the detour over arguments.
    fn math(&mut self, inst: Inst, info: &CallInfo, target: &CallTarget, d: Reg) -> bool {
        let args = &self.f.insts[inst].args;
        match target {
            CallTarget::Builtin(b)
                if b.home() == Home::Vm
                    && float_function(*b).is_some()
                    && args.len() == 1
                    && info.args.len() == 1
                    && info.args[0].name.is_none()
                    && !info.args[0].spread
                    && d != Reg::NONE
                    && self.places.var(args[0]).is_some() =>
            {
                let a = self.reg(args[0]);
                let last = u8::from(self.is_ending(args[0]));
                self.push_marked(Ins::Math { d, a, builtin: *b as u16 }, last);
                true
            }
            _ => false,
        }
    }

    // ---- control -------------------------------------------------------------------------------

    fn terminator(&mut self, block: Block, inst: Inst, next: Option<Block>) {
        let data = &self.f.insts[inst];
        match data.op {
            Op::Jump => self.edge(block, &data.targets[0], 0, next),
            Op::Branch => self.branch(block, inst, next),
            Op::IterNext => {
                let (body, exit) = (&data.targets[0], &data.targets[1]);
                let params = &self.f.blocks[body.block].params;
                let param = |i: usize| {
                    params.get(i).and_then(|&p| self.places.var(p)).map(|v| self.regs.of(v))
                };
                let (item, next_pos) = (param(0), param(1));
                let (it, pos) = (self.reg(data.args[0]), self.reg(data.args[1]));
                let scratch = self.regs.scratch;
                self.push(Ins::IterNext { item: item.unwrap_or(scratch), it, pos });
                let at = self.push(Ins::IterExit { next: next_pos.unwrap_or(scratch), by: 0 });
                let clear = self
                    .places
                    .var(data.args[0])
                    .filter(|&v| !self.live.is_live_in(exit.block, v) && !self.places.is_pinned(v))
                    .filter(|_| !self.walks_range(data.args[0]))
                    .map(|v| self.regs.of(v));
                let label = self.label(block, exit, clear);
                self.fixups.push((at, label));
                self.edge(block, body, 2, next);
            }
            Op::Return => {
                match data.args.first() {
                    Some(&v) => {
                        let a = self.reg(v);
                        self.push(Ins::Return { a });
                    }
                    None => {
                        self.push(Ins::Clear { a: self.regs.scratch });
                        self.push(Ins::Return { a: self.regs.scratch });
                    }
                };
            }
            Op::Throw => {
                let a = self.reg(data.args[0]);
                self.push(Ins::Throw { a });
            }
            _ => {
                self.push(Ins::Unreachable);
            }
        }
    }

    /// Whether an iterable is a range made just for the walk. That holds nothing: it is left in its
    /// register, and the next one made there takes its memory.
    fn walks_range(&self, iterable: Val) -> bool {
        let made_by = |val: Val, op: Op| match self.f.vals[val].def {
            ValDef::Result(inst, _) if self.f.insts[inst].op == op => Some(inst),
            _ => None,
        };
        made_by(iterable, Op::Iter)
            .is_some_and(|iter| made_by(self.f.insts[iter].args[0], Op::Range).is_some())
    }

    fn branch(&mut self, block: Block, inst: Inst, next: Option<Block>) {
        let data = &self.f.insts[inst];
        let (yes, no) = (&data.targets[0], &data.targets[1]);
        if let Some(&compare) = self.places.fused.get(&inst) {
            self.span = self.f.insts[compare].span;
            let (ins, last) = self.comparing_jump(compare);
            let at = self.push_marked(ins, last);
            self.span = data.span;
            let label = self.label(block, no, None);
            self.fixups.push((at, label));
            self.edge(block, yes, 0, next);
            return;
        }
        if self.places.var(data.args[0]).is_none()
            && let Some(Value::Bool(always)) = self.places.constant(data.args[0])
        {
            self.edge(block, if *always { yes } else { no }, 0, next);
            return;
        }
        let a = self.reg(data.args[0]);
        if next == Some(no.block) && next != Some(yes.block) {
            let at = self.push(Ins::JumpIf { a, by: 0 });
            let label = self.label(block, yes, None);
            self.fixups.push((at, label));
            self.edge(block, no, 0, next);
        } else {
            let at = self.push(Ins::JumpUnless { a, by: 0 });
            let label = self.label(block, no, None);
            self.fixups.push((at, label));
            self.edge(block, yes, 0, next);
        }
    }

    /// The jump that does a comparison, with its marks.
    fn comparing_jump(&mut self, compare: Inst) -> (Ins, u8) {
        let data = &self.f.insts[compare];
        let (x, y) = (data.args[0], data.args[1]);
        let a = self.reg(x);
        let x_ends = self.is_ending(x);
        let cond = condition(data.op);
        if self.places.var(y).is_none()
            && let Some(value) = small_int(self.places.constant(y))
        {
            let ins = match cond {
                Cond::Eq => Ins::UnlessEqInt { a, value, by: 0 },
                Cond::Ne => Ins::UnlessNeInt { a, value, by: 0 },
                Cond::Lt => Ins::UnlessLtInt { a, value, by: 0 },
                Cond::Le => Ins::UnlessLeInt { a, value, by: 0 },
                Cond::Gt => Ins::UnlessGtInt { a, value, by: 0 },
                Cond::Ge => Ins::UnlessGeInt { a, value, by: 0 },
            };
            return (ins, mark(x_ends, marks::ENDS_A));
        }
        let weak = weak_mark(&data.imm);
        let b = self.reg(y);
        let ins = match cond {
            Cond::Eq => Ins::UnlessEq { a, b, by: 0 },
            Cond::Ne => Ins::UnlessNe { a, b, by: 0 },
            Cond::Lt => Ins::UnlessLt { a, b, by: 0 },
            Cond::Le => Ins::UnlessLe { a, b, by: 0 },
            Cond::Gt => Ins::UnlessGt { a, b, by: 0 },
            Cond::Ge => Ins::UnlessGe { a, b, by: 0 },
        };
        let ends = mark(x_ends && a != b, marks::ENDS_A) | mark(self.is_ending(y), marks::ENDS_B);
        (ins, ends | weak)
    }

    fn is_backward(&self, from: Block, to: Block) -> bool {
        self.places.order[to.index()] <= self.places.order[from.index()]
    }

    /// Where a jump along an edge must go: to the block, or to a stub that moves the arguments first.
    fn label(&mut self, from: Block, target: &Target, clear: Option<Reg>) -> Label {
        let moves = self.moves(target, 0);
        if moves.is_empty() && clear.is_none() && !self.is_backward(from, target.block) {
            return Label::Block(self.through(target.block));
        }
        self.stubs.push(Stub { clear, moves, from, to: target.block, span: self.span, start: 0 });
        Label::Stub(self.stubs.len() - 1)
    }

    /// Goes along an edge right here: moves, then a jump unless the block comes next.
    fn edge(&mut self, from: Block, target: &Target, skip: usize, next: Option<Block>) {
        let moves = self.moves(target, skip);
        self.all_at_once(moves);
        self.jump(from, target.block, next);
    }

    fn jump(&mut self, from: Block, to: Block, next: Option<Block>) {
        if self.is_backward(from, to) {
            let site = self.places.loops.iter().position(|l| l.header == to).unwrap_or(0) as u16;
            let at = self.push(Ins::Loop { site, by: 0 });
            self.fixups.push((at, Label::Block(to)));
            return;
        }
        let to = self.through(to);
        if self.falls_to(next, to) {
            return;
        }
        match self.bare_return(to) {
            Some(a) => drop(self.push(Ins::Return { a })),
            None => {
                let at = self.push(Ins::Jump { by: 0 });
                self.fixups.push((at, Label::Block(to)));
            }
        }
    }

    /// Where control goes from a block that does nothing but jump on, as of an `if` without `else`.
    fn passage(&mut self, block: Block) -> Option<Block> {
        let (&last, before) = self.f.blocks[block].insts.split_last()?;
        let data = &self.f.insts[last];
        if data.op != Op::Jump || !before.iter().all(|&inst| self.places.is_silent(inst)) {
            return None;
        }
        let target = &data.targets[0];
        let is_forward = !self.is_backward(block, target.block);
        (is_forward && self.moves(target, 0).is_empty()).then_some(target.block)
    }

    /// The block that a jump to this one comes to in the end.
    fn through(&self, block: Block) -> Block {
        self.through[block.index()]
    }

    /// Whether control that runs into `next` is at `to` without an instruction.
    fn falls_to(&self, next: Option<Block>, to: Block) -> bool {
        let Some(next) = next else { return false };
        let from = self.places.order[next.index()] as usize;
        let passes = |block: &Block| *block != to && self.through(*block) == to;
        self.f.layout[from..].iter().find(|block| !passes(block)) == Some(&to)
    }

    /// The register that a block returns, if it does nothing else.
    fn bare_return(&self, block: Block) -> Option<Reg> {
        let (&last, before) = self.f.blocks[block].insts.split_last()?;
        let data = &self.f.insts[last];
        if data.op != Op::Return || !before.iter().all(|&inst| self.places.is_silent(inst)) {
            return None;
        }
        let val = *data.args.first()?;
        self.places.var(val).map(|var| self.regs.of(var))
    }

    /// The assignments of an edge to the parameters of its block, without the first `skip`.
    fn moves(&mut self, target: &Target, skip: usize) -> Vec<MoveTo> {
        let params: Vec<Val> =
            self.f.blocks[target.block].params.iter().copied().skip(skip).collect();
        let mut moves = Vec::new();
        for (param, &arg) in params.into_iter().zip(&target.args) {
            let Some(d) = self.places.var(param).map(|v| self.regs.of(v)) else { continue };
            let source = match (self.places.constant(arg), self.places.var(arg)) {
                (Some(value), _) => Source::Const(self.constant(arg, &value.clone())),
                (None, Some(var)) => {
                    let stays =
                        self.live.is_live_in(target.block, var) || self.places.is_pinned(var);
                    Source::Reg { reg: self.regs.of(var), last_use: !stays }
                }
                (None, None) => continue,
            };
            moves.push(MoveTo { d, source });
        }
        // Of several moves out of one register only the last may empty it, and none if it stays put.
        for i in 0..moves.len() {
            if let Source::Reg { reg, last_use: true } = moves[i].source {
                let again = moves[i + 1..]
                    .iter()
                    .any(|m| matches!(m.source, Source::Reg { reg: r, .. } if r == reg));
                let stays = moves.iter().any(|m| {
                    m.d == reg && matches!(m.source, Source::Reg { reg: r, .. } if r == reg)
                });
                if again || stays {
                    moves[i].source = Source::Reg { reg, last_use: false };
                }
            }
        }
        moves.retain(|m| !matches!(m.source, Source::Reg { reg, .. } if reg == m.d));
        moves
    }

    /// Emits assignments that happen at once, in an order in which none overwrites what another still
    /// reads; a cycle goes through the scratch register.
    fn all_at_once(&mut self, mut moves: Vec<MoveTo>) {
        let reads = |m: &MoveTo, r: Reg| matches!(m.source, Source::Reg { reg, .. } if reg == r);
        while !moves.is_empty() {
            let ready = (0..moves.len())
                .find(|&i| !moves.iter().enumerate().any(|(j, m)| j != i && reads(m, moves[i].d)));
            match ready {
                Some(i) => {
                    let m = moves.remove(i);
                    match m.source {
                        Source::Const(k) => {
                            self.push(Ins::LoadConst { d: m.d, k: k as u32 });
                        }
                        Source::Reg { reg: a, last_use } => {
                            // An earlier-ordered move may still read it: only the last one moves.
                            let again = moves.iter().any(|n| reads(n, a));
                            let ins = if last_use && !again {
                                Ins::Move { d: m.d, a }
                            } else {
                                Ins::Copy { d: m.d, a }
                            };
                            self.push(ins);
                        }
                    }
                }
                None => {
                    // What the first assignment overwrites is kept in the scratch register.
                    let (kept, scratch) = (moves[0].d, self.regs.scratch);
                    self.push(Ins::Move { d: scratch, a: kept });
                    for m in &mut moves {
                        if reads(m, kept) {
                            m.source = Source::Reg { reg: scratch, last_use: true };
                        }
                    }
                }
            }
        }
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

/// The function that a call is of, if it is known and takes the arguments as they stand.
pub fn direct_callee(shared: &Shared, f: &Function, call: Inst) -> Option<FuncId> {
    let data = &f.insts[call];
    let (Imm::Call(info), Op::Call | Op::CallFn | Op::CallBuiltin) = (&data.imm, data.op) else {
        return None;
    };
    let func = match info.callee {
        Callee::Func(func) => func,
        Callee::Builtin(b) => shared.prelude(b)?,
        _ => return None,
    };
    let is_plain = info.args.iter().all(|a| a.name.is_none() && !a.spread && a.offered.is_none());
    let callee = shared.function(func)?;
    let fits = |(param, arg): (&Param, &ArgInfo)| {
        !param.variadic && param.mutable.is_some() == arg.mutable.is_some()
    };
    let takes_them = !callee.is_generator
        && callee.captures.is_empty()
        && callee.params.len() == info.args.len()
        && callee.params.iter().zip(&info.args).all(fits);
    (is_plain && takes_them).then_some(func)
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
