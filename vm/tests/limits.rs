//! Depth, interrupts, step limits, suspension and threads.

mod common;

use quern_ir::ErrorKind;
use quern_vm::context::NoHost;
use quern_vm::future::ExecuteFuture;
use quern_vm::tier::Tiering;
use quern_vm::{ExecutionContext, Value, call_value};
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

fn run(text: &str, configure: impl FnOnce(&mut ExecutionContext)) -> common::Ran {
    common::run(Path::new("test.qn"), text, Tiering::default(), configure).expect("it compiles")
}

#[test]
fn a_hundred_thousand_calls_nest() {
    let ran = run("fn down(n) { if n == 0 { 0 } else { 1 + down(n - 1) } }\ndown(100_000)", |_| {});
    assert_eq!(ran.result.ok().and_then(|v| v.as_int()), Some(100_000));
}

#[test]
fn endless_recursion_is_an_error_that_can_be_caught() {
    let text = "fn f(n) { f(n + 1) + 1 }\ntry { f(0) } catch e { print(e.kind, e.line) }\n[1, 2].map(x => x + 1)";
    let ran = run(text, |_| {});
    assert_eq!(ran.output, ["RecursionError 1"]);
    assert!(ran.result.is_ok());
}

#[test]
fn an_interrupt_ends_a_loop_within_a_tenth_of_a_second() {
    let ran = run("mut i = 0\nloop { i += 1 }", |context| {
        let interrupt = context.interrupt.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            interrupt.set(quern_vm::context::Interrupt::CANCEL);
        });
    });
    assert_eq!(ran.result.expect_err("it was cancelled").kind, ErrorKind::Cancelled);
    let started = Instant::now();
    let ran = run("fn f() { f2() }\nfn f2() { none }\nloop { f() }", |context| {
        context.interrupt.set(quern_vm::context::Interrupt::TIMEOUT);
    });
    assert_eq!(ran.result.expect_err("its time was over").kind, ErrorKind::Timeout);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_limit_of_steps_ends_a_run() {
    let ran =
        run("mut i = 0\nwhile true { i += 1 }", |context| context.limits.steps = Some(10_000));
    assert_eq!(ran.result.expect_err("the steps are used up").kind, ErrorKind::Timeout);
}

#[test]
fn errors_carry_their_place_and_the_calls_they_came_through() {
    let text = "fn inner(x) { x // 0 }\nfn outer(x) {\n    inner(x) + 1\n}\nouter(3)";
    let error = run(text, |_| {}).result.expect_err("a division by zero");
    assert_eq!(error.kind, ErrorKind::OverflowError);
    let names: Vec<&str> = error.trace.iter().map(|t| &*t.function).collect();
    assert_eq!(names, ["inner", "outer", "<main>"]);
    assert_eq!(error.span.map(|s| &text[s.range()]), Some("x // 0"));
    assert_eq!(&text[error.trace[1].span.range()], "inner(x)");
}

#[test]
fn a_generator_left_in_the_middle_is_dropped_with_what_it_holds() {
    let text = "
fn count(start) { mut n = start; loop { yield n; n += 1 } }
fn first(g) { for x in g { return x } }
let g = count(5)
print(first(g), first(g))
mut total = 0
for x in count(0) { if x > 10 { break }; total += x }
print(total)
fn twice(g) { for x in g { yield x; yield x } }
mut seen = []
for x in twice(twice(count(1))) { if len(seen) == 6 { break }; seen.push(x) }
print(seen)
";
    let ran = run(text, |_| {});
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    assert_eq!(ran.output, ["5 6", "55", "[1, 1, 1, 1, 2, 2]"]);
}

#[test]
fn generators_nest_deeply_but_not_endlessly() {
    let text = "
fn down(n) { if n > 0 { for x in down(n - 1) { yield x } }; yield n }
mut s = 0
for x in down(200) { s += x }
print(s)
fn endless(n) { for x in endless(n + 1) { yield x } }
try { for x in endless(0) { print(x) } } catch e { print(e.kind) }
";
    assert_eq!(run(text, |_| {}).output, ["20100", "RecursionError"]);
}

#[test]
fn an_error_in_a_generator_reaches_its_consumer() {
    let text = "
fn g() { yield 1; throw error(\"broken\") }
fn f() { mut s = 0; for x in g() { s += x }; s }
try { f() } catch e { print(e.message) }
";
    assert_eq!(run(text, |_| {}).output, ["broken"]);
}

#[test]
fn variables_passed_mut_come_back_also_when_the_callee_throws() {
    let text = "
fn add(mut xs, x) { xs.push(x); if x == 2 { throw error(\"no twos\") } }
mut xs = []
add(mut xs, 1)
try { add(mut xs, 2) } catch e { print(e.message) }
print(xs)
";
    assert_eq!(run(text, |_| {}).output, ["no twos", "[1, 2]"]);
}

#[test]
fn threads_share_a_program_without_seeing_each_other() {
    let mut shared = None;
    let text = "let base = 10\nfn total(n) { mut s = base; for i in 0..n { s += i }; s }\ntotal";
    let total =
        run(text, |context| shared = Some(context.shared.clone())).result.expect("a function");
    let shared = shared.expect("the run was configured");
    let results: Vec<Option<i64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|k| {
                let (shared, total) = (shared.clone(), total.clone());
                scope.spawn(move || {
                    let mut context = ExecutionContext::new(shared, Arc::new(NoHost));
                    call_value(&mut context, &total, vec![Value::Int(1000 + k)])
                        .ok()
                        .and_then(|v| v.as_int())
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().expect("no thread panics")).collect()
    });
    assert_eq!(results, [Some(499_510), Some(500_510), Some(501_511), Some(502_513)]);
}

#[test]
fn a_future_gives_others_a_turn_and_may_be_dropped() {
    let mut shared = None;
    let text = "fn spin(n) { mut i = 0; while i < n { i += 1 }; i }\nspin";
    let spin =
        run(text, |context| shared = Some(context.shared.clone())).result.expect("a function");
    let shared = shared.expect("the run was configured");
    let start = |n: i64| {
        let context = ExecutionContext::new(shared.clone(), Arc::new(NoHost));
        ExecuteFuture::new(context, &spin, vec![Value::Int(n)])
    };
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = Box::pin(start(100_000));
    let mut turns = 0;
    let value = loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(result) => break result.expect("a count"),
            Poll::Pending => turns += 1,
        }
    };
    assert_eq!(value.as_int(), Some(100_000));
    assert!(turns >= 3, "{turns}");
    let mut endless = Box::pin(start(i64::MAX));
    assert!(endless.as_mut().poll(&mut cx).is_pending());
    drop(endless);
}

#[test]
fn results_may_be_any_value() {
    let ran = run("let r = {x: 1, y: [1.5, 2.5]}\n{...r, x: 2}", |_| {});
    let Ok(Value::Record(r)) = ran.result else { panic!("a record") };
    assert_eq!(r.get("x").and_then(Value::as_int), Some(2));
}
