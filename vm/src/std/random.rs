//! Random numbers from a counter: number k of a call is a function of the key and of where the
//! counter stood plus k, so results do not depend on how the work is split among threads.
//!
//! Generator: Philox 4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as
//! easy as 1, 2, 3", SC 2011). Normal deviates by the Box-Muller transform.

use super::args::Args;
use super::create::{dtype_arg, shape_arg};
use crate::array::{self, Array, math};
use crate::context::RandomState;
use crate::error::Error;
use crate::interrupt::Stop;
use crate::value::Value;
use quern_ir::{Builtin, DType};

type Result = std::result::Result<Value, Error>;

/// One block of four random words.
pub fn philox(key: u64, counter: u64) -> [u32; 4] {
    const MULTIPLIER: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let mut key = [key as u32, (key >> 32) as u32];
    let mut words = [counter as u32, (counter >> 32) as u32, 0, 0];
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
fn uniforms(key: u64, counter: u64) -> [f64; 2] {
    let words = philox(key, counter);
    let unit = |hi: u32, lo: u32| {
        let bits = u64::from(hi) << 32 | u64::from(lo);
        (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    };
    [unit(words[0], words[1]), unit(words[2], words[3])]
}

/// Two standard normal numbers.
fn normals(key: u64, counter: u64) -> [f64; 2] {
    let [u, v] = uniforms(key, counter);
    // 1 - u lies in (0, 1], so the logarithm is finite.
    let radius = math::sqrt(-2.0 * math::log(1.0 - u));
    let angle = std::f64::consts::TAU * v;
    [radius * math::cos(angle), radius * math::sin(angle)]
}

impl RandomState {
    /// A vector of `n` numbers, two from each block.
    fn draw(
        &mut self,
        stop: Stop<'_>,
        n: usize,
        block: fn(u64, u64) -> [f64; 2],
    ) -> array::Result<Array> {
        let mut out = Array::for_overwriting(&[n as i64], DType::Float)?;
        let numbers = out.as_mut_slice::<f64>()?.unwrap_or_default();
        for piece in stop.pieces_mut(numbers) {
            for pair in piece?.chunks_mut(2) {
                pair.copy_from_slice(&block(self.key, self.counter)[..pair.len()]);
                self.counter = self.counter.wrapping_add(1);
            }
        }
        Ok(out)
    }

    /// A vector of `n` ints.
    fn draw_ints(
        &mut self,
        stop: Stop<'_>,
        n: usize,
        draw: impl Fn(&mut RandomState) -> i64,
    ) -> array::Result<Array> {
        let mut out = Array::for_overwriting(&[n as i64], DType::Int)?;
        let numbers = out.as_mut_slice::<i64>()?.unwrap_or_default();
        for piece in stop.pieces_mut(numbers) {
            piece?.fill_with(|| draw(self));
        }
        Ok(out)
    }

    /// The ints below `n` in an order by chance (Fisher-Yates).
    fn permutation(&mut self, stop: Stop<'_>, n: usize) -> array::Result<Array> {
        let mut out = Array::arange(stop, 0.into(), (n as i64).into(), 1.into(), None)?;
        let order = out.as_mut_slice::<i64>()?.unwrap_or_default();
        for i in (1..n).rev() {
            if i % Stop::PIECE == 0 {
                stop.check()?;
            }
            order.swap(i, self.below(i as u64 + 1) as usize);
        }
        Ok(out)
    }

    /// A number in 0..n, without bias: the high part of a 128-bit product (Lemire, "Fast random integer
    /// generation in an interval", 2019).
    fn below(&mut self, n: u64) -> u64 {
        loop {
            let words = philox(self.key, self.counter);
            self.counter = self.counter.wrapping_add(1);
            for pair in words.chunks_exact(2) {
                let word = u64::from(pair[0]) << 32 | u64::from(pair[1]);
                let product = u128::from(word) * u128::from(n);
                if product as u64 >= n.wrapping_neg() % n {
                    return (product >> 64) as u64;
                }
            }
        }
    }
}

/// Runs one of the random builtins.
pub fn call(args: &mut Args<'_>, state: &mut RandomState) -> Result {
    match args.builtin {
        Builtin::Rand => numbers(args, state, uniforms),
        Builtin::Randn => numbers(args, state, normals),
        Builtin::Randint => integers(args, state),
        Builtin::RandomSeed => {
            *state = RandomState { key: args.int(0)? as u64, counter: 0 };
            Ok(Value::None)
        }
        Builtin::RandomPermutation => Ok(state.permutation(args.stop, args.count(0)?)?.into()),
        other => Err(Error::type_error(format!("{} draws no random numbers", other.name()))),
    }
}

fn numbers(
    args: &mut Args<'_>,
    state: &mut RandomState,
    block: fn(u64, u64) -> [f64; 2],
) -> Result {
    let (shape, dtype) = (shape_arg(args, 0)?, dtype_arg(args, 1)?);
    if !matches!(dtype, DType::Float | DType::F32) {
        return Err(Error::type_error(format!(
            "{}: dtype must be float or f32, not {dtype}",
            args.builtin.name()
        )));
    }
    if shape.is_empty() {
        let [x, _] = block(state.key, state.counter);
        state.counter = state.counter.wrapping_add(1);
        return Ok(if dtype == DType::F32 { Value::F32(x as f32) } else { Value::Float(x) });
    }
    let size = crate::array::checked_size(&shape)?;
    let values = state.draw(args.stop, size, block)?;
    Ok(values.reshape(args.stop, &shape)?.astype(args.stop, dtype)?.into())
}

fn integers(args: &mut Args<'_>, state: &mut RandomState) -> Result {
    let (lo, hi, dtype) = (args.int(0)?, args.int(1)?, dtype_arg(args, 3)?);
    let span = (i128::from(hi) - i128::from(lo)) as u64;
    if hi <= lo {
        return Err(Error::value_error(format!("randint: the range {lo}..{hi} is empty")));
    }
    for end in [lo, hi - 1] {
        Array::from_scalar(end.into())?.astype(args.stop, dtype)?;
    }
    let draw = |state: &mut RandomState| lo.wrapping_add(state.below(span) as i64);
    if args.get(2).is_none() {
        return Ok(Value::Int(draw(state)));
    }
    let shape = shape_arg(args, 2)?;
    let size = crate::array::checked_size(&shape)?;
    let values = state.draw_ints(args.stop, size, draw)?;
    Ok(values.reshape(args.stop, &shape)?.astype(args.stop, dtype)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_agrees_with_the_authors_test_vectors() {
        // Random123, kat_vectors: philox4x32 10, all zero.
        assert_eq!(philox(0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
    }

    #[test]
    fn integers_stay_below_and_cover_the_range() {
        let mut state = RandomState { key: 7, counter: 0 };
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[state.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|&n| (800..1200).contains(&n)), "{seen:?}");
    }

    #[test]
    fn normals_have_the_right_moments() {
        let mut state = RandomState { key: 1, counter: 0 };
        let xs = state.draw(Stop::NEVER, 100_000, normals).expect("a little memory");
        let xs = xs.to_vec::<f64>().expect("floats");
        let mean = xs.iter().sum::<f64>() / 1e5;
        let var = xs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (var - 1.0).abs() < 0.02, "{mean} {var}");
    }
}
