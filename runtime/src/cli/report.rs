//! Messages on standard error.

use super::args::MessageFormat;
use crate::error::Error;
use quern_frontend::{Diagnostic, RenderOptions, SourceMap};
use std::io::IsTerminal;

/// Writes the messages of an error.
pub fn error(error: &Error, format: MessageFormat) {
    match format {
        MessageFormat::Human => eprint!("{}", error.render(options())),
        MessageFormat::Json => eprint!("{}", error.to_json()),
    }
}

/// Writes diagnostics one by one.
pub fn diagnostics(all: &[Diagnostic], sources: &SourceMap, format: MessageFormat) {
    for d in all {
        match format {
            MessageFormat::Human => eprint!("{}", d.render(sources, options())),
            MessageFormat::Json => eprintln!("{}", d.to_json(sources)),
        }
    }
}

/// Colours on a terminal, unless `NO_COLOR` is set (no-color.org).
fn options() -> RenderOptions {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    RenderOptions { color, ..RenderOptions::default() }
}
