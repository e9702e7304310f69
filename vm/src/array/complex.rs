//! Complex numbers as array elements, and their arithmetic.

use bytemuck::{Pod, Zeroable};

/// A complex number in memory: two floats.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

impl Complex {
    #[inline]
    pub const fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }
}
