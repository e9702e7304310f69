//! The module `linalg`: arguments in, arrays and records out. The work is in `array`.

use super::args::Args;
use super::arrays::{array, scalar_or_array};
use super::reduce::axes;
use crate::array::{self, Array, MatrixNorm, decompose, least_squares, solve, spectrum};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::record::Record;
use crate::value::Value;
use quern_ir::{Builtin, DType};

type Result = std::result::Result<Value, Error>;

/// Runs a builtin of this module; `None` for any other.
pub fn call(args: &mut Args<'_>) -> Option<Result> {
    Some(match args.builtin {
        Builtin::LinalgSolve => solution(args),
        Builtin::LinalgLstsq => lstsq(args),
        Builtin::LinalgInv => one(args, |call, a| solve::inv(call.stop, call.name, a)),
        Builtin::LinalgDet => one(args, |call, a| solve::det(call.stop, call.name, a)),
        Builtin::LinalgCholesky => {
            one(args, |call, a| decompose::cholesky(call.stop, call.name, a))
        }
        Builtin::LinalgSlogdet => parts(args, ["sign", "logdet"], |call, a| {
            solve::slogdet(call.stop, call.name, a).map(|(sign, log)| [sign, log])
        }),
        Builtin::LinalgLu => {
            parts(args, ["p", "l", "u"], |call, a| decompose::lu(call.stop, call.name, a))
        }
        Builtin::LinalgQr => qr(args),
        Builtin::LinalgSvd => args.bool(1).and_then(|is_full| {
            parts(args, ["u", "s", "vt"], |call, a| spectrum::svd(call.stop, call.name, a, is_full))
        }),
        Builtin::LinalgEig => {
            parts(args, ["values", "vectors"], |call, a| spectrum::eig(call.stop, call.name, a))
        }
        Builtin::LinalgEigh => {
            parts(args, ["values", "vectors"], |call, a| spectrum::eigh(call.stop, call.name, a))
        }
        Builtin::LinalgPinv => pinv(args),
        Builtin::LinalgNorm => norm(args),
        Builtin::LinalgRank => rank(args),
        _ => return None,
    })
}

/// What every function here is told: the name for its messages, and where to look whether to go on.
struct Call<'a> {
    name: &'static str,
    stop: Stop<'a>,
}

impl<'a> Call<'a> {
    fn of(args: &Args<'a>) -> Call<'a> {
        Call { name: args.builtin.name(), stop: args.stop }
    }

    /// A result as a value; that of an f32 operand, computed in float, is f32 again.
    fn value(&self, operand: DType, result: Array) -> Result {
        let is_narrow = operand == DType::F32 && result.dtype() == DType::Float;
        Ok(scalar_or_array(if is_narrow { result.astype(self.stop, DType::F32)? } else { result }))
    }
}

/// A function from matrices to an array.
fn one(args: &Args<'_>, f: impl FnOnce(&Call<'_>, &Array) -> array::Result<Array>) -> Result {
    let (call, a) = (Call::of(args), array(args, 0)?);
    call.value(a.dtype(), f(&call, &a)?)
}

/// A function from matrices to several arrays, as a record.
fn parts<const N: usize>(
    args: &Args<'_>,
    names: [&'static str; N],
    f: impl FnOnce(&Call<'_>, &Array) -> array::Result<[Array; N]>,
) -> Result {
    let (call, a) = (Call::of(args), array(args, 0)?);
    let found = names.into_iter().zip(f(&call, &a)?);
    let fields = found.map(|(name, part)| Ok((name, call.value(a.dtype(), part)?)));
    Ok(Value::record(fields.collect::<std::result::Result<Record, Error>>()?))
}

fn solution(args: &Args<'_>) -> Result {
    let (call, a, b) = (Call::of(args), array(args, 0)?, array(args, 1)?);
    let dtype = array::promote(a.dtype(), b.dtype());
    call.value(dtype, solve::solve(call.stop, call.name, &a, &b)?)
}

fn lstsq(args: &Args<'_>) -> Result {
    let (call, a, b) = (Call::of(args), array(args, 0)?, array(args, 1)?);
    let dtype = array::promote(a.dtype(), b.dtype());
    let tolerance = tolerance(args, 2, &a)?;
    let found = least_squares::lstsq(call.stop, call.name, &a, &b, tolerance)?;
    let fields = [
        ("x", call.value(dtype, found.x)?),
        ("residuals", call.value(dtype, found.residuals)?),
        ("rank", Value::Int(found.rank as i64)),
        ("s", call.value(dtype, found.s)?),
    ];
    Ok(Value::record(fields.into_iter().collect::<Record>()))
}

fn pinv(args: &Args<'_>) -> Result {
    let (call, a) = (Call::of(args), array(args, 0)?);
    let tolerance = tolerance(args, 1, &a)?;
    call.value(a.dtype(), least_squares::pinv(call.stop, call.name, &a, tolerance)?)
}

/// Up to what part of the greatest singular value one counts as 0: as the argument says, or what rounding
/// may leave.
fn tolerance(args: &Args<'_>, index: usize, a: &Array) -> std::result::Result<f64, Error> {
    if args.get(index).is_none() { Ok(rounding(a)) } else { args.float(index) }
}

/// The rounding error of one element times the longer side of the matrix.
fn rounding(a: &Array) -> f64 {
    let longer = a.shape().iter().rev().take(2).copied().max().unwrap_or(1);
    let epsilon = if a.dtype() == DType::F32 { f32::EPSILON.into() } else { f64::EPSILON };
    longer as f64 * epsilon
}

fn qr(args: &Args<'_>) -> Result {
    let is_complete = match args.str(1)? {
        "reduced" => false,
        "complete" => true,
        mode => {
            let mode = super::show::quote(mode);
            return Err(Error::value_error(format!(
                "linalg.qr: mode is \"reduced\" or \"complete\", not {mode}"
            )));
        }
    };
    parts(args, ["q", "r"], |call, a| decompose::qr(call.stop, call.name, a, is_complete))
}

fn rank(args: &Args<'_>) -> Result {
    let (call, a) = (Call::of(args), array(args, 0)?);
    if a.rank() < 2 {
        let norm = array::norm(call.stop, &a, Some(0.0), None, false)?;
        return Ok(Value::Int(i64::from(norm.scalar_at(0).and_then(|n| n.as_f64()) != Some(0.0))));
    }
    let given = if args.get(1).is_none() { None } else { Some(args.float(1)?) };
    let values = spectrum::singular_values(call.stop, call.name, &a)?;
    let each = values.shape().last().map_or(0, |&n| n as usize);
    let count = |values: &[f64]| {
        let least = given.unwrap_or_else(|| values.first().map_or(0.0, |most| most * rounding(&a)));
        values.iter().filter(|&&value| value > least).count() as i64
    };
    let batch = &a.shape()[..a.rank() - 2];
    let ranks: Vec<i64> = match values.as_slice::<f64>() {
        Some(values) if each > 0 => values.chunks_exact(each).map(count).collect(),
        _ => vec![0; batch.iter().product::<i64>() as usize],
    };
    Ok(scalar_or_array(Array::from_slice(&ranks, batch)?))
}

/// What is measured, and how.
enum Measure {
    /// The axes of vectors; all of them if there is none.
    Vectors(Option<f64>, Option<Vec<i64>>),
    Matrices(MatrixNorm, [i64; 2]),
}

fn norm(args: &Args<'_>) -> Result {
    let (call, x, keepdims) = (Call::of(args), array(args, 0)?, args.bool(3)?);
    let norm = match measure(args, &x)? {
        Measure::Vectors(ord, axes) => array::norm(call.stop, &x, ord, axes.as_deref(), keepdims)?,
        Measure::Matrices(kind, axes) => {
            array::matrix_norm(call.stop, call.name, &x, kind, axes, keepdims)?
        }
    };
    Ok(scalar_or_array(norm))
}

fn measure(args: &Args<'_>, x: &Array) -> std::result::Result<Measure, Error> {
    let wrong = |what: String| Err(Error::value_error(format!("linalg.norm: {what}")));
    let axes = axes(args, 2)?;
    if args.get(1).is_none() {
        return Ok(Measure::Vectors(None, axes));
    }
    let pair = match (axes.as_deref(), x.rank()) {
        (Some(&[rows, columns]), _) => Some([rows, columns]),
        (None, 2) => Some([0, 1]),
        (Some([_]), _) | (None, 1) => None,
        (Some(axes), _) => {
            return wrong(format!("ord goes with one axis or two, not {}", axes.len()));
        }
        (None, rank) => {
            return wrong(format!(
                "ord goes with vectors and matrices, not {rank} axes; axis says which"
            ));
        }
    };
    Ok(match (pair, args.get(1).as_str()) {
        (Some(axes), Some("fro")) => Measure::Matrices(MatrixNorm::Frobenius, axes),
        (Some(axes), Some("nuc")) => Measure::Matrices(MatrixNorm::Nuclear, axes),
        (_, Some(name)) => {
            let name = super::show::quote(name);
            let what = if pair.is_some() { "matrices" } else { "vectors" };
            return wrong(format!("no norm of {what} has ord {name}"));
        }
        (Some(axes), None) => Measure::Matrices(MatrixNorm::Order(args.float(1)?), axes),
        (None, None) => Measure::Vectors(Some(args.float(1)?), axes),
    })
}
