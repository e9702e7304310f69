//! The driver of `tests/ir`: one file is one test.
//!
//! - `parse/*.ir` print as they are written, or start with `# error: MESSAGE`, which the parser gives;
//! - `verify/*.ir` start with `# error: RULE` (or `# ok`) and break that rule;
//! - `opt/{specialize,inline,optimize}/*.ir` start with `# enter: TYPES`, then the functions `fn0`,
//!   `fn1`, ... of a program, whose first one is entered with arguments of these types;
//! - all other `opt/<pass>/*.ir` hold input, a line `----`, and what the pass makes of it. `BLESS=1` writes the
//!   second part anew.

use crate::entities::{Entity, FuncId, GlobalId};
use crate::function::{Function, Imm};
use crate::passes::{Unit, World};
use crate::{Builtin, Ty, passes, text, verify};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// Compares what `run` makes of each file's input with the file's second part.
fn check_files(dir: &str, run: impl Fn(&Path, &str) -> String) {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failed = Vec::new();
    for file in files(&format!("opt/{dir}")) {
        let content = fs::read_to_string(&file).expect("a readable test");
        let (input, expected) = match content.split_once("----\n") {
            Some((input, expected)) => (input.to_owned(), expected),
            None => (content.clone(), ""),
        };
        let printed = run(&file, &input);
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

/// A pass over one function.
fn check_pass(dir: &str, pass: impl Fn(Function) -> Function) {
    check_files(dir, |file, input| {
        let func = text::parse(input).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        verify::verify(&func).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let after = pass(func);
        verify::verify(&after)
            .unwrap_or_else(|e| panic!("{}: {e}\n{}", file.display(), text::print(&after)));
        text::print(&after.compact())
    });
}

/// The functions of a test file as a program without globals and prelude.
struct Functions(Vec<Arc<Function>>);

impl World for Functions {
    fn function(&self, id: FuncId) -> Arc<Function> {
        self.0[id.index()].clone()
    }
    fn global(&self, _: GlobalId) -> Option<(Ty, Option<Imm>)> {
        None
    }
    fn prelude(&self, _: Builtin) -> Option<FuncId> {
        None
    }
}

/// The types that a test file is entered with, as a line of a function that has them as parameters.
fn entry_types(line: &str) -> Vec<Ty> {
    let params: Vec<String> =
        split_types(line).iter().enumerate().map(|(i, ty)| format!("v{i}: {ty}")).collect();
    let params = match params.is_empty() {
        true => String::new(),
        false => format!("({})", params.join(", ")),
    };
    let text = format!("fn \"\"() {{\nblock0{params}:\n  unreachable\n}}\n");
    let func = text::parse(&text).expect("types");
    func.vals.values().map(|v| v.ty.clone()).collect()
}

/// Splits at the commas that stand in no bracket.
fn split_types(line: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in line.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.retain(|p| !p.trim().is_empty());
    parts
}

fn check_unit(dir: &str, pass: impl Fn(&mut Unit)) {
    check_files(dir, |file, input| {
        let types = input
            .lines()
            .next()
            .and_then(|l| l.strip_prefix("# enter:"))
            .unwrap_or_else(|| panic!("{} does not say how it is entered", file.display()));
        let functions =
            text::parse_all(input).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let world = Functions(functions.into_iter().map(Arc::new).collect());
        match passes::specialize(&world, FuncId(0), &entry_types(types)) {
            Err(reject) => format!("reject: {reject}\n"),
            Ok(mut unit) => {
                pass(&mut unit);
                for id in unit.specs.keys() {
                    let compact = unit.specs[id].body.compact();
                    verify::verify(&compact).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
                    unit.specs[id].body = compact;
                }
                passes::print_unit(&unit)
            }
        }
    });
}

#[test]
fn specialize() {
    check_unit("specialize", |_| {});
}

#[test]
fn inline() {
    check_unit("inline", |unit| {
        for id in passes::inline::callees_first(unit) {
            passes::inline::inline_calls(unit, id);
        }
        passes::inline::drop_unused(unit);
    });
}

#[test]
fn optimize() {
    check_unit("optimize", passes::optimize);
}

#[test]
fn promote() {
    check_pass("promote", |func| passes::promote(&func));
}

macro_rules! in_place {
    ($($name:ident $pass:path;)*) => {$(
        #[test]
        fn $name() {
            check_pass(stringify!($name), |mut func| {
                let _ = $pass(&mut func);
                func
            });
        }
    )*};
}

in_place! {
    fold passes::fold::fold;
    fuse passes::fuse::fuse;
    cse passes::cse::cse;
    dce passes::dce::dce;
    simplify_cfg passes::simplify_cfg::simplify_cfg;
    licm passes::licm::licm;
    order passes::order::order;
    ranges passes::ranges::ranges;
    rotate passes::rotate::rotate;
    unroll passes::unroll::unroll;
    select passes::select::select;
    unshare passes::unshare::unshare;
    version passes::version::version;
}

#[test]
fn ownership() {
    check_pass("ownership", |mut func| {
        let mut callee = passes::ownership::ResultCounts::new();
        callee.push(1);
        passes::ownership::insert_ownership(&mut func, &[], &passes::lend::Lent::new(), &callee);
        func
    });
}

/// A pass that looked at the whole function for each of its loops would take minutes here.
#[test]
fn many_loops_take_time_by_their_number() {
    const LOOPS: usize = 1500;
    let mut text = String::from("fn \"\"() {\nblock0(v0: int):\n  v1: int = const.int 1\n");
    text += "  v2: int = const.int 0\n  jump -> block1(v2)\n";
    for i in 0..LOOPS {
        let (header, body, next, v) = (2 * i + 1, 2 * i + 2, 2 * i + 3, 3 * (i + 1));
        let (test, more) = (v + 1, v + 2);
        text += &format!("block{header}(v{v}: int):\n  interrupt\n");
        text += &format!("  v{test}: bool = icmp lt, v{v}, v0\n");
        text += &format!("  branch v{test} -> block{body}, block{next}(v2)\n");
        text += &format!("block{body}:\n  v{more}: int = iadd v{v}, v1\n");
        text += &format!("  jump -> block{header}(v{more})\n");
    }
    let (end, last) = (2 * LOOPS + 1, 3 * (LOOPS + 1));
    text += &format!("block{end}(v{last}: int):\n  return v{last}\n}}\n");
    let mut func = text::parse(&text).expect("loops");
    passes::ranges::ranges(&mut func);
    passes::version::version(&mut func);
    passes::rotate::rotate(&mut func);
    verify::verify(&func).expect("a function that holds together");
    let text = text::print(&func);
    assert_eq!(text.matches("imin").count(), LOOPS);
    assert_eq!(text.matches("iadd ").count(), 0);
}

#[test]
fn parse_files() {
    for file in files("parse") {
        let content = fs::read_to_string(&file).expect("a readable test");
        let expected = match content.split_once('\n') {
            Some((first, _)) if first.starts_with("# ") => first.trim_start_matches("# "),
            _ => &content,
        };
        let found = match text::parse(&content) {
            Ok(func) => text::print(&func),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(found, expected, "{}", file.display());
    }
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
