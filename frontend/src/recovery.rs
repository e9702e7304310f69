//! Undefined names in a text that does not parse.
//!
//! The parser goes on after a mistake at the next statement, so the statements of the top level without a
//! mistake mean what they say. A name in one of those is certainly not defined when the others, which may
//! have been meant to define it, do not mention it.

use crate::ast;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::session::ModuleLoader;
use quern_ir::Span;
use std::collections::HashSet;

/// Of what lowering found in spite of `mistakes` in the text, the names that are certainly not defined.
pub(crate) fn undefined_names(
    module: &ast::Module,
    mistakes: &[Diagnostic],
    found: Vec<Diagnostic>,
    loader: &dyn ModuleLoader,
) -> Vec<Diagnostic> {
    let broken = broken_parts(module, mistakes);
    let texts: Vec<String> = broken.iter().map(|&part| loader.snippet(part)).collect();
    let is_in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mentioned: HashSet<&str> =
        texts.iter().flat_map(|text| text.split(|c| !is_in_word(c))).collect();
    let is_certain = |d: &Diagnostic| {
        d.code == codes::UNDEFINED_NAME
            && d.span.source == module.span.source
            && !broken.iter().any(|part| (part.start..part.end).contains(&d.span.start))
            && !mentioned.contains(loader.snippet(d.span).as_str())
    };
    found.into_iter().filter(is_certain).collect()
}

/// The statements of the top level with mistakes, each with what the parser passed over behind it.
fn broken_parts(module: &ast::Module, mistakes: &[Diagnostic]) -> Vec<Span> {
    let inner = module.stmts.iter().skip(1).map(|stmt| stmt.span.start);
    let starts = std::iter::once(module.span.start).chain(inner.clone());
    let ends = inner.chain([module.span.end]);
    let parts = starts.zip(ends).map(|(start, end)| Span { start, end, ..module.span });
    parts.filter(|&part| mistakes.iter().any(|d| d.is_error() && concerns(d, part))).collect()
}

/// Whether a mistake marks a place of the part.
fn concerns(mistake: &Diagnostic, part: Span) -> bool {
    let labels = mistake.labels.iter().map(|label| label.span);
    let mut places = std::iter::once(mistake.span).chain(labels);
    places.any(|place| place.start <= part.end && part.start <= place.end)
}
