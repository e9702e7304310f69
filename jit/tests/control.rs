//! Control flow, calls, and the ways errors take.

mod common;

use common::{Word, run, run_words};

const FIB: &str = r#"
fn "fib"() {
block0(v0: int):
  v1: int = const.int 2
  v2: bool = icmp lt, v0, v1
  branch v2 -> block1, block2
block1:
  return v0
block2:
  v3: int = const.int 1
  v4: int = isub v0, v3
  v5: int = call.spec 0, v4
  v6: int = isub v0, v1
  v7: int = call.spec 0, v6
  v8: int = iadd v5, v7
  return v8
}
"#;

#[test]
fn functions_call_themselves() {
    assert_eq!(run(FIB, &[20]).expect("fib"), 6765);
}

#[test]
fn loops_carry_values() {
    let source = r#"
fn "sum"() {
block0(v0: int):
  v1: int = const.int 0
  v2: int = const.int 1
  jump -> block1(v1, v1)
block1(v3: int, v4: int):
  v5: bool = icmp lt, v3, v0
  interrupt
  branch v5 -> block2, block3
block2:
  v6: int = iadd v4, v3
  v7: int = iadd.wrap v3, v2
  jump -> block1(v7, v6)
block3:
  return v4
}
"#;
    assert_eq!(run(source, &[1000]).expect("sum"), 499_500);
}

#[test]
fn handlers_get_the_error_and_what_goes_along() {
    let source = r#"
fn "f"() {
block0(v0: int, v1: int):
  jump -> block1
block1 handler block3:
  v2: int = ifloordiv v0, v1 unwind v0
  jump -> block2(v2)
block2(v3: int):
  return v3
block3(v4: any, v5: int):
  release v4
  v6: int = ineg v5
  jump -> block2(v6)
}
"#;
    assert_eq!(run(source, &[7, 2]).expect("7 // 2"), 3);
    assert_eq!(run(source, &[7, 0]).expect("caught") as i64, -7);
}

#[test]
fn variables_come_back_with_errors() {
    let source = r#"
fn "f"() {
block0(v0: int, v1: int):
  v2: int, v3: int = call.spec 1, v0, v1 unwind v3
  return v2, v3
}
fn "g"() {
block0(v0: int, v1: int):
  v2: int = const.int 10
  v3: int = iadd v0, v2 unwind v0
  v4: int = ifloordiv v3, v1 unwind v3
  return v4, v3
}
"#;
    let words = run_words(source, &[5, 3]).expect("15 // 3");
    assert_eq!(words[..2], [5, 15]);
    let (error, words) = run_words(source, &[5, 0]).expect_err("15 // 0");
    assert_eq!(error.message, "integer division by zero in 15 // 0");
    assert_eq!(words[1], 15);
}

#[test]
fn many_results_go_through_memory() {
    let params = (0..20).map(|i| format!("v{i}: int")).collect::<Vec<_>>().join(", ");
    let args = (0..20).map(|i| format!("v{i}")).collect::<Vec<_>>().join(", ");
    let results = (20..40).map(|i| format!("v{i}: int")).collect::<Vec<_>>().join(", ");
    let reversed = (20..40).rev().map(|i| format!("v{i}")).collect::<Vec<_>>().join(", ");
    let source = format!(
        "fn \"f\"() {{\nblock0({params}):\n  {results} = call.spec 1, {args}\n  return {reversed}\n}}\n\
         fn \"g\"() {{\nblock0({params}):\n  v20: int = iadd v0, v1\n  return v20, {}\n}}\n",
        (1..20).map(|i| format!("v{i}")).collect::<Vec<_>>().join(", ")
    );
    let args: Vec<u64> = (0..20).collect();
    let words = run_words(&source, &args).expect("no error");
    assert_eq!(words[0], 19);
    assert_eq!(words[19], 1);
    assert_eq!(words[18], 1);
}

#[test]
fn functions_that_cannot_fail_return_no_status() {
    let source = r#"
fn "f"() {
block0(v0: float):
  v1: float = call.spec 1, v0
  return v1
}
fn "g"() {
block0(v0: float):
  v1: float = fmul v0, v0
  return v1
}
"#;
    assert_eq!(f64::from_bits(run(source, &[1.5f64.word()]).expect("no error")), 2.25);
}
