//! Immutable text, indexed by code point.

use compact_str::CompactString;
use std::fmt;

/// A string. It knows how many code points it has, so that indexing plain ASCII takes one step. The
/// bytes of a short one lie in it, so that words cost one allocation and one cache line.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Str {
    text: CompactString,
    chars: usize,
}

impl Str {
    pub fn new(text: String) -> Str {
        Str::of(text.into())
    }

    fn of(text: CompactString) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str { text, chars }
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Number of code points.
    pub fn len(&self) -> usize {
        self.chars
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn is_ascii(&self) -> bool {
        self.chars == self.text.len()
    }

    /// Byte offset of a code point; the length in bytes for those past the end.
    pub fn byte_offset(&self, index: usize) -> usize {
        if self.is_ascii() {
            return index.min(self.text.len());
        }
        self.text.char_indices().nth(index).map_or(self.text.len(), |(offset, _)| offset)
    }

    /// The code point at an index from the front.
    pub fn char_at(&self, index: usize) -> Option<char> {
        if self.is_ascii() {
            self.text.as_bytes().get(index).map(|&b| char::from(b))
        } else {
            self.text.chars().nth(index)
        }
    }

    /// The code points from `start` to below `stop`.
    pub fn slice(&self, start: usize, stop: usize) -> &str {
        let start = self.byte_offset(start);
        let stop = self.byte_offset(stop).max(start);
        &self.text[start..stop]
    }

    /// Appends in place; for a string that nobody else holds.
    pub fn push(&mut self, more: &Str) {
        self.text.push_str(&more.text);
        self.chars += more.chars;
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str::of(text.into())
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_count_code_points() {
        let s = Str::from("aé漢z");
        assert_eq!(s.len(), 4);
        assert_eq!(s.char_at(2), Some('漢'));
        assert_eq!(s.slice(1, 3), "é漢");
        assert_eq!(s.slice(3, 1), "");
        assert_eq!(Str::from("abc").char_at(3), None);
    }
}
