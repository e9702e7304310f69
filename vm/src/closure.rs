//! Functions as values.

use crate::value::Value;
use quern_ir::FuncId;

/// A function with the values it captured when it was created.
#[derive(Clone, Debug)]
pub struct Closure {
    pub func: FuncId,
    pub captures: Box<[Value]>,
}
