//! Nanoseconds per element of every function and version, the best of many runs over 1024 elements
//! (in the first-level cache), beside a loop over the standard library. An argument selects the
//! functions whose name contains it.

use std::hint::black_box;
use std::time::Instant;
use vmath::{Isa, Real, binary_functions, unary_functions};

const N: usize = 1024;

fn best_ns(mut f: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..400 {
        let start = Instant::now();
        for _ in 0..2 {
            f();
        }
        best = best.min(start.elapsed().as_nanos() as f64 / (2 * N) as f64);
    }
    best
}

fn arguments(name: &str) -> (f64, f64) {
    match name {
        "exp" | "exp2" | "expm1" | "sinh" | "cosh" => (-20.0, 20.0),
        "tanh" => (-5.0, 5.0),
        "atanh" => (-0.99, 0.99),
        "acosh" => (1.0, 100.0),
        "log1p" => (-0.9, 10.0),
        _ => (1e-3, 100.0),
    }
}

fn std_unary(name: &str) -> fn(f64) -> f64 {
    match name {
        "exp" => f64::exp,
        "exp2" => f64::exp2,
        "expm1" => f64::exp_m1,
        "log" => f64::ln,
        "log1p" => f64::ln_1p,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "cbrt" => f64::cbrt,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        "asinh" => f64::asinh,
        "acosh" => f64::acosh,
        "atanh" => f64::atanh,
        _ => unreachable!("{name}"),
    }
}

fn std_binary(name: &str) -> fn(f64, f64) -> f64 {
    if name == "pow" { f64::powf } else { f64::hypot }
}

/// Pseudo-random values in an interval.
fn sample<T: Real>(low: f64, high: f64, mut seed: u64) -> Vec<T> {
    (0..N)
        .map(|_| {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            T::from_f64(low + (high - low) * (seed >> 11) as f64 / (1u64 << 53) as f64)
        })
        .collect()
}

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let isas: Vec<Isa> = Isa::supported().collect();
    print!("{:8}{:>8}{:>8}", "", "std", "scalar");
    for isa in &isas {
        print!("{:>10}", format!("{isa:?}"));
    }
    println!("{:>8}{:>10}", "ratio", "f32");

    let wide = unary_functions::<f32>();
    for (f, f32) in unary_functions::<f64>().iter().zip(wide) {
        if !f.name.contains(&filter) {
            continue;
        }
        let (low, high) = arguments(f.name);
        let x: Vec<f64> = sample(low, high, 1);
        let mut out = vec![0.0; N];
        let std = std_unary(f.name);
        let reference = best_ns(|| {
            for (o, &x) in out.iter_mut().zip(black_box(&x)) {
                *o = std(x);
            }
            black_box(&out);
        });
        let scalar = best_ns(|| {
            for (o, &x) in out.iter_mut().zip(black_box(&x)) {
                *o = (f.scalar)(Isa::best(), x);
            }
            black_box(&out);
        });
        print!("{:8}{reference:8.2}{scalar:8.2}", f.name);
        let mut last = 0.0;
        for &isa in &isas {
            last = best_ns(|| (f.block)(isa, black_box(&mut out), black_box(&x)));
            print!("{last:10.2}");
        }
        let x: Vec<f32> = sample(low, high, 1);
        let mut out = vec![0.0; N];
        let single = best_ns(|| (f32.block)(Isa::best(), black_box(&mut out), black_box(&x)));
        println!("{:8.1}{single:10.2}", reference / last);
    }

    let wide = binary_functions::<f32>();
    for (f, f32) in binary_functions::<f64>().iter().zip(wide) {
        if !f.name.contains(&filter) {
            continue;
        }
        let x: Vec<f64> = sample(1e-3, 100.0, 1);
        let y: Vec<f64> = sample(-20.0, 20.0, 2);
        let mut out = vec![0.0; N];
        let std = std_binary(f.name);
        let reference = best_ns(|| {
            for ((o, &x), &y) in out.iter_mut().zip(black_box(&x)).zip(black_box(&y)) {
                *o = std(x, y);
            }
            black_box(&out);
        });
        let scalar = best_ns(|| {
            for ((o, &x), &y) in out.iter_mut().zip(black_box(&x)).zip(black_box(&y)) {
                *o = (f.scalar)(Isa::best(), x, y);
            }
            black_box(&out);
        });
        print!("{:8}{reference:8.2}{scalar:8.2}", f.name);
        let mut last = 0.0;
        for &isa in &isas {
            last = best_ns(|| (f.block)(isa, black_box(&mut out), black_box(&x), black_box(&y)));
            print!("{last:10.2}");
        }
        let (x, y): (Vec<f32>, Vec<f32>) = (sample(1e-3, 100.0, 1), sample(-20.0, 20.0, 2));
        let mut out = vec![0.0; N];
        let single = best_ns(|| {
            (f32.block)(
                Isa::best(),
                black_box(&mut out),
                black_box(&x),
                black_box(&y),
            )
        });
        println!("{:8.1}{single:10.2}", reference / last);
    }
}
