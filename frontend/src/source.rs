//! The source texts of a run, and where in them a byte stands.
//!
//! A [`SourceMap`] owns its texts behind `Arc`, so it is cheap to clone and to hand to other threads.
//! A text is never taken out or changed: a [`SourceId`] stays good for as long as the map.

use quern_ir::{SourceId, Span};
use std::sync::{Arc, OnceLock};

/// Names and texts, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Arc<Source>>,
}

/// One file, `-e` expression or REPL entry.
#[derive(Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    /// Byte at which each line starts, found when a place in the text is first shown; the first is 0.
    line_starts: OnceLock<Vec<u32>>,
}

/// A position as people count it: lines and columns from 1, columns in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

impl SourceMap {
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds a text under the name that messages show (most often a path).
    ///
    /// Offsets are 32 bits wide: of a text longer than 4 GiB only the start is kept.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        let id = SourceId(self.sources.len() as u32);
        self.sources.push(Arc::new(Source::new(name.into(), text.into())));
        id
    }

    /// The text with this id, or `None` if it is of another map.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize).map(|source| &**source)
    }

    /// The text a span covers; empty when the span is of another map.
    pub fn snippet(&self, span: Span) -> &str {
        self.get(span.source).and_then(|source| source.text.get(span.range())).unwrap_or("")
    }

    /// Where a span starts.
    pub fn line_column(&self, span: Span) -> LineColumn {
        match self.get(span.source) {
            Some(source) => source.line_column(span.start as usize),
            None => LineColumn { line: 1, column: 1 },
        }
    }
}

impl Source {
    fn new(name: Arc<str>, text: Arc<str>) -> Source {
        const MAX: usize = u32::MAX as usize - 1;
        let text =
            if text.len() > MAX { text[..floor_char_boundary(&text, MAX)].into() } else { text };
        Source { name, text, line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
            std::iter::once(0).chain(ends.map(|(i, _)| i as u32 + 1)).collect()
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line a byte offset is in, from 0.
    pub fn line_index(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|&start| start as usize <= offset) - 1
    }

    /// The bytes of a line (counted from 0) without its line end.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts().get(line).map_or(self.text.len(), |&s| s as usize);
        let end = self.line_starts().get(line + 1).map_or(self.text.len(), |&s| s as usize - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = floor_char_boundary(&self.text, offset);
        let line = self.line_index(offset);
        let start = self.line_starts()[line] as usize;
        LineColumn { line: line + 1, column: self.text[start..offset].chars().count() + 1 }
    }
}

/// The last character boundary at or before `offset`.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_code_points() {
        let mut map = SourceMap::new();
        let id = map.add("a.qn", "let α = 1\r\nβ\n");
        let source = map.get(id).expect("just added");
        let at = |offset| {
            let p = source.line_column(offset);
            (p.line, p.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(6), (1, 6));
        assert_eq!(at(5), (1, 5), "inside a character counts as its start");
        assert_eq!(at(12), (2, 1));
        assert_eq!(at(14), (2, 2));
        assert_eq!(at(15), (3, 1));
        assert_eq!(at(999), (3, 1));
        assert_eq!(&source.text()[source.line_range(0)], "let α = 1");
        assert_eq!(&source.text()[source.line_range(1)], "β");
        assert_eq!(source.line_range(2), 15..15);
    }

    #[test]
    fn spans_of_other_maps_are_harmless() {
        let map = SourceMap::new();
        let span = Span::new(SourceId(7), 3, 9);
        assert_eq!(map.snippet(span), "");
        assert_eq!(map.line_column(span), LineColumn { line: 1, column: 1 });
    }
}
