//! Scripts that call one builtin with arguments of many types and with its options.
//!
//! Each call stands in a function of its own, so that compiled code knows the types of the arguments, and
//! of the options that are written in it. Most calls fail; how is compared too.

use super::Rng;
use quern_ir::Builtin;
use quern_ir::builtins::{BuiltinParam, Home};
use std::fmt::Write;

/// Calls in one script.
const CALLS: usize = 24;

/// The builtins whose results depend on their arguments alone, or on the seed of the random numbers.
pub fn builtins() -> impl Iterator<Item = Builtin> {
    Builtin::ALL.iter().copied().filter(|b| {
        let name = b.name();
        let acts =
            b.home() == Home::Host || ["sleep", "spawn", "cancel", "time.it"].contains(&name);
        let reads = ["io.parse_csv", "json.parse", "json.string"].contains(&name);
        !name.starts_with("__") && (!acts || reads)
    })
}

/// A script of calls of a builtin.
pub fn script(builtin: Builtin, seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut text = format!("random.seed({})\n", rng.below(100));
    for number in 0..CALLS {
        call(builtin, number, &mut rng, &mut text);
    }
    text
}

fn call(builtin: Builtin, number: usize, rng: &mut Rng, text: &mut String) {
    let mut call = Call::default();
    for param in builtin.params() {
        let many = if param.variadic { rng.below(3) } else { 1 };
        for _ in 0..many {
            call.argument(param, rng);
        }
    }
    let Call { params, values, variables, args } = call;
    let (params, values, args) = (params.join(", "), values.join(", "), args.join(", "));
    let outs: String = variables.iter().map(|v| format!(", {v}")).collect();
    let starts: String = variables.iter().map(|v| format!("mut {v} = {v}_\n    ")).collect();
    let name = builtin.name();
    writeln!(
        text,
        "fn f{number}({params}) {{\n    {starts}({name}({args}){outs}, none)\n}}\n\
         try {{ print(repr(f{number}({values}))) }} catch e {{ print(e.kind, e.message) }}"
    )
    .expect("a string takes everything");
}

/// A call as it is put together.
#[derive(Default)]
struct Call {
    /// Parameters of the function around the call, and the values given for them.
    params: Vec<String>,
    values: Vec<String>,
    /// Variables that the builtin may change.
    variables: Vec<String>,
    args: Vec<String>,
}

impl Call {
    fn argument(&mut self, param: &BuiltinParam, rng: &mut Rng) {
        let named = param.default.is_some();
        if named && rng.one_in(2) {
            return;
        }
        let value = value(param.name, rng.one_in(12), rng);
        let label = if named { format!("{}: ", param.name) } else { String::new() };
        // An option that is written in the call is known to the compiler.
        if named && rng.one_in(2) {
            self.args.push(label + &value);
            return;
        }
        let name = format!("p{}", self.params.len());
        if param.mutable {
            self.params.push(format!("{name}_"));
            self.args.push(format!("mut {name}"));
            self.variables.push(name);
        } else {
            self.args.push(label + &name);
            self.params.push(name);
        }
        self.values.push(value);
    }
}

/// A value for a parameter, of a kind that its name asks for unless `any` kind will do.
fn value(param: &str, any: bool, rng: &mut Rng) -> String {
    let fitting: &[&[&str]] = match param {
        "axis" | "axes" => &[&["none", "0", "1", "-1", "(0, 1)"]],
        "keepdims" | "reverse" | "counts" | "header" => &[&["true", "false"]],
        "dtype" => &[&["bool", "u8", "i32", "int", "f32", "float", "complex", "none"]],
        "f" => &[FUNCTIONS],
        "key" => &[FUNCTIONS, INTS, &["\"a\""]],
        "pattern" => &[&["\"a\"", "\"(\\\\w)(\\\\d)?\"", "\"\"", "\"[\""]],
        "shape" | "reps" => &[&["3", "(2, 3)", "0", "()", "[2, 1]"]],
        "condition" => &[&["[true, false, true]", "true", "false", "[[true], [false]]"]],
        "s" | "sep" | "old" | "new" | "with" | "text" | "delim" | "missing" | "what" | "prefix"
        | "suffix" | "chars" | "fill" | "c" | "spec" | "message" | "kind" | "hint" => &[TEXTS],
        "side" => &[&["\"left\"", "\"right\""]],
        "n" | "digits" | "k" | "ddof" | "bins" | "shift" | "width" | "indent" | "limit"
        | "start" | "stop" | "step" | "lo" | "hi" | "m" | "i" | "j" | "index" | "minlength"
        | "seed" => &[INTS],
        "q" | "rtol" | "atol" => &[&["0.5", "0", "1.0", "0.25", "[0.0, 0.75]"]],
        "d" => &[&["dict([(\"a\", 1), (\"b\", 2)])", "dict([])", "dict([(1, 2.5)])"]],
        "r" => &[&["{x: 1, y: \"b\"}", "{}", "{a: [1.5]}"]],
        "xs" | "items" | "iterables" => &[ARRAYS, SEQUENCES],
        "x" | "y" => &[ARRAYS, ARRAYS, ARRAYS, NUMBERS, INTS],
        "a" | "b" | "z" | "re" | "im" | "value" => &[ARRAYS, NUMBERS, INTS],
        _ => &[ARRAYS],
    };
    let every = [ARRAYS, INTS, NUMBERS, TEXTS, FUNCTIONS, SEQUENCES, OTHERS];
    let pool = if any { rng.pick(&every) } else { rng.pick(fitting) };
    (*rng.pick(pool)).into()
}

const INTS: &[&str] =
    &["0", "1", "2", "3", "-1", "7", "-9223372036854775808", "9223372036854775807"];

const NUMBERS: &[&str] = &[
    "0.5", "-2.25", "nan", "inf", "1e300", "f32(1.5)", "u8(7)", "1 + 2i", "true", "false", "-0.0",
];

const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"b,1\\nc,2\"",
    "\"{\\\"k\\\": [1, 2]}\"",
    "\"12\"",
    "\"ü€\"",
    "\"left\"",
    "\".2f\"",
];

const FUNCTIONS: &[&str] = &[
    "x => x",
    "x => -x",
    "(x, y) => x + y",
    "x => x > 1",
    "x => [x, x]",
    "x => none",
    "x => \"t\"",
];

const ARRAYS: &[&str] = &[
    "[3, 1, 2]",
    "[2.5, -1.0, nan]",
    "[[1, 2, 3], [4, 5, 6]]",
    "[[1.5, 2.5], [3.5, 4.5]]",
    "f32([1.5, 2.5, 0.5])",
    "u8([250, 3, 3])",
    "i32([[1, -2], [3, 4]])",
    "[true, false, true]",
    "[1i, 2 + 0.5i]",
    "zeros(0)",
    "zeros(2, 0, dtype: int)",
    "transpose([[1, 2], [3, 4]])",
    "[9, 8, 7, 6][..3 by 2]",
    "full((), 4)",
];

const SEQUENCES: &[&str] = &[
    "list([1, 2, 3])",
    "list([1.5, 2.5])",
    "[\"b\", \"a\"]",
    "[1, \"a\", none]",
    "list([])",
    "[(1, 2), (3, 4)]",
    "(1, 2)",
    "0..3",
    "5..=1 by -2",
    "\"ab\"",
];

const OTHERS: &[&str] = &[
    "none",
    "()",
    "(1.5, \"a\", [1])",
    "{x: 1, y: \"b\"}",
    "dict([(\"a\", 1), (\"b\", 2)])",
    "sum",
    "f32",
];
