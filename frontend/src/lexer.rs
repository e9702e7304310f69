//! Text to tokens, with `logos` for the tokens proper and a driver around it.
//!
//! The driver does what a regular grammar cannot: texts and f-strings (whose `{..}` hold tokens,
//! which may hold f-strings again), pairing of brackets, and the newline in front of each token,
//! by which the parser tells where a statement ends. One pass, linear in the text; every byte of the
//! text is in exactly one token, comment, or gap of white space.

use crate::codes;
use crate::diagnostic::{Diagnostic, MAX_DIAGNOSTICS};
use logos::Logos;
use quern_ir::{SourceId, Span};

/// No bracket, in [`Token::partner`].
pub const NO_PARTNER: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// A newline stands between the token before and this one.
    pub newline_before: bool,
    pub start: u32,
    pub end: u32,
    /// Of a bracket: the index of the token that closes or opens it, or [`NO_PARTNER`].
    pub partner: u32,
}

/// All tokens of a text. The last one is always [`TokenKind::Eof`].
#[derive(Debug, Default)]
pub struct Lexed {
    pub tokens: Vec<Token>,
    /// Byte ranges of comments, from `#` to the end of the line.
    pub comments: Vec<(u32, u32)>,
    pub diagnostics: Vec<Diagnostic>,
    /// The text ends inside a `"""`: more lines may complete it.
    pub ends_in_text: bool,
}

macro_rules! tokens {
    ($($name:ident $text:literal,)* ; $($(#[$attr:meta])* $other:ident $what:literal,)*) => {
        #[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[logos(skip r"[ \t\r\x0c\u{feff}]+")]
        pub enum TokenKind {
            $(#[token($text)] $name,)*
            $($(#[$attr])* $other,)*
        }

        /// The words and signs with a meaning of their own.
        const FIXED: &[&str] = &[$($text,)*];

        impl TokenKind {
            /// As messages name it: `` `+` ``, `a name`.
            pub fn describe(self) -> &'static str {
                match self {
                    $(TokenKind::$name => concat!("`", $text, "`"),)*
                    $(TokenKind::$other => $what,)*
                }
            }
        }
    };
}

tokens! {
    Let "let",
    Mut "mut",
    Fn "fn",
    If "if",
    Else "else",
    Match "match",
    For "for",
    In "in",
    While "while",
    Loop "loop",
    Break "break",
    Continue "continue",
    Return "return",
    Yield "yield",
    Try "try",
    Catch "catch",
    Finally "finally",
    Throw "throw",
    Import "import",
    As "as",
    Async "async",
    Await "await",
    Receive "receive",
    And "and",
    Or "or",
    Not "not",
    Xor "xor",
    True "true",
    False "false",
    None "none",
    LParen "(",
    RParen ")",
    LBracket "[",
    RBracket "]",
    LBrace "{",
    RBrace "}",
    Comma ",",
    Semicolon ";",
    Colon ":",
    Dot ".",
    DotDot "..",
    DotDotEq "..=",
    Ellipsis "...",
    Arrow "->",
    FatArrow "=>",
    PipeGt "|>",
    Eq "=",
    EqEq "==",
    Ne "!=",
    Lt "<",
    Le "<=",
    Gt ">",
    Ge ">=",
    Pipe "|",
    Amp "&",
    Shl "<<",
    Shr ">>",
    Plus "+",
    Minus "-",
    Star "*",
    Slash "/",
    SlashSlash "//",
    Percent "%",
    At "@",
    Tilde "~",
    Caret "^",
    PlusEq "+=",
    MinusEq "-=",
    StarEq "*=",
    SlashEq "/=",
    SlashSlashEq "//=",
    PercentEq "%=",
    AtEq "@=",
    CaretEq "^=",
    PipeEq "|=",
    AmpEq "&=",
    ShlEq "<<=",
    ShrEq ">>=",
    AmpAmp "&&",
    PipePipe "||",
    Bang "!",
    StarStar "**",
    Question "?",
    ;
    #[regex(r"[\p{XID_Start}_∂∇][\p{XID_Continue}′₀-₉]*")]
    Name "a name",
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9][0-9_]*)?")]
    #[regex(r"0[xX][0-9a-fA-F_]+")]
    #[regex(r"0[oO][0-7_]+")]
    #[regex(r"0[bB][01_]+")]
    Number "a number",
    #[token("\"")]
    #[token("\"\"\"")]
    Str "a string",
    #[token("f\"")]
    #[token("f\"\"\"")]
    FStringStart "an f-string",
    FStringText "text",
    /// `{` in an f-string.
    FStringOpen "`{`",
    /// What follows `:` in an f-string's braces.
    FStringFormat "a format",
    /// `}` in an f-string.
    FStringClose "`}`",
    FStringEnd "the end of the f-string",
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment "a comment",
    #[token("\n")]
    Newline "the end of the line",
    /// A character that was reported.
    Unknown "an unknown character",
    Eof "the end of the text",
}

/// The reserved words.
pub(crate) fn keywords() -> impl Iterator<Item = &'static str> {
    FIXED.iter().copied().filter(|text| text.starts_with(|c: char| c.is_ascii_lowercase()))
}

impl TokenKind {
    pub fn is_keyword(self) -> bool {
        (self as u8) <= (TokenKind::None as u8)
    }

    pub fn is_open(self) -> bool {
        use TokenKind::*;
        matches!(self, LParen | LBracket | LBrace | FStringOpen)
    }

    pub fn is_close(self) -> bool {
        use TokenKind::*;
        matches!(self, RParen | RBracket | RBrace | FStringClose)
    }

    /// The bracket that closes this one; itself when it is no bracket.
    pub fn closer(self) -> TokenKind {
        match self {
            TokenKind::LParen => TokenKind::RParen,
            TokenKind::LBracket => TokenKind::RBracket,
            TokenKind::LBrace => TokenKind::RBrace,
            TokenKind::FStringOpen => TokenKind::FStringClose,
            other => other,
        }
    }
}

impl Token {
    pub fn span(self, source: SourceId) -> Span {
        Span { source, start: self.start, end: self.end }
    }

    pub fn text(self, source: &str) -> &str {
        &source[self.start as usize..self.end as usize]
    }
}

/// Splits a text into tokens.
pub fn lex(source: SourceId, text: &str) -> Lexed {
    let mut lexer = Lexer {
        source,
        text,
        inner: TokenKind::lexer(text),
        newline: false,
        open: Vec::new(),
        counts: [0; 3],
        fstrings: Vec::new(),
        out: Lexed::default(),
    };
    lexer.run();
    lexer.out
}

struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    inner: logos::Lexer<'a, TokenKind>,
    /// A newline was passed since the last token.
    newline: bool,
    /// Indices of the open brackets.
    open: Vec<u32>,
    /// How many of each kind are open, counted from the innermost `{` of an f-string, beyond which
    /// no bracket may close another.
    counts: [u32; 3],
    fstrings: Vec<FString>,
    out: Lexed,
}

/// An f-string whose `{..}` is being read.
struct FString {
    start: usize,
    quotes: usize,
    counts: [u32; 3],
    /// Its [`TokenKind::FStringOpen`].
    open: u32,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        while let Some(token) = self.inner.next() {
            let (start, end) = (self.inner.span().start, self.inner.span().end);
            match token {
                Ok(TokenKind::Newline) => self.newline(start),
                Ok(TokenKind::Comment) => self.out.comments.push((start as u32, end as u32)),
                Ok(TokenKind::Str) => self.plain_text(start, end - start),
                Ok(TokenKind::FStringStart) => {
                    self.push(TokenKind::FStringStart, start, end);
                    self.fstring_text(start, end - start - 1);
                }
                Ok(TokenKind::Number) => self.number(start, end),
                Ok(TokenKind::Colon) if self.is_in_placeholder() => self.format(start),
                Ok(TokenKind::RBrace) if !self.fstrings.is_empty() && self.counts[2] == 0 => {
                    self.close_placeholder(start, end);
                }
                Ok(kind) if kind.is_open() => {
                    let index = self.push(kind, start, end);
                    self.open.push(index);
                    self.counts[count_index(kind)] += 1;
                }
                Ok(kind) if kind.is_close() => self.close(kind, start, end),
                Ok(kind) => {
                    self.push(kind, start, end);
                }
                Err(()) => self.unknown(start, end),
            }
        }
        let end = self.text.len();
        self.out.ends_in_text |= self.fstrings.iter().any(|f| f.quotes == 3);
        self.cut_fstrings(end, |_| true);
        self.push(TokenKind::Eof, end, end);
    }

    fn push(&mut self, kind: TokenKind, start: usize, end: usize) -> u32 {
        let index = self.out.tokens.len() as u32;
        self.out.tokens.push(Token {
            kind,
            newline_before: std::mem::take(&mut self.newline),
            start: start as u32,
            end: end as u32,
            partner: NO_PARTNER,
        });
        index
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.out.diagnostics.len() <= MAX_DIAGNOSTICS {
            self.out.diagnostics.push(diagnostic);
        }
    }

    fn newline(&mut self, at: usize) {
        self.cut_fstrings(at, |fstring| fstring.quotes == 1);
        self.newline = true;
    }

    /// Ends those innermost f-strings that cannot go on past `at`; their braces were not closed.
    fn cut_fstrings(&mut self, at: usize, is_cut: fn(&FString) -> bool) {
        let mut is_reported = false;
        while self.fstrings.last().is_some_and(is_cut) {
            let close = self.push(TokenKind::FStringClose, at, at);
            if let Some(fstring) = self.pop_fstring(close)
                && !std::mem::replace(&mut is_reported, true)
            {
                self.unclosed_placeholder(&fstring);
            }
            self.push(TokenKind::FStringEnd, at, at);
        }
    }

    /// Pairs a closing bracket with the innermost open one of its kind. Brackets of other kinds that
    /// were opened since stay without a partner; a closing bracket without an open one does, too.
    fn close(&mut self, kind: TokenKind, start: usize, end: usize) {
        let index = self.push(kind, start, end);
        if self.counts[count_index(kind)] == 0 {
            return;
        }
        while let Some(open) = self.open.pop() {
            let open_kind = self.out.tokens[open as usize].kind;
            self.counts[count_index(open_kind)] -= 1;
            if open_kind.closer() == kind {
                self.pair(open, index);
                return;
            }
        }
    }

    fn pair(&mut self, open: u32, close: u32) {
        self.out.tokens[open as usize].partner = close;
        self.out.tokens[close as usize].partner = open;
    }

    /// A number and whatever letters stick to it: the parser says which of them mean something.
    fn number(&mut self, start: usize, end: usize) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let tail = self.text[end..].chars().take_while(|&c| is_word(c));
        let n_tail = tail.map(char::len_utf8).sum::<usize>();
        self.inner.bump(n_tail);
        self.push(TokenKind::Number, start, end + n_tail);
    }

    /// A text without placeholders, from its opening quotes on.
    fn plain_text(&mut self, start: usize, quotes: usize) {
        let from = start + quotes;
        let (end, closed) = self.find_end(from, quotes);
        let after = match closed {
            true => end + quotes,
            false => self.closed_below(end).unwrap_or(end),
        };
        self.inner.bump(after - from);
        self.push(TokenKind::Str, start, after);
        if !closed {
            self.unclosed_text(start, end, quotes);
        }
    }

    /// Behind the next quote, if that seems to close a text whose line has no closing one: it is the first
    /// of an odd number in its line. What stands before it is then no code, of which nothing is to be said.
    fn closed_below(&self, from: usize) -> Option<usize> {
        let quote = from + self.text[from..].find('"')?;
        let line = self.text[quote..].lines().next()?;
        (self.fstrings.is_empty() && line.matches('"').count() % 2 == 1).then_some(quote + 1)
    }

    fn unclosed_text(&mut self, start: usize, end: usize, quotes: usize) {
        if self.fstrings.last().is_some_and(|f| f.quotes == 1) {
            // The f-string around it is cut off by the same line end, and says so.
            return;
        }
        self.out.ends_in_text |= quotes == 3;
        let diagnostic =
            Diagnostic::error(codes::UNCLOSED_TEXT, self.span(start, end), "string is not closed");
        self.report(if quotes == 3 {
            diagnostic.with_hint("close it with `\"\"\"`")
        } else {
            diagnostic
                .with_hint("close it with `\"`; a string over several lines stands in `\"\"\"`")
        });
    }

    /// Where a text that goes on at `from` ends, and whether its quotes are there.
    fn find_end(&self, from: usize, quotes: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            match bytes[at] {
                b'"' if quotes == 1 || bytes[at..].starts_with(b"\"\"\"") => return (at, true),
                b'\n' if quotes == 1 => return (at, false),
                b'\\' if bytes.get(at + 1).is_some_and(|&b| b != b'\n' && b < 0x80) => at += 2,
                _ => at += 1,
            }
        }
        (at, false)
    }

    /// The literal text of an f-string from the current position, up to a placeholder or its end.
    fn fstring_text(&mut self, start: usize, quotes: usize) {
        let bytes = self.text.as_bytes();
        let from = self.inner.span().end;
        let mut at = from;
        loop {
            match bytes.get(at) {
                Some(b'"') if quotes == 1 || bytes[at..].starts_with(b"\"\"\"") => {
                    self.inner.bump(at + quotes - from);
                    self.push_text(from, at);
                    self.push(TokenKind::FStringEnd, at, at + quotes);
                    return;
                }
                Some(b'{') if bytes.get(at + 1) != Some(&b'{') => {
                    self.inner.bump(at + 1 - from);
                    self.push_text(from, at);
                    let open = self.push(TokenKind::FStringOpen, at, at + 1);
                    self.open.push(open);
                    let counts = std::mem::take(&mut self.counts);
                    self.fstrings.push(FString { start, quotes, counts, open });
                    return;
                }
                Some(b'{') => at += 2,
                Some(b'\\') if bytes.get(at + 1) == Some(&b'u') => {
                    // The braces of `\u{..}` are no placeholder.
                    let braces = bytes[at + 2..].iter().take(10);
                    let close =
                        braces.take_while(|b| **b != b'"' && **b != b'\n').position(|b| *b == b'}');
                    at += if bytes.get(at + 2) == Some(&b'{') {
                        close.map_or(2, |n| n + 3)
                    } else {
                        2
                    };
                }
                Some(b'\\') if bytes.get(at + 1).is_some_and(|&b| b != b'\n' && b < 0x80) => {
                    at += 2
                }
                Some(b'\n') if quotes == 1 => break,
                Some(_) => at += 1,
                None => break,
            }
        }
        self.inner.bump(at - from);
        self.push_text(from, at);
        self.push(TokenKind::FStringEnd, at, at);
        self.unclosed_text(start, at, quotes);
    }

    fn push_text(&mut self, start: usize, end: usize) {
        if start < end {
            self.push(TokenKind::FStringText, start, end);
        }
    }

    /// Directly inside the braces of an f-string, not in brackets within.
    fn is_in_placeholder(&self) -> bool {
        match (self.fstrings.last(), self.open.last()) {
            (Some(fstring), Some(open)) => fstring.open == *open,
            _ => false,
        }
    }

    /// `:` in a placeholder: the rest, up to `}`, is a format.
    fn format(&mut self, colon: usize) {
        let quotes = self.fstrings.last().map_or(1, |f| f.quotes);
        let rest = self.text[colon + 1..].bytes();
        let mut depth = 0;
        let length = rest
            .take_while(|&b| {
                depth += i32::from(b == b'{') - i32::from(b == b'}');
                depth >= 0 && b != b'"' && (b != b'\n' || quotes == 3)
            })
            .count();
        let end = colon + 1 + length;
        if self.text[colon..end].contains('{') {
            let at = self.span(colon + 1, end);
            self.report(
                Diagnostic::error(codes::BAD_PLACEHOLDER, at, "a format has no placeholders in it")
                    .with_hint("build the format first: `{format(x, f\"..\")}`"),
            );
        }
        self.inner.bump(length);
        self.push(TokenKind::FStringFormat, colon, end);
        if self.text.as_bytes().get(end) == Some(&b'"') {
            let close = self.push(TokenKind::FStringClose, end, end);
            if let Some(fstring) = self.pop_fstring(close) {
                self.unclosed_placeholder(&fstring);
                self.fstring_text(fstring.start, fstring.quotes);
            }
        }
    }

    fn close_placeholder(&mut self, start: usize, end: usize) {
        let close = self.push(TokenKind::FStringClose, start, end);
        if let Some(fstring) = self.pop_fstring(close) {
            self.fstring_text(fstring.start, fstring.quotes);
        }
    }

    fn pop_fstring(&mut self, close: u32) -> Option<FString> {
        let fstring = self.fstrings.pop()?;
        while self.open.pop().is_some_and(|open| open != fstring.open) {}
        self.counts = fstring.counts;
        self.pair(fstring.open, close);
        Some(fstring)
    }

    fn unclosed_placeholder(&mut self, fstring: &FString) {
        let open = self.out.tokens[fstring.open as usize].span(self.source);
        self.report(
            Diagnostic::error(codes::BAD_PLACEHOLDER, open, "`{` of an f-string is not closed")
                .with_hint("close it with `}`; for the character itself write `{{`"),
        );
    }

    /// Characters that begin no token; a run of them is one mistake.
    fn unknown(&mut self, start: usize, end: usize) {
        let text = self.text;
        let c = text[start..end].chars().next().unwrap_or('\u{fffd}');
        if let Some(last) = self.out.tokens.last_mut()
            && last.kind == TokenKind::Unknown
            && last.end as usize == start
        {
            last.end = end as u32;
            return;
        }
        let follows_operand = !self.newline
            && self.out.tokens.last().is_some_and(|t| {
                use TokenKind::*;
                t.end as usize == start && matches!(t.kind, Name | RParen | RBracket | Number)
            });
        let hint = match c {
            '\'' if follows_operand => Some("the transpose of `a` is `a.T`"),
            '\'' | '`' | '“' | '”' | '‘' | '’' => Some("a string stands in `\"`"),
            '−' | '–' | '—' => Some("minus is `-`"),
            '×' | '·' | '⋅' => Some("a product is `*`, a matrix product `@`"),
            '÷' => Some("a quotient is `/`"),
            '≤' => Some("write `<=`"),
            '≥' => Some("write `>=`"),
            '≠' => Some("write `!=`"),
            '→' => Some("write `->`"),
            '⇒' => Some("write `=>`"),
            '√' => Some("write `sqrt(x)`"),
            '∞' => Some("write `inf`"),
            '²' | '³' => Some("a power is `^`, as in `x^2`"),
            '…' => Some("write three dots"),
            '∈' => Some("write `in`"),
            _ => None,
        };
        if c == '\'' && !follows_operand {
            return self.single_quoted(start, end);
        }
        self.push(TokenKind::Unknown, start, end);
        let shown = if c.is_control() || c.is_whitespace() {
            format!("character U+{:04X} is no part of the language", c as u32)
        } else {
            format!("character `{c}` is no part of the language")
        };
        let diagnostic = Diagnostic::error(codes::UNKNOWN_CHARACTER, self.span(start, end), shown);
        self.report(match hint {
            Some(hint) => diagnostic.with_hint(hint),
            None => diagnostic,
        });
    }

    /// `'text'`, as other languages write it: one mistake, not one a word.
    fn single_quoted(&mut self, start: usize, from: usize) {
        let rest = &self.text.as_bytes()[from..];
        let length = rest.iter().take_while(|b| **b != b'\'' && **b != b'\n').count();
        let closed = rest.get(length) == Some(&b'\'');
        let end = from + if closed { length + 1 } else { length };
        self.inner.bump(end - from);
        self.push(TokenKind::Unknown, start, end);
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_CHARACTER,
                self.span(start, end),
                "a string stands in double quotes",
            )
            .with_hint("write `\"..\"` instead of `'..'`"),
        );
    }
}

fn count_index(kind: TokenKind) -> usize {
    match kind {
        TokenKind::LParen | TokenKind::RParen => 0,
        TokenKind::LBracket | TokenKind::RBracket => 1,
        _ => 2,
    }
}
