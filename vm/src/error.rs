//! Errors a script can catch.

use crate::array::ArrayError;
use crate::release::dismantle;
use crate::std::describe;
use crate::value::Value;
use quern_ir::message::shortened;
use quern_ir::{ErrorKind, Span};
use std::fmt;
use std::sync::Arc;

/// Everything known about an error.
#[derive(Clone, Debug)]
pub struct ErrorValue {
    pub kind: ErrorKind,
    /// What `e.kind` is; differs from the kind's own name for kinds a script made up.
    pub kind_name: Arc<str>,
    pub message: String,
    pub hint: Option<String>,
    /// Where it was thrown, once known.
    pub span: Option<Span>,
    /// The line of `span`, set when a script catches the error.
    pub line: Option<u32>,
    /// The calls it came through, innermost first.
    pub trace: Vec<TraceEntry>,
    pub payload: Value,
    /// The exit code, if this is how `os.exit` ends the script: `finally` blocks run, `catch` does not see it.
    pub exit: Option<u8>,
}

impl Drop for ErrorValue {
    fn drop(&mut self) {
        dismantle(std::iter::once(&mut self.payload));
    }
}

/// One call an error came through.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEntry {
    /// The function that was running.
    pub function: Arc<str>,
    /// What it was doing.
    pub span: Span,
}

/// The longest trace kept; the calls in the middle of a longer one are dropped.
pub const MAX_TRACE: usize = 64;

/// An error on its way: one word, so that results stay small.
#[derive(Clone)]
pub struct Error(Arc<ErrorValue>);

impl Error {
    /// An error of the language; a message that would be very long is shortened.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Arc::new(ErrorValue {
            kind,
            kind_name: kind.name().into(),
            message: shortened(message.into()),
            hint: None,
            span: None,
            line: None,
            trace: Vec::new(),
            payload: Value::None,
            exit: None,
        }))
    }

    /// The end of a script that ends itself.
    pub fn exit(code: u8) -> Error {
        let mut error = Error::new(ErrorKind::Cancelled, "the script ended itself");
        error.edit().exit = Some(code);
        error
    }

    pub fn from_value(value: Arc<ErrorValue>) -> Error {
        Error(value)
    }

    pub fn into_value(self) -> Arc<ErrorValue> {
        self.0
    }

    /// The error that `throw` makes of any value: an error as it is, anything else as payload.
    pub fn thrown(value: Value) -> Error {
        if let Value::Error(e) = value {
            return Error(e);
        }
        match value.as_str() {
            Some(text) => Error::user("Error", text),
            None => Error::user("Error", format!("{} was thrown", shown(&value))).payload(value),
        }
    }

    /// An error of a kind named by a script.
    pub fn user(kind: &str, message: impl Into<String>) -> Error {
        let known = ErrorKind::from_name(kind).unwrap_or(ErrorKind::User);
        let mut error = Error::new(known, "");
        let parts = error.edit();
        parts.kind_name = kind.into();
        parts.message = message.into();
        error
    }

    pub fn type_error(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::TypeError, message)
    }

    pub fn value_error(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::ValueError, message)
    }

    pub fn index_error(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::IndexError, message)
    }

    pub fn key_error(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::KeyError, message)
    }

    pub fn overflow(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::OverflowError, message)
    }

    /// What is asked for does not fit in memory.
    pub fn memory(what: &str) -> Error {
        Error::new(ErrorKind::MemoryError, format!("there is no room for {what}"))
    }

    /// The same error with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.edit().hint = Some(shortened(hint.into()));
        self
    }

    /// The same error with a place, unless it has one.
    pub fn at(mut self, span: Span) -> Error {
        if self.0.span.is_none() {
            self.edit().span = Some(span);
        }
        self
    }

    pub fn payload(mut self, payload: Value) -> Error {
        self.edit().payload = payload;
        self
    }

    /// Adds a call the error came through.
    pub fn trace(&mut self, function: &Arc<str>, span: Span) {
        let trace = &mut self.edit().trace;
        if trace.len() == MAX_TRACE {
            trace.remove(MAX_TRACE / 2);
        }
        trace.push(TraceEntry { function: function.clone(), span });
    }

    /// The error for changing.
    pub fn edit(&mut self) -> &mut ErrorValue {
        Arc::make_mut(&mut self.0)
    }
}

/// A value that was thrown: itself where that is short, else what it is.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = crate::std::show::repr(value);
    if text.chars().count() <= LONGEST && !text.contains('\n') { text } else { describe(value) }
}

impl std::ops::Deref for Error {
    type Target = ErrorValue;
    fn deref(&self) -> &ErrorValue {
        &self.0
    }
}

impl From<ArrayError> for Error {
    fn from(e: ArrayError) -> Error {
        let error = Error::new(e.kind, e.message);
        match e.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

impl From<Error> for Value {
    fn from(e: Error) -> Value {
        Value::Error(e.0)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind_name, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " (hint: {hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
