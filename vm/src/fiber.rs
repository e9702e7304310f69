//! A stack of frames that can stop and go on.

/// The frames of one task or generator.
#[derive(Default)]
pub struct Fiber {}
