//! Records and dicts as named values, which become the parts of a file.

use quern_vm::std::describe;
use quern_vm::{Error, Value};
use std::sync::Arc;

/// The names and values of a record, or of a dict whose keys are all text, in their order. `what` is the
/// parameter that messages are about.
///
/// # Errors
/// `TypeError` for another value or another key.
pub fn named<'a>(what: &str, value: &'a Value) -> Result<Vec<(Arc<str>, &'a Value)>, Error> {
    match value {
        Value::Record(record) => {
            Ok(record.iter().map(|(name, value)| (name.clone(), value)).collect())
        }
        Value::Dict(dict) => {
            let entry = |(key, value)| match quern_vm::dict::Key::to_value(key).as_str() {
                Some(name) => Ok((name.into(), value)),
                None => Err(Error::type_error(format!(
                    "{what} must have keys of type str, not {}",
                    describe(&key.to_value())
                ))),
            };
            dict.iter().map(entry).collect()
        }
        other => Err(Error::type_error(format!(
            "{what} must be a record or a dict, not {}",
            describe(other)
        ))),
    }
}

/// Gives a name that stands twice a number.
pub fn distinct(names: &mut [Arc<str>]) {
    for i in 1..names.len() {
        let mut n = 2;
        while names[..i].contains(&names[i]) {
            names[i] = format!("{}_{n}", names[i]).into();
            n += 1;
        }
    }
}
