//! Plugs the native tier into the interpreter.

use quern_vm::tier::Compiler;
use std::sync::Arc;

/// The compiler of hot code.
pub fn compiler() -> Arc<dyn Compiler> {
    Arc::new(quern_jit::Jit::new())
}
