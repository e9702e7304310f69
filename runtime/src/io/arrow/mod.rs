//! Parquet and Arrow IPC files as tables, and back, by way of the crates of Apache Arrow.
//!
//! Those crates check most of what they read, but believe some of the sizes that a file states, which [`ipc`]
//! compares with the file first, and panic where a file contradicts itself, which becomes an error here.

mod batch;
mod column;
mod ipc;
mod parquet;

pub use ipc::write as write_ipc;
pub use parquet::write as write_parquet;

use quern_vm::interrupt::Stop;
use quern_vm::{Error, Value};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// Reads a Parquet file as [`parquet::read`] does.
///
/// # Errors
/// As there, and `ValueError` for a file that its crate panics at.
pub fn read_parquet(stop: Stop<'_>, name: &str, bytes: Vec<u8>) -> Result<Value, Error> {
    guarded(name, || parquet::read(stop, name, bytes))
}

/// Reads an Arrow IPC file as [`ipc::read`] does.
///
/// # Errors
/// As there, and `ValueError` for a file that its crate panics at.
pub fn read_ipc(stop: Stop<'_>, name: &str, bytes: Vec<u8>) -> Result<Value, Error> {
    guarded(name, || ipc::read(stop, name, bytes))
}

thread_local! {
    /// Whether a panic of this thread is about a file.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives, or the error of a broken file where it panics, of which nothing is printed.
fn guarded(name: &str, read: impl FnOnce() -> Result<Value, Error>) -> Result<Value, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = take_hook();
        set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                report(info);
            }
        }));
    });
    IS_GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    let broken = |_| Err(Error::value_error(format!("{name}: the table is broken")));
    result.unwrap_or_else(broken)
}
