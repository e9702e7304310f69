//! Interactive sessions: what an entry sees of the ones before it.

use quern_frontend::{Diagnostic, Lowered, NoModules, Session, SourceMap, parse};
use quern_ir::function::Imm;
use quern_ir::{Entity, FuncId, GlobalId, Op, Program, text, verify};

struct Repl {
    sources: SourceMap,
    session: Session,
}

impl Repl {
    fn new() -> Repl {
        let session = Session::interactive(&Program::default());
        Repl { sources: SourceMap::new(), session }
    }

    fn try_entry(&mut self, text: &str) -> Result<Lowered, Vec<Diagnostic>> {
        let id = self.sources.add("repl", text);
        let (module, mistakes) = parse(&self.sources, id);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        self.session.lower(&module, &NoModules)
    }

    fn entry(&mut self, text: &str) -> Lowered {
        let lowered = self.try_entry(text).unwrap_or_else(|d| panic!("{text}: {d:?}"));
        for index in lowered.new_functions.clone() {
            let func = &self.session.program().functions[FuncId::new(index as usize)];
            if let Err(error) = verify::verify(func) {
                panic!("{error}\n{}", text::print(func));
            }
        }
        lowered
    }

    fn code(&mut self, text: &str) -> &'static str {
        match self.try_entry(text) {
            Ok(_) => "fine",
            Err(mistakes) => mistakes[0].code,
        }
    }

    /// The globals that a function gets or sets, in order.
    fn globals(&self, id: FuncId, op: Op) -> Vec<GlobalId> {
        let func = &self.session.program().functions[id];
        let insts = func.layout.iter().flat_map(|&block| &func.blocks[block].insts);
        insts
            .filter(|&&inst| func.insts[inst].op == op)
            .filter_map(|&inst| match func.insts[inst].imm {
                Imm::Global(global) => Some(global),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn lets_of_earlier_entries_are_globals() {
    let mut repl = Repl::new();
    let first = repl.entry("let a = 1");
    let set = repl.globals(first.main, Op::GlobalSet);
    let second = repl.entry("a + a");
    let get = repl.globals(second.main, Op::GlobalGet);
    assert_eq!(set.len(), 1);
    assert_eq!(get, [set[0], set[0]]);
    assert_eq!(repl.code("b"), "E0101");
    assert_eq!(repl.session.names().len(), 2, "`a`, and `_` for the last value");
}

#[test]
fn a_function_defined_again_replaces_the_value_its_callers_use() {
    let mut repl = Repl::new();
    let first = repl.entry("fn f() { 1 }");
    let caller = repl.entry("fn g() { f() }");
    let again = repl.entry("fn f() { 2 }");
    let global = repl.globals(first.main, Op::GlobalSet)[0];
    assert_eq!(repl.globals(again.main, Op::GlobalSet), [global]);
    let g = FuncId::new(caller.new_functions.start as usize + 1);
    assert_eq!(repl.globals(g, Op::GlobalGet), [global]);
}

#[test]
fn a_let_declared_again_is_what_functions_see() {
    let mut repl = Repl::new();
    let first = repl.entry("let k = 1; fn f() { k }");
    let again = repl.entry("let k = k + 1");
    let global = repl.globals(again.main, Op::GlobalSet)[0];
    assert!(repl.globals(first.main, Op::GlobalSet).contains(&global));
    assert_eq!(repl.globals(again.main, Op::GlobalGet), [global]);
}

#[test]
fn variables_are_moved_in_and_put_back_also_after_an_error() {
    let mut repl = Repl::new();
    let first = repl.entry("mut a = [1, 2]");
    let global = repl.globals(first.main, Op::GlobalSet)[0];
    let second = repl.entry("a[0] = 5; a[7] = 1");
    assert_eq!(repl.globals(second.main, Op::GlobalGet), [global]);
    // Moved out, put back at the end, and put back in the handler.
    assert_eq!(repl.globals(second.main, Op::GlobalSet), [global; 3]);
    let third = repl.entry("1 + 1");
    assert!(repl.globals(third.main, Op::GlobalGet).is_empty(), "not mentioned, not touched");
}

#[test]
fn functions_do_not_see_variables_of_earlier_entries() {
    let mut repl = Repl::new();
    repl.entry("mut a = 1");
    assert_eq!(repl.code("fn f() { a }"), "E0105");
    assert_eq!(repl.code("let f = () => a"), "E0105");
    repl.entry("let a = a");
    repl.entry("let f = () => a");
}

#[test]
fn a_wrong_entry_changes_nothing() {
    let mut repl = Repl::new();
    repl.entry("let a = 1");
    let functions = repl.session.program().functions.len();
    assert_eq!(repl.code("let a = 2; let c = nothing"), "E0101");
    assert_eq!(repl.session.program().functions.len(), functions);
    assert_eq!(repl.session.names().len(), 2, "`a`, and `_` for the last value");
}

#[test]
fn variables_can_be_declared_again() {
    let mut repl = Repl::new();
    repl.entry("mut a = 1; mut a = 2; a += 1");
    repl.entry("mut a = a + 1; a");
    repl.entry("let a = 3");
    repl.entry("fn f() { a }");
    repl.entry("mut a = 4");
    repl.entry("try { a += 1; mut b = a } catch e { print(e) }");
}
