//! Random programs, for comparing the tiers with each other.
//!
//! [`generate::program`] makes a well-typed program from a seed: functions with loops, arrays, records,
//! closures and error handling, called cold and hot. It may fail at run time, which is part of what is
//! compared. [`Program::shrink`] makes a program that shows a difference small enough to read.
//! [`calls::script`] calls one builtin in many ways, [`chains::script`] lets operations on arrays stand
//! together.
//! [`judge::judge`] runs it on every tier, [`Worker`] does so in another process. Generating and judging
//! are separate: neither knows the other.

pub mod calls;
pub mod chains;
pub mod generate;
pub mod judge;
mod program;
mod rng;
pub mod worker;

pub use judge::Difference;
pub use program::{Node, Program};
pub use rng::Rng;
pub use worker::Worker;
