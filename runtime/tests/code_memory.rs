//! Machine code is freed with the functions it was made of.
#![cfg(target_os = "linux")]

use quern::{JitMode, Module, Runtime};

/// How many pieces of memory hold code, those of the libraries among them.
fn executable_mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the system tells the mappings");
    maps.lines()
        .filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.contains('x')))
        .count()
}

/// The only test of this file: others beside it would have code of their own.
#[test]
fn code_goes_with_the_functions() {
    let functions =
        "fn a(n) { mut s = 0; for i in 0..n { s += i }; s }\nfn b(x) { a(x) + a(2 * x) }\n";
    let runtime = Runtime::builder().jit(JitMode::Eager).build();
    let before = executable_mappings();
    let modules: Vec<Module> = (0..20)
        .map(|i| {
            let module = runtime.load_text("m", functions).unwrap_or_else(|e| panic!("{e}"));
            let sum = module.call::<i64>("b", (i,));
            let half = |n: i64| n * (n - 1) / 2;
            assert_eq!(sum.unwrap_or_else(|e| panic!("{e}")), half(i) + half(2 * i));
            module
        })
        .collect();
    assert!(executable_mappings() >= before + modules.len(), "each has code");
    drop(modules);
    assert_eq!(executable_mappings(), before);

    let sum = runtime.eval::<i64>(&format!("{functions}b(10)"));
    assert_eq!(sum.unwrap_or_else(|e| panic!("{e}")), 235);
    assert_eq!(executable_mappings(), before);
}
