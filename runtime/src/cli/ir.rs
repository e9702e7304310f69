//! `jit ir`: prints what a script becomes at each stage.

use super::args::{EngineArgs, IrArgs, JitMode, MessageFormat, Stage};
use super::run::{engine, on_big_stack, read_source, stop_on_interrupt};
use super::{Failure, Outcome, report};
use crate::engine::Engine;
use crate::error::Error;
use quern_ir::FuncId;
use quern_ir::text::print;

/// Prints one stage of a script.
pub fn run(args: &IrArgs) -> Outcome {
    let (name, text) = read_source(&args.file, MessageFormat::Human)?;
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
        Stage::Bytecode => bytecode(&engine, &name, &text, args.function.as_deref()),
        Stage::Typed | Stage::Clif | Stage::Asm => native(&engine, &name, &text, args),
        Stage::Kernel | Stage::Wgsl => {
            eprintln!("jit: this build has no kernel programs yet");
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
    write(engine, &quern_frontend::ast_dump::dump(&module))
}

fn ir(engine: &Engine, name: &str, text: &str, only: Option<&str>) -> Outcome {
    let lowered = engine.load(name, text, false).map_err(|e| failed(&e))?;
    for id in lowered.new_functions {
        if let Some(function) = engine.shared.function(FuncId(id))
            && only.is_none_or(|only| *function.name == *only)
        {
            write(engine, &print(function))?;
        }
    }
    Ok(())
}

fn bytecode(engine: &Engine, name: &str, text: &str, only: Option<&str>) -> Outcome {
    let lowered = engine.load(name, text, false).map_err(|e| failed(&e))?;
    for id in lowered.new_functions {
        let code = engine.shared.code(FuncId(id)).map_err(|e| failed(&engine.thrown(e)))?;
        if only.is_none_or(|only| *code.name == *only) {
            write(engine, &code.dump())?;
        }
    }
    Ok(())
}

/// Runs the script, then prints the stage of everything that was compiled.
fn native(engine: &Engine, name: &str, text: &str, args: &IrArgs) -> Outcome {
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
        if args.function.as_deref().is_some_and(|only| title.function != only) {
            continue;
        }
        let text = match (jit.dump(&engine.shared, entry), args.stage) {
            (Ok((typed, _)), Stage::Typed) => typed,
            (Ok((_, dump)), Stage::Clif) => dump.clif,
            (Ok((_, dump)), _) => dump.asm,
            (Err(why), _) => why.to_string(),
        };
        write(engine, &format!("# {title}\n{text}\n"))?;
    }
    result.map_err(|e| failed(&e))
}

/// Writes to standard output.
fn write(engine: &Engine, text: &str) -> Outcome {
    let output = engine.host.output();
    output.write(text).and_then(|()| output.flush()).map_err(|e| {
        eprintln!("jit: cannot write to standard output: {e}");
        Failure::Script
    })
}
