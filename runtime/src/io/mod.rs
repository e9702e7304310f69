//! Files and data formats.

#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(not(feature = "arrow"))]
#[path = "arrow/disabled.rs"]
pub mod arrow;
pub mod csv;
mod fields;
pub mod file;
pub mod image;
mod jpeg;
pub mod json;
pub mod npy;
pub mod npz;
mod number_table;
mod png;
mod sink;
pub mod stdin;
pub mod time;
mod wait;

#[cfg(test)]
mod broken;
