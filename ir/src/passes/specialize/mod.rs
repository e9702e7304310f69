//! From generic to typed code: abstract interpretation from the types at entry.
//!
//! A function is translated under assumptions: the types of its blocks' parameters and the results of
//! the functions it calls. Translation finds the types that really flow; where they are wider than
//! assumed, the assumptions widen and the function is translated again, until nothing changes. So the
//! rules of typing and the code they justify stand in one place (`scalar`, `places`, `calls`, ...).
//!
//! Every (function, argument types, arguments given) met on the way is a specialisation of its own;
//! recursion starts from a result type of `never`. Composite values are taken apart into leaves. What
//! is not known stays a generic op on boxed values.

mod builtins;
mod calls;
mod checks;
mod dispatch;
mod emit;
mod iteration;
mod places;
mod scalar;
mod values;

use super::edit::remove_trivial_params;
use super::outline::LoopCode;
use super::promote::promote;
use super::unit::{Reject, Spec, SpecId, Unit};
use crate::analysis::ControlFlow;
use crate::builtins::Builtin;
use crate::entities::{Entity, EntityVec, FuncId, GlobalId};
use crate::function::{Function, Imm};
use crate::ops::Op;
use crate::types::Ty;
use crate::verify::debug_verify;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What specialisation asks of the program and the run.
pub trait World {
    /// A function as it was lowered.
    fn function(&self, id: FuncId) -> Arc<Function>;
    /// The type of a top-level `let` that is set, and its value if that is a number or bool.
    fn global(&self, id: GlobalId) -> Option<(Ty, Option<Imm>)>;
    /// The function behind a builtin that is written in Quern.
    fn prelude(&self, builtin: Builtin) -> Option<FuncId>;
}

/// Most specialisations of one unit.
const MAX_SPECS: usize = 200;
/// Specialisations of one function after which composite arguments are boxed, and after which all are.
const MANY_SPECS: usize = 12;
const TOO_MANY_SPECS: usize = 24;
/// Instructions of a function that is too long to compile.
const MAX_INSTS: usize = 20_000;
/// How deep types of types are followed.
const MAX_TYPE_DEPTH: usize = 5;
/// Most leaves of one value.
const MAX_LEAVES: usize = 24;
/// How deep calls are followed at once; deeper ones wait in the queue.
const MAX_DEPTH: usize = 40;

/// The unit for a function called with arguments of these types: the declared parameters, then the
/// captures; `Never` for an argument that is not given.
///
/// # Errors
/// Why it is left to the interpreter.
pub fn specialize(world: &dyn World, func: FuncId, args: &[Ty]) -> Result<Unit, Reject> {
    let mut specializer = Specializer::new(world);
    let entry = specializer.spec(func, args.to_vec());
    specializer.finish(entry, None)
}

/// The unit for a loop; `args` are the types of the variables of `code.frame.live_ins`.
///
/// # Errors
/// Why it is left to the interpreter.
pub fn specialize_loop(
    world: &dyn World,
    func: FuncId,
    code: &LoopCode,
    args: &[Ty],
) -> Result<Unit, Reject> {
    let mut specializer = Specializer::new(world);
    let promoted = Arc::new(promote(&code.function));
    let args = args.iter().map(limited).collect();
    let entry = specializer.add(func, promoted, args);
    specializer.finish(entry, Some(code))
}

struct Specializer<'w> {
    world: &'w dyn World,
    specs: EntityVec<SpecId, State>,
    by_key: HashMap<(FuncId, Vec<Ty>), SpecId>,
    per_function: HashMap<FuncId, usize>,
    promoted: HashMap<FuncId, Arc<Function>>,
    queue: Vec<SpecId>,
    depth: usize,
}

/// A specialisation being found out.
struct State {
    source: FuncId,
    code: Arc<Function>,
    params: Vec<Ty>,
    result: Ty,
    outs: Vec<Ty>,
    /// What the parameters of each block of `code` are assumed to be; `None` for a block not reached.
    block_tys: Vec<Option<Vec<Ty>>>,
    /// Types of the operands of each `exit` seen.
    exits: HashMap<i64, Vec<Ty>>,
    body: Option<Function>,
    callers: BTreeSet<SpecId>,
    is_running: bool,
    is_stale: bool,
}

impl<'w> Specializer<'w> {
    fn new(world: &'w dyn World) -> Self {
        Specializer {
            world,
            specs: EntityVec::new(),
            by_key: HashMap::new(),
            per_function: HashMap::new(),
            promoted: HashMap::new(),
            queue: Vec::new(),
            depth: 0,
        }
    }

    fn code(&mut self, id: FuncId) -> Arc<Function> {
        if let Some(code) = self.promoted.get(&id) {
            return code.clone();
        }
        let code = Arc::new(promote(&self.world.function(id)));
        self.promoted.insert(id, code.clone());
        code
    }

    /// The specialisation for these argument types, or for wider ones when there are many already.
    fn spec(&mut self, func: FuncId, args: Vec<Ty>) -> SpecId {
        let count = self.per_function.get(&func).copied().unwrap_or(0);
        let args: Vec<Ty> = args
            .iter()
            .map(|ty| match ty {
                Ty::Never => Ty::Never,
                _ if count > TOO_MANY_SPECS => Ty::Any,
                _ if count > MANY_SPECS && !ty.is_leaf() => Ty::Any,
                _ => limited(ty),
            })
            .collect();
        if let Some(&id) = self.by_key.get(&(func, args.clone())) {
            return id;
        }
        *self.per_function.entry(func).or_default() += 1;
        let code = self.code(func);
        let id = self.add(func, code, args.clone());
        self.by_key.insert((func, args), id);
        id
    }

    fn add(&mut self, source: FuncId, code: Arc<Function>, params: Vec<Ty>) -> SpecId {
        let outs = code
            .params
            .iter()
            .zip(&params)
            .filter(|(p, _)| p.mutable.is_some())
            .map(|_| Ty::Never)
            .collect();
        let mut block_tys = vec![None; code.blocks.len()];
        // Until its default is set, a parameter that is not given is none.
        let entered = params.iter().map(|ty| if *ty == Ty::Never { Ty::None } else { ty.clone() });
        block_tys[code.entry().index()] = Some(entered.collect());
        self.specs.push(State {
            source,
            code,
            params,
            result: Ty::Never,
            outs,
            block_tys,
            exits: HashMap::new(),
            body: None,
            callers: BTreeSet::new(),
            is_running: false,
            is_stale: true,
        })
    }

    /// Translates a specialisation and what it calls, unless it is being translated already.
    fn settle(&mut self, id: SpecId) -> Result<(), Reject> {
        if self.specs[id].is_running || !self.specs[id].is_stale {
            return Ok(());
        }
        if self.specs.len() > MAX_SPECS {
            return Err(Reject::TooManySpecs);
        }
        if self.depth > MAX_DEPTH {
            self.queue.push(id);
            return Ok(());
        }
        let state = &mut self.specs[id];
        if state.code.is_generator {
            return Err(Reject::Generator);
        }
        if state.code.insts.len() > MAX_INSTS {
            return Err(Reject::TooLong);
        }
        state.is_running = true;
        state.is_stale = false;
        self.depth += 1;
        let before = (state.result.clone(), state.outs.clone());
        let done = emit::translate(self, id);
        self.depth -= 1;
        self.specs[id].is_running = false;
        done?;
        let state = &self.specs[id];
        if before != (state.result.clone(), state.outs.clone()) {
            for caller in state.callers.clone() {
                self.specs[caller].is_stale = true;
                self.queue.push(caller);
            }
        }
        Ok(())
    }

    fn finish(mut self, entry: SpecId, code: Option<&LoopCode>) -> Result<Unit, Reject> {
        self.queue.push(entry);
        while let Some(id) = self.queue.pop() {
            self.settle(id)?;
        }
        if self.specs[entry].result == Ty::Never && code.is_none() {
            return Err(Reject::NeverReturns);
        }
        let order = self.reached(entry);
        let numbers: HashMap<SpecId, usize> =
            order.iter().enumerate().map(|(i, &id)| (id, i)).collect();
        let throws = self.throwing(&order);
        let mut frame = code.map(|c| c.frame.clone());
        if let Some(frame) = &mut frame {
            for (number, exit) in frame.exits.iter_mut().enumerate() {
                match self.specs[entry].exits.get(&(number as i64)) {
                    Some(tys) => {
                        exit.live_outs.iter_mut().zip(tys).for_each(|(out, ty)| out.1 = ty.clone())
                    }
                    None => exit.live_outs.clear(),
                }
            }
        }
        let mut specs = EntityVec::new();
        for &id in &order {
            let state = &mut self.specs[id];
            let mut body = state.body.take().ok_or(Reject::NeverReturns)?;
            // Not before: the first bodies of a recursion do not know yet what comes back to them.
            debug_verify(&body, "specialize");
            for inst in body.insts.values_mut() {
                if let (Op::CallSpec, Imm::Int(callee)) = (inst.op, &mut inst.imm) {
                    let old = SpecId::new(*callee as usize);
                    *callee = numbers.get(&old).map_or(*callee, |&n| n as i64);
                }
            }
            specs.push(Spec {
                source: state.source,
                params: state.params.clone(),
                result: state.result.clone(),
                outs: state.outs.clone(),
                throws: throws.contains(&id),
                lent: Vec::new(),
                body,
            });
        }
        Ok(Unit { specs, entry: SpecId::new(0), frame })
    }

    /// The specialisations that the entry's final code calls, the entry first.
    fn reached(&self, entry: SpecId) -> Vec<SpecId> {
        let mut order = vec![entry];
        let mut next = 0;
        while let Some(&id) = order.get(next) {
            next += 1;
            for callee in self.callees(id) {
                if !order.contains(&callee) {
                    order.push(callee);
                }
            }
        }
        order
    }

    fn callees(&self, id: SpecId) -> Vec<SpecId> {
        let Some(body) = &self.specs[id].body else {
            return Vec::new();
        };
        let insts = body.layout.iter().flat_map(|&b| &body.blocks[b].insts);
        insts
            .filter_map(|&i| match (body.insts[i].op, &body.insts[i].imm) {
                (Op::CallSpec, Imm::Int(n)) => Some(SpecId::new(*n as usize)),
                _ => None,
            })
            .collect()
    }

    /// Those that can end in an error: found by assuming that only their own instructions do, and
    /// adding the callers of those that do. A recursion may be too deep.
    fn throwing(&self, order: &[SpecId]) -> BTreeSet<SpecId> {
        let recursive = |id: &&SpecId| {
            self.reached(**id)[1..].contains(*id) || self.callees(**id).contains(*id)
        };
        let mut throwing: BTreeSet<SpecId> = order.iter().filter(recursive).copied().collect();
        loop {
            let before = throwing.len();
            for &id in order {
                let Some(body) = &self.specs[id].body else {
                    continue;
                };
                let throws = body.layout.iter().any(|&block| {
                    body.blocks[block].insts.iter().any(|&i| {
                        let inst = &body.insts[i];
                        match (inst.op, &inst.imm) {
                            (Op::CallSpec, Imm::Int(n)) => {
                                throwing.contains(&SpecId::new(*n as usize))
                            }
                            _ => body.throws(i),
                        }
                    })
                });
                if throws {
                    throwing.insert(id);
                }
            }
            if throwing.len() == before {
                return throwing;
            }
        }
    }
}

/// The type with what is nested too deep, or has too many leaves, boxed.
fn limited(ty: &Ty) -> Ty {
    let ty = at_depth(ty, 0);
    if ty.leaves().len() > MAX_LEAVES { Ty::Any } else { ty }
}

fn at_depth(ty: &Ty, depth: usize) -> Ty {
    if depth > MAX_TYPE_DEPTH {
        return match ty {
            Ty::Tuple(_) | Ty::Record(_) | Ty::Fn(..) => Ty::Any,
            other => other.clone(),
        };
    }
    match ty {
        Ty::Tuple(items) => Ty::Tuple(items.iter().map(|t| at_depth(t, depth + 1)).collect()),
        Ty::Record(fields) => {
            Ty::Record(fields.iter().map(|(n, t)| (n.clone(), at_depth(t, depth + 1))).collect())
        }
        Ty::Fn(id, captures) => {
            Ty::Fn(*id, captures.iter().map(|t| at_depth(t, depth + 1)).collect())
        }
        other => other.clone(),
    }
}

/// Cleans up a body when its types are settled.
fn tidy(func: &mut Function) {
    let flow = ControlFlow::new(func);
    func.layout.retain(|&b| flow.is_reached(b));
    remove_trivial_params(func);
}
