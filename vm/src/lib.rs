//! Quern's values, arrays and interpreter.
//!
//! [`value`] is what scripts hold, [`array`] the numeric engine, [`std`] the builtins that need
//! nothing from outside. The crate knows neither files nor sockets nor tokio: what a script wants of
//! the world goes through [`context::Host`].

pub mod array;
pub mod closure;
pub mod context;
pub mod dict;
pub mod error;
pub mod fiber;
pub mod generator;
pub mod list;
pub mod range;
pub mod record;
pub mod shared;
pub mod std;
pub mod text;
pub mod tier;
pub mod value;
pub mod words;

pub use context::ExecutionContext;
pub use error::Error;
pub use value::Value;

/// The builtins that are written in Quern, as source text.
pub const PRELUDE: &str = include_str!("prelude.qn");
