//! The rendered messages of `tests/diagnostics/parse-*.qn` are those in the `.txt` beside each.
//!
//! `BLESS=1 cargo test -p quern-frontend` rewrites the `.txt` files; read the change.

use quern_frontend::{Diagnostic, RenderOptions, SourceMap, parse};
use quern_ir::Span;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/diagnostics")
}

fn render(name: &str, text: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add(name, text);
    let (_, diagnostics) = parse(&sources, id);
    let mut out = String::new();
    for diagnostic in diagnostics {
        out += &diagnostic.render(&sources, RenderOptions::default());
        out.push('\n');
    }
    out
}

#[test]
fn rendered_messages_are_as_blessed() {
    let mut failures = String::new();
    let mut n_files = 0;
    let entries = std::fs::read_dir(folder()).expect("tests/diagnostics is there");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("readable").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !(name.starts_with("parse-") && name.ends_with(".qn")) {
            continue;
        }
        n_files += 1;
        let text = std::fs::read_to_string(&path).expect("a readable script");
        let actual = render(&name, &text);
        let expected_path = path.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected_path, &actual).expect("a writable folder");
            continue;
        }
        let expected = std::fs::read_to_string(&expected_path).unwrap_or_default();
        if actual != expected {
            let _ = write!(failures, "{name}\n--- expected\n{expected}\n--- actual\n{actual}\n");
        }
    }
    assert!(n_files > 5, "only {n_files} scripts found");
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn a_line_of_megabytes_is_cropped() {
    let filler = "1, ".repeat(1_000_000);
    let text = format!("let x = [{filler} a b, {filler}]\n");
    let message = render("long.qn", &text);
    assert!(message.len() < 2000, "{} bytes", message.len());
    assert!(message.contains("a b"), "{message}");
    assert!(message.contains(&format!("long.qn:1:{}", 9 + filler.len() + 4)), "{message}");
}

#[test]
fn messages_as_json() {
    let mut sources = SourceMap::new();
    let id = sources.add("α.qn", "let α = 1\nα < 2 < 3\n");
    let (_, diagnostics) = parse(&sources, id);
    let shown: Vec<String> = diagnostics.iter().map(|d| d.to_json(&sources).to_string()).collect();
    assert_eq!(
        shown,
        [concat!(
            r#"{"code":"E0013","severity":"error","message":"comparisons cannot be chained","#,
            r#""file":"α.qn","line":2,"column":7,"end_line":2,"end_column":8,"label":null,"#,
            r#""hint":"write `α < 2 and 2 < 3`","notes":[],"labels":[{"message":"the first comparison","#,
            r#""file":"α.qn","line":2,"column":3,"end_line":2,"end_column":4}]}"#,
        )]
    );
}

#[test]
fn spots_in_several_sources_and_beyond_the_text() {
    let mut sources = SourceMap::new();
    let a = sources.add("a.qn", "first\nsecond\n");
    let b = sources.add("b.qn", "\tother 字 x\n");
    let diagnostic = Diagnostic::error("E0299", Span::new(a, 6, 12), "does not fit")
        .with_label("here")
        .with_label_at(Span::new(b, 11, 12), "and there")
        .with_label_at(Span::new(b, 500, 900), "past the end")
        .with_note("expected 1, found 2")
        .with_hint("write 1");
    let text = diagnostic.render(&sources, RenderOptions::default());
    for part in ["a.qn:2:1", "b.qn", "and there", "= note: expected 1", "= hint: write 1"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let color = RenderOptions { color: true, width: 40 };
    assert!(diagnostic.render(&sources, color).contains("\u{1b}["));
}
