//! Functions of the host program as script values.

use crate::error::Error;
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// What a host function does with its arguments.
type Body = dyn Fn(&mut [Value]) -> Result<Value, Error> + Send + Sync;

/// A closure of the embedding program under the name that scripts call it by.
pub struct HostFunction {
    name: Arc<str>,
    params: usize,
    body: Box<Body>,
}

impl HostFunction {
    pub fn new(
        name: &str,
        params: usize,
        body: impl Fn(&mut [Value]) -> Result<Value, Error> + Send + Sync + 'static,
    ) -> HostFunction {
        HostFunction { name: name.into(), params, body: Box::new(body) }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// `TypeError` for a wrong number of arguments, else what the closure answers.
    pub fn call(&self, args: &mut [Value]) -> Result<Value, Error> {
        if args.len() != self.params {
            let (n, s) = (self.params, if self.params == 1 { "" } else { "s" });
            return Err(Error::type_error(format!(
                "{} takes {n} argument{s}, {} were given",
                self.name,
                args.len()
            )));
        }
        (self.body)(args)
    }
}

impl fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostFunction({})", self.name)
    }
}
