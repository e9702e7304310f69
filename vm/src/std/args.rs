//! Access to the arguments of a builtin, with messages that name the parameter.

use crate::error::Error;
use crate::interrupt::Stop;
use crate::text::Text;
use crate::value::Value;
use quern_ir::Builtin;

/// The arguments of one call, one for each parameter of the builtin's row.
pub struct Args<'a> {
    pub builtin: Builtin,
    pub values: &'a mut [Value],
    /// Where long work looks whether to go on.
    pub stop: Stop<'a>,
}

impl Args<'_> {
    pub fn get(&self, index: usize) -> &Value {
        &self.values[index]
    }

    /// Moves an argument out, so that a value nobody else holds can be changed in place.
    pub fn take(&mut self, index: usize) -> Value {
        std::mem::take(&mut self.values[index])
    }

    pub fn int(&self, index: usize) -> Result<i64, Error> {
        self.get(index).as_int().ok_or_else(|| self.wrong(index, "an int"))
    }

    /// A count: an int that is not negative.
    pub fn count(&self, index: usize) -> Result<usize, Error> {
        let n = self.int(index)?;
        usize::try_from(n).map_err(|_| {
            Error::value_error(format!("{}: {} is negative: {n}", self.name(), self.param(index)))
        })
    }

    pub fn float(&self, index: usize) -> Result<f64, Error> {
        self.get(index).as_float().ok_or_else(|| self.wrong(index, "a number"))
    }

    pub fn bool(&self, index: usize) -> Result<bool, Error> {
        self.get(index).as_bool().ok_or_else(|| self.wrong(index, "a bool"))
    }

    pub fn str(&self, index: usize) -> Result<&str, Error> {
        self.get(index).as_str().ok_or_else(|| self.wrong(index, "a str"))
    }

    pub fn text(&self, index: usize) -> Result<Text<'_>, Error> {
        self.get(index).as_text().ok_or_else(|| self.wrong(index, "a str"))
    }

    /// An optional int.
    pub fn optional_int(&self, index: usize) -> Result<Option<i64>, Error> {
        if self.get(index).is_none() { Ok(None) } else { self.int(index).map(Some) }
    }

    pub fn optional_str(&self, index: usize) -> Result<Option<&str>, Error> {
        if self.get(index).is_none() { Ok(None) } else { self.str(index).map(Some) }
    }

    /// The error that an argument has the wrong type.
    #[cold]
    pub fn wrong(&self, index: usize, expected: &str) -> Error {
        self.unfit(index, expected, self.get(index))
    }

    /// The same, where it is a part of the argument that is wrong.
    #[cold]
    pub fn unfit(&self, index: usize, expected: &str, found: &Value) -> Error {
        let (builtin, param) = (self.name(), self.param(index));
        Error::type_error(format!(
            "{builtin}: {param} must be {expected}, not {}",
            super::describe(found)
        ))
    }

    /// The name that scripts know: where the builtin is a part of a prelude function, that of the function.
    fn name(&self) -> &str {
        match (self.builtin, self.values.first().and_then(Value::as_str)) {
            (Builtin::ReduceArray, Some(reduction)) => reduction,
            (Builtin::ToArray, _) => "array",
            (Builtin::SortBy, _) => "sort",
            (Builtin::ToTuple, _) => "tuple",
            (Builtin::ToDict, _) => "dict",
            (Builtin::ToRecord, _) => "record",
            (Builtin::JoinStrings, _) => "join",
            (Builtin::RepeatArray, _) => "repeat",
            (Builtin::TakeArray, _) => "take",
            _ => self.builtin.name(),
        }
    }

    pub fn param(&self, index: usize) -> &'static str {
        self.builtin.params()[index].name
    }
}
