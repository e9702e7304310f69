//! Quern's values, arrays and interpreter.
//!
//! [`value`] is what scripts hold, [`array`] the numeric engine, [`std`] the builtins that need
//! nothing from outside. The crate knows neither files nor sockets nor tokio: what a script wants of
//! the world goes through [`context::Host`].

mod append;
pub mod array;
pub mod bytecode;
mod call;
pub mod closure;
pub mod context;
pub mod dict;
mod elementary;
pub mod error;
mod execution;
pub mod fiber;
pub mod fusion;
pub mod future;
mod general;
pub mod generator;
pub mod host_function;
pub mod interrupt;
pub mod list;
mod lookahead;
pub mod memory;
mod native;
pub mod ops;
pub mod outcall;
pub mod prelude;
pub mod range;
pub mod record;
mod release;
pub mod shared;
mod simd;
mod sort;
pub mod std;
mod step;
pub mod text;
mod text_builder;
pub mod tier;

pub mod unique;
pub mod value;
mod window;
pub mod words;

pub use context::ExecutionContext;
pub use error::Error;
pub use execution::{Execution, Outcome, Suspend, call_value};
pub use value::Value;
