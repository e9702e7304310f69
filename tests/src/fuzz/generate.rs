//! Makes a random well-typed program from a seed.
//!
//! Every program ends: loops have a fixed number of turns, functions call only functions before them,
//! and the estimated work is bounded. Values may overflow, indices may be out of range, and shapes may
//! not fit; the program catches some of these errors and reports their kind, message and line.

use super::program::{Node, Program};
use super::rng::Rng;

/// The most turns of innermost loops a program makes, about.
const WORK_LIMIT: usize = 200_000;

/// The type of a generated value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ty {
    Int,
    Float,
    /// An int or a float, and which one may change.
    Number,
    Bool,
    Str,
    Complex,
    Ints,
    Floats,
    /// A list of ints.
    List,
    /// `(int, float)`.
    Pair,
    /// `{x: int, y: float}`.
    Record,
}

const TYPES: &[Ty] = &[
    Ty::Int,
    Ty::Int,
    Ty::Int,
    Ty::Float,
    Ty::Float,
    Ty::Number,
    Ty::Bool,
    Ty::Str,
    Ty::Complex,
    Ty::Ints,
    Ty::Floats,
    Ty::List,
    Ty::Pair,
    Ty::Record,
];

#[derive(Clone, Debug)]
struct Var {
    name: String,
    ty: Ty,
    binding: Binding,
}

/// How a name may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    Let,
    Mut,
    /// A `mut` that only its loop changes, so that the loop ends.
    Counter,
}

#[derive(Clone, Debug)]
struct Func {
    name: String,
    params: Vec<Ty>,
    result: Ty,
    work: usize,
}

struct Generator {
    rng: Rng,
    vars: Vec<Var>,
    funcs: Vec<Func>,
    names: usize,
    /// Turns of the loops around the current place, multiplied.
    turns: usize,
    /// Work of the function being made so far, and of the program.
    work: usize,
    loops: usize,
    in_function: Option<Ty>,
    /// Inside a lambda: top-level `mut` variables are out of sight.
    in_lambda: bool,
}

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let mut g = Generator {
        rng: Rng::new(seed),
        vars: Vec::new(),
        funcs: Vec::new(),
        names: 0,
        turns: 1,
        work: 0,
        loops: 0,
        in_function: None,
        in_lambda: false,
    };
    let mut nodes = vec![
        Node::Line("fn bump(mut n, by) { n += by }".to_owned()),
        Node::Line("fn put(mut a, i, v) { a[i] = v }".to_owned()),
    ];
    for _ in 0..2 + g.rng.below(3) {
        nodes.push(g.function());
    }
    for index in 0..g.funcs.len() {
        nodes.extend(g.calls(index));
    }
    nodes.extend(g.statements(3));
    for var in g.vars.clone() {
        nodes.push(Node::Line(format!("print({})", var.name)));
    }
    Program { nodes }
}

impl Generator {
    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn chosen(&mut self, texts: &[&str]) -> String {
        (*self.rng.pick(texts)).to_owned()
    }

    /// A variable of a type that is in sight.
    fn var(&mut self, ty: Ty) -> Option<String> {
        let hidden =
            |v: &Var| self.in_lambda && v.binding != Binding::Let && self.in_function.is_none();
        let fits: Vec<String> =
            self.vars.iter().filter(|v| v.ty == ty && !hidden(v)).map(|v| v.name.clone()).collect();
        if fits.is_empty() { None } else { Some(self.rng.pick(&fits).clone()) }
    }

    fn mutable(&mut self, ty: Ty) -> Option<String> {
        let fits: Vec<String> = self
            .vars
            .iter()
            .filter(|v| v.ty == ty && v.binding == Binding::Mut)
            .map(|v| v.name.clone())
            .collect();
        if fits.is_empty() { None } else { Some(self.rng.pick(&fits).clone()) }
    }

    // ---- functions -----------------------------------------------------------------------------

    fn function(&mut self) -> Node {
        let name = format!("f{}", self.funcs.len());
        let params: Vec<Var> = (0..1 + self.rng.below(3))
            .map(|_| Var { name: self.fresh(), ty: *self.rng.pick(TYPES), binding: Binding::Let })
            .collect();
        let result = *self.rng.pick(TYPES);
        let outer_vars = std::mem::replace(&mut self.vars, params.clone());
        let outer_work = std::mem::replace(&mut self.work, 0);
        self.in_function = Some(result);
        let depth = 1 + self.rng.below(3);
        let mut body = self.statements(depth);
        let value = self.expr(result, 3);
        body.push(Node::Line(value));
        self.in_function = None;
        self.vars = outer_vars;
        let work = std::mem::replace(&mut self.work, outer_work) + 1;
        let names: Vec<&str> = params.iter().map(|p| p.name.as_str()).collect();
        let head = format!("fn {name}({})", names.join(", "));
        self.funcs.push(Func { name, params: params.iter().map(|p| p.ty).collect(), result, work });
        Node::Block(vec![(head, body)])
    }

    /// Calls of a function from the top level: a few cold ones, then many.
    fn calls(&mut self, index: usize) -> Vec<Node> {
        let func = self.funcs[index].clone();
        let report = |call: &str| {
            format!(
                "print(try {{ {call} }} catch e {{ f\"{{e.kind}} {{e.message}} {{e.line}}\" }})"
            )
        };
        let mut nodes = Vec::new();
        for _ in 0..2 {
            let call = self.call(&func);
            nodes.push(Node::Line(report(&call)));
        }
        let turns = (WORK_LIMIT / 4 / func.work.max(1)).min(3_000);
        if turns > 1 {
            let (counter, last) = (self.fresh(), self.fresh());
            self.vars.push(Var { name: counter.clone(), ty: Ty::Int, binding: Binding::Let });
            let call = self.call(&func);
            self.vars.pop();
            let run = format!("{last} = {call}");
            let keep = format!("{last} = f\"{{e.kind}} {{e.line}}\"");
            let body = Node::Block(vec![
                ("try".to_owned(), vec![Node::Line(run)]),
                ("catch e".to_owned(), vec![Node::Line(keep)]),
            ]);
            nodes.push(Node::Line(format!("mut {last} = none")));
            nodes.push(Node::Block(vec![(format!("for {counter} in 0..{turns}"), vec![body])]));
            nodes.push(Node::Line(format!("print({last})")));
        }
        nodes
    }

    fn call(&mut self, func: &Func) -> String {
        let args: Vec<String> = func.params.iter().map(|&ty| self.expr(ty, 1)).collect();
        format!("{}({})", func.name, args.join(", "))
    }

    // ---- statements ----------------------------------------------------------------------------

    fn statements(&mut self, depth: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for _ in 0..2 + self.rng.below(3) {
            nodes.extend(self.statement(depth));
        }
        nodes
    }

    /// A block with its own names.
    fn block(&mut self, depth: usize) -> Vec<Node> {
        let in_sight = self.vars.len();
        let nodes = self.statements(depth);
        self.vars.truncate(in_sight);
        nodes
    }

    fn line(&mut self, text: String) -> Vec<Node> {
        self.work += self.turns;
        vec![Node::Line(text)]
    }

    fn declare(&mut self) -> Vec<Node> {
        let ty = *self.rng.pick(TYPES);
        let value = self.expr(ty, 2);
        let binding = if self.rng.one_in(3) { Binding::Let } else { Binding::Mut };
        let name = self.fresh();
        self.vars.push(Var { name: name.clone(), ty, binding });
        self.line(format!(
            "{} {name} = {value}",
            if binding == Binding::Mut { "mut" } else { "let" }
        ))
    }

    fn statement(&mut self, depth: usize) -> Vec<Node> {
        match self.rng.below(if depth == 0 { 10 } else { 18 }) {
            0 | 1 => self.declare(),
            2..=4 => self.assign(),
            5 => self.assign_element(),
            6 => self.mut_call(),
            7 => self.leave(),
            8 => self.list_change(),
            9 => self.assign_field(),
            10 | 11 => self.branch(depth - 1),
            12..=14 => self.repeat(depth - 1),
            15 => self.try_block(depth - 1),
            16 => self.match_block(depth - 1),
            _ => self.walk(depth - 1),
        }
    }

    fn assign(&mut self) -> Vec<Node> {
        let ty = *self.rng.pick(TYPES);
        let Some(name) = self.mutable(ty) else { return self.declare() };
        let text = match ty {
            Ty::Int if self.rng.one_in(2) => {
                let value = self.expr(Ty::Int, 2);
                format!("{name} = ({name} + {value}) % 1_000_003")
            }
            Ty::Int | Ty::Float | Ty::Number | Ty::Complex if self.rng.one_in(2) => {
                let op = self.chosen(&["+=", "-=", "*="]);
                format!("{name} {op} {}", self.expr(ty, 2))
            }
            Ty::Str => {
                // Text that grows in a loop would grow without end.
                format!("{name} = {}", self.expr(Ty::Int, 1).replacen("", "str(", 1) + ")")
            }
            _ => format!("{name} = {}", self.expr(ty, 2)),
        };
        self.line(text)
    }

    fn assign_element(&mut self) -> Vec<Node> {
        let ty = *self.rng.pick(&[Ty::Ints, Ty::Floats, Ty::List]);
        let Some(name) = self.mutable(ty) else { return self.declare() };
        let index = self.index(&name);
        let value = self.expr(if ty == Ty::Floats { Ty::Float } else { Ty::Int }, 2);
        let op = self.chosen(&["=", "=", "+="]);
        self.line(format!("{name}[{index}] {op} {value}"))
    }

    fn assign_field(&mut self) -> Vec<Node> {
        let Some(name) = self.mutable(Ty::Record) else { return self.declare() };
        let text = match self.rng.below(3) {
            0 => format!("{name}.x = {}", self.expr(Ty::Int, 2)),
            1 => format!("{name}.y += {}", self.expr(Ty::Float, 2)),
            _ => format!("{name} = {{...{name}, y: {}}}", self.expr(Ty::Float, 2)),
        };
        self.line(text)
    }

    fn mut_call(&mut self) -> Vec<Node> {
        if let Some(name) = self.mutable(Ty::Int)
            && self.rng.one_in(2)
        {
            let by = self.expr(Ty::Int, 1);
            return self.line(format!("bump(mut {name}, {by})"));
        }
        let Some(name) = self.mutable(Ty::Ints) else { return self.declare() };
        let (index, value) = (self.index(&name), self.expr(Ty::Int, 1));
        self.line(format!("put(mut {name}, {index}, {value})"))
    }

    fn list_change(&mut self) -> Vec<Node> {
        let Some(name) = self.mutable(Ty::List) else { return self.declare() };
        let text = match self.rng.below(3) {
            0 => format!("if len({name}) < 50 {{ {name}.push({}) }}", self.expr(Ty::Int, 1)),
            1 => format!("if len({name}) > 1 {{ {name}.pop() }}"),
            _ => format!("{name} = list([{}])", self.expr(Ty::Int, 1)),
        };
        self.line(text)
    }

    /// `break`, `continue`, `return` or `throw`, under a condition.
    fn leave(&mut self) -> Vec<Node> {
        let condition = self.expr(Ty::Bool, 2);
        let how = match self.rng.below(4) {
            0 if self.loops > 0 => "break".to_owned(),
            1 if self.loops > 0 => "continue".to_owned(),
            2 if self.in_function.is_some() => {
                let ty = self.in_function.expect("just tested");
                format!("return {}", self.expr(ty, 2))
            }
            3 if self.rng.one_in(3) => "throw error(\"thrown\", kind: \"Mine\")".to_owned(),
            _ => return self.assign(),
        };
        self.line(format!("if {condition} {{ {how} }}"))
    }

    fn branch(&mut self, depth: usize) -> Vec<Node> {
        let mut arms = vec![(format!("if {}", self.expr(Ty::Bool, 2)), self.block(depth))];
        if self.rng.one_in(2) {
            arms.push(("else".to_owned(), self.block(depth)));
        }
        vec![Node::Block(arms)]
    }

    /// A body that runs `turns` times.
    fn loop_body(&mut self, turns: usize, depth: usize) -> Vec<Node> {
        self.turns *= turns;
        self.loops += 1;
        let body = self.block(depth);
        self.loops -= 1;
        self.turns /= turns;
        body
    }

    fn loop_turns(&mut self) -> usize {
        let wanted = *self.rng.pick(&[3, 10, 60, 400, 3_000]);
        let left = WORK_LIMIT.saturating_sub(self.work) / self.turns / 40;
        wanted.min(left).max(1)
    }

    fn repeat(&mut self, depth: usize) -> Vec<Node> {
        let turns = self.loop_turns();
        let name = self.fresh();
        if self.rng.one_in(3) {
            let mut body = vec![Node::Line(format!("{name} += 1"))];
            let in_sight = self.vars.len();
            self.vars.push(Var { name: name.clone(), ty: Ty::Int, binding: Binding::Counter });
            body.extend(self.loop_body(turns, depth));
            self.vars.truncate(in_sight);
            let head = format!("while {name} < {turns}");
            return vec![Node::Line(format!("mut {name} = 0")), Node::Block(vec![(head, body)])];
        }
        let range = match self.rng.below(4) {
            0 => format!("0..={}", turns - 1),
            1 => format!("{}..0 by -2", turns * 2),
            2 => format!("{}..{}", -(turns as i64) / 2, turns as i64 / 2 + 1),
            _ => format!("0..{turns}"),
        };
        let in_sight = self.vars.len();
        self.vars.push(Var { name: name.clone(), ty: Ty::Int, binding: Binding::Let });
        let body = self.loop_body(turns, depth);
        self.vars.truncate(in_sight);
        vec![Node::Block(vec![(format!("for {name} in {range}"), body)])]
    }

    /// A loop over the elements of an array.
    fn walk(&mut self, depth: usize) -> Vec<Node> {
        let (ty, element) =
            *self.rng.pick(&[(Ty::Ints, Ty::Int), (Ty::Floats, Ty::Float), (Ty::List, Ty::Int)]);
        let Some(array) = self.var(ty) else { return self.declare() };
        let name = self.fresh();
        let in_sight = self.vars.len();
        self.vars.push(Var { name: name.clone(), ty: element, binding: Binding::Let });
        let body = self.loop_body(50, depth);
        self.vars.truncate(in_sight);
        vec![Node::Block(vec![(format!("for {name} in {array}"), body)])]
    }

    fn try_block(&mut self, depth: usize) -> Vec<Node> {
        let body = self.block(depth);
        let mut handler = self.block(0);
        if let Some(name) = self.mutable(Ty::Str) {
            handler.push(Node::Line(format!("{name} = e.kind")));
        }
        let mut arms = vec![("try".to_owned(), body), ("catch e".to_owned(), handler)];
        if self.rng.one_in(3) {
            let in_sight = self.vars.len();
            arms.push(("finally".to_owned(), self.assign()));
            self.vars.truncate(in_sight);
        }
        vec![Node::Block(arms)]
    }

    fn match_block(&mut self, depth: usize) -> Vec<Node> {
        let subject = format!("match {} % 4", self.parens(Ty::Int, 2));
        let mut arms = Vec::new();
        for head in ["0 =>", "1 | 2 =>", "_ =>"] {
            arms.push(Node::Block(vec![(head.to_owned(), self.block(depth))]));
        }
        vec![Node::Block(vec![(subject, arms)])]
    }

    // ---- expressions ---------------------------------------------------------------------------

    fn parens(&mut self, ty: Ty, depth: usize) -> String {
        format!("({})", self.expr(ty, depth))
    }

    /// An index into an array, mostly in range.
    fn index(&mut self, array: &str) -> String {
        match self.rng.below(8) {
            0 => self.chosen(&["0", "-1", "1", "2"]),
            1 => self.expr(Ty::Int, 1),
            _ => format!("{} % len({array})", self.parens(Ty::Int, 1)),
        }
    }

    fn expr(&mut self, ty: Ty, depth: usize) -> String {
        if depth == 0 || self.rng.one_in(4) {
            return self.leaf(ty);
        }
        if self.rng.one_in(9) {
            let condition = self.expr(Ty::Bool, depth - 1);
            let (a, b) = (self.expr(ty, depth - 1), self.expr(ty, depth - 1));
            return format!("(if {condition} {{ {a} }} else {{ {b} }})");
        }
        if self.rng.one_in(8)
            && let Some(call) = self.function_call(ty)
        {
            return call;
        }
        let d = depth - 1;
        match ty {
            Ty::Int => self.int(d),
            Ty::Float => self.float(d),
            Ty::Number => {
                let ty = *self.rng.pick(&[Ty::Int, Ty::Float]);
                self.expr(ty, d)
            }
            Ty::Bool => self.bool(d),
            Ty::Str => self.text(d),
            Ty::Complex => self.complex(d),
            Ty::Ints | Ty::Floats => self.array(ty, d),
            Ty::List => match self.rng.below(3) {
                0 => format!("(list([{}]) + {})", self.expr(Ty::Int, d), self.leaf(Ty::List)),
                1 => format!("list({})", self.expr(Ty::Ints, d)),
                _ => format!("map({}, {})", self.leaf(Ty::List), self.lambda(Ty::Int, Ty::Int, d)),
            },
            Ty::Pair => format!("({}, {})", self.expr(Ty::Int, d), self.expr(Ty::Float, d)),
            Ty::Record => match self.var(Ty::Record) {
                Some(r) if self.rng.one_in(2) => {
                    format!("{{...{r}, x: {}}}", self.expr(Ty::Int, d))
                }
                _ => format!("{{x: {}, y: {}}}", self.expr(Ty::Int, d), self.expr(Ty::Float, d)),
            },
        }
    }

    fn function_call(&mut self, ty: Ty) -> Option<String> {
        let fits: Vec<Func> = self
            .funcs
            .iter()
            .filter(|f| f.result == ty && self.work + f.work * self.turns < WORK_LIMIT)
            .cloned()
            .collect();
        if fits.is_empty() || self.in_lambda {
            return None;
        }
        let func = self.rng.pick(&fits).clone();
        self.work += func.work * self.turns;
        Some(self.call(&func))
    }

    fn lambda(&mut self, from: Ty, to: Ty, depth: usize) -> String {
        let name = self.fresh();
        let outer = std::mem::replace(&mut self.in_lambda, true);
        self.vars.push(Var { name: name.clone(), ty: from, binding: Binding::Let });
        let body = self.expr(to, depth.max(1));
        self.vars.pop();
        self.in_lambda = outer;
        // A body that starts with a brace would be read as a block.
        format!("{name} => ({body})")
    }

    fn leaf(&mut self, ty: Ty) -> String {
        if !self.rng.one_in(4)
            && let Some(name) = self.var(ty)
        {
            return name;
        }
        let ints = [
            "0",
            "1",
            "2",
            "3",
            "7",
            "10",
            "255",
            "1000",
            "(-1)",
            "(-5)",
            "4611686018427387904",
            "9223372036854775807",
        ];
        let floats =
            ["0.0", "1.0", "0.5", "-0.0", "2.75", "1e10", "1e-7", "(-3.5)", "1e300", "inf", "nan"];
        match ty {
            Ty::Int if self.rng.one_in(12) => self.chosen(&ints),
            Ty::Int => self.chosen(&ints[..9]),
            Ty::Float if self.rng.one_in(12) => self.chosen(&floats),
            Ty::Float => self.chosen(&floats[..8]),
            Ty::Number => self.chosen(&["1", "2.5", "0", "(-0.5)"]),
            Ty::Bool => self.chosen(&["true", "false"]),
            Ty::Str => self.chosen(&["\"\"", "\"abc\"", "\"é☃\"", "\"zz\""]),
            Ty::Complex => self.chosen(&["1i", "(2 - 1i)", "complex(0.5, 0.25)"]),
            Ty::Ints => {
                self.chosen(&["[1, 2, 3]", "[5, -1, 0, 8]", "arange(6)", "zeros(4, dtype: int)"])
            }
            Ty::Floats => {
                self.chosen(&["[0.5, 1.5]", "[1.0, -2.0, 4.0]", "linspace(0, 1, 5)", "zeros(4)"])
            }
            Ty::List => self.chosen(&["list([1, 2])", "list([7])", "list(0..4)"]),
            Ty::Pair => self.chosen(&["(1, 0.5)", "(-3, 2.0)"]),
            Ty::Record => self.chosen(&["{x: 1, y: 0.5}", "{x: -2, y: 4.0}"]),
        }
    }

    fn int(&mut self, d: usize) -> String {
        match self.rng.below(20) {
            0..=2 => format!("({} + {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            3 => format!("({} - {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            4 => format!("({} * {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            5 => format!("({} // {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            6 => format!("({} % {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            7 => {
                let op = self.chosen(&["&", "|", "xor"]);
                format!("({} {op} {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d))
            }
            8 => {
                let op = self.chosen(&["<<", ">>"]);
                format!("({} {op} {})", self.expr(Ty::Int, d), self.rng.below(9))
            }
            9 => {
                let f = self.chosen(&["abs", "-", "~", "sign"]);
                format!("{f}({})", self.expr(Ty::Int, d))
            }
            10 => {
                let f = self.chosen(&["min", "max", "wrapping_add", "wrapping_mul", "gcd"]);
                format!("{f}({}, {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d))
            }
            11 => format!("int({})", self.expr(Ty::Float, d)),
            12 => {
                let ty = *self.rng.pick(&[Ty::Ints, Ty::Floats, Ty::List, Ty::Str]);
                format!("len({})", self.expr(ty, d))
            }
            13 | 14 => {
                let ty = *self.rng.pick(&[Ty::Ints, Ty::List]);
                match self.var(ty) {
                    Some(name) => format!("{name}[{}]", self.index(&name)),
                    None => self.leaf(Ty::Int),
                }
            }
            15 => format!("{}({})", self.chosen(&["sum", "max", "argmin"]), self.expr(Ty::Ints, d)),
            16 => format!("{}[0]", self.expr(Ty::Pair, d)),
            17 => format!("({}).x", self.leaf(Ty::Record)),
            18 => format!("({})({})", self.lambda(Ty::Int, Ty::Int, d), self.expr(Ty::Int, d)),
            _ => format!("({}^{})", self.expr(Ty::Int, d), self.rng.below(4)),
        }
    }

    fn float(&mut self, d: usize) -> String {
        let operand = *self.rng.pick(&[Ty::Float, Ty::Float, Ty::Int, Ty::Number]);
        match self.rng.below(16) {
            0..=3 => {
                let op = self.chosen(&["+", "-", "*", "/"]);
                format!("({} {op} {})", self.expr(Ty::Float, d), self.expr(operand, d))
            }
            4 => format!("({} / {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            5 => {
                let op = self.chosen(&["//", "%"]);
                format!("({} {op} {})", self.expr(Ty::Float, d), self.expr(operand, d))
            }
            6 | 7 => {
                let f = self
                    .chosen(&["sqrt", "sin", "exp", "floor", "abs", "log", "round", "tanh", "-"]);
                format!("{f}({})", self.expr(Ty::Float, d))
            }
            8 => {
                let f = self.chosen(&["min", "max", "hypot", "atan2"]);
                format!("{f}({}, {})", self.expr(Ty::Float, d), self.expr(Ty::Float, d))
            }
            9 => format!("float({})", self.expr(operand, d)),
            10 => match self.var(Ty::Floats) {
                Some(name) => format!("{name}[{}]", self.index(&name)),
                None => self.leaf(Ty::Float),
            },
            11 => format!("{}({})", self.chosen(&["sum", "mean", "max"]), self.expr(Ty::Floats, d)),
            12 => format!("{}[1]", self.expr(Ty::Pair, d)),
            13 => format!("({}).y", self.leaf(Ty::Record)),
            14 => {
                format!("{}({})", self.chosen(&["real", "imag", "abs"]), self.expr(Ty::Complex, d))
            }
            _ => format!("({})({})", self.lambda(operand, Ty::Float, d), self.expr(operand, d)),
        }
    }

    fn bool(&mut self, d: usize) -> String {
        let compare = self.chosen(&["<", "<=", ">", ">=", "==", "!="]);
        match self.rng.below(9) {
            0..=2 => format!("({} {compare} {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            3 => format!("({} {compare} {})", self.expr(Ty::Float, d), self.expr(Ty::Number, d)),
            4 => format!("({} {compare} {})", self.expr(Ty::Str, d), self.expr(Ty::Str, d)),
            5 => {
                let op = self.chosen(&["and", "or"]);
                format!("({} {op} {})", self.expr(Ty::Bool, d), self.expr(Ty::Bool, d))
            }
            6 => format!("(not {})", self.expr(Ty::Bool, d)),
            7 => format!("({} in {})", self.expr(Ty::Int, d), self.expr(Ty::Ints, d)),
            _ => {
                let f = self.chosen(&["any", "all"]);
                format!("{f}({} {compare} {})", self.expr(Ty::Floats, d), self.expr(Ty::Float, d))
            }
        }
    }

    fn text(&mut self, d: usize) -> String {
        match self.rng.below(4) {
            0 => format!("(\"s\" + {})", self.leaf(Ty::Str)),
            1 => format!("f\"{{{}}}:{{{}:.3f}}\"", self.leaf(Ty::Int), self.leaf(Ty::Float)),
            2 => format!("str({})", self.expr(Ty::Number, d)),
            _ => format!("{}[0..{}]", self.leaf(Ty::Str), self.rng.below(4)),
        }
    }

    fn complex(&mut self, d: usize) -> String {
        match self.rng.below(4) {
            0 | 1 => {
                let op = self.chosen(&["+", "-", "*", "/"]);
                let other = *self.rng.pick(&[Ty::Complex, Ty::Float, Ty::Int]);
                format!("({} {op} {})", self.expr(Ty::Complex, d), self.expr(other, d))
            }
            2 => format!("complex({}, {})", self.expr(Ty::Float, d), self.expr(Ty::Float, d)),
            _ => format!("conj({})", self.expr(Ty::Complex, d)),
        }
    }

    fn array(&mut self, ty: Ty, d: usize) -> String {
        let element = if ty == Ty::Ints { Ty::Int } else { Ty::Float };
        match self.rng.below(9) {
            0 => {
                let (a, b) = (self.expr(element, d), self.expr(element, d));
                format!("[{a}, {b}, {}]", self.leaf(element))
            }
            1 | 2 => {
                let op = self.chosen(&["+", "-", "*"]);
                format!("({} {op} {})", self.expr(ty, d), self.expr(element, d))
            }
            3 => {
                let op = self.chosen(&["+", "*"]);
                format!("({} {op} {})", self.expr(ty, d), self.leaf(ty))
            }
            4 => format!(
                "{}({})",
                self.chosen(&["sort", "reverse", "cumsum", "abs"]),
                self.expr(ty, d)
            ),
            5 => format!("{}[{}..]", self.leaf(ty), self.rng.below(3)),
            6 => format!("map({}, {})", self.leaf(ty), self.lambda(element, element, d)),
            7 => format!("filter({}, {})", self.leaf(ty), self.lambda(element, Ty::Bool, d)),
            _ => format!("{}[0..4 by 2]", self.leaf(ty)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_program() {
        assert_eq!(program(7).to_string(), program(7).to_string());
        assert_ne!(program(7).to_string(), program(8).to_string());
    }
}
