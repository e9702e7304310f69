//! Messages on standard error.

use super::args::MessageFormat;
use crate::error::{Error, Failure, render_some};
use quern_frontend::{Diagnostic, RenderOptions, SourceMap};
use quern_ir::Span;
use std::io::IsTerminal;

/// Writes the messages of an error.
pub fn error(error: &Error, format: MessageFormat) {
    match format {
        MessageFormat::Human => eprint!("{}", error.render(options())),
        MessageFormat::Json => eprint!("{}", error.to_json()),
    }
}

/// Writes that the script of this name cannot be read.
pub fn unreadable(name: &str, error: quern_vm::Error, format: MessageFormat) {
    match format {
        MessageFormat::Human => eprintln!("jit: {}", error.message),
        MessageFormat::Json => {
            let mut sources = SourceMap::new();
            let source = sources.add(name, "");
            let failure = Failure::Thrown(error.at(Span { source, start: 0, end: 0 }));
            eprint!("{}", Error::new(failure, sources).to_json());
        }
    }
}

/// Writes diagnostics: all of them for programs, as many as a person reads for people.
pub fn diagnostics(all: &[Diagnostic], sources: &SourceMap, format: MessageFormat) {
    match format {
        MessageFormat::Human => eprint!("{}", render_some(all, sources, options())),
        MessageFormat::Json => all.iter().for_each(|d| eprintln!("{}", d.to_json(sources))),
    }
}

/// Colours on a terminal, unless `NO_COLOR` is set (no-color.org).
fn options() -> RenderOptions {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    RenderOptions { color, ..RenderOptions::default() }
}
