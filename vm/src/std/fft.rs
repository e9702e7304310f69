//! The module `fft`: arguments in, arrays out. The work is in `array`.

use super::args::Args;
use super::arrays::{self, scalar_or_array};
use super::create::shape_arg;
use super::reduce::axes;
use crate::array::fft::{self, Call, FftDirection};
use crate::array::{self, Array};
use crate::error::Error;
use crate::value::Value;
use quern_ir::{Builtin, DType};

type Result = std::result::Result<Value, Error>;

/// Runs a builtin of this module; `None` for any other.
pub fn call(args: &mut Args<'_>) -> Option<Result> {
    use FftDirection::{Forward, Inverse};
    let call = Call { name: args.builtin.name(), stop: args.stop };
    Some(match args.builtin {
        Builtin::FftFft => one_axis(args, |x, n, axis| fft::fft(call, x, n, axis, Forward)),
        Builtin::FftIfft => one_axis(args, |x, n, axis| fft::fft(call, x, n, axis, Inverse)),
        Builtin::FftRfft => one_axis(args, |x, n, axis| fft::rfft(call, x, n, axis)),
        Builtin::FftIrfft => one_axis(args, |x, n, axis| fft::irfft(call, x, n, axis)),
        Builtin::FftFft2 => several_axes(args, call, Forward, Some(2)),
        Builtin::FftIfft2 => several_axes(args, call, Inverse, Some(2)),
        Builtin::FftFftn => several_axes(args, call, Forward, None),
        Builtin::FftIfftn => several_axes(args, call, Inverse, None),
        _ => return None,
    })
}

/// A transform `(x, n, axis)`.
fn one_axis(
    args: &Args<'_>,
    transform: impl FnOnce(&Array, Option<i64>, i64) -> array::Result<Array>,
) -> Result {
    Ok(transform(&arrays::array(args, 0)?, args.optional_int(1)?, args.int(2)?)?.into())
}

/// A transform `(x, s, axes)` along one axis after the other, by default so many last ones, or all.
fn several_axes(
    args: &Args<'_>,
    call: Call<'_>,
    direction: FftDirection,
    count: Option<usize>,
) -> Result {
    let mut x = arrays::array(args, 0)?;
    let lengths = if args.get(1).is_none() { None } else { Some(shape_arg(args, 1)?) };
    let axes = match (axes(args, 2)?, &lengths) {
        (Some(axes), _) => axes,
        (None, None) => last_axes(count.unwrap_or(x.rank())),
        (None, Some(lengths)) => last_axes(count.unwrap_or(lengths.len())),
    };
    if let Some(lengths) = &lengths
        && lengths.len() != axes.len()
    {
        let what = format!("{}: {} lengths for {} axes", call.name, lengths.len(), axes.len());
        return Err(Error::value_error(what));
    }
    if axes.is_empty() {
        x = x.astype(args.stop, DType::Complex)?;
    }
    for (k, &axis) in axes.iter().enumerate().rev() {
        x = fft::fft(call, &x, lengths.as_ref().map(|lengths| lengths[k]), axis, direction)?;
    }
    Ok(scalar_or_array(x))
}

fn last_axes(count: usize) -> Vec<i64> {
    (1..=count as i64).rev().map(|k| -k).collect()
}
