//! The ways a script is executed; every expectation binds all of them.

/// A way to execute a script: a name for messages and the arguments and environment that choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    pub name: &'static str,
    pub args: &'static [&'static str],
}

/// The reference interpreter comes first: the others are compared with it.
pub const TIERS: &[Tier] = &[
    Tier { name: "interp", args: &["--jit=off"] },
    Tier { name: "jit", args: &["--jit=on"] },
    Tier { name: "eager", args: &["--jit=eager"] },
];

/// The tier with this name.
pub fn by_name(name: &str) -> Option<Tier> {
    TIERS.iter().copied().find(|tier| tier.name == name)
}
