//! Annotations and type patterns.

use super::Lowerer;
use crate::ast::{TypeArg, TypeExpr, TypeKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use quern_ir::DType;
use quern_ir::Span;
use quern_ir::function::TypeSpec;
use quern_ir::spelling::nearest;
use std::sync::Arc;

/// The names of types.
const NAMES: &[&str] = &[
    "any",
    "array",
    "bool",
    "channel",
    "complex",
    "dict",
    "error",
    "f32",
    "float",
    "fn",
    "generator",
    "int",
    "list",
    "mvar",
    "none",
    "pid",
    "range",
    "record",
    "signal",
    "str",
    "task",
    "tuple",
];

impl Lowerer<'_, '_> {
    pub(super) fn type_spec(&mut self, ty: &TypeExpr) -> TypeSpec {
        match &ty.kind {
            TypeKind::Error => TypeSpec::Name("any".into()),
            TypeKind::Named { name, args } => self.named_type(name, args, ty.span),
            TypeKind::Fn { params, result } => TypeSpec::Fn(
                params.iter().map(|p| self.type_spec(p)).collect(),
                result.as_ref().map(|r| Box::new(self.type_spec(r))),
            ),
            TypeKind::Tuple(items) => {
                TypeSpec::Tuple(items.iter().map(|i| self.type_spec(i)).collect())
            }
            TypeKind::Union(items) => {
                TypeSpec::Union(items.iter().map(|i| self.type_spec(i)).collect())
            }
            TypeKind::Record(_) => {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_TYPE,
                        ty.span,
                        "the fields of a record cannot be annotated",
                    )
                    .with_hint("write `record`"),
                );
                TypeSpec::Name("record".into())
            }
        }
    }

    fn named_type(&mut self, name: &Arc<str>, args: &[TypeArg], span: Span) -> TypeSpec {
        if !NAMES.contains(&&**name) {
            let error =
                Diagnostic::error(codes::UNKNOWN_TYPE, span, format!("there is no type `{name}`"));
            self.report(match type_hint(name) {
                Some(hint) => error.with_hint(hint),
                None => error,
            });
            return TypeSpec::Name("any".into());
        }
        match (&**name, args) {
            (_, []) => match &**name {
                "array" => TypeSpec::Array { dtype: None, rank: None },
                _ => TypeSpec::Name(name.clone()),
            },
            ("list", [TypeArg::Type(item)]) => TypeSpec::List(Box::new(self.type_spec(item))),
            ("array", [TypeArg::Int(rank, at)]) => {
                TypeSpec::Array { dtype: None, rank: self.rank(*rank, *at) }
            }
            ("array", [TypeArg::Type(dtype)]) => {
                TypeSpec::Array { dtype: self.dtype(dtype), rank: None }
            }
            ("array", [TypeArg::Type(dtype), TypeArg::Int(rank, at)]) => {
                TypeSpec::Array { dtype: self.dtype(dtype), rank: self.rank(*rank, *at) }
            }
            _ => {
                let hint = match &**name {
                    "array" => {
                        "write `array[float, 2]`: the element type, then the rank".to_owned()
                    }
                    "list" => "write `list[int]`: the type of the items".to_owned(),
                    _ => format!("write `{name}`"),
                };
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_TYPE,
                        span,
                        format!("these are no arguments for the type `{name}`"),
                    )
                    .with_hint(hint),
                );
                TypeSpec::Name("any".into())
            }
        }
    }

    fn rank(&mut self, rank: i64, span: Span) -> Option<u8> {
        let fits = u8::try_from(rank).ok().filter(|&r| r <= 32);
        if fits.is_none() {
            self.report(Diagnostic::error(
                codes::UNKNOWN_TYPE,
                span,
                format!("an array cannot have rank {rank}"),
            ));
        }
        fits
    }

    fn dtype(&mut self, ty: &TypeExpr) -> Option<DType> {
        let name = match &ty.kind {
            TypeKind::Named { name, args } if args.is_empty() => name,
            TypeKind::Error => return None,
            _ => {
                self.unknown_dtype("this", ty.span);
                return None;
            }
        };
        let found = DType::from_name(name);
        if found.is_none() {
            self.unknown_dtype(&format!("`{name}`"), ty.span);
        }
        found
    }

    fn unknown_dtype(&mut self, what: &str, span: Span) {
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_TYPE,
                span,
                format!("{what} is no element type of arrays"),
            )
            .with_hint("the element types are bool, u8, i32, int, f32, float and complex"),
        );
    }
}

fn type_hint(name: &str) -> Option<String> {
    let known = match name.to_lowercase().as_str() {
        "string" => "str",
        "number" | "num" => "int | float",
        "double" | "real" | "f64" | "float64" => "float",
        "float32" => "f32",
        "integer" | "i64" | "int64" | "u8" | "i32" => "int",
        "boolean" => "bool",
        "null" | "nil" | "void" | "unit" => "none",
        "function" | "lambda" => "fn",
        "map" | "object" => "dict` or `record",
        "vector" | "matrix" | "tensor" | "ndarray" => "array",
        _ => nearest(name, NAMES.iter().copied())?,
    };
    Some(format!("did you mean `{known}`?"))
}
