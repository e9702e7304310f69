//! The meaning of each generic op over values.
//!
//! Everything here is called by the interpreter for what its inline paths do not cover, and by
//! compiled code for what it leaves generic. Scalar maths goes through [`crate::array::math`] and the
//! array module's scalar functions, so every tier gives the same bits.

mod arith;
mod check;
mod compare;
mod index;
mod iterate;
mod make;
mod place;

pub use arith::{array_op, binary, bit_not, negate, not, settle};
pub use check::{catch, check_len, check_type, test_len, test_type, type_text};
pub use compare::{compare, condition, contains, position_of, test_equal};
pub use index::{field, fields, index, index_one, index_value, missing_method, no_entry};
pub use iterate::{Next, iter, next, start};
pub use make::{concat, format, list, open_range, range, record_spread, spread_into};
pub use place::{set_index, set_place, set_two};
