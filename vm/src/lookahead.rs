//! Runs operations on large arrays together with those that follow them in the code.
//!
//! Where the interpreter meets an operation on a large array, it reads on and gathers what it finds in a
//! [`Graph`], until it comes to something else: a call, an index, a jump. Then the graph is run in one pass
//! over memory, and only what the registers still hold is written. Nothing waits longer than that, so no
//! value is ever seen before it is there. What has no result, or no meaning, is not done here: the
//! interpreter does that instruction by itself and throws the error where it belongs.

use crate::array::graph::{Arg, Graph, NodeId};
use crate::array::{ArrayError, BinaryOp, ReduceOp, UnaryOp, reduce_node};
use crate::bytecode::code::{ArgSource, CallSite, CallTarget, Code, MethodFallback};
use crate::bytecode::ins::{Ins, OperandKind, Reg, marks};
use crate::context::ExecutionContext;
use crate::error::Error;
use crate::general::{marks_of, settle};
use crate::interrupt::Stop;
use crate::ops;
use crate::shared::Shared;
use crate::std::{Elementwise, default_of, elementwise, float_function, reduced_axes};
use crate::value::Value;
use crate::window::{Pointer, Window};
use quern_ir::ops::{Cond, Op};
use quern_ir::{Builtin, ErrorKind, GlobalId};
use smallvec::SmallVec;

/// Most instructions that are read.
const FAR: usize = 256;

/// What a register will hold.
#[derive(Clone)]
enum Held {
    Value(Value),
    Node(NodeId),
}

/// How reading went on.
enum Next {
    /// The instruction is taken in.
    More,
    /// It is taken in and everything has been run.
    Done,
    /// It has to be done by itself.
    Other,
}

/// Whether an instruction may begin a stretch of operations on large arrays.
pub fn begins(w: &Window<'_>, ins: &Ins, shared: &Shared) -> bool {
    let large = shared.tiering().fused_size();
    let is_large = |reg: Reg| matches!(w.get(reg), Value::Array(a) if a.size() >= large);
    match *ins {
        Ins::Add { a, b, .. }
        | Ins::Sub { a, b, .. }
        | Ins::Mul { a, b, .. }
        | Ins::Div { a, b, .. }
        | Ins::FloorDiv { a, b, .. }
        | Ins::Rem { a, b, .. }
        | Ins::BitAnd { a, b, .. }
        | Ins::BitOr { a, b, .. }
        | Ins::BitXor { a, b, .. }
        | Ins::Shl { a, b, .. }
        | Ins::Shr { a, b, .. }
        | Ins::Binary { a, b, .. }
        | Ins::Compare { a, b, .. } => is_large(a) || is_large(b),
        Ins::AddInt { a, .. }
        | Ins::SubInt { a, .. }
        | Ins::MulInt { a, .. }
        | Ins::FloorDivInt { a, .. }
        | Ins::RemInt { a, .. }
        | Ins::Neg { a, .. }
        | Ins::BitNot { a, .. }
        | Ins::Math { a, .. } => is_large(a),
        _ => false,
    }
}

/// Runs the instruction `ins`, just before `ip`, with those that follow it. Answers how far to jump from
/// `ip`; `None` if nothing was done.
///
/// # Errors
///
/// What ends a run from outside, and `MemoryError`.
pub fn run_ahead(
    w: &mut Window<'_>,
    ins: &Ins,
    ip: Pointer<'_>,
    code: &Code,
    shared: &Shared,
    context: &ExecutionContext,
) -> Result<Option<i32>, Error> {
    let mut ahead = Lookahead {
        w,
        code,
        shared,
        stop: context.stop(),
        large: shared.tiering().fused_size(),
        graph: Graph::default(),
        registers: SmallVec::new(),
    };
    let (mut ins, mut at) = (ins, ip);
    let mut passed = 0;
    loop {
        match ahead.take_in(ins, marks_of(code, at))? {
            Next::More => passed += 1,
            Next::Done => return Ok(Some(passed)),
            Next::Other => break,
        }
        if ahead.graph.is_full() || passed as usize == FAR {
            break;
        }
        ins = at.next();
    }
    if ahead.graph.pending() < 2 {
        return Ok(None);
    }
    let live = ahead.live();
    let is_safe = !ahead.graph.may_fail();
    if is_safe {
        ahead.release();
    }
    if !ahead.graph.run_all(ahead.stop, &live, is_safe)? {
        return Ok(None);
    }
    ahead.write_back();
    Ok(Some(passed - 1))
}

/// The error of an attempt whose instruction is going to be done by itself, if it is not the instruction's.
fn from_outside(error: ArrayError) -> Result<(), Error> {
    match error.kind {
        ErrorKind::Cancelled | ErrorKind::Timeout => Err(error.into()),
        _ => Ok(()),
    }
}

struct Lookahead<'a, 'w, 's> {
    w: &'a mut Window<'w>,
    code: &'a Code,
    shared: &'a Shared,
    stop: Stop<'s>,
    large: usize,
    graph: Graph,
    /// The registers that were written or ended.
    registers: SmallVec<[(Reg, Held); 16]>,
}

impl Lookahead<'_, '_, '_> {
    fn read(&self, reg: Reg) -> Held {
        match self.registers.iter().find(|(r, _)| *r == reg) {
            Some((_, held)) => held.clone(),
            None => Held::Value(self.w.get(reg).clone()),
        }
    }

    fn write(&mut self, reg: Reg, held: Held) {
        match self.registers.iter_mut().find(|(r, _)| *r == reg) {
            Some((_, old)) => *old = held,
            None => self.registers.push((reg, held)),
        }
    }

    fn end(&mut self, reg: Reg) {
        self.write(reg, Held::Value(Value::None));
    }

    /// The pending nodes that registers hold.
    fn live(&self) -> SmallVec<[NodeId; 4]> {
        let nodes = self.registers.iter().filter_map(|(_, held)| match held {
            Held::Node(node) => Some(*node),
            Held::Value(_) => None,
        });
        nodes.filter(|&node| self.graph.is_pending(node)).collect()
    }

    /// Empties the registers that end: what they hold may be written over then.
    fn release(&mut self) {
        for (reg, held) in &self.registers {
            if !matches!(held, Held::Value(value) if !value.is_none()) {
                self.w.set(*reg, Value::None);
            }
        }
    }

    /// Gives the registers what they hold, once everything is run.
    fn write_back(&mut self) {
        for (reg, held) in std::mem::take(&mut self.registers) {
            let value = match held {
                Held::Value(value) => value,
                Held::Node(node) => match self.graph.array(node) {
                    Some(array) => Value::array(array.clone()),
                    None => Value::None,
                },
            };
            self.w.set(reg, value);
        }
    }

    /// Takes an instruction in.
    fn take_in(&mut self, ins: &Ins, marks: u8) -> Result<Next, Error> {
        match *ins {
            Ins::LoadInt { d, value } => self.write(d, Held::Value(Value::Int(i64::from(value)))),
            Ins::LoadConst { d, k } => {
                self.write(d, Held::Value(self.code.consts[k as usize].clone()));
            }
            Ins::GlobalGet { d, global } => match self.shared.read_global(GlobalId(global)) {
                Ok(value) => self.write(d, Held::Value(value)),
                Err(_) => return Ok(Next::Other),
            },
            Ins::Move { d, a } => {
                let held = self.read(a);
                self.end(a);
                self.write(d, held);
            }
            Ins::Copy { d, a } => {
                let held = self.read(a);
                self.write(d, held);
            }
            Ins::Clear { a } => self.end(a),

            Ins::Add { d, a, b } => return self.binary(Op::Add, d, a, b, marks),
            Ins::Sub { d, a, b } => return self.binary(Op::Sub, d, a, b, marks),
            Ins::Mul { d, a, b } => return self.binary(Op::Mul, d, a, b, marks),
            Ins::Div { d, a, b } => return self.binary(Op::Div, d, a, b, marks),
            Ins::FloorDiv { d, a, b } => return self.binary(Op::FloorDiv, d, a, b, marks),
            Ins::Rem { d, a, b } => return self.binary(Op::Rem, d, a, b, marks),
            Ins::BitAnd { d, a, b } => return self.binary(Op::BitAnd, d, a, b, marks),
            Ins::BitOr { d, a, b } => return self.binary(Op::BitOr, d, a, b, marks),
            Ins::BitXor { d, a, b } => return self.binary(Op::BitXor, d, a, b, marks),
            Ins::Shl { d, a, b } => return self.binary(Op::Shl, d, a, b, marks),
            Ins::Shr { d, a, b } => return self.binary(Op::Shr, d, a, b, marks),
            Ins::Binary { op, d, a, b } => return self.binary(op.op(), d, a, b, marks),
            Ins::Compare { cond, d, a, b } => return self.binary(op_of(cond), d, a, b, marks),
            Ins::AddInt { d, a, value } => return self.binary_int(Op::Add, d, a, value, marks),
            Ins::SubInt { d, a, value } => return self.binary_int(Op::Sub, d, a, value, marks),
            Ins::MulInt { d, a, value } => return self.binary_int(Op::Mul, d, a, value, marks),
            Ins::FloorDivInt { d, a, value } => {
                return self.binary_int(Op::FloorDiv, d, a, value, marks);
            }
            Ins::RemInt { d, a, value } => return self.binary_int(Op::Rem, d, a, value, marks),
            Ins::Neg { d, a } => return self.unary(UnaryOp::Neg, None, d, a, marks),
            Ins::BitNot { d, a } => return self.unary(UnaryOp::Not, None, d, a, marks),
            Ins::Math { d, a, builtin } => {
                let builtin = Builtin::ALL[usize::from(builtin)];
                let Some(Elementwise::Unary(op)) = elementwise(builtin) else {
                    return Ok(Next::Other);
                };
                return self.unary(op, float_function(builtin), d, a, marks);
            }
            Ins::Call { d, site } if d != Reg::NONE => {
                let code = self.code;
                return self.call(d, &code.calls[site as usize]);
            }
            _ => return Ok(Next::Other),
        }
        Ok(Next::More)
    }

    fn binary(&mut self, op: Op, d: Reg, a: Reg, b: Reg, marks: u8) -> Result<Next, Error> {
        let (x, y) = (self.read(a), self.read(b));
        let Some(result) = self.binary_of(op, x, y, marks)? else { return Ok(Next::Other) };
        if marks & marks::ENDS_A != 0 {
            self.end(a);
        }
        if marks & marks::ENDS_B != 0 {
            self.end(b);
        }
        self.write(d, result);
        Ok(Next::More)
    }

    fn binary_int(&mut self, op: Op, d: Reg, a: Reg, value: i16, marks: u8) -> Result<Next, Error> {
        let (x, y) = (self.read(a), Held::Value(Value::Int(i64::from(value))));
        let Some(result) = self.binary_of(op, x, y, marks)? else { return Ok(Next::Other) };
        if marks & marks::ENDS_A != 0 {
            self.end(a);
        }
        self.write(d, result);
        Ok(Next::More)
    }

    fn binary_of(&mut self, op: Op, x: Held, y: Held, marks: u8) -> Result<Option<Held>, Error> {
        let Some(what) = ops::array_op(op) else { return Ok(None) };
        if let (Held::Value(x), Held::Value(y)) = (&x, &y)
            && !self.is_large(x)
            && !self.is_large(y)
        {
            if !is_number(x) || !is_number(y) {
                return Ok(None);
            }
            let (x, y) = settle(x.clone(), y.clone(), marks);
            let done = match cond_of(op) {
                Some(cond) => ops::compare(self.stop, cond, x, y),
                None => ops::binary(self.stop, op, x, y),
            };
            return Ok(done.ok().map(Held::Value));
        }
        self.apply(what, x, y)
    }

    /// An operation of two operands, one of them large.
    fn apply(&mut self, op: BinaryOp, x: Held, y: Held) -> Result<Option<Held>, Error> {
        let (Some(x), Some(y)) = (self.arg(x), self.arg(y)) else { return Ok(None) };
        let node = self.graph.binary(self.stop, op, x, y);
        self.node(node)
    }

    fn node(&self, node: Result<Option<NodeId>, ArrayError>) -> Result<Option<Held>, Error> {
        match node {
            Ok(node) => Ok(node.map(Held::Node)),
            Err(error) => from_outside(error).map(|()| None),
        }
    }

    fn arg(&mut self, held: Held) -> Option<Arg> {
        match held {
            Held::Node(node) => Some(Arg::Node(node)),
            Held::Value(Value::Array(array)) => Some(Arg::Node(self.graph.leaf((*array).clone()))),
            Held::Value(value) => value.as_scalar().map(Arg::Scalar),
        }
    }

    fn is_large(&self, value: &Value) -> bool {
        matches!(value, Value::Array(array) if array.size() >= self.large)
    }

    /// An operation of one operand, which for a float is `function`.
    fn unary(
        &mut self,
        op: UnaryOp,
        function: Option<fn(f64) -> f64>,
        d: Reg,
        a: Reg,
        marks: u8,
    ) -> Result<Next, Error> {
        let result = match (self.read(a), function) {
            (Held::Value(Value::Float(x)), Some(function)) => {
                Some(Held::Value(Value::Float(function(x))))
            }
            (held, _) => self.unary_of(op, held)?,
        };
        let Some(result) = result else { return Ok(Next::Other) };
        if marks & marks::ENDS_A != 0 {
            self.end(a);
        }
        self.write(d, result);
        Ok(Next::More)
    }

    fn unary_of(&mut self, op: UnaryOp, held: Held) -> Result<Option<Held>, Error> {
        match held {
            Held::Value(value) if !self.is_large(&value) => Ok(None),
            held => match self.arg(held) {
                Some(Arg::Node(node)) => {
                    let node = self.graph.unary(self.stop, op, node);
                    self.node(node)
                }
                _ => Ok(None),
            },
        }
    }

    /// A call of a builtin that is an operation of this kind, or reduces what waits.
    fn call(&mut self, d: Reg, site: &CallSite) -> Result<Next, Error> {
        let Some(builtin) = self.builtin(&site.target) else { return Ok(Next::Other) };
        let Some(args) = self.bind(builtin, site) else { return Ok(Next::Other) };
        let is_method = matches!(site.target, CallTarget::Method { .. });
        let is_array = |held: &Held| matches!(held, Held::Node(_) | Held::Value(Value::Array(_)));
        if is_method && !args.first().is_some_and(is_array) {
            return Ok(Next::Other);
        }
        if let Some(op) = elementwise(builtin) {
            let result = match (op, &args[..]) {
                (Elementwise::Unary(op), [x]) => self.unary_of(op, x.clone())?,
                (Elementwise::Binary(op), [x, y]) => self.large_pair(op, x, y)?,
                (Elementwise::Select, [condition, a, b]) => self.select(condition, a, b)?,
                _ => None,
            };
            if let Some(result) = result {
                self.end_arguments(site);
                self.write(d, result);
                return Ok(Next::More);
            }
            if !matches!(builtin, Builtin::Min | Builtin::Max) {
                return Ok(Next::Other);
            }
        }
        self.reduce(builtin, &args, d, site)
    }

    fn large_pair(&mut self, op: BinaryOp, x: &Held, y: &Held) -> Result<Option<Held>, Error> {
        let is_large = |held: &Held| match held {
            Held::Node(_) => true,
            Held::Value(value) => self.is_large(value),
        };
        if is_large(x) || is_large(y) { self.apply(op, x.clone(), y.clone()) } else { Ok(None) }
    }

    fn select(&mut self, condition: &Held, a: &Held, b: &Held) -> Result<Option<Held>, Error> {
        match condition {
            Held::Value(value) if !self.is_large(value) => return Ok(None),
            _ => {}
        }
        let Some(Arg::Node(condition)) = self.arg(condition.clone()) else { return Ok(None) };
        let (Some(a), Some(b)) = (self.arg(a.clone()), self.arg(b.clone())) else {
            return Ok(None);
        };
        let node = self.graph.select(self.stop, condition, a, b);
        self.node(node)
    }

    /// The builtin that is called, if it is known.
    fn builtin(&self, target: &CallTarget) -> Option<Builtin> {
        let of_func = |func| {
            let reduces = [Builtin::Sum, Builtin::Prod, Builtin::Any, Builtin::All];
            reduces.into_iter().find(|b| self.shared.prelude(*b) == Some(func))
        };
        match target {
            CallTarget::Builtin(b) => Some(*b),
            CallTarget::Func(func) => of_func(*func),
            CallTarget::Method { fallback: MethodFallback::Builtin(b), .. } => Some(*b),
            CallTarget::Method { fallback: MethodFallback::Func(func), .. } => of_func(*func),
            CallTarget::Method { .. } | CallTarget::Value(_) => None,
        }
    }

    /// The arguments in the order of the builtin's row, without those of a variadic parameter that is not
    /// given and of the named ones behind it.
    fn bind(&self, builtin: Builtin, site: &CallSite) -> Option<SmallVec<[Held; 4]>> {
        let params = builtin.params();
        let mut out: SmallVec<[Held; 4]> = SmallVec::new();
        let mut named: SmallVec<[(usize, Held); 4]> = SmallVec::new();
        for arg in &site.args {
            if arg.spread {
                return None;
            }
            let held = match arg.source {
                ArgSource::Value(operand) => match operand.kind() {
                    OperandKind::Copy(reg) | OperandKind::Move(reg) => self.read(reg),
                    OperandKind::Const(k) => Held::Value(self.code.consts[k].clone()),
                },
                ArgSource::Offered(reg) if params.first().is_some_and(|p| !p.mutable) => {
                    self.read(reg)
                }
                ArgSource::Offered(_) | ArgSource::Mut(_) => return None,
            };
            match &arg.name {
                None => out.push(held),
                Some(name) => {
                    named.push((params.iter().position(|p| *p.name == **name)?, held));
                }
            }
        }
        for (index, held) in named {
            while out.len() < index {
                let default = match params[out.len()].variadic {
                    true => Value::list(Vec::new()),
                    false => default_of(builtin, out.len())?,
                };
                out.push(Held::Value(default));
            }
            if out.len() != index {
                return None;
            }
            out.push(held);
        }
        Some(out)
    }

    /// Marks the registers whose last use the call is.
    fn end_arguments(&mut self, site: &CallSite) {
        for arg in &site.args {
            if let ArgSource::Value(operand) = arg.source
                && let OperandKind::Move(reg) = operand.kind()
            {
                self.end(reg);
            }
        }
    }

    /// A reduction of something that waits: it is run now, with everything else.
    fn reduce(
        &mut self,
        builtin: Builtin,
        args: &[Held],
        d: Reg,
        site: &CallSite,
    ) -> Result<Next, Error> {
        let (op, first) = match builtin {
            Builtin::Sum => (ReduceOp::Sum, 1),
            Builtin::Prod => (ReduceOp::Prod, 1),
            Builtin::Any => (ReduceOp::Any, 1),
            Builtin::All => (ReduceOp::All, 1),
            Builtin::Mean => (ReduceOp::Mean, 1),
            Builtin::ArgMin => (ReduceOp::ArgMin, 1),
            Builtin::ArgMax => (ReduceOp::ArgMax, 1),
            // Their further values stand in front of the axis.
            Builtin::Min => (ReduceOp::Min, 2),
            Builtin::Max => (ReduceOp::Max, 2),
            _ => return Ok(Next::Other),
        };
        let Some(&Held::Node(node)) = args.first() else { return Ok(Next::Other) };
        let option = |n: usize| match args.get(n) {
            None => Some(Value::None),
            Some(Held::Value(value)) => Some(value.clone()),
            Some(Held::Node(_)) => None,
        };
        let is_pair = first == 2 && args.len() == 2;
        let (Some(axes), Some(keepdims), false) = (option(first), option(first + 1), is_pair)
        else {
            return Ok(Next::Other);
        };
        let keepdims = match keepdims {
            Value::None => false,
            Value::Bool(keepdims) => keepdims,
            _ => return Ok(Next::Other),
        };
        let Some(axes) = reduced_axes(&axes) else { return Ok(Next::Other) };
        if !self.graph.is_pending(node) || args.len() > first + 2 {
            return Ok(Next::Other);
        }
        self.reduce_node(op, node, (axes.as_deref(), keepdims), d, site)
    }

    fn reduce_node(
        &mut self,
        op: ReduceOp,
        node: NodeId,
        how: (Option<&[i64]>, bool),
        d: Reg,
        site: &CallSite,
    ) -> Result<Next, Error> {
        // What the reduction ends needs no array of its own.
        let before = self.registers.clone();
        self.end_arguments(site);
        let live = self.live();
        let shape = self.graph.shape(node);
        let beside = live.iter().copied().filter(|&other| self.graph.shape(other) == shape);
        let beside: SmallVec<[NodeId; 4]> = beside.collect();
        let is_exact = self.graph.dtype(node).is_integer();
        let is_safe = !self.graph.may_fail() && !is_exact && op.takes(self.graph.dtype(node));
        if is_safe && how.0.is_none() {
            self.release();
        }
        let value = match reduce_node(self.stop, op, &mut self.graph, node, &beside, how) {
            Ok(Some(array)) => crate::std::scalar_or_array(array),
            Ok(None) => {
                self.registers = before;
                return Ok(Next::Other);
            }
            Err(error) => {
                from_outside(error)?;
                self.registers = before;
                return Ok(Next::Other);
            }
        };
        self.write(d, Held::Value(value));
        let live = self.live();
        if !self.graph.run_all(self.stop, &live, false)? {
            return Ok(Next::Other);
        }
        self.write_back();
        Ok(Next::Done)
    }
}

fn is_number(value: &Value) -> bool {
    value.is_scalar() || matches!(value, Value::Array(_))
}

fn op_of(cond: Cond) -> Op {
    match cond {
        Cond::Eq => Op::Eq,
        Cond::Ne => Op::Ne,
        Cond::Lt => Op::Lt,
        Cond::Le => Op::Le,
        Cond::Gt => Op::Gt,
        Cond::Ge => Op::Ge,
    }
}

fn cond_of(op: Op) -> Option<Cond> {
    Some(match op {
        Op::Eq => Cond::Eq,
        Op::Ne => Cond::Ne,
        Op::Lt => Cond::Lt,
        Op::Le => Cond::Le,
        Op::Gt => Cond::Gt,
        Op::Ge => Cond::Ge,
        _ => return None,
    })
}
