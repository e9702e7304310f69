//! The target: the machine this process runs on, with every feature it has.
//!
//! Building an ISA costs more than compiling a small function, so there is one for the process and
//! compilers share it.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use std::sync::{Arc, OnceLock};

/// The host's ISA, or why there is none.
pub fn host() -> Result<OwnedTargetIsa, &'static str> {
    static HOST: OnceLock<Result<OwnedTargetIsa, &'static str>> = OnceLock::new();
    HOST.get_or_init(build).as_ref().map(Arc::clone).map_err(|why| *why)
}

fn build() -> Result<OwnedTargetIsa, &'static str> {
    const REFUSED: &str = "the code generator refuses its settings";
    let mut flags = settings::builder();
    let verifier = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("enable_verifier", verifier),
        ("unwind_info", "false"),
        ("enable_probestack", "false"),
        ("is_pic", "false"),
        // Results beyond the return registers go through memory of the caller.
        ("enable_multi_ret_implicit_sret", "true"),
    ] {
        flags.set(name, value).map_err(|_| REFUSED)?;
    }
    cranelift_native::builder()?.finish(settings::Flags::new(flags)).map_err(|_| REFUSED)
}
