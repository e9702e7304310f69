//! Text to syntax tree to generic SSA IR, and the messages about what is wrong with the text.
//!
//! `frontend` does no I/O and never panics on input. Reading order: [`source`], [`lexer`], [`ast`],
//! [`parser`], [`diagnostic`].
#![forbid(unsafe_code)]

pub mod ast;
pub mod ast_dump;
pub mod codes;
pub mod diagnostic;
pub mod format;
pub mod lexer;
mod lower;
pub mod parser;
mod recovery;
mod resolve;
pub mod session;
pub mod source;

pub use diagnostic::{Diagnostic, RenderOptions, Severity};
pub use parser::{is_incomplete, parse};
pub use session::{Export, Lowered, ModuleLoader, NoModules, Session, lower_prelude};
pub use source::{LineColumn, Source, SourceMap};
