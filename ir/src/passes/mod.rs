//! Passes over functions; `README.md` beside this file says what holds between them.

pub mod edit;
pub mod promote;
pub mod unit;

pub use promote::promote;
pub use unit::{LoopExit, LoopFrame, Reject, Spec, SpecId, Unit, Variable, print_unit};
