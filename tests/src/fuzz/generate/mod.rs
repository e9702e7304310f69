//! Makes a random, mostly well-typed program from a seed.
//!
//! Every program ends: loops have a fixed number of turns, functions call only functions before them or
//! themselves with a smaller counter, and the estimated work is bounded. Values may overflow, indices
//! may be out of range, and shapes may not fit; the program catches many of these errors and prints
//! their kind, message and line.

mod expressions;
mod functions;
mod hot;
mod leaves;
mod statements;

use super::program::{Node, Program};
use super::rng::Rng;

/// The most turns of innermost loops a program makes, about.
const WORK_LIMIT: usize = 150_000;

/// The element type of a generated array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Elem {
    Bool,
    U8,
    I32,
    Int,
    F32,
    Float,
    Complex,
}

impl Elem {
    fn name(self) -> &'static str {
        match self {
            Elem::Bool => "bool",
            Elem::U8 => "u8",
            Elem::I32 => "i32",
            Elem::Int => "int",
            Elem::F32 => "f32",
            Elem::Float => "float",
            Elem::Complex => "complex",
        }
    }

    /// The type of one element as a scalar.
    fn scalar(self) -> Ty {
        match self {
            Elem::Bool => Ty::Bool,
            Elem::U8 | Elem::I32 | Elem::Int => Ty::Int,
            Elem::F32 => Ty::F32,
            Elem::Float => Ty::Float,
            Elem::Complex => Ty::Complex,
        }
    }
}

/// The type of a generated value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ty {
    Int,
    Float,
    F32,
    /// An int or a float, and which one may change.
    Number,
    Bool,
    Str,
    Complex,
    /// A number, text, `none`, a list or an array, and which one may change.
    Any,
    Array(Elem),
    Matrix(Elem),
    /// A list of ints.
    List,
    /// A list of anything.
    Mixed,
    /// `(int, float)`.
    Pair,
    /// `{x: int, y: float}`.
    Record,
    /// From `"a"`, `"b"` or `"c"` to an int.
    Dict,
    /// From an int to an int.
    Fn,
}

/// What variables and parameters are of; the common ones stand here more than once.
const TYPES: &[Ty] = &[
    Ty::Int,
    Ty::Int,
    Ty::Int,
    Ty::Int,
    Ty::Float,
    Ty::Float,
    Ty::Float,
    Ty::F32,
    Ty::Number,
    Ty::Bool,
    Ty::Str,
    Ty::Complex,
    Ty::Any,
    Ty::Array(Elem::Int),
    Ty::Array(Elem::Int),
    Ty::Array(Elem::Float),
    Ty::Array(Elem::Float),
    Ty::Array(Elem::U8),
    Ty::Array(Elem::I32),
    Ty::Array(Elem::F32),
    Ty::Array(Elem::Bool),
    Ty::Array(Elem::Complex),
    Ty::Matrix(Elem::Int),
    Ty::Matrix(Elem::Float),
    Ty::List,
    Ty::Mixed,
    Ty::Pair,
    Ty::Record,
    Ty::Dict,
    Ty::Fn,
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
struct Param {
    name: String,
    ty: Ty,
    mutable: bool,
    /// Only the last one has.
    has_default: bool,
}

#[derive(Clone, Debug)]
struct Func {
    name: String,
    kind: Kind,
    params: Vec<Param>,
    /// Of a generator: the type of its items.
    result: Ty,
    work: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    /// The first argument counts down to the end of the recursion.
    Recursive,
    Generator,
}

/// What a body may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    TopLevel,
    /// Returns a value of this type.
    Function(Ty),
    /// Yields values of this type.
    Generator(Ty),
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
    body: Body,
    /// Inside a lambda: `mut` variables may not be captured at the top level.
    in_lambda: bool,
    /// One in so many literals is near the limits of its type; 0 for none.
    wild: usize,
}

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let mut rng = Rng::new(seed);
    let wild = *rng.pick(&[0, 0, 40, 8]);
    let mut g = Generator {
        rng,
        vars: Vec::new(),
        funcs: Vec::new(),
        names: 0,
        turns: 1,
        work: 0,
        loops: 0,
        body: Body::TopLevel,
        in_lambda: false,
        wild,
    };
    let mut nodes = Vec::new();
    for _ in 0..1 + g.rng.below(4) {
        nodes.push(g.function());
    }
    for index in 0..g.funcs.len() {
        nodes.extend(g.calls(index));
    }
    for _ in 0..1 + g.rng.below(3) {
        nodes.extend(g.declare());
    }
    for _ in 0..1 + g.rng.below(3) {
        let nested = g.top_level_part();
        nodes.extend(nested);
    }
    nodes.extend(g.vars.iter().filter(|v| v.ty != Ty::Fn).map(|v| print(&v.name)));
    Program { nodes }
}

/// A statement that prints an expression.
fn print(expression: &str) -> Node {
    Node::Line(format!("print({expression})"))
}

/// What is printed of a caught error.
const CAUGHT: &str = "f\"{e.kind} {e.message} {e.line}\"";

impl Generator {
    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn choose(&mut self, texts: &[&str]) -> String {
        (*self.rng.pick(texts)).to_owned()
    }

    fn ty(&mut self) -> Ty {
        *self.rng.pick(TYPES)
    }

    fn declare_name(&mut self, ty: Ty, binding: Binding) -> String {
        let name = self.fresh();
        self.vars.push(Var { name: name.clone(), ty, binding });
        name
    }

    /// A variable of a type that is in sight.
    fn var(&mut self, ty: Ty) -> Option<String> {
        let hidden =
            |v: &Var| self.in_lambda && v.binding != Binding::Let && self.body == Body::TopLevel;
        let fits: Vec<String> =
            self.vars.iter().filter(|v| v.ty == ty && !hidden(v)).map(|v| v.name.clone()).collect();
        if fits.is_empty() { None } else { Some(self.rng.pick(&fits).clone()) }
    }

    fn mutable(&mut self, fits: impl Fn(Ty) -> bool) -> Option<Var> {
        let fits: Vec<Var> =
            self.vars.iter().filter(|v| fits(v.ty) && v.binding == Binding::Mut).cloned().collect();
        if fits.is_empty() { None } else { Some(self.rng.pick(&fits).clone()) }
    }

    fn line(&mut self, text: String) -> Vec<Node> {
        self.work += self.turns;
        vec![Node::Line(text)]
    }

    /// A part of the top level: statements as they are, or with their errors caught.
    fn top_level_part(&mut self) -> Vec<Node> {
        if self.rng.one_in(3) {
            return self.statements(3);
        }
        let body = self.block(3);
        let handler = vec![print(CAUGHT)];
        vec![Node::Block(vec![("try".to_owned(), body), ("catch e".to_owned(), handler)])]
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
