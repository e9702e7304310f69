//! From the interpreter into compiled code and back.

use crate::bytecode::code::{Code, LoopSite, ValPlace};
use crate::call::bit;
use crate::context::{DEPTH_MARGIN, ExecutionContext};
use crate::error::Error;
use crate::fiber::{Fiber, Frame};
use crate::shared::Shared;
use crate::tier::{LiveVar, NativeCode, NativeLoop};
use crate::value::Value;
use crate::words::{accepts, flatten, unflatten};
use quern_ir::Ty;
use std::sync::{Arc, OnceLock};

/// Runs the function whose frame was just pushed as machine code, if there is some for its arguments or
/// can be. The frame stays; the values of its `mut` parameters are in their slots afterwards. `None` if
/// the interpreter has to run it.
pub fn enter_function(
    fiber: &mut Fiber,
    code: &Code,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Option<Result<Value, Error>> {
    let frame = *fiber.frames.last()?;
    let base = frame.base as usize;
    if !may_enter(fiber, context) {
        return None;
    }
    let native = find_function(fiber, code, frame, shared)?;
    let mut words = Vec::with_capacity(16);
    for (i, ty) in native.params().iter().enumerate() {
        let value = std::mem::take(&mut fiber.stack[base + i]);
        flatten(value, ty, &mut words);
    }
    let mut out = Vec::with_capacity(8);
    // SAFETY: `find_function` saw that the arguments are accepted, and `flatten` made their words.
    match unsafe { native.call(context, &words, &mut out) } {
        Ok(()) => {
            let mut rest = &out[..];
            // SAFETY: on success the words are those of `results`, which pass to us.
            let mut values = native.results().iter().map(|ty| unsafe { unflatten(ty, &mut rest) });
            let result = values.next().unwrap_or_default();
            let slots = code.params.iter().filter_map(|p| p.mutable);
            for (slot, value) in slots.zip(values) {
                let reg = code.slots[slot.0 as usize];
                fiber.stack[base + usize::from(reg.0)] = value;
            }
            Some(Ok(result))
        }
        Err(thrown) => {
            for (slot, value) in thrown.slots {
                let reg = code.slots[slot.0 as usize];
                fiber.stack[base + usize::from(reg.0)] = value;
            }
            Some(Err(thrown.error))
        }
    }
}

/// Whether compiled code may be entered, and notes for it how many calls are in progress.
fn may_enter(fiber: &Fiber, context: &mut ExecutionContext) -> bool {
    context.depth = fiber.nesting();
    !context.interpreted && context.depth + DEPTH_MARGIN < context.limits.depth
}

fn find_function(
    fiber: &Fiber,
    code: &Code,
    frame: Frame,
    shared: &Shared,
) -> Option<Arc<dyn NativeCode>> {
    let base = frame.base as usize;
    let count = code.params.len() + code.captures;
    let given = |i: usize| i >= code.params.len() || i >= 64 || frame.given & bit(i) != 0;
    let args = &fiber.stack[base..base + count];
    let fits = |native: &Arc<dyn NativeCode>| {
        native.params().iter().zip(args).enumerate().all(|(i, (ty, value))| match ty {
            Ty::Never => !given(i),
            ty => given(i) && accepts(ty, value),
        })
    };
    if let Some(native) = code.native.iter().map_while(OnceLock::get).find(|n| fits(n)) {
        code.heat.found();
        return Some(native.clone());
    }
    let slot = code.native.iter().find(|n| n.get().is_none());
    let (Some(slot), true) = (slot, code.heat.is_due()) else {
        code.heat.missed();
        return None;
    };
    let compiler = shared.tiering().compiler.as_ref()?;
    let tys: Vec<Ty> = args
        .iter()
        .enumerate()
        .map(|(i, value)| if given(i) { value.ty() } else { Ty::Never })
        .collect();
    match compiler.compile_function(shared, code.func, &tys) {
        Ok(native) => {
            code.heat.found();
            let kept = slot.get_or_init(|| native);
            fits(kept).then(|| kept.clone())
        }
        Err(_) => {
            code.heat.declined(code.native[0].get().is_some());
            None
        }
    }
}

/// Where a loop that ran as machine code left off.
pub enum LoopEnd {
    /// Go on at this instruction.
    At(usize),
    Threw(Error),
}

/// Runs the loop at whose header the running frame stands as machine code, if there is some for the
/// present types or can be.
pub fn enter_loop(
    fiber: &mut Fiber,
    code: &Code,
    site: &LoopSite,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Option<LoopEnd> {
    let base = fiber.frames.last()?.base as usize;
    if !may_enter(fiber, context) {
        return None;
    }
    let native = find_loop(fiber, base, code, site, shared)?;
    let mut words = Vec::with_capacity(16);
    for (var, ty) in native.inputs() {
        // Slots move in; a value may be used again after the loop and is copied.
        let value = match place(code, *var) {
            Place::Slot(i) => std::mem::take(&mut fiber.stack[base + i]),
            Place::Val(i) => fiber.stack[base + i].clone(),
            Place::Const(k) => code.consts[k].clone(),
            Place::Nowhere => Value::None,
        };
        flatten(value, ty, &mut words);
    }
    let mut out = Vec::with_capacity(16);
    // SAFETY: `find_loop` saw that the inputs are accepted, and `flatten` made their words.
    match unsafe { native.run(context, &words, &mut out) } {
        Ok(number) => {
            let exit = &native.exits()[number];
            let mut rest = &out[..];
            for (var, ty) in &exit.outputs {
                // SAFETY: the words are those of the exit's outputs, which pass to us.
                let value = unsafe { unflatten(ty, &mut rest) };
                if let Place::Slot(i) | Place::Val(i) = place(code, *var) {
                    fiber.stack[base + i] = value;
                }
            }
            Some(LoopEnd::At(code.block_starts[exit.block.0 as usize] as usize))
        }
        Err(thrown) => {
            for (slot, value) in thrown.slots {
                let reg = code.slots[slot.0 as usize];
                fiber.stack[base + usize::from(reg.0)] = value;
            }
            Some(LoopEnd::Threw(thrown.error))
        }
    }
}

/// Where a variable is in the window.
enum Place {
    Slot(usize),
    Val(usize),
    Const(usize),
    Nowhere,
}

fn place(code: &Code, var: LiveVar) -> Place {
    match var {
        LiveVar::Slot(slot) => Place::Slot(usize::from(code.slots[slot.0 as usize].0)),
        LiveVar::Val(val) => match code.place(val) {
            ValPlace::Reg(r) => Place::Val(usize::from(r.0)),
            ValPlace::Const(k) => Place::Const(k as usize),
            ValPlace::Nowhere => Place::Nowhere,
        },
    }
}

fn find_loop(
    fiber: &Fiber,
    base: usize,
    code: &Code,
    site: &LoopSite,
    shared: &Shared,
) -> Option<Arc<dyn NativeLoop>> {
    let value = |var: LiveVar| match place(code, var) {
        Place::Slot(i) | Place::Val(i) => Some(&fiber.stack[base + i]),
        Place::Const(k) => Some(&code.consts[k]),
        Place::Nowhere => None,
    };
    let fits = |native: &Arc<dyn NativeLoop>| {
        native.inputs().iter().all(|(var, ty)| match (value(*var), ty) {
            (Some(value), ty) => accepts(ty, value),
            (None, ty) => *ty == Ty::None,
        })
    };
    if let Some(native) = site.native.iter().map_while(OnceLock::get).find(|n| fits(n)) {
        site.heat.found();
        return Some(native.clone());
    }
    let slot = site.native.iter().find(|n| n.get().is_none());
    let (Some(slot), true) = (slot, site.heat.is_due()) else {
        site.heat.missed();
        return None;
    };
    let compiler = shared.tiering().compiler.as_ref()?;
    let live = |var: LiveVar| value(var).map(Value::ty);
    match compiler.compile_loop(shared, code.func, site.header, &live) {
        Ok(native) => {
            site.heat.found();
            let kept = slot.get_or_init(|| native);
            fits(kept).then(|| kept.clone())
        }
        Err(_) => {
            site.heat.declined(site.native[0].get().is_some());
            None
        }
    }
}
