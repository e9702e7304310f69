//! Functions and the calls that make them hot.

use super::{
    Binding, Body, CAUGHT, Func, Generator, Kind, Node, Param, Ty, Var, WORK_LIMIT, print,
};

/// The first argument of a recursive function, and of a generator the most items.
const DEPTH: usize = 9;

impl Generator {
    pub(super) fn function(&mut self) -> Node {
        let kind = *self.rng.pick(&[
            Kind::Plain,
            Kind::Plain,
            Kind::Plain,
            Kind::Recursive,
            Kind::Generator,
        ]);
        let name = format!("f{}", self.funcs.len());
        let result = self.ty();
        let outer_vars = std::mem::take(&mut self.vars);
        let outer_work = std::mem::replace(&mut self.work, 0);
        let (head, params) = self.params();
        let counter = (kind != Kind::Plain).then(|| self.fresh());
        self.body = match kind {
            Kind::Plain | Kind::Recursive => Body::Function(result),
            Kind::Generator => Body::Generator(result),
        };
        let (body, mut work) = match &counter {
            None => self.plain_body(result),
            Some(counter) if kind == Kind::Recursive => {
                self.recursive_body(&name, &params, counter, result)
            }
            Some(counter) => self.generator_body(counter, result),
        };
        self.body = Body::TopLevel;
        self.vars = outer_vars;
        self.work = outer_work;
        work += 1;
        let head = match counter {
            Some(counter) if head.is_empty() => counter,
            Some(counter) => format!("{counter}, {head}"),
            None => head,
        };
        self.funcs.push(Func { name: name.clone(), kind, params, result, work });
        Node::Block(vec![(format!("fn {name}({head})"), body)])
    }

    /// Parameters, which are then in sight.
    fn params(&mut self) -> (String, Vec<Param>) {
        let mut head = Vec::new();
        let mut params = Vec::new();
        let count = 1 + self.rng.below(3);
        for i in 1..=count {
            let ty = self.ty();
            let mutable = self.rng.one_in(5);
            let has_default = i == count && self.rng.one_in(3);
            // What stands before it is in sight.
            let default = if has_default { self.expr(ty, 1) } else { String::new() };
            let name = self.declare_name(ty, if mutable { Binding::Mut } else { Binding::Let });
            head.push(match (mutable, has_default) {
                (true, false) => format!("mut {name}"),
                (true, true) => format!("mut {name} = {default}"),
                (false, true) => format!("{name} = {default}"),
                (false, false) => name.clone(),
            });
            params.push(Param { name, ty, mutable, has_default });
        }
        (head.join(", "), params)
    }

    fn plain_body(&mut self, result: Ty) -> (Vec<Node>, usize) {
        let depth = 1 + self.rng.below(3);
        let mut body = self.statements(depth);
        body.push(Node::Line(self.expr(result, 3)));
        (body, self.work)
    }

    fn recursive_body(
        &mut self,
        name: &str,
        params: &[Param],
        counter: &str,
        result: Ty,
    ) -> (Vec<Node>, usize) {
        self.vars.push(Var { name: counter.to_owned(), ty: Ty::Int, binding: Binding::Let });
        let twice = self.rng.one_in(3);
        let calls = if twice { 1 << DEPTH } else { DEPTH };
        self.turns *= calls;
        let base = self.expr(result, 1);
        let mut body = vec![Node::Line(format!("if {counter} <= 0 {{ return {base} }}"))];
        let depth = self.rng.below(2);
        body.extend(self.statements(depth));
        for _ in 0..=usize::from(twice) {
            let Some(args) = self.arguments(params) else { continue };
            let again = self.fresh();
            body.push(Node::Line(format!("let {again} = {name}({counter} - 1{args})")));
            self.vars.push(Var { name: again, ty: result, binding: Binding::Let });
        }
        body.push(Node::Line(self.expr(result, 2)));
        self.turns /= calls;
        (body, self.work + calls)
    }

    fn generator_body(&mut self, counter: &str, item: Ty) -> (Vec<Node>, usize) {
        let depth = self.rng.below(2);
        let mut body = self.statements(depth);
        let index = self.fresh();
        let in_sight = self.vars.len();
        self.vars.push(Var { name: index.clone(), ty: Ty::Int, binding: Binding::Let });
        self.turns *= DEPTH;
        self.loops += 1;
        let mut turn = self.statements(1);
        turn.push(Node::Line(format!("yield {}", self.expr(item, 2))));
        self.loops -= 1;
        self.turns /= DEPTH;
        self.vars.truncate(in_sight);
        body.push(Node::Block(vec![(format!("for {index} in 0..{counter}"), turn)]));
        (body, self.work)
    }

    /// Calls of a function from the top level: a few cold ones, then many.
    pub(super) fn calls(&mut self, index: usize) -> Vec<Node> {
        let func = self.funcs[index].clone();
        let mut nodes = Vec::new();
        for param in func.params.iter().filter(|p| p.mutable) {
            let value = self.leaf(param.ty);
            let name = self.declare_name(param.ty, Binding::Mut);
            nodes.push(Node::Line(format!("mut {name} = {value}")));
        }
        for _ in 0..2 {
            if let Some(call) = self.call(&func) {
                nodes.push(print(&format!("try {{ {call} }} catch e {{ {CAUGHT} }}")));
            }
        }
        let turns = (WORK_LIMIT / 6 / func.work.max(1)).min(2_500);
        if turns < 2 {
            return nodes;
        }
        let last = self.fresh();
        let in_sight = self.vars.len();
        let counter = self.declare_name(Ty::Int, Binding::Let);
        let call = self.call(&func);
        self.vars.truncate(in_sight);
        let Some(call) = call else { return nodes };
        let body = Node::Block(vec![
            ("try".to_owned(), vec![Node::Line(format!("{last} = {call}"))]),
            ("catch e".to_owned(), vec![Node::Line(format!("{last} = {CAUGHT}"))]),
        ]);
        nodes.push(Node::Line(format!("mut {last} = none")));
        nodes.push(Node::Block(vec![(format!("for {counter} in 0..{turns}"), vec![body])]));
        if func.result != Ty::Fn {
            nodes.push(print(&last));
        }
        nodes
    }

    /// A call, if all `mut` parameters find a variable. A generator is collected.
    pub(super) fn call(&mut self, func: &Func) -> Option<String> {
        let args = self.arguments(&func.params)?;
        let counter = self.rng.below(DEPTH + 1);
        Some(match func.kind {
            Kind::Plain => format!("{}({})", func.name, args.trim_start_matches(", ")),
            Kind::Recursive => format!("{}({counter}{args})", func.name),
            Kind::Generator => format!("collect({}({counter}{args}))", func.name),
        })
    }

    /// Arguments, each with a comma before it.
    fn arguments(&mut self, params: &[Param]) -> Option<String> {
        let mut text = String::new();
        let mut passed: Vec<String> = Vec::new();
        for param in params {
            let argument = if param.has_default && self.rng.one_in(3) {
                continue;
            } else if param.mutable {
                let free = |v: &&Var| {
                    v.ty == param.ty && v.binding == Binding::Mut && !passed.contains(&v.name)
                };
                let name = self.vars.iter().rev().find(free)?.name.clone();
                passed.push(name.clone());
                format!("mut {name}")
            } else if param.has_default && self.rng.one_in(2) {
                format!("{}: {}", param.name, self.expr(param.ty, 1))
            } else {
                self.expr(param.ty, 1)
            };
            text.push_str(", ");
            text.push_str(&argument);
        }
        Some(text)
    }

    /// A call of a function for its value, where the work allows it.
    pub(super) fn function_call(&mut self, result: Ty) -> Option<String> {
        if self.in_lambda {
            return None;
        }
        let affordable =
            |f: &&Func| f.result == result && self.work + f.work * self.turns < WORK_LIMIT;
        let fits: Vec<Func> = self
            .funcs
            .iter()
            .filter(affordable)
            .filter(|f| f.kind != Kind::Generator && f.params.iter().all(|p| !p.mutable))
            .cloned()
            .collect();
        if fits.is_empty() {
            return None;
        }
        let func = self.rng.pick(&fits).clone();
        self.work += func.work * self.turns;
        self.call(&func)
    }
}
