//! Files and data formats.

pub mod csv;
pub mod file;
pub mod json;
mod sink;
pub mod stdin;
pub mod time;
mod wait;
