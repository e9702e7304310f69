//! Declarations: functions, variables, imports.

use super::stmt::assignment_op;
use super::{Context, Parser, Role};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use quern_ir::Span;
use std::sync::Arc;

impl<'a> Parser<'a> {
    pub(super) fn function(&mut self) -> StmtKind {
        let doc = self.doc_comment();
        self.bump();
        let fallback = self.span();
        let name = self
            .expect_name("a function name")
            .unwrap_or(Name { text: self.intern("_"), span: fallback });
        let params = if self.at(TokenKind::LParen) {
            self.mark(Role::Postfix);
            self.params().0
        } else {
            self.expected("`(`");
            Vec::new()
        };
        let result = self.eat(TokenKind::Arrow).then(|| self.type_expr());
        if self.at(TokenKind::Eq) || self.at(TokenKind::FatArrow) {
            let diagnostic =
                self.unexpected("`{`").with_hint("a function has a block: `fn f(x) { x + 1 }`");
            self.error(diagnostic);
            self.bump();
            let (body, is_generator) = self.function_body(|p| {
                let value = p.expr();
                Block {
                    span: value.span,
                    stmts: vec![Stmt { span: value.span, kind: StmtKind::Expr(value) }],
                }
            });
            return StmtKind::Fn(Box::new(FnDecl {
                name,
                params,
                result,
                body,
                doc,
                is_generator,
            }));
        }
        let (body, is_generator) = self.function_body(Self::block);
        StmtKind::Fn(Box::new(FnDecl { name, params, result, body, doc, is_generator }))
    }

    /// Parses a body and tells whether a `yield` stands in it.
    pub(super) fn function_body<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let outer = std::mem::take(&mut self.saw_yield);
        let body = body(self);
        (body, std::mem::replace(&mut self.saw_yield, outer))
    }

    /// `(mut a, b: int = 1, ...rest)`.
    pub(super) fn params(&mut self) -> (Vec<Param>, Span) {
        let mut params: Vec<Param> = Vec::new();
        let span = self.comma_list(Context::BRACKETS, "parameter", |p| {
            let param = p.param();
            p.check_param_order(&params, &param);
            params.push(param);
        });
        (params, span)
    }

    fn param(&mut self) -> Param {
        let first = self.span();
        let is_mut = self.eat(TokenKind::Mut);
        let is_variadic = self.eat(TokenKind::Ellipsis);
        let pattern = self.binding_pattern();
        let ty = self.eat(TokenKind::Colon).then(|| self.type_expr());
        let default = self.eat(TokenKind::Eq).then(|| self.expr());
        Param { pattern, is_mut, is_variadic, ty, default, span: self.span_from(first) }
    }

    fn check_param_order(&mut self, before: &[Param], param: &Param) {
        let needs_name = param.is_mut || param.is_variadic;
        if needs_name && !matches!(param.pattern.kind, PatternKind::Name(_) | PatternKind::Error) {
            self.error_behind(Diagnostic::error(
                codes::BAD_PATTERN,
                param.pattern.span,
                "a `mut` or `...` parameter is a plain name",
            ));
        }
        let title = match before.last() {
            Some(last) if last.is_variadic => {
                "no parameter can follow `...`, which takes all arguments"
            }
            Some(last)
                if last.default.is_some() && param.default.is_none() && !param.is_variadic =>
            {
                "a parameter without a default follows one with a default"
            }
            _ if param.is_variadic && param.default.is_some() => {
                "a `...` parameter has no default: without arguments it is empty"
            }
            _ if param.is_mut && param.is_variadic => "a `...` parameter cannot be `mut`",
            _ => return,
        };
        self.error_behind(Diagnostic::error(codes::BAD_ARGUMENT_ORDER, param.span, title));
    }

    pub(super) fn binding(&mut self, is_mut: bool) -> StmtKind {
        let doc = self.doc_comment();
        self.bump();
        let is_let_mut = !is_mut && self.at(TokenKind::Mut);
        if is_let_mut {
            self.error(
                Diagnostic::error(
                    codes::UNEXPECTED,
                    self.span(),
                    "a variable is declared with `let` or with `mut`, not both",
                )
                .with_hint("write `mut x = ..`"),
            );
            self.bump();
        }
        let pattern = self.binding_pattern();
        let ty = self.eat(TokenKind::Colon).then(|| self.type_expr());
        let is_compound =
            matches!(assignment_op(self.kind()), Some(Some(_))) && !self.starts_line();
        if is_compound {
            let diagnostic = self
                .unexpected("`=`")
                .with_hint("`mut x = ..` declares; to change a variable, leave `mut` out");
            self.error(diagnostic);
            self.bump();
        } else if !self.eat(TokenKind::Eq) {
            let word = if is_mut { "mut" } else { "let" };
            let hint = match self.kind() {
                TokenKind::Comma => {
                    format!("several names stand in brackets: `{word} (a, b) = ..`")
                }
                _ => format!("a variable has a value from the start: `{word} x = 0`"),
            };
            let diagnostic = self.unexpected("`=`").with_hint(hint);
            self.error(diagnostic);
            if !self.starts_line() {
                self.skip_statement();
            }
            let value = Expr { kind: ExprKind::Error, span: self.previous_span() };
            return StmtKind::Let(Box::new(Let {
                is_mut: is_mut || is_let_mut,
                pattern,
                ty,
                value,
                doc,
            }));
        }
        let value = self.expr();
        StmtKind::Let(Box::new(Let { is_mut: is_mut || is_let_mut, pattern, ty, value, doc }))
    }

    pub(super) fn import(&mut self) -> StmtKind {
        self.bump();
        let path_span = self.span();
        let path: Arc<str> = if self.at(TokenKind::Str) {
            self.text_literal()
        } else {
            let diagnostic = self.unexpected("the path of a file in quotes").with_hint(
                "`import \"lib/physics.qn\"`; the modules that come with Quern need no import",
            );
            self.error(diagnostic);
            self.skip_statement();
            "".into()
        };
        let form = if self.eat(TokenKind::Colon) {
            ImportForm::Names(self.import_names())
        } else if self.eat(TokenKind::As) {
            let fallback = self.stem(&path);
            let name = self
                .expect_name("a module name")
                .unwrap_or(Name { text: fallback, span: path_span });
            ImportForm::Module(name)
        } else {
            let text = self.stem(&path);
            if !is_identifier(&text) && !path.is_empty() {
                self.error_behind(
                    Diagnostic::error(
                        codes::BAD_IMPORT,
                        path_span,
                        format!("the file name `{text}` cannot be the name of a module"),
                    )
                    .with_hint(format!("give it one: `import \"{path}\" as name`")),
                );
            }
            ImportForm::Module(Name { text, span: path_span })
        };
        StmtKind::Import(Box::new(Import { path, path_span, form }))
    }

    fn import_names(&mut self) -> Vec<ImportName> {
        let mut names = Vec::new();
        while let Some(name) = self.expect_name("a name to import") {
            let alias = match self.eat(TokenKind::As) {
                true => self.expect_name("a name"),
                false => None,
            };
            names.push(ImportName { name, alias });
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        names
    }

    /// The file name without folders and extension.
    fn stem(&self, path: &str) -> Arc<str> {
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        file.strip_suffix(".qn").unwrap_or(file).into()
    }
}

fn is_identifier(text: &str) -> bool {
    use logos::Logos;
    let mut lexer = TokenKind::lexer(text);
    lexer.next() == Some(Ok(TokenKind::Name)) && lexer.span().end == text.len()
}
