//! Types of arrays and of SSA values.
//!
//! Generic IR gives every value the type [`Ty::Any`]; specialisation refines them. A type describes
//! representation as well as meaning: compiled code holds an `Int` in an integer register and an
//! `Any` as two words (tag and payload).

use crate::builtins::Builtin;
use crate::entities::FuncId;
use std::fmt;
use std::sync::Arc;

/// Element type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum DType {
    Bool = 0,
    U8 = 1,
    I32 = 2,
    Int = 3,
    F32 = 4,
    Float = 5,
    Complex = 6,
}

impl DType {
    pub const ALL: [DType; 7] =
        [DType::Bool, DType::U8, DType::I32, DType::Int, DType::F32, DType::Float, DType::Complex];

    /// Bytes of one element.
    pub const fn size(self) -> usize {
        match self {
            DType::Bool | DType::U8 => 1,
            DType::I32 | DType::F32 => 4,
            DType::Int | DType::Float => 8,
            DType::Complex => 16,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::U8 => "u8",
            DType::I32 => "i32",
            DType::Int => "int",
            DType::F32 => "f32",
            DType::Float => "float",
            DType::Complex => "complex",
        }
    }

    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|d| d.name() == name)
    }

    pub const fn is_integer(self) -> bool {
        matches!(self, DType::U8 | DType::I32 | DType::Int)
    }

    /// The scalar type an element has when it is read.
    pub fn element(self) -> Ty {
        match self {
            DType::Bool => Ty::Bool,
            DType::U8 | DType::I32 | DType::Int => Ty::Int,
            DType::F32 => Ty::F32,
            DType::Float => Ty::Float,
            DType::Complex => Ty::Complex,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Type of an SSA value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// No value: the result of code that does not come back.
    Never,
    None,
    Bool,
    Int,
    Float,
    F32,
    Complex,
    Str,
    /// An array of one dtype; the rank when it is known.
    Array(DType, Option<u8>),
    /// A list by how it stores its elements: unboxed `Bool`, `Int` or `Float`; `Never` when it is
    /// empty; `Any` when that is not known.
    List(Arc<Ty>),
    Tuple(Arc<[Ty]>),
    Record(Arc<[(Arc<str>, Ty)]>),
    Dict,
    /// A range of ints whose three parts are given; the step when it is known (never zero). Other
    /// ranges, such as `2..`, are `Any`.
    Range {
        step: Option<i64>,
        inclusive: bool,
    },
    /// A closure: its code and the types of what it captured.
    Fn(FuncId, Arc<[Ty]>),
    /// A builtin as a value.
    Builtin(Builtin),
    /// Any value, carried boxed: tag and payload.
    Any,
    /// A machine address or word inside typed code (array data, a counter); never a script value.
    Word,
}

impl Ty {
    /// Whether values of this type hold a counted reference.
    pub fn is_counted(&self) -> bool {
        match self {
            Ty::Str | Ty::Array(..) | Ty::List(_) | Ty::Dict | Ty::Any => true,
            Ty::Tuple(items) => items.iter().any(Ty::is_counted),
            Ty::Record(fields) => fields.iter().any(|(_, t)| t.is_counted()),
            Ty::Fn(_, captures) => captures.iter().any(Ty::is_counted),
            _ => false,
        }
    }

    /// Whether one SSA value of typed code carries it; the other types are several values, or none.
    pub fn is_leaf(&self) -> bool {
        matches!(
            self,
            Ty::Bool
                | Ty::Int
                | Ty::Float
                | Ty::F32
                | Ty::Str
                | Ty::Array(..)
                | Ty::List(_)
                | Ty::Dict
                | Ty::Any
                | Ty::Word
        )
    }

    /// Whether a value of this type may stand, as it is, where `other` is expected.
    pub fn fits(&self, other: &Ty) -> bool {
        match (self, other) {
            (a, b) if a == b => true,
            (Ty::Array(a, _), Ty::Array(b, None)) => a == b,
            (Ty::List(a), Ty::List(b)) => **a == Ty::Never || **b == Ty::Any,
            _ => false,
        }
    }

    /// The types of the SSA values that carry a value of this type in typed code.
    pub fn leaves(&self) -> Vec<Ty> {
        let mut leaves = Vec::new();
        self.push_leaves(&mut leaves);
        leaves
    }

    fn push_leaves(&self, leaves: &mut Vec<Ty>) {
        match self {
            Ty::Never | Ty::None | Ty::Builtin(_) => {}
            Ty::Complex => leaves.extend([Ty::Float, Ty::Float]),
            Ty::Range { .. } => leaves.extend([Ty::Int, Ty::Int, Ty::Int]),
            Ty::Tuple(items) => items.iter().for_each(|t| t.push_leaves(leaves)),
            Ty::Record(fields) => fields.iter().for_each(|(_, t)| t.push_leaves(leaves)),
            Ty::Fn(_, captures) => captures.iter().for_each(|t| t.push_leaves(leaves)),
            leaf => leaves.push(leaf.clone()),
        }
    }

    pub fn is_numeric_scalar(&self) -> bool {
        matches!(self, Ty::Bool | Ty::Int | Ty::Float | Ty::F32 | Ty::Complex)
    }

    /// The least type that covers both.
    pub fn join(&self, other: &Ty) -> Ty {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Ty::Never, t) | (t, Ty::Never) => t.clone(),
            (Ty::Array(a, _), Ty::Array(b, _)) if a == b => Ty::Array(*a, None),
            (Ty::List(a), t @ Ty::List(_)) | (t @ Ty::List(_), Ty::List(a)) if **a == Ty::Never => {
                t.clone()
            }
            (Ty::List(_), Ty::List(_)) => Ty::List(Arc::new(Ty::Any)),
            (Ty::Range { inclusive: a, .. }, Ty::Range { inclusive: b, .. }) if a == b => {
                Ty::Range { step: None, inclusive: *a }
            }
            (Ty::Fn(f, a), Ty::Fn(g, b)) if f == g && a.len() == b.len() => {
                Ty::Fn(*f, a.iter().zip(b.iter()).map(|(x, y)| x.join(y)).collect())
            }
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                Ty::Tuple(a.iter().zip(b.iter()).map(|(x, y)| x.join(y)).collect())
            }
            (Ty::Record(a), Ty::Record(b))
                if a.len() == b.len() && a.iter().zip(b.iter()).all(|((m, _), (n, _))| m == n) =>
            {
                Ty::Record(
                    a.iter().zip(b.iter()).map(|((n, x), (_, y))| (n.clone(), x.join(y))).collect(),
                )
            }
            _ => Ty::Any,
        }
    }
}

/// As the text form of the IR has it; `{:#}` as a script's author would say it.
impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = f.alternate();
        let part = |f: &mut fmt::Formatter<'_>, before: &str, ty: &Ty| match plain {
            true => write!(f, "{before}{ty:#}"),
            false => write!(f, "{before}{ty}"),
        };
        let comma = |i: usize| if i > 0 { ", " } else { "" };
        match self {
            Ty::Never => f.write_str("never"),
            Ty::None => f.write_str("none"),
            Ty::Bool => f.write_str("bool"),
            Ty::Int => f.write_str("int"),
            Ty::Float => f.write_str("float"),
            Ty::F32 => f.write_str("f32"),
            Ty::Complex => f.write_str("complex"),
            Ty::Str => f.write_str("str"),
            Ty::Array(d, None) => write!(f, "array[{d}]"),
            Ty::Array(d, Some(r)) => write!(f, "array[{d}, {r}]"),
            Ty::List(t) => {
                part(f, "list[", t)?;
                f.write_str("]")
            }
            Ty::Tuple(items) => {
                f.write_str("(")?;
                for (i, t) in items.iter().enumerate() {
                    part(f, comma(i), t)?;
                }
                f.write_str(if plain && items.len() == 1 { ",)" } else { ")" })
            }
            Ty::Record(fields) => {
                f.write_str("{")?;
                for (i, (name, t)) in fields.iter().enumerate() {
                    match plain {
                        true => write!(f, "{}{name}", comma(i))?,
                        false => write!(f, "{}{name:?}", comma(i))?,
                    }
                    part(f, ": ", t)?;
                }
                f.write_str("}")
            }
            Ty::Dict => f.write_str("dict"),
            Ty::Range { .. } if plain => f.write_str("range"),
            Ty::Range { step, inclusive } => {
                f.write_str(if *inclusive { "range=" } else { "range" })?;
                match step {
                    Some(step) => write!(f, "[{step}]"),
                    None => Ok(()),
                }
            }
            Ty::Fn(..) | Ty::Builtin(_) if plain => f.write_str("fn"),
            Ty::Fn(id, captures) => {
                write!(f, "fn[{id}")?;
                for t in captures.iter() {
                    part(f, ", ", t)?;
                }
                f.write_str("]")
            }
            Ty::Builtin(b) => write!(f, "builtin[{}]", b.name()),
            Ty::Any => f.write_str("any"),
            Ty::Word => f.write_str("word"),
        }
    }
}
