//! Annotations and patterns, decided by type where that is possible.

use super::emit::Emitter;
use super::iteration::list_dtype;
use super::scalar::dtype_of;
use super::values::Value;
use crate::function::{Imm, TypeSpec};
use crate::ops::Op;
use crate::types::Ty;
use std::sync::Arc;

impl Emitter<'_, '_> {
    /// `check.type`: nothing where the type is known to fit; else the value with what is learnt.
    pub fn check_type(&mut self, value: &Value, spec: &TypeSpec) -> Value {
        if accepts(spec, &value.ty) == Some(true) {
            return value.clone();
        }
        let ty = match &value.ty {
            Ty::Any => implied(spec).unwrap_or(Ty::Any),
            known => known.clone(),
        };
        let imm = Imm::Ty(spec.clone());
        self.generic(Op::CheckType, std::slice::from_ref(value), imm, ty)
    }

    pub fn test_type(&mut self, value: &Value, spec: &TypeSpec) -> Value {
        match accepts(spec, &value.ty) {
            Some(known) => self.bool_value(known),
            None => {
                let imm = Imm::Ty(spec.clone());
                self.generic(Op::TestType, std::slice::from_ref(value), imm, Ty::Bool)
            }
        }
    }

    pub fn test_len(&mut self, value: &Value, n: i64) -> Value {
        match &value.ty {
            Ty::Any | Ty::Array(..) | Ty::List(_) => {
                let imm = Imm::Int(n);
                self.generic(Op::TestLen, std::slice::from_ref(value), imm, Ty::Bool)
            }
            _ => self.bool_value(false),
        }
    }

    pub fn test_tuple(&mut self, value: &Value, n: i64) -> Value {
        match &value.ty {
            Ty::Any => {
                let imm = Imm::Int(n);
                self.generic(Op::TestTuple, std::slice::from_ref(value), imm, Ty::Bool)
            }
            Ty::Tuple(items) => self.bool_value(items.len() as i64 == n),
            _ => self.bool_value(false),
        }
    }

    pub fn test_field(&mut self, value: &Value, name: &Arc<str>) -> Value {
        match &value.ty {
            Ty::Any => {
                let imm = Imm::Name(name.clone());
                self.generic(Op::TestField, std::slice::from_ref(value), imm, Ty::Bool)
            }
            _ => {
                let found = value.field(name).is_some();
                self.bool_value(found)
            }
        }
    }

    /// Like `==`, but false where that would be elementwise. Unlike `==` in general it cannot throw.
    pub fn test_equal(&mut self, imm: &Imm, a: &Value, b: &Value) -> Value {
        let compared_inline = |ty: &Ty| *ty == Ty::None || dtype_of(ty).is_some();
        let is_none_test = a.ty == Ty::None || b.ty == Ty::None;
        if is_none_test || compared_inline(&a.ty) && compared_inline(&b.ty) {
            return self.binary(Op::Eq, imm, a, b);
        }
        self.generic(Op::TestEqual, &[a.clone(), b.clone()], imm.clone(), Ty::Bool)
    }

    pub fn check_len(&mut self, value: &Value, n: i64) -> Value {
        if let Ty::Tuple(items) = &value.ty
            && items.len() as i64 == n
        {
            return value.clone();
        }
        let ty = value.ty.clone();
        self.generic(Op::CheckLen, std::slice::from_ref(value), Imm::Int(n), ty)
    }
}

/// Whether every value of the type matches, none does (`Some(false)`), or it depends.
pub(super) fn accepts(spec: &TypeSpec, ty: &Ty) -> Option<bool> {
    if let TypeSpec::Union(specs) = spec {
        let answers: Vec<Option<bool>> = specs.iter().map(|s| accepts(s, ty)).collect();
        return if answers.contains(&Some(true)) {
            Some(true)
        } else if answers.iter().all(|a| *a == Some(false)) {
            Some(false)
        } else {
            None
        };
    }
    if let TypeSpec::Name(name) = spec
        && &**name == "any"
    {
        return Some(true);
    }
    let kind = kind_name(ty)?;
    match spec {
        // Whether an int passes for a float is for the interpreter's rule to say.
        TypeSpec::Name(name) if &**name == "float" && matches!(ty, Ty::Int | Ty::F32) => None,
        TypeSpec::Name(name) if &**name == "complex" && *ty != Ty::Complex => {
            if ty.is_numeric_scalar() { None } else { Some(false) }
        }
        TypeSpec::Name(name) => Some(&**name == kind),
        TypeSpec::Array { dtype, rank } => match ty {
            Ty::Array(d, r) => {
                let dtype_fits = dtype.is_none_or(|x| x == *d);
                match (rank, r) {
                    _ if !dtype_fits => Some(false),
                    (None, _) => Some(true),
                    (Some(a), Some(b)) => Some(a == b),
                    (Some(_), None) => None,
                }
            }
            _ => Some(false),
        },
        TypeSpec::List(item) => match ty {
            Ty::List(t) if list_dtype(t).is_some() => accepts(item, t),
            Ty::List(_) => None,
            _ => Some(false),
        },
        TypeSpec::Tuple(specs) => match ty {
            Ty::Tuple(items) if items.len() == specs.len() => {
                let answers: Vec<Option<bool>> =
                    specs.iter().zip(items.iter()).map(|(s, t)| accepts(s, t)).collect();
                if answers.contains(&Some(false)) {
                    Some(false)
                } else if answers.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            _ => Some(false),
        },
        TypeSpec::Fn(..) => match kind {
            "fn" => None,
            _ => Some(false),
        },
        TypeSpec::Union(_) => None,
    }
}

/// The name of a type in annotations; `None` when the type does not tell.
fn kind_name(ty: &Ty) -> Option<&'static str> {
    Some(match ty {
        Ty::None => "none",
        Ty::Bool => "bool",
        Ty::Int => "int",
        Ty::Float => "float",
        Ty::F32 => "f32",
        Ty::Complex => "complex",
        Ty::Str => "str",
        Ty::Array(..) => "array",
        Ty::List(_) => "list",
        Ty::Tuple(_) => "tuple",
        Ty::Record(_) => "record",
        Ty::Dict => "dict",
        Ty::Range { .. } => "range",
        Ty::Fn(..) | Ty::Builtin(_) => "fn",
        Ty::Never | Ty::Any | Ty::Word => return None,
    })
}

/// The type of what passed a check.
fn implied(spec: &TypeSpec) -> Option<Ty> {
    match spec {
        TypeSpec::Name(name) => match &**name {
            "none" => Some(Ty::None),
            "bool" => Some(Ty::Bool),
            "int" => Some(Ty::Int),
            "f32" => Some(Ty::F32),
            "str" => Some(Ty::Str),
            "dict" => Some(Ty::Dict),
            _ => None,
        },
        TypeSpec::Array { dtype: Some(dtype), rank } => Some(Ty::Array(*dtype, *rank)),
        _ => None,
    }
}
