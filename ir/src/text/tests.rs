use super::*;
use crate::function::Function;

fn round_trip(text: &str) {
    let func = parse(text).expect("the text form");
    let printed = print(&func);
    assert_eq!(printed, text);
    assert_eq!(parse(&printed).expect("what was printed"), func);
}

#[test]
fn prints_what_it_parses() {
    round_trip(
        r#"## Docs.
fn "f\"\n"("a", mut "b"=s0, ..."rest", "k"?: union(int, array[_, 2], fn(int) -> list[str])) ["c"] generator {
  slot s0 "b": any
block0(v0: any, v1: any, v2: any, v3: any, v4: any):
  slot.set s0, v1
  v5 = const.float -1e-7
  v6 = const.float inf
  v7 = const.float nan_7ff8000000000001
  v8 = const.complex -0.0 2.0
  v9 = const.str "a\u{0}\\"
  v10 = index [v, ..., newaxis, v], v9, v0, v0
  place.set s0[v]."x"[...], v0, v10
  v11 = call.method field "go"(v, "n": ...v, offer s0), v9, v9
  v12, v13 = call value(v, mut s0), v9, v0, v0
  v14 = list [v, ...v], v0, v1
  v15 = record ["x", "..."], v0, v1
  v16: bool = icmp lt, v0, v1 unwind v1, v2 dying v3
  v17 = call.builtin builtin io.read_text(v), v0
  branch v16 -> block1(v0, v1), block2
block1(v18: array[float, 2], v19: {"x": (int, never), "y": range=[-2]}) handler block2:
  iter.next v0, v1 -> block1, block2
block2(v20: list[int], v21: fn[fn3, builtin[sum], range]):
  fail OverflowError "too much"
}
"#,
    );
}

#[test]
fn numbers_are_kept() {
    let text = "fn \"f\"() {\nblock7:\n  v9 = const.none\n  return v9\n}\n";
    let func = parse(text).expect("the text form");
    assert_eq!(print(&func), text);
    let small: Function = func.compact();
    assert_eq!(print(&small), "fn \"f\"() {\nblock0:\n  v0 = const.none\n  return v0\n}\n");
    assert_eq!(parse(&print(&small)).expect("the text form"), small);
}

#[test]
fn errors_name_the_line() {
    let error = parse("fn \"f\"() {\nblock0:\n  v0 = frob\n}\n").expect_err("no such op");
    assert_eq!(error.to_string(), "line 3: there is no op frob");
    assert!(parse("fn \"f\"() {\nblock0:\n  v0 = const.int \"a").is_err());
    assert!(parse("").is_err());
}

#[test]
fn spans_are_optional() {
    let mut func =
        parse("fn \"f\"() @1:2..30 {\nblock0:\n  v0 = const.none @1:4..5\n  return v0\n}\n")
            .expect("the text form");
    let printed = print_styled(&func, Style { spans: true });
    assert_eq!(parse(&printed).expect("what was printed"), func);
    func.span = crate::Span::default();
    assert!(!print(&func).contains('@'));
}
