//! Immutable text, indexed by code point: short strings, which lie in the value itself, and long ones.

use crate::error::Error;
use compact_str::CompactString;
use std::fmt;
use std::sync::OnceLock;

/// A string of at most [`ShortStr::MAX`] bytes. Every string that fits is one, so that a short and a
/// long string are never equal. The layout is fixed because compiled code writes the bits down.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct ShortStr {
    len: u8,
    /// Those past the length are zero.
    bytes: [u8; ShortStr::MAX],
}

impl ShortStr {
    pub const MAX: usize = 14;

    pub fn new(text: &str) -> Option<ShortStr> {
        let mut bytes = [0; ShortStr::MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(ShortStr { len: text.len() as u8, bytes })
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: `new` and `from_bits` copied the bytes of a whole `str` of this length.
        unsafe { std::str::from_utf8_unchecked(self.bytes.get_unchecked(..usize::from(self.len))) }
    }

    /// Length and bytes, one after another from the low bits.
    #[inline]
    pub fn to_bits(self) -> u128 {
        let mut all = [0; 16];
        all[0] = self.len;
        all[1..=ShortStr::MAX].copy_from_slice(&self.bytes);
        u128::from_le_bytes(all)
    }

    /// The string that these are the bits of.
    ///
    /// # Safety
    ///
    /// They come from [`ShortStr::to_bits`].
    #[inline]
    pub unsafe fn from_bits(bits: u128) -> ShortStr {
        let all = bits.to_le_bytes();
        let mut bytes = [0; ShortStr::MAX];
        bytes.copy_from_slice(&all[1..=ShortStr::MAX]);
        ShortStr { len: all[0], bytes }
    }
}

impl fmt::Debug for ShortStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// A string that is not short. It knows how many code points it has, so that indexing plain ASCII takes
/// one step, and where they are once any other text was indexed.
#[derive(Clone, Default)]
pub struct LongStr {
    text: CompactString,
    chars: usize,
    marks: OnceLock<Box<Marks>>,
}

/// The byte offset of every [`EVERY`]th code point of a text.
#[derive(Clone, Debug)]
struct Marks {
    offsets: Vec<usize>,
}

/// As many code points are passed over to come from a mark to an index. With eight bytes for each mark,
/// they take an eighth of the memory of the text at most.
const EVERY: usize = 64;

impl Marks {
    fn of(text: &str) -> Box<Marks> {
        let offsets = text.char_indices().step_by(EVERY).map(|(offset, _)| offset).collect();
        Box::new(Marks { offsets })
    }
}

impl LongStr {
    pub fn new(text: impl Into<CompactString>) -> LongStr {
        let text = text.into();
        let chars = Text::from(&*text).chars;
        LongStr { text, chars, marks: OnceLock::new() }
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[inline]
    pub fn as_text(&self) -> Text<'_> {
        Text { text: &self.text, chars: self.chars, marks: Some(&self.marks) }
    }

    /// Appends in place; for a string that nobody else holds.
    ///
    /// # Errors
    ///
    /// `MemoryError` if there is no room.
    pub fn push(&mut self, more: Text<'_>) -> Result<(), Error> {
        let room = self.text.try_reserve(more.text.len());
        room.map_err(|_| Error::memory("a string of this length"))?;
        self.text.push_str(more.text);
        self.chars += more.chars;
        self.marks.take();
        Ok(())
    }
}

impl PartialEq for LongStr {
    fn eq(&self, other: &LongStr) -> bool {
        self.text == other.text
    }
}

impl Eq for LongStr {}

impl fmt::Debug for LongStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Text that lies elsewhere, and how many code points it has.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    text: &'a str,
    chars: usize,
    /// Where marks are kept, if it is long.
    marks: Option<&'a OnceLock<Box<Marks>>>,
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Text<'a> {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Text { text, chars, marks: None }
    }
}

impl<'a> Text<'a> {
    #[inline]
    pub fn as_str(self) -> &'a str {
        self.text
    }

    /// Number of code points.
    pub fn len(self) -> usize {
        self.chars
    }

    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    pub fn is_ascii(self) -> bool {
        self.chars == self.text.len()
    }

    /// Byte offset of a code point; the length in bytes for those past the end.
    pub fn byte_offset(self, index: usize) -> usize {
        if index >= self.chars {
            return self.text.len();
        }
        if self.is_ascii() {
            return index;
        }
        let (from, rest) = self.tail_before(index);
        rest.char_indices()
            .nth(index - from)
            .map_or(self.text.len(), |(offset, _)| self.text.len() - rest.len() + offset)
    }

    /// The code point at an index from the front.
    pub fn char_at(self, index: usize) -> Option<char> {
        if self.is_ascii() {
            return self.text.as_bytes().get(index).map(|&b| char::from(b));
        }
        let (from, rest) = self.tail_before(index);
        rest.chars().nth(index - from)
    }

    /// The text from a mark on that is not far before an index, and the index of that mark.
    fn tail_before(self, index: usize) -> (usize, &'a str) {
        let marks = self.marks.map(|marks| marks.get_or_init(|| Marks::of(self.text)));
        let number = index / EVERY;
        match marks.and_then(|marks| marks.offsets.get(number)) {
            Some(&offset) => (number * EVERY, &self.text[offset..]),
            None => (0, self.text),
        }
    }

    /// The code points from `start` to below `stop`.
    pub fn slice(self, start: usize, stop: usize) -> &'a str {
        let start = self.byte_offset(start);
        let stop = self.byte_offset(stop).max(start);
        &self.text[start..stop]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_count_code_points() {
        let s = Text::from("aé漢z");
        assert_eq!(s.len(), 4);
        assert_eq!(s.char_at(2), Some('漢'));
        assert_eq!(s.slice(1, 3), "é漢");
        assert_eq!(s.slice(3, 1), "");
        assert_eq!(Text::from("abc").char_at(3), None);
    }

    #[test]
    fn a_long_text_is_indexed_by_its_marks() {
        let source: Vec<char> = ('a'..='z').chain('α'..='ω').chain('一'..='噸').collect();
        let text: String = source.iter().collect();
        let mut long = LongStr::new(&*text);
        for (i, &c) in source.iter().enumerate() {
            assert_eq!(long.as_text().char_at(i), Some(c));
            assert_eq!(long.as_text().byte_offset(i), Text::from(&*text).byte_offset(i));
        }
        let end = source.len();
        assert_eq!(
            (long.as_text().char_at(end), long.as_text().byte_offset(end + 99)),
            (None, text.len())
        );
        long.push("é!".into()).expect("a little memory");
        assert_eq!(
            (long.as_text().char_at(end), long.as_text().char_at(end + 1)),
            (Some('é'), Some('!'))
        );
        assert_eq!(long.as_text().slice(end - 1, end + 1), "噸é");
    }

    #[test]
    fn a_short_string_is_its_bits() {
        for text in ["", "a", "α漢z", "fourteen bytes"] {
            let short = ShortStr::new(text).expect("short");
            // SAFETY: they are the bits of a short string.
            let back = unsafe { ShortStr::from_bits(short.to_bits()) };
            assert_eq!((back.as_str(), back), (text, short));
        }
        assert_eq!(ShortStr::new("fifteen bytes.."), None);
    }
}
