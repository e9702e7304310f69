//! What is written, and the tree it means.

use quern_frontend::ast_dump::dump_compact;
use quern_frontend::{RenderOptions, SourceMap, is_incomplete, parse};

/// Parses a correct text and prints its tree, one line a statement.
fn tree(text: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add("test.qn", text);
    let (module, diagnostics) = parse(&sources, id);
    let shown: Vec<String> =
        diagnostics.iter().map(|d| d.render(&sources, RenderOptions::default())).collect();
    assert!(shown.is_empty(), "{text}\n{}", shown.join("\n"));
    dump_compact(&module)
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(tree(text), *expected, "tree of:\n{text}");
    }
}

/// Codes of what is wrong with a text, with the lines they are on.
fn mistakes(text: &str) -> Vec<(&'static str, usize)> {
    let mut sources = SourceMap::new();
    let id = sources.add("test.qn", text);
    let (_, diagnostics) = parse(&sources, id);
    diagnostics.iter().map(|d| (d.code, sources.line_column(d.span).line)).collect()
}

#[test]
fn literals() {
    check(&[
        ("1_000", "1000"),
        ("0xff", "255"),
        ("0b101", "5"),
        ("0o17", "15"),
        ("1.5", "1.5"),
        ("1e-3", "0.001"),
        ("2i", "2.0i"),
        ("0.5e1i", "5.0i"),
        ("1.5f32", "1.5f32"),
        ("3 + 2i", "(+ 3 2.0i)"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-0x8000000000000000", "-9223372036854775808"),
        ("true; false; none", "true\nfalse\nnone"),
        (r#""a\n\t\"\\\u{3b1}\0""#, r#""a\n\t\"\\α\0""#),
        ("\"\"\"a\n\"b\" c\"\"\"", r#""a\n\"b\" c""#),
        ("\"\"", "\"\""),
        ("[1, 2.0,]", "(list 1 2.0)"),
        ("[]", "(list)"),
        ("[...xs, 1]", "(list (... xs) 1)"),
        ("(1, 2)", "(tuple 1 2)"),
        ("(1,)", "(tuple 1)"),
        ("()", "(tuple)"),
        ("(1)", "1"),
        ("let p = {x: 1, y: 2}", "(let p (record (x 1) (y 2)))"),
        ("let p = {...q, x: 3}", "(let p (record (... q) (x 3)))"),
        ("let p = {x, y}", "(let p (record (x x) (y y)))"),
        ("let p = {x}", "(let p (record (x x)))"),
        ("α + Δx", "(+ α Δx)"),
    ]);
}

#[test]
fn f_strings() {
    check(&[
        (r#"f"price = {p:.4f}""#, r#"(f "price = " (format p ".4f"))"#),
        (r#"f"{d["k"]} and {f"{x}"}""#, r#"(f (index d "k") " and " (f x))"#),
        (r#"f"{{{x}}}\n""#, r#"(f "{" x "}\n")"#),
        (r#"f"{ {x: 1}.x }""#, r#"(f (. (record (x 1)) x))"#),
        (r#"f"{g(a: 1):>8}""#, r#"(f (format (call g (a: 1)) ">8"))"#),
        (
            r##"f"{if a { 1 } else { 2 }:#x}""##,
            r##"(f (format (if a (block 1) else (block 2)) "#x"))"##,
        ),
        ("f\"\"\"a\n{x\n + 1} \"q\" \"\"\"", r#"(f "a\n" (+ x 1) " \"q\" ")"#),
        (r#"f"\u{3b1}{x}""#, r#"(f "α" x)"#),
        (r#"f"""#, "(f)"),
    ]);
}

#[test]
fn precedence() {
    check(&[
        ("-2^2", "(- (^ 2 2))"),
        ("2^-1.5", "(^ 2 (- 1.5))"),
        ("2^3^4", "(^ 2 (^ 3 4))"),
        ("-a.T[0]", "(- (index (. a T) 0))"),
        ("a - b - c", "(- (- a b) c)"),
        ("a + b * c @ d // e % f / g", "(+ a (/ (% (// (@ (* b c) d) e) f) g))"),
        ("a | b xor c & d << 1 + 2", "(| a (xor b (& c (<< d (+ 1 2)))))"),
        ("~a & b", "(& (~ a) b)"),
        ("not a == b and c or d", "(or (and (not (== a b)) c) d)"),
        ("k not in d", "(not (in k d))"),
        ("n in 0..10", "(in n (.. 0 10))"),
        ("0..n - 1 by 2", "(.. 0 (- n 1) (by 2))"),
        ("4..=0 by -1", "(..= 4 0 (by (- 1)))"),
        ("a | b .. c", "(.. (| a b) c)"),
        ("await f(x) + 1", "(+ (await (call f x)) 1)"),
        ("xs |> f(2) |> g", "(|> g (|> f xs 2))"),
        ("a or b |> f", "(|> f (or a b))"),
        ("xs |> m.f(1, k: 2)", "(|> (. m f) xs 1 (k: 2))"),
        ("xs |> x => x + 1", "(|> (=> (x) (+ x 1)) xs)"),
        ("xs |> (f(2))", "(|> (call f 2) xs)"),
        ("xs.map(x => x^2).sum()", "(call (. (call (. xs map) (=> (x) (^ x 2))) sum))"),
        ("by = 0..by", "(= by (.. 0 by))"),
    ]);
}

#[test]
fn indices_and_calls() {
    check(&[
        ("a[i, j]", "(index a i j)"),
        ("a[..]", "(index a (.. _ _))"),
        ("a[.., 0]", "(index a (.. _ _) 0)"),
        ("a[2..]", "(index a (.. 2 _))"),
        ("a[..-1]", "(index a (.. _ (- 1)))"),
        ("a[-3..]", "(index a (.. (- 3) _))"),
        ("a[4..=0 by -1]", "(index a (..= 4 0 (by (- 1))))"),
        ("a[.. by 2]", "(index a (.. _ _ (by 2)))"),
        ("a[2.. by -1]", "(index a (.. 2 _ (by (- 1))))"),
        ("a[..., newaxis]", "(index a ... newaxis)"),
        ("f(a, axis: 0, ...xs)", "(call f a (axis: 0) (... xs))"),
        (
            "swap(mut xs, mut p.a[0], k: mut z)",
            "(call swap (mut xs) (mut (index (. p a) 0)) (k: (mut z)))",
        ),
        ("a.shape[0](1)", "(call (index (. a shape) 0) 1)"),
        ("re.match(s)", "(call (. re match) s)"),
    ]);
}

#[test]
fn newlines() {
    check(&[
        ("a\n-b", "a\n(- b)"),
        ("a -\nb", "(- a b)"),
        ("f(a\n - b\n)", "(call f (- a b))"),
        ("xs\n  .map(f)\n  |> g", "(|> g (call (. xs map) f))"),
        ("xs\n  # why\n  .sum()", "(call (. xs sum))"),
        ("a\n(b)", "a\nb"),
        ("a\n[b]", "a\n(list b)"),
        ("[1,\n2\n]", "(list 1 2)"),
        ("[\n  ...a,\n  ...b\n]", "(list (... a) (... b))"),
        ("f(() => {\n  a\n  -b\n})", "(call f (=> () (block a (- b))))"),
        ("let x =\n  1", "(let x 1)"),
        ("a; b;; c", "a\nb\nc"),
        ("if a { 1 }\nelse { 2 }", "(if a (block 1) else (block 2))"),
        ("if a { f } (b)", "(if a (block f))\nb"),
        ("if a { 1 } else { 2 } + 3", "(+ (if a (block 1) else (block 2)) 3)"),
        ("fn f()\n{\n return\n}", "(fn f () (block (return)))"),
        ("#!/usr/bin/env jit\na # b\n", "a"),
        ("\u{feff}a\r\nb\r\n", "a\nb"),
        ("", ""),
    ]);
}

#[test]
fn statements() {
    check(&[
        ("let a = 1", "(let a 1)"),
        ("mut b = zeros(3, 4)", "(mut b (call zeros 3 4))"),
        (
            "b[0, ..] = 1.0;  b[-1, 2] += 5.0;  p.x = 3",
            "(= (index b 0 (.. _ _)) 1.0)\n(+= (index b (- 1) 2) 5.0)\n(= (. p x) 3)",
        ),
        (
            "let (q, r) = divmod(7, 2);  let {x, y: z} = p",
            "(let (tuple q r) (call divmod 7 2))\n(let (record (x x) (y z)) p)",
        ),
        ("mut (a, b) = (1, 2)", "(mut (tuple a b) (tuple 1 2))"),
        (
            "(a[i], a[j]) = (a[j], a[i])",
            "(= (tuple (index a i) (index a j)) (tuple (index a j) (index a i)))",
        ),
        ("a //= 2; a @= m; a <<= 1; a ^= 2", "(//= a 2)\n(@= a m)\n(<<= a 1)\n(^= a 2)"),
        (
            "fn area(r: float, scale = 1.0) -> float { pi * r^2 * scale }",
            "(fn area ((r (: float)) (scale (= 1.0))) (-> float) (block (* (* pi (^ r 2)) scale)))",
        ),
        (
            "fn f(mut a, i, ...rest) { (a[i], i) }",
            "(fn f ((mut a) i (... rest)) (block (tuple (index a i) i)))",
        ),
        (
            "let sq = x => x^2;  let add = (a, b) => a + b",
            "(let sq (=> (x) (^ x 2)))\n(let add (=> (a b) (+ a b)))",
        ),
        (
            "let f = (x) => { let t = x + 1; t * t }",
            "(let f (=> (x) (block (let t (+ x 1)) (* t t))))",
        ),
        ("let f = () => {}", "(let f (=> () (record)))"),
        ("let f = x => {a: x}", "(let f (=> (x) (record (a x))))"),
        ("let f = ((i, x)) => i", "(let f (=> ((tuple i x)) i))"),
        ("let t = { let a = 1; a }", "(let t (block (let a 1) a))"),
        (
            "if a > 0 { \"pos\" } else if a < 0 { \"neg\" } else { \"zero\" }",
            "(if (> a 0) (block \"pos\") (< a 0) (block \"neg\") else (block \"zero\"))",
        ),
        (
            "let r = if c {x: 1} else {x: 2}",
            "(let r (if c (block (record (x 1))) else (block (record (x 2)))))",
        ),
        (
            "for i in 0..n { f(i) }   for (i, x) in enumerate(xs) { }   while c { break }   loop { continue }",
            "(for i (.. 0 n) (block (call f i)))\n(for (tuple i x) (call enumerate xs) (block))\n(while c (block break))\n(loop (block continue))",
        ),
        (
            "fn g(n) { for i in 0..n { yield i } }",
            "(fn* g (n) (block (for i (.. 0 n) (block (yield i)))))",
        ),
        (
            "fn g() { let f = () => { yield 1 }; f }",
            "(fn g () (block (let f (=>* () (block (yield 1)))) f))",
        ),
        (
            "try { risky() } catch e { print(e.message) } finally { close() }",
            "(try (block (call risky)) (catch e (block (call print (. e message)))) (finally (block (call close))))",
        ),
        ("try { a }\nfinally { b }", "(try (block a) (finally (block b)))"),
        (
            "throw error(\"bad input\", kind: \"ValueError\")",
            "(throw (call error \"bad input\" (kind: \"ValueError\")))",
        ),
        ("import \"lib/physics.qn\"", "(import \"lib/physics.qn\" (as physics))"),
        (
            "import \"lib/physics.qn\" as ph;  import \"lib/physics.qn\": energy, mass",
            "(import \"lib/physics.qn\" (as ph))\n(import \"lib/physics.qn\" energy mass)",
        ),
        (
            "let x: array[f32, 2] = a; let g: fn(float) -> float = f; let n: int | none = none; let l: list[(int, str)] = []",
            "(let x (: (array f32 2)) a)\n(let g (: (fn (float) float)) f)\n(let n (: (| int none)) none)\n(let l (: (list (tuple int str))) (list))",
        ),
        (
            "## Area of a circle.\n##\n## Exact.\nfn area(r) { r }",
            "(fn area (r) (doc \"Area of a circle.\\n\\nExact.\") (block r))",
        ),
        (
            "# no\n\n## no\n\n## yes\nlet a = 1 ## no\nlet b = 2",
            "(let a 1 (doc \"yes\"))\n(let b 2)",
        ),
    ]);
}

#[test]
fn matching() {
    check(&[
        (
            "match v { 0 => \"none\", 1 | 2 => \"few\", n if n < 0 => \"neg\", {x: 0, y} => y, [head, ...rest] => head, str => \"s\", _ => \"many\" }",
            "(match v (0 \"none\") ((| 1 2) \"few\") (n (if (< n 0)) \"neg\") ((record (x 0) (y y)) y) ((list head (... rest)) head) ((is str) \"s\") (_ \"many\"))",
        ),
        (
            "match v {\n  -1 => a\n  (a, b) => {\n    a\n    b\n  }\n  [..., z] => c += 1,\n}",
            "(match v (-1 a) ((tuple a b) (block a b)) ((list (...) z) (block (+= c 1))))",
        ),
        (
            "match v { n if (n > 0) => {x: n} fn => 1, list[int] => 2, none => {} }",
            "(match v (n (if (> n 0)) (record (x n))) ((is fn) 1) ((is (list int)) 2) (none (record)))",
        ),
        (
            "match (a, b) { (0, _) => for i in xs { f(i) }, _ => throw e }",
            "(match (tuple a b) ((tuple 0 _) (block (for i xs (block (call f i))))) (_ (throw e)))",
        ),
    ]);
}

#[test]
fn concurrency() {
    check(&[
        ("let t = async { slow(1) }", "(let t (async (block (call slow 1))))"),
        ("let v = await t", "(let v (await t))"),
        ("task.all([t, u]); sleep(0.1)", "(call (. task all) (list t u))\n(call sleep 0.1)"),
        (
            "parallel_for(0..n, i => out[i] = f(i))",
            "(call parallel_for (.. 0 n) (=> (i) (block (= (index out i) (call f i)))))",
        ),
        (
            "let job = spawn_background(() => heavy(data))",
            "(let job (call spawn_background (=> () (call heavy data))))",
        ),
        ("for v in c { await v }", "(for v c (block (await v)))"),
        (
            "proc.send(pid, {op: \"add\", n: 2})",
            "(call (. proc send) pid (record (op \"add\") (n 2)))",
        ),
        (
            "receive { {op: \"add\", n} => n, \"stop\" => return, after 1.0 => none }",
            "(receive ((record (op \"add\") (n n)) n) (\"stop\" (return)) (after 1.0 none))",
        ),
        (
            "receive {\n  after => after\n  after 2 * t => 0\n}",
            "(receive (after after) (after (* 2 t) 0))",
        ),
    ]);
}

#[test]
fn several_mistakes_are_reported_each_once() {
    let text = "let x = (1 + ]\nlet y = 3 +\nlet z = 4\nfn f(a b) {\n  let = 2\n  a < b < c\n}\nif x = 1 { y }\nf(1, 2\n";
    let found = mistakes(text);
    let lines: Vec<usize> = found.iter().map(|&(_, line)| line).collect();
    assert_eq!(
        found.iter().map(|&(code, _)| code).collect::<Vec<_>>(),
        ["E0010", "E0010", "E0012", "E0010", "E0013", "E0010", "E0011"],
        "{found:?}"
    );
    assert_eq!(lines, [1, 2, 4, 5, 6, 8, 9], "{found:?}");
}

/// How deep the brackets of the printed tree go: at most two for each level of the tree.
fn height(text: &str) -> usize {
    let mut sources = SourceMap::new();
    let id = sources.add("test.qn", text);
    let printed = dump_compact(&parse(&sources, id).0);
    let (mut depth, mut tallest) = (0usize, 0);
    for byte in printed.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        tallest = tallest.max(depth);
    }
    tallest
}

#[test]
fn hostile_texts_end_cleanly() {
    let deep = |open: &str, n: usize| open.repeat(n);
    let cases = [
        deep("[", 10_000),
        deep("[", 10_000) + &deep("]", 10_000),
        deep("(", 10_000) + "1" + &deep(")", 10_000),
        deep("-", 100_000) + "1",
        deep("not ", 100_000) + "1",
        deep("f(", 10_000),
        deep("{", 10_000),
        deep("if a {", 10_000),
        deep("x => ", 10_000) + "1",
        deep("2^", 10_000) + "1",
        deep("fn f() { ", 10_000),
        deep("match a { 1 => ", 10_000),
        "let ".to_owned() + &deep("(", 10_000),
        "let x: ".to_owned() + &deep("list[", 10_000),
        "let x: ".to_owned() + &deep("fn() -> ", 10_000) + "int = 1",
        "match x { ".to_owned() + &deep("[", 10_000),
        deep("f\"{", 10_000),
        deep("1 + ", 100_000) + "1",
        "a".to_owned() + &deep(".b", 100_000),
        "a".to_owned() + &deep("(1)", 100_000),
        "a".to_owned() + &deep(" |> f", 100_000),
        "1 + (".repeat(200) + "1" + &(")".to_owned() + &" + 1".repeat(50)).repeat(200),
        "f(x => { if a {".repeat(60) + "1" + &("}})".to_owned() + &".a".repeat(30)).repeat(60),
        "[f(".repeat(100) + "1" + &(")]".to_owned() + &".a[0]".repeat(50)).repeat(100),
    ];
    for text in &cases {
        let found = mistakes(text);
        assert!(height(text) <= 2 * quern_frontend::ast::MAX_HEIGHT, "{}", height(text));
        let shown = &text[..text.len().min(30)];
        assert!(!found.is_empty() && found.len() < 5, "{shown}: {found:?}");
        assert!(found.iter().any(|m| m.0 == "E0015"), "{shown}: {found:?}");
    }
}

#[test]
fn long_flat_texts_are_fine() {
    let many = |unit: &str| unit.repeat(200_000);
    assert_eq!(mistakes(&format!("[{}]", many("1, "))), []);
    assert_eq!(mistakes(&many("a\n")), []);
    assert_eq!(mistakes(&format!("if a {{ }} {}", many("else if a { } "))), []);
    assert_eq!(mistakes(&format!("match a {{ {} }}", many("1 => 2, "))), []);
    assert_eq!(mistakes(&format!("\"{}\"", many("text "))), []);
    assert_eq!(mistakes(&format!("## doc\n{}", many("let a = 1; "))), []);
    assert_eq!(mistakes(&many("$ ")).len(), 101);
}

#[test]
fn incomplete_texts_ask_for_more() {
    for text in [
        "f(",
        "[1,",
        "let x =",
        "x = (1 +",
        "a +",
        "fn f(x) {",
        "fn f(x)",
        "\"\"\"abc",
        "f\"\"\"a {b}",
        "match v {\n 1 => 2",
        "if a {",
        "if a { } else",
        "import",
        "throw",
        "xs |>",
        "x =>",
        "try { a }",
    ] {
        assert!(is_incomplete(text), "{text:?}");
    }
    for text in [
        "",
        "f()",
        "let x = 1",
        "\"abc",
        "f(]",
        "a b",
        "1 +* 2 (",
        "if a { }",
        "f\"{a",
        "let x = 'a' + (",
    ] {
        assert!(!is_incomplete(text), "{text:?}");
    }
}
