//! The error of an array operation: a kind a script can catch, what was found, and the fix if known.

use quern_ir::{DType, ErrorKind};
use std::fmt;

/// Why an array operation failed. It carries no source position; the caller adds one.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayError {
    pub kind: ErrorKind,
    pub message: String,
    pub hint: Option<String>,
}

/// The result of an array operation.
pub type Result<T> = std::result::Result<T, ArrayError>;

impl ArrayError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> ArrayError {
        ArrayError { kind, message: message.into(), hint: None }
    }

    /// The same error with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> ArrayError {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn shape(message: impl Into<String>) -> ArrayError {
        ArrayError::new(ErrorKind::ShapeError, message)
    }

    pub(crate) fn value(message: impl Into<String>) -> ArrayError {
        ArrayError::new(ErrorKind::ValueError, message)
    }

    pub(crate) fn ty(message: impl Into<String>) -> ArrayError {
        ArrayError::new(ErrorKind::TypeError, message)
    }

    pub(crate) fn index(message: impl Into<String>) -> ArrayError {
        ArrayError::new(ErrorKind::IndexError, message)
    }

    pub(crate) fn overflow(message: impl Into<String>) -> ArrayError {
        ArrayError::new(ErrorKind::OverflowError, message)
    }

    pub(crate) fn memory(message: impl Into<String>) -> ArrayError {
        ArrayError::new(ErrorKind::MemoryError, message)
    }

    /// `name` is not defined for elements of `dtype`.
    pub(crate) fn unsupported(name: &str, dtype: DType) -> ArrayError {
        ArrayError::ty(format!("{name} is not defined for {dtype} values"))
    }
}

impl fmt::Display for ArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " (hint: {hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ArrayError {}

/// A shape as scripts print it: `(3, 4)`, `(3,)`, `()`.
pub(crate) fn shape_text(shape: &[i64]) -> String {
    match shape {
        [n] => format!("({n},)"),
        _ => {
            let parts: Vec<String> = shape.iter().map(i64::to_string).collect();
            format!("({})", parts.join(", "))
        }
    }
}
