//! Machine code is freed with the functions it was made of.
#![cfg(target_os = "linux")]

use quern::{JitMode, Module, Runtime};

/// Bytes of memory that hold code, that of the libraries among them.
fn executable_bytes() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the system tells the mappings");
    let size = |line: &str| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let address = |text| usize::from_str_radix(text, 16).ok();
        let is_code = rest.split(' ').next()?.contains('x');
        if is_code { address(end)?.checked_sub(address(start)?) } else { None }
    };
    maps.lines().filter_map(size).sum()
}

/// The only test of this file: others beside it would have code of their own.
#[test]
fn code_goes_with_the_functions() {
    let functions =
        "fn a(n) { mut s = 0; for i in 0..n { s += i }; s }\nfn b(x) { a(x) + a(2 * x) }\n";
    let runtime = Runtime::builder().jit(JitMode::Eager).build();
    let before = executable_bytes();
    let modules: Vec<Module> = (0..20)
        .map(|i| {
            let module = runtime.load_text("m", functions).unwrap_or_else(|e| panic!("{e}"));
            let sum = module.call::<i64>("b", (i,));
            let half = |n: i64| n * (n - 1) / 2;
            assert_eq!(sum.unwrap_or_else(|e| panic!("{e}")), half(i) + half(2 * i));
            module
        })
        .collect();
    assert!(executable_bytes() > before, "they have code");
    drop(modules);
    assert_eq!(executable_bytes(), before);

    let sum = runtime.eval::<i64>(&format!("{functions}b(10)"));
    assert_eq!(sum.unwrap_or_else(|e| panic!("{e}")), 235);
    assert_eq!(executable_bytes(), before);
}
