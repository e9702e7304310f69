//! Passes over functions; `README.md` beside this file says what holds between them.

pub mod arrays;
pub mod cse;
pub mod dce;
mod duplicate;
pub mod edit;
pub mod fold;
pub mod fuse;
pub mod inline;
pub mod lend;
pub mod licm;
pub mod order;
pub mod outline;
pub mod ownership;
mod preheader;
pub mod promote;
mod proof;
pub mod ranges;
pub mod rotate;
pub mod select;
pub mod simplify_cfg;
pub mod specialize;
pub mod unit;
pub mod unroll;
pub mod unshare;
pub mod version;

use crate::function::Function;
use crate::verify::debug_verify;

pub use outline::{LoopCode, outline};
pub use promote::promote;
pub use specialize::{World, specialize, specialize_loop};
pub use unit::{LoopExit, LoopFrame, Reject, Spec, SpecId, Unit, Variable, print_unit};

/// Optimises every function of a unit and makes ownership explicit.
pub fn optimize(unit: &mut Unit) {
    for id in inline::callees_first(unit) {
        scalars(&mut unit.specs[id].body);
        if inline::inline_calls(unit, id) {
            debug_verify(&unit.specs[id].body, "inline");
            scalars(&mut unit.specs[id].body);
        }
    }
    inline::drop_unused(unit);
    // Only now, so that no loop is worked on twice and what is copied is not copied again.
    for spec in unit.specs.values_mut() {
        loops(&mut spec.body);
    }
    let lent = lend::lent_params(unit);
    let mut results = ownership::ResultCounts::new();
    unit.specs.values().for_each(|spec| _ = results.push(spec.result.leaves().len()));
    for id in unit.specs.keys() {
        let spec = &mut unit.specs[id];
        spec.lent = lent[id].clone();
        run("ownership", &mut spec.body, |func| {
            ownership::insert_ownership(func, &spec.lent, &lent, &results);
        });
    }
}

/// What is known without looking at loops.
fn scalars(func: &mut Function) {
    run("simplify_cfg", func, simplify_cfg::simplify_cfg);
    run("cse", func, cse::cse);
    run("simplify_cfg", func, simplify_cfg::simplify_cfg);
    run("dce", func, dce::dce);
}

fn loops(func: &mut Function) {
    run("unshare", func, unshare::unshare);
    run("cse", func, cse::cse);
    run("licm", func, licm::licm);
    // What the first round decides lets more be shared, and so more be decided.
    for _ in 0..2 {
        run("ranges", func, ranges::ranges);
        scalars(func);
    }
    run("licm", func, licm::licm);
    run("cse", func, cse::cse);
    if run("version", func, version::version) {
        scalars(func);
        run("licm", func, licm::licm);
    }
    run("select", func, select::select);
    run("rotate", func, rotate::rotate);
    run("simplify_cfg", func, simplify_cfg::simplify_cfg);
    if run("unroll", func, unroll::unroll) {
        run("simplify_cfg", func, simplify_cfg::simplify_cfg);
    }
    run("dce", func, dce::dce);
    run("fuse", func, fuse::fuse);
    run("order", func, order::order);
}

/// One pass, with the verifier behind it in debug builds.
fn run<T>(name: &str, func: &mut Function, pass: impl FnOnce(&mut Function) -> T) -> T {
    let answer = pass(func);
    debug_verify(func, name);
    answer
}
