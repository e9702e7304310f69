//! Runs every script under `tests/scripts` on every tier; each file is one test.
//!
//! A file whose name starts with `_`, or that lies in a folder `lib`, is imported by others and is not
//! a test. `FILTER=arrays/slice cargo test -p quern-tests --test scripts` runs those whose name
//! contains the text; `BLESS=1` rewrites the expected output.

use libtest_mimic::{Arguments, Trial};
use quern_tests::expectation::Expectation;
use quern_tests::script;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let wanted = std::env::var("FILTER").unwrap_or_default();
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let trials = files
        .into_iter()
        .map(|path| (name(&root, &path), path))
        .filter(|(name, _)| name.contains(&wanted))
        .map(|(name, path)| trial(name, path))
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: String, path: PathBuf) -> Trial {
    let skip =
        fs::read_to_string(&path).is_ok_and(|source| Expectation::parse(&source).skip.is_some());
    let run = move || {
        if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
            script::bless(&path)?;
        }
        script::check(&path).map_err(Into::into)
    };
    Trial::test(name, run).with_ignored_flag(skip)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    for entry in entries {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && name != "lib" {
            collect(&path, files);
        } else if name.ends_with(".qn") && !name.starts_with('_') {
            files.push(path);
        }
    }
}

/// `topic/name` without the extension.
fn name(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).expect("the file was found under the root");
    relative.with_extension("").to_string_lossy().replace('\\', "/")
}
