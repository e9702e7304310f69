//! Statements.

use super::{Binding, Body, Elem, Generator, Kind, Node, Ty, WORK_LIMIT, print};

/// Turns of a loop over the elements of a value, as they are reckoned.
const WALK: usize = 20;

impl Generator {
    pub(super) fn statements(&mut self, depth: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for _ in 0..2 + self.rng.below(3) {
            nodes.extend(self.statement(depth));
        }
        nodes
    }

    /// A block with its own names.
    pub(super) fn block(&mut self, depth: usize) -> Vec<Node> {
        let in_sight = self.vars.len();
        let nodes = self.statements(depth);
        self.vars.truncate(in_sight);
        nodes
    }

    pub(super) fn declare(&mut self) -> Vec<Node> {
        let ty = self.ty();
        let value = self.expr(ty, 2);
        let binding = if self.rng.one_in(3) { Binding::Let } else { Binding::Mut };
        let name = self.declare_name(ty, binding);
        let word = if binding == Binding::Mut { "mut" } else { "let" };
        self.line(format!("{word} {name} = {value}"))
    }

    fn statement(&mut self, depth: usize) -> Vec<Node> {
        match self.rng.below(if depth == 0 { 17 } else { 27 }) {
            0 | 1 => self.declare(),
            2..=5 => self.assign(),
            6 | 7 => self.assign_element(),
            8 => self.assign_slice(),
            9 => self.mut_call(),
            10 => self.leave(),
            11 => self.container_change(),
            12 => self.assign_field(),
            13 => self.report(),
            14 => self.swap(),
            15 => self.copy_between_writes(),
            16 => self.store_somewhere(),
            17 | 18 => self.branch(depth - 1),
            19..=21 => self.repeat(depth - 1),
            22 => self.try_block(depth - 1),
            23 => self.match_block(depth - 1),
            24 => self.walk(depth - 1),
            _ => self.hot_loop(),
        }
    }

    fn assign(&mut self) -> Vec<Node> {
        let ty = self.ty();
        let Some(var) = self.mutable(|t| t == ty) else { return self.declare() };
        let name = var.name;
        let text = match ty {
            Ty::Int if self.rng.one_in(2) => {
                let value = self.expr(Ty::Int, 2);
                format!("{name} = ({name} + {value}) % 1_000_003")
            }
            Ty::Int | Ty::Float | Ty::Number | Ty::F32 | Ty::Complex if self.rng.one_in(2) => {
                let op = self.choose(&["+=", "-=", "*="]);
                format!("{name} {op} {}", self.expr(ty, 2))
            }
            Ty::Array(_) | Ty::Matrix(_) if self.rng.one_in(3) => {
                let op = self.choose(&["+=", "*="]);
                format!("{name} {op} {}", self.leaf(Ty::Int))
            }
            _ => format!("{name} = {}", self.expr(ty, 2)),
        };
        self.line(text)
    }

    fn assign_element(&mut self) -> Vec<Node> {
        let Some(var) = self.mutable(|t| matches!(t, Ty::Array(_) | Ty::Matrix(_) | Ty::List))
        else {
            return self.declare();
        };
        let (place, element) = match var.ty {
            Ty::Matrix(elem) => {
                let (row, column) = (self.index(&var.name), self.leaf(Ty::Int));
                (format!("{}[{row}, {column} % 2]", var.name), elem.scalar())
            }
            Ty::Array(elem) => (format!("{}[{}]", var.name, self.index(&var.name)), elem.scalar()),
            _ => (format!("{}[{}]", var.name, self.index(&var.name)), Ty::Int),
        };
        let op = match element {
            Ty::Bool => "=".to_owned(),
            _ => self.choose(&["=", "=", "+=", "-=", "*="]),
        };
        let value = match var.ty {
            // Most ints do not fit.
            Ty::Array(Elem::U8) => format!("{} % 100", self.parens(Ty::Int, 2)),
            _ => self.expr(element, 2),
        };
        self.line(format!("{place} {op} {value}"))
    }

    /// A copy of a container that is written before and after, by either name.
    fn copy_between_writes(&mut self) -> Vec<Node> {
        let is_container = |t| {
            matches!(t, Ty::Array(_) | Ty::Matrix(_) | Ty::List | Ty::Mixed | Ty::Dict | Ty::Record)
        };
        let Some(var) = self.mutable(is_container) else { return self.declare() };
        let mut nodes = self.write(&var);
        let copy = self.declare_name(var.ty, Binding::Mut);
        nodes.extend(self.line(format!("mut {copy} = {}", var.name)));
        let changed = if self.rng.one_in(2) { copy } else { var.name };
        let changed = super::Var { name: changed, ty: var.ty, binding: Binding::Mut };
        nodes.extend(self.write(&changed));
        nodes
    }

    /// Changes an item of a container.
    fn write(&mut self, var: &super::Var) -> Vec<Node> {
        let name = &var.name;
        let text = match var.ty {
            Ty::Array(Elem::U8) => format!("{name}[{}] = 7", self.rng.below(3)),
            Ty::Array(elem) => {
                format!("{name}[{}] = {}", self.rng.below(3), self.leaf(elem.scalar()))
            }
            Ty::Matrix(elem) => format!("{name}[0, 1] = {}", self.leaf(elem.scalar())),
            Ty::Dict => format!("{name}[{}] = {}", self.key(), self.leaf(Ty::Int)),
            Ty::Record => format!("{name}.x = {}", self.leaf(Ty::Int)),
            Ty::Mixed => format!("{name}[0] = {}", self.leaf(Ty::Any)),
            _ => format!("{name}[0] = {}", self.leaf(Ty::Int)),
        };
        self.line(text)
    }

    /// A store that seldom fits, into a value that others may hold too.
    fn store_somewhere(&mut self) -> Vec<Node> {
        let Some(var) = self.mutable(|t| matches!(t, Ty::Any | Ty::Mixed)) else {
            return self.declare();
        };
        let name = var.name;
        let place = self.choose(&["[0]", "[5]", "[1][0]", "[-1]", "[0..2]"]);
        let kept = self.declare_name(var.ty, Binding::Let);
        let mut nodes = self.line(format!("let {kept} = {name}"));
        let value = self.leaf(Ty::Any);
        nodes.extend(self.line(format!("try {{ {name}{place} = {value} }} catch _ {{ none }}")));
        nodes
    }

    fn assign_slice(&mut self) -> Vec<Node> {
        let Some(var) = self.mutable(|t| matches!(t, Ty::Array(_) | Ty::Matrix(_))) else {
            return self.declare();
        };
        let (elem, name) = match var.ty {
            Ty::Array(elem) | Ty::Matrix(elem) => (elem, var.name),
            _ => return self.declare(),
        };
        let scalar = self.expr(elem.scalar(), 1);
        let text = match (var.ty, self.rng.below(4)) {
            (Ty::Matrix(_), 0) => format!("{name}[{}] = {scalar}", self.index(&name)),
            (Ty::Matrix(_), 1) => format!("{name}[.., 0] = {scalar}"),
            (Ty::Matrix(_), 2) => format!("{name}[0] = {name}[-1]"),
            (Ty::Matrix(_), _) => format!("{name}[..1, 1..] += {scalar}"),
            (_, 0) => format!("{name}[..2] = {scalar}"),
            (_, 1) => format!("{name}[0..2] = {name}[-2..]"),
            (_, 2) => format!("{name}[{name} == {name}[0]] = {scalar}"),
            _ => format!("{name}[0..len({name}) by 2] = {scalar}"),
        };
        self.line(text)
    }

    fn assign_field(&mut self) -> Vec<Node> {
        let Some(var) = self.mutable(|t| t == Ty::Record) else { return self.declare() };
        let name = var.name;
        let text = match self.rng.below(3) {
            0 => format!("{name}.x = {}", self.expr(Ty::Int, 2)),
            1 => format!("{name}.y += {}", self.expr(Ty::Float, 2)),
            _ => format!("{name} = {{...{name}, y: {}}}", self.expr(Ty::Float, 2)),
        };
        self.line(text)
    }

    /// A call of a function with `mut` parameters, for its effect.
    fn mut_call(&mut self) -> Vec<Node> {
        let affordable = |f: &&super::Func| self.work + f.work * self.turns < WORK_LIMIT;
        let fits: Vec<super::Func> = self
            .funcs
            .iter()
            .filter(affordable)
            .filter(|f| f.params.iter().any(|p| p.mutable))
            .cloned()
            .collect();
        if fits.is_empty() {
            return self.assign();
        }
        let func = self.rng.pick(&fits).clone();
        let Some(call) = self.call(&func) else { return self.declare() };
        self.work += func.work * self.turns;
        self.line(call)
    }

    fn container_change(&mut self) -> Vec<Node> {
        let Some(var) = self.mutable(|t| matches!(t, Ty::List | Ty::Mixed | Ty::Dict)) else {
            return self.declare();
        };
        let name = var.name;
        let item = if var.ty == Ty::Mixed { Ty::Any } else { Ty::Int };
        let text = match (var.ty, self.rng.below(4)) {
            (Ty::Dict, 0) => format!("{name}[{}] = {}", self.key(), self.expr(Ty::Int, 1)),
            (Ty::Dict, 1) => format!("{name}[{}] += {}", self.key(), self.expr(Ty::Int, 1)),
            (Ty::Dict, 2) => format!("{name}.remove({})", self.key()),
            (Ty::Dict, _) => {
                let key = self.key();
                format!("{name}[{key}] = {name}.get({key}, 0) + 1")
            }
            (_, 0) => format!("if len({name}) < 50 {{ {name}.push({}) }}", self.expr(item, 1)),
            (_, 1) => format!("if len({name}) > 1 {{ {name}.pop() }}"),
            (_, 2) => format!("{name}[{}] = {}", self.index(&name), self.expr(item, 1)),
            _ => format!("{name} = list([{}])", self.expr(item, 1)),
        };
        self.line(text)
    }

    /// Prints something, in a loop that turns often only now and then.
    fn report(&mut self) -> Vec<Node> {
        let ty = self.ty();
        let value = self.expr(if ty == Ty::Fn { Ty::Int } else { ty }, 2);
        if self.turns <= 10 && self.body == Body::TopLevel {
            return vec![print(&value)];
        }
        match self.var(Ty::Int) {
            Some(name) => {
                let chosen = self.rng.below(5);
                self.line(format!("if {name} == {chosen} {{ print({value}) }}"))
            }
            None => self.assign(),
        }
    }

    fn swap(&mut self) -> Vec<Node> {
        let Some(first) = self.mutable(|t| t != Ty::Fn) else { return self.declare() };
        let Some(second) = self.mutable(|t| t == first.ty) else { return self.declare() };
        if first.name == second.name {
            return self.assign();
        }
        let (a, b) = (first.name, second.name);
        self.line(format!("({a}, {b}) = ({b}, {a})"))
    }

    /// `break`, `continue`, `return` or `throw`, under a condition.
    fn leave(&mut self) -> Vec<Node> {
        let condition = self.expr(Ty::Bool, 2);
        let how = match (self.rng.below(4), self.body) {
            (0, _) if self.loops > 0 => "break".to_owned(),
            (1, _) if self.loops > 0 => "continue".to_owned(),
            (2, Body::Function(ty)) => format!("return {}", self.expr(ty, 2)),
            (2, Body::Generator(ty)) => format!("yield {}", self.expr(ty, 2)),
            (3, _) if self.rng.one_in(3) => "throw error(\"thrown\", kind: \"Mine\")".to_owned(),
            _ => return self.assign(),
        };
        self.line(format!("if {condition} {{ {how} }}"))
    }

    fn branch(&mut self, depth: usize) -> Vec<Node> {
        let mut arms = vec![(format!("if {}", self.expr(Ty::Bool, 2)), self.block(depth))];
        if self.rng.one_in(3) {
            arms.push((format!("else if {}", self.expr(Ty::Bool, 2)), self.block(depth)));
        }
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
        let wanted = *self.rng.pick(&[3, 10, 60, 400, 2_500]);
        let left = WORK_LIMIT.saturating_sub(self.work) / self.turns / 30;
        wanted.min(left).max(1)
    }

    fn repeat(&mut self, depth: usize) -> Vec<Node> {
        let turns = self.loop_turns();
        if self.rng.one_in(3) {
            let in_sight = self.vars.len();
            let name = self.declare_name(Ty::Int, Binding::Counter);
            let mut body = vec![Node::Line(format!("{name} += 1"))];
            body.extend(self.loop_body(turns, depth));
            self.vars.truncate(in_sight);
            let head = format!("while {name} < {turns}");
            return vec![Node::Line(format!("mut {name} = 0")), Node::Block(vec![(head, body)])];
        }
        let range = match self.rng.below(6) {
            0 => format!("0..={}", turns - 1),
            1 => format!("{}..0 by -2", turns * 2),
            2 => format!("{}..{}", -(turns as i64) / 2, turns as i64 / 2 + 1),
            3 if self.wild > 0 => {
                let last = self.choose(&["9223372036854775807", "9223372036854775806"]);
                format!("{}..={last}", i64::MAX - turns as i64)
            }
            4 if self.wild > 0 => format!("{}..{} by -1", i64::MIN + turns as i64, i64::MIN + 1),
            _ => format!("0..{turns}"),
        };
        let in_sight = self.vars.len();
        let name = self.declare_name(Ty::Int, Binding::Let);
        let body = self.loop_body(turns, depth);
        self.vars.truncate(in_sight);
        vec![Node::Block(vec![(format!("for {name} in {range}"), body)])]
    }

    /// A loop over the elements of a value, or the items of a generator.
    fn walk(&mut self, depth: usize) -> Vec<Node> {
        let (subject, element) = match self.walkable() {
            Some(found) => found,
            None => return self.repeat(depth),
        };
        let in_sight = self.vars.len();
        let head = if self.rng.one_in(4) {
            let index = self.declare_name(Ty::Int, Binding::Let);
            let name = self.declare_name(element, Binding::Let);
            format!("for ({index}, {name}) in enumerate({subject})")
        } else {
            let name = self.declare_name(element, Binding::Let);
            format!("for {name} in {subject}")
        };
        let body = self.loop_body(WALK, depth);
        self.vars.truncate(in_sight);
        vec![Node::Block(vec![(head, body)])]
    }

    fn walkable(&mut self) -> Option<(String, Ty)> {
        let generators: Vec<super::Func> = self
            .funcs
            .iter()
            .filter(|f| f.kind == Kind::Generator && f.params.iter().all(|p| !p.mutable))
            .filter(|f| self.work + f.work * self.turns < WORK_LIMIT)
            .cloned()
            .collect();
        if !generators.is_empty() && self.rng.one_in(2) {
            let func = self.rng.pick(&generators).clone();
            self.work += func.work * self.turns;
            let call = self.call(&func)?;
            let lazy = call.strip_prefix("collect(")?.strip_suffix(')')?.to_owned();
            return Some((lazy, func.result));
        }
        let walks = |ty: Ty| {
            matches!(ty, Ty::Array(_) | Ty::Matrix(Elem::Int) | Ty::List | Ty::Mixed | Ty::Str)
        };
        let fits: Vec<super::Var> = self.vars.iter().filter(|v| walks(v.ty)).cloned().collect();
        if fits.is_empty() {
            return None;
        }
        let var = self.rng.pick(&fits).clone();
        let element = match var.ty {
            Ty::Array(elem) => elem.scalar(),
            Ty::Matrix(elem) => Ty::Array(elem),
            Ty::Mixed => Ty::Any,
            Ty::Str => Ty::Str,
            _ => Ty::Int,
        };
        // Hot loops make some of hundreds of elements.
        let may_be_long = self.turns * 20 > WALK && !matches!(var.ty, Ty::Matrix(_));
        let subject = if may_be_long { format!("{}[..{WALK}]", var.name) } else { var.name };
        Some((subject, element))
    }

    fn try_block(&mut self, depth: usize) -> Vec<Node> {
        let body = self.block(depth);
        let mut handler = self.block(0);
        if let Some(var) = self.mutable(|t| matches!(t, Ty::Str | Ty::Any)) {
            let told = "{e.kind} {e.message} {e.hint} {e.line} {e.trace}";
            handler.push(Node::Line(format!("{} = f\"{told}\"", var.name)));
        }
        if self.rng.one_in(6) {
            handler.push(Node::Line(format!("if {} {{ throw e }}", self.expr(Ty::Bool, 1))));
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
        let (subject, heads): (String, &[&str]) = match self.rng.below(4) {
            0 => (self.leaf(Ty::Any), &["1 =>", "2.5 | \"t\" =>", "none =>", "str =>", "_ =>"]),
            1 => (self.leaf(Ty::Mixed), &["[] =>", "[h] =>", "[h, ...r] =>", "_ =>"]),
            2 => (self.leaf(Ty::Record), &["{x: 0, y} =>", "{x} if x > 1 =>", "_ =>"]),
            _ => (format!("{} % 4", self.parens(Ty::Int, 2)), &["0 =>", "1 | 2 =>", "_ =>"]),
        };
        let mut arms = Vec::new();
        for head in heads {
            arms.push(Node::Block(vec![((*head).to_owned(), self.block(depth))]));
        }
        vec![Node::Block(vec![(format!("match {subject}"), arms)])]
    }
}
