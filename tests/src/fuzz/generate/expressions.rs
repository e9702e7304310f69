//! Expressions of a wanted type. All that are more than a name stand in brackets.

use super::{Binding, Elem, Generator, Ty, Var};

impl Generator {
    pub(super) fn parens(&mut self, ty: Ty, depth: usize) -> String {
        format!("({})", self.expr(ty, depth))
    }

    /// An index into something with a length, mostly in range.
    pub(super) fn index(&mut self, name: &str) -> String {
        match self.rng.below(8) {
            0 => self.choose(&["0", "-1", "1", "2"]),
            1 => self.expr(Ty::Int, 1),
            _ => format!("{} % len({name})", self.parens(Ty::Int, 1)),
        }
    }

    pub(super) fn key(&mut self) -> String {
        match self.var(Ty::Str) {
            Some(name) if self.rng.one_in(4) => name,
            _ => self.choose(&["\"a\"", "\"b\"", "\"c\""]),
        }
    }

    pub(super) fn expr(&mut self, ty: Ty, depth: usize) -> String {
        if depth == 0 || self.rng.one_in(4) {
            return self.leaf(ty);
        }
        if self.rng.one_in(9) {
            let condition = self.expr(Ty::Bool, depth - 1);
            let (a, b) = (self.expr(ty, depth - 1), self.expr(ty, depth - 1));
            return format!("(if {condition} {{ {a} }} else {{ {b} }})");
        }
        if self.rng.one_in(40) {
            let (a, b) = (self.expr(ty, depth - 1), self.leaf(ty));
            return format!("(try {{ {a} }} catch _ {{ {b} }})");
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
            Ty::F32 => self.f32(d),
            Ty::Number => {
                let ty = *self.rng.pick(&[Ty::Int, Ty::Float]);
                self.expr(ty, d)
            }
            Ty::Bool => self.bool(d),
            Ty::Str => self.text(d),
            Ty::Complex => self.complex(d),
            // Operators on values of any type; most pairs have no meaning.
            Ty::Any if self.rng.one_in(3) => {
                let op = self.choose(&["+", "-", "*", "<", "=="]);
                let right = match self.rng.below(3) {
                    0 => self.literal(),
                    _ => self.leaf(Ty::Any),
                };
                let (left, other) = (self.leaf(Ty::Any), self.leaf(Ty::Any));
                format!("(try {{ ({left} {op} {right}) }} catch _ {{ {other} }})")
            }
            Ty::Any => {
                let ty = *self.rng.pick(&[
                    Ty::Int,
                    Ty::Float,
                    Ty::Str,
                    Ty::Bool,
                    Ty::List,
                    Ty::Pair,
                    Ty::Complex,
                    Ty::Array(Elem::Int),
                    Ty::Array(Elem::Float),
                ]);
                self.expr(ty, d)
            }
            Ty::Array(elem) => self.array(elem, d),
            Ty::Matrix(elem) => self.matrix(elem, d),
            Ty::List => self.list(d),
            Ty::Mixed => match self.rng.below(3) {
                0 => format!("[{}, \"m\", {}]", self.expr(Ty::Any, d), self.leaf(Ty::Int)),
                1 => format!("({} + [{}, none])[..12]", self.leaf(Ty::Mixed), self.leaf(Ty::Any)),
                _ => format!("map({}, t => (t, 1))[..9]", self.leaf(Ty::Mixed)),
            },
            Ty::Pair => format!("({}, {})", self.expr(Ty::Int, d), self.expr(Ty::Float, d)),
            Ty::Record => match self.var(Ty::Record) {
                Some(r) if self.rng.one_in(2) => {
                    format!("{{...{r}, x: {}}}", self.expr(Ty::Int, d))
                }
                _ => format!("{{x: {}, y: {}}}", self.expr(Ty::Int, d), self.expr(Ty::Float, d)),
            },
            Ty::Dict => {
                format!("dict([({}, {}), (\"a\", 0)])", self.key(), self.expr(Ty::Int, d))
            }
            Ty::Fn => format!("({})", self.lambda(Ty::Int, Ty::Int, d)),
        }
    }

    pub(super) fn lambda(&mut self, from: Ty, to: Ty, depth: usize) -> String {
        let name = self.fresh();
        let outer = std::mem::replace(&mut self.in_lambda, true);
        self.vars.push(Var { name: name.clone(), ty: from, binding: Binding::Let });
        let body = self.expr(to, depth.max(1));
        self.vars.pop();
        self.in_lambda = outer;
        // A body that starts with a brace would be read as a block.
        format!("{name} => ({body})")
    }

    fn two(&mut self, ty: Ty, ops: &[&str], d: usize) -> String {
        let op = self.choose(ops);
        format!("({} {op} {})", self.expr(ty, d), self.expr(ty, d))
    }

    fn int(&mut self, d: usize) -> String {
        match self.rng.below(24) {
            0..=2 => self.two(Ty::Int, &["+"], d),
            3 => self.two(Ty::Int, &["-"], d),
            4 => self.two(Ty::Int, &["*"], d),
            5 => format!("({} // {})", self.expr(Ty::Int, d), self.divisor(d)),
            6 | 7 => format!("({} % {})", self.expr(Ty::Int, d), self.divisor(d)),
            8 => self.two(Ty::Int, &["&", "|", "xor"], d),
            9 => {
                let op = self.choose(&["<<", ">>"]);
                let by = if self.rng.one_in(6) { 64 } else { 9 };
                format!("({} {op} {})", self.expr(Ty::Int, d), self.rng.below(by))
            }
            10 => {
                let f = self.choose(&["abs", "-", "~", "sign"]);
                format!("{f}({})", self.expr(Ty::Int, d))
            }
            11 => {
                let f = self.choose(&[
                    "min",
                    "max",
                    "wrapping_add",
                    "wrapping_sub",
                    "wrapping_mul",
                    "gcd",
                ]);
                format!("{f}({}, {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d))
            }
            12 => format!("int({})", self.expr(Ty::Float, d)),
            13 => {
                let ty = *self.rng.pick(&[
                    Ty::Array(Elem::Int),
                    Ty::Array(Elem::F32),
                    Ty::Matrix(Elem::Float),
                    Ty::List,
                    Ty::Mixed,
                    Ty::Str,
                    Ty::Dict,
                ]);
                format!("len({})", self.expr(ty, d))
            }
            14 | 15 => {
                let ty = *self.rng.pick(&[
                    Ty::Array(Elem::Int),
                    Ty::Array(Elem::Int),
                    Ty::Array(Elem::U8),
                    Ty::Array(Elem::I32),
                    Ty::List,
                ]);
                self.element(ty).unwrap_or_else(|| self.leaf(Ty::Int))
            }
            16 => {
                let f = self.choose(&["sum", "max", "argmin", "prod"]);
                let elem = *self.rng.pick(&[Elem::Int, Elem::U8, Elem::I32]);
                format!("{f}({})", self.expr(Ty::Array(elem), d))
            }
            17 => format!("{}[0]", self.expr(Ty::Pair, d)),
            18 => format!("({}).x", self.leaf(Ty::Record)),
            19 => format!("({})({})", self.lambda(Ty::Int, Ty::Int, d), self.expr(Ty::Int, d)),
            20 => format!("{}({})", self.leaf(Ty::Fn), self.expr(Ty::Int, d)),
            21 => format!("({}^{})", self.expr(Ty::Int, d), self.rng.below(4)),
            22 => match self.element(Ty::Matrix(Elem::Int)) {
                Some(text) => text,
                None => format!("{}.get({}, 0)", self.leaf(Ty::Dict), self.key()),
            },
            _ => self.reduction(Ty::List, Ty::Int, d),
        }
    }

    /// Mostly not zero.
    fn divisor(&mut self, d: usize) -> String {
        match self.rng.below(3) {
            0 => self.expr(Ty::Int, d),
            _ => self.choose(&["2", "3", "7", "(-3)", "10"]),
        }
    }

    /// An element of a variable.
    fn element(&mut self, ty: Ty) -> Option<String> {
        let name = self.var(ty)?;
        let index = self.index(&name);
        Some(match ty {
            Ty::Matrix(_) => format!("{name}[{index}, {} % 2]", self.leaf(Ty::Int)),
            _ => format!("{name}[{index}]"),
        })
    }

    fn reduction(&mut self, over: Ty, to: Ty, d: usize) -> String {
        let (a, x) = (self.fresh(), self.fresh());
        let subject = self.leaf(over);
        let start = self.leaf(to);
        let outer = std::mem::replace(&mut self.in_lambda, true);
        self.vars.push(Var { name: a.clone(), ty: to, binding: Binding::Let });
        self.vars.push(Var { name: x.clone(), ty: Ty::Int, binding: Binding::Let });
        let body = self.expr(to, d.max(1));
        self.vars.truncate(self.vars.len() - 2);
        self.in_lambda = outer;
        format!("reduce({subject}, ({a}, {x}) => ({body}), {start})")
    }

    fn float(&mut self, d: usize) -> String {
        let operand = *self.rng.pick(&[Ty::Float, Ty::Float, Ty::Int, Ty::Number, Ty::F32]);
        match self.rng.below(18) {
            0..=3 => {
                let op = self.choose(&["+", "-", "*", "/"]);
                format!("({} {op} {})", self.expr(Ty::Float, d), self.expr(operand, d))
            }
            4 => format!("({} / {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            5 => {
                let op = self.choose(&["//", "%"]);
                format!("({} {op} {})", self.expr(Ty::Float, d), self.expr(operand, d))
            }
            6 | 7 => {
                let f = self.choose(&[
                    "sqrt", "sin", "exp", "floor", "ceil", "trunc", "abs", "log", "round", "tanh",
                    "-", "sign", "cbrt",
                ]);
                format!("{f}({})", self.expr(Ty::Float, d))
            }
            8 => {
                let f = self.choose(&["min", "max", "hypot", "atan2"]);
                format!("{f}({}, {})", self.expr(Ty::Float, d), self.expr(Ty::Float, d))
            }
            9 => format!("float({})", self.expr(operand, d)),
            10 => {
                let ty = *self.rng.pick(&[Ty::Array(Elem::Float), Ty::Matrix(Elem::Float)]);
                self.element(ty).unwrap_or_else(|| self.leaf(Ty::Float))
            }
            11 => {
                let f = self.choose(&["sum", "mean", "max", "min"]);
                format!("{f}({})", self.expr(Ty::Array(Elem::Float), d))
            }
            12 => format!("{}[1]", self.expr(Ty::Pair, d)),
            13 => format!("({}).y", self.leaf(Ty::Record)),
            14 => {
                format!("{}({})", self.choose(&["real", "imag", "abs"]), self.expr(Ty::Complex, d))
            }
            15 => {
                format!("({}^{})", self.expr(Ty::Float, d), self.choose(&["2", "3", "0.5", "(-1)"]))
            }
            16 => self.reduction(Ty::Array(Elem::Int), Ty::Float, d),
            _ => format!("({})({})", self.lambda(operand, Ty::Float, d), self.expr(operand, d)),
        }
    }

    fn f32(&mut self, d: usize) -> String {
        match self.rng.below(8) {
            0..=2 => self.two(Ty::F32, &["+", "-", "*", "/"], d),
            3 => {
                format!("{}({})", self.choose(&["sqrt", "abs", "-", "exp"]), self.expr(Ty::F32, d))
            }
            // A literal is weak.
            4 => {
                let op = self.choose(&["+", "-", "*", "/", "//", "%"]);
                format!("({} {op} {})", self.expr(Ty::F32, d), self.literal())
            }
            5 => format!("({} * {})", self.literal(), self.expr(Ty::F32, d)),
            6 => format!("f32({})", self.expr(Ty::Float, d)),
            _ => self.element(Ty::Array(Elem::F32)).unwrap_or_else(|| self.leaf(Ty::F32)),
        }
    }

    fn literal(&mut self) -> String {
        self.choose(&["0.1", "2", "3", "-0.5", "1e-7", "16777217", "0.2"])
    }

    fn bool(&mut self, d: usize) -> String {
        let compare = self.choose(&["<", "<=", ">", ">=", "==", "!="]);
        match self.rng.below(14) {
            12 => format!("({} {compare} {})", self.expr(Ty::F32, d), self.literal()),
            13 => {
                let other = *self.rng.pick(&[Ty::F32, Ty::Number, Ty::Float]);
                format!("({} {compare} {})", self.expr(Ty::F32, d), self.expr(other, d))
            }
            0..=3 => format!("({} {compare} {})", self.expr(Ty::Int, d), self.expr(Ty::Int, d)),
            4 => format!("({} {compare} {})", self.expr(Ty::Float, d), self.expr(Ty::Number, d)),
            5 => format!("({} {compare} {})", self.expr(Ty::Str, d), self.expr(Ty::Str, d)),
            6 => self.two(Ty::Bool, &["and", "or"], d),
            7 => format!("(not {})", self.expr(Ty::Bool, d)),
            8 => format!("({} in {})", self.expr(Ty::Int, d), self.expr(Ty::Array(Elem::Int), d)),
            9 => {
                let ty = *self.rng.pick(&[Ty::Any, Ty::Mixed, Ty::Record, Ty::Pair, Ty::Dict]);
                let op = self.choose(&["==", "!="]);
                format!("({} {op} {})", self.leaf(ty), self.leaf(ty))
            }
            10 => self.element(Ty::Array(Elem::Bool)).unwrap_or_else(|| self.leaf(Ty::Bool)),
            _ => {
                let f = self.choose(&["any", "all"]);
                let elem = *self.rng.pick(&[Elem::Int, Elem::Float, Elem::F32]);
                let array = self.expr(Ty::Array(elem), d);
                format!("{f}({array} {compare} {})", self.leaf(elem.scalar()))
            }
        }
    }

    fn text(&mut self, d: usize) -> String {
        match self.rng.below(6) {
            0 => format!("(\"s\" + {})[..9]", self.leaf(Ty::Str)),
            1 => format!("f\"{{{}}}:{{{}:.3f}}\"", self.leaf(Ty::Int), self.leaf(Ty::Float)),
            2 => format!("str({})", self.expr(Ty::Number, d)),
            3 => format!("{}.upper()", self.leaf(Ty::Str)),
            4 => {
                let f = self.choose(&["type", "str", "repr"]);
                format!("{f}({})", self.leaf(Ty::Any))
            }
            _ => format!("{}[0..{}]", self.leaf(Ty::Str), self.rng.below(4)),
        }
    }

    fn complex(&mut self, d: usize) -> String {
        match self.rng.below(5) {
            0 | 1 => {
                let op = self.choose(&["+", "-", "*", "/"]);
                let other = *self.rng.pick(&[Ty::Complex, Ty::Float, Ty::Int]);
                format!("({} {op} {})", self.expr(Ty::Complex, d), self.expr(other, d))
            }
            2 => format!("complex({}, {})", self.expr(Ty::Float, d), self.expr(Ty::Float, d)),
            3 => self.element(Ty::Array(Elem::Complex)).unwrap_or_else(|| self.leaf(Ty::Complex)),
            _ => format!("conj({})", self.expr(Ty::Complex, d)),
        }
    }

    fn array(&mut self, elem: Elem, d: usize) -> String {
        let (ty, scalar) = (Ty::Array(elem), elem.scalar());
        match self.rng.below(11) {
            0 => {
                let (a, b) = (self.expr(scalar, d), self.expr(scalar, d));
                format!("[{a}, {b}, {}].astype({})", self.leaf(scalar), elem.name())
            }
            1 | 2 if elem == Elem::Bool => {
                let compare = self.choose(&["<", "==", ">="]);
                format!(
                    "({} {compare} {})",
                    self.expr(Ty::Array(Elem::Int), d),
                    self.expr(Ty::Int, d)
                )
            }
            1 | 2 => {
                let op = self.choose(&["+", "-", "*"]);
                format!("({} {op} {})", self.expr(ty, d), self.expr(scalar, d))
            }
            3 => {
                let ops: &[&str] = if elem == Elem::Bool { &["&", "|"] } else { &["+", "*"] };
                let op = self.choose(ops);
                format!("({} {op} {})", self.expr(ty, d), self.leaf(ty))
            }
            4 => {
                let f = self.choose(&["sort", "reverse", "cumsum", "abs"]);
                match elem {
                    Elem::Bool | Elem::Complex => self.leaf(ty),
                    _ => format!("{f}({})", self.expr(ty, d)),
                }
            }
            5 => format!("{}[{}..]", self.leaf(ty), self.rng.below(3)),
            6 => format!("map({}, {})", self.leaf(ty), self.lambda(scalar, scalar, d)),
            7 => format!("filter({}, {})", self.leaf(ty), self.lambda(scalar, Ty::Bool, d)),
            8 => match self.var(Ty::Matrix(elem)) {
                Some(name) => format!("{name}[{}]", self.index(&name)),
                None => self.leaf(ty),
            },
            9 => format!("concat([{}, {}])[..9]", self.leaf(ty), self.leaf(ty)),
            _ => format!("{}[0..4 by 2]", self.leaf(ty)),
        }
    }

    fn matrix(&mut self, elem: Elem, d: usize) -> String {
        let (ty, scalar) = (Ty::Matrix(elem), elem.scalar());
        match self.rng.below(6) {
            0 => format!("{}.T", self.leaf(ty)),
            1 => format!("({} @ {})", self.leaf(ty), self.leaf(ty)),
            2 => format!("({} * {})", self.expr(ty, d), self.leaf(ty)),
            3 => format!("{}[..1, ..]", self.leaf(ty)),
            4 => {
                let (a, b) = (self.expr(scalar, d), self.expr(scalar, d));
                format!("[[{a}, {b}], [{b}, {}]].astype({})", self.leaf(scalar), elem.name())
            }
            _ => format!("({} + {})", self.expr(ty, d), self.expr(scalar, d)),
        }
    }

    fn list(&mut self, d: usize) -> String {
        match self.rng.below(4) {
            0 => format!("(list([{}]) + {})[..12]", self.expr(Ty::Int, d), self.leaf(Ty::List)),
            1 => format!("list({})", self.expr(Ty::Array(Elem::Int), d)),
            2 => format!("[...{}, {}][..9]", self.leaf(Ty::List), self.expr(Ty::Int, d)),
            _ => format!("map({}, {})", self.leaf(Ty::List), self.lambda(Ty::Int, Ty::Int, d)),
        }
    }
}
