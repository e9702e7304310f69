//! Random programs, for comparing the tiers with each other.
//!
//! [`generate::program`] makes a well-typed program from a seed: functions with loops, arrays, records,
//! closures and error handling, called cold and hot. It may fail at run time, which is part of what is
//! compared. [`Program::shrink`] makes a program that shows a difference small enough to read.
//! Generating and judging are separate: nothing here knows how a program is run.

pub mod generate;
mod program;
mod rng;

pub use program::{Node, Program};
pub use rng::Rng;
