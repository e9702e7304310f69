//! Complex numbers as array elements, and their functions.
//!
//! Branch cuts, signs of zero and special values follow ISO C Annex G. The inverse functions use
//! the formulas of W. Kahan, "Branch cuts for complex elementary functions" (1987), which stay
//! accurate near the cuts; sums that would overflow are taken in logarithms.

use super::math;
use bytemuck::{Pod, Zeroable};
use std::f64::consts::{FRAC_PI_2, LN_2, LN_10};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A complex number in memory: two floats.
#[derive(Clone, Copy, Default, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

/// Above this, squares of components may overflow.
const LARGE: f64 = f64::MAX / 4.0;

impl Complex {
    #[inline]
    pub const fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    fn swap(self) -> Complex {
        Complex::new(self.im, self.re)
    }

    fn scale(self, factor: f64) -> Complex {
        Complex::new(self.re * factor, self.im * factor)
    }

    #[inline]
    pub fn abs(self) -> f64 {
        math::hypot(self.re, self.im)
    }

    /// The angle in radians, in [-pi, pi].
    #[inline]
    pub fn angle(self) -> f64 {
        math::atan2(self.im, self.re)
    }

    #[inline]
    pub fn conj(self) -> Complex {
        Complex::new(self.re, -self.im)
    }

    /// The number of length 1 in the same direction; 0 of 0.
    pub fn sign(self) -> Complex {
        if self.re == 0.0 && self.im == 0.0 {
            return Complex::new(0.0, 0.0);
        }
        let length = self.abs();
        Complex::new(self.re / length, self.im / length)
    }

    pub fn is_nan(self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }

    pub fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    pub fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    pub fn sqrt(self) -> Complex {
        let Complex { re, im } = self;
        if re == 0.0 && im == 0.0 {
            return Complex::new(0.0, im);
        }
        if im.is_infinite() {
            return Complex::new(f64::INFINITY, im);
        }
        if re.is_nan() {
            return Complex::new(f64::NAN, f64::NAN);
        }
        if re.is_infinite() {
            let small = if im.is_nan() { im } else { 0.0 };
            return if re < 0.0 {
                Complex::new(small.abs(), f64::INFINITY.copysign(im))
            } else {
                Complex::new(re, small.copysign(im))
            };
        }
        if im.is_nan() {
            return Complex::new(f64::NAN, f64::NAN);
        }
        let largest = re.abs().max(im.abs());
        if largest >= LARGE {
            return self.scale(0.25).sqrt().scale(2.0);
        }
        if largest < f64::MIN_POSITIVE * 16.0 {
            return self.scale(2f64.powi(108)).sqrt().scale(2f64.powi(-54));
        }
        let t = ((re.abs() + math::hypot(re, im)) * 0.5).sqrt();
        if re >= 0.0 {
            Complex::new(t, im / (2.0 * t))
        } else {
            Complex::new(im.abs() / (2.0 * t), t.copysign(im))
        }
    }

    pub fn exp(self) -> Complex {
        let Complex { re, im } = self;
        if im == 0.0 {
            return Complex::new(math::exp(re), im);
        }
        if !im.is_finite() {
            return if re == f64::NEG_INFINITY {
                Complex::new(0.0, 0.0)
            } else if re == f64::INFINITY {
                Complex::new(re, f64::NAN)
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        let (sin, cos) = (math::sin(im), math::cos(im));
        if re > 709.0 && re.is_finite() {
            let half = math::exp(re * 0.5);
            return Complex::new(cos * half * half, sin * half * half);
        }
        let size = math::exp(re);
        Complex::new(size * cos, size * sin)
    }

    pub fn exp2(self) -> Complex {
        self.scale(LN_2).exp()
    }

    /// `exp(z) - 1`, accurate near 0.
    pub fn expm1(self) -> Complex {
        let half_sin = math::sin(self.im * 0.5);
        let exp = self.exp();
        let re = math::expm1(self.re) * math::cos(self.im) - 2.0 * half_sin * half_sin;
        if self.is_finite() && re.is_finite() {
            Complex::new(re, exp.im)
        } else {
            Complex::new(exp.re - 1.0, exp.im)
        }
    }

    pub fn log(self) -> Complex {
        let (large, small) = {
            let (a, b) = (self.re.abs(), self.im.abs());
            if a < b { (b, a) } else { (a, b) }
        };
        let re = if large > LARGE && large.is_finite() {
            math::log(math::hypot(large * 0.5, small * 0.5)) + LN_2
        } else if large < f64::MIN_POSITIVE && large > 0.0 {
            math::log(math::hypot(large * 2f64.powi(53), small * 2f64.powi(53))) - 53.0 * LN_2
        } else {
            let size = math::hypot(large, small);
            if (0.71..=1.73).contains(&size) {
                0.5 * math::log1p((large - 1.0) * (large + 1.0) + small * small)
            } else {
                math::log(size)
            }
        };
        Complex::new(re, self.angle())
    }

    pub fn log2(self) -> Complex {
        let log = self.log();
        Complex::new(log.re / LN_2, log.im / LN_2)
    }

    pub fn log10(self) -> Complex {
        let log = self.log();
        Complex::new(log.re / LN_10, log.im / LN_10)
    }

    /// `log(1 + z)`, accurate near 0.
    pub fn log1p(self) -> Complex {
        let one_more = Complex::new(self.re + 1.0, self.im);
        if self.re.abs() < 0.5 && self.im.abs() < 0.5 {
            let re = 0.5 * math::log1p(self.re * (2.0 + self.re) + self.im * self.im);
            Complex::new(re, one_more.angle())
        } else {
            one_more.log()
        }
    }

    /// `z ^ w`. Whole powers below 100 are products; `0 ^ w` is 0 for a positive real part.
    pub fn pow(self, w: Complex) -> Complex {
        let one = Complex::new(1.0, 0.0);
        if w.re == 0.0 && w.im == 0.0 {
            return one;
        }
        if self.re == 0.0 && self.im == 0.0 {
            return if w.re > 0.0 {
                Complex::new(0.0, 0.0)
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        if w.im == 0.0 && w.re == w.re.trunc() && w.re.abs() < 100.0 {
            let mut n = w.re.abs() as u32;
            let (mut power, mut result) = (self, one);
            while n > 0 {
                if n & 1 == 1 {
                    result = if result == one { power } else { result * power };
                }
                n >>= 1;
                if n > 0 {
                    power = power * power;
                }
            }
            return if w.re < 0.0 { one / result } else { result };
        }
        let log = self.log();
        if w.im == 0.0 { log.scale(w.re).exp() } else { (w * log).exp() }
    }

    pub fn sinh(self) -> Complex {
        let Complex { re: x, im: y } = self;
        if y == 0.0 {
            return Complex::new(math::sinh(x), y);
        }
        if !y.is_finite() {
            let re = if x == 0.0 || x.is_infinite() { x } else { f64::NAN };
            return Complex::new(re, f64::NAN);
        }
        let (sin, cos) = (math::sin(y), math::cos(y));
        if x.is_finite() && x.abs() > 709.0 {
            let half = math::exp(x.abs() * 0.5);
            return Complex::new(0.5 * half * cos * half * sign_of(x), 0.5 * half * sin * half);
        }
        Complex::new(math::sinh(x) * cos, math::cosh(x) * sin)
    }

    pub fn cosh(self) -> Complex {
        let Complex { re: x, im: y } = self;
        if y == 0.0 {
            let im = if x.is_nan() { y } else { y * sign_of(x) };
            return Complex::new(math::cosh(x), im);
        }
        if !y.is_finite() {
            return if x == 0.0 {
                Complex::new(f64::NAN, 0.0)
            } else if x.is_infinite() {
                Complex::new(f64::INFINITY, f64::NAN)
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        let (sin, cos) = (math::sin(y), math::cos(y));
        if x.is_finite() && x.abs() > 709.0 {
            let half = math::exp(x.abs() * 0.5);
            return Complex::new(0.5 * half * cos * half, 0.5 * half * sin * half * sign_of(x));
        }
        Complex::new(math::cosh(x) * cos, math::sinh(x) * sin)
    }

    pub fn tanh(self) -> Complex {
        let Complex { re: x, im: y } = self;
        if !x.is_finite() {
            if x.is_nan() {
                return Complex::new(x, if y == 0.0 { y } else { f64::NAN });
            }
            let sign = if y.is_finite() { math::sin(y) * math::cos(y) } else { y };
            return Complex::new(1f64.copysign(x), 0f64.copysign(sign));
        }
        if !y.is_finite() {
            return Complex::new(if x == 0.0 { x } else { f64::NAN }, f64::NAN);
        }
        if x.abs() >= 22.0 {
            let decay = math::exp(-x.abs());
            let im = 4.0 * math::sin(y) * math::cos(y) * decay * decay;
            return Complex::new(1f64.copysign(x), im);
        }
        let tan = math::tan(y);
        let beta = 1.0 + tan * tan;
        let sinh = math::sinh(x);
        let rho = (1.0 + sinh * sinh).sqrt();
        let denominator = 1.0 + beta * sinh * sinh;
        Complex::new(beta * rho * sinh / denominator, tan / denominator)
    }

    pub fn sin(self) -> Complex {
        self.swap().sinh().swap()
    }

    pub fn cos(self) -> Complex {
        Complex::new(-self.im, self.re).cosh()
    }

    pub fn tan(self) -> Complex {
        self.swap().tanh().swap()
    }

    pub fn asinh(self) -> Complex {
        let Complex { re, im } = self;
        if self.is_nan() {
            return if re.is_infinite() {
                Complex::new(re, im)
            } else if im.is_infinite() {
                Complex::new(im, re)
            } else if im == 0.0 {
                Complex::new(re, im)
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        if re.abs() > LARGE || im.abs() > LARGE {
            return Complex::new(log_of_twice(self).copysign(re), math::atan2(im, re.abs()));
        }
        let below = Complex::new(1.0 + im, -re).sqrt();
        let above = Complex::new(1.0 - im, re).sqrt();
        Complex::new(
            math::asinh(below.re * above.im - above.re * below.im),
            math::atan2(im, below.re * above.re - below.im * above.im),
        )
    }

    pub fn acos(self) -> Complex {
        let Complex { re, im } = self;
        if self.is_nan() {
            return if re.is_infinite() {
                Complex::new(f64::NAN, f64::NEG_INFINITY)
            } else if im.is_infinite() {
                Complex::new(f64::NAN, -im)
            } else if re == 0.0 {
                Complex::new(FRAC_PI_2, f64::NAN)
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        if re.abs() > LARGE || im.abs() > LARGE {
            return Complex::new(math::atan2(im.abs(), re), -log_of_twice(self).copysign(im));
        }
        let below = Complex::new(1.0 - re, -im).sqrt();
        let above = Complex::new(1.0 + re, im).sqrt();
        Complex::new(
            2.0 * math::atan2(below.re, above.re),
            math::asinh(above.re * below.im - above.im * below.re),
        )
    }

    pub fn acosh(self) -> Complex {
        let Complex { re, im } = self;
        if self.is_nan() {
            return if re.is_infinite() || im.is_infinite() {
                Complex::new(f64::INFINITY, f64::NAN)
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        if re.abs() > LARGE || im.abs() > LARGE {
            return Complex::new(log_of_twice(self), self.angle());
        }
        let below = Complex::new(re - 1.0, im).sqrt();
        let above = Complex::new(re + 1.0, im).sqrt();
        Complex::new(
            math::asinh(below.re * above.re + below.im * above.im),
            2.0 * math::atan2(below.im, above.re),
        )
    }

    pub fn atanh(self) -> Complex {
        let Complex { re, im } = self;
        let (x, y) = (re.abs(), im.abs());
        if im == 0.0 && x <= 1.0 {
            return Complex::new(math::atanh(re), im);
        }
        if re == 0.0 {
            return Complex::new(re, math::atan(im));
        }
        if self.is_nan() {
            return if re.is_infinite() {
                Complex::new(0f64.copysign(re), im)
            } else if im.is_infinite() {
                Complex::new(0f64.copysign(re), FRAC_PI_2.copysign(im))
            } else {
                Complex::new(f64::NAN, f64::NAN)
            };
        }
        if x > 1.0 / f64::EPSILON || y > 1.0 / f64::EPSILON {
            return Complex::new(reciprocal_re(x, y).copysign(re), FRAC_PI_2.copysign(im));
        }
        let left = if x == 1.0 && y < f64::EPSILON {
            (LN_2 - math::log(y)) / 2.0
        } else {
            math::log1p(4.0 * x / ((x - 1.0) * (x - 1.0) + y * y)) / 4.0
        };
        let angle = math::atan2(2.0 * y, (1.0 - x) * (1.0 + x) - y * y) / 2.0;
        Complex::new(left.copysign(re), angle.copysign(im))
    }

    pub fn asin(self) -> Complex {
        self.swap().asinh().swap()
    }

    pub fn atan(self) -> Complex {
        self.swap().atanh().swap()
    }
}

/// `log(2 |z|)` of a number too large to double.
fn log_of_twice(z: Complex) -> f64 {
    math::log(math::hypot(z.re * 0.5, z.im * 0.5)) + 2.0 * LN_2
}

/// The real part of `1 / z` for large `x, y >= 0`.
fn reciprocal_re(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        0.0
    } else if x >= y {
        1.0 / (x + y * (y / x))
    } else {
        (x / y) / (y + x * (x / y))
    }
}

/// 1 with the sign of `x`, that of a zero included.
fn sign_of(x: f64) -> f64 {
    1f64.copysign(x)
}

impl Add for Complex {
    type Output = Complex;
    #[inline]
    fn add(self, other: Complex) -> Complex {
        Complex::new(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Complex;
    #[inline]
    fn sub(self, other: Complex) -> Complex {
        Complex::new(self.re - other.re, self.im - other.im)
    }
}

impl Mul for Complex {
    type Output = Complex;
    #[inline]
    fn mul(self, other: Complex) -> Complex {
        Complex::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }
}

impl Div for Complex {
    type Output = Complex;
    /// Smith's method: no overflow in between.
    fn div(self, other: Complex) -> Complex {
        let (c, d) = (other.re, other.im);
        if c.abs() >= d.abs() {
            if c == 0.0 && d == 0.0 {
                return Complex::new(self.re / c.abs(), self.im / c.abs());
            }
            let ratio = d / c;
            let scale = 1.0 / (c + d * ratio);
            Complex::new((self.re + self.im * ratio) * scale, (self.im - self.re * ratio) * scale)
        } else {
            let ratio = c / d;
            let scale = 1.0 / (d + c * ratio);
            Complex::new((self.re * ratio + self.im) * scale, (self.im * ratio - self.re) * scale)
        }
    }
}

impl Neg for Complex {
    type Output = Complex;
    #[inline]
    fn neg(self) -> Complex {
        Complex::new(-self.re, -self.im)
    }
}
