//! Nanoseconds per element of every block function at each level, and of the
//! loop over the platform's libm: best of many passes over data in L1.
//!
//! `cargo run --release --example bench [name...]`

use std::hint::black_box;
use std::marker::PhantomData;
use std::time::Instant;
use vmath_b::dispatch::{Binary, Block, Block2, BlockPair, Element, Level, Unary};
use vmath_b::kernels::*;

unsafe extern "C" {
    safe fn erf(x: f64) -> f64;
    safe fn erfc(x: f64) -> f64;
    safe fn tgamma(x: f64) -> f64;
    safe fn lgamma(x: f64) -> f64;
}

const N: usize = 1024;

fn best(mut pass: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..4000 {
        let start = Instant::now();
        pass();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best * 1e9 / N as f64
}

fn arguments(lo: f64, hi: f64) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..N)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            lo + (hi - lo) * (state >> 11) as f64 / (1_u64 << 53) as f64
        })
        .collect()
}

fn line(name: &str, libm: f64, levels: [f64; 3], single: f64, f32_best: f64) {
    println!(
        "{name:14} {libm:7.2} {:9.2} {:7.2} {:7.2} {:6.1}x {single:8.2} {f32_best:9.2}",
        levels[0],
        levels[1],
        levels[2],
        libm / levels[2]
    );
}

fn unary<K: Unary>(name: &str, lo: f64, hi: f64, libm: fn(f64) -> f64, scalar: fn(f64) -> f64) {
    if !selected(name) {
        return;
    }
    let x = arguments(lo, hi);
    let mut out = vec![0.0; N];
    let reference = best(|| {
        for (o, &x) in out.iter_mut().zip(black_box(&x)) {
            *o = libm(x);
        }
        black_box(&mut out);
    });
    let single = best(|| {
        for (o, &x) in out.iter_mut().zip(black_box(&x)) {
            *o = scalar(x);
        }
        black_box(&mut out);
    });
    let levels = Level::ALL.map(|level| time::<K, f64>(level, &x));
    let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    line(name, reference, levels, single, time::<K, f32>(Level::best(), &narrow));
}

fn time<K: Unary, T: Element>(level: Level, x: &[T]) -> f64 {
    if !level.is_supported() {
        return f64::NAN;
    }
    let mut out = vec![T::default(); N];
    best(|| {
        level.run(Block { out: &mut out, x: black_box(x), kernel: PhantomData::<K> });
        black_box(&mut out);
    })
}

fn binary<K: Binary>(name: &str, libm: fn(f64, f64) -> f64, scalar: fn(f64, f64) -> f64) {
    if !selected(name) {
        return;
    }
    let x = arguments(-2.0, 2.0);
    let y: Vec<f64> = x.iter().rev().copied().collect();
    let mut out = vec![0.0; N];
    let mut over = |f: fn(f64, f64) -> f64| {
        best(|| {
            for ((o, &x), &y) in out.iter_mut().zip(black_box(&x)).zip(&y) {
                *o = f(x, y);
            }
            black_box(&mut out);
        })
    };
    let (reference, single) = (over(libm), over(scalar));
    let levels = Level::ALL.map(|level| time2::<K, f64>(level, &x, &y));
    let narrow = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<_>>();
    let f32_best = time2::<K, f32>(Level::best(), &narrow(&x), &narrow(&y));
    line(name, reference, levels, single, f32_best);
}

fn time2<K: Binary, T: Element>(level: Level, x: &[T], y: &[T]) -> f64 {
    if !level.is_supported() {
        return f64::NAN;
    }
    let mut out = vec![T::default(); N];
    best(|| {
        level.run(Block2 { out: &mut out, x: black_box(x), y, kernel: PhantomData::<K> });
        black_box(&mut out);
    })
}

fn sincos(lo: f64, hi: f64) {
    if !selected("sincos") {
        return;
    }
    let x = arguments(lo, hi);
    let (mut sin, mut cos) = (vec![0.0; N], vec![0.0; N]);
    let mut over = |f: fn(f64) -> (f64, f64)| {
        best(|| {
            for ((s, c), &x) in sin.iter_mut().zip(&mut cos).zip(black_box(&x)) {
                (*s, *c) = f(x);
            }
            black_box((&mut sin, &mut cos));
        })
    };
    let (reference, single) = (over(f64::sin_cos), over(vmath_b::sincos));
    let levels = Level::ALL.map(|level| {
        if !level.is_supported() {
            return f64::NAN;
        }
        best(|| {
            let outs = [&mut sin[..], &mut cos[..]];
            level.run(BlockPair { outs, x: black_box(&x), kernel: PhantomData::<SinCos> });
            black_box((&mut sin, &mut cos));
        })
    });
    line("sincos", reference, levels, single, f64::NAN);
}

fn selected(name: &str) -> bool {
    let mut names = std::env::args().skip(1).peekable();
    names.peek().is_none() || names.any(|n| name.starts_with(&n))
}

fn main() {
    println!(
        "{:14} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8} {:>9}",
        "ns", "libm", "baseline", "avx2", "avx512", "ratio", "scalar", "f32 best"
    );
    unary::<Sin>("sin", -10.0, 10.0, f64::sin, vmath_b::sin);
    unary::<Sin>("sin huge", -1e300, 1e300, f64::sin, vmath_b::sin);
    unary::<Cos>("cos", -10.0, 10.0, f64::cos, vmath_b::cos);
    sincos(-10.0, 10.0);
    unary::<Tan>("tan", -10.0, 10.0, f64::tan, vmath_b::tan);
    unary::<Asin>("asin", -1.0, 1.0, f64::asin, vmath_b::asin);
    unary::<Acos>("acos", -1.0, 1.0, f64::acos, vmath_b::acos);
    unary::<Atan>("atan", -10.0, 10.0, f64::atan, vmath_b::atan);
    binary::<Atan2>("atan2", f64::atan2, vmath_b::atan2);
    unary::<Erf>("erf", -4.0, 4.0, |x| erf(x), vmath_b::erf);
    unary::<Erfc>("erfc", -4.0, 10.0, |x| erfc(x), vmath_b::erfc);
    unary::<Gamma>("gamma", -10.0, 50.0, |x| tgamma(x), vmath_b::gamma);
    unary::<Lgamma>("lgamma", 0.0, 50.0, |x| lgamma(x), vmath_b::lgamma);
    unary::<Lgamma>("lgamma -", -50.0, 0.0, |x| lgamma(x), vmath_b::lgamma);
}
