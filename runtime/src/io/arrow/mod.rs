//! Parquet and Arrow IPC files as tables, and back, by way of the crates of Apache Arrow.
//!
//! Those crates check what they read, but believe some of the sizes that a file states: [`ipc`] compares
//! them with the file first.

mod batch;
mod column;
mod ipc;
mod parquet;

pub use ipc::{read as read_ipc, write as write_ipc};
pub use parquet::{read as read_parquet, write as write_parquet};
