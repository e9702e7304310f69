//! Why a script did not give a value.

use quern_frontend::{Diagnostic, LineColumn, RenderOptions, SourceMap};
use quern_ir::Span;
use quern_ir::message::shortened;
use std::fmt;

/// Mistakes in a text, or an error thrown while it ran, with the source texts to show them in.
#[derive(Clone)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    failure: Failure,
    sources: SourceMap,
}

/// The two families of errors.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The text is wrong; nothing ran.
    Mistakes(Vec<Diagnostic>),
    /// It ran and threw.
    Thrown(quern_vm::Error),
}

/// One call an error came through.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceLine {
    pub function: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl Error {
    pub(crate) fn new(failure: Failure, sources: SourceMap) -> Error {
        Error { inner: Box::new(Inner { failure, sources }) }
    }

    pub fn failure(&self) -> &Failure {
        &self.inner.failure
    }

    /// The stable code: `E0204`.
    pub fn code(&self) -> &'static str {
        match self.failure() {
            Failure::Mistakes(diagnostics) => first_error(diagnostics).map_or("E0000", |d| d.code),
            Failure::Thrown(e) => e.kind.code(),
        }
    }

    /// The kind of a thrown error (`TypeError`); `SyntaxError` for mistakes in the text.
    pub fn kind(&self) -> &str {
        match self.failure() {
            Failure::Mistakes(_) => "SyntaxError",
            Failure::Thrown(e) => &e.kind_name,
        }
    }

    pub fn message(&self) -> &str {
        match self.failure() {
            Failure::Mistakes(diagnostics) => first_error(diagnostics).map_or("", |d| &d.title),
            Failure::Thrown(e) => &e.message,
        }
    }

    pub fn hint(&self) -> Option<&str> {
        match self.failure() {
            Failure::Mistakes(diagnostics) => first_error(diagnostics)?.hint.as_deref(),
            Failure::Thrown(e) => e.hint.as_deref(),
        }
    }

    /// The place in the source.
    pub fn span(&self) -> Option<Span> {
        match self.failure() {
            Failure::Mistakes(diagnostics) => first_error(diagnostics).map(|d| d.span),
            Failure::Thrown(e) => e.span,
        }
    }

    /// File, line and column of the place, counted from 1.
    pub fn location(&self) -> Option<(String, LineColumn)> {
        let span = self.span()?;
        let source = self.inner.sources.get(span.source)?;
        Some((source.name().to_string(), self.inner.sources.line_column(span)))
    }

    /// The calls a thrown error came through, innermost first.
    pub fn trace(&self) -> Vec<TraceLine> {
        let Failure::Thrown(e) = self.failure() else {
            return Vec::new();
        };
        let line = |entry: &quern_vm::error::TraceEntry| {
            let at = self.inner.sources.line_column(entry.span);
            let file = self.inner.sources.get(entry.span.source).map_or("", |s| s.name());
            TraceLine {
                function: entry.function.to_string(),
                file: file.into(),
                line: at.line,
                column: at.column,
            }
        };
        e.trace.iter().map(line).collect()
    }

    /// The messages as people read them, with the source lines.
    pub fn render(&self, options: RenderOptions) -> String {
        render_some(&self.diagnostics(), &self.inner.sources, options)
    }

    /// The messages for programs, one JSON object a line.
    pub fn to_json(&self) -> String {
        let line = |d: &Diagnostic| format!("{}\n", d.to_json(&self.inner.sources));
        self.diagnostics().iter().map(line).collect()
    }

    /// The messages, a thrown error among them.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        match self.failure() {
            Failure::Mistakes(diagnostics) => diagnostics.clone(),
            Failure::Thrown(e) => vec![self.thrown(e)],
        }
    }

    fn thrown(&self, e: &quern_vm::Error) -> Diagnostic {
        let title = format!("{}: {}", e.kind_name, e.message);
        let mut diagnostic = Diagnostic::error(e.kind.code(), e.span.unwrap_or_default(), title);
        diagnostic.hint = e.hint.clone();
        let trace = self.trace();
        // The place itself stands in the excerpt: a trace says something only when there were calls.
        if trace.len() > 1 {
            let lines = trace.iter().map(|t| {
                shortened(format!("in {} ({}:{}:{})", t.function, t.file, t.line, t.column))
            });
            diagnostic
                .notes
                .push(format!("called through\n{}", summary(lines.collect()).join("\n")));
        }
        diagnostic
    }
}

/// The most messages that are shown at once.
const SHOWN_MESSAGES: usize = 20;

/// The messages as people read them; of very many only the first, errors before warnings.
pub(crate) fn render_some(
    all: &[Diagnostic],
    sources: &SourceMap,
    options: RenderOptions,
) -> String {
    let render = |d: &Diagnostic| d.render(sources, options);
    if all.len() <= SHOWN_MESSAGES {
        return all.iter().map(render).collect();
    }
    let (errors, warnings): (Vec<_>, Vec<_>) = all.iter().partition(|d| d.is_error());
    let mut text: String =
        errors.into_iter().chain(warnings).take(SHOWN_MESSAGES).map(render).collect();
    text.push_str(&format!("{} more messages are not shown\n", all.len() - SHOWN_MESSAGES));
    text
}

/// The most lines of a trace that are shown.
const SHOWN_TRACE: usize = 16;

/// A long trace without its middle; equal neighbours are counted.
fn summary(lines: Vec<String>) -> Vec<String> {
    let mut out: Vec<(String, usize)> = Vec::new();
    for line in lines {
        match out.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => out.push((line, 1)),
        }
    }
    let text = |(line, count): &(String, usize)| match count {
        1 => line.clone(),
        n => format!("{line}, {n} times"),
    };
    let mut shown: Vec<String> = out.iter().map(text).collect();
    if shown.len() > SHOWN_TRACE {
        let dropped = shown.len() - SHOWN_TRACE;
        shown.splice(
            SHOWN_TRACE / 2..SHOWN_TRACE / 2 + dropped,
            [format!("... {dropped} more calls")],
        );
    }
    shown
}

fn first_error(diagnostics: &[Diagnostic]) -> Option<&Diagnostic> {
    diagnostics.iter().find(|d| d.is_error())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind(), self.message())?;
        if let Some((file, at)) = self.location() {
            write!(f, " ({file}:{}:{})", at.line, at.column)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(RenderOptions::default()))
    }
}

impl std::error::Error for Error {}
