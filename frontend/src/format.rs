//! The source formatter: one way to indent and space, with the author's line breaks.
//!
//! It works on tokens, not on the tree: it never joins or breaks lines, so it cannot change what a
//! newline ends, and it puts back every comment where it stood. What it settles:
//! - Four columns for each level of brackets; brackets opened on one line are one level. A line that
//!   carries on an expression stands one level deeper.
//! - One space around operators and keywords; none around `^`, `..` and `.`, nor inside brackets, nor
//!   behind a sign. `{ block }`, `{field: record}`.
//! - At most one blank line in a row, none at the start or end of a block or file.
//! - Comments behind code stand two columns to its right, in neighbouring lines under each other.
//!
//! Formatting is idempotent and leaves the tokens as they are; tests hold it to both.

use crate::diagnostic::Diagnostic;
use crate::lexer::{Lexed, Token, TokenKind};
use crate::parser::{Role, parse_roles};
use crate::source::SourceMap;
use quern_ir::SourceId;

const INDENT: usize = 4;

/// Formats a text.
///
/// # Errors
///
/// A text with mistakes is not formatted: they are returned.
pub fn format(sources: &SourceMap, id: SourceId) -> Result<String, Vec<Diagnostic>> {
    let text = sources.get(id).map_or("", |source| source.text());
    let (lexed, roles, diagnostics) = parse_roles(id, text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let items = items(text, &lexed, &roles);
    let mut formatter = Formatter::default();
    for (i, item) in items.iter().enumerate() {
        let next_code = items[i..].iter().find(|item| !item.is_comment());
        formatter.item(item, next_code);
    }
    formatter.end_line();
    Ok(write_lines(&formatter.lines))
}

/// A token, an f-string as a whole, or a comment.
struct Item<'a> {
    text: &'a str,
    /// `None` for a comment.
    kind: Option<TokenKind>,
    role: Role,
    /// Line ends between the item before and this one.
    n_newlines: usize,
}

impl Item<'_> {
    fn is_comment(&self) -> bool {
        self.kind.is_none()
    }
}

/// Tokens and comments in the order they stand.
fn items<'a>(text: &'a str, lexed: &Lexed, roles: &[Role]) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    let mut comments = lexed.comments.iter().peekable();
    let mut end = 0;
    let mut add = |start: u32, stop: u32, kind, role| {
        let (start, stop) = (start as usize, stop as usize);
        let n_newlines = text[end..start].matches('\n').count();
        items.push(Item { text: text[start..stop].trim_end(), kind, role, n_newlines });
        end = stop;
    };
    let mut i = 0;
    while let Some(&token) = lexed.tokens.get(i) {
        while let Some(&(start, stop)) = comments.next_if(|comment| comment.0 < token.start) {
            add(start, stop, None, Role::Plain);
        }
        if token.kind == TokenKind::Eof {
            break;
        }
        let last = last_of_fstring(&lexed.tokens, i);
        let stop = lexed.tokens[last].end;
        // Comments in the braces of an f-string belong to its text.
        while comments.next_if(|comment| comment.0 < stop).is_some() {}
        add(token.start, stop, Some(token.kind), roles[i]);
        i = last + 1;
    }
    items
}

/// The token that ends the f-string begun at `first`; `first` itself for other tokens.
fn last_of_fstring(tokens: &[Token], first: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(first) {
        match token.kind {
            TokenKind::FStringStart => depth += 1,
            TokenKind::FStringEnd => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    first
}

struct Line {
    indent: usize,
    code: String,
    comment: Option<String>,
    blank_before: bool,
}

/// An open bracket.
struct Open {
    /// Of the line it stands on.
    indent: usize,
    is_block: bool,
}

#[derive(Default)]
struct Formatter {
    lines: Vec<Line>,
    line: Option<Line>,
    open: Vec<Open>,
    previous: Option<(TokenKind, Role)>,
    /// The statement in hand is an `import`, whose commas carry it on.
    in_import: bool,
    /// The last line is nothing but a comment.
    after_comment: bool,
    /// Of the line with the word whose block comes next.
    header_indent: Option<usize>,
}

impl Formatter {
    fn item(&mut self, item: &Item<'_>, next_code: Option<&Item<'_>>) {
        if item.n_newlines > 0 || self.line.is_none() {
            self.start_line(item, next_code);
        }
        match item.kind {
            None => self.comment(item.text),
            Some(kind) => self.token(kind, item),
        }
    }

    fn start_line(&mut self, item: &Item<'_>, next_code: Option<&Item<'_>>) {
        self.end_line();
        let closes = next_code.is_some_and(|n| n.kind.is_some_and(TokenKind::is_close));
        let opened = matches!(self.previous, Some((kind, _)) if kind.is_open());
        let is_first = self.lines.is_empty();
        let touches_bracket = (opened && !self.after_comment) || (closes && !item.is_comment());
        let indent = match (self.open.last(), next_code) {
            (Some(open), Some(_)) if closes && !item.is_comment() => open.indent,
            (open, _) if closes => open.map_or(0, |open| open.indent + 1),
            (open, next) => {
                let base = open.map_or(0, |open| open.indent + 1);
                let continues = next.is_some_and(|next| self.continues(next));
                if !continues && let Some(kind) = next.and_then(|next| next.kind) {
                    self.in_import = kind == TokenKind::Import;
                }
                base + usize::from(continues)
            }
        };
        self.after_comment = false;
        self.line = Some(Line {
            indent,
            code: String::new(),
            comment: None,
            blank_before: item.n_newlines > 1 && !is_first && !touches_bracket,
        });
    }

    fn end_line(&mut self) {
        self.lines.extend(self.line.take());
    }

    /// Whether a line that starts with `next` carries on the expression of the line before.
    fn continues(&self, next: &Item<'_>) -> bool {
        use TokenKind::*;
        let Some((previous, _)) = self.previous else { return false };
        let in_block = self.open.last().is_none_or(|open| open.is_block);
        match next.kind {
            Some(Dot | PipeGt) => true,
            _ if previous == Comma => self.in_import && in_block,
            _ if !in_block => !previous.is_open(),
            _ => awaits_operand(previous),
        }
    }

    fn comment(&mut self, text: &str) {
        let Some(line) = &mut self.line else { return };
        if line.code.is_empty() {
            line.code.push_str(text);
            self.after_comment = true;
        } else {
            line.comment = Some(text.to_owned());
        }
    }

    fn token(&mut self, kind: TokenKind, item: &Item<'_>) {
        let Some(line) = &mut self.line else { return };
        let closed = kind.is_close().then(|| self.open.pop()).flatten();
        let closes_record = kind == TokenKind::RBrace && closed.is_some_and(|open| !open.is_block);
        let role = if closes_record { Role::Record } else { item.role };
        let is_spaced = !line.code.is_empty()
            && self.previous.is_some_and(|before| needs_space(before, (kind, role)));
        if is_spaced {
            line.code.push(' ');
        }
        line.code.push_str(item.text);
        if has_block(kind) {
            self.header_indent = Some(line.indent);
        }
        if kind.is_open() {
            let is_block = kind == TokenKind::LBrace && role != Role::Record;
            let is_of_header = is_block && !matches!(self.previous, Some((TokenKind::FatArrow, _)));
            let header = if is_of_header { self.header_indent.take() } else { None };
            self.open.push(Open { indent: header.unwrap_or(line.indent), is_block });
        }
        self.previous = Some((kind, role));
    }
}

/// Whether a block follows this word, though perhaps on a later line.
fn has_block(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Fn | If | Else | Match | For | While | Loop | Try | Catch | Finally | Async | Receive
    )
}

/// Whether a line cannot end a statement behind this token.
fn awaits_operand(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Let | Mut
            | Fn
            | If
            | Match
            | For
            | In
            | While
            | Throw
            | Import
            | As
            | Await
            | And
            | Or
            | Not
            | Xor
            | Colon
            | Dot
            | DotDot
            | DotDotEq
            | Arrow
            | FatArrow
            | PipeGt
            | Eq
            | EqEq
            | Ne
            | Lt
            | Le
            | Gt
            | Ge
            | Pipe
            | Amp
            | Shl
            | Shr
            | Plus
            | Minus
            | Star
            | Slash
            | SlashSlash
            | Percent
            | At
            | Tilde
            | Caret
            | PlusEq
            | MinusEq
            | StarEq
            | SlashEq
            | SlashSlashEq
            | PercentEq
            | AtEq
            | CaretEq
            | PipeEq
            | AmpEq
            | ShlEq
            | ShrEq
    )
}

/// Whether two tokens of one line stand apart.
fn needs_space(before: (TokenKind, Role), after: (TokenKind, Role)) -> bool {
    use TokenKind::*;
    match (before, after) {
        (_, (_, Role::Step)) => true,
        (_, (Comma | Semicolon | Colon | RParen | RBracket | Dot, _)) => false,
        ((LParen | LBracket | Dot | Ellipsis, _), _) => false,
        ((Comma | Semicolon | Colon, _), _) => true,
        ((_, Role::Prefix), _) => false,
        ((LBrace, _), (RBrace, _)) => false,
        ((LBrace, Role::Record), _) | (_, (RBrace, Role::Record)) => false,
        (_, (LParen | LBracket, Role::Postfix)) => false,
        ((DotDot | DotDotEq | Caret, _), _) => false,
        // What stands in front of a range without a start is no operand of it.
        (_, (DotDot | DotDotEq, Role::Prefix)) => true,
        (_, (DotDot | DotDotEq | Caret, _)) => false,
        _ => true,
    }
}

fn write_lines(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut i = 0;
    while i < lines.len() {
        let n = run_length(&lines[i..]);
        let run = &lines[i..i + n];
        let column = run.iter().map(last_width).max().unwrap_or(0) + 2;
        for line in run {
            if line.blank_before {
                out.push('\n');
            }
            push_spaces(&mut out, line.indent * INDENT);
            out.push_str(&line.code);
            if let Some(comment) = &line.comment {
                push_spaces(&mut out, column - last_width(line));
                out.push_str(comment);
            }
            out.push('\n');
        }
        i += n;
    }
    out
}

fn push_spaces(out: &mut String, n: usize) {
    out.extend(std::iter::repeat_n(' ', n));
}

/// How many lines from the first on have their comments under each other; at least one.
fn run_length(lines: &[Line]) -> usize {
    let is_same = |line: &&Line| {
        line.comment.is_some() && line.indent == lines[0].indent && !line.blank_before
    };
    match lines[0].comment {
        Some(_) => 1 + lines[1..].iter().take_while(is_same).count(),
        None => 1,
    }
}

/// Columns of the last row of a line (a string may hold line ends).
fn last_width(line: &Line) -> usize {
    match line.code.rsplit_once('\n') {
        Some((_, last)) => last.chars().count(),
        None => line.indent * INDENT + line.code.chars().count(),
    }
}
