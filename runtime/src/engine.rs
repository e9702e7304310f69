//! Source text to a running program.

use crate::error::{Error, Failure};
use crate::host::{Output, SystemHost};
use crate::sources::Sources;
use parking_lot::Mutex;
use quern_frontend::ast;
use quern_frontend::{Diagnostic, Lowered, ModuleLoader, Session, SourceMap, codes, lower_prelude};
use quern_ir::{FuncId, Program, SourceId, Span};
use quern_jit::Jit;
use quern_vm::closure::Closure;
use quern_vm::context::{ExecutionContext, Interrupt, Limits};
use quern_vm::host_function::HostFunction;
use quern_vm::shared::Shared;
use quern_vm::tier::{Compiler, JitMode, Tiering};
use quern_vm::{Value, call_value, prelude};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

/// What a run may use and how it is executed.
#[derive(Clone)]
pub struct Settings {
    pub jit: JitMode,
    pub limits: Limits,
    /// Where `print` writes.
    pub output: Arc<dyn Output>,
    /// What scripts see as `os.args`.
    pub args: Vec<String>,
    /// Functions of the embedding program.
    pub functions: Vec<Arc<HostFunction>>,
}

/// The prelude: its core is lowered once per process.
static PRELUDE: LazyLock<Prelude> = LazyLock::new(Prelude::lower);

struct Prelude {
    /// The core.
    program: Program,
    sources: SourceMap,
    /// The trees of the texts, made when they are needed.
    modules: Vec<OnceLock<Arc<ast::Module>>>,
}

impl Prelude {
    fn lower() -> Prelude {
        let mut sources = SourceMap::new();
        for text in prelude::TEXTS {
            sources.add(format!("<{}>", text.name), text.text);
        }
        let modules = vec![OnceLock::new(); prelude::TEXTS.len()];
        let mut prelude = Prelude { program: Program::default(), sources, modules };
        let core = prelude.module(prelude::CORE.name).expect("the core is a text of the prelude");
        prelude.program = lower_prelude(&core).unwrap_or_else(|errors| prelude.refuse(&errors));
        prelude
    }

    /// The tree of a text.
    fn module(&self, name: &str) -> Option<Arc<ast::Module>> {
        let index = prelude::TEXTS.iter().position(|text| text.name == name)?;
        let module = self.modules[index].get_or_init(|| {
            let (module, diagnostics) =
                quern_frontend::parse(&self.sources, SourceId(index as u32));
            if diagnostics.iter().any(Diagnostic::is_error) {
                self.refuse(&diagnostics);
            }
            Arc::new(module)
        });
        Some(module.clone())
    }

    fn refuse(&self, diagnostics: &[Diagnostic]) -> ! {
        let broken = diagnostics.iter().find(|d| d.is_error());
        let broken = broken.map(|d| d.render(&self.sources, Default::default()));
        panic!("the prelude has a mistake: {}", broken.unwrap_or_default())
    }
}

/// A program that grows by the texts given to it, and the state that runs of it share.
pub struct Engine {
    session: Mutex<Session>,
    pub sources: Sources,
    pub shared: Arc<Shared>,
    pub host: Arc<SystemHost>,
    pub interrupt: Arc<Interrupt>,
    /// The native tier, where the machine has one.
    pub jit: Option<Arc<Jit>>,
    limits: Limits,
}

impl Engine {
    /// An engine for one script and its imports.
    pub fn new(settings: &Settings) -> Engine {
        Engine::with_session(settings, Session::with_prelude(&PRELUDE.program))
    }

    /// An engine whose texts see each other's top-level names.
    pub fn interactive(settings: &Settings) -> Engine {
        Engine::with_session(settings, Session::interactive(&PRELUDE.program))
    }

    fn with_session(settings: &Settings, mut session: Session) -> Engine {
        let globals: Vec<_> =
            settings.functions.iter().map(|f| session.declare_host(f.name())).collect();
        let jit = crate::tiering::compiler();
        let compiler = jit.clone().map(|jit| jit as Arc<dyn Compiler>);
        let tiering = Tiering { compiler, mode: settings.jit };
        let sources = Sources::new(PRELUDE.sources.clone());
        let shared = Shared::new(session.program(), tiering);
        for (function, global) in settings.functions.iter().zip(globals) {
            let set = shared.set_global(global, Value::Host(function.clone()));
            set.expect("a global just declared can be set");
        }
        Engine {
            shared: Arc::new(shared),
            host: Arc::new(SystemHost::new(settings, sources.clone())),
            interrupt: Arc::new(Interrupt::default()),
            jit,
            limits: settings.limits.clone(),
            session: Mutex::new(session),
            sources,
        }
    }

    /// Parses and lowers a text, and links it into the program.
    ///
    /// # Errors
    /// All mistakes found in it.
    pub fn load(&self, name: &str, text: &str, library: bool) -> Result<Lowered, Error> {
        let id = self.sources.add(name, text);
        let (module, mistakes) = quern_frontend::parse(&self.sources.snapshot(), id);
        let loader = Loader { sources: self.sources.clone(), directory: directory_of(name) };
        let mut session = self.session.lock();
        if mistakes.iter().any(Diagnostic::is_error) {
            return Err(self.mistakes(session.mistakes(&module, mistakes, &loader)));
        }
        let lowered = match library {
            true => session.lower_library(&module, &loader),
            false => session.lower(&module, &loader),
        };
        let lowered = lowered.map_err(|d| self.mistakes(d))?;
        self.shared.link(session.program());
        Ok(lowered)
    }

    /// Names at the top level of an interactive program.
    pub fn names(&self) -> Vec<Arc<str>> {
        self.session.lock().names()
    }

    /// What a top-level name of an interactive program holds now.
    pub fn value(&self, name: &str) -> Option<Value> {
        let global = self.session.lock().global(name)?;
        self.shared.read_global(global).ok()
    }

    /// The public names of a module that an interactive program has imported under this name.
    pub fn members(&self, module: &str) -> Vec<Arc<str>> {
        self.session.lock().members(module)
    }

    /// Keeps the value of an entry of an interactive program, for the next ones to call `_`.
    pub fn keep_last(&self, value: &Value) {
        let last = self.session.lock().last();
        // Only a global that is set once can refuse.
        let _ = last.map(|global| self.shared.set_global(global, value.clone()));
    }

    /// Parses a text of this engine.
    pub fn parse(&self, id: SourceId) -> Result<ast::Module, Error> {
        let (module, diagnostics) = quern_frontend::parse(&self.sources.snapshot(), id);
        match diagnostics.iter().any(Diagnostic::is_error) {
            true => Err(self.mistakes(diagnostics)),
            false => Ok(module),
        }
    }

    /// What a run needs besides the function to run.
    pub fn context(&self) -> ExecutionContext {
        let mut context = ExecutionContext::new(self.shared.clone(), self.host.clone());
        context.interrupt = self.interrupt.clone();
        context.limits = self.limits.clone();
        context
    }

    /// Runs the top level of a loaded text and gives its value.
    ///
    /// # Errors
    /// What the script threw and did not catch.
    pub fn run(&self, lowered: &Lowered) -> Result<Value, Error> {
        let mut context = self.context();
        call_value(&mut context, &function_value(lowered.main), Vec::new())
            .map_err(|e| self.thrown(e))
    }

    /// An error of a script with the texts it speaks of.
    pub fn thrown(&self, error: quern_vm::Error) -> Error {
        Error::new(Failure::Thrown(error), self.sources.snapshot())
    }

    fn mistakes(&self, diagnostics: Vec<Diagnostic>) -> Error {
        Error::new(Failure::Mistakes(diagnostics), self.sources.snapshot())
    }
}

/// A function without captures as a value.
pub fn function_value(func: FuncId) -> Value {
    Value::Fn(Arc::new(Closure { func, captures: Box::default() }))
}

fn directory_of(name: &str) -> PathBuf {
    Path::new(name).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Reads imported modules from files beside the importing one.
struct Loader {
    sources: Sources,
    /// Where the paths of a text that is no file (`-e`, standard input) start.
    directory: PathBuf,
}

impl ModuleLoader for Loader {
    fn load(&self, path: &str, at: Span) -> Result<(String, ast::Module), Vec<Diagnostic>> {
        let sources = self.sources.snapshot();
        let importing = sources.get(at.source).map(|s| directory_of(s.name()));
        let file = importing.unwrap_or_else(|| self.directory.clone()).join(path);
        let shown = file.to_string_lossy().into_owned();
        let failed = |e: quern_vm::Error| {
            vec![Diagnostic::error(codes::IMPORT_FAILED, at, e.message.clone())]
        };
        let text = crate::io::file::read_text(&Interrupt::default(), &shown).map_err(failed)?;
        let canonical = file.canonicalize().unwrap_or(file).to_string_lossy().into_owned();
        let id = self.sources.add(&shown, &text);
        let (module, diagnostics) = quern_frontend::parse(&self.sources.snapshot(), id);
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(diagnostics);
        }
        Ok((canonical, module))
    }

    fn prelude(&self, name: &str) -> Option<Arc<ast::Module>> {
        PRELUDE.module(name)
    }

    fn snippet(&self, span: Span) -> String {
        self.sources.snapshot().snippet(span).to_string()
    }
}

/// Checks a text without running it.
pub fn check(name: &str, text: &str) -> (Vec<Diagnostic>, SourceMap) {
    let sources = Sources::new(PRELUDE.sources.clone());
    let id = sources.add(name, text);
    let (module, mut diagnostics) = quern_frontend::parse(&sources.snapshot(), id);
    let loader = Loader { sources: sources.clone(), directory: directory_of(name) };
    let mut session = Session::with_prelude(&PRELUDE.program);
    if diagnostics.iter().any(Diagnostic::is_error) {
        diagnostics = session.mistakes(&module, diagnostics, &loader);
    } else {
        match session.lower(&module, &loader) {
            Ok(lowered) => diagnostics.extend(lowered.warnings),
            Err(mistakes) => diagnostics.extend(mistakes),
        }
    }
    (diagnostics, sources.snapshot())
}
