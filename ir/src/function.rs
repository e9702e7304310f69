//! Functions, blocks, instructions and programs.
//!
//! A function is a list of basic blocks with parameters. Immutable names and temporaries are SSA
//! values. A `mut` variable is a [`Slot`]: the interpreter keeps it in a register, and
//! `passes::promote` turns slots into SSA values before a function is specialised.
//!
//! A block may name a *handler*: when one of its instructions throws, control goes to the handler
//! block, whose only parameter is the error. What a handler reads of the variables assigned in the
//! guarded blocks it reads from slots, so no SSA value crosses such an edge unless it dominates the
//! whole guarded region.
//!
//! Parameters of a function are the parameters of its entry block: first the declared ones (variadic
//! last, as a list), then the captured values. A `mut` parameter arrives like any other and is stored
//! to its slot first; what the slot holds when the function ends, normally or by an error, goes back
//! to the caller's variable.

use crate::builtins::Builtin;
use crate::entities::{Block, EntityVec, FuncId, GlobalId, Inst, Slot, Val};
use crate::error_kind::ErrorKind;
use crate::ops::{Cond, Op};
use crate::span::Span;
use crate::types::{DType, Ty};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::sync::Arc;

/// Operands and results of an instruction.
pub type Vals = SmallVec<[Val; 4]>;

/// All functions and globals of a script with its imports and the prelude, or of a REPL session.
///
/// It only grows: lowering another source text appends functions, so ids stay valid. Functions are
/// shared, which makes a program that starts from the prelude's cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub functions: EntityVec<FuncId, Arc<Function>>,
    pub globals: EntityVec<GlobalId, Global>,
    /// The function behind each builtin that is written in Quern.
    pub prelude: HashMap<Builtin, FuncId>,
}

/// A top-level `let` that functions can see.
#[derive(Clone, Debug, PartialEq)]
pub struct Global {
    pub name: Arc<str>,
    /// Of an interactive session, where it may be set again: nothing may be built on its value. Any
    /// other global is set once.
    pub replaceable: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: Arc<str>,
    pub params: Vec<Param>,
    /// Names of the captured values, which follow the parameters in the entry block.
    pub captures: Vec<Arc<str>>,
    pub is_generator: bool,
    pub blocks: EntityVec<Block, BlockData>,
    pub insts: EntityVec<Inst, InstData>,
    pub vals: EntityVec<Val, ValData>,
    pub slots: EntityVec<Slot, SlotData>,
    /// Blocks in the order they are printed and run; the first is the entry.
    pub layout: Vec<Block>,
    /// Calls whose callee was put in their place, for the trace of an error.
    pub sites: Vec<CallSite>,
    pub span: Span,
    /// The `##` comment before the definition.
    pub doc: Option<Arc<str>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    pub name: Arc<str>,
    /// The slot of a `mut` parameter.
    pub mutable: Option<Slot>,
    pub has_default: bool,
    pub variadic: bool,
    /// The annotation as written, checked by a `check.type` in the body.
    pub annotation: Option<TypeSpec>,
}

/// A type as an annotation or a type pattern says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeSpec {
    /// `int`, `float`, `str`, `list`, `array`, `record`, `fn`, ... by its name.
    Name(Arc<str>),
    Array {
        dtype: Option<DType>,
        rank: Option<u8>,
    },
    List(Box<TypeSpec>),
    Tuple(Vec<TypeSpec>),
    Fn(Vec<TypeSpec>, Option<Box<TypeSpec>>),
    Union(Vec<TypeSpec>),
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct BlockData {
    pub params: Vec<Val>,
    pub insts: Vec<Inst>,
    pub handler: Option<Block>,
    /// The inlined call this comes from, as for instructions.
    pub site: Option<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InstData {
    pub op: Op,
    pub args: Vals,
    pub imm: Imm,
    pub results: Vals,
    /// Where a terminator goes.
    pub targets: SmallVec<[Target; 2]>,
    /// What goes along when the instruction throws: the arguments of the handler's parameters after
    /// the error, or, in a block without handler, what the `mut` parameters hold then. Empty until
    /// `passes::promote`.
    pub unwind: Vals,
    /// The inlined call this comes from: a place in the function's `sites`.
    pub site: Option<u32>,
    /// Counted values that end here when the instruction throws (`passes::ownership`).
    pub dying: Vals,
    pub span: Span,
}

/// A call that was replaced by the body of its callee.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSite {
    /// The name of the callee.
    pub callee: Arc<str>,
    /// Where the call stands.
    pub span: Span,
    /// The inlined call it comes from itself.
    pub parent: Option<u32>,
}

/// A successor and the arguments for its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub block: Block,
    pub args: Vals,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ValData {
    pub ty: Ty,
    pub def: ValDef,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValDef {
    Param(Block, u32),
    Result(Inst, u32),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SlotData {
    /// The variable's name, for messages and dumps.
    pub name: Arc<str>,
    pub ty: Ty,
}

/// The part of an instruction that is not an operand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Imm {
    None,
    Int(i64),
    /// Compared by bits, so that a NaN equals itself.
    Float(Bits64),
    F32(Bits32),
    Complex(Bits64, Bits64),
    Bool(bool),
    Str(Arc<str>),
    Func(FuncId),
    Builtin(Builtin),
    Global(GlobalId),
    Slot(Slot),
    Name(Arc<str>),
    Names(Arc<[Arc<str>]>),
    Index(Arc<[IndexPart]>),
    Path(Arc<Path>),
    Call(Arc<CallInfo>),
    /// One flag an operand: whether it is spread.
    Spread(Arc<[bool]>),
    Ty(TypeSpec),
    Cond(Cond),
    DType(DType),
    Kind(ErrorKind, Arc<str>),
    /// Which operand of an operator is a number literal; `Imm::None` where neither is, or both are.
    Weak(Weak),
    Fused(Arc<Fused>),
}

/// Operations on arrays that are run together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fused {
    /// Each uses only steps before it.
    pub steps: Vec<FusedStep>,
    /// The steps whose results are wanted.
    pub results: Vec<usize>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FusedStep {
    pub op: FusedOp,
    pub args: Vec<FusedArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FusedOp {
    Operator(Op, Option<Weak>),
    Builtin(Builtin),
}

/// Where an operand of a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FusedArg {
    /// An operand of the instruction.
    Operand(usize),
    /// The result of a step.
    Step(usize),
}

/// The operand of an operator that the source writes as a number, perhaps with a minus before it. A
/// literal is weak: beside an `f32` it is one too, where a name for the same number would not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weak {
    First,
    Second,
}

impl Weak {
    pub const ALL: [Weak; 2] = [Weak::First, Weak::Second];

    pub const fn name(self) -> &'static str {
        match self {
            Weak::First => "first",
            Weak::Second => "second",
        }
    }
}

impl Imm {
    /// The weak operand of an operator.
    pub fn weak(&self) -> Option<Weak> {
        match self {
            Imm::Weak(weak) => Some(*weak),
            _ => None,
        }
    }
}

/// A float by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bits64(pub u64);

impl Bits64 {
    pub fn new(x: f64) -> Bits64 {
        Bits64(x.to_bits())
    }
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A 32-bit float by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bits32(pub u32);

impl Bits32 {
    pub fn new(x: f32) -> Bits32 {
        Bits32(x.to_bits())
    }
    pub fn value(self) -> f32 {
        f32::from_bits(self.0)
    }
}

/// One component between the brackets of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexPart {
    /// The next operand: an int, a range, a mask, an index array.
    Value,
    /// `...`
    Ellipsis,
    /// `newaxis`
    NewAxis,
}

/// A place inside a variable: `s.name[i, j]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    pub slot: Slot,
    pub steps: Vec<PathStep>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    Index(Vec<IndexPart>),
    Field(Arc<str>),
}

/// How a call passes its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallInfo {
    pub callee: Callee,
    /// The name after the dot of a `call.method`.
    pub method: Option<Arc<str>>,
    /// One for each argument, in order; those without a slot take the next operand. After
    /// `passes::promote` those with a slot take one too, and the call has one more result for each of
    /// them, in order: what the variable holds afterwards (also when the call throws).
    pub args: Vec<ArgInfo>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Callee {
    /// The first operand (the second for `call.method`).
    Value,
    Func(FuncId),
    Builtin(Builtin),
    /// A method name that means nothing but a field: only a record's field can be meant.
    Field,
}

impl CallInfo {
    /// How many arguments hand a variable in and out.
    pub fn variables(&self) -> usize {
        self.args.iter().filter(|a| a.variable().is_some()).count()
    }
}

impl ArgInfo {
    /// The variable this argument hands in and out.
    pub fn variable(&self) -> Option<Slot> {
        self.mutable.or(self.offered)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct ArgInfo {
    pub name: Option<Arc<str>>,
    pub spread: bool,
    /// The variable a `mut` argument moves out of and back into. Such an argument has no operand.
    pub mutable: Option<Slot>,
    /// The variable that the receiver of a `call.method` is. It has no operand either: the variable is
    /// handed out `mut` when the callee's first parameter is, and read when it is not.
    pub offered: Option<Slot>,
}

impl Function {
    pub fn new(name: &str, span: Span) -> Function {
        Function {
            name: name.into(),
            params: Vec::new(),
            captures: Vec::new(),
            is_generator: false,
            blocks: EntityVec::new(),
            insts: EntityVec::new(),
            vals: EntityVec::new(),
            slots: EntityVec::new(),
            layout: Vec::new(),
            sites: Vec::new(),
            span,
            doc: None,
        }
    }

    pub fn entry(&self) -> Block {
        self.layout[0]
    }

    /// A new block at the end of the layout.
    pub fn add_block(&mut self) -> Block {
        let block = self.blocks.push(BlockData::default());
        self.layout.push(block);
        block
    }

    pub fn add_block_param(&mut self, block: Block, ty: Ty) -> Val {
        let index = self.blocks[block].params.len() as u32;
        let val = self.vals.push(ValData { ty, def: ValDef::Param(block, index) });
        self.blocks[block].params.push(val);
        val
    }

    pub fn add_slot(&mut self, name: &str) -> Slot {
        self.slots.push(SlotData { name: name.into(), ty: Ty::Any })
    }

    /// Makes an instruction with results of the given types, not yet in a block.
    pub fn make_inst(
        &mut self,
        op: Op,
        args: &[Val],
        imm: Imm,
        result_tys: &[Ty],
        span: Span,
    ) -> Inst {
        let inst = self.insts.push(InstData {
            op,
            args: args.into(),
            imm,
            results: Vals::new(),
            targets: SmallVec::new(),
            unwind: Vals::new(),
            site: None,
            dying: Vals::new(),
            span,
        });
        for (i, ty) in result_tys.iter().enumerate() {
            let val =
                self.vals.push(ValData { ty: ty.clone(), def: ValDef::Result(inst, i as u32) });
            self.insts[inst].results.push(val);
        }
        inst
    }

    /// Appends an instruction to a block.
    pub fn append(
        &mut self,
        block: Block,
        op: Op,
        args: &[Val],
        imm: Imm,
        result_tys: &[Ty],
        span: Span,
    ) -> Inst {
        let inst = self.make_inst(op, args, imm, result_tys, span);
        self.blocks[block].insts.push(inst);
        inst
    }

    /// Appends a terminator to a block.
    pub fn terminate(
        &mut self,
        block: Block,
        op: Op,
        args: &[Val],
        imm: Imm,
        targets: &[Target],
        span: Span,
    ) {
        let inst = self.append(block, op, args, imm, &[], span);
        self.insts[inst].targets = targets.iter().cloned().collect();
    }

    /// The terminator of a finished block.
    pub fn terminator(&self, block: Block) -> Option<Inst> {
        self.blocks[block].insts.last().copied().filter(|&i| self.insts[i].op.is_terminator())
    }

    pub fn is_terminated(&self, block: Block) -> bool {
        self.terminator(block).is_some()
    }

    /// The blocks control may go to from `block`, its handler last.
    pub fn successors(&self, block: Block) -> SmallVec<[Block; 4]> {
        let mut out = SmallVec::new();
        if let Some(t) = self.terminator(block) {
            out.extend(self.insts[t].targets.iter().map(|t| t.block));
        }
        out.extend(self.blocks[block].handler);
        out
    }

    pub fn ty(&self, val: Val) -> &Ty {
        &self.vals[val].ty
    }

    /// The instruction that defines a value, unless a block does.
    pub fn def(&self, val: Val) -> Option<&InstData> {
        match self.vals[val].def {
            ValDef::Result(inst, _) => Some(&self.insts[inst]),
            ValDef::Param(..) => None,
        }
    }

    /// The int a value is known to be.
    pub fn known_int(&self, val: Val) -> Option<i64> {
        match self.def(val) {
            Some(InstData { op: Op::ConstInt, imm: Imm::Int(x), .. }) => Some(*x),
            _ => None,
        }
    }

    /// Whether an instruction can throw, as far as its op, its operands' types and known numbers tell.
    pub fn throws(&self, inst: Inst) -> bool {
        let data = &self.insts[inst];
        match data.op {
            Op::Branch => *self.ty(data.args[0]) != Ty::Bool,
            Op::IFloorDiv => !matches!(self.known_int(data.args[1]), Some(1.. | ..=-2)),
            Op::IRem => !matches!(self.known_int(data.args[1]), Some(1.. | ..=-1)),
            Op::IShr => !matches!(self.known_int(data.args[1]), Some(0..)),
            op => op.can_throw(),
        }
    }
}

impl Target {
    pub fn new(block: Block, args: &[Val]) -> Target {
        Target { block, args: args.into() }
    }
}
