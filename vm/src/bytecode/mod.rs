//! Register code: what the interpreter runs.
//!
//! [`compile`] turns one generic function into a [`Code`]: 8-byte instructions ([`ins`]) over a window
//! of registers, and a table of sites for the operations whose operands do not fit in eight bytes.
//! SSA values and slots share the registers ([`registers`]); operands that are last uses are marked,
//! so that the interpreter moves them instead of counting a reference.

pub mod code;
mod compile;
mod emit;
pub mod ins;
mod liveness;
mod places;
mod registers;

pub use code::{CallSite, CallTarget, Code, Site};
pub use compile::compile;
pub use ins::{Ins, Operand, Reg};
