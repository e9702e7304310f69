//! Where the `jit` binary is.
//!
//! Cargo sets `CARGO_BIN_EXE_jit` only for tests of the package that owns the binary, so it is looked
//! for beside the running test (`target/<profile>/deps/<test>` and `target/<profile>/jit`). Running the
//! tests of this crate alone does not build it; then it is built here, once, in the same profile.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of the `jit` binary, up to date with the sources.
pub fn jit() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(build)
}

fn build() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let profile_dir = test
        .ancestors()
        .find(|dir| dir.file_name().is_some_and(|name| name == "deps"))
        .and_then(Path::parent)
        .expect("tests run from the deps folder of a profile");
    let binary = profile_dir.join(format!("jit{}", std::env::consts::EXE_SUFFIX));
    if std::env::var_os("QUERN_TEST_NO_BUILD").is_some() && binary.exists() {
        return binary;
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", "quern-lang", "--bin", "jit"]);
    cargo.current_dir(repository());
    if profile_dir.file_name().is_some_and(|name| name == "release") {
        cargo.arg("--release");
    }
    if let Some(target) = profile_dir.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    let status = cargo.status().expect("cargo starts");
    assert!(status.success(), "building the jit binary failed");
    assert!(
        binary.exists(),
        "cargo built the jit binary somewhere other than {}",
        binary.display()
    );
    binary
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate is a folder of the repository")
}
