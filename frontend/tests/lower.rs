//! Lowering of files: every script of `tests/scripts` and `examples` gives IR that the verifier
//! accepts, and each `tests/ir/lower/*.qn` gives exactly the IR beside it (`BLESS=1` rewrites it).

use quern_frontend::{
    Diagnostic, Lowered, ModuleLoader, RenderOptions, Session, SourceMap, ast, lower_prelude, parse,
};
use quern_ir::builtins::{Builtin, Home};
use quern_ir::{Entity, FuncId, Program, Span, text, verify};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loads modules from the folder of the importing text.
struct Files {
    sources: RefCell<SourceMap>,
}

impl Files {
    fn new() -> Files {
        Files { sources: RefCell::new(SourceMap::new()) }
    }

    fn parse(&self, path: &Path) -> Result<ast::Module, Vec<Diagnostic>> {
        let text = fs::read_to_string(path).map_err(|_| Vec::new())?;
        let id = self.sources.borrow_mut().add(path.to_string_lossy(), text);
        let (module, diagnostics) = parse(&self.sources.borrow(), id);
        if diagnostics.iter().any(Diagnostic::is_error) { Err(diagnostics) } else { Ok(module) }
    }

    fn show(&self, diagnostics: &[Diagnostic]) -> String {
        let sources = self.sources.borrow();
        diagnostics.iter().map(|d| d.render(&sources, RenderOptions::default())).collect()
    }
}

impl ModuleLoader for Files {
    fn load(&self, path: &str, at: Span) -> Result<(String, ast::Module), Vec<Diagnostic>> {
        let from = match self.sources.borrow().get(at.source) {
            Some(source) => PathBuf::from(source.name()),
            None => PathBuf::new(),
        };
        let file = from.with_file_name(path);
        // One name for each file, by which a cycle is found.
        let file = file.canonicalize().unwrap_or(file);
        let module = self.parse(&file).map_err(|problems| match problems.is_empty() {
            true => vec![Diagnostic::error("E0114", at, format!("there is no file {path}"))],
            false => problems,
        })?;
        Ok((file.to_string_lossy().into_owned(), module))
    }

    fn prelude(&self, name: &str) -> Option<Arc<ast::Module>> {
        let path = root().join(format!("vm/src/prelude/{name}.qn"));
        let parsed = path.exists().then(|| self.parse(&path));
        parsed.map(|module| Arc::new(module.unwrap_or_else(|d| panic!("{}", self.show(&d)))))
    }

    fn snippet(&self, span: Span) -> String {
        self.sources.borrow().snippet(span).to_owned()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|e| e == "qn") {
            found.push(path);
        }
    }
    found.sort();
}

fn verify_all(program: &Program, lowered: &Lowered) -> Result<(), String> {
    for index in lowered.new_functions.clone() {
        let func = &program.functions[FuncId::new(index as usize)];
        if let Err(error) = verify::verify(func) {
            return Err(format!("{error}\n{}", text::print(func)));
        }
    }
    Ok(())
}

#[test]
fn every_script_lowers_to_sound_ir() {
    let mut files = Vec::new();
    for folder in ["tests/scripts", "examples"] {
        scripts(&root().join(folder), &mut files);
    }
    let mut failures = String::new();
    // Builtins of sections 6 and 7 come with them; in `lib` is what other scripts import, wrongly too.
    let later = ["concurrency", "gpu", "lib"];
    files.retain(|path| {
        !later.iter().any(|folder| path.components().any(|c| c.as_os_str() == *folder))
    });
    for path in &files {
        let loader = Files::new();
        let text = fs::read_to_string(path).unwrap_or_default();
        let Ok(module) = loader.parse(path) else { continue };
        let mut session = Session::with_prelude(&Program::default());
        match session.lower(&module, &loader) {
            Ok(lowered) => {
                if let Err(error) = verify_all(session.program(), &lowered) {
                    failures += &format!("{}: {error}\n", path.display());
                }
            }
            Err(diagnostics) if !text.contains("# error") => {
                let errors: Vec<_> = diagnostics.into_iter().filter(Diagnostic::is_error).collect();
                failures += &loader.show(&errors);
            }
            Err(_) => {}
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A program with all of the prelude: the core, and the modules that a script loads which names all their
/// builtins.
fn prelude() -> Program {
    let loader = Files::new();
    let core = loader.prelude("core").expect("every text that is named is loaded");
    let core = lower_prelude(&core).unwrap_or_else(|d| panic!("{}", loader.show(&d)));
    let of_modules =
        Builtin::ALL.iter().filter(|b| b.home() == Home::Prelude && b.name().contains('.'));
    let script: String = of_modules.map(|b| format!("print({})\n", b.name())).collect();
    let id = loader.sources.borrow_mut().add("script", script);
    let (module, _) = parse(&loader.sources.borrow(), id);
    let mut session = Session::with_prelude(&core);
    let lowered = session.lower(&module, &loader).unwrap_or_else(|d| panic!("{}", loader.show(&d)));
    assert!(lowered.warnings.is_empty(), "{}", loader.show(&lowered.warnings));
    session.program().clone()
}

#[test]
fn the_prelude_defines_its_builtins_as_the_table_says() {
    let program = prelude();
    for &builtin in Builtin::ALL {
        let id = program.prelude.get(&builtin);
        assert_eq!(id.is_some(), builtin.home() == Home::Prelude, "{}", builtin.name());
        let Some(&id) = id else { continue };
        let func = &program.functions[id];
        let of_table: Vec<_> = builtin
            .params()
            .iter()
            .map(|p| (p.name, p.default.is_some(), p.mutable, p.variadic))
            .collect();
        let of_function: Vec<_> = func
            .params
            .iter()
            .map(|p| (&*p.name, p.has_default, p.mutable.is_some(), p.variadic))
            .collect();
        assert_eq!(of_function, of_table, "{}", builtin.name());
        assert!(func.captures.is_empty(), "{}", builtin.name());
    }
    for func in program.functions.values() {
        verify::verify(func).unwrap_or_else(|e| panic!("{e}\n{}", text::print(func)));
    }
}

/// The IR of all functions of a text, in the order of their ids.
fn ir_of(path: &Path) -> String {
    let loader = Files::new();
    let module = loader.parse(path).unwrap_or_else(|d| panic!("{}", loader.show(&d)));
    let mut session = Session::with_prelude(&Program::default());
    let lowered = match session.lower(&module, &loader) {
        Ok(lowered) => lowered,
        Err(diagnostics) => panic!("{}", loader.show(&diagnostics)),
    };
    verify_all(session.program(), &lowered).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let functions = lowered.new_functions.map(|i| {
        let id = FuncId::new(i as usize);
        format!("# {id}\n{}", text::print(&session.program().functions[id]))
    });
    functions.collect::<Vec<_>>().join("\n")
}

#[test]
fn golden_files() {
    let mut files = Vec::new();
    scripts(&root().join("tests/ir/lower"), &mut files);
    files.retain(|path| !path.components().any(|c| c.as_os_str() == "lib"));
    assert!(!files.is_empty(), "the golden files are gone");
    for path in files {
        let found = ir_of(&path);
        let golden = path.with_extension("ir");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &found).unwrap_or_else(|e| panic!("{e}"));
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(found, expected, "{}: BLESS=1 rewrites the expectation", path.display());
    }
}

/// What is said about `tests/diagnostics/lower-*.qn`, as in the `.txt` beside each.
#[test]
fn rendered_messages_are_as_blessed() {
    let mut files = Vec::new();
    scripts(&root().join("tests/diagnostics"), &mut files);
    files.retain(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("lower-")));
    assert!(!files.is_empty(), "the files are gone");
    for path in files {
        let loader = Files::new();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = loader.sources.borrow_mut().add(name, text);
        let (module, mut said) = parse(&loader.sources.borrow(), id);
        let mut session = Session::with_prelude(&Program::default());
        if said.iter().any(Diagnostic::is_error) {
            said = session.mistakes(&module, said, &loader);
        } else {
            said.extend(match session.lower(&module, &loader) {
                Ok(lowered) => lowered.warnings,
                Err(diagnostics) => diagnostics,
            });
            said.sort_by_key(|d| d.span.start);
        }
        let found = loader.show(&said);
        let golden = path.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &found).unwrap_or_else(|e| panic!("{e}"));
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(found, expected, "{}: BLESS=1 rewrites the expectation", path.display());
    }
}
