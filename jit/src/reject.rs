//! Why something was not compiled: a value with a name, counted, shown by `jit explain`.

use quern_ir::{Op, Ty, passes};
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
    /// What the specialiser declined.
    Specialize(passes::Reject),
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
            Reject::Specialize(why) => why.name(),
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
            Reject::Specialize(why) => why.fmt(f),
            Reject::TooLarge(insts) => {
                write!(f, "too large to be worth compiling ({insts} instructions)")
            }
            Reject::Codegen(why) => write!(f, "the code generator failed: {why}"),
            Reject::Memory(why) => write!(f, "no executable memory: {why}"),
        }
    }
}

impl std::error::Error for Reject {}

/// How often each refusal happened, by its name.
#[derive(Clone, Debug, Default)]
pub struct RejectCounts {
    counts: BTreeMap<&'static str, u64>,
}

impl RejectCounts {
    pub fn count(&mut self, reject: &Reject) {
        *self.counts.entry(reject.name()).or_default() += 1;
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.counts.iter().map(|(&name, &n)| (name, n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_by_their_names() {
        let mut counts = RejectCounts::default();
        for why in [
            passes::Reject::Waits("await"),
            passes::Reject::Waits("sleep"),
            passes::Reject::Generator,
            passes::Reject::NoLoop,
        ] {
            counts.count(&Reject::Specialize(why));
        }
        let counts: Vec<_> = counts.iter().collect();
        assert_eq!(counts, [("generator", 1), ("no-loop", 1), ("waits", 2)]);
    }
}
