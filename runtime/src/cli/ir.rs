//! `jit ir`: prints what a script becomes at each stage.

use super::args::{IrArgs, JitMode, Stage};
use super::output::{StandardError, StandardOutput};
use super::run::{on_big_stack, read_source, settings, stop_on_interrupt};
use super::{Failure, Outcome, report};
use crate::engine::Engine;
use crate::error::Error;
use crate::host::Output;
use quern_frontend::Lowered;
use quern_ir::text::print;
use quern_ir::{FuncId, Function};
use std::sync::Arc;

/// Prints one stage of a script.
pub fn run(args: &IrArgs) -> Outcome {
    let (name, text) = read_source(&args.file, args.engine.message_format)?;
    let engine = Engine::new(&settings(&args.engine, args.args.clone(), Arc::new(StandardError)));
    let printer = Printer { engine: &engine, args, output: StandardOutput::new() };
    match args.stage {
        Stage::Ast => printer.ast(&name, &text),
        Stage::Ir => printer.ir(&name, &text),
        Stage::Bytecode => printer.bytecode(&name, &text),
        Stage::Typed | Stage::Clif | Stage::Asm => printer.native(&name, &text),
        Stage::Kernel | Stage::Wgsl => {
            eprintln!("jit: this build has no kernel programs yet");
            Err(Failure::Usage)
        }
    }
}

struct Printer<'a> {
    engine: &'a Engine,
    args: &'a IrArgs,
    output: StandardOutput,
}

impl Printer<'_> {
    fn failed(&self, e: &Error) -> Failure {
        report::error(e, self.args.engine.message_format);
        Failure::Script
    }

    /// Whether a function is one of those asked for.
    fn wants(&self, function: &str) -> bool {
        self.args.function.as_deref().is_none_or(|only| function == only)
    }

    /// Those of a text that are asked for, without the parts of the prelude that it made necessary.
    fn functions<'a>(
        &'a self,
        lowered: &Lowered,
    ) -> impl Iterator<Item = (FuncId, &'a Arc<Function>)> {
        let shared = &self.engine.shared;
        let ids = lowered.new_functions.clone().map(FuncId);
        ids.filter_map(|id| Some((id, shared.function(id)?)))
            .filter(|(_, f)| self.wants(&f.name) && !shared.in_prelude(f.span))
    }

    fn ast(&self, name: &str, text: &str) -> Outcome {
        let id = self.engine.sources.add(name, text);
        let module = self.engine.parse(id).map_err(|e| self.failed(&e))?;
        self.write(&quern_frontend::ast_dump::dump(&module))
    }

    fn ir(&self, name: &str, text: &str) -> Outcome {
        let lowered = self.engine.load(name, text, false).map_err(|e| self.failed(&e))?;
        for (_, function) in self.functions(&lowered) {
            self.write(&print(function))?;
        }
        Ok(())
    }

    fn bytecode(&self, name: &str, text: &str) -> Outcome {
        let engine = self.engine;
        let lowered = engine.load(name, text, false).map_err(|e| self.failed(&e))?;
        for (id, _) in self.functions(&lowered) {
            let code = engine.shared.code(id);
            let code = code.map_err(|e| self.failed(&engine.thrown(e)))?;
            self.write(&code.dump())?;
        }
        Ok(())
    }

    /// Runs the script, then prints the stage of everything that was compiled.
    fn native(&self, name: &str, text: &str) -> Outcome {
        let engine = self.engine;
        if self.args.engine.jit == JitMode::Off {
            eprintln!("jit: nothing is compiled with --jit=off");
            return Err(Failure::Usage);
        }
        let Some(jit) = &engine.jit else {
            eprintln!("jit: there is no code generator for this machine");
            return Err(Failure::Script);
        };
        stop_on_interrupt(engine);
        let result = on_big_stack(|| {
            let lowered = engine.load(name, text, false)?;
            engine.run(&lowered).map(drop)
        });
        for entry in jit.log().iter().filter(|entry| entry.outcome.is_ok()) {
            let title = super::explain::title(engine, entry);
            if !self.wants(&title.function) {
                continue;
            }
            let text = match (jit.dump(&engine.shared, entry), self.args.stage) {
                (Ok((typed, _)), Stage::Typed) => typed,
                (Ok((_, dump)), Stage::Clif) => dump.clif,
                (Ok((_, dump)), _) => dump.asm,
                (Err(why), _) => why.to_string(),
            };
            self.write(&format!("# {title}\n{text}\n"))?;
        }
        result.map_err(|e| self.failed(&e))
    }

    fn write(&self, text: &str) -> Outcome {
        self.output.write(text).and_then(|()| self.output.flush()).map_err(|e| {
            eprintln!("jit: cannot write to standard output: {e}");
            Failure::Script
        })
    }
}
