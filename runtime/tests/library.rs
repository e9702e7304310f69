//! The library as an embedding program uses it.

use parking_lot::Mutex;
use quern::host::Output;
use quern::{Error, JitMode, Module, Runtime, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Keeps what scripts print.
#[derive(Default)]
struct Printed {
    text: Mutex<String>,
}

impl Output for Printed {
    fn write(&self, text: &str) -> std::io::Result<()> {
        self.text.lock().push_str(text);
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn values_modules_and_errors_cross_threads() {
    fn assert_send_sync<T: Send + Sync>() {}
    assert_send_sync::<Runtime>();
    assert_send_sync::<Module>();
    assert_send_sync::<Value>();
    assert_send_sync::<Error>();
}

#[test]
fn threads_call_one_module_at_the_same_time() {
    const THREADS: usize = 4;
    // Each call waits inside the script until all threads are there: it ends only if they overlap.
    let inside = Arc::new(AtomicUsize::new(0));
    let meet = move || {
        inside.fetch_add(1, Ordering::SeqCst);
        for _ in 0..10_000 {
            if inside.load(Ordering::SeqCst) >= THREADS {
                return true;
            }
            thread::sleep(Duration::from_millis(1));
        }
        false
    };
    let script =
        "fn work(n) { assert(meet(), \"alone\"); mut s = 0; for i in 0..n { s += i * i }; s }";
    for mode in [JitMode::Off, JitMode::On, JitMode::Eager] {
        let runtime = Runtime::builder().jit(mode).register("meet", meet.clone()).build();
        let module = runtime.load_text("work.qn", script).expect("the script is sound");
        let sums: Vec<Result<i64, Error>> = thread::scope(|scope| {
            let calls: Vec<_> = (0..THREADS)
                .map(|i| {
                    let module = &module;
                    scope.spawn(move || module.call("work", (1000 * (i as i64 + 1),)))
                })
                .collect();
            calls.into_iter().map(|c| c.join().expect("a call does not panic")).collect()
        });
        for (i, sum) in sums.into_iter().enumerate() {
            let n = 1000 * (i as i64 + 1);
            assert_eq!(sum.ok(), Some((n - 1) * n * (2 * n - 1) / 6));
        }
    }
}

#[test]
fn programs_of_many_threads_load_the_modules_they_name() {
    let runtime = Runtime::new();
    thread::scope(|scope| {
        for i in 0..8 {
            let runtime = &runtime;
            scope.spawn(move || {
                let root: f64 = runtime
                    .eval(&format!("optimize.brentq(x => poly.eval([-{i}, 1], x), -1, 9)"))
                    .expect("there is a root");
                assert!((root - i as f64).abs() < 1e-9, "{root}");
            });
        }
    });
}

#[test]
fn a_thrown_error_has_code_place_and_trace() {
    let runtime = Runtime::new();
    let text = "fn inner(xs) {\n    xs[9]\n}\nfn outer(xs) { inner(xs) }\n";
    let module = runtime.load_text("deep.qn", text).expect("the script is sound");
    let error =
        module.call::<f64>("outer", (vec![1.0, 2.0],)).expect_err("index 9 is out of range");
    assert_eq!((error.kind(), error.code()), ("IndexError", "E0205"));
    let (file, at) = error.location().expect("the error has a place");
    assert_eq!((file.as_str(), at.line, at.column), ("deep.qn", 2, 5));
    let functions: Vec<String> = error.trace().into_iter().map(|t| t.function).collect();
    assert_eq!(functions, ["inner", "outer"]);
    assert!(error.render(Default::default()).contains("    xs[9]"));
}

#[test]
fn mistakes_come_all_at_once() {
    let error =
        Runtime::new().eval::<i64>("let a = ; b = 1\n1 +* 2").expect_err("it does not parse");
    assert!(error.diagnostics().len() >= 2, "{error:?}");
    assert_eq!(error.kind(), "SyntaxError");
}

#[test]
fn print_goes_where_the_program_says() {
    let printed = Arc::new(Printed::default());
    let runtime = Runtime::builder().output(printed.clone()).args(vec!["7".into()]).build();
    let n: i64 = runtime.eval("print(\"n =\", os.args[0]); int(os.args[0]) * 6").expect("it runs");
    assert_eq!((n, printed.text.lock().as_str()), (42, "n = 7\n"));
}

#[test]
fn errors_of_host_functions_reach_the_script() {
    let open = |name: String| -> Result<i64, String> { Err(format!("{name} is locked")) };
    let open = move |name: String| open(name).map_err(quern::thrown);
    let runtime = Runtime::builder().register("open", open).build();
    let caught: String =
        runtime.eval("try { open(\"db\") } catch e { e.message }").expect("it is caught");
    assert_eq!(caught, "db is locked");
    let wrong: String =
        runtime.eval("try { open(1) } catch e { e.message }").expect("it is caught");
    assert_eq!(wrong, "open: expected a str, found int 1");
    let arity: String = runtime.eval("try { open() } catch e { e.message }").expect("it is caught");
    assert_eq!(arity, "open takes 1 argument, 0 were given");
}

#[test]
fn numbers_and_texts_of_every_width_go_in_and_come_out() {
    let runtime = Runtime::builder()
        .register("half", |x: f32| x / 2.0)
        .register("double", |n: usize| 2 * n)
        .register("low", |x: u8| x)
        .register("upper", |texts: Vec<String>| {
            texts.iter().map(|t| t.to_uppercase()).collect::<Vec<String>>()
        })
        .register("flip", |x: Vec<bool>| x.iter().map(|b| !b).collect::<Vec<bool>>())
        .register("narrow", |x: Vec<f32>| x)
        .build();
    let shown = |text: &str| runtime.eval::<String>(&format!("str({text})"));
    let value = |text: &str| shown(text).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(value("half(f32(3))"), "1.5");
    assert_eq!(value("double(21)"), "42");
    assert_eq!(value("upper([\"a\", \"b\"])"), "[\"A\", \"B\"]");
    assert_eq!(value("flip([true, false])"), "[false  true]");
    assert_eq!(value("narrow([1, 2.5]).dtype"), "f32");
    let error = shown("low(256)").expect_err("256 is no u8").to_string();
    assert!(error.contains("expected an int from 0 to 255"), "{error}");
    assert!(shown("double(-1)").is_err());

    let module = runtime.load_text("m", "fn first(x) { x[0] }").unwrap_or_else(|e| panic!("{e}"));
    let int = |x: Result<i64, Error>| x.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(int(module.call("first", ([7u8, 8].to_vec(),))), 7);
    assert_eq!(int(module.call("first", ([9i64, 8],))), 9);
    let text: Result<String, Error> = module.call("first", (vec!["x", "y"],));
    assert_eq!(text.unwrap_or_else(|e| panic!("{e}")), "x");
}

#[test]
fn a_host_function_takes_up_to_eight_arguments() {
    let runtime = Runtime::builder()
        .register("digits", |a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64, h: i64| {
            [a, b, c, d, e, f, g, h].iter().fold(0, |n, digit| 10 * n + digit)
        })
        .build();
    let n = runtime.eval::<i64>("digits(1, 2, 3, 4, 5, 6, 7, 8)");
    assert_eq!(n.unwrap_or_else(|e| panic!("{e}")), 12_345_678);
    assert!(runtime.eval::<i64>("digits(1, 2)").is_err());

    let script = "fn digits_of(a, b, c, d, e, f, g, h) { (h, g, f, e, d, c, b, a) }";
    let module = runtime.load_text("m", script).unwrap_or_else(|e| panic!("{e}"));
    type Eight = (i64, i64, i64, i64, i64, i64, i64, i64);
    let turned: Result<Eight, Error> = module.call("digits_of", (1, 2, 3, 4, 5, 6, 7, 8));
    assert_eq!(turned.unwrap_or_else(|e| panic!("{e}")), (8, 7, 6, 5, 4, 3, 2, 1));
}

#[test]
fn a_script_cannot_change_a_host_function() {
    let runtime = Runtime::builder().register("drag", |v: f64| v).build();
    let error = runtime.eval::<i64>("fn f() { drag = 1 }; f()").expect_err("it is not its own");
    assert!(error.to_string().contains("cannot be changed"), "{error}");
}
