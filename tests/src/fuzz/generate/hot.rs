//! Loops as people write them in numeric scripts, with random parts: the shapes that the compiled tiers
//! are made for.

use super::{Binding, Elem, Generator, Node, Ty, Var, WORK_LIMIT};

impl Generator {
    /// A hot loop of a known shape. It declares what it changes.
    pub(super) fn hot_loop(&mut self) -> Vec<Node> {
        let turns = (WORK_LIMIT.saturating_sub(self.work) / self.turns / 8).min(2_500);
        if turns < 4 {
            return self.declare();
        }
        self.work += turns * self.turns;
        let outer = self.turns;
        // What stands inside runs as often as the loop turns.
        self.turns *= turns;
        let nodes = match self.rng.below(10) {
            0 => self.generator_of_numbers(turns),
            1 => self.sieve(turns),
            2 => self.prefix_sums(turns),
            3 => self.matrix_sweep(turns),
            4 => self.type_change(turns),
            5 => self.closures(turns),
            6 => self.search(turns),
            7 => self.short_branches(turns),
            8 => self.short_loops(turns),
            _ => self.fill_list(turns),
        };
        self.turns = outer;
        nodes
    }

    /// Evaluates with names in sight.
    fn with(
        &mut self,
        names: &[(&str, Ty)],
        make: impl FnOnce(&mut Generator) -> String,
    ) -> String {
        let in_sight = self.vars.len();
        let var =
            |&(name, ty): &(&str, Ty)| Var { name: name.to_owned(), ty, binding: Binding::Let };
        self.vars.extend(names.iter().map(var));
        let text = make(self);
        self.vars.truncate(in_sight);
        text
    }

    fn lines(texts: &[String]) -> Vec<Node> {
        texts.iter().map(|text| Node::Line(text.clone())).collect()
    }

    fn for_loop(head: String, body: &[String]) -> Node {
        Node::Block(vec![(head, Self::lines(body))])
    }

    /// A linear congruential generator and something computed from it.
    fn generator_of_numbers(&mut self, turns: usize) -> Vec<Node> {
        let (x, i) = (self.declare_name(Ty::Int, Binding::Mut), self.fresh());
        let total = self.declare_name(Ty::Float, Binding::Mut);
        let value = self.with(&[(&i, Ty::Int)], |g| g.expr(Ty::Float, 2));
        let modulus = self.choose(&["2147483647", "65536", "1000003"]);
        let multiplier = self.choose(&["16807", "1103515245", "75"]);
        let mut nodes = Self::lines(&[format!("mut {x} = 42"), format!("mut {total} = 0.0")]);
        nodes.push(Self::for_loop(
            format!("for {i} in 0..{turns}"),
            &[
                format!("{x} = ({x} * {multiplier} + 12345) % {modulus}"),
                format!("{total} += {x} / {modulus} * {value}"),
            ],
        ));
        nodes
    }

    fn sieve(&mut self, turns: usize) -> Vec<Node> {
        let n = turns.min(400);
        let flags = self.declare_name(Ty::Array(Elem::Bool), Binding::Mut);
        let (i, j) = (self.fresh(), self.declare_name(Ty::Int, Binding::Counter));
        let step = if self.rng.one_in(4) { format!("{i} + 1") } else { i.clone() };
        let bound = if self.rng.one_in(6) { "<=" } else { "<" };
        let inner = Self::for_loop(
            format!("while {j} {bound} {n}"),
            &[format!("{flags}[{j}] = false"), format!("{j} += {step}")],
        );
        let body = vec![Node::Line(format!("{j} = {i} * 2")), inner];
        let guard = Node::Block(vec![(format!("if {flags}[{i}]"), body)]);
        let mut nodes =
            Self::lines(&[format!("mut {flags} = ones({n}, dtype: bool)"), format!("mut {j} = 0")]);
        nodes.push(Node::Block(vec![(format!("for {i} in 2..{n}"), vec![guard])]));
        nodes
    }

    /// An array filled from its own earlier elements.
    fn prefix_sums(&mut self, turns: usize) -> Vec<Node> {
        let elem = *self.rng.pick(&[Elem::Int, Elem::Float, Elem::F32, Elem::I32, Elem::U8]);
        let n = turns.min(300);
        let (a, i) = (self.declare_name(Ty::Array(elem), Binding::Mut), self.fresh());
        let back = 1 + self.rng.below(3);
        let value = self.with(&[(&i, Ty::Int)], |g| g.expr(elem.scalar(), 2));
        let kept = match elem {
            Elem::U8 => format!("({a}[{i} - {back}] + ({value}) % 50) % 200"),
            Elem::Int | Elem::I32 => format!("({a}[{i} - {back}] + {value}) % 10007"),
            _ => format!("{a}[{i} - {back}] * 0.5 + {value}"),
        };
        let mut nodes = Self::lines(&[format!("mut {a} = zeros({n}, dtype: {})", elem.name())]);
        let first = self.rng.below(back + 1);
        nodes.push(Self::for_loop(
            format!("for {i} in {first}..{n}"),
            &[format!("{a}[{i}] = {kept}")],
        ));
        nodes
    }

    fn matrix_sweep(&mut self, turns: usize) -> Vec<Node> {
        let elem = *self.rng.pick(&[Elem::Int, Elem::Float]);
        let n = (3..14).rev().find(|n| n * n * n <= turns).unwrap_or(3);
        let m = self.declare_name(Ty::Matrix(elem), Binding::Mut);
        let (i, j, k) = (self.fresh(), self.fresh(), self.fresh());
        let names = [(i.as_str(), Ty::Int), (j.as_str(), Ty::Int), (k.as_str(), Ty::Int)];
        let value = self.with(&names, |g| g.expr(elem.scalar(), 2));
        let value = if elem == Elem::Int { format!("({value}) % 11") } else { value };
        let last = if self.rng.one_in(8) { n + 1 } else { n };
        let inner = Self::for_loop(
            format!("for {k} in 0..{last}"),
            &[format!("{m}[{i}, {j}] = {m}[{i}, {k}] * 0 + {m}[{k}, {j}] % 97 + {value}")],
        );
        let middle = Node::Block(vec![(format!("for {j} in 0..{n}"), vec![inner])]);
        let outer = Node::Block(vec![(format!("for {i} in 0..{n}"), vec![middle])]);
        vec![Node::Line(format!("mut {m} = ones(({n}, {n}), dtype: {})", elem.name())), outer]
    }

    /// A variable that is an int for a while and then something else.
    fn type_change(&mut self, turns: usize) -> Vec<Node> {
        let (x, i) = (self.declare_name(Ty::Number, Binding::Mut), self.fresh());
        let at = self.rng.below(turns);
        let other = *self.rng.pick(&[Ty::Float, Ty::Float, Ty::F32, Ty::Complex, Ty::Str, Ty::Any]);
        let value = self.with(&[(&i, Ty::Int)], |g| g.expr(other, 1));
        let step = self.choose(&["+= 1", "-= 3", "= -{}", "= {} * 2 % 1001"]).replace("{}", &x);
        let mut nodes = vec![Node::Line(format!("mut {x} = 1"))];
        nodes.push(Self::for_loop(
            format!("for {i} in 0..{turns}"),
            &[format!("if {i} == {at} {{ {x} = {value} }}"), format!("{x} {step}")],
        ));
        nodes
    }

    /// Closures that capture the loop's variable, called later.
    fn closures(&mut self, turns: usize) -> Vec<Node> {
        let (fs, i, total) = (self.fresh(), self.fresh(), self.declare_name(Ty::Int, Binding::Mut));
        let kept = self.with(&[(&i, Ty::Int)], |g| g.lambda(Ty::Int, Ty::Int, 2));
        let mut nodes = Self::lines(&[format!("mut {fs} = []"), format!("mut {total} = 0")]);
        nodes.push(Self::for_loop(format!("for {i} in 0..5"), &[format!("{fs}.push({kept})")]));
        nodes.push(Self::for_loop(
            format!("for {i} in 0..{turns}"),
            &[format!("{total} = ({total} + {fs}[{i} % 5]({i})) % 100_003")],
        ));
        nodes
    }

    /// A loop that ends early.
    fn search(&mut self, turns: usize) -> Vec<Node> {
        let (found, i) = (self.declare_name(Ty::Int, Binding::Mut), self.fresh());
        let condition = self.with(&[(&i, Ty::Int)], |g| g.expr(Ty::Bool, 2));
        let at = self.rng.below(turns * 2);
        let mut nodes = Self::lines(&[format!("mut {found} = -1"), format!("mut {i} = 0")]);
        let how = self.choose(&["break", "throw error(\"found\")", "break", "{} = {} // 0"]);
        nodes.push(Self::for_loop(
            format!("while {i} < {turns}"),
            &[
                format!("{i} += 1"),
                format!("if {condition} {{ continue }}"),
                format!("{found} = {i}"),
                format!("if {i} > {at} {{ {} }}", how.replace("{}", &found)),
            ],
        ));
        nodes
    }

    fn fill_list(&mut self, turns: usize) -> Vec<Node> {
        let (xs, i) = (self.declare_name(Ty::Mixed, Binding::Mut), self.fresh());
        let names = [(i.as_str(), Ty::Int)];
        let (a, b) =
            (self.with(&names, |g| g.expr(Ty::Int, 1)), self.with(&names, |g| g.leaf(Ty::Any)));
        let at = self.rng.below(turns * 2);
        let mut nodes = vec![Node::Line(format!("mut {xs} = []"))];
        nodes.push(Self::for_loop(
            format!("for {i} in 0..{turns}"),
            &[
                format!("if len({xs}) > 9 {{ {xs}.pop() }}"),
                format!("{xs}.push(if {i} < {at} {{ {a} }} else {{ {b} }})"),
            ],
        ));
        nodes
    }

    /// One of a few sums, multiples, shifts and masks of an int, which may overflow.
    fn small_step(&mut self, x: &str, i: &str) -> String {
        let other = self.choose(&[i, x, "1", "-1", "2", "1_000_000_007"]);
        let c = self.choose(&["2", "3", "5", "-1", "7", "64", "-4_611_686_018_427_387_904"]);
        let step = [
            "{x} // 2",
            "{c} * {x} + 1",
            "{x} + {y}",
            "{x} - {y}",
            "{x} * {c}",
            "{x} * {y}",
            "-{x}",
            "{x} % 1000",
            "{x} & 255",
            "{x} & {y}",
            "{x} | {y}",
            "({x} xor {y})",
            "{x} >> 3",
            "{x} << 1",
            "({x} + {y}) // 2",
            "{x} // 2 + {y} * {c}",
            "abs({x})",
            "min({x}, {y})",
            "{y} - {x} * {c}",
            "{x}",
        ];
        let step = *self.rng.pick(&step);
        step.replace("{x}", x).replace("{y}", &other).replace("{c}", &c)
    }

    /// Branches in ints that compute little.
    fn short_branches(&mut self, turns: usize) -> Vec<Node> {
        let (x, y) =
            (self.declare_name(Ty::Int, Binding::Mut), self.declare_name(Ty::Int, Binding::Mut));
        let i = self.fresh();
        let start = self.choose(&["1", "27", "0", "-5", "4_611_686_018_427_387_903"]);
        let mut nodes = Self::lines(&[format!("mut {x} = {start}"), format!("mut {y} = 1")]);
        let mut body = Vec::new();
        for _ in 0..1 + self.rng.below(3) {
            let into = self.choose(&[&x, &x, &y]);
            let test = self.choose(&[
                "{x} % 2 == 0",
                "{x} < {i}",
                "{x} > {y}",
                "{i} % 3 == 1",
                "{x} >= 0 and {y} < 100",
                "{y} == {x}",
                "{x} & 4 != 0",
            ]);
            let test = test.replace("{x}", &x).replace("{y}", &y).replace("{i}", &i);
            let (first, second) = (self.small_step(&x, &i), self.small_step(&into, &y));
            body.push(match self.rng.below(3) {
                0 => format!("if {test} {{ {into} = {first} }}"),
                1 => format!("if {test} {{ {into} = {first} }} else {{ {into} = {second} }}"),
                _ => format!("{into} = if {test} {{ {first} }} else {{ {second} }}"),
            });
        }
        if !self.rng.one_in(4) {
            body.push(format!("if abs({x} // 2) > 1_000_000_000 {{ {x} = {x} % 1_000_003 }}"));
            body.push(format!("if abs({y} // 2) > 1_000_000_000 {{ {y} = {y} % 1_000_003 }}"));
        }
        nodes.push(Self::for_loop(format!("for {i} in 0..{turns}"), &body));
        nodes
    }

    /// Loops of few turns with one short line, inside another loop.
    fn short_loops(&mut self, turns: usize) -> Vec<Node> {
        let elem =
            *self.rng.pick(&[Elem::Int, Elem::Float, Elem::F32, Elem::I32, Elem::U8, Elem::Bool]);
        let n = 24;
        let a = self.declare_name(Ty::Array(elem), Binding::Mut);
        let total = self.declare_name(Ty::Float, Binding::Mut);
        let (k, i, j) = (self.fresh(), self.fresh(), self.fresh());
        let line = self.choose(&[
            "{a}[{i}] = {a}[{j}]",
            "{a}[{i}] = {a}[{i} + 1]",
            "{t} += {a}[{i}]",
            "{t} = {t} / 2 + {i}",
            "{t} += {a}[{i} * {k} % 7]",
            "{a}[{j}] = {a}[{i}]",
            "{t} += {a}[2 * {i}] * {i}",
            "({a}[{i}], {a}[{j}]) = ({a}[{j}], {a}[{i}])",
            "{t} += {a}[{i} - 1]",
            "{a}[{i}] = {i} < 3",
        ]);
        let line =
            line.replace("{a}", &a).replace("{i}", &i).replace("{j}", &j).replace("{t}", &total);
        let line = line.replace("{k}", &k);
        let from = self.choose(&["0", "1", "{k} % 5"]).replace("{k}", &k);
        let to = self.choose(&["{k} % 11", "{k} % 12 + 1", "9", "{k} % 26"]).replace("{k}", &k);
        let walk = *self.rng.pick(&["{j} += 1", "{j} -= 1", "{j} += 2", "{j} = {i}"]);
        let walk = walk.replace("{i}", &i).replace("{j}", &j);
        let inner = match self.rng.below(4) {
            0 => vec![Self::for_loop(format!("for {i} in {from}..{to}"), &[line, walk])],
            1 => vec![Self::for_loop(format!("for {i} in {from}..={to}"), &[line, walk])],
            2 => {
                let body = [line, walk, format!("{i} += 1")];
                vec![
                    Node::Line(format!("mut {i} = {from}")),
                    Self::for_loop(format!("while {i} < {to}"), &body),
                ]
            }
            _ => {
                let step = 1 + self.rng.below(3);
                let body = [line, walk, format!("{i} -= {step}")];
                vec![
                    Node::Line(format!("mut {i} = {to}")),
                    Self::for_loop(format!("while {i} > {from}"), &body),
                ]
            }
        };
        let mut body = vec![Node::Line(format!("mut {j} = {k} % 5"))];
        body.extend(inner);
        body.push(Node::Line(format!("{total} = ({total} + {j}) % 1000")));
        let mut nodes = Self::lines(&[
            format!("mut {a} = (arange({n}) % 5).astype({})", elem.name()),
            format!("mut {total} = 0.0"),
        ]);
        nodes.push(Node::Block(vec![(format!("for {k} in 0..{}", turns / 8 + 1), body)]));
        nodes
    }
}
