//! Passes over functions; `README.md` beside this file says what holds between them.

pub mod edit;
pub mod outline;
pub mod promote;
pub mod specialize;
pub mod unit;

pub use outline::{LoopCode, outline};
pub use promote::promote;
pub use specialize::{World, specialize, specialize_loop};
pub use unit::{LoopExit, LoopFrame, Reject, Spec, SpecId, Unit, Variable, print_unit};
