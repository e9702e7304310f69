//! Plugs the native tier into the interpreter.

use quern_jit::Jit;
use std::sync::Arc;

/// The compiler of hot code; `None` on a machine that it has no code generator for, where everything
/// is interpreted.
pub fn compiler() -> Option<Arc<Jit>> {
    Jit::new().ok().map(Arc::new)
}
