//! Files and data formats.

pub mod csv;
pub mod file;
pub mod json;
pub mod time;
