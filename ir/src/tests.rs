//! The driver of `tests/ir`: one file is one test.
//!
//! - `parse/*.ir` print as they are written;
//! - `verify/*.ir` start with `# error: RULE` (or `# ok`) and break that rule;
//! - `opt/<pass>/*.ir` hold input, a line `----`, and what the pass makes of it. `BLESS=1` writes the
//!   second part anew.

use crate::function::Function;
use crate::{passes, text, verify};
use std::fs;
use std::path::{Path, PathBuf};

fn files(dir: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ir").join(dir);
    let mut files: Vec<PathBuf> = fs::read_dir(&dir)
        .map(|entries| entries.flatten().map(|e| e.path()).collect())
        .unwrap_or_default();
    files.retain(|f| f.extension().is_some_and(|e| e == "ir"));
    files.sort();
    assert!(!files.is_empty(), "no tests in {}", dir.display());
    files
}

/// Input and expected output of one file under `opt`.
fn check_pass(dir: &str, pass: impl Fn(Function) -> Function) {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failed = Vec::new();
    for file in files(&format!("opt/{dir}")) {
        let content = fs::read_to_string(&file).expect("a readable test");
        let (input, expected) = match content.split_once("----\n") {
            Some((input, expected)) => (input.to_owned(), expected),
            None => (content.clone(), ""),
        };
        let func = text::parse(&input).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        verify::verify(&func).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let after = pass(func);
        verify::verify(&after)
            .unwrap_or_else(|e| panic!("{}: {e}\n{}", file.display(), text::print(&after)));
        let printed = text::print(&after.compact());
        if bless {
            fs::write(&file, format!("{input}----\n{printed}")).expect("a writable test");
        } else if printed != expected {
            failed.push(format!(
                "{}\n--- expected\n{expected}\n--- found\n{printed}",
                file.display()
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn promote() {
    check_pass("promote", |func| passes::promote(&func));
}

#[test]
fn verify_files() {
    for file in files("verify") {
        let content = fs::read_to_string(&file).expect("a readable test");
        let expected =
            content.lines().next().and_then(|l| l.strip_prefix("# ")).unwrap_or_default();
        let func = text::parse(&content).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let found = match verify::verify(&func) {
            Ok(()) => "ok".to_owned(),
            Err(error) => format!("error: {}", error.rule),
        };
        assert_eq!(found, expected, "{}", file.display());
    }
}
