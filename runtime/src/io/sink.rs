//! Memory that takes what writers of formats write, as far as there is some.

use quern_vm::Error;
use quern_vm::interrupt::Stop;
use quern_vm::range::reserve;
use std::io;

/// Bytes that are being put together.
pub struct Sink<'a> {
    stop: Stop<'a>,
    bytes: Vec<u8>,
}

impl<'a> Sink<'a> {
    pub fn new(stop: Stop<'a>) -> Sink<'a> {
        Sink { stop, bytes: Vec::new() }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stop.check()?;
        reserve(&mut self.bytes, bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

impl io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes).map(|()| bytes.len()).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error of a script for what a [`Sink`] did not take.
pub fn failure(name: &str, error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(other) => Error::value_error(format!("{name}: {other}")),
    }
}
