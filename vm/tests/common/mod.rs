//! Runs script text in the interpreter, with a host that keeps what is printed.

use quern_frontend::{
    Diagnostic, ModuleLoader, NoModules, RenderOptions, Session, SourceMap, ast, lower_prelude,
    parse,
};
use quern_ir::builtins::Builtin;
use quern_ir::{Program, SourceId, Span};
use quern_vm::closure::Closure;
use quern_vm::context::{Host, NoHost};
use quern_vm::prelude::TEXTS;
use quern_vm::shared::Shared;
use quern_vm::std::show;
use quern_vm::tier::Tiering;
use quern_vm::{Error, ExecutionContext, Value, call_value};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

/// What a run printed, and its value.
pub struct Ran {
    pub output: Vec<String>,
    pub result: Result<Value, Error>,
}

/// The core of the prelude, lowered once.
pub static PRELUDE: LazyLock<Program> = LazyLock::new(|| {
    let sources = prelude_sources();
    let (module, diagnostics) = parse(&sources, SourceId(0));
    assert!(diagnostics.is_empty(), "{}", render(&diagnostics, &sources));
    lower_prelude(&module).unwrap_or_else(|d| panic!("{}", render(&d, &sources)))
});

/// The texts of the prelude, which are the first sources of every program.
fn prelude_sources() -> SourceMap {
    let mut sources = SourceMap::new();
    for text in TEXTS {
        sources.add(text.name, text.text);
    }
    sources
}

fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    diagnostics.iter().map(|d| d.render(sources, RenderOptions::default())).collect()
}

/// Keeps the lines that `print` writes.
struct Printer {
    output: Mutex<String>,
    sources: SourceMap,
}

impl Host for Printer {
    fn call(
        &self,
        builtin: Builtin,
        args: &mut [Value],
        context: &mut ExecutionContext,
    ) -> Result<Value, Error> {
        match (builtin, args) {
            (Builtin::Print, [values, sep, end]) => {
                let items = match values {
                    Value::List(l) => l.to_vec(),
                    other => vec![other.clone()],
                };
                let text: Vec<String> = items.iter().map(show::display).collect();
                let mut output = self.output.lock().expect("no printer panics");
                output.push_str(&text.join(sep.as_str().unwrap_or(" ")));
                output.push_str(end.as_str().unwrap_or("\n"));
                Ok(Value::None)
            }
            (Builtin::TimeNow, _) => Ok(Value::Float(0.0)),
            (_, args) => NoHost.call(builtin, args, context),
        }
    }

    fn line(&self, span: Span) -> Option<u32> {
        Some(self.sources.line_column(span).line as u32)
    }
}

/// Loads modules from beside the importing file.
struct Files {
    sources: RefCell<SourceMap>,
}

impl ModuleLoader for Files {
    fn load(&self, path: &str, at: Span) -> Result<(String, ast::Module), Vec<Diagnostic>> {
        let from = self
            .sources
            .borrow()
            .get(at.source)
            .map_or_else(PathBuf::new, |s| PathBuf::from(s.name()));
        let file = from.with_file_name(path);
        // One name for each file, by which a cycle is found.
        let file = file.canonicalize().unwrap_or(file);
        let Ok(text) = std::fs::read_to_string(&file) else { return NoModules.load(path, at) };
        let id = self.sources.borrow_mut().add(file.to_string_lossy(), text);
        let (module, diagnostics) = parse(&self.sources.borrow(), id);
        match diagnostics.iter().any(Diagnostic::is_error) {
            true => Err(diagnostics),
            false => Ok((file.to_string_lossy().into_owned(), module)),
        }
    }

    fn prelude(&self, name: &str) -> Option<Arc<ast::Module>> {
        let index = TEXTS.iter().position(|text| text.name == name)?;
        Some(Arc::new(parse(&self.sources.borrow(), SourceId(index as u32)).0))
    }

    fn snippet(&self, span: Span) -> String {
        self.sources.borrow().snippet(span).to_owned()
    }
}

/// Runs a script; `Err` if it does not compile.
pub fn run(
    name: &Path,
    text: &str,
    tiering: Tiering,
    configure: impl FnOnce(&mut ExecutionContext),
) -> Result<Ran, String> {
    let files = Files { sources: RefCell::new(prelude_sources()) };
    let id = files.sources.borrow_mut().add(name.to_string_lossy(), text.to_owned());
    let (module, diagnostics) = parse(&files.sources.borrow(), id);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(render(&diagnostics, &files.sources.borrow()));
    }
    let mut session = Session::with_prelude(&PRELUDE);
    let lowered =
        session.lower(&module, &files).map_err(|d| render(&d, &files.sources.borrow()))?;
    let shared = Arc::new(Shared::new(session.program(), tiering));
    let printer = Arc::new(Printer {
        output: Mutex::new(String::new()),
        sources: files.sources.into_inner(),
    });
    let mut context = ExecutionContext::new(shared, printer.clone());
    configure(&mut context);
    let main = Value::Fn(Arc::new(Closure { func: lowered.main, captures: Box::default() }));
    let result = call_value(&mut context, &main, Vec::new());
    let output = printer
        .output
        .lock()
        .expect("no printer panics")
        .lines()
        .map(|l| l.trim_end().to_owned())
        .collect();
    Ok(Ran { output, result })
}
