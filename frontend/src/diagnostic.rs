//! What is wrong with a script, and how it is shown.
//!
//! A [`Diagnostic`] is plain data with spans; it is rendered against a [`SourceMap`] for people
//! ([`Diagnostic::render`], by `annotate-snippets`, which lays out several labels, tabs and wide
//! characters) or for programs ([`Diagnostic::to_json`], one object). Run-time errors are shown
//! through the same type, so that every message of Quern looks alike.

use crate::source::{Source, SourceMap, floor_char_boundary};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use quern_ir::message::shortened;
use quern_ir::{SourceId, Span};
use serde_json::{Value, json};
use std::ops::Range;

/// Mistakes reported for one text; of more only that there are more is said.
pub(crate) const MAX_DIAGNOSTICS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One message about the text of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Stable: see [`crate::codes`] and [`quern_ir::ErrorKind::code`].
    pub code: &'static str,
    pub severity: Severity,
    /// One line without a full stop: `expected an expression, found `)``.
    pub title: String,
    /// The spot to mark.
    pub span: Span,
    /// What to say at the spot.
    pub label: Option<String>,
    /// Other spots that explain it.
    pub labels: Vec<Label>,
    /// Facts below the source: what was expected and found, a call trace.
    pub notes: Vec<String>,
    /// How to mend it, when that is known.
    pub hint: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// How text output looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    pub color: bool,
    /// Columns of the terminal; longer source lines are cropped around the spot.
    pub width: usize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        RenderOptions { color: false, width: 100 }
    }
}

impl Diagnostic {
    pub fn error(code: &'static str, span: Span, title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            title: shortened(title.into()),
            span,
            label: None,
            labels: Vec::new(),
            notes: Vec::new(),
            hint: None,
        }
    }

    pub fn warning(code: &'static str, span: Span, title: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, title) }
    }

    /// Says something at the spot itself.
    pub fn with_label(mut self, text: impl Into<String>) -> Diagnostic {
        self.label = Some(text.into());
        self
    }

    /// Marks another spot.
    pub fn with_label_at(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub fn with_note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(shortened(text.into()));
        self
    }

    pub fn with_hint(mut self, text: impl Into<String>) -> Diagnostic {
        self.hint = Some(shortened(text.into()));
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The message with the marked source, ending in a newline.
    pub fn render(&self, sources: &SourceMap, options: RenderOptions) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let excerpts = self.excerpts(sources);
        let mut group = Group::with_title(level.primary_title(&self.title).id(self.code));
        for excerpt in &excerpts {
            group = excerpt.add_to(group);
        }
        for note in &self.notes {
            group = group.element(Level::NOTE.message(note));
        }
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.with_name("hint").message(hint));
        }
        let renderer =
            if options.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
        let mut text =
            renderer.decor_style(DecorStyle::Ascii).term_width(options.width).render(&[group]);
        text.push('\n');
        text
    }

    /// One JSON object: `code severity message file line column end_line end_column hint notes
    /// labels`, positions from 1 and columns in code points.
    pub fn to_json(&self, sources: &SourceMap) -> Value {
        let mut object = json!({
            "code": self.code,
            "severity": match self.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "message": self.title,
        });
        position_to_json(&mut object, sources, self.span);
        object["label"] = json!(self.label);
        object["hint"] = json!(self.hint);
        object["notes"] = json!(self.notes);
        object["labels"] = self
            .labels
            .iter()
            .map(|label| {
                let mut object = json!({ "message": label.text });
                position_to_json(&mut object, sources, label.span);
                object
            })
            .collect();
        object
    }

    /// The spots, gathered by source (the main one first) and by lines that stand together.
    fn excerpts<'a>(&'a self, sources: &'a SourceMap) -> Vec<Excerpt<'a>> {
        let main = (self.span, self.label.as_deref(), true);
        let others = self.labels.iter().map(|label| (label.span, Some(label.text.as_str()), false));
        let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
        for (span, text, is_main) in std::iter::once(main).chain(others) {
            let Some(source) = sources.get(span.source) else {
                continue;
            };
            let mark = Mark { range: clamp(source, span), text, is_main };
            match excerpts.iter_mut().find(|e| e.id == span.source) {
                Some(excerpt) => excerpt.marks.push(mark),
                None => excerpts.push(Excerpt::new(span.source, source, mark)),
            }
        }
        for excerpt in &mut excerpts {
            excerpt.crop();
        }
        excerpts
    }
}

fn position_to_json(object: &mut Value, sources: &SourceMap, span: Span) {
    let Some(source) = sources.get(span.source) else {
        return;
    };
    let range = clamp(source, span);
    let (start, end) = (source.line_column(range.start), source.line_column(range.end));
    object["file"] = json!(source.name());
    object["line"] = json!(start.line);
    object["column"] = json!(start.column);
    object["end_line"] = json!(end.line);
    object["end_column"] = json!(end.column);
}

fn clamp(source: &Source, span: Span) -> Range<usize> {
    let text = source.text();
    let start = floor_char_boundary(text, span.start as usize);
    let end = floor_char_boundary(text, span.end as usize).max(start);
    start..end
}

/// A spot in an excerpt.
struct Mark<'a> {
    range: Range<usize>,
    text: Option<&'a str>,
    is_main: bool,
}

/// The part of one source that is shown.
///
/// A source line of megabytes must neither be printed nor scanned per message, so lines are copied
/// only within [`WINDOW`] bytes of a mark. Rendering then counts columns in the copy, which is why
/// the position is printed apart from the snippet whenever something was cut off in front.
struct Excerpt<'a> {
    id: SourceId,
    source: &'a Source,
    marks: Vec<Mark<'a>>,
    /// Where the first mark starts in the source.
    start: usize,
    text: String,
    first_line: usize,
    is_cut: bool,
}

/// How many bytes of a line are kept on each side of a mark.
const WINDOW: usize = 240;

/// How many lines an excerpt may span before marks that lie far off are dropped.
const MAX_LINES: usize = 2000;

impl<'a> Excerpt<'a> {
    fn new(id: SourceId, source: &'a Source, mark: Mark<'a>) -> Excerpt<'a> {
        Excerpt {
            id,
            source,
            start: mark.range.start,
            marks: vec![mark],
            text: String::new(),
            first_line: 0,
            is_cut: false,
        }
    }

    /// Copies the lines from the first to the last mark and moves the marks into the copy.
    fn crop(&mut self) {
        let source = self.source;
        let line_of = |mark: &Mark<'_>| source.line_index(mark.range.start);
        let main_line = line_of(&self.marks[0]);
        self.marks.retain(|mark| line_of(mark).abs_diff(main_line) < MAX_LINES);
        let first = self.marks.iter().map(line_of).min().unwrap_or(0);
        let last = (self.marks.iter())
            .map(|mark| source.line_index(mark.range.end))
            .max()
            .unwrap_or(0)
            .min(first + MAX_LINES);
        self.first_line = first + 1;
        let mut moved: Vec<Range<usize>> = self.marks.iter().map(|_| 0..0).collect();
        for line in first..=last {
            let bytes = source.line_range(line);
            let kept = self.kept(bytes.clone());
            if kept.start > bytes.start {
                self.is_cut = true;
                self.text.push_str("...");
            }
            let shift = self.text.len();
            self.text.push_str(&source.text()[kept.clone()]);
            for (mark, new) in self.marks.iter().zip(&mut moved) {
                let place = |at: usize| at.clamp(kept.start, kept.end) - kept.start + shift;
                let is_in = |at: usize| bytes.start <= at && at <= bytes.end + 1;
                if is_in(mark.range.start) && mark.range.start >= bytes.start {
                    *new = place(mark.range.start)..place(mark.range.end);
                } else if mark.range.start < bytes.start && mark.range.end > bytes.start {
                    new.end = place(mark.range.end);
                }
            }
            if kept.end < bytes.end {
                self.text.push_str("...");
            }
            self.text.push('\n');
        }
        for (mark, new) in self.marks.iter_mut().zip(moved) {
            mark.range = new;
        }
    }

    /// The part of a line that is near a mark.
    fn kept(&self, line: Range<usize>) -> Range<usize> {
        if line.len() <= 4 * WINDOW {
            return line;
        }
        let text = self.source.text();
        let ends = self
            .marks
            .iter()
            .filter(|mark| mark.range.start <= line.end && mark.range.end >= line.start);
        let (mut start, mut end) = (None::<usize>, None::<usize>);
        for mark in ends {
            let from = mark.range.start.max(line.start);
            let to = mark.range.end.min(line.end).min(from + WINDOW);
            if mark.is_main || start.is_none() {
                start = Some(from);
                end = Some(to);
            }
            if mark.is_main {
                break;
            }
        }
        let start = start.unwrap_or(line.start).saturating_sub(WINDOW);
        let end = end.unwrap_or(line.start) + WINDOW;
        let start = floor_char_boundary(text, start.max(line.start));
        let end = floor_char_boundary(text, end.min(line.end)).max(start);
        start..end
    }

    fn add_to(&'a self, group: Group<'a>) -> Group<'a> {
        let mut snippet = Snippet::source(&self.text).line_start(self.first_line);
        let mut group = group;
        if self.is_cut {
            let position = self.source.line_column(self.start);
            group = group.element(
                Origin::path(self.source.name()).line(position.line).char_column(position.column),
            );
        } else {
            snippet = snippet.path(self.source.name());
        }
        for mark in &self.marks {
            let kind = if mark.is_main { AnnotationKind::Primary } else { AnnotationKind::Context };
            snippet = snippet.annotation(kind.span(mark.range.clone()).label(mark.text));
        }
        group.element(snippet)
    }
}
