//! From a generic function to its register code, pass by pass.

use super::code::Code;
use super::emit::{Trouble, direct_callee, emit};
use super::liveness::liveness;
use super::places::analyse;
use super::registers::allocate;
use crate::error::Error;
use crate::shared::Shared;
use quern_ir::{ErrorKind, FuncId, Function};

/// Compiles a function of a linked program.
///
/// # Errors
///
/// `MemoryError` if the function needs more registers than the interpreter has.
pub fn compile(shared: &Shared, func: FuncId, f: &Function) -> Result<Code, Error> {
    match attempt(shared, func, f, true) {
        Err(Trouble::FarJump) => match attempt(shared, func, f, false) {
            Err(Trouble::FarJump) => Err(too_large(f)),
            Err(Trouble::Failed(e)) => Err(e),
            Ok(code) => Ok(code),
        },
        Err(Trouble::Failed(e)) => Err(e),
        Ok(code) => Ok(code),
    }
}

fn attempt(shared: &Shared, func: FuncId, f: &Function, fuse: bool) -> Result<Code, Trouble> {
    let places = analyse(f, fuse);
    let live = liveness(f, &places);
    let regs = allocate(f, &places, &live, &|call| direct_callee(shared, f, call).is_some())
        .ok_or_else(|| Trouble::Failed(too_large(f)))?;
    emit(shared, func, f, &places, &live, &regs)
}

fn too_large(f: &Function) -> Error {
    Error::new(ErrorKind::MemoryError, format!("{} is too large to run", f.name))
        .hint("split it into several functions")
        .at(f.span)
}
