//! The text form of functions: [`print`] and [`parse`], both driven by the op table.
//!
//! ```text
//! fn "scale"(xs, mut a=s0, k?: float) [c] {
//!   slot s0 "a": any
//! block0(v0: any, v1: any, v2: any, v3: any):
//!   v4 = mul v0, v3
//!   v5: int = iadd v6, v7 unwind v1
//!   branch v4 -> block1(v0), block2
//! ```
//!
//! A result's type is printed unless it is `any`; `handler blockN` follows a block's parameters. Spans
//! are left out unless asked for (`@source:start..end`). `parse(print(f))` is `f` for a function whose
//! tables hold exactly what its layout uses, in order ([`Function::compact`] makes it so), up to spans.

mod lexer;
mod parse;
mod print;

pub use parse::{ParseError, parse, parse_all};
pub(crate) use print::write_inst;
pub use print::{Style, print, print_styled};

#[cfg(test)]
mod tests;
