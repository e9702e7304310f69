//! The linked program that all runs of it share.

use crate::append::AppendVec;
use crate::bytecode::{self, Code};
use crate::error::Error;
use crate::prelude::TEXTS;
use crate::tier::Tiering;
use crate::value::Value;
use parking_lot::Mutex;
use quern_ir::function::Program;
use quern_ir::{Builtin, ErrorKind, FuncId, Function, GlobalId, Span};
use std::sync::{Arc, OnceLock};

/// Code and globals of a program. It only grows, so that threads run it without a lock; register code
/// is made when a function is first called.
pub struct Shared {
    functions: AppendVec<Entry>,
    globals: AppendVec<GlobalCell>,
    /// The function of each builtin, where it is written in Quern and its text was lowered.
    prelude: Vec<OnceLock<FuncId>>,
    has_prelude: bool,
    tiering: Tiering,
}

struct Entry {
    ir: Arc<Function>,
    code: OnceLock<Result<Code, Error>>,
}

struct GlobalCell {
    name: Arc<str>,
    value: OnceLock<Value>,
    /// The value instead, of a global that an interactive session may set again.
    replaceable: Option<Mutex<Option<Value>>>,
}

impl Shared {
    /// Links a program. The core of the prelude must be in it from the start.
    pub fn new(program: &Program, tiering: Tiering) -> Shared {
        let shared = Shared {
            functions: AppendVec::new(),
            globals: AppendVec::new(),
            prelude: vec![OnceLock::new(); Builtin::ALL.len()],
            has_prelude: !program.prelude.is_empty(),
            tiering,
        };
        shared.link(program);
        shared
    }

    /// Takes over what was appended to the program since it was linked.
    pub fn link(&self, program: &Program) {
        self.globals.extend_to(program.globals.len(), |i| {
            let global = &program.globals[GlobalId(i as u32)];
            GlobalCell {
                name: global.name.clone(),
                value: OnceLock::new(),
                replaceable: global.replaceable.then(Mutex::default),
            }
        });
        self.functions.extend_to(program.functions.len(), |i| Entry {
            ir: program.functions[FuncId(i as u32)].clone(),
            code: OnceLock::new(),
        });
        for (&builtin, &func) in &program.prelude {
            self.prelude[builtin as usize].get_or_init(|| func);
        }
    }

    pub fn tiering(&self) -> &Tiering {
        &self.tiering
    }

    /// The function behind a builtin that is written in Quern.
    pub fn prelude(&self, builtin: Builtin) -> Option<FuncId> {
        self.prelude[builtin as usize].get().copied()
    }

    /// Whether a place is in the texts of the prelude, which are the first sources of a program with one.
    pub fn in_prelude(&self, span: Span) -> bool {
        self.has_prelude && (span.source.0 as usize) < TEXTS.len()
    }

    /// A function as it was lowered.
    pub fn function(&self, func: FuncId) -> Option<&Arc<Function>> {
        self.functions.get(func.0 as usize).map(|e| &e.ir)
    }

    /// How many functions there are.
    pub fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// The register code of a function, made at the first call.
    ///
    /// # Errors
    ///
    /// If there is no such function, or it is too large.
    #[inline]
    pub fn code(&self, func: FuncId) -> Result<&Code, Error> {
        let Some(entry) = self.functions.get(func.0 as usize) else {
            return Err(Error::new(ErrorKind::ValueError, format!("there is no function {func}")));
        };
        match entry.code.get() {
            Some(Ok(code)) => Ok(code),
            _ => self.compile(func, entry),
        }
    }

    #[cold]
    fn compile<'a>(&'a self, func: FuncId, entry: &'a Entry) -> Result<&'a Code, Error> {
        let code = entry.code.get_or_init(|| bytecode::compile(self, func, &entry.ir));
        code.as_ref().map_err(Error::clone)
    }

    /// The value of a global now.
    ///
    /// # Errors
    ///
    /// If its `let` did not run yet.
    pub fn read_global(&self, global: GlobalId) -> Result<Value, Error> {
        let cell = self.globals.get(global.0 as usize).and_then(|c| c.replaceable.as_ref());
        match cell.and_then(|c| c.lock().clone()) {
            Some(value) => Ok(value),
            None => self.global(global).cloned(),
        }
    }

    /// The value of a global that is set once.
    ///
    /// # Errors
    ///
    /// If its `let` did not run yet, or it may be set again.
    pub fn global(&self, global: GlobalId) -> Result<&Value, Error> {
        let cell = self.globals.get(global.0 as usize);
        cell.and_then(|c| c.value.get()).ok_or_else(|| {
            let name = cell.map_or("?", |c| &*c.name);
            Error::value_error(format!("{name} is used before its `let` has run"))
                .hint("move the call below the definition")
        })
    }

    /// Sets a global.
    ///
    /// # Errors
    ///
    /// If it is set already and may not be set again.
    pub fn set_global(&self, global: GlobalId, value: Value) -> Result<(), Error> {
        match self.globals.get(global.0 as usize) {
            Some(GlobalCell { replaceable: Some(cell), .. }) => {
                // The old value is dropped after the lock is free.
                let old = cell.lock().replace(value);
                drop(old);
                Ok(())
            }
            Some(cell) => cell
                .value
                .set(value)
                .map_err(|_| Error::value_error(format!("{} is set twice", cell.name))),
            None => Err(Error::value_error(format!("there is no global {global}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_shared_by_threads() {
        fn assert_send_sync<T: Send + Sync>() {}
        assert_send_sync::<Shared>();
    }
}
