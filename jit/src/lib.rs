//! The native tier: typed IR to machine code with Cranelift.
//!
//! `ir::passes` make a unit of typed functions out of a hot function or loop; [`lower`] turns each into
//! Cranelift IR, [`machine`] into machine code, [`code`] places it in executable memory that is freed
//! with its last user. [`abi`] says how values travel, [`helpers`] are the functions compiled code
//! calls back, [`reject`] names what stays with the interpreter.
//!
//! Compiled code gives the interpreter's results to the bit, errors included: what can fail branches
//! to a cold path that runs the interpreter's own operation on the same operands.

pub mod abi;
mod calls;
pub mod code;
mod compiler;
mod fmath;
mod generic;
mod helpers;
mod isa;
mod lower;
mod machine;
pub mod reject;

pub use compiler::{Entry, Jit};
pub use machine::{Compiled, Dump, Machine};
pub use reject::Reject;
