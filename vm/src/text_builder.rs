//! Text that is put together from parts.

use crate::error::Error;
use crate::std::MAX_TEXT;
use crate::value::Value;

/// A text that grows as far as there is room for it.
#[derive(Default)]
pub struct TextBuilder {
    text: String,
}

impl TextBuilder {
    /// # Errors
    ///
    /// `MemoryError` if there is no room for so many further bytes.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Error> {
        let len = self.text.len().saturating_add(bytes);
        if len > MAX_TEXT || self.text.try_reserve(bytes).is_err() {
            return Err(Error::memory(&format!("a string of {len} bytes")));
        }
        Ok(())
    }

    /// Appends a part.
    ///
    /// # Errors
    ///
    /// As [`TextBuilder::reserve`].
    pub fn push(&mut self, part: &str) -> Result<(), Error> {
        self.reserve(part.len())?;
        self.text.push_str(part);
        Ok(())
    }

    pub fn into_value(self) -> Value {
        self.text.into()
    }
}
