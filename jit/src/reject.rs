//! Why something was not compiled: a value with a name, counted, shown by `jit explain`.

use quern_ir::{Op, Ty};
use std::collections::BTreeMap;
use std::fmt;

/// Why a function or loop stays with the interpreter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reject {
    /// There is no code generator for this machine.
    NoBackend(String),
    /// An op that only the interpreter runs.
    Op(&'static str),
    /// A value of a type that typed code does not hold in this place.
    Type(String),
    /// What the specialiser declined, in its words.
    Specialize(String),
    /// Larger than is worth compiling: this many instructions.
    TooLarge(usize),
    /// The code generator failed, in its words.
    Codegen(String),
    /// The system gave no executable memory.
    Memory(String),
}

impl Reject {
    pub fn op(op: Op) -> Reject {
        Reject::Op(op.name())
    }

    pub fn ty(ty: &Ty) -> Reject {
        Reject::Type(ty.to_string())
    }

    /// The name it is counted under.
    pub fn name(&self) -> &'static str {
        match self {
            Reject::NoBackend(_) => "no-backend",
            Reject::Op(_) => "op",
            Reject::Type(_) => "type",
            Reject::Specialize(_) => "specialize",
            Reject::TooLarge(_) => "too-large",
            Reject::Codegen(_) => "codegen",
            Reject::Memory(_) => "memory",
        }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reject::NoBackend(why) => write!(f, "no code generator for this machine: {why}"),
            Reject::Op(name) => write!(f, "{name} runs only in the interpreter"),
            Reject::Type(ty) => write!(f, "compiled code cannot hold a {ty} here"),
            Reject::Specialize(why) => f.write_str(why),
            Reject::TooLarge(insts) => {
                write!(f, "too large to be worth compiling ({insts} instructions)")
            }
            Reject::Codegen(why) => write!(f, "the code generator failed: {why}"),
            Reject::Memory(why) => write!(f, "no executable memory: {why}"),
        }
    }
}

impl std::error::Error for Reject {}

/// How often each refusal happened.
#[derive(Clone, Debug, Default)]
pub struct RejectCounts {
    counts: BTreeMap<Reject, u64>,
}

impl RejectCounts {
    pub fn count(&mut self, reject: &Reject) {
        *self.counts.entry(reject.clone()).or_default() += 1;
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Reject, u64)> {
        self.counts.iter().map(|(reject, &n)| (reject, n))
    }
}
