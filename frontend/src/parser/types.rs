//! Annotations.

use super::{Context, Parser, Role};
use crate::ast::*;
use crate::lexer::TokenKind;

impl<'a> Parser<'a> {
    /// `int | none`
    pub(super) fn type_expr(&mut self) -> TypeExpr {
        let first = self.span();
        if !self.enter() {
            return TypeExpr { kind: TypeKind::Error, span: self.span_from(first) };
        }
        let ty = self.measured(|p| {
            let first_type = p.single_type();
            if !p.at(TokenKind::Pipe) {
                return first_type;
            }
            let mut choices = vec![first_type];
            while p.eat(TokenKind::Pipe) {
                choices.push(p.single_type());
            }
            TypeExpr { kind: TypeKind::Union(choices), span: p.span_from(first) }
        });
        self.leave();
        ty
    }

    /// A type that is no union.
    pub(super) fn single_type(&mut self) -> TypeExpr {
        use TokenKind as T;
        let first = self.span();
        let kind = match self.kind() {
            T::Name => self.named_type(),
            T::None => {
                self.bump();
                TypeKind::Named { name: self.intern("none"), args: Vec::new() }
            }
            T::Fn => self.function_type(),
            T::LParen => {
                let (items, last_comma) = self.types_in_brackets();
                match <[TypeExpr; 1]>::try_from(items) {
                    Ok([only]) if !last_comma => only.kind,
                    Ok([only]) => TypeKind::Tuple(vec![only]),
                    Err(items) => TypeKind::Tuple(items),
                }
            }
            T::LBrace => self.record_type(),
            _ => {
                self.expected("a type");
                return TypeExpr { kind: TypeKind::Error, span: self.previous_span() };
            }
        };
        TypeExpr { kind, span: self.span_from(first) }
    }

    fn named_type(&mut self) -> TypeKind {
        let token = self.bump();
        let name = self.name_of(token).text;
        let mut args = Vec::new();
        if self.at(TokenKind::LBracket) && !self.starts_line() {
            self.mark(Role::Postfix);
            self.comma_list(Context::BRACKETS, "type", |p| {
                if p.at(TokenKind::Number) {
                    let span = p.span();
                    match p.number() {
                        Literal::Int(rank) => args.push(TypeArg::Int(rank, span)),
                        _ => p.expected("a rank"),
                    }
                } else {
                    args.push(TypeArg::Type(p.type_expr()));
                }
            });
        }
        TypeKind::Named { name, args }
    }

    /// `fn(a, b) -> c`, or `fn` alone for any function.
    fn function_type(&mut self) -> TypeKind {
        self.bump();
        if !self.at(TokenKind::LParen) || self.starts_line() {
            return TypeKind::Named { name: self.intern("fn"), args: Vec::new() };
        }
        self.mark(Role::Postfix);
        let (params, _) = self.types_in_brackets();
        let result = self.eat(TokenKind::Arrow).then(|| Box::new(self.type_expr()));
        TypeKind::Fn { params, result }
    }

    fn types_in_brackets(&mut self) -> (Vec<TypeExpr>, bool) {
        let mut items = Vec::new();
        let mut last_comma = false;
        self.comma_list(Context::BRACKETS, "type", |p| {
            items.push(p.type_expr());
            last_comma = p.at(TokenKind::Comma);
        });
        (items, last_comma)
    }

    fn record_type(&mut self) -> TypeKind {
        let mut fields = Vec::new();
        self.mark(Role::Record);
        self.comma_list(Context::BRACKETS, "field", |p| {
            let Some(name) = p.expect_name("a field name") else {
                return;
            };
            p.expect(TokenKind::Colon);
            fields.push((name, p.type_expr()));
        });
        TypeKind::Record(fields)
    }
}
