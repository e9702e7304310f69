//! Functions as values.

use crate::release::dismantle;
use crate::value::Value;
use quern_ir::FuncId;

/// A function with the values it captured when it was created.
#[derive(Clone, Debug)]
pub struct Closure {
    pub func: FuncId,
    pub captures: Box<[Value]>,
}

impl Drop for Closure {
    fn drop(&mut self) {
        dismantle(self.captures.iter_mut());
    }
}
