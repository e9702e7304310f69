//! Tokens to syntax tree: recursive descent, with operator precedence by climbing (`expr`).
//!
//! Parsing never fails: it returns a tree *and* what is wrong with the text. After a mistake the
//! parser goes on at the next point it can be sure of (the next element, the closing bracket, the
//! next statement), so that several mistakes are reported at once, and stays silent until then, so
//! that one mistake is reported once.
//!
//! Where a statement ends: a newline ends it unless it stands inside `(` or `[` or a record, unless
//! an operand is still awaited, or unless the next line starts with `.` or `|>`. Blocks inside
//! brackets end their statements by newlines again ([`Context::newlines`]).
//!
//! Time is linear in the text. Native stack is bounded: nesting beyond [`MAX_NESTING`] and trees
//! taller than [`MAX_HEIGHT`] are reported and skipped.

mod control;
mod declare;
mod expr;
mod literal;
mod pattern;
mod postfix;
mod primary;
mod stmt;
mod types;

use crate::ast::{MAX_HEIGHT, Module, Name};
use crate::codes;
use crate::diagnostic::{Diagnostic, MAX_DIAGNOSTICS};
use crate::lexer::{Lexed, NO_PARTNER, Token, TokenKind, lex};
use crate::source::SourceMap;
use quern_ir::{SourceId, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// How deep brackets, blocks and operands may stand in each other.
pub const MAX_NESTING: usize = 256;

/// How many operators may follow each other. With the nodes that nesting can put on top of such a
/// chain, trees stay below [`MAX_HEIGHT`].
const MAX_CHAIN: usize = MAX_HEIGHT / 2;

/// Parses a text. The module is complete and fit to be run if no diagnostic is an error.
pub fn parse(sources: &SourceMap, id: SourceId) -> (Module, Vec<Diagnostic>) {
    let text = sources.get(id).map_or("", |source| source.text());
    let parsed = parse_text(id, text);
    (parsed.module, parsed.diagnostics)
}

/// Whether more lines could make this text correct: a bracket, a `"""` or an operand is still open
/// at its end, and nothing before that is wrong.
pub fn is_incomplete(text: &str) -> bool {
    parse_text(SourceId(0), text).is_incomplete
}

/// What the formatter must know of a token beyond its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    /// A sign, or the dots of a range without a start.
    Prefix,
    /// A bracket that belongs to what stands before it: of a call, an index, parameters.
    Postfix,
    /// `{` of a record, its pattern or its type.
    Record,
    /// The word `by`.
    Step,
}

/// The tokens of a text and the role of each, with what is wrong with the text.
pub(crate) fn parse_roles(id: SourceId, text: &str) -> (Lexed, Vec<Role>, Vec<Diagnostic>) {
    let mut lexed = lex(id, text);
    let mut parser = Parser::new(id, text, &lexed);
    parser.roles = Some(vec![Role::Plain; lexed.tokens.len()]);
    parser.module();
    let (roles, mut diagnostics) = (parser.roles.unwrap_or_default(), parser.diagnostics);
    diagnostics.append(&mut lexed.diagnostics);
    (lexed, roles, diagnostics)
}

struct Parsed {
    module: Module,
    diagnostics: Vec<Diagnostic>,
    is_incomplete: bool,
}

fn parse_text(id: SourceId, text: &str) -> Parsed {
    let lexed = lex(id, text);
    let mut parser = Parser::new(id, text, &lexed);
    let module = parser.module();
    let ends_early = parser.first_at_end || parser.diagnostics.is_empty();
    let is_incomplete = match lexed.diagnostics.len() {
        0 => parser.first_at_end,
        1 => lexed.ends_in_text && ends_early,
        _ => false,
    };
    let mut diagnostics = parser.diagnostics;
    diagnostics.extend(lexed.diagnostics);
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    if diagnostics.len() > MAX_DIAGNOSTICS {
        diagnostics.truncate(MAX_DIAGNOSTICS);
        let end = Span::new(id, text.len(), text.len());
        let title = format!("more than {MAX_DIAGNOSTICS} mistakes; the rest is not shown");
        diagnostics.push(Diagnostic::error(codes::TOO_MANY_MISTAKES, end, title));
    }
    Parsed { module, diagnostics, is_incomplete }
}

/// What the surroundings say about the tokens to come; saved and restored around brackets.
#[derive(Clone, Copy)]
struct Context {
    /// Newlines end statements.
    newlines: bool,
    /// Before the block of `if`, `for`, `while`, `match`: `{` starts the block.
    header: bool,
    /// In the guard of an arm: `=>` ends it.
    guard: bool,
    /// Directly in an index: ranges may lack ends.
    index: bool,
}

impl Context {
    /// Inside a block, or the top level.
    const BLOCK: Context = Context { newlines: true, header: false, guard: false, index: false };
    /// Inside brackets.
    const BRACKETS: Context = Context { newlines: false, ..Context::BLOCK };
    const INDEX: Context = Context { index: true, ..Context::BRACKETS };
}

struct Parser<'a> {
    source: SourceId,
    text: &'a str,
    tokens: &'a [Token],
    comments: &'a [(u32, u32)],
    pos: usize,
    context: Context,
    depth: usize,
    /// Height of the tallest tree made since the innermost unfinished node began.
    tallest: usize,
    saw_yield: bool,
    /// Too deep nesting was reported in this statement of the top level.
    is_too_deep: bool,
    names: HashMap<&'a str, Arc<str>>,
    /// Kept for the formatter only.
    roles: Option<Vec<Role>>,
    diagnostics: Vec<Diagnostic>,
    /// Where the last mistake was reported, or where recovery from it ended: no other is reported
    /// at the same token.
    last_error: Option<usize>,
    /// The first mistake is that the text ends here.
    first_at_end: bool,
}

impl<'a> Parser<'a> {
    fn new(source: SourceId, text: &'a str, lexed: &'a Lexed) -> Parser<'a> {
        Parser {
            source,
            text,
            tokens: &lexed.tokens,
            comments: &lexed.comments,
            pos: 0,
            context: Context::BLOCK,
            depth: 0,
            tallest: 0,
            saw_yield: false,
            is_too_deep: false,
            names: HashMap::new(),
            roles: None,
            diagnostics: Vec::new(),
            last_error: None,
            first_at_end: false,
        }
    }

    // Looking at tokens.

    fn token(&self) -> Token {
        self.tokens[self.pos]
    }

    fn kind(&self) -> TokenKind {
        self.token().kind
    }

    /// The kind of the token `n` after the current one.
    fn nth(&self, n: usize) -> TokenKind {
        let last = self.tokens.len() - 1;
        self.tokens[(self.pos + n).min(last)].kind
    }

    fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    fn at_word(&self, word: &str) -> bool {
        self.at(TokenKind::Name) && self.token().text(self.text) == word
    }

    /// The current token stands on a new line, and that ends a statement here.
    fn starts_line(&self) -> bool {
        self.context.newlines && self.token().newline_before
    }

    fn span(&self) -> Span {
        self.token().span(self.source)
    }

    /// The token before the current one, or an empty span at the start of the text.
    fn previous_span(&self) -> Span {
        match self.pos.checked_sub(1) {
            Some(before) => self.tokens[before].span(self.source),
            None => Span::new(self.source, 0, 0),
        }
    }

    /// From the start of `first` to the end of the last token taken.
    fn span_from(&self, first: Span) -> Span {
        Span { end: self.previous_span().end.max(first.end), ..first }
    }

    /// Notes the role of the current token.
    fn mark(&mut self, role: Role) {
        if let Some(roles) = &mut self.roles {
            roles[self.pos] = role;
        }
    }

    // Taking tokens.

    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::Eof {
            self.pos += 1;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let is_there = self.at(kind);
        if is_there {
            self.bump();
        }
        is_there
    }

    fn expect(&mut self, kind: TokenKind) -> bool {
        let is_there = self.eat(kind);
        if !is_there {
            self.expected(kind.describe());
        }
        is_there
    }

    /// A name; a word of the language in its place is reported and taken for one.
    fn expect_name(&mut self, what: &str) -> Option<Name> {
        if self.at(TokenKind::Name) {
            let token = self.bump();
            return Some(self.name_of(token));
        }
        if self.kind().is_keyword() && !self.starts_line() {
            let token = self.token();
            let word = token.text(self.text);
            self.error(
                Diagnostic::error(
                    codes::RESERVED_WORD,
                    self.span(),
                    format!("`{word}` is a word of the language, so it cannot be {what}"),
                )
                .with_hint(format!("another name will do, such as `{word}_`")),
            );
            self.bump();
            return Some(self.name_of(token));
        }
        self.expected(what);
        None
    }

    fn name_of(&mut self, token: Token) -> Name {
        Name { text: self.intern(token.text(self.text)), span: token.span(self.source) }
    }

    /// One allocation for all places where a name stands.
    fn intern(&mut self, text: &'a str) -> Arc<str> {
        self.names.entry(text).or_insert_with(|| text.into()).clone()
    }

    // Mistakes.

    fn error(&mut self, diagnostic: Diagnostic) {
        if self.last_error == Some(self.pos) {
            return;
        }
        self.last_error = Some(self.pos);
        self.first_at_end |= self.diagnostics.is_empty() && self.at(TokenKind::Eof);
        if self.diagnostics.len() <= MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports a mistake at tokens already taken; never counts as the text ending too early.
    fn error_behind(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn expected(&mut self, what: &str) {
        let diagnostic = self.unexpected(what);
        self.error(diagnostic);
    }

    /// `expected .., found ..` at the current token.
    fn unexpected(&self, what: &str) -> Diagnostic {
        let title = format!("expected {what}, found {}", self.found());
        let span = if self.starts_line() || self.at(TokenKind::Eof) {
            let end = self.previous_span().end;
            Span { start: end, end, source: self.source }
        } else {
            self.span()
        };
        Diagnostic::error(codes::UNEXPECTED, span, title).with_label(format!("expected {what}"))
    }

    /// The current token, as messages name it.
    fn found(&self) -> String {
        let token = self.token();
        match token.kind {
            TokenKind::Eof => TokenKind::Eof.describe().to_owned(),
            _ if self.starts_line() => "the end of the line".to_owned(),
            TokenKind::Name | TokenKind::Number => {
                let text = token.text(self.text);
                match text.char_indices().nth(40) {
                    Some((cut, _)) => format!("`{}...`", &text[..cut]),
                    None => format!("`{text}`"),
                }
            }
            kind => kind.describe().to_owned(),
        }
    }

    /// Nothing more is reported at the current token.
    fn settle(&mut self) {
        self.last_error = Some(self.pos);
    }

    /// Goes on to the end of the statement: a new line, `;`, or a bracket that closes an outer one.
    fn skip_statement(&mut self) {
        self.skip_to(&[TokenKind::Semicolon]);
    }

    /// Goes on to one of `ends`, a new line, or a bracket that closes an outer one.
    fn skip_to(&mut self, ends: &[TokenKind]) {
        let start = self.pos;
        loop {
            let token = self.token();
            let is_end = token.kind == TokenKind::Eof || ends.contains(&token.kind);
            if is_end || (token.newline_before && self.pos > start) {
                break;
            }
            match token.partner {
                NO_PARTNER => self.pos += 1,
                _ if token.kind.is_close() => break,
                partner => self.pos = partner as usize + 1,
            }
        }
        self.settle();
    }

    // Bounds on the native stack.

    /// Enters one level; `false` (reported) if it is one too many.
    fn enter(&mut self) -> bool {
        if self.depth >= MAX_NESTING {
            self.too_deep(
                self.span(),
                format!("more than {MAX_NESTING} levels of nesting"),
                "give the inner parts names of their own with `let`",
            );
            let token = self.token();
            if token.kind.is_open() && token.partner != NO_PARTNER {
                self.pos = token.partner as usize + 1;
                self.settle();
            } else {
                self.skip_statement();
            }
            return false;
        }
        self.depth += 1;
        true
    }

    fn too_deep(&mut self, span: Span, title: String, hint: &str) {
        if !std::mem::replace(&mut self.is_too_deep, true) {
            self.error(Diagnostic::error(codes::TOO_DEEP, span, title).with_hint(hint));
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Runs `node` as a tree of its own, keeping count of heights.
    fn measured<T>(&mut self, node: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.tallest);
        let result = node(self);
        self.tallest = outer.max(self.tallest + 1);
        result
    }

    /// The tree in hand becomes the child of a new node; `false` (reported) if it is too tall, and
    /// the caller is to drop it.
    fn grow(&mut self, op_span: Span) -> bool {
        self.tallest += 1;
        if self.tallest < MAX_CHAIN {
            return true;
        }
        self.too_deep(
            op_span,
            "this expression has too many operators in a row".to_owned(),
            "split it with `let`, or put the operands into an array and reduce it",
        );
        self.skip_statement();
        self.tallest = 0;
        false
    }

    // Brackets.

    fn within<T>(&mut self, context: Context, inner: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.context, context);
        let result = inner(self);
        self.context = outer;
        result
    }

    /// Parses `open item, item, close`, from the opening bracket on; the span covers both brackets.
    /// `what` names an item in messages.
    fn comma_list(
        &mut self,
        context: Context,
        what: &str,
        mut item: impl FnMut(&mut Self),
    ) -> Span {
        let open_pos = self.pos;
        let open = self.bump();
        let close = open.kind.closer();
        self.within(context, |p| {
            let mut is_reported = false;
            while !p.at(close) && !p.at(TokenKind::Eof) {
                let before = p.pos;
                item(p);
                if p.eat(TokenKind::Comma) || p.at(close) {
                    continue;
                }
                let is_next = p.starts_item() && p.pos > before;
                if !is_reported {
                    is_reported = true;
                    p.list_broken(open, what, is_next);
                }
                if !(is_next && open.partner != NO_PARTNER) {
                    break;
                }
            }
            p.close(open_pos);
        });
        self.span_from(open.span(self.source))
    }

    /// Whether the current token could begin an element whose comma was forgotten.
    fn starts_item(&self) -> bool {
        use TokenKind::*;
        matches!(self.kind(), Name | Number | Str | FStringStart | True | False | None)
    }

    fn list_broken(&mut self, open: Token, what: &str, is_next: bool) {
        let close = open.kind.closer().describe();
        if open.partner == NO_PARTNER {
            return self.unclosed(open);
        }
        if is_next {
            let found = self.found();
            let at = self.span();
            self.error(
                Diagnostic::error(
                    codes::MISSING_SEPARATOR,
                    at,
                    format!("expected `,`, found {found}"),
                )
                .with_hint(format!("a comma stands between {what}s")),
            );
        } else {
            let diagnostic = self
                .unexpected(&format!("`,` or {close}"))
                .with_label_at(open.span(self.source), "the bracket opens here");
            self.error(diagnostic);
        }
    }

    /// Takes the bracket that closes the one at `open_pos`; skips to it when something else is here.
    fn close(&mut self, open_pos: usize) -> bool {
        let open = self.tokens[open_pos];
        let close = open.kind.closer();
        if self.at(close) && (open.partner == self.pos as u32 || open.partner == NO_PARTNER) {
            self.bump();
            return true;
        }
        if open.partner == NO_PARTNER || (open.partner as usize) < self.pos {
            self.unclosed(open);
            return false;
        }
        self.expected(close.describe());
        self.pos = open.partner as usize + 1;
        self.settle();
        false
    }

    fn unclosed(&mut self, open: Token) {
        if self.last_error == Some(self.pos) {
            return;
        }
        let shown = open.kind.describe();
        let mut diagnostic = Diagnostic::error(
            codes::UNMATCHED_BRACKET,
            open.span(self.source),
            format!("{shown} is never closed"),
        );
        if !self.at(TokenKind::Eof) {
            let label = format!("expected {} before this", open.kind.closer().describe());
            diagnostic = diagnostic.with_label_at(self.span(), label);
        } else if let Some(suspect) = self.misplaced_brace(open) {
            diagnostic = diagnostic.with_label_at(
                suspect,
                "perhaps it is this one: the `}` that closes it is indented less",
            );
        }
        self.error(diagnostic);
    }

    /// The first `{` behind an unclosed one whose `}` is indented less than its own line: most
    /// likely that `}` was meant for a brace further out.
    fn misplaced_brace(&self, open: Token) -> Option<Span> {
        let first = self.tokens.partition_point(|token| token.start <= open.start);
        let mut braces = Vec::new();
        let mut indent = None;
        for (i, token) in self.tokens.iter().enumerate().skip(first) {
            if token.newline_before {
                let gap = &self.text[self.tokens[i - 1].end as usize..token.start as usize];
                indent = gap.rfind('\n').map(|newline| gap.len() - newline);
            }
            match token.kind {
                TokenKind::LBrace => braces.push((token, indent)),
                TokenKind::RBrace => {
                    let (brace, brace_indent) = braces.pop()?;
                    if token.newline_before && indent < brace_indent {
                        return Some(brace.span(self.source));
                    }
                }
                _ => {}
            }
        }
        None
    }

    // Documentation comments.

    /// The `##` lines that end on the line before the current token.
    fn doc_comment(&mut self) -> Option<Arc<str>> {
        let start = self.token().start;
        let end = self.comments.partition_point(|&(from, _)| from < start);
        let mut first = end;
        let mut next = start as usize;
        while first > 0 {
            let (from, to) = self.comments[first - 1];
            let (from, to) = (from as usize, to as usize);
            // In this order, since only a comment near by is worth a look at its whole line.
            let gap = &self.text[to..next];
            let is_near = gap.trim().is_empty() && gap.matches('\n').count() == 1;
            if !is_near || !self.text[from..to].starts_with("##") {
                break;
            }
            let line_start = self.text[..from].rfind('\n').map_or(0, |n| n + 1);
            if !self.text[line_start..from].trim().is_empty() {
                break;
            }
            first -= 1;
            next = line_start;
        }
        self.doc_text(first..end)
    }

    fn doc_text(&self, range: std::ops::Range<usize>) -> Option<Arc<str>> {
        if range.is_empty() {
            return None;
        }
        let lines: Vec<&str> = self.comments[range]
            .iter()
            .map(|&(from, to)| {
                let line = self.text[from as usize..to as usize].trim_start_matches('#');
                line.strip_prefix(' ').unwrap_or(line).trim_end()
            })
            .collect();
        Some(lines.join("\n").into())
    }
}
