//! Blocks against scalars, bit for bit, at every length and level; levels with
//! fused arithmetic against each other; `f32` against rounded `f64`.

mod common;

use common::{Version, versions};
use std::marker::PhantomData;
use vmath_b::bits::Fused;
use vmath_b::dispatch::{Block, Block2, Scalar, Scalar2, Task, Unary};
use vmath_b::kernels::*;

/// A 64-bit linear congruential generator, output mixed.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 29);
        x.wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (x >> 32)
    }

    /// Any bit pattern, or a number of moderate size.
    fn number(&mut self) -> f64 {
        let bits = self.bits();
        if bits & 1 == 0 {
            f64::from_bits(self.bits())
        } else {
            (self.bits() >> 11) as f64 / (1_u64 << 53) as f64 * f64::from(bits as u8)
                - f64::from((bits >> 8) as u8)
        }
    }
}

/// Equal bits, or both NaN (whose sign and payload are unspecified).
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// The level's scalar is the fused or the unfused kernel as such.
fn reference<K: Unary>(version: Version, x: f64) -> f64 {
    let scalar = Scalar::<K>(x, PhantomData);
    if version.is_fused() { scalar.run::<Fused>() } else { version.run(scalar) }
}

fn check<K: Unary>() {
    let mut random = Random(1);
    let lengths = (0..=40).chain([1000, 20_000]);
    for length in lengths {
        let x: Vec<f64> = (0..length).map(|_| random.number()).collect();
        for version in versions() {
            let mut out = vec![0.0; length];
            version.run(Block { out: &mut out, x: &x, kernel: PhantomData::<K> });
            for (&x, &got) in x.iter().zip(&out) {
                let scalar = version.run(Scalar::<K>(x, PhantomData));
                assert!(
                    same(got, scalar),
                    "{version:?}, length {length}: f({x:e}) = {got:e}, scalar {scalar:e}"
                );
                let kernel = reference::<K>(version, x);
                assert!(
                    same(scalar, kernel),
                    "{version:?}: f({x:e}) = {scalar:e}, kernel {kernel:e}"
                );
            }
        }
    }
}

#[test]
fn blocks_have_the_bits_of_scalars() {
    check::<Sin>();
    check::<Cos>();
    check::<Tan>();
    check::<Asin>();
    check::<Acos>();
    check::<Atan>();
    check::<Erf>();
    check::<Erfc>();
    check::<Gamma>();
    check::<Lgamma>();
}

#[test]
fn blocks_of_pairs_have_the_bits_of_scalars() {
    let mut random = Random(2);
    for length in (0..=40).chain([20_000]) {
        let y: Vec<f64> = (0..length).map(|_| random.number()).collect();
        let x: Vec<f64> = (0..length).map(|_| random.number()).collect();
        for version in versions() {
            let mut out = vec![0.0; length];
            version.run(Block2 { out: &mut out, x: &y, y: &x, kernel: PhantomData::<Atan2> });
            for ((&y, &x), &got) in y.iter().zip(&x).zip(&out) {
                let scalar = version.run(Scalar2::<Atan2>(y, x, PhantomData));
                assert!(same(got, scalar), "{version:?}, length {length}: atan2({y:e}, {x:e})");
            }
        }
    }
}

#[test]
fn sincos_has_the_bits_of_sin_and_cos() {
    let mut random = Random(3);
    for length in (0..=40).chain([20_000]) {
        let x: Vec<f64> = (0..length).map(|_| random.number()).collect();
        let (mut sin, mut cos) = (vec![0.0; length], vec![0.0; length]);
        vmath_b::sincos_block(&mut sin, &mut cos, &x);
        for i in 0..length {
            let (s, c) = vmath_b::sincos(x[i]);
            assert!(same(s, vmath_b::sin(x[i])) && same(c, vmath_b::cos(x[i])), "{:e}", x[i]);
            assert!(same(s, sin[i]) && same(c, cos[i]), "{:e}", x[i]);
        }
    }
}

/// Ten million random `f32`: blocks against the `f64` function rounded.
fn check_f32(block: fn(&mut [f32], &[f32]), f: fn(f64) -> f64) {
    const CHUNK: usize = 100_000;
    let mut random = Random(4);
    let mut out = vec![0.0; CHUNK];
    for _ in 0..100 {
        let x: Vec<f32> = (0..CHUNK)
            .map(|i| {
                if i % 2 == 0 {
                    f32::from_bits(random.bits() as u32)
                } else {
                    random.number() as f32
                }
            })
            .collect();
        block(&mut out, &x);
        for (&x, &got) in x.iter().zip(&out) {
            let value = f(f64::from(x)) as f32;
            assert!(
                got.to_bits() == value.to_bits() || got.is_nan() && value.is_nan(),
                "f({x:e}) = {got:e}, not {value:e}"
            );
        }
    }
}

#[test]
fn f32_is_f64_rounded() {
    check_f32(vmath_b::sin_f32_block, vmath_b::sin);
    check_f32(vmath_b::cos_f32_block, vmath_b::cos);
    check_f32(vmath_b::tan_f32_block, vmath_b::tan);
    check_f32(vmath_b::asin_f32_block, vmath_b::asin);
    check_f32(vmath_b::acos_f32_block, vmath_b::acos);
    check_f32(vmath_b::atan_f32_block, vmath_b::atan);
    check_f32(vmath_b::erf_f32_block, vmath_b::erf);
    check_f32(vmath_b::erfc_f32_block, vmath_b::erfc);
    check_f32(vmath_b::gamma_f32_block, vmath_b::gamma);
    check_f32(vmath_b::lgamma_f32_block, vmath_b::lgamma);
    check_f32(
        |out, x| vmath_b::atan2_f32_block(out, x, &vec![0.75; x.len()]),
        |x| vmath_b::atan2(x, 0.75),
    );
}
