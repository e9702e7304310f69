//! What the test programs of this crate share: finding the `jit` binary, running it under a time
//! limit, and judging a script by the expectations written in its comments.
//!
//! The tests start the real binary, as a user does, so that everything between the command line and
//! the exit code is under test. Nothing here depends on how a script is executed; a tier is a list of
//! command-line arguments.

pub mod binary;
pub mod expectation;
pub mod fuzz;
pub mod process;
pub mod script;
pub mod tier;
