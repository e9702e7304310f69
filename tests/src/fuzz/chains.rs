//! Scripts of operations on arrays that stand together, which run in one pass where the arrays are large.
//!
//! The arrays have many dtypes, sizes around those from which operations are fused, and shapes that broadcast.
//! The operations stand at the top level, where the interpreter meets them, and in a function that gets
//! compiled.

use super::Rng;
use std::fmt::Write;

/// A script from a seed.
pub fn script(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut text = String::new();
    let names = ["x", "y", "z"];
    let size = *rng.pick(&[1usize, 3, 40, 2000, 9000, 70_001]);
    let columns = if rng.one_in(3) { Some(*rng.pick(&[1usize, 5, 33, 300])) } else { None };
    // A row of sums beside a column of them makes a square.
    let size = columns.map_or(size, |columns| size.min(1000 * columns));
    for name in names {
        writeln!(text, "let {name} = {}", array(size, columns, &mut rng)).expect(ROOM);
    }
    text += "let k = 3\n\
        fn show(a) {\n    \
            match a {\n        \
                array => print(a.dtype, a.shape, repr(a.ravel()[0..min(3, a.size)]), repr(sum(float(a) * 0.7)))\n        \
                _ => print(repr(a))\n    \
            }\n\
        }\n";
    let mut known: Vec<String> = names.iter().map(|&name| name.into()).collect();
    let mut body = String::new();
    for n in 0..2 + rng.below(6) {
        let value = if n > 0 && rng.one_in(4) {
            reduction(&known, &mut rng)
        } else {
            let depth = 1 + rng.below(4);
            expression(&known, depth, &mut rng)
        };
        writeln!(body, "    let t{n} = {value}").expect(ROOM);
        known.push(format!("t{n}"));
    }
    // What is changed in place may be held by others.
    if rng.one_in(3) {
        let (first, last) = (rng.pick(&names), known.last().expect("some are known"));
        body = format!("    mut w = {first}\n{body}    w = w * 2\n    w = w + {last}\n");
        known.push("w".into());
    }
    let made = known.iter().filter(|name| !names.contains(&name.as_str()));
    let shown: Vec<&String> = made.filter(|_| !rng.one_in(3)).collect();
    let shows: String = shown.iter().map(|name| format!("    show({name})\n")).collect();
    let failed = "} catch e { print(e.kind, e.message, e.line) }";
    write!(
        text,
        "fn f(x, y, z, k) {{\n{body}{shows}}}\n\
         for _ in 0..3 {{ try {{ f(x, y, z, k) {failed} }}\n\
         print(sum(float(x)), sum(float(y)), sum(float(z)))\n\
         try {{\n{body}{shows}{failed}\n"
    )
    .expect(ROOM);
    text
}

const ROOM: &str = "a string takes everything";

fn array(size: usize, columns: Option<usize>, rng: &mut Rng) -> String {
    let factor = 1 + rng.below(97);
    let numbers = match columns {
        None => format!("(arange({size}) * {factor} % 11)"),
        Some(columns) => {
            let rows = (size / columns).max(1);
            let matrix =
                format!("reshape(arange({}) * {factor} % 11, {rows}, {columns})", rows * columns);
            match rng.below(8) {
                0 => format!("({matrix})[.., 0..1]"),
                1 => format!("({matrix})[0]"),
                _ => format!("({matrix})"),
            }
        }
    };
    let numbers = match rng.below(10) {
        0 if columns.is_none() => format!("reverse({numbers})"),
        1 if columns.is_none() => format!("({numbers})[0..{size}]"),
        _ => numbers,
    };
    match rng.below(10) {
        0..4 => format!("{numbers} * 0.37 - 1"),
        4 => format!("{numbers} > 4"),
        5 => format!("{numbers}.astype(u8)"),
        6 => format!("{numbers}.astype(i32)"),
        7 | 8 => format!("{numbers}.astype(f32)"),
        _ => numbers,
    }
}

const LEAVES: &[&str] = &["2", "0.5", "3", "1", "f32(1.5)", "-1.25", "true", "k", "7"];
const OPERATORS: &[&str] = &["+", "-", "*", "/", "+", "*", "-", "//", "%", "^"];
const COMPARISONS: &[&str] = &["<", ">", "<=", ">=", "==", "!="];
const FUNCTIONS: &[&str] = &[
    "abs", "sqrt", "exp", "sin", "floor", "sign", "tanh", "log1p", "float", "f32", "isnan", "-",
    "cos",
];
const REDUCTIONS: &[&str] =
    &["sum", "mean", "max", "min", "prod", "argmax", "argmin", "any", "all"];

fn expression(known: &[String], depth: usize, rng: &mut Rng) -> String {
    if depth == 0 || rng.one_in(8) {
        return if rng.one_in(4) { (*rng.pick(LEAVES)).into() } else { rng.pick(known).clone() };
    }
    let mut part = || expression(known, depth - 1, rng);
    let (a, b, c, d) = (part(), part(), part(), part());
    match rng.below(20) {
        0..11 => format!("({a} {} {b})", rng.pick(OPERATORS)),
        11..15 => format!("{}({a})", rng.pick(FUNCTIONS)),
        15..17 => format!("where({a} {} {b}, {c}, {d})", rng.pick(COMPARISONS)),
        17 => format!("min({a}, {b})"),
        18 => format!("max({a}, {b})"),
        _ => format!("clamp({a}, -2, 3.5)"),
    }
}

fn reduction(known: &[String], rng: &mut Rng) -> String {
    let (name, of) = (rng.pick(REDUCTIONS), rng.pick(known));
    let of = if ["any", "all"].contains(name) { format!("({of} > 0.5)") } else { of.clone() };
    match rng.below(6) {
        0 => format!("{name}({of}, axis: {})", rng.pick(&["0", "-1", "1"])),
        1 => format!("{name}({of}, axis: -1, keepdims: true)"),
        _ => format!("{name}({of})"),
    }
}
