//! The register code of typical sources: what must not creep back in is a copy, a check or an
//! instruction in an inner loop.

mod common;

use quern_ir::FuncId;
use quern_vm::tier::Tiering;
use std::path::Path;

/// The code of every function of a script, the top level first.
fn dumps(text: &str) -> Vec<String> {
    let mut shared = None;
    let ran = common::run(Path::new("test.qn"), text, Tiering::default(), |c| {
        shared = Some(c.shared.clone())
    });
    assert!(ran.is_ok_and(|r| r.result.is_ok()), "{text}");
    let shared = shared.expect("the run was configured");
    let own = common::PRELUDE.functions.len()..shared.function_count();
    own.map(|i| shared.code(FuncId(i as u32)).expect("it compiled").dump()).collect()
}

/// The names of the instructions between two of them, both included.
fn between(dump: &str, first: &str, last: &str) -> Vec<String> {
    let names = dump.lines().skip(1).filter_map(|l| l.split_whitespace().nth(1)).map(str::to_owned);
    let mut out: Vec<String> = Vec::new();
    for name in names.skip_while(|n| n != first) {
        out.push(name);
        if out.last().is_some_and(|n| n == last) {
            break;
        }
    }
    out
}

#[test]
fn a_counting_loop_has_no_copies() {
    let dump = &dumps("mut s = 0\nfor i in 0..10 { s += i % 7 }\nprint(s)")[0];
    assert_eq!(
        between(dump, "IterNext", "Loop"),
        ["IterNext", "IterExit", "RemInt", "Add", "Loop"],
        "{dump}"
    );
}

#[test]
fn a_while_loop_compares_and_jumps_in_one() {
    let text = "mut i = 0\nmut x = 1.0\nwhile i < 10 { x = x * 0.5; i += 1 }\nprint(x)";
    let dump = &dumps(text)[0];
    assert_eq!(
        between(dump, "UnlessLtInt", "Loop"),
        ["UnlessLtInt", "Mul", "AddInt", "Loop"],
        "{dump}"
    );
}

#[test]
fn matrix_elements_are_read_and_written_in_one() {
    let text = "mut a = zeros(3, 3)\nfor i in 0..3 { a[i, i] = a[i, 0] + 1.0 }\nprint(a.sum())";
    let dump = &dumps(text)[0];
    let body = between(dump, "IterExit", "Loop");
    assert_eq!(
        body,
        ["IterExit", "Index2", "Second", "Add", "SetIndex2", "Second", "Loop"],
        "{dump}"
    );
}

#[test]
fn a_variable_that_is_set_by_the_call_moves_into_it() {
    let text = "fn f(xs) { mut ys = xs; ys[0] = 1; ys }\nmut a = zeros(3)\nfor i in 0..3 { a = f(a) }\nprint(a)";
    let all = dumps(text);
    assert_eq!(between(&all[0], "Move", "CallDirect"), ["Move", "CallDirect"], "{}", all[0]);
    // The parameter becomes the variable without a copy.
    assert!(!all[1].contains("Copy"), "{}", all[1]);
}

#[test]
fn arguments_are_made_where_the_callee_wants_them() {
    let text = "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }\nprint(fib(5))";
    let dump = &dumps(text)[1];
    assert_eq!(
        between(dump, "SubInt", "Add"),
        ["SubInt", "CallDirect", "SubInt", "CallDirect", "Add"],
        "{dump}"
    );
    // Not across another call, which has its arguments there too.
    let text = "fn f(a, b) { a + b }\nfn g(x) { f(x * 2, f(x * 3, 1)) }\nprint(g(5))";
    let dump = &dumps(text)[2];
    assert_eq!(
        between(dump, "MulInt", "Return"),
        ["MulInt", "MulInt", "LoadInt", "CallDirect", "Move", "CallDirect", "Return"],
        "{dump}"
    );
}

#[test]
fn assignments_at_once_keep_their_values() {
    let text = "
fn turn(n) {
    mut (a, b, c) = (1, 2, 3)
    for _ in 0..n { (a, b, c) = (b, c, a) }
    (a, b, c)
}
print(turn(0), turn(1), turn(2), turn(3))
let f = (x, y) => if x > y { (x, y) } else { (y, x) }
print(f(1, 2), f(4, 3))
fn both(p) { let (x, y) = if p { (1, 2) } else { (3, 4) }; x * 10 + y }
print(both(true), both(false))
";
    let ran =
        common::run(Path::new("test.qn"), text, Tiering::default(), |_| {}).expect("it compiles");
    assert_eq!(ran.output, ["(1, 2, 3) (2, 3, 1) (3, 1, 2) (1, 2, 3)", "(2, 1) (4, 3)", "12 34"]);
}

#[test]
fn a_huge_literal_and_a_huge_function_run() {
    let items: Vec<String> = (0..70_000).map(|i| i.to_string()).collect();
    let text = format!("print([{}].sum())", items.join(", "));
    let ran =
        common::run(Path::new("test.qn"), &text, Tiering::default(), |_| {}).expect("it compiles");
    assert_eq!(ran.output, ["2449965000"]);
    // Jumps over more than 32,767 instructions.
    let body: String =
        (0..9_000).map(|i| format!("x = x * 2 - {i}; y = y + x % 7\n        ")).collect();
    let text = format!(
        "mut x = 1\nmut y = 0\nmut k = 0\nwhile k < 1 {{\n if k > 5 {{ {} }}\n k += 1 }}\nprint(x, k)",
        body
    );
    let ran =
        common::run(Path::new("test.qn"), &text, Tiering::default(), |_| {}).expect("it compiles");
    assert_eq!(ran.output, ["1 1"]);
}
