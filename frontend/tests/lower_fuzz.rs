//! Random programs, right and wrong ones, never panic the lowering, and what is accepted passes the
//! verifier.

use quern_frontend::{Diagnostic, NoModules, Session, SourceMap, parse};
use quern_ir::{Entity, FuncId, Program, text, verify};

/// Writes programs that parse. Every function starts with the variables `a`, `b`, `c`, so most names
/// mean something; `nothing` never does.
struct Writer {
    state: u64,
    /// Statements and expressions that may still be nested.
    fuel: u32,
    out: String,
}

impl Writer {
    fn program(seed: u64) -> String {
        let mut writer = Writer {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            fuel: 60,
            out: "fn f(x, y = 1) { x + y }\nfn g(mut x, ...rest) { x += len(rest) }\n".into(),
        };
        writer.body();
        writer.out
    }

    fn pick(&mut self, n: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % n
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn one_of(&mut self, texts: &[&str]) {
        let text = texts[self.pick(texts.len() as u64) as usize];
        self.put(text);
    }

    fn name(&mut self) {
        self.one_of(&["a", "b", "c", "a", "b", "c", "i", "k", "sum", "f", "nothing"]);
    }

    fn body(&mut self) {
        self.put("mut a = 1\nmut b = [1, 2]\nlet c = {x: 1}\n");
        for _ in 0..self.pick(5) + 1 {
            self.stmt();
        }
    }

    fn block(&mut self) {
        self.put("{\n");
        for _ in 0..self.pick(3) {
            self.stmt();
        }
        self.put("}\n");
    }

    fn place(&mut self) {
        self.one_of(&["a", "b", "b[0]", "b[a, 1..]", "a.x", "a.x[0].y", "c.x", "i"]);
    }

    fn stmt(&mut self) {
        if self.fuel == 0 {
            return self.put("a\n");
        }
        self.fuel -= 1;
        match self.pick(17) {
            0 => {
                self.one_of(&["let ", "mut "]);
                self.one_of(&["k", "a", "(a, k)", "{x}", "[k, ...i]"]);
                self.put(" = ");
                self.expr();
            }
            1 => {
                self.place();
                self.one_of(&[" = ", " += ", " //= "]);
                self.expr();
            }
            2 => {
                self.put("(a, b[0]) = (b[0], ");
                self.expr();
                self.put(")");
            }
            3 => {
                self.one_of(&["for i in ", "for (i, k) in enumerate(", "for (i, k) in zip(b, "]);
                let is_call = self.out.ends_with(['(', ' ']) && !self.out.ends_with("in ");
                self.expr();
                if is_call {
                    self.put(")");
                }
                self.block();
            }
            4 => {
                self.put("while ");
                self.expr();
                self.block();
            }
            5 => {
                self.put("loop ");
                self.block();
            }
            6 => self.put("break"),
            7 => self.put("continue"),
            8 => {
                self.put("return ");
                self.expr();
            }
            9 => {
                self.put("fn k(i, ...c) {\n");
                self.body();
                self.put("}");
            }
            10 => {
                self.put("yield ");
                self.expr();
            }
            11 => {
                self.put("try ");
                self.block();
                self.one_of(&["catch e ", "finally ", "catch "]);
                self.block();
            }
            12 => {
                self.put("try ");
                self.block();
                self.put("catch e ");
                self.block();
                self.put("finally ");
                self.block();
            }
            13 => {
                self.put("throw ");
                self.expr();
            }
            _ => self.expr(),
        }
        self.put("\n");
    }

    fn expr(&mut self) {
        if self.fuel == 0 {
            return self.name();
        }
        self.fuel -= 1;
        match self.pick(19) {
            0 => self.put("1"),
            1 => self.one_of(&["2.5", "\"t\"", "none", "true", "[]", "pi", "io", "newaxis"]),
            2..=4 => self.name(),
            5 => {
                self.put("(");
                self.expr();
                self.one_of(&[" + ", " and ", " or ", " in ", " == ", " ^ "]);
                self.expr();
                self.put(")");
            }
            6 => {
                self.put("not ");
                self.name();
            }
            7 => {
                self.one_of(&["f(", "g(mut a, ", "print(...b, ", "sum(axis: ", "(x => x)(", "a("]);
                self.expr();
                self.put(")");
            }
            8 => {
                self.place();
                self.one_of(&[".push(", ".g(", ".len(", ".f(y: ", ".k("]);
                self.expr();
                self.put(")");
            }
            9 => {
                self.put("g(mut ");
                self.place();
                self.put(", ");
                self.expr();
                self.put(")");
            }
            10 => {
                self.put("((i, k = 2) => ");
                self.expr();
                self.put(")");
            }
            11 => {
                self.put("(() => {\n");
                self.body();
                self.put("})");
            }
            12 => {
                self.put("if ");
                self.expr();
                self.put(" ");
                self.block();
                if self.pick(2) == 0 {
                    self.put("else ");
                    self.block();
                }
            }
            13 => {
                self.put("match ");
                self.name();
                self.put(" {\n");
                for _ in 0..self.pick(4) + 1 {
                    self.one_of(&[
                        "1 | 2",
                        "[k, ...i]",
                        "(1, k) | (k, 2)",
                        "{x: k, y}",
                        "str",
                        "k if k",
                        "_",
                    ]);
                    self.put(" => ");
                    self.expr();
                    self.put("\n");
                }
                self.put("}");
            }
            14 => {
                self.put("async ");
                self.block();
            }
            15 => {
                self.put("f\"{");
                self.name();
                self.put(":.2f}\"");
            }
            16 => {
                self.put("{x: ");
                self.expr();
                self.put(", ...c}");
            }
            17 => {
                self.put("b[");
                self.expr();
                self.put(", .., newaxis]");
            }
            _ => {
                self.put("[1, ");
                self.expr();
                self.put(", ...b]");
            }
        }
    }
}

/// How many programs of so many were lowered without a mistake.
fn lower_all(seeds: std::ops::Range<u64>, session: &Session) -> usize {
    let mut accepted = 0;
    for seed in seeds {
        let program = Writer::program(seed);
        let mut sources = SourceMap::new();
        let id = sources.add("fuzz.qn", program.as_str());
        let (module, mistakes) = parse(&sources, id);
        if mistakes.iter().any(Diagnostic::is_error) {
            let _ = session.mistakes(&module, mistakes, &NoModules);
            continue;
        }
        let mut session = session.clone();
        let Ok(lowered) = session.lower(&module, &NoModules) else { continue };
        accepted += 1;
        for index in lowered.new_functions {
            let func = &session.program().functions[FuncId::new(index as usize)];
            if let Err(error) = verify::verify(func) {
                panic!("seed {seed}: {error}\n{}\n{program}", text::print(func));
            }
        }
    }
    accepted
}

#[test]
fn random_programs() {
    let count = std::env::var("LOWER_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let script = lower_all(0..count, &Session::with_prelude(&Program::default()));
    let entry = lower_all(0..count, &Session::interactive(&Program::default()));
    println!("{script} scripts and {entry} entries of {count} were right");
    assert!(script * 50 > count as usize, "only {script} scripts were right");
    assert!(entry * 50 > count as usize, "only {entry} entries were right");
}

#[test]
fn deep_programs_lower_on_a_small_stack() {
    let deep = |open: &str, inner: &str, close: &str, n: usize| {
        format!("let a = 1\nlet r = {}{inner}{}\n", open.repeat(n), close.repeat(n))
    };
    for n in [100, 200, 400, 900] {
        for program in [
            deep("(", "a", ")", n),
            deep("[", "a", "]", n),
            deep("sum(", "a", ")", n),
            deep("a + (", "a", ")", n),
            deep("x => ", "a", "", n),
            deep("if true { ", "a", " } else { 1 }", n),
            deep("try { ", "a", " } finally { }", n),
            deep("try { } finally { ", "a", " }", n),
            deep("{x: ", "a", "}", n),
            deep("a and ", "a", "", n),
            deep("", "a", ".f()", n),
            deep("", "a", "[0]", n),
            deep("", "a", " |> f", n),
            deep("", "a", " ^ 2", n),
        ] {
            let mut sources = SourceMap::new();
            let id = sources.add("deep.qn", program.as_str());
            let (module, mistakes) = parse(&sources, id);
            let mut session = Session::with_prelude(&Program::default());
            match mistakes.is_empty() {
                true => drop(session.lower(&module, &NoModules)),
                false => drop(session.mistakes(&module, mistakes, &NoModules)),
            }
        }
    }
}
