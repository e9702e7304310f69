//! Whatever the text, parsing ends, and every span lies on character boundaries of the text.

use proptest::prelude::*;
use quern_frontend::ast_dump::{dump, dump_compact};
use quern_frontend::{RenderOptions, SourceMap, is_incomplete, parse};
use std::path::{Path, PathBuf};

/// A program that holds every construct at least once.
const PROGRAM: &str = r#"#!/usr/bin/env jit
## A module.

import "lib/physics.qn": energy, mass as m
let a = [1, 2.5e-3, 0xff, 3i, 1.5f32, ...xs]; mut (b, {c, d: e}) = (none, {c: 1, d: {...r}})
## Docs.
fn f(mut p, q: int | none = 1, ...rest) -> array[f32, 2] {
    for (i, x) in enumerate(0..=10 by -2) { yield f"{x:>8.2f} {{}} {g("α", k: mut z)}\n" }
    while not done and b[.., -1..] != c |> h(2) { break }
    loop { continue; return 1 }
    p[i, ..., newaxis] //= -2^-x @ y % 3 << 1 xor ~w
}
match v { 0 | -1 => "few", n if n in (1, 2) => { n }, {x: [h, ...t, _]} => h, str => throw e }
let r = try { await t } catch e { async { 1 } } finally { """a "b"
c""" }
receive { {op: "add", n} => n, after 1.0 => none }
let s = xs
    .map((a, b = 2) => a.T[0] + b)
    |> sum(axis: 0)
(a[i], a.j) = (a, b,)
if true { {x: 1} } else if false { {} } else { () }
"#;

/// Pieces that, strung together, get far into the parser.
const PIECES: &[&str] = &[
    "let ", "mut ", "fn ", "if ", "else ", "match ", "for ", "in ", "while ", "loop ", "break",
    "continue", "return ", "yield ", "try ", "catch ", "finally ", "throw ", "import ", "as ",
    "async ", "await ", "receive ", "after ", "and ", "or ", "not ", "xor ", "true", "none", "(",
    ")", "[", "]", "{", "}", ",", ";", ":", ".", "..", "..=", "...", "->", "=>", "|>", "=", "==",
    "<", "|", "&", "<<", "+", "-", "*", "/", "//", "@", "~", "^", "+=", "&&", "!", "?", "**", "x",
    "f", "by ", "_", "1", "2.5", "0x", "9i", "1e", "\"", "\"\"\"", "f\"", "f\"\"\"", "f\"{", "{x}",
    "'", "\\", "\n", " ", "# c\n", "## d\n", "α", "字", "\r\n", "\u{0}", "≤", "\"p.qn\"", "str",
    "int",
];

/// Parses and prints in every way, and checks all spans.
fn exercise(text: &str) {
    let mut sources = SourceMap::new();
    let id = sources.add("fuzz.qn", text);
    let (module, diagnostics) = parse(&sources, id);
    is_incomplete(text);
    dump(&module);
    dump_compact(&module);
    check_spans(text, &format!("{module:?}"));
    check_spans(text, &format!("{diagnostics:?}"));
    for diagnostic in diagnostics.iter().take(3) {
        diagnostic.render(&sources, RenderOptions::default());
        diagnostic.to_json(&sources);
    }
}

/// Checks every `Span` in the debug form of a tree, so that no node is forgotten.
fn check_spans(text: &str, debug: &str) {
    let mut rest = debug;
    while let Some(at) = rest.find("Span { source: SourceId(0), start: ") {
        rest = &rest[at + "Span { source: SourceId(0), start: ".len()..];
        let (start, after) = rest.split_once(", end: ").expect("the debug form of a span");
        let (end, _) = after.split_once(" }").expect("the debug form of a span");
        if let (Ok(start), Ok(end)) = (start.parse::<usize>(), end.parse::<usize>()) {
            assert!(text.get(start..end).is_some(), "span {start}..{end} of {text:?}");
        }
    }
}

fn scripts_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !name.starts_with("target") {
            scripts_below(&path, found);
        } else if name.ends_with(".qn") {
            found.push(path);
        }
    }
}

#[test]
fn the_program_and_all_its_beginnings() {
    let mut sources = SourceMap::new();
    let id = sources.add("program.qn", PROGRAM);
    let (_, diagnostics) = parse(&sources, id);
    assert_eq!(diagnostics, []);
    for (end, _) in PROGRAM.char_indices() {
        exercise(&PROGRAM[..end]);
        exercise(&PROGRAM[end..]);
    }
}

#[test]
fn every_script_of_the_repository() {
    let mut paths = Vec::new();
    scripts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut paths);
    assert!(paths.len() > 5, "only {} scripts found", paths.len());
    for path in paths {
        if let Ok(text) = std::fs::read_to_string(&path) {
            exercise(&text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC*|[ -~\n]*|(.|\n)*") {
        exercise(&text);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        exercise(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..80)) {
        exercise(&pieces.concat());
    }

    #[test]
    fn a_changed_program(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, prop::sample::select(PIECES)), 1..6)) {
        let mut chars: Vec<char> = PROGRAM.chars().collect();
        for (at, removed, piece) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        exercise(&chars.into_iter().collect::<String>());
    }
}
