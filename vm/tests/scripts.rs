//! The script tests that need nothing from outside, in the interpreter alone: a quick check of this
//! crate. `tests/` judges all of them on every tier, through the binary.

mod common;

use quern_vm::tier::Tiering;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders whose scripts need a host, or parts of the language that come later.
const LEFT_OUT: [&str; 8] = [
    "concurrency",
    "stdlib/csv",
    "stdlib/io",
    "stdlib/json",
    "stdlib/time",
    "stdlib/os",
    "try/codes",
    "try/kinds",
];

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() && path.file_name().is_some_and(|n| n != "lib") {
            scripts(&path, found);
        } else if path.extension().is_some_and(|e| e == "qn") {
            found.push(path);
        }
    }
}

/// What is wrong with a run of the script.
fn judge(path: &Path, text: &str) -> Option<String> {
    let comments = |mark: &str| -> Vec<String> {
        text.lines()
            .filter_map(|l| l.rfind(mark).map(|at| l[at + mark.len()..].to_owned()))
            .collect()
    };
    let wanted: Vec<String> = comments("# expect:")
        .iter()
        .map(|s| s.strip_prefix(' ').unwrap_or(s).trim_end().to_owned())
        .collect();
    let errors = comments("# error");
    let ran = match common::run(path, text, Tiering::default(), |_| {}) {
        Ok(ran) => ran,
        Err(_) if !errors.is_empty() => return None,
        Err(message) => return Some(message),
    };
    if let Err(e) = &ran.result
        && errors.is_empty()
    {
        if e.message.ends_with("is not available here") {
            return None;
        }
        return Some(format!("{e} at {:?}\n{:?}", e.line, ran.output));
    }
    if let (Ok(_), Some(error)) = (&ran.result, errors.first()) {
        return Some(format!("no error{error}"));
    }
    let same = ran.output.iter().map(|s| s.as_str()).eq(wanted.iter().map(|s| s.as_str()));
    if same {
        return None;
    }
    let at = ran
        .output
        .iter()
        .zip(&wanted)
        .position(|(a, b)| a != b)
        .unwrap_or(wanted.len().min(ran.output.len()));
    Some(format!(
        "line {at} of the output: {:?}, expected {:?}",
        ran.output.get(at),
        wanted.get(at)
    ))
}

#[test]
fn scripts_print_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scripts");
    let mut all = Vec::new();
    scripts(&root, &mut all);
    all.sort();
    let filter = std::env::var("FILTER").unwrap_or_default();
    let mut wrong = String::new();
    let (mut run, mut failed) = (0, 0);
    for path in all {
        let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
        if !name.contains(&filter) || LEFT_OUT.iter().any(|l| name.starts_with(l)) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a readable script");
        if text.contains("# skip:") || text.contains("# args:") || text.contains("# stdin:") {
            continue;
        }
        run += 1;
        if let Some(complaint) = judge(&path, &text) {
            failed += 1;
            wrong.push_str(&format!("{name}: {complaint}\n"));
        }
    }
    assert!(wrong.is_empty(), "{failed} of {run}\n{wrong}");
}
