//! Quern: a numeric scripting language with a JIT and a parallel compute backend.
//!
//! # Bird's-eye view
//!
//! A source text passes through the crates once, left to right:
//!
//! * `frontend` turns text into a syntax tree, checks names and `mut` rules, and lowers it to generic
//!   SSA. It does no I/O and never panics on input.
//! * `ir` is that SSA: the table of ops, the table of builtins, the text form, the verifier, and the
//!   passes that turn a generic function into typed code for the types seen at run time.
//! * `vm` holds values and arrays and interprets the generic form. It is the reference for every result.
//! * `jit` compiles typed code with Cranelift. It may decline; the interpreter carries on.
//! * `gpu` will run kernel programs on a compute device.
//! * This crate joins them: the library, the command line ([`cli`]), and the [`host`] through which
//!   scripts reach files and clocks.
//!
//! # What is absent
//!
//! `ir` calls no other crate of ours. `frontend` knows no values. `vm` knows neither files nor `jit`: a
//! compiler is plugged in as a trait object. There are no thread-locals and no locks around user code.
#![forbid(unsafe_code)]

pub mod cli;
pub mod convert;
pub mod engine;
mod error;
mod help;
pub mod host;
mod io;
mod library;
mod sources;
mod tiering;

pub use convert::{FromValue, HostClosure, IntoArgs, IntoValue, thrown};
pub use error::{Error, Failure, TraceLine};
pub use library::{Module, Runtime, RuntimeBuilder};
pub use quern_vm::context::Limits;
pub use quern_vm::tier::JitMode;
pub use quern_vm::{Value, array};
