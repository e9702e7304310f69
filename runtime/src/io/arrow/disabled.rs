//! What stands in for Parquet and Arrow IPC files where they were left out of the build.

use quern_ir::ErrorKind;
use quern_vm::interrupt::Stop;
use quern_vm::{Error, Value};

fn left_out() -> Error {
    Error::new(ErrorKind::IOError, "this build cannot read or write Parquet and Arrow files")
        .hint("build it with the feature `arrow`, which is on by default; io.read_csv and io.read_npz are always there")
}

/// # Errors
/// Always.
pub fn read_parquet(_: Stop<'_>, _name: &str, _bytes: Vec<u8>) -> Result<Value, Error> {
    Err(left_out())
}

/// # Errors
/// Always.
pub fn write_parquet(_: Stop<'_>, _table: &Value) -> Result<Vec<u8>, Error> {
    Err(left_out())
}

/// # Errors
/// Always.
pub fn read_ipc(_: Stop<'_>, _name: &str, _bytes: Vec<u8>) -> Result<Value, Error> {
    Err(left_out())
}

/// # Errors
/// Always.
pub fn write_ipc(_: Stop<'_>, _table: &Value) -> Result<Vec<u8>, Error> {
    Err(left_out())
}
