//! Thousands of random expressions give what NumPy gave, and the same bits on every tier.
//!
//! `tests/oracle/expressions.py` wrote them and says what the fields of a line mean. Here they become scripts
//! of some hundred expressions each. Half of the expressions stand at the top level, where the interpreter
//! meets them, the others in functions, which get compiled. Where all parts of one work element by element,
//! numbers must give the bits that arrays give; where the arrays are long, each part computed by itself must
//! give those of all parts computed together.
//!
//! `QUERN_EXPRESSIONS` names another file of expressions.

use quern_tests::script::Scratch;
use quern_tests::{binary, process};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The ways the scripts are run. The first is the reference.
const RUNS: &[&[&str]] = &[
    &["--jit=off", "--threads=1"],
    &["--jit=on", "--threads=4"],
    &["--jit=on", "--threads=1"],
    &["--jit=eager", "--threads=4"],
];
const BATCH: usize = 150;
const LIMIT: Duration = Duration::from_secs(60);
/// More problems than these are only counted.
const SHOWN: usize = 12;

/// What all scripts begin with. A long array is shown by some elements and the sum of all.
const PRELUDE: &str = r#"
fn total(flat) {
    match str(flat.dtype) {
        "f32" | "float" => { let wide = float(flat); sum(where(isfinite(wide), wide, 0.0)) }
        "complex" => sum(abs(flat))
        _ => sum(flat)
    }
}
fn show(n, v) {
    match v {
        array => {
            let flat = v.ravel()
            if flat.size <= 24 { print(n, v.dtype, list(v.shape), list(flat), sep: "|") } else {
                print(n, v.dtype, list(v.shape), list(flat[.. by flat.size // 8]), total(flat), sep: "|")
            }
        }
        _ => print(n, type(v), "number", list((v,)), sep: "|")
    }
}
fn alike(a, b) {
    match a {
        array => a.dtype == b.dtype and a.shape == b.shape and all((a == b) | (a != a) & (b != b))
        _ => a == b or a != a and b != b
    }
}
"#;

/// One line of the file and its number.
struct Case {
    number: usize,
    fields: Value,
}

impl Case {
    fn text(&self, field: &str) -> &str {
        self.fields[field].as_str().unwrap_or_default()
    }

    fn has(&self, field: &str) -> bool {
        !self.fields[field].is_null()
    }

    /// Names of operands and the formulas that make them.
    fn operands(&self) -> Vec<(&str, &str)> {
        let pairs = self.fields["p"].as_array().expect("every expression has operands");
        pairs.iter().filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?))).collect()
    }

    fn script(&self) -> String {
        let number = self.number;
        let operands = self.operands();
        let statements = lines_of(&self.fields["s"]);
        let expression = self.text("e");
        let mut body = String::from("try {\n");
        for (name, formula) in &operands {
            writeln!(body, "    let {name} = {formula}").expect(ROOM);
        }
        let in_function = number % 2 == 1 || self.has("m") || self.has("u");
        let mut function = String::new();
        if in_function {
            let names: Vec<&str> = operands.iter().map(|&(name, _)| name).collect();
            let names = names.join(", ");
            function = format!("fn case{number}({names}) {{\n{statements}    {expression}\n}}\n");
            writeln!(body, "    let result = case{number}({names})").expect(ROOM);
        } else {
            writeln!(body, "{statements}    let result = {expression}").expect(ROOM);
        }
        writeln!(body, "    show({number}, result)").expect(ROOM);
        if self.has("m") {
            body += &self.element_by_element(&operands);
        }
        if self.has("u") {
            let statements = lines_of(&self.fields["u"][0]);
            let alone = self.fields["u"][1].as_str().expect("an expression");
            writeln!(
                body,
                "{statements}    print({number}, \"alone\", alike(result, {alone}), sep: \"|\")"
            )
            .expect(ROOM);
        }
        format!("{function}{body}}} catch e {{ print({number}, \"error\", e.kind, sep: \"|\") }}\n")
    }

    /// Calls the function with the numbers in the arrays.
    fn element_by_element(&self, operands: &[(&str, &str)]) -> String {
        let number = self.number;
        let is_array = |formula: &str| formula.starts_with(['(', '[', 'w']);
        let first = operands.iter().find(|(_, formula)| is_array(formula));
        let (first, _) = first.expect("an operand is an array");
        let arguments: Vec<String> = operands
            .iter()
            .map(
                |&(name, formula)| {
                    if is_array(formula) { format!("{name}[i]") } else { name.into() }
                },
            )
            .collect();
        let arguments = arguments.join(", ");
        format!(
            "    mut each = []\n    for i in 0..len({first}) {{ each.push(case{number}({arguments})) }}\n    \
             print({number}, \"each\", each, sep: \"|\")\n"
        )
    }

    /// What is wrong with the lines that a script printed for the case.
    fn judge(&self, lines: &HashMap<&str, &str>) -> Result<(), String> {
        let line = lines.get("").ok_or("nothing was printed")?;
        let mut parts = line.split('|').skip(1);
        let mut part = || parts.next().unwrap_or_default();
        let (dtype, shape, elements, total) = (part(), part(), part(), part());
        if dtype == "error" || self.has("x") {
            let expected = if self.has("x") { self.text("x") } else { "no error" };
            return equal("error", shape, expected);
        }
        equal("dtype", dtype, self.text("d"))?;
        let expected_shape = match self.fields["h"].as_array() {
            Some(lengths) => {
                let lengths: Vec<String> = lengths.iter().map(Value::to_string).collect();
                format!("[{}]", lengths.join(", "))
            }
            None => "number".into(),
        };
        equal("shape", shape, &expected_shape)?;
        let expected: Vec<&str> = self.text("v").split_whitespace().collect();
        let found: Vec<&str> =
            inside(elements).split(", ").filter(|text| !text.is_empty()).collect();
        equal("count", &found.len().to_string(), &expected.len().to_string())?;
        let expected: Vec<Number> = expected
            .iter()
            .map(|text| Number::expected(text, dtype))
            .collect::<Option<_>>()
            .ok_or("no numbers")?;
        let greatest =
            expected.iter().map(|x| x.size()).filter(|x| x.is_finite()).fold(0.0, f64::max);
        for (text, expected) in found.iter().zip(&expected) {
            let found =
                Number::printed(text, dtype).ok_or_else(|| format!("{text} is no {dtype}"))?;
            let close = match (self.fields["r"].as_f64(), self.fields["a"].as_f64()) {
                (Some(relative), _) => found.is_near(expected, relative * expected.size()),
                (_, Some(absolute)) => found.is_near(expected, absolute * greatest),
                _ => found.same_bits(expected),
            };
            if !close {
                return Err(format!("{text} where NumPy has {expected:?}"));
            }
        }
        if self.has("t") {
            self.judge_total(total)?;
        }
        if let Some(each) = lines.get("each") {
            equal("numbers one by one", each.split('|').nth(2).unwrap_or_default(), elements)?;
        } else if self.has("m") {
            return Err("the elements have no results".into());
        }
        if self.has("u") {
            let alone = lines.get("alone").and_then(|line| line.split('|').nth(2));
            equal("whether parts give the same alone", alone.unwrap_or_default(), "true")?;
        }
        Ok(())
    }

    fn judge_total(&self, total: &str) -> Result<(), String> {
        match self.fields["rt"].as_f64() {
            None => equal("sum", total, self.text("t")),
            Some(bound) => {
                let number =
                    |text: &str| text.parse::<f64>().map_err(|_| format!("the sum {text}"));
                let (found, expected) = (number(total)?, number(self.text("t"))?);
                if (found - expected).abs() <= bound {
                    Ok(())
                } else {
                    Err(format!("the sum is {found}, NumPy's {expected}"))
                }
            }
        }
    }
}

const ROOM: &str = "a string takes everything";

fn lines_of(statements: &Value) -> String {
    let lines = statements.as_array().into_iter().flatten().filter_map(Value::as_str);
    lines.map(|line| format!("    {line}\n")).collect()
}

fn equal(what: &str, found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found}, expected {expected}")) }
}

fn inside(list: &str) -> &str {
    list.trim_start_matches('[').trim_end_matches(']')
}

/// An element.
#[derive(Debug)]
enum Number {
    Whole(i64),
    Float(f64, f64),
}

impl Number {
    /// As the generator writes it: bools as 0 and 1, complex numbers as two floats.
    fn expected(text: &str, dtype: &str) -> Option<Number> {
        match dtype {
            "complex" => {
                let (re, im) = text.split_once(',')?;
                Some(Number::Float(re.parse().ok()?, im.parse().ok()?))
            }
            _ => Number::real(text, dtype),
        }
    }

    /// As a script prints it.
    fn printed(text: &str, dtype: &str) -> Option<Number> {
        match dtype {
            "bool" => Some(Number::Whole(i64::from(text.parse::<bool>().ok()?))),
            "complex" => {
                let mut words = text.split(' ');
                let re = words.next()?.parse().ok()?;
                let sign = if words.next()? == "-" { -1.0 } else { 1.0 };
                let im: f64 = words.next()?.strip_suffix('i')?.parse().ok()?;
                Some(Number::Float(re, sign * im))
            }
            _ => Number::real(text, dtype),
        }
    }

    fn real(text: &str, dtype: &str) -> Option<Number> {
        match dtype {
            "f32" => Some(Number::Float(text.parse::<f32>().ok()?.into(), 0.0)),
            "float" => Some(Number::Float(text.parse().ok()?, 0.0)),
            _ => Some(Number::Whole(text.parse().ok()?)),
        }
    }

    fn size(&self) -> f64 {
        match *self {
            Number::Whole(_) => 0.0,
            Number::Float(re, im) => re.hypot(im),
        }
    }

    fn same_bits(&self, other: &Number) -> bool {
        let same = |x: f64, y: f64| x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan();
        match (self, other) {
            (Number::Whole(x), Number::Whole(y)) => x == y,
            (Number::Float(x, u), Number::Float(y, v)) => same(*x, *y) && same(*u, *v),
            _ => false,
        }
    }

    fn is_near(&self, other: &Number, bound: f64) -> bool {
        let (Number::Float(x, u), Number::Float(y, v)) = (self, other) else {
            return self.same_bits(other);
        };
        if x.is_nan() || y.is_nan() || x.is_infinite() || y.is_infinite() {
            return x == y || x.is_nan() && y.is_nan();
        }
        (x - y).hypot(u - v) <= bound
    }
}

/// What one run of a script printed.
fn output(script: &str, arguments: &[&str]) -> Result<String, String> {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("script.qn"), script).expect("a folder to write to");
    let mut command = Command::new(binary::jit());
    command.args(arguments).arg("script.qn").current_dir(scratch.path());
    let outcome = process::run(command, b"", LIMIT);
    match outcome.code {
        Some(0) => Ok(outcome.stdout),
        _ if outcome.timed_out => Err(format!("{arguments:?} takes more than {LIMIT:?}")),
        code => Err(format!("{arguments:?} ends with {code:?}: {}", outcome.stderr)),
    }
}

/// The lines of each case, by what stands behind its number where that is a word of ours.
fn lines_by_case(output: &str) -> HashMap<usize, HashMap<&str, &str>> {
    let mut cases: HashMap<usize, HashMap<&str, &str>> = HashMap::new();
    for line in output.lines() {
        let mut parts = line.split('|');
        let number = parts.next().and_then(|number| number.parse().ok()).unwrap_or(usize::MAX);
        let word = parts.next().filter(|word| ["each", "alone"].contains(word)).unwrap_or_default();
        cases.entry(number).or_default().insert(word, line);
    }
    cases
}

/// Runs a batch in all ways; what is wrong with its cases.
fn problems_of(batch: &[Case]) -> Vec<String> {
    let scripts: Vec<String> = batch.iter().map(Case::script).collect();
    let script = format!("{PRELUDE}{}", scripts.concat());
    let outputs: Result<Vec<String>, String> =
        RUNS.iter().map(|arguments| output(&script, arguments)).collect();
    let outputs = match outputs {
        Ok(outputs) => outputs,
        Err(problem) => return vec![problem],
    };
    let runs: Vec<_> = outputs.iter().map(|output| lines_by_case(output)).collect();
    let mut problems = Vec::new();
    let none = HashMap::new();
    for (case, script) in batch.iter().zip(scripts) {
        let lines: Vec<_> = runs.iter().map(|run| run.get(&case.number).unwrap_or(&none)).collect();
        for (arguments, other) in RUNS.iter().zip(&lines) {
            if *other != lines[0] {
                let first = RUNS[0];
                problems
                    .push(format!("{arguments:?}: {other:?}\n{first:?}: {:?}\n{script}", lines[0]));
            }
        }
        if let Err(problem) = case.judge(lines[0]) {
            problems.push(format!("{problem}\n{:?}\n{script}", lines[0]));
        }
    }
    problems
}

#[test]
fn expressions_give_what_numpy_gives_on_every_tier() {
    let path = std::env::var_os("QUERN_EXPRESSIONS")
        .map_or_else(|| binary::repository().join("tests/oracle/expressions.jsonl"), Into::into);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let cases: Vec<Case> = text
        .lines()
        .enumerate()
        .map(|(number, line)| Case {
            number,
            fields: serde_json::from_str(line).expect("a line is JSON"),
        })
        .collect();
    assert!(cases.len() >= 3000, "{} expressions", cases.len());

    let batches: Vec<&[Case]> = cases.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = problems_of(batch);
                    problems.lock().expect("no thread panics with it").extend(found);
                }
            });
        }
    });
    let problems = problems.into_inner().expect("no thread panics with it");
    let shown = &problems[..problems.len().min(SHOWN)];
    assert!(problems.is_empty(), "{} problems:\n\n{}", problems.len(), shown.join("\n"));
}
