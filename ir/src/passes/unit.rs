//! What specialisation produces and the JIT compiles: all typed functions one entry needs.

use crate::entities::{Block, Entity, EntityVec, FuncId, Slot, Val};
use crate::function::Function;
use crate::text;
use crate::types::Ty;
use std::fmt;
use std::fmt::Write;

/// A specialisation of a unit; `call.spec`'s immediate is its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpecId(pub u32);

impl Entity for SpecId {
    const PREFIX: &'static str = "spec";
    fn new(index: usize) -> Self {
        SpecId(index as u32)
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for SpecId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "spec{}", self.0)
    }
}

/// Typed functions that call each other, compiled together.
#[derive(Clone, Debug)]
pub struct Unit {
    pub specs: EntityVec<SpecId, Spec>,
    /// The one that the interpreter enters.
    pub entry: SpecId,
    /// When the unit was made for a loop, how the interpreter's registers meet the entry.
    pub frame: Option<LoopFrame>,
}

/// A function for one signature.
#[derive(Clone, Debug)]
pub struct Spec {
    pub source: FuncId,
    /// Types of the declared parameters, then of the captures; `Never` for a parameter not given. Their
    /// leaves are the parameters of the entry block.
    pub params: Vec<Ty>,
    /// Type of the result; its leaves are the first operands of `return` and results of `call.spec`.
    /// `Never` when the function cannot return.
    pub result: Ty,
    /// What the `mut` parameters hold at the end, each one leaf (`any` for what is no leaf). They follow
    /// the result in `return` and `call.spec`, and are the `unwind` of whatever throws out of the
    /// function.
    pub outs: Vec<Ty>,
    /// Whether anything in it can end in an error; if not, a caller need not look.
    pub throws: bool,
    /// By parameter of the entry block: whether the caller keeps its reference. Found by the last pass;
    /// a parameter it says nothing of is not lent.
    pub lent: Vec<bool>,
    pub body: Function,
}

/// How a loop compiled on its own takes the interpreter's registers and gives them back.
#[derive(Clone, Debug, PartialEq)]
pub struct LoopFrame {
    /// The loop's header in the function as lowered.
    pub header: Block,
    /// What the entry's parameters are loaded from, one for each of `Spec::params`. Slots are moved out,
    /// values are copied.
    pub live_ins: Vec<Variable>,
    /// By the number in `exit`.
    pub exits: Vec<LoopExit>,
    /// The slots that the `unwind` values of an error go back to, in order.
    pub outs: Vec<Slot>,
}

/// Where the interpreter goes on, and the registers that the operands of `exit` go to: leaves of the
/// type beside each. The first ones are the parameters of `target`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoopExit {
    pub target: Block,
    pub live_outs: Vec<(Variable, Ty)>,
}

/// A register of the interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variable {
    Val(Val),
    Slot(Slot),
}

/// Why code is left to the interpreter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reject {
    /// It may wait: for a task, a channel, a timer, input.
    Waits(&'static str),
    /// A generator keeps its frame between items.
    Generator,
    /// Needs more specialisations than a unit may hold.
    TooManySpecs,
    /// The function is too long to be worth compiling.
    TooLong,
    /// The loop is not a natural loop, or the block is no loop header.
    NoLoop,
    /// It always ends in an error before it does any work.
    NeverReturns,
}

impl Reject {
    /// The name it is counted under.
    pub fn name(&self) -> &'static str {
        match self {
            Reject::Waits(_) => "waits",
            Reject::Generator => "generator",
            Reject::TooManySpecs => "too-many-specialisations",
            Reject::TooLong => "too-long",
            Reject::NoLoop => "no-loop",
            Reject::NeverReturns => "never-returns",
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reject::Waits(what) => write!(f, "may wait ({what})"),
            Reject::Generator => f.write_str("is a generator"),
            Reject::TooManySpecs => f.write_str("needs too many specialisations"),
            Reject::TooLong => f.write_str("is too long"),
            Reject::NoLoop => f.write_str("is not a natural loop"),
            Reject::NeverReturns => f.write_str("always throws"),
        }
    }
}

/// The unit as text, for `--stage typed`.
pub fn print_unit(unit: &Unit) -> String {
    let mut out = String::new();
    for (id, spec) in unit.specs.iter() {
        let entry = if id == unit.entry { ", entry" } else { "" };
        let _ = write!(
            out,
            "; {id}: {} ({}){entry}",
            spec.source,
            if spec.throws { "throws" } else { "total" }
        );
        let params = &spec.body.blocks[spec.body.entry()].params;
        let lent = params.iter().zip(&spec.lent).filter(|(_, lent)| **lent);
        for (i, (param, _)) in lent.enumerate() {
            let _ = write!(out, "{}{param}", if i == 0 { "; lent: " } else { ", " });
        }
        out.push('\n');
        out.push_str(&text::print(&spec.body));
    }
    out
}
