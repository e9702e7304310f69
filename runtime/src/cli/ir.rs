//! `jit ir`: prints what a script becomes at each stage.

use super::args::{EngineArgs, IrArgs, JitMode, MessageFormat, Stage};
use super::run::{engine, read_source};
use super::{Failure, Outcome, report};
use crate::engine::Engine;
use crate::error::Error;
use quern_ir::text::print;

/// Prints one stage of a script.
pub fn run(args: &IrArgs) -> Outcome {
    let (name, text) = read_source(&args.file)?;
    let engine_args = EngineArgs {
        jit: JitMode::On,
        message_format: MessageFormat::Human,
        max_depth: None,
        threads: None,
    };
    let engine = engine(&engine_args, args.args.clone(), false);
    match args.stage {
        Stage::Ast => ast(&engine, &name, &text),
        Stage::Ir => ir(&engine, &name, &text, args.function.as_deref()),
        Stage::Typed | Stage::Clif | Stage::Asm | Stage::Kernel | Stage::Wgsl => {
            eprintln!("jit: this build cannot print that stage yet");
            Err(Failure::Usage)
        }
    }
}

fn failed(e: &Error) -> Failure {
    report::error(e, MessageFormat::Human);
    Failure::Script
}

fn ast(engine: &Engine, name: &str, text: &str) -> Outcome {
    let id = engine.sources.add(name, text);
    let module = engine.parse(id).map_err(|e| failed(&e))?;
    print!("{}", quern_frontend::ast_dump::dump(&module));
    Ok(())
}

fn ir(engine: &Engine, name: &str, text: &str, only: Option<&str>) -> Outcome {
    let lowered = engine.load(name, text, false).map_err(|e| failed(&e))?;
    for id in lowered.new_functions {
        if let Some(function) = engine.shared.function(quern_ir::FuncId(id))
            && only.is_none_or(|only| *function.name == *only)
        {
            println!("{}", print(function));
        }
    }
    Ok(())
}
