//! The linked program that all runs of it share.

/// Code and globals of a program: append-only, so that running threads need no lock.
#[derive(Default)]
pub struct Shared {}
