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
        let nodes = match self.rng.below(8) {
            0 => self.generator_of_numbers(turns),
            1 => self.sieve(turns),
            2 => self.prefix_sums(turns),
            3 => self.matrix_sweep(turns),
            4 => self.type_change(turns),
            5 => self.closures(turns),
            6 => self.search(turns),
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
}
