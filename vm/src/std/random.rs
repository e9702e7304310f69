//! Random numbers from a counter: number k of a call is a function of the key and of where the
//! counter stood plus k, so results do not depend on how the work is split among threads.
//!
//! Generator: Philox 4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as
//! easy as 1, 2, 3", SC 2011). Normal deviates by the Box-Muller transform. A number that takes an
//! unknown count of random words has [`Draws`] of its own.

use super::args::Args;
use super::arrays::scalar_or_array;
use super::create::{dtype_arg, shape_arg};
use super::deviates;
use crate::array::{self, Array, Element, checked_size, format_float, math};
use crate::context::RandomState;
use crate::error::Error;
use crate::interrupt::Stop;
use crate::value::Value;
use quern_ir::{Builtin, DType};
use rayon::prelude::*;

type Result = std::result::Result<Value, Error>;

/// Block `block` of four random words of a counter; there are as many blocks as one may need.
pub fn philox(key: u64, counter: u64, block: u32) -> [u32; 4] {
    const MULTIPLIER: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let mut key = [key as u32, (key >> 32) as u32];
    let mut words = [counter as u32, (counter >> 32) as u32, block, 0];
    for _ in 0..10 {
        let product = [MULTIPLIER[0] * u64::from(words[0]), MULTIPLIER[1] * u64::from(words[2])];
        words = [
            (product[1] >> 32) as u32 ^ words[1] ^ key[0],
            product[1] as u32,
            (product[0] >> 32) as u32 ^ words[3] ^ key[1],
            product[0] as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    words
}

/// Two numbers in [0, 1) with 53 random bits each.
fn uniforms(words: [u32; 4]) -> [f64; 2] {
    let unit = |hi: u32, lo: u32| {
        let bits = u64::from(hi) << 32 | u64::from(lo);
        (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    };
    [unit(words[0], words[1]), unit(words[2], words[3])]
}

/// Two standard normal numbers.
fn normals(words: [u32; 4]) -> [f64; 2] {
    let [u, v] = uniforms(words);
    // 1 - u lies in (0, 1], so the logarithm is finite.
    let radius = math::sqrt(-2.0 * math::log(1.0 - u));
    let angle = std::f64::consts::TAU * v;
    [radius * math::cos(angle), radius * math::sin(angle)]
}

/// What one number of a result is drawn from: as many random numbers as it takes.
pub struct Draws {
    key: u64,
    counter: u64,
    block: u32,
}

impl Draws {
    /// The next four random words.
    fn words(&mut self) -> [u32; 4] {
        let words = philox(self.key, self.counter, self.block);
        self.block = self.block.wrapping_add(1);
        words
    }

    /// The next two numbers in [0, 1).
    pub fn uniforms(&mut self) -> [f64; 2] {
        uniforms(self.words())
    }

    /// The next standard normal number.
    pub fn normal(&mut self) -> f64 {
        normals(self.words())[0]
    }

    /// A number in 0..n, without bias: the high part of a 128-bit product (Lemire, "Fast random integer
    /// generation in an interval", 2019).
    fn below(&mut self, n: u64) -> u64 {
        loop {
            for pair in self.words().chunks_exact(2) {
                let word = u64::from(pair[0]) << 32 | u64::from(pair[1]);
                let product = u128::from(word) * u128::from(n);
                if product as u64 >= n.wrapping_neg() % n {
                    return (product >> 64) as u64;
                }
            }
        }
    }
}

/// A function of the words of a block, to two numbers.
trait Pair: Fn([u32; 4]) -> [f64; 2] + Sync {}
impl<F: Fn([u32; 4]) -> [f64; 2] + Sync> Pair for F {}

impl RandomState {
    /// The counter in front of `count` further blocks, which are used up.
    fn take(&mut self, count: usize) -> u64 {
        let start = self.counter;
        self.counter = start.wrapping_add(count as u64);
        start
    }

    /// What the next number is drawn from.
    fn draws(&mut self) -> Draws {
        Draws { key: self.key, counter: self.take(1), block: 0 }
    }

    /// An array of numbers, two from each block.
    fn pairs(&mut self, stop: Stop<'_>, shape: &[i64], pair: impl Pair) -> array::Result<Array> {
        let size = checked_size(shape)?;
        let (key, start) = (self.key, self.take(size.div_ceil(2)));
        filled(stop, shape, |first, numbers: &mut [f64]| {
            for (k, two) in numbers.chunks_mut(2).enumerate() {
                let counter = start.wrapping_add((first / 2 + k) as u64);
                two.copy_from_slice(&pair(philox(key, counter, 0))[..two.len()]);
            }
        })
    }

    /// An array of numbers that are drawn one by one.
    fn each<T: Element>(
        &mut self,
        stop: Stop<'_>,
        shape: &[i64],
        draw: impl Fn(&mut Draws) -> T + Sync,
    ) -> array::Result<Array> {
        let (key, start) = (self.key, self.take(checked_size(shape)?));
        filled(stop, shape, |first, numbers: &mut [T]| {
            for (k, number) in numbers.iter_mut().enumerate() {
                let counter = start.wrapping_add((first + k) as u64);
                *number = draw(&mut Draws { key, counter, block: 0 });
            }
        })
    }

    /// The ints below `n` in an order by chance (Fisher-Yates).
    fn permutation(&mut self, stop: Stop<'_>, n: usize) -> array::Result<Array> {
        let mut out = Array::arange(stop, 0.into(), (n as i64).into(), 1.into(), None)?;
        let order = out.as_mut_slice::<i64>()?.unwrap_or_default();
        for i in (1..n).rev() {
            if i % Stop::PIECE == 0 {
                stop.check()?;
            }
            order.swap(i, self.draws().below(i as u64 + 1) as usize);
        }
        Ok(out)
    }
}

/// An array whose pieces `fill` writes, each told the number of its first element, an even one.
fn filled<T: Element>(
    stop: Stop<'_>,
    shape: &[i64],
    fill: impl Fn(usize, &mut [T]) + Sync,
) -> array::Result<Array> {
    /// Elements that one thread takes at a time; a number takes some 5 to 100 ns.
    const PIECE: usize = 1 << 13;
    let mut out = Array::for_overwriting(shape, T::DTYPE)?;
    let numbers = out.as_mut_slice::<T>()?.unwrap_or_default();
    if numbers.len() <= PIECE {
        fill(0, numbers);
        return Ok(out);
    }
    numbers.par_chunks_mut(PIECE).enumerate().try_for_each(|(piece, numbers)| {
        stop.check()?;
        fill(piece * PIECE, numbers);
        Ok(())
    })?;
    Ok(out)
}

/// Runs one of the random builtins.
pub fn call(args: &mut Args<'_>, state: &mut RandomState) -> Result {
    match args.builtin {
        Builtin::Rand => standard(args, state, uniforms),
        Builtin::Randn => standard(args, state, normals),
        Builtin::Randint | Builtin::RandomIntegers => integers(args, state),
        Builtin::RandomUniform => {
            let [lo, hi] = [finite(args, 0)?, finite(args, 1)?];
            let width = hi - lo;
            if !width.is_finite() {
                let [lo, hi] = [lo, hi].map(format_float);
                return Err(unfit(args, format!("the range from {lo} to {hi} is too wide")));
            }
            paired(args, state, 2, |words| uniforms(words).map(|u| lo + width * u))
        }
        Builtin::RandomNormal => {
            let [mean, std] = [finite(args, 0)?, not_negative(args, 1)?];
            paired(args, state, 2, |words| normals(words).map(|z| mean + std * z))
        }
        Builtin::RandomExponential => {
            let scale = not_negative(args, 0)?;
            paired(args, state, 1, |words| uniforms(words).map(|u| -scale * math::log1p(-u)))
        }
        Builtin::RandomGamma => {
            let [shape, scale] = [positive(args, 0)?, not_negative(args, 1)?];
            drawn(args, state, 2, |draws| scale * deviates::gamma(draws, shape))
        }
        Builtin::RandomBeta => {
            let [a, b] = [positive(args, 0)?, positive(args, 1)?];
            if a.min(b) < deviates::LEAST_BETA {
                let [a, b] = [a, b].map(format_float);
                return Err(unfit(args, format!("a is {a} and b {b}, which is too small")));
            }
            drawn(args, state, 2, |draws| deviates::beta(draws, a, b))
        }
        Builtin::RandomPoisson => {
            let mean = not_negative(args, 0)?;
            if mean > deviates::MOST_POISSON {
                let mean = format_float(mean);
                return Err(unfit(args, format!("counts of mean {mean} do not fit int")));
            }
            drawn(args, state, 1, |draws| deviates::poisson(draws, mean))
        }
        Builtin::RandomBinomial => {
            let (n, p) = (args.count(0)? as i64, args.float(1)?);
            if !(0.0..=1.0).contains(&p) {
                return Err(unfit(args, format!("p is {p}, but must lie in 0..=1")));
            }
            drawn(args, state, 2, |draws| deviates::binomial(draws, n, p))
        }
        Builtin::RandomSeed => {
            *state = RandomState { key: args.int(0)? as u64, counter: 0 };
            Ok(Value::None)
        }
        Builtin::RandomPermutation => Ok(state.permutation(args.stop, args.count(0)?)?.into()),
        other => Err(Error::type_error(format!("{} draws no random numbers", other.name()))),
    }
}

fn unfit(args: &Args<'_>, what: String) -> Error {
    Error::value_error(format!("{}: {what}", args.builtin.name()))
}

fn must(args: &Args<'_>, index: usize, x: f64, what: &str) -> Error {
    let x = format_float(x);
    unfit(args, format!("{} is {x}, but must {what}", args.param(index)))
}

fn finite(args: &Args<'_>, index: usize) -> std::result::Result<f64, Error> {
    let x = args.float(index)?;
    if x.is_finite() { Ok(x) } else { Err(must(args, index, x, "be finite")) }
}

fn not_negative(args: &Args<'_>, index: usize) -> std::result::Result<f64, Error> {
    let x = finite(args, index)?;
    if x >= 0.0 { Ok(x) } else { Err(must(args, index, x, "not be negative")) }
}

fn positive(args: &Args<'_>, index: usize) -> std::result::Result<f64, Error> {
    let x = finite(args, index)?;
    if x > 0.0 { Ok(x) } else { Err(must(args, index, x, "be positive")) }
}

/// `rand` and `randn`.
fn standard(args: &Args<'_>, state: &mut RandomState, pair: fn([u32; 4]) -> [f64; 2]) -> Result {
    let (shape, dtype) = (shape_arg(args, 0)?, dtype_arg(args, 1)?);
    if !matches!(dtype, DType::Float | DType::F32) {
        return Err(Error::type_error(format!(
            "{}: dtype must be float or f32, not {dtype}",
            args.builtin.name()
        )));
    }
    let numbers = state.pairs(args.stop, &shape, pair)?;
    Ok(scalar_or_array(numbers.astype(args.stop, dtype)?))
}

/// The optional shape of a result; without one it is a number.
fn optional_shape(args: &Args<'_>, index: usize) -> std::result::Result<Vec<i64>, Error> {
    if args.get(index).is_none() { Ok(Vec::new()) } else { shape_arg(args, index) }
}

/// Numbers of which each block gives two.
fn paired(args: &Args<'_>, state: &mut RandomState, shape: usize, pair: impl Pair) -> Result {
    let shape = optional_shape(args, shape)?;
    Ok(scalar_or_array(state.pairs(args.stop, &shape, pair)?))
}

/// Numbers that are drawn one by one.
fn drawn<T: Element>(
    args: &Args<'_>,
    state: &mut RandomState,
    shape: usize,
    draw: impl Fn(&mut Draws) -> T + Sync,
) -> Result {
    let shape = optional_shape(args, shape)?;
    Ok(scalar_or_array(state.each(args.stop, &shape, draw)?))
}

fn integers(args: &Args<'_>, state: &mut RandomState) -> Result {
    let (lo, hi, dtype) = (args.int(0)?, args.int(1)?, dtype_arg(args, 3)?);
    let span = (i128::from(hi) - i128::from(lo)) as u64;
    if hi <= lo {
        return Err(unfit(args, format!("the range {lo}..{hi} is empty")));
    }
    for end in [lo, hi - 1] {
        Array::from_scalar(end.into())?.astype(args.stop, dtype)?;
    }
    let draw = |draws: &mut Draws| lo.wrapping_add(draws.below(span) as i64);
    if args.get(2).is_none() {
        return Ok(Value::Int(draw(&mut state.draws())));
    }
    let values = state.each(args.stop, &shape_arg(args, 2)?, draw)?;
    Ok(values.astype(args.stop, dtype)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_agrees_with_the_authors_test_vectors() {
        // Random123, kat_vectors: philox4x32 10, all zero.
        assert_eq!(philox(0, 0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
    }

    #[test]
    fn integers_stay_below_and_cover_the_range() {
        let mut state = RandomState { key: 7, counter: 0 };
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[state.draws().below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|&n| (800..1200).contains(&n)), "{seen:?}");
    }

    #[test]
    fn normals_have_the_right_moments() {
        let mut state = RandomState { key: 1, counter: 0 };
        let xs = state.pairs(Stop::NEVER, &[100_000], normals).expect("a little memory");
        let xs = xs.to_vec::<f64>().expect("floats");
        let mean = xs.iter().sum::<f64>() / 1e5;
        let var = xs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (var - 1.0).abs() < 0.02, "{mean} {var}");
    }
}
