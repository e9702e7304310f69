//! Formatting: what it settles, and that it settles nothing else.

use proptest::prelude::*;
use quern_frontend::ast_dump::dump_compact;
use quern_frontend::format::format;
use quern_frontend::lexer::lex;
use quern_frontend::{SourceMap, parse};
use quern_ir::SourceId;
use std::path::{Path, PathBuf};

fn formatted(text: &str) -> Option<String> {
    let mut sources = SourceMap::new();
    let id = sources.add("test.qn", text);
    format(&sources, id).ok()
}

fn tree(text: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add("test.qn", text);
    dump_compact(&parse(&sources, id).0)
}

fn comments(text: &str) -> Vec<String> {
    let lexed = lex(SourceId(0), text);
    lexed
        .comments
        .iter()
        .map(|&(a, b)| text[a as usize..b as usize].trim_end().to_owned())
        .collect()
}

/// Formats a text without mistakes and checks that only white space changed, once and for all.
fn check(text: &str) -> Option<String> {
    let once = formatted(text)?;
    assert_eq!(formatted(&once).as_deref(), Some(once.as_str()), "not idempotent:\n{text}");
    assert_eq!(tree(&once), tree(text), "another program:\n{text}\n---\n{once}");
    assert_eq!(comments(&once), comments(text), "other comments:\n{text}\n---\n{once}");
    Some(once)
}

#[test]
fn spacing() {
    for (text, expected) in [
        ("let a=1+2*-x^ 2", "let a = 1 + 2 * -x^2"),
        ("a - - b; ~ c", "a - -b; ~c"),
        ("f ( a,b , axis :0, ... c )", "f(a, b, axis: 0, ...c)"),
        ("a [ 1 .. n-1 , .. , ..., -1 .. by 2]", "a[1..n - 1, .., ..., -1.. by 2]"),
        ("if(a){b}else{c}", "if (a) { b } else { c }"),
        ("let p={ x:1,y : 2 }; let q = { }", "let p = {x: 1, y: 2}; let q = {}"),
        ("let {x,y}=p", "let {x, y} = p"),
        ("fn f (mut a:int=1,...r)->list [int]{ }", "fn f(mut a: int = 1, ...r) -> list[int] {}"),
        ("let f:fn (int)->int=(x)=>x", "let f: fn(int) -> int = (x) => x"),
        ("xs|>map(x=>x+1)|>sum", "xs |> map(x => x + 1) |> sum"),
        ("match v{-1|2=>a,{op:\"x\"}=>{ b }}", "match v { -1 | 2 => a, {op: \"x\"} => { b } }"),
        ("for i in(0..n by(2)){ }", "for i in (0..n by (2)) {}"),
        ("print(f\"{ x :>8}\")", "print(f\"{ x :>8}\")"),
        ("swap(mut xs[0],mut p . y)", "swap(mut xs[0], mut p.y)"),
        ("return(a)", "return (a)"),
        ("a   # c", "a  # c"),
    ] {
        assert_eq!(check(text), Some(format!("{expected}\n")), "of {text}");
    }
}

#[test]
fn lines() {
    let text = "\n\n# top\n\n\n\nfn f(x) {\n\n  let y = x\n      .map(g => {\n  g\n })\n   # why\n |> sum # end\n  if y ==\n 1 {\n a # one\n bb + c # two\n\n }\n\n # last\n}\nf(\n1,\n 2 +\n3\n)\nimport \"m.qn\": a,\nb\nlet s = \"\"\"a\n  b\"\"\" # s\n\n\n";
    let expected = "# top\n\nfn f(x) {\n    let y = x\n        .map(g => {\n            g\n        })\n        # why\n        |> sum  # end\n    if y ==\n        1 {\n        a       # one\n        bb + c  # two\n    }\n\n    # last\n}\nf(\n    1,\n    2 +\n        3\n)\nimport \"m.qn\": a,\n    b\nlet s = \"\"\"a\n  b\"\"\"  # s\n";
    assert_eq!(check(text).as_deref(), Some(expected), "{}", check(text).unwrap_or_default());
    assert_eq!(check("").as_deref(), Some(""));
    assert_eq!(check("# only\r\n").as_deref(), Some("# only\n"));
}

#[test]
fn mistakes_are_returned() {
    assert_eq!(formatted("let = 1"), None);
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
fn every_script_of_the_repository() {
    let mut paths = Vec::new();
    scripts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut paths);
    let texts = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    assert!(texts.filter_map(|text| check(&text)).count() > 5);
}

#[test]
fn indentation_and_blank_ends_do_not_matter() {
    let mut paths = Vec::new();
    scripts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut paths);
    let mut n_checked = 0;
    for text in paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()) {
        let Some(expected) = formatted(&text).filter(|_| !text.contains("\"\"\"")) else {
            continue;
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(formatted(&lines.join("\n")), Some(expected.clone()));
        assert_eq!(formatted(&lines.join("  \r\n\t")), Some(expected));
        n_checked += 1;
    }
    assert!(n_checked > 5);
}

/// Pieces of programs with odd white space.
const LINES: &[&str] = &[
    "let a=1",
    "  f( x ,y)",
    "if a{",
    "}",
    "} else {",
    "# c",
    "  ## doc ",
    "",
    "",
    "\t",
    "xs",
    " .map(x=>{",
    "})",
    "|> g",
    "(",
    ")",
    "[1,",
    "2]",
    "a +",
    "-b",
    "{x:1,",
    "y:2}",
    "\"\"\"s",
    "t\"\"\"",
    "f\"{ a+ b }\"",
    "match v {",
    "1=>2",
    "_ => { # z",
    "fn g(a,",
    "b) {",
    "let p = {",
    "a[..,",
    "0 .. 2 by 3 ]",
    "x = y; z",
    "async{1}",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines(lines in prop::collection::vec(prop::sample::select(LINES), 0..12)) {
        check(&lines.join("\n"));
        check(&lines.join(" "));
    }
}
