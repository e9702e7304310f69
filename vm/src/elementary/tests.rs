//! Errors against values of high precision, special values, and blocks against single numbers, for every
//! level that the machine has and for arithmetic without fused multiply-add.

use super::arith::{self, Fused, MulAdd, Unfused};
use super::*;
use crate::simd::{Baseline, LEVEL, LevelName};
use std::f32::consts;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
use std::fmt;

/// A level without fused multiply-add.
struct Plain;

impl Level for Plain {
    type Arith = Unfused;

    fn run<R>(f: impl FnOnce() -> R) -> R {
        f()
    }
}

/// A function as a level computes it: of blocks, and of single numbers.
struct Version<T> {
    level: &'static str,
    is_fused: bool,
    block: Block<T>,
    one: One<T>,
}

type Block<T> = fn(&[Vec<T>], &mut [T]);
type One<T> = fn(&[T]) -> T;

fn unary_version<L: Level, F: Unary<T>, T: Real>(
    level: &'static str,
    is_fused: bool,
) -> Version<T> {
    Version {
        level,
        is_fused,
        block: |args, out| T::map::<L, F>(&args[0], out),
        one: |args| L::run(|| super::one::<L::Arith, F, T>(args[0])),
    }
}

fn binary_version<L: Level, F: Binary<T>, T: Real>(
    level: &'static str,
    is_fused: bool,
) -> Version<T> {
    Version {
        level,
        is_fused,
        block: |args, out| T::zip::<L, F>(&args[0], &args[1], out),
        one: |args| L::run(|| F::eval::<L::Arith>(args[0], args[1])),
    }
}

macro_rules! versions {
    ($of:ident, $F:ident, $T:ident) => {{
        let mut versions = vec![$of::<Plain, $F, $T>("plain", false)];
        versions.push($of::<Baseline, $F, $T>("baseline", false));
        #[cfg(target_arch = "x86_64")]
        if *LEVEL != LevelName::Baseline {
            versions.push($of::<crate::simd::Avx2, $F, $T>("avx2", true));
        }
        #[cfg(target_arch = "x86_64")]
        if *LEVEL == LevelName::Avx512 {
            versions.push($of::<crate::simd::Avx512, $F, $T>("avx512", true));
        }
        versions
    }};
}

/// A function, how it is computed, and the bound of its error, in double precision with and without fused
/// multiply-add, in single precision with either.
struct Function<T> {
    name: &'static str,
    arity: usize,
    bounds: [f64; 2],
    single_bound: f64,
    versions: Vec<Version<T>>,
}

macro_rules! table {
    ($T:ident: $($name:literal $F:ident $of:ident $arity:literal $fused:literal $plain:literal $single:literal;)*) => {
        vec![$(Function {
            name: $name,
            arity: $arity,
            bounds: [$fused, $plain],
            single_bound: $single,
            versions: versions!($of, $F, $T),
        }),*]
    };
}

#[rustfmt::skip]
macro_rules! functions {
    ($T:ident) => { table! { $T:
        "exp" Exp unary_version 1 0.8 0.8 1.1;
        "exp2" Exp2 unary_version 1 0.8 0.8 1.6;
        "expm1" Expm1 unary_version 1 1.4 1.4 1.2;
        "log" Log unary_version 1 0.9 0.9 0.9;
        "log1p" Log1p unary_version 1 1.0 1.0 1.1;
        "log2" Log2 unary_version 1 1.0 1.0 1.1;
        "log10" Log10 unary_version 1 0.8 0.8 1.1;
        "cbrt" Cbrt unary_version 1 0.6 0.6 0.6;
        "sinh" Sinh unary_version 1 1.0 1.0 1.3;
        "cosh" Cosh unary_version 1 0.8 0.8 1.1;
        "tanh" Tanh unary_version 1 1.0 1.0 1.4;
        "asinh" Asinh unary_version 1 1.0 1.0 1.4;
        "acosh" Acosh unary_version 1 1.0 1.0 1.7;
        "atanh" Atanh unary_version 1 0.6 0.6 1.4;
        "sin" Sin unary_version 1 1.0 1.0 1.7;
        "cos" Cos unary_version 1 1.0 1.0 1.7;
        "tan" Tan unary_version 1 1.0 1.0 1.3;
        "asin" Asin unary_version 1 1.0 1.0 1.2;
        "acos" Acos unary_version 1 1.0 1.0 1.2;
        "atan" Atan unary_version 1 1.25 1.5 1.3;
        "erf" Erf unary_version 1 1.0 1.0 1.2;
        "erfc" Erfc unary_version 1 1.0 1.0 0.6;
        "gamma" Gamma unary_version 1 1.0 1.0 0.6;
        "lgamma" Lgamma unary_version 1 2.0 2.0 0.6;
        "pow" Pow binary_version 2 1.0 1.0 0.6;
        "hypot" Hypot binary_version 2 1.0 1.0 0.6;
        "atan2" Atan2 binary_version 2 1.25 1.5 1.7;
    } };
}

fn doubles() -> Vec<Function<f64>> {
    functions!(f64)
}

fn singles() -> Vec<Function<f32>> {
    functions!(f32)
}

/// Arguments, by place, with the correctly rounded results and the rests in units of their last places.
struct Oracle {
    args: Vec<Vec<f64>>,
    results: Vec<(f64, f64)>,
}

/// What `oracle.py` wrote for a function; `QUERN_ORACLE` names another folder with such files.
fn oracle<T>(function: &Function<T>) -> Oracle {
    let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/src/elementary/oracle");
    let folder = std::env::var("QUERN_ORACLE").unwrap_or(checked_in.into());
    let path = format!("{folder}/{}.bin", function.name);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let (values, _) = bytes.as_chunks::<8>();
    let values: Vec<f64> = values.iter().map(|&b| f64::from_le_bytes(b)).collect();
    let width = function.arity + 2;
    let records = values.chunks_exact(width);
    assert!(records.len() > 1000 && records.remainder().is_empty(), "{path}");
    Oracle {
        args: (0..function.arity).map(|i| records.clone().map(|r| r[i]).collect()).collect(),
        results: records.map(|r| (r[width - 2], r[width - 1])).collect(),
    }
}

impl Oracle {
    fn args(&self, index: usize) -> Vec<f64> {
        self.args.iter().map(|a| a[index]).collect()
    }
}

/// The unit in the last place of a finite `x`.
fn ulp(x: f64) -> f64 {
    let exponent = (x.to_bits() >> 52 & 0x7ff).max(1);
    match exponent {
        53.. => f64::from_bits((exponent - 52) << 52),
        _ => f64::from_bits(1 << (exponent - 1)),
    }
}

/// The error of `got` in units in the last place of the result.
fn error(got: f64, (result, rest): (f64, f64)) -> f64 {
    if got == result {
        // Equal infinities too; the sign of zero counts.
        let same_sign = got.is_sign_negative() == result.is_sign_negative();
        return if same_sign { rest.abs() } else { f64::INFINITY };
    }
    if result.is_infinite() && got == f64::MAX.copysign(result) {
        return 1.0;
    }
    // Both differences are exact or far too large.
    let e = ((got - result) / ulp(result) - rest).abs();
    if e.is_nan() { f64::INFINITY } else { e }
}

#[test]
fn errors_are_within_the_bounds() {
    for function in doubles() {
        let oracle = oracle(&function);
        for version in &function.versions {
            let mut out = vec![0.0; oracle.results.len()];
            (version.block)(&oracle.args, &mut out);
            let errors = out.iter().zip(&oracle.results).map(|(&got, &r)| error(got, r));
            let counted = errors.enumerate().filter(|&(i, e)| {
                // Near its zeros at negative arguments, lgamma has an absolute bound.
                let absolute = e * ulp(oracle.results[i].0);
                let is_zero = function.name == "lgamma" && oracle.args[0][i] < 0.0;
                !(is_zero && absolute <= f64::EPSILON / 4.0)
            });
            let (at, worst) = counted.max_by(|a, b| a.1.total_cmp(&b.1)).expect("some records");
            let bound = function.bounds[usize::from(!version.is_fused)];
            let what = format!("{} on {}: {worst:.3} ulp", function.name, version.level);
            println!("{what}");
            let (args, result) = (oracle.args(at), oracle.results[at]);
            assert!(worst <= bound, "{what} at {args:?}: {:e}, not {result:?}", out[at]);
        }
    }
}

/// Equal bits, or both NaN, whose sign and payload are unspecified.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

fn same_singles(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// A linear congruential generator with mixed output.
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
            return f64::from_bits(self.bits());
        }
        let fraction = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        fraction * f64::from(bits as u8) - f64::from((bits >> 8) as u8)
    }
}

fn check_blocks<T: Real + fmt::Debug + fmt::LowerExp>(
    functions: &[Function<T>],
    from_double: fn(f64) -> T,
    same: fn(T, T) -> bool,
) {
    let mut random = Random(1);
    for function in functions {
        for length in (0..=70).chain([1000, 10_000]) {
            let args: Vec<Vec<T>> = (0..function.arity)
                .map(|_| (0..length).map(|_| from_double(random.number())).collect())
                .collect();
            for version in &function.versions {
                let mut out = vec![T::zeroed(); length];
                (version.block)(&args, &mut out);
                for (i, &got) in out.iter().enumerate() {
                    let args: Vec<T> = args.iter().map(|a| a[i]).collect();
                    let one = (version.one)(&args);
                    let (name, level) = (function.name, version.level);
                    assert!(same(got, one), "{name} on {level} of {args:?}: {got:e}, one {one:e}");
                }
            }
        }
    }
}

#[test]
fn blocks_have_the_bits_of_single_numbers() {
    check_blocks(&doubles(), |x| x, same);
    // The high half of any bits is any single.
    let of_bits =
        |x: f64| if x.abs() < 1e3 { x as f32 } else { f32::from_bits((x.to_bits() >> 32) as u32) };
    check_blocks(&singles(), of_bits, same_singles);
}

/// Singles of every kind: the arguments of the oracle, bit patterns at a distance of a prime, and all in
/// short intervals around the points where ways part.
fn single_arguments(function: &Function<f32>) -> Vec<Vec<f32>> {
    const STRIDE: usize = 200_003;
    #[rustfmt::skip]
    let points = [
        0.0, 1.0 / 4096.0, 0.5 * consts::LN_2, 0.5, 0.6, consts::FRAC_1_SQRT_2, consts::FRAC_PI_4, 1.0, consts::SQRT_2,
        consts::FRAC_PI_2, 2.0, 3.0, consts::PI, 4.0, 9.0, 10.0, 10.0544, 11.0, 18.0, 34.0, 35.0401, 42.0, 88.72284,
        89.415985, 103.97, 126.0, 128.0, 149.0, 150.0, 131_072.0, f32::MIN_POSITIVE, f32::INFINITY,
    ];
    let strided = (0..=u32::MAX).step_by(STRIDE).map(f32::from_bits);
    let near = points.iter().flat_map(|p: &f32| {
        let bits = p.to_bits();
        (bits.saturating_sub(100)..=bits + 100)
            .flat_map(|b| [f32::from_bits(b), -f32::from_bits(b)])
    });
    let plain: Vec<f32> = strided.chain(near).collect();
    let mut random = Random(5);
    let mut args: Vec<Vec<f32>> = oracle(function)
        .args
        .iter()
        .map(|column| column.iter().map(|&x| x as f32).collect())
        .collect();
    if function.arity == 1 {
        args[0].extend(plain);
    } else {
        // Each with a few others, with itself and with a number that brings a power near the ends.
        for &x in &plain {
            let other = plain[random.bits() as usize % plain.len()];
            let ends = 128.0 * (random.bits() as u8 as f32 / 128.0 - 1.0) / x.abs().log2();
            for y in [other, random.number() as f32, x, ends] {
                args[0].push(x);
                args[1].push(y);
            }
        }
    }
    args
}

/// The error of a single in units in the last place of the result.
fn single_error(got: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if same_singles(got, rounded) && !rounded.is_finite() {
        return 0.0;
    }
    let same_sign = got.is_sign_negative() == rounded.is_sign_negative();
    if got.is_nan() || rounded.is_nan() || !same_sign {
        return f64::INFINITY;
    }
    if got.is_infinite() || rounded.is_infinite() {
        return if got.abs().min(rounded.abs()) == f32::MAX { 1.0 } else { f64::INFINITY };
    }
    let exponent = (rounded.to_bits() >> 23 & 0xff).max(1);
    (f64::from(got) - exact).abs() / arith::exp2_const(exponent as i32 - 127 - 23)
}

/// Against double precision, whose errors are nothing here; and in the special values like it.
#[test]
fn errors_of_singles_are_within_the_bounds() {
    for (function, double) in singles().iter().zip(doubles()) {
        let args = single_arguments(function);
        let wide: Vec<Vec<f64>> =
            args.iter().map(|column| column.iter().map(|&x| f64::from(x)).collect()).collect();
        let fastest = double.versions.last().expect("every function has versions");
        let mut exact = vec![0.0; wide[0].len()];
        (fastest.block)(&wide, &mut exact);
        for version in &function.versions {
            let mut out = vec![0.0; exact.len()];
            (version.block)(&args, &mut out);
            let errors = out.iter().zip(&exact).map(|(&got, &exact)| single_error(got, exact));
            let (at, worst) =
                errors.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).expect("some arguments");
            let what = format!("{} of f32 on {}: {worst:.3} ulp", function.name, version.level);
            println!("{what}");
            let of: Vec<f32> = args.iter().map(|column| column[at]).collect();
            let bound = function.single_bound;
            assert!(worst <= bound, "{what} at {of:?}: {:e}, not {:e}", out[at], exact[at]);
        }
    }
}

/// What has a short result shows it.
#[test]
fn exact_results_of_singles_are_exact() {
    let mut rows: Vec<(&str, Vec<f32>, f32)> = Vec::new();
    for n in -149..128 {
        let power = arith::exp2_const(n) as f32;
        rows.push(("exp2", vec![n as f32], power));
        rows.push(("log2", vec![power], n as f32));
        rows.push(("pow", vec![2.0, n as f32], power));
    }
    for n in 0..=10 {
        rows.push(("log10", vec![10_f32.powi(n)], n as f32));
        rows.push(("pow", vec![10.0, n as f32], 10_f32.powi(n)));
    }
    for n in 1..=200_u16 {
        let x = f32::from(n);
        rows.push(("cbrt", vec![x * x * x], x));
        rows.push(("pow", vec![x, 3.0], x * x * x));
        rows.push(("pow", vec![x, -1.0], 1.0 / x));
        rows.push(("hypot", vec![3.0 * x, -4.0 * x], 5.0 * x));
    }
    rows.push(("gamma", vec![11.0], 3_628_800.0));
    rows.push(("exp", vec![0.0], 1.0));
    rows.push(("cosh", vec![-0.0], 1.0));
    rows.push(("erfc", vec![-0.0], 1.0));
    rows.push(("lgamma", vec![2.0], 0.0));
    rows.push(("acos", vec![1.0], 0.0));
    rows.push(("acosh", vec![1.0], 0.0));
    for function in singles() {
        for Version { level, one, .. } in &function.versions {
            for (name, args, want) in rows.iter().filter(|row| row.0 == function.name) {
                let got = one(args);
                assert!(
                    same_singles(got, *want),
                    "{name}{args:?} on {level}: {got:e}, not {want:e}"
                );
            }
        }
    }
}

#[test]
fn products_are_exact() {
    let (a, b) = (1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
    assert_eq!(Fused::two_prod(a, b), (1.0, -f64::EPSILON * f64::EPSILON));
    assert_eq!(Unfused::two_prod(a, b), Fused::two_prod(a, b));
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const TINY: f64 = 5e-324;
const MIN: f64 = f64::MIN_POSITIVE;
const MAX: f64 = f64::MAX;

/// Function, argument and result.
#[rustfmt::skip]
const SPECIAL: &[(&str, f64, f64)] = &[
    ("exp", 0.0, 1.0), ("exp", -0.0, 1.0), ("exp", INF, INF), ("exp", -INF, 0.0),
    ("exp", TINY, 1.0), ("exp", -TINY, 1.0), ("exp", MAX, INF), ("exp", -MAX, 0.0),
    ("exp", 709.782712893384, 1.7976931348622732e308), ("exp", 709.7827128933841, INF),
    ("exp", -745.1332191019411, TINY), ("exp", -745.1332191019412, 0.0), ("exp", 710.0, INF),
    ("exp2", 0.0, 1.0), ("exp2", -0.0, 1.0), ("exp2", INF, INF), ("exp2", -INF, 0.0),
    ("exp2", 1024.0, INF), ("exp2", -1074.0, TINY), ("exp2", -1075.0, 0.0), ("exp2", MAX, INF),
    ("exp2", -MAX, 0.0), ("exp2", 10.0, 1024.0), ("exp2", -1.0, 0.5),
    ("expm1", 0.0, 0.0), ("expm1", -0.0, -0.0), ("expm1", INF, INF), ("expm1", -INF, -1.0),
    ("expm1", TINY, TINY), ("expm1", -TINY, -TINY), ("expm1", MAX, INF), ("expm1", -MAX, -1.0),
    ("expm1", -40.0, -1.0), ("expm1", 1e-300, 1e-300),
    ("log", 1.0, 0.0), ("log", 0.0, -INF), ("log", -0.0, -INF), ("log", INF, INF),
    ("log", -INF, NAN), ("log", -1.0, NAN), ("log", -TINY, NAN),
    ("log1p", 0.0, 0.0), ("log1p", -0.0, -0.0), ("log1p", -1.0, -INF), ("log1p", INF, INF),
    ("log1p", -INF, NAN), ("log1p", -2.0, NAN), ("log1p", TINY, TINY), ("log1p", -TINY, -TINY),
    ("log1p", -1.0000000000000002, NAN), ("log1p", 1e-300, 1e-300),
    ("log2", 1.0, 0.0), ("log2", 0.0, -INF), ("log2", -0.0, -INF), ("log2", INF, INF),
    ("log2", -1.0, NAN), ("log2", -INF, NAN), ("log2", TINY, -1074.0), ("log2", 0.5, -1.0),
    ("log2", 1024.0, 10.0), ("log2", 8.98846567431158e307, 1023.0),
    ("log10", 1.0, 0.0), ("log10", 0.0, -INF), ("log10", -0.0, -INF), ("log10", INF, INF),
    ("log10", -1.0, NAN), ("log10", -INF, NAN), ("log10", 10.0, 1.0), ("log10", 1000.0, 3.0),
    ("log10", 1e22, 22.0),
    ("cbrt", 0.0, 0.0), ("cbrt", -0.0, -0.0), ("cbrt", INF, INF), ("cbrt", -INF, -INF),
    ("cbrt", 27.0, 3.0), ("cbrt", -8.0, -2.0), ("cbrt", 1e-300, 1e-100),

    ("sinh", 0.0, 0.0), ("sinh", -0.0, -0.0), ("sinh", INF, INF), ("sinh", -INF, -INF),
    ("sinh", TINY, TINY), ("sinh", -TINY, -TINY), ("sinh", MAX, INF), ("sinh", -MAX, -INF),
    ("sinh", 711.0, INF),
    ("cosh", 0.0, 1.0), ("cosh", -0.0, 1.0), ("cosh", INF, INF), ("cosh", -INF, INF),
    ("cosh", TINY, 1.0), ("cosh", MAX, INF), ("cosh", -711.0, INF),
    ("tanh", 0.0, 0.0), ("tanh", -0.0, -0.0), ("tanh", INF, 1.0), ("tanh", -INF, -1.0),
    ("tanh", TINY, TINY), ("tanh", -TINY, -TINY), ("tanh", MAX, 1.0), ("tanh", -20.0, -1.0),
    ("asinh", 0.0, 0.0), ("asinh", -0.0, -0.0), ("asinh", INF, INF), ("asinh", -INF, -INF),
    ("asinh", TINY, TINY), ("asinh", -TINY, -TINY),
    ("acosh", 1.0, 0.0), ("acosh", INF, INF), ("acosh", 0.9999999999999999, NAN),
    ("acosh", 0.0, NAN), ("acosh", -1.0, NAN), ("acosh", -INF, NAN),
    ("atanh", 0.0, 0.0), ("atanh", -0.0, -0.0), ("atanh", 1.0, INF), ("atanh", -1.0, -INF),
    ("atanh", 1.0000000000000002, NAN), ("atanh", -2.0, NAN), ("atanh", INF, NAN),
    ("atanh", -INF, NAN), ("atanh", TINY, TINY), ("atanh", -TINY, -TINY),
    ("cos", 0.0, 1.0), ("cos", -0.0, 1.0), ("cos", TINY, 1.0), ("cos", -MIN, 1.0), ("cos", 1e-9, 1.0),
    ("cos", INF, NAN), ("cos", -INF, NAN),
    ("acos", 1.0, 0.0), ("acos", -1.0, PI), ("acos", 0.0, FRAC_PI_2), ("acos", -0.0, FRAC_PI_2),
    ("acos", TINY, FRAC_PI_2), ("acos", 1.0 + f64::EPSILON, NAN), ("acos", -1.0 - f64::EPSILON, NAN),
    ("acos", MAX, NAN), ("acos", INF, NAN), ("acos", -INF, NAN),
    ("erfc", 0.0, 1.0), ("erfc", -0.0, 1.0), ("erfc", TINY, 1.0), ("erfc", -TINY, 1.0), ("erfc", -6.0, 2.0),
    ("erfc", -30.0, 2.0), ("erfc", -MAX, 2.0), ("erfc", -INF, 2.0), ("erfc", 27.3, 0.0), ("erfc", 28.0, 0.0),
    ("erfc", 1e10, 0.0), ("erfc", MAX, 0.0), ("erfc", INF, 0.0),
    ("gamma", 0.0, INF), ("gamma", -0.0, -INF), ("gamma", TINY, INF), ("gamma", -TINY, -INF),
    ("gamma", MIN, 1.0 / MIN), ("gamma", -MIN, -1.0 / MIN), ("gamma", 172.0, INF), ("gamma", 1e10, INF),
    ("gamma", MAX, INF), ("gamma", INF, INF),
    // Poles, and underflow with the sign of the interval.
    ("gamma", -1.0, NAN), ("gamma", -2.0, NAN), ("gamma", -170.0, NAN), ("gamma", -185.0, NAN),
    ("gamma", -1e10, NAN), ("gamma", -4503599627370497.0, NAN), ("gamma", -9007199254740992.0, NAN),
    ("gamma", -MAX, NAN), ("gamma", -INF, NAN), ("gamma", -190.5, -0.0), ("gamma", -191.5, 0.0),
    ("gamma", -1000.25, -0.0), ("gamma", -1001.25, 0.0), ("gamma", -1000.75, -0.0),
    ("gamma", -2251799813685248.5, -0.0), ("gamma", -2251799813685249.5, 0.0),
    ("lgamma", 0.0, INF), ("lgamma", -0.0, INF), ("lgamma", 1.0, 0.0), ("lgamma", 2.0, 0.0),
    ("lgamma", -1.0, INF), ("lgamma", -2.0, INF), ("lgamma", -1e15, INF), ("lgamma", -9007199254740993.0, INF),
    ("lgamma", -MAX, INF), ("lgamma", MAX, INF), ("lgamma", 2.6e305, INF), ("lgamma", INF, INF),
    ("lgamma", -INF, INF),
];

/// The same for odd functions, whose values at the opposite arguments are the opposites.
#[rustfmt::skip]
const ODD: &[(&str, f64, f64)] = &[
    ("sin", 0.0, 0.0), ("sin", TINY, TINY), ("sin", MIN, MIN), ("sin", 1e-300, 1e-300), ("sin", INF, NAN),
    ("tan", 0.0, 0.0), ("tan", TINY, TINY), ("tan", MIN, MIN), ("tan", 1e-300, 1e-300), ("tan", INF, NAN),
    ("asin", 0.0, 0.0), ("asin", TINY, TINY), ("asin", MIN, MIN), ("asin", 1.0, FRAC_PI_2),
    ("asin", 1.0 + f64::EPSILON, NAN), ("asin", MAX, NAN), ("asin", INF, NAN),
    ("atan", 0.0, 0.0), ("atan", TINY, TINY), ("atan", MIN, MIN), ("atan", 1.0, FRAC_PI_4),
    ("atan", 1e30, FRAC_PI_2), ("atan", MAX, FRAC_PI_2), ("atan", INF, FRAC_PI_2),
    ("erf", 0.0, 0.0), ("erf", 6.0, 1.0), ("erf", 30.0, 1.0), ("erf", MAX, 1.0), ("erf", INF, 1.0),
];

#[test]
fn special_values_are_those_of_annex_f() {
    let factorials = (1..=22).scan(1.0, |next, n| {
        let factorial = *next;
        *next *= f64::from(n);
        Some(("gamma", f64::from(n), factorial))
    });
    let odd = ODD.iter().flat_map(|&(name, x, y)| [(name, x, y), (name, -x, -y)]);
    let table: Vec<_> = SPECIAL.iter().copied().chain(odd).chain(factorials).collect();
    for function in doubles().into_iter().filter(|f| f.arity == 1) {
        for Version { level, one, .. } in &function.versions {
            let name = function.name;
            let mut checked = 0;
            for &(_, x, y) in table.iter().filter(|row| row.0 == name) {
                let got = one(&[x]);
                assert!(same(got, y), "{name}({x:e}) on {level}: {got:e}, not {y:e}");
                checked += 1;
            }
            assert!(checked > 3, "{name} has special values");
            assert!(one(&[NAN]).is_nan() && one(&[-NAN]).is_nan(), "{name}(NaN) on {level}");
        }
    }
}

/// The standard library's functions follow Annex F in the results that are not numbers to round.
#[test]
fn special_values_of_two_arguments_are_those_of_annex_f() {
    #[rustfmt::skip]
    let positive = [
        0.0, TINY, 1e-310, MIN, 1e-300, 1e-20, 0.5, 0.9999999999999999, 1.0, 1.0000000000000002,
        FRAC_PI_2, 2.0, 2.5, 3.0, 4.0, 1023.0, 1074.0, 1075.0, 1e10, 1e15, 4503599627370495.5,
        4503599627370496.0, 4503599627370497.0, 9007199254740991.0, 9007199254740992.0,
        1e17, 1e19, 1e25, 1e300, MAX, INF, NAN,
    ];
    let values: Vec<f64> = positive.iter().flat_map(|&x| [x, -x]).collect();
    let pairs = || values.iter().flat_map(|&x| values.iter().map(move |&y| (x, y)));
    for function in doubles().into_iter().filter(|f| f.arity == 2) {
        let std = match function.name {
            "pow" => f64::powf,
            "hypot" => f64::hypot,
            _ => f64::atan2,
        };
        for Version { level, one, .. } in &function.versions {
            for (x, y) in pairs() {
                let (got, want) = (one(&[x, y]), std(x, y));
                let exact = function.name == "pow" && (x.abs() == 1.0 || y == 0.0);
                let special = exact || want == 0.0 || !want.is_finite();
                let near = (got - want).abs() <= 4.0 * f64::EPSILON * want.abs();
                let name = function.name;
                let agrees = same(got, want) || !special && near;
                assert!(agrees, "{name}({x:e}, {y:e}) on {level}: {got:e}, not {want:e}");
            }
        }
    }
}
