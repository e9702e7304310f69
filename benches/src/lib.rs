//! Scripts that the benchmarks share. The measuring is in `compare.py` (against other languages) and
//! in `criterion/` (the parts of Quern).

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate is a folder of the repository")
}

/// The Quern source of a program of a suite.
pub fn program(suite: &str, name: &str) -> PathBuf {
    repository().join("benches").join(suite).join(name).join(format!("{name}.qn"))
}

/// Every Quern script of the suites and of `examples`, in the order of their paths.
pub fn scripts() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["benches/scalar", "benches/array", "benches/measures", "examples"] {
        collect(&repository().join(folder), &mut found);
    }
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder of the repository can be listed").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "qn") {
            found.push(path);
        }
    }
}

/// A script with a function of 50 lines, `pendulum`, and `small_run()`, which calls it.
pub fn pendulum() -> PathBuf {
    repository().join("benches/measures/pendulum.qn")
}
