//! The library: run scripts, and call their functions from Rust.

use crate::convert::{FromValue, HostClosure, IntoArgs};
use crate::engine::{Engine, Settings, function_value};
use crate::error::Error;
use crate::host::Output;
use quern_frontend::{Export, Lowered};
use quern_vm::call_value;
use quern_vm::context::Limits;
use quern_vm::tier::JitMode;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Runs scripts. Cheap to clone; all methods take `&self` and may be called from many threads.
///
/// ```
/// let runtime = quern::Runtime::new();
/// let n: i64 = runtime.eval("let xs = [1, 2, 3]; sum(xs^2)")?;
/// assert_eq!(n, 14);
/// # Ok::<(), quern::Error>(())
/// ```
#[derive(Clone)]
pub struct Runtime {
    settings: Arc<Settings>,
}

impl Default for Runtime {
    fn default() -> Runtime {
        Runtime::new()
    }
}

impl Runtime {
    pub fn new() -> Runtime {
        Runtime::builder().build()
    }

    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder {
            settings: Settings {
                jit: JitMode::On,
                limits: Limits::default(),
                output: Arc::new(Stdout),
                args: Vec::new(),
                functions: Vec::new(),
            },
        }
    }

    /// Runs a text and converts the value of its last expression.
    ///
    /// # Errors
    /// Mistakes in the text, what it throws, or a value of another type.
    pub fn eval<T: FromValue>(&self, text: &str) -> Result<T, Error> {
        let engine = Engine::new(&self.settings);
        let lowered = engine.load("<eval>", text, false)?;
        let value = engine.run(&lowered)?;
        T::from_value(value).map_err(|e| engine.thrown(e))
    }

    /// Loads a file and runs its top level.
    ///
    /// # Errors
    /// A file that cannot be read, mistakes in it, or what its top level throws.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Module, Error> {
        let engine = Engine::new(&self.settings);
        let text =
            crate::io::file::read_text(&engine.interrupt, &path).map_err(|e| engine.thrown(e))?;
        Module::new(engine, &path.as_ref().to_string_lossy(), &text)
    }

    /// Loads a text and runs its top level.
    ///
    /// # Errors
    /// Mistakes in it, or what its top level throws.
    pub fn load_text(&self, name: &str, text: &str) -> Result<Module, Error> {
        Module::new(Engine::new(&self.settings), name, text)
    }
}

/// Chooses how a [`Runtime`] runs scripts.
pub struct RuntimeBuilder {
    settings: Settings,
}

impl RuntimeBuilder {
    /// When to compile to machine code; hot code by default.
    pub fn jit(mut self, mode: JitMode) -> RuntimeBuilder {
        self.settings.jit = mode;
        self
    }

    pub fn limits(mut self, limits: Limits) -> RuntimeBuilder {
        self.settings.limits = limits;
        self
    }

    /// Where `print` writes; standard output by default.
    pub fn output(mut self, output: Arc<dyn Output>) -> RuntimeBuilder {
        self.settings.output = output;
        self
    }

    /// What scripts see as `os.args`.
    pub fn args(mut self, args: Vec<String>) -> RuntimeBuilder {
        self.settings.args = args;
        self
    }

    /// Gives scripts a function of the program: a closure of up to eight arguments.
    ///
    /// The functions of a runtime are chosen before it is built and stay. Texts are compiled against their
    /// names, and any thread may run them: a function that could come, go or change later would need a lock
    /// around each call of it.
    ///
    /// ```
    /// let runtime = quern::Runtime::builder()
    ///     .register("celsius", |fahrenheit: f64| (fahrenheit - 32.0) / 1.8)
    ///     .build();
    /// let c: f64 = runtime.eval("celsius(212.0)")?;
    /// assert_eq!(c, 100.0);
    /// # Ok::<(), quern::Error>(())
    /// ```
    pub fn register<Args>(
        mut self,
        name: &str,
        function: impl HostClosure<Args>,
    ) -> RuntimeBuilder {
        self.settings.functions.push(Arc::new(function.into_function(name)));
        self
    }

    pub fn build(self) -> Runtime {
        Runtime { settings: Arc::new(self.settings) }
    }
}

/// A loaded script whose functions can be called, by several threads at once.
///
/// ```
/// let runtime = quern::Runtime::new();
/// let module = runtime.load_text("area.qn", "fn area(r) { pi * r^2 }; let unit = 1.0")?;
/// let area: f64 = module.call("area", (2.0,))?;
/// assert_eq!(area, std::f64::consts::PI * 4.0);
/// assert_eq!(module.get::<f64>("unit")?, 1.0);
/// # Ok::<(), quern::Error>(())
/// ```
#[derive(Clone)]
pub struct Module {
    engine: Arc<Engine>,
    exports: Arc<HashMap<Arc<str>, Export>>,
}

impl Module {
    fn new(engine: Engine, name: &str, text: &str) -> Result<Module, Error> {
        let lowered: Lowered = engine.load(name, text, true)?;
        engine.run(&lowered)?;
        let exports = lowered.exports.into_iter().collect();
        Ok(Module { engine: Arc::new(engine), exports: Arc::new(exports) })
    }

    /// Calls a function of the module.
    ///
    /// # Errors
    /// No such function, arguments that do not fit, what it throws, or a result of another type.
    pub fn call<T: FromValue>(&self, name: &str, args: impl IntoArgs) -> Result<T, Error> {
        let call = || {
            let args = args.into_args()?;
            let mut context = self.engine.context();
            let value = match self.export(name)? {
                Export::Function(f) => function_value(f),
                Export::Global(g) => self.engine.shared.global(g)?.clone(),
            };
            T::from_value(call_value(&mut context, &value, args)?)
        };
        call().map_err(|e| self.engine.thrown(e))
    }

    /// The value of a top-level name.
    ///
    /// # Errors
    /// No such name, or a value of another type.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T, Error> {
        let get = || {
            let value = match self.export(name)? {
                Export::Function(f) => function_value(f),
                Export::Global(g) => self.engine.shared.global(g)?.clone(),
            };
            T::from_value(value)
        };
        get().map_err(|e| self.engine.thrown(e))
    }

    /// The public names at the top level, in alphabetical order.
    pub fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.exports.keys().cloned().collect();
        names.sort();
        names
    }

    fn export(&self, name: &str) -> Result<Export, quern_vm::Error> {
        self.exports.get(name).copied().ok_or_else(|| {
            quern_vm::Error::key_error(format!("the module has no public name {name}"))
        })
    }
}

/// Standard output, unbuffered beyond what the standard library does.
struct Stdout;

impl Output for Stdout {
    fn write(&self, text: &str) -> std::io::Result<()> {
        std::io::stdout().write_all(text.as_bytes())
    }
    fn flush(&self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}
