//! The builtins that are written in Quern, as source texts.
//!
//! The core is lowered at every start. The text of a module is lowered into a program when that first names
//! one of the module's builtins, so a script pays only for what it uses.

/// A source text of the prelude.
pub struct Text {
    /// The module whose builtins it defines, or the name by which such texts import it.
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! texts {
    ($($name:literal)*) => {
        &[$(Text { name: $name, text: include_str!(concat!("prelude/", $name, ".qn")) },)*]
    };
}

/// All of the texts. They are the first sources of every program, in this order, so that a place in them is
/// known by the number of its source.
pub const TEXTS: &[Text] = texts!(
    "core" "checks" "dense" "special" "linalg" "interp" "optimize" "integrate" "ode" "poly" "stats" "fft" "dsp" "sparse"
);

/// The text that every program starts with.
pub const CORE: &Text = &TEXTS[0];
