//! Calls a script's functions from Rust, from several threads, and lets the script call back.
//!
//! `cargo run -p quern-lang --example embed`

use quern::{Error, Runtime};
use std::thread;

const SCRIPT: &str = "
    ## Trajectory of a ball with drag: distance after t seconds.
    fn distance(v0, t, steps = 1000) {
        let dt = t / steps
        mut x = 0.0
        mut v = v0
        for _ in 0..steps {
            v -= drag(v) * dt
            x += v * dt
        }
        x
    }
    fn summary(xs) { (mean(xs), std(xs)) }
";

fn main() -> Result<(), Error> {
    let runtime = Runtime::builder().register("drag", |v: f64| 0.1 * v * v.abs()).build();
    let module = runtime.load_text("ball.qn", SCRIPT)?;

    let distances: Vec<f64> = thread::scope(|scope| {
        let workers: Vec<_> = (1..=4)
            .map(|i| {
                let module = &module;
                scope.spawn(move || module.call("distance", (10.0 * f64::from(i), 2.0)))
            })
            .collect();
        workers
            .into_iter()
            .map(|w| w.join().expect("the worker does not panic"))
            .collect::<Result<_, Error>>()
    })?;
    for (i, x) in (1..).zip(&distances) {
        println!("v0 = {:>4.1}  distance = {x:.3}", 10.0 * f64::from(i));
    }

    assert!(distances.is_sorted(), "a faster ball flies farther");

    let (mean, std): (f64, f64) = module.call("summary", (distances,))?;
    println!("mean {mean:.3}, std {std:.3}");

    let error = module.call::<f64>("distance", ("fast", 1.0)).expect_err("a str has no distance");
    println!("{}: {} [{}]", error.kind(), error.message(), error.code());
    assert_eq!(error.kind(), "TypeError");
    Ok(())
}

#[test]
fn the_example_runs() -> Result<(), Error> {
    main()
}
