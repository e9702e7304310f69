//! Typed IR to Cranelift IR, one function at a time.
//!
//! IR values map to Cranelift values leaf by leaf and blocks to blocks, so no SSA construction is
//! needed. An op that may throw ends its Cranelift block: the error path lies in a cold block out of
//! line, where a helper makes the very error the interpreter would, what dies on the way is released
//! and control goes to the handler of the block or leaves the function with an error status.
//!
//! - [`int`], [`float`]: scalars
//! - [`array`]: arrays, lists and ranges in memory
//! - [`any`]: boxed values, [`generic`]: ops on them, [`parts`]: reading and setting their parts
//! - [`call`]: calls, and what compiled code asks of the run

mod any;
mod array;
mod call;
mod float;
mod generic;
mod int;
mod parts;

use crate::abi::{self, Sig, Site, Source, internal_signature, layout, status};
use crate::code::{NAMESPACE_HELPER, NAMESPACE_UNIT};
use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{
    self as clif, BlockArg, ExtFuncData, ExternalName, FuncRef, InstBuilder, MemFlagsData,
    Signature, StackSlot, StackSlotData, StackSlotKind, UserExternalName, Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use quern_ir::analysis::{ControlFlow, Dominators, Loops};
use quern_ir::function::{Imm, InstData, Target, ValDef};
use quern_ir::{Block, Entity, FuncId, Function, Inst, Op, Span, Ty, Val};
use quern_vm::record::ShapeRef;
use smallvec::{SmallVec, smallvec};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// The machine values of one IR value.
type Parts = SmallVec<[Value; 2]>;

/// What lowering a function needs to know beside the function.
pub struct Input<'a> {
    pub func: &'a Function,
    pub sig: &'a Sig,
    /// What it was before it was specialised.
    pub source: FuncId,
    /// Whether it can call itself, if only through others.
    pub recursive: bool,
    /// By parameter of the entry block: whether the caller keeps its reference.
    pub lent: &'a [bool],
    /// Signatures of the functions of the unit, by the numbers `call.spec` uses.
    pub unit: &'a [Sig],
    pub host: CallConv,
    pub config: TargetFrontendConfig,
}

/// What code refers to by address, and must live as long.
#[derive(Default)]
#[allow(dead_code, reason = "only held, for the addresses in the code")]
pub struct Held {
    /// The places that error paths point to.
    pub sites: Vec<Arc<Site>>,
    pub texts: Vec<quern_vm::value::Value>,
    pub shapes: Vec<Arc<ShapeRef>>,
    /// What the `field.get`s found last.
    pub fields: Vec<Arc<AtomicU64>>,
    pub source: Option<Arc<Source>>,
}

/// Whether a function calls what may call back into scripts.
pub fn calls_out(func: &Function) -> bool {
    let insts = func.layout.iter().flat_map(|&b| &func.blocks[b].insts);
    insts.map(|&i| func.insts[i].op).any(|op| {
        matches!(op, Op::Call | Op::CallMethod | Op::CallBuiltin | Op::CallSpec | Op::IterNext)
    })
}

/// Fills `out` with the code of a function. The code refers to what is given back, and to the function.
pub fn lower(
    input: &Input<'_>,
    out: &mut clif::Function,
    context: &mut FunctionBuilderContext,
) -> Result<Held, Reject> {
    out.signature = internal_signature(input.sig);
    let config = input.config;
    let mut lower = Lower::new(input, FunctionBuilder::new(out, context));
    lower.function()?;
    let Lower { mut b, sites, mut held, .. } = lower;
    b.seal_all_blocks();
    b.finalize(config);
    held.sites = sites.into_values().collect();
    Ok(held)
}

/// The code of a trampoline from `extern "C" fn(context, args, results) -> status` to function number
/// `index` of the unit.
pub fn lower_entry(
    sig: &Sig,
    index: u32,
    host: CallConv,
    config: TargetFrontendConfig,
    out: &mut clif::Function,
    context: &mut FunctionBuilderContext,
) {
    out.signature = abi::entry_signature(host);
    let mut b = FunctionBuilder::new(out, context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let (ctx, args, results) = match *b.block_params(block) {
        [ctx, args, results] => (ctx, args, results),
        _ => return,
    };
    let mut params = vec![ctx];
    if sig.counts {
        params.push(b.ins().load(types::I64, MemFlagsData::trusted(), ctx, layout::DEPTH));
    }
    let mut offset = 0;
    for ty in sig.params.iter().flat_map(abi::leaves) {
        params.push(b.ins().load(ty, MemFlagsData::trusted(), args, offset));
        offset += 8;
    }
    if sig.exits {
        let first = 8 * sig.results.iter().flat_map(abi::leaves).count() as i64;
        params.push(b.ins().iadd_imm_s(results, first));
    }
    let callee = import(&mut b, NAMESPACE_UNIT, index, internal_signature(sig), true);
    let call = b.ins().call(callee, &params);
    let mut returned: Vec<Value> = b.inst_results(call).to_vec();
    let status = match sig.throws {
        true => returned.remove(0),
        false => b.ins().iconst(types::I64, status::OK as i64),
    };
    for (i, &value) in returned.iter().enumerate() {
        b.ins().store(MemFlagsData::trusted(), value, results, 8 * i as i32);
    }
    b.ins().return_(&[status]);
    b.seal_all_blocks();
    b.finalize(config);
}

fn import(
    b: &mut FunctionBuilder<'_>,
    namespace: u32,
    index: u32,
    sig: Signature,
    near: bool,
) -> FuncRef {
    let name = b.func.declare_imported_user_function(UserExternalName::new(namespace, index));
    let signature = b.import_signature(sig);
    b.import_function(ExtFuncData {
        name: ExternalName::user(name),
        signature,
        colocated: near,
        patchable: false,
    })
}

struct Lower<'a, 'f> {
    input: &'a Input<'a>,
    func: &'a Function,
    b: FunctionBuilder<'f>,
    /// By the number of the IR value.
    vals: Vec<Parts>,
    /// By the number of the IR block.
    blocks: Vec<Option<clif::Block>>,
    imports: HashMap<(u32, u32), FuncRef>,
    loops: Loops,
    /// The blocks that the entry reaches, in reverse postorder.
    order: Vec<Block>,
    ctx: Value,
    /// Where a loop's exit stores its live values.
    out: Option<Value>,
    /// Where helpers leave results of two words.
    scratch: Option<StackSlot>,
    /// Where generic ops find operands and leave results.
    exchange: Option<StackSlot>,
    /// The IR block and instruction being lowered.
    block: Block,
    inst: Inst,
    /// By span and inlined call.
    /// By place, inlined call, inlined call of the handler, and whether a script throws there.
    sites: HashMap<(Span, Option<u32>, Option<Option<u32>>, bool), Arc<Site>>,
    held: Held,
    /// By the result of a `field.lend`: the first word of what is to be released in the end.
    lent: HashMap<Val, Value>,
    /// How many calls are in progress, this one counted.
    depth: Option<Value>,
    /// The way out of the function for errors that take nothing along; its parameter is the site.
    raise: Option<clif::Block>,
}

impl<'a, 'f> Lower<'a, 'f> {
    fn new(input: &'a Input<'a>, b: FunctionBuilder<'f>) -> Lower<'a, 'f> {
        let func = input.func;
        let flow = ControlFlow::new(func);
        Lower {
            loops: Loops::new(func, &flow, &Dominators::new(&flow)),
            order: flow.order,
            input,
            func,
            b,
            vals: vec![Parts::new(); func.vals.len()],
            blocks: vec![None; func.blocks.len()],
            imports: HashMap::new(),
            ctx: Value::from_u32(0),
            out: None,
            scratch: None,
            exchange: None,
            block: func.entry(),
            inst: Inst(0),
            sites: HashMap::new(),
            held: Held::default(),
            lent: HashMap::new(),
            depth: None,
            raise: None,
        }
    }

    fn function(&mut self) -> Result<(), Reject> {
        let func = self.func;
        let order = std::mem::take(&mut self.order);
        for &block in &order {
            let new = self.b.create_block();
            self.blocks[block.index()] = Some(new);
        }
        self.prologue()?;
        for (i, &block) in order.iter().enumerate() {
            self.block = block;
            let new = self.clif_block(block)?;
            if i > 0 {
                for &param in &func.blocks[block].params {
                    let parts = abi::leaves(func.ty(param))
                        .into_iter()
                        .map(|ty| self.b.append_block_param(new, ty))
                        .collect();
                    self.vals[param.index()] = parts;
                }
                self.b.switch_to_block(new);
            }
            if is_cold(func, block) {
                self.b.set_cold_block(new);
            }
            for &inst in &func.blocks[block].insts {
                self.inst = inst;
                self.instruction(&func.insts[inst])?;
            }
        }
        self.raise_block();
        Ok(())
    }

    /// Receives the parameters; where the function can recurse, checks that it may.
    fn prologue(&mut self) -> Result<(), Reject> {
        let func = self.func;
        let entry = self.b.create_block();
        self.b.append_block_params_for_function_params(entry);
        self.b.switch_to_block(entry);
        let params = self.b.block_params(entry).to_vec();
        self.ctx = params[0];
        let mut rest = &params[1..];
        if self.input.sig.counts {
            self.depth = Some(rest[0]);
            rest = &rest[1..];
        }
        for &param in &func.blocks[func.entry()].params {
            let (mine, others) = rest.split_at(abi::leaves(func.ty(param)).len());
            self.vals[param.index()] = mine.into();
            rest = others;
        }
        self.out = self.input.sig.exits.then(|| rest[0]);
        if let (true, Some(depth)) = (self.input.recursive, self.depth) {
            self.check_depth(depth);
        }
        let first = self.clif_block(func.entry())?;
        self.b.ins().jump(first, &[]);
        self.b.switch_to_block(first);
        Ok(())
    }

    /// Leaves the call to the interpreter where the stack would be used up, the limit of nested calls is
    /// near, or the run is to stop.
    fn check_depth(&mut self, depth: Value) {
        let flags = MemFlagsData::trusted();
        let limit = self.b.ins().load(types::I64, flags, self.ctx, layout::DEPTH_LIMIT);
        let deep = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, depth, limit);
        let word = self.interrupt_word();
        let (slow, shallow, next) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        self.b.ins().brif(deep, slow, &[], shallow, &[]);
        self.b.switch_to_block(shallow);
        self.b.ins().brif(word, slow, &[], next, &[]);
        self.b.switch_to_block(slow);
        self.interpret_call();
        self.b.switch_to_block(next);
    }

    /// Returns what the interpreter makes of this call.
    fn interpret_call(&mut self) {
        if let Some(depth) = self.depth {
            self.b.ins().store(MemFlagsData::trusted(), depth, self.ctx, layout::DEPTH);
        }
        let source = Source { func: self.input.source, sig: self.input.sig.clone() };
        let words = source.argument_words().max(source.result_words()).max(1);
        let slot = self.stack_slot(8 * words as u32);
        let params = self.func.blocks[self.func.entry()].params.clone();
        // The interpreter takes every argument as its own.
        for &param in params.iter().filter(|&&p| self.is_lent_param(p)).collect::<Vec<_>>() {
            self.retain(param);
        }
        let args: Vec<Value> = params.iter().flat_map(|&p| self.parts(p)).collect();
        for (i, arg) in args.into_iter().enumerate() {
            self.b.ins().stack_store(types::I64, arg, slot, 8 * i as i32);
        }
        let source = Arc::new(source);
        let address = self.int(Arc::as_ptr(&source) as usize as i64);
        let at = self.b.ins().stack_addr(types::I64, slot, 0);
        let mut values: Parts =
            smallvec![self.call_fallible(Helper::Interpret, &[self.ctx, address, at])];
        for (i, ty) in source.sig.results.iter().flat_map(abi::leaves).enumerate() {
            values.push(self.b.ins().stack_load(types::I64, ty, slot, 8 * i as i32));
        }
        self.b.ins().return_(&values);
        self.held.source = Some(source);
    }

    /// How many calls are in progress at the current instruction: with those in whose place this code
    /// stands, and `more`.
    fn depth_here(&mut self, more: i64) -> Option<Value> {
        let depth = self.depth?;
        let mut site = self.func.insts[self.inst].site;
        let mut count = more;
        while let Some(call) = site.and_then(|i| self.func.sites.get(i as usize)) {
            count += 1;
            site = call.parent;
        }
        Some(self.b.ins().iadd_imm_s(depth, count))
    }

    fn is_lent_param(&self, val: Val) -> bool {
        let params = &self.func.blocks[self.func.entry()].params;
        params.iter().zip(self.input.lent).any(|(&param, &lent)| lent && param == val)
    }

    fn instruction(&mut self, inst: &InstData) -> Result<(), Reject> {
        use Op::*;
        let results: Parts = match inst.op {
            ConstInt => smallvec![self.b.ins().iconst(types::I64, imm_int(inst))],
            ConstFloat => match inst.imm {
                Imm::Float(bits) => smallvec![self.b.ins().f64const(bits.value())],
                _ => return Err(Reject::op(inst.op)),
            },
            ConstF32 => match inst.imm {
                Imm::F32(bits) => smallvec![self.b.ins().f32const(bits.value())],
                _ => return Err(Reject::op(inst.op)),
            },
            ConstBool => {
                smallvec![self.b.ins().iconst(types::I8, i64::from(inst.imm == Imm::Bool(true)))]
            }
            ConstComplex => match inst.imm {
                Imm::Complex(re, im) => {
                    smallvec![self.b.ins().f64const(re.value()), self.b.ins().f64const(im.value())]
                }
                _ => return Err(Reject::op(inst.op)),
            },
            IAdd | ISub | IMul | INeg | IFloorDiv | IRem | IPow | IShl | IShr => {
                self.checked_int(inst)
            }
            IAddWrap | IAddSat | ISubWrap | IMulWrap | IAnd | IOr | IXor | INot | ICmp | IMin
            | IMax | BNot | BoolToInt => self.plain_int(inst),
            FAdd | FSub | FMul | FDiv | FNeg | FAbs | FSqrt | FFloor | FCeil | FTrunc | FCmp
            | IntToFloat | IntToF32 | FloatToF32 | F32ToFloat => self.float(inst),
            FMath => self.fmath(inst)?,
            FloatToInt => self.float_to_int(inst),
            Select => {
                let (cond, yes, no) =
                    (self.one(inst.args[0]), self.parts(inst.args[1]), self.parts(inst.args[2]));
                yes.iter().zip(&no).map(|(&y, &n)| self.b.ins().select(cond, y, n)).collect()
            }
            Bounds => self.bounds(inst),
            Load => self.load(inst)?,
            Store => self.store(inst)?,
            Narrow => self.narrow(inst)?,
            ArrLen | ArrDim | ArrStride | ArrData | ListLen | ListData => self.header(inst)?,
            CallSpec => return self.call_spec(inst),
            Interrupt => self.interrupt(),
            Jump | Branch | Return | Exit | Unreachable | Throw | Fail | IterNext => {
                return self.terminator(inst);
            }
            _ => self.other(inst)?,
        };
        let mut rest = &results[..];
        for &result in &inst.results {
            let count = abi::leaves(self.func.ty(result)).len().min(rest.len());
            let (mine, others) = rest.split_at(count);
            self.vals[result.index()] = mine.into();
            rest = others;
        }
        Ok(())
    }

    fn terminator(&mut self, inst: &InstData) -> Result<(), Reject> {
        match inst.op {
            Op::IterNext => return self.iter_next(inst),
            Op::Throw | Op::Fail => {
                self.generic_helper(inst)?;
                self.raise();
            }
            Op::Jump => {
                let (block, args) = self.target(&inst.targets[0])?;
                self.b.ins().jump(block, &args);
            }
            Op::Branch => {
                self.branch(inst)?;
            }
            Op::Return => {
                let mut values = self.status(status::OK);
                for &arg in &inst.args {
                    values.extend(self.parts(arg));
                }
                self.b.ins().return_(&values);
            }
            Op::Exit => {
                let out = self.out.ok_or_else(|| Reject::op(Op::Exit))?;
                let mut offset = 0;
                for &arg in &inst.args {
                    for part in self.parts(arg) {
                        self.b.ins().store(MemFlagsData::trusted(), part, out, offset);
                        offset += 8;
                    }
                }
                let mut values = self.status(status::OK);
                values.push(self.int(imm_int(inst)));
                self.zeros(&self.input.sig.results[1..], &mut values);
                self.b.ins().return_(&values);
            }
            _ => {
                self.b.ins().trap(clif::TrapCode::unwrap_user(1));
            }
        }
        Ok(())
    }

    /// A branch. The way out of a loop comes first: Cranelift takes the blocks that a block dominates in
    /// the opposite order, and once it has seen one outside a loop it hoists nothing out of the rest of
    /// the loop any more.
    fn branch(&mut self, inst: &InstData) -> Result<(), Reject> {
        let leaves = |target: &Target| {
            let inside = self.loops.innermost(self.block);
            inside.is_some_and(|l| !self.loops.contains(l, target.block))
        };
        let swap = leaves(&inst.targets[1]) && !leaves(&inst.targets[0]);
        let (cond, first, second) = match swap {
            true => (self.inverted(inst.args[0])?, &inst.targets[1], &inst.targets[0]),
            false => (self.condition(inst.args[0])?, &inst.targets[0], &inst.targets[1]),
        };
        let (first, first_args) = self.target(first)?;
        let (second, second_args) = self.target(second)?;
        self.b.ins().brif(cond, first, &first_args, second, &second_args);
        Ok(())
    }

    /// The opposite of the bool a branch tests.
    fn inverted(&mut self, val: Val) -> Result<Value, Reject> {
        if let ValDef::Result(def, 0) = self.func.vals[val].def {
            let def = &self.func.insts[def];
            let operands: Parts = def.args.iter().take(2).flat_map(|&a| self.parts(a)).collect();
            match (def.op, &def.imm, &operands[..]) {
                (Op::ICmp, Imm::Cond(cond), &[a, b]) => {
                    return Ok(self.b.ins().icmp(int::int_cc(*cond).complement(), a, b));
                }
                (Op::FCmp, Imm::Cond(cond), &[a, b]) => {
                    return Ok(self.b.ins().fcmp(float::float_cc(*cond).complement(), a, b));
                }
                (Op::BNot, _, &[a]) => return Ok(a),
                _ => {}
            }
        }
        let cond = self.condition(val)?;
        Ok(self.b.ins().icmp_imm_u(IntCC::Equal, cond, 0))
    }

    fn target(
        &mut self,
        target: &Target,
    ) -> Result<(clif::Block, SmallVec<[BlockArg; 4]>), Reject> {
        let target = self.past_jumps(target);
        let args =
            target.args.iter().flat_map(|&arg| self.parts(arg)).map(BlockArg::Value).collect();
        Ok((self.clif_block(target.block)?, args))
    }

    /// Where a way leads in the end: past blocks that only jump on. In such a block of its own, a sum that
    /// is needed behind it would be computed once more.
    fn past_jumps<'t>(&self, target: &'t Target) -> &'t Target
    where
        'a: 't,
    {
        let func: &'a Function = self.func;
        let mut target = target;
        // Jumps that go round in a circle are one somewhere.
        for _ in 0..func.layout.len() {
            match func.blocks[target.block].insts[..] {
                [jump]
                    if func.insts[jump].op == Op::Jump
                        && func.blocks[target.block].params.is_empty() =>
                {
                    target = &func.insts[jump].targets[0];
                }
                _ => break,
            }
        }
        target
    }

    fn clif_block(&self, block: Block) -> Result<clif::Block, Reject> {
        self.blocks[block.index()]
            .ok_or_else(|| Reject::Codegen(format!("{block} is not reachable")))
    }

    // ---- values --------------------------------------------------------------------------------

    fn parts(&self, val: Val) -> Parts {
        self.vals[val.index()].clone()
    }

    /// The machine value of a value that has one.
    fn one(&self, val: Val) -> Value {
        self.vals[val.index()][0]
    }

    fn ty(&self, val: Val) -> &'a Ty {
        self.func.ty(val)
    }

    /// The integer a value is, if it is a constant.
    fn const_int(&self, val: Val) -> Option<i64> {
        match self.func.vals[val].def {
            ValDef::Result(inst, 0) => match self.func.insts[inst].imm {
                Imm::Int(x) if self.func.insts[inst].op == Op::ConstInt => Some(x),
                _ => None,
            },
            _ => None,
        }
    }

    fn int(&mut self, x: i64) -> Value {
        self.b.ins().iconst(types::I64, x)
    }

    /// The first of the returned values, if the function returns a status.
    fn status(&mut self, status: u64) -> Parts {
        match self.input.sig.throws {
            true => smallvec![self.int(status as i64)],
            false => Parts::new(),
        }
    }

    /// Zeros in the place of values that nobody will read.
    fn zeros(&mut self, tys: &[Ty], out: &mut Parts) {
        for ty in tys.iter().flat_map(abi::leaves) {
            out.push(match ty {
                types::F64 => self.b.ins().f64const(0.0),
                types::F32 => self.b.ins().f32const(0.0),
                ty => self.b.ins().iconst(ty, 0),
            });
        }
    }

    // ---- helpers and error paths ---------------------------------------------------------------

    fn import(
        &mut self,
        namespace: u32,
        index: u32,
        near: bool,
        sig: impl FnOnce() -> Signature,
    ) -> FuncRef {
        let b = &mut self.b;
        *self
            .imports
            .entry((namespace, index))
            .or_insert_with(|| import(b, namespace, index, sig(), near))
    }

    /// Calls a helper and gives its result, if it has one.
    fn call_helper(&mut self, helper: Helper, args: &[Value]) -> Option<Value> {
        let host = self.input.host;
        let func = self.import(NAMESPACE_HELPER, helper as u32, false, || helper.signature(host));
        let call = self.b.ins().call(func, args);
        self.b.inst_results(call).first().copied()
    }

    /// Calls a helper that answers a status.
    fn call_fallible(&mut self, helper: Helper, args: &[Value]) -> Value {
        match self.call_helper(helper, args) {
            Some(status) => status,
            None => self.int(status::OK as i64),
        }
    }

    /// Address of memory of this frame where helpers leave a result of up to two words.
    fn scratch(&mut self) -> Value {
        let slot = match self.scratch {
            Some(slot) => slot,
            None => {
                let slot = self.stack_slot(16);
                self.scratch = Some(slot);
                slot
            }
        };
        self.b.ins().stack_addr(types::I64, slot, 0)
    }

    fn stack_slot(&mut self, size: u32) -> StackSlot {
        self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3))
    }

    /// Ends the block: where `cond` holds, `cold` goes on in a cold block that it must end; else the
    /// block given back goes on. It is not yet switched to, so that it can get parameters.
    fn branch_cold(&mut self, cond: Value, cold: impl FnOnce(&mut Self)) -> clif::Block {
        let (slow, next) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        self.b.ins().brif(cond, slow, &[], next, &[]);
        self.b.switch_to_block(slow);
        cold(self);
        next
    }

    /// Throws where `cond` holds: `make` calls the helper that leaves the error.
    fn throw_if(&mut self, cond: Value, make: impl FnOnce(&mut Self)) {
        let next = self.branch_cold(cond, |me| {
            make(me);
            me.raise();
        });
        self.b.switch_to_block(next);
    }

    /// Throws the error that a helper left if its status says so.
    fn throw_status(&mut self, status: Value) {
        self.throw_if(status, |_| {});
    }

    /// Ends the block with the error of the current instruction, which is in the context: releases what
    /// dies and goes to the handler, or leaves the function.
    fn raise(&mut self) {
        let func = self.func;
        let data = &func.insts[self.inst];
        for &val in &data.dying {
            let words = self.released(val);
            self.call_helper(Helper::Release, &words);
        }
        match func.blocks[self.block].handler {
            Some(handler) => self.go_to_handler(handler, data),
            None if data.unwind.is_empty() => {
                let site = self.site(None);
                let block = match self.raise {
                    Some(block) => block,
                    None => {
                        let block = self.b.create_block();
                        self.b.append_block_param(block, types::I64);
                        self.b.set_cold_block(block);
                        self.raise = Some(block);
                        block
                    }
                };
                self.b.ins().jump(block, &[BlockArg::Value(site)]);
            }
            None => {
                let site = self.site(None);
                self.call_helper(Helper::Trace, &[self.ctx, site]);
                self.leave_with_error(Some(data));
            }
        }
    }

    /// Takes the error out of the context as a value and goes to the handler with it.
    fn go_to_handler(&mut self, handler: Block, data: &InstData) {
        let site = self.site(Some(handler));
        self.call_helper(Helper::Trace, &[self.ctx, site]);
        let out = self.scratch();
        self.call_helper(Helper::TakeError, &[self.ctx, out]);
        let out = self.scratch();
        let words = self.load_words(out);
        let mut args: SmallVec<[BlockArg; 4]> = words.into_iter().map(BlockArg::Value).collect();
        for &val in &data.unwind {
            args.extend(self.parts(val).into_iter().map(BlockArg::Value));
        }
        match self.blocks[handler.index()] {
            Some(block) => self.b.ins().jump(block, &args),
            None => self.b.ins().trap(clif::TrapCode::unwrap_user(1)),
        };
    }

    /// Returns the error status, and the variables of the caller's that `data` takes along.
    fn leave_with_error(&mut self, data: Option<&InstData>) {
        let sig = self.input.sig;
        let mut values = self.status(status::ERROR);
        match data {
            Some(data) => {
                let plain = sig.results.len() - data.unwind.len().min(sig.results.len());
                self.zeros(&sig.results[..plain], &mut values);
                for &val in &data.unwind {
                    values.extend(self.parts(val));
                }
            }
            None => self.zeros(&sig.results, &mut values),
        }
        self.b.ins().return_(&values);
    }

    /// The shared end of error paths that only add their site to the error.
    fn raise_block(&mut self) {
        if let Some(block) = self.raise {
            self.b.switch_to_block(block);
            let site = self.b.block_params(block)[0];
            self.call_helper(Helper::Trace, &[self.ctx, site]);
            self.leave_with_error(None);
        }
    }

    /// The address of the current instruction's site, with the inlined calls that its error comes through
    /// on the way to the handler.
    fn site(&mut self, handler: Option<Block>) -> Value {
        let data = &self.func.insts[self.inst];
        let caught_in = handler.map(|h| self.func.blocks[h].site);
        let is_throw = data.op == Op::Throw;
        let key = (data.span, data.site, caught_in, is_throw);
        if !self.sites.contains_key(&key) {
            let mut frames = Vec::new();
            let (mut span, mut inlined) = (data.span, data.site);
            while caught_in != Some(inlined)
                && let Some(call) = inlined.and_then(|i| self.func.sites.get(i as usize))
            {
                frames.push((call.callee.clone(), span));
                (span, inlined) = (call.span, call.parent);
            }
            let outermost = match inlined.and_then(|i| self.func.sites.get(i as usize)) {
                Some(call) => call.callee.clone(),
                None => self.func.name.clone(),
            };
            frames.push((outermost, span));
            self.sites.insert(key, Arc::new(Site { frames, is_throw }));
        }
        let address = self.sites.get(&key).map_or(0, |site| Arc::as_ptr(site) as usize);
        self.int(address as i64)
    }
}

fn imm_int(inst: &InstData) -> i64 {
    match inst.imm {
        Imm::Int(x) => x,
        _ => 0,
    }
}

/// Whether a block only leads to an error.
fn is_cold(func: &Function, block: Block) -> bool {
    func.terminator(block)
        .is_some_and(|t| matches!(func.insts[t].op, Op::Fail | Op::Throw | Op::Unreachable))
}
