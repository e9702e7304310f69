//! Quern's values, arrays and interpreter.

pub mod array;
