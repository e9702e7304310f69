//! The SSA intermediate representation of Quern, and the two tables everything else is built on:
//! the ops ([`ops`]) and the builtins ([`builtins`]).
//!
//! `ir` knows no other crate of ours. `frontend` produces *generic* functions in which every value
//! has the type `Any`; [`passes::specialize`] turns one into a *typed* function for the types seen
//! at entry; `vm` interprets the first kind and `jit` compiles the second. Both kinds share one data
//! structure ([`function::Function`]), one text form ([`text`]) and one verifier ([`verify`]).
#![forbid(unsafe_code)]

pub mod analysis;
pub mod builtins;
mod compact;
pub mod entities;
mod error_kind;
pub mod function;
pub mod message;
pub mod ops;
pub mod passes;
mod span;
pub mod spelling;
pub mod text;
pub mod types;
pub mod verify;

#[cfg(test)]
mod tests;

pub use builtins::Builtin;
pub use entities::{Block, Entity, EntityVec, FuncId, GlobalId, Inst, Slot, Val};
pub use error_kind::ErrorKind;
pub use function::{Function, Program};
pub use ops::Op;
pub use span::{SourceId, Span};
pub use types::{DType, Ty};
