//! Builtins on known types: scalar ones as typed ops, the others by the type of what they give.

use super::calls::Bound;
use super::emit::Emitter;
use super::iteration::list_dtype;
use super::scalar::{dtype_of, product_dtype, promoted, promoted_weak};
use super::values::Value;
use crate::builtins::Builtin;
use crate::entities::Val;
use crate::function::Imm;
use crate::ops::{Cond, Op};
use crate::types::{DType, Ty};
use std::sync::Arc;

/// The dtype of what an elementwise function of one number gives.
fn unary_dtype(b: Builtin, dtype: DType) -> Option<DType> {
    use Builtin as B;
    let whole = dtype == DType::Bool || dtype.is_integer();
    Some(match b {
        B::Sin
        | B::Cos
        | B::Tan
        | B::Asin
        | B::Acos
        | B::Atan
        | B::Sinh
        | B::Cosh
        | B::Tanh
        | B::Asinh
        | B::Acosh
        | B::Atanh
        | B::Exp
        | B::Exp2
        | B::Expm1
        | B::Log
        | B::Log1p
        | B::Log2
        | B::Log10
        | B::Sqrt
        | B::Cbrt
        | B::Erf
        | B::Erfc
        | B::Gamma
        | B::Lgamma => {
            if whole {
                DType::Float
            } else {
                dtype
            }
        }
        B::Abs => match dtype {
            DType::Bool => DType::Int,
            DType::Complex => DType::Float,
            other => other,
        },
        B::Sign | B::Floor | B::Ceil | B::Trunc | B::Round | B::Conj => match (b, dtype) {
            (B::Sign, DType::Bool) => DType::Int,
            _ => dtype,
        },
        B::IsNan | B::IsInf | B::IsFinite => DType::Bool,
        B::Real | B::Imag | B::Angle => match dtype {
            DType::Complex => DType::Float,
            _ => return None,
        },
        _ => return None,
    })
}

fn is_float(ty: &Ty) -> bool {
    matches!(ty, Ty::Float | Ty::F32)
}

fn is_real(ty: &Ty) -> bool {
    matches!(ty, Ty::Int | Ty::Float | Ty::F32)
}

impl Emitter<'_, '_> {
    /// A builtin as typed code; `None` where it stays a call.
    pub fn typed_builtin(&mut self, b: Builtin, bound: &Bound) -> Option<Value> {
        use Builtin as B;
        let arg = |i: usize| bound.params.get(i).and_then(|v| v.as_ref());
        let leaf = |v: &Value| v.leaves[0];
        match b {
            B::Len => return self.len(arg(0)?),
            B::Get => {
                let (dict, key, default) = (arg(0)?, arg(1)?, arg(2));
                if dict.ty != Ty::Dict {
                    return None;
                }
                let default = default.cloned().unwrap_or_else(Value::none);
                let args = [leaf(dict), self.boxed(key), self.boxed(&default)];
                let leaf = self.put1(Op::DictGet, &args, Imm::None, Ty::Any);
                return Some(Value::leaf(Ty::Any, leaf));
            }
            B::Assert => return self.assert(arg(0)?, arg(1)),
            B::Int | B::Float | B::F32 if arg(1).is_none() => return self.conversion(b, arg(0)?),
            B::Complex => {
                let (re, im) = (arg(0)?, arg(1));
                if !is_real(&re.ty) || im.is_some_and(|v| !is_real(&v.ty)) {
                    return None;
                }
                let re = self.convert(re, DType::Float);
                let im = match im {
                    Some(im) => leaf(&self.convert(im, DType::Float)),
                    None => self.float(0.0),
                };
                return Some(super::scalar::complex(leaf(&re), im));
            }
            B::Min | B::Max => return self.extreme(b, bound),
            B::Where => {
                let (c, x, y) = (arg(0)?, arg(1)?, arg(2)?);
                if c.ty != Ty::Bool || x.ty != y.ty || !x.ty.is_numeric_scalar() {
                    return None;
                }
                let leaves = x.leaves.iter().zip(&y.leaves);
                let leaves = leaves
                    .map(|(&x, &y)| {
                        let ty = self.out.ty(x).clone();
                        self.put1(Op::Select, &[leaf(c), x, y], Imm::None, ty)
                    })
                    .collect();
                return Some(Value { ty: x.ty.clone(), leaves });
            }
            B::DivMod => {
                let (x, y) = (arg(0)?, arg(1)?);
                if !is_real(&x.ty) || !is_real(&y.ty) {
                    return None;
                }
                let parts = [
                    self.binary(Op::FloorDiv, &Imm::None, x, y),
                    self.binary(Op::Rem, &Imm::None, x, y),
                ];
                let tys = parts.iter().map(|p| p.ty.clone()).collect();
                return Some(Value::of_parts(Ty::Tuple(tys), &parts));
            }
            B::Pow => {
                let (x, y) = (arg(0)?, arg(1)?);
                let fits = is_real(&x.ty) && is_real(&y.ty);
                return fits.then(|| self.binary(Op::Pow, &Imm::None, x, y));
            }
            B::WrappingAdd | B::WrappingSub | B::WrappingMul => {
                let (x, y) = (arg(0)?, arg(1)?);
                let op = match b {
                    B::WrappingAdd => Op::IAddWrap,
                    B::WrappingSub => Op::ISubWrap,
                    _ => Op::IMulWrap,
                };
                if x.ty != Ty::Int || y.ty != Ty::Int {
                    return None;
                }
                let args = [leaf(x), leaf(y)];
                return Some(Value::leaf(Ty::Int, self.put1(op, &args, Imm::None, Ty::Int)));
            }
            B::Atan2 | B::Hypot => {
                let (x, y) = (arg(0)?, arg(1)?);
                if !is_real(&x.ty) || !is_real(&y.ty) {
                    return None;
                }
                let dtype = match promoted(dtype_of(&x.ty)?, dtype_of(&y.ty)?) {
                    DType::F32 => DType::F32,
                    _ => DType::Float,
                };
                let args = [leaf(&self.convert(x, dtype)), leaf(&self.convert(y, dtype))];
                let ty = dtype.element();
                let val = self.put1(Op::FMath, &args, Imm::Builtin(b), ty.clone());
                return Some(Value::leaf(ty, val));
            }
            B::Round if arg(1).is_none_or(|d| self.known_int_value(d) == Some(0)) => {}
            B::Round => return None,
            B::IsArray => {
                let x = arg(0)?;
                return (x.ty != Ty::Any).then(|| self.bool_value(matches!(x.ty, Ty::Array(..))));
            }
            B::IsLazy => {
                let x = arg(0)?;
                return (x.ty != Ty::Any).then(|| self.bool_value(false));
            }
            _ => {}
        }
        let x = arg(0)?;
        match &x.ty {
            Ty::Complex => self.complex_builtin(b, x),
            ty if is_real(ty) => self.real_builtin(b, x),
            _ => None,
        }
    }

    pub fn known_int_value(&self, value: &Value) -> Option<i64> {
        match value.ty {
            Ty::Int => self.known_int(value.leaves[0]),
            _ => None,
        }
    }

    fn real_builtin(&mut self, b: Builtin, x: &Value) -> Option<Value> {
        use Builtin as B;
        let dtype = unary_dtype(b, dtype_of(&x.ty)?)?;
        if x.ty == Ty::Int && dtype == DType::Int {
            return match b {
                B::Floor | B::Ceil | B::Trunc | B::Round | B::Conj => Some(x.clone()),
                // The greater of x and -x, which the least int has not.
                B::Abs => {
                    let (least, zero) = (self.int(i64::MIN), self.int(0));
                    let args = [x.leaves[0], least];
                    let fits = self.put1(Op::ICmp, &args, Imm::Cond(Cond::Ne), Ty::Bool);
                    self.fails_unless(fits, b, std::slice::from_ref(x));
                    let minus = self.put1(Op::ISubWrap, &[zero, x.leaves[0]], Imm::None, Ty::Int);
                    let leaf = self.put1(Op::IMax, &[x.leaves[0], minus], Imm::None, Ty::Int);
                    Some(Value::leaf(Ty::Int, leaf))
                }
                _ => None,
            };
        }
        if b == B::IsNan || b == B::IsInf || b == B::IsFinite {
            if !is_float(&x.ty) {
                return None;
            }
            let v = x.leaves[0];
            let (args, cond) = match b {
                B::IsNan => ([v, v], Cond::Ne),
                _ => {
                    let size = self.put1(Op::FAbs, &[v], Imm::None, x.ty.clone());
                    let limit = self.float(f64::INFINITY);
                    let limit = match x.ty {
                        Ty::F32 => self.put1(Op::FloatToF32, &[limit], Imm::None, Ty::F32),
                        _ => limit,
                    };
                    let cond = if b == B::IsInf { Cond::Eq } else { Cond::Lt };
                    ([size, limit], cond)
                }
            };
            let leaf = self.put1(Op::FCmp, &args, Imm::Cond(cond), Ty::Bool);
            return Some(Value::leaf(Ty::Bool, leaf));
        }
        let x = self.convert(x, dtype);
        if !is_float(&x.ty) {
            return None;
        }
        let (op, imm) = match b {
            B::Sqrt => (Op::FSqrt, Imm::None),
            B::Abs => (Op::FAbs, Imm::None),
            B::Floor => (Op::FFloor, Imm::None),
            B::Ceil => (Op::FCeil, Imm::None),
            B::Trunc => (Op::FTrunc, Imm::None),
            B::Conj => return Some(x),
            _ => (Op::FMath, Imm::Builtin(b)),
        };
        let leaf = self.put1(op, &x.leaves, imm, x.ty.clone());
        Some(Value::leaf(x.ty, leaf))
    }

    fn complex_builtin(&mut self, b: Builtin, z: &Value) -> Option<Value> {
        let (re, im) = (z.leaves[0], z.leaves[1]);
        Some(match b {
            Builtin::Real => Value::leaf(Ty::Float, re),
            Builtin::Imag => Value::leaf(Ty::Float, im),
            Builtin::Conj => {
                let im = self.put1(Op::FNeg, &[im], Imm::None, Ty::Float);
                super::scalar::complex(re, im)
            }
            Builtin::Abs => {
                let imm = Imm::Builtin(Builtin::Hypot);
                let leaf = self.put1(Op::FMath, &[re, im], imm, Ty::Float);
                Value::leaf(Ty::Float, leaf)
            }
            Builtin::Angle => {
                let imm = Imm::Builtin(Builtin::Atan2);
                let leaf = self.put1(Op::FMath, &[im, re], imm, Ty::Float);
                Value::leaf(Ty::Float, leaf)
            }
            _ => return None,
        })
    }

    fn len(&mut self, x: &Value) -> Option<Value> {
        let leaf = match &x.ty {
            Ty::Array(_, Some(rank)) if *rank > 0 => {
                self.put1(Op::ArrDim, &x.leaves, Imm::Int(0), Ty::Int)
            }
            Ty::List(_) => self.put1(Op::ListLen, &x.leaves, Imm::None, Ty::Int),
            Ty::Dict => self.put1(Op::DictLen, &x.leaves, Imm::None, Ty::Int),
            Ty::Tuple(items) => self.int(items.len() as i64),
            _ => return None,
        };
        Some(Value::leaf(Ty::Int, leaf))
    }

    fn assert(&mut self, condition: &Value, message: Option<&Value>) -> Option<Value> {
        if condition.ty != Ty::Bool {
            return None;
        }
        let args: Vec<Value> = std::iter::once(condition).chain(message).cloned().collect();
        self.fails_unless(condition.leaves[0], Builtin::Assert, &args);
        Some(Value::none())
    }

    /// Where a condition does not hold, calls a builtin, which throws.
    fn fails_unless(&mut self, condition: Val, b: Builtin, args: &[Value]) {
        let call = crate::function::CallInfo {
            callee: crate::function::Callee::Builtin(b),
            method: None,
            args: vec![crate::function::ArgInfo::default(); args.len()],
        };
        self.unless(condition, |this| {
            let boxed: Vec<Val> = args.iter().map(|v| this.boxed(v)).collect();
            let imm = Imm::Call(Arc::new(call));
            let inst = this.put(Op::CallBuiltin, &boxed, imm, &[Ty::Any]);
            this.unwinds(inst);
        });
    }

    fn conversion(&mut self, b: Builtin, x: &Value) -> Option<Value> {
        let leaf = match (b, &x.ty) {
            (Builtin::Int, Ty::Int) => return Some(x.clone()),
            (Builtin::Int, Ty::Bool) => return Some(self.convert(x, DType::Int)),
            (Builtin::Int, Ty::Float | Ty::F32) => {
                self.put1(Op::FloatToInt, &x.leaves, Imm::None, Ty::Int)
            }
            (Builtin::Float, ty) if is_real(ty) || *ty == Ty::Bool => {
                return Some(self.convert(x, DType::Float));
            }
            (Builtin::F32, ty) if is_real(ty) || *ty == Ty::Bool => {
                return Some(self.convert(x, DType::F32));
            }
            _ => return None,
        };
        Some(Value::leaf(Ty::Int, leaf))
    }

    /// `min` and `max` of several numbers.
    fn extreme(&mut self, b: Builtin, bound: &Bound) -> Option<Value> {
        let first = bound.params[0].as_ref()?;
        let plain = bound.params[1..].iter().all(Option::is_none);
        let real = is_real(&first.ty) && bound.rest.iter().all(|v| is_real(&v.ty));
        if bound.rest.is_empty() || !plain || !real {
            return None;
        }
        let mut best = first.clone();
        for value in &bound.rest {
            let dtype = promoted(dtype_of(&best.ty)?, dtype_of(&value.ty)?);
            let args = [self.convert(&best, dtype).leaves[0], self.convert(value, dtype).leaves[0]];
            let ty = dtype.element();
            let leaf = match (dtype, b) {
                (DType::Int, Builtin::Min) => self.put1(Op::IMin, &args, Imm::None, Ty::Int),
                (DType::Int, _) => self.put1(Op::IMax, &args, Imm::None, Ty::Int),
                _ => self.put1(Op::FMath, &args, Imm::Builtin(b), ty.clone()),
            };
            best = Value::leaf(ty, leaf);
        }
        Some(best)
    }
}

/// The type of the result of a builtin that stays a call, and of its `mut` argument afterwards.
pub(super) fn result_types(b: Builtin, bound: &Bound) -> (Ty, Ty) {
    use Builtin as B;
    let any = (Ty::Any, Ty::Any);
    let ty =
        |i: usize| bound.params.get(i).and_then(|v| v.as_ref()).map_or(Ty::None, |v| v.ty.clone());
    let first = ty(0);
    let result = match b {
        B::Push => {
            let out = match &first {
                Ty::List(item) => Ty::List(Arc::new(pushed(item, &ty(1)))),
                other => grown(other, &ty(1)),
            };
            return (Ty::None, out);
        }
        B::Reserve => return (Ty::None, first),
        B::Pop => match &first {
            Ty::List(item) if list_dtype(item).is_some() => return ((**item).clone(), first),
            Ty::List(_) => return (Ty::Any, first),
            Ty::Array(dtype, Some(1)) => return (dtype.element(), first),
            _ => return any,
        },
        B::Insert | B::Remove | B::Clear => match &first {
            Ty::Array(..) if b == B::Insert => return (Ty::None, grown(&first, &ty(2))),
            Ty::Array(dtype, Some(1)) if b == B::Remove => return (dtype.element(), first),
            Ty::Array(..) if b == B::Clear => return (Ty::None, first),
            Ty::List(_) if b == B::Remove => return (Ty::Any, first),
            Ty::Dict => return (Ty::Any, Ty::Dict),
            _ => return any,
        },
        B::Len => Ty::Int,
        B::TypeOf
        | B::Str
        | B::Repr
        | B::FormatValue
        | B::Replace
        | B::Trim
        | B::TrimStart
        | B::TrimEnd
        | B::Upper
        | B::Lower
        | B::PadStart
        | B::PadEnd
        | B::Chr
        | B::JoinStrings => Ty::Str,
        B::Equal
        | B::AllClose
        | B::HasField
        | B::StartsWith
        | B::EndsWith
        | B::Contains
        | B::IsLazy
        | B::IsArray
        | B::Bool
            if !matches!(first, Ty::Array(..) | Ty::Any) || b != B::Bool =>
        {
            Ty::Bool
        }
        B::Gcd | B::Lcm if first == Ty::Int && ty(1) == Ty::Int => Ty::Int,
        B::Factorial if first == Ty::Int => Ty::Int,
        B::Ord => Ty::Int,
        B::Abs if first == Ty::Int => Ty::Int,
        B::Sign if first == Ty::Int => Ty::Int,
        B::Clamp if first == ty(1) && first == ty(2) && is_real(&first) => first,
        B::Radians | B::Degrees if matches!(first, Ty::Int | Ty::Float) => Ty::Float,
        B::Fma if is_float(&first) || first == Ty::Int => match (first, ty(1), ty(2)) {
            (Ty::Float | Ty::Int, Ty::Float | Ty::Int, Ty::Float | Ty::Int) => Ty::Float,
            _ => Ty::Any,
        },
        B::Round => match (&first, ty(1)) {
            (Ty::Int | Ty::Float | Ty::Array(..), Ty::None | Ty::Int) => first,
            _ => Ty::Any,
        },
        B::Zeros | B::Ones => made(shape_rank(&bound.rest), &ty(1), DType::Float),
        B::Rand | B::Randn if bound.rest.is_empty() && ty(1) == Ty::None => Ty::Float,
        // Without a shape, or with that of no axes, a number comes back.
        B::Rand | B::Randn => match shape_rank(&bound.rest) {
            Some(rank) if rank > 0 && !bound.rest.is_empty() => {
                made(Some(rank), &ty(1), DType::Float)
            }
            _ => Ty::Any,
        },
        B::Randint | B::RandomIntegers => drawn(&ty(2), &ty(3), DType::Int),
        B::RandomUniform | B::RandomNormal | B::RandomGamma | B::RandomBeta => {
            drawn(&ty(2), &Ty::None, DType::Float)
        }
        B::RandomExponential => drawn(&ty(1), &Ty::None, DType::Float),
        B::RandomPoisson => drawn(&ty(1), &Ty::None, DType::Int),
        B::RandomBinomial => drawn(&ty(2), &Ty::None, DType::Int),
        B::Full => match dtype_of(&ty(1)) {
            Some(dtype) => made(rank_of_shape(&first), &ty(2), dtype),
            None => Ty::Any,
        },
        B::Eye => made(Some(2), &ty(2), DType::Float),
        B::Arange => {
            let parts = [first, ty(1), ty(2)];
            let dtypes: Option<Vec<DType>> =
                parts.iter().filter(|t| **t != Ty::None).map(dtype_of).collect();
            match dtypes.and_then(|d| d.into_iter().reduce(promoted)) {
                Some(dtype @ (DType::Int | DType::Float)) => made(Some(1), &ty(3), dtype),
                _ => Ty::Any,
            }
        }
        B::Linspace => made(Some(1), &ty(3), DType::Float),
        B::Reshape => match &first {
            Ty::Array(dtype, _) => made(shape_rank(&bound.rest), &ty(2), *dtype),
            _ => Ty::Any,
        },
        B::Ravel => match &first {
            Ty::Array(dtype, _) => Ty::Array(*dtype, Some(1)),
            _ => Ty::Any,
        },
        B::Transpose
        | B::SwapAxes
        | B::Reverse
        | B::Roll
        | B::SortBy
        | B::Triu
        | B::Tril
        | B::Eval
            if matches!(first, Ty::Array(..)) =>
        {
            first
        }
        B::Cumsum | B::Cumprod if matches!(first, Ty::Array(_, Some(1))) => match first {
            Ty::Array(DType::Bool | DType::U8 | DType::I32, _) => Ty::Any,
            other => other,
        },
        B::Mean | B::Std | B::Var | B::ArgMin | B::ArgMax if is_given(bound, 2) => Ty::Any,
        B::Clamp => match pair_type(&first, &ty(1)).zip(pair_type(&first, &ty(2))) {
            Some(((x, m), (y, n))) if matches!(first, Ty::Array(..)) => {
                Ty::Array(promoted(x, y), m.zip(n).map(|(m, n)| m.max(n)))
            }
            _ => Ty::Any,
        },
        B::Where => match (&first, pair_type(&ty(1), &ty(2))) {
            (Ty::Array(DType::Bool, m), Some((dtype, n))) => {
                Ty::Array(dtype, m.zip(n).map(|(m, n)| m.max(n)))
            }
            _ => Ty::Any,
        },
        B::Dot | B::Outer | B::Mean | B::Std | B::Var => match (b, &first, ty(1)) {
            (B::Mean | B::Std | B::Var, Ty::Array(dtype, _), Ty::None) => match dtype {
                DType::Float | DType::Int | DType::I32 | DType::U8 | DType::Bool => Ty::Float,
                _ => Ty::Any,
            },
            (B::Outer, Ty::Array(x, Some(1)), Ty::Array(y, Some(1))) => {
                Ty::Array(product_dtype(*x, y), Some(2))
            }
            (B::Dot, Ty::Array(x, Some(1)), Ty::Array(y, Some(1))) => {
                product_dtype(*x, y).element()
            }
            _ => Ty::Any,
        },
        B::ArgMin | B::ArgMax if ty(1) == Ty::None && matches!(first, Ty::Array(..)) => Ty::Int,
        B::Min | B::Max => extreme_type(&first, bound),
        B::Atan2 | B::Hypot | B::Pow | B::WrappingAdd | B::WrappingSub | B::WrappingMul => {
            match (&first, &ty(1)) {
                (Ty::Array(x, m), Ty::Array(y, n)) => {
                    let rank = m.zip(*n).map(|(m, n)| m.max(n));
                    Ty::Array(binary_dtype(b, promoted(*x, *y)), rank)
                }
                (Ty::Array(x, m), s) | (s, Ty::Array(x, m)) => match dtype_of(s) {
                    Some(y) => Ty::Array(binary_dtype(b, promoted_weak(*x, y)), *m),
                    None => Ty::Any,
                },
                _ => Ty::Any,
            }
        }
        B::I32 => cast(&first, DType::I32),
        B::U8 => cast(&first, DType::U8),
        B::Float => cast(&first, DType::Float),
        B::F32 => cast(&first, DType::F32),
        B::Int => match &first {
            Ty::Str => Ty::Int,
            _ => cast(&first, DType::Int),
        },
        B::AsType => match (&first, named_dtype(&ty(1))) {
            (Ty::Array(_, rank), Some(dtype)) => Ty::Array(dtype, *rank),
            _ => Ty::Any,
        },
        B::Bytes => Ty::Array(DType::U8, Some(1)),
        B::ListWithCapacity => Ty::List(Arc::new(Ty::Never)),
        B::ToDict => Ty::Dict,
        B::Split | B::Lines | B::Chars | B::Keys | B::Values | B::Items => {
            Ty::List(Arc::new(Ty::Any))
        }
        _ => match &first {
            Ty::Array(dtype, rank) => match unary_dtype(b, *dtype) {
                Some(dtype) => Ty::Array(dtype, *rank),
                None => Ty::Any,
            },
            Ty::Complex => match unary_dtype(b, DType::Complex) {
                Some(DType::Complex) => Ty::Complex,
                Some(DType::Bool) => Ty::Bool,
                _ => Ty::Any,
            },
            _ => Ty::Any,
        },
    };
    (result, Ty::Any)
}

fn binary_dtype(b: Builtin, dtype: DType) -> DType {
    let whole = dtype == DType::Bool || dtype.is_integer();
    match b {
        Builtin::Atan2 | Builtin::Hypot if whole => DType::Float,
        _ if dtype == DType::Bool => DType::Int,
        _ => dtype,
    }
}

/// The dtype in which two numbers or arrays meet, and the rank.
fn pair_type(a: &Ty, b: &Ty) -> Option<(DType, Option<u8>)> {
    match (a, b) {
        (Ty::Array(x, m), Ty::Array(y, n)) => {
            Some((promoted(*x, *y), m.zip(*n).map(|(m, n)| m.max(n))))
        }
        (Ty::Array(x, m), s) | (s, Ty::Array(x, m)) => Some((promoted_weak(*x, dtype_of(s)?), *m)),
        _ => Some((promoted(dtype_of(a)?, dtype_of(b)?), Some(0))),
    }
}

/// Whether a parameter is given something other than `none`.
fn is_given(bound: &Bound, param: usize) -> bool {
    bound.params.get(param).is_some_and(|v| v.as_ref().is_some_and(|v| v.ty != Ty::None))
}

fn extreme_type(first: &Ty, bound: &Bound) -> Ty {
    if let ([other], false) = (&bound.rest[..], is_given(bound, 2)) {
        return match (first, pair_type(first, &other.ty)) {
            (_, Some((dtype, rank)))
                if matches!(first, Ty::Array(..)) || matches!(other.ty, Ty::Array(..)) =>
            {
                Ty::Array(dtype, rank)
            }
            _ => Ty::Any,
        };
    }
    if bound.rest.is_empty() {
        let plain = (1..bound.params.len()).all(|param| !is_given(bound, param));
        return match first {
            Ty::Array(dtype, _) if plain => dtype.element(),
            _ => Ty::Any,
        };
    }
    Ty::Any
}

/// A vector after a value was put into it: itself where it stays an array.
fn grown(vector: &Ty, value: &Ty) -> Ty {
    match (vector, dtype_of(value)) {
        (Ty::Array(x, Some(1)), Some(y)) if promoted_weak(*x, y) == *x => vector.clone(),
        _ => Ty::Any,
    }
}

/// What a list holds after a push.
pub(super) fn pushed(item: &Ty, value: &Ty) -> Ty {
    let plain = match value {
        Ty::Bool | Ty::Int | Ty::Float => value.clone(),
        _ => Ty::Any,
    };
    match item {
        Ty::Never => plain,
        item if *item == plain => plain,
        _ => Ty::Any,
    }
}

/// The dtype that a builtin given as a value names: `int`, `f32`.
fn named_dtype(ty: &Ty) -> Option<DType> {
    match ty {
        Ty::Builtin(b) => DType::from_name(b.name()),
        _ => None,
    }
}

/// An array with the dtype given, or this one when none is.
fn made(rank: Option<u8>, given: &Ty, default: DType) -> Ty {
    match (given, named_dtype(given)) {
        (_, Some(dtype)) => Ty::Array(dtype, rank),
        (Ty::None, _) => Ty::Array(default, rank),
        _ => Ty::Any,
    }
}

/// Random numbers in a shape, with the dtype given or this one; without a shape one number.
fn drawn(shape: &Ty, given: &Ty, default: DType) -> Ty {
    match (shape, given, rank_of_shape(shape)) {
        (Ty::None, Ty::None, _) => default.element(),
        (_, _, Some(rank)) if rank > 0 => made(Some(rank), given, default),
        _ => Ty::Any,
    }
}

/// The rank that a shape in one value means.
fn rank_of_shape(shape: &Ty) -> Option<u8> {
    match shape {
        Ty::Int => Some(1),
        Ty::Tuple(items) => u8::try_from(items.len()).ok(),
        _ => None,
    }
}

/// The rank that the arguments `...shape` mean.
fn shape_rank(shape: &[Value]) -> Option<u8> {
    match shape {
        [one] => rank_of_shape(&one.ty),
        several => several
            .iter()
            .all(|v| v.ty == Ty::Int)
            .then(|| u8::try_from(several.len()).ok())
            .flatten(),
    }
}

fn cast(ty: &Ty, dtype: DType) -> Ty {
    match ty {
        Ty::Array(_, rank) => Ty::Array(dtype, *rank),
        _ => Ty::Any,
    }
}
