//! Runs operations on large arrays together with those that follow them in the code.
//!
//! Where the interpreter meets an operation on a large array, it reads on and gathers what it finds in a
//! [`Graph`], until it comes to something else: a call, an index, a jump. Then the graph is run in one pass
//! over memory, and only what the registers still hold is written. Nothing waits longer than that, so no
//! value is ever seen before it is there. What has no result, or no meaning, is not done here: the
//! interpreter does that instruction by itself and throws the error where it belongs.

use crate::array::UnaryOp;
use crate::array::graph::NodeId;
use crate::bytecode::code::{ArgSource, CallSite, CallTarget, Code, MethodFallback};
use crate::bytecode::ins::{Ins, OperandKind, Reg, marks};
use crate::context::ExecutionContext;
use crate::error::Error;
use crate::fusion::{Fusion, Held, Reduction};
use crate::general::{marks_of, weak_of};
use crate::interrupt::Stop;
use crate::shared::Shared;
use crate::std::{Elementwise, default_of, elementwise};
use crate::value::Value;
use crate::window::{Pointer, Window};
use quern_ir::Op;
use quern_ir::builtins::{Effects, Home};
use quern_ir::{Builtin, GlobalId};
use smallvec::SmallVec;

/// Most instructions that are read.
const FAR: usize = 256;

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
    let is_operation = matches!(
        ins,
        Ins::Add { .. }
            | Ins::Sub { .. }
            | Ins::Mul { .. }
            | Ins::Div { .. }
            | Ins::FloorDiv { .. }
            | Ins::Rem { .. }
            | Ins::BitAnd { .. }
            | Ins::BitOr { .. }
            | Ins::BitXor { .. }
            | Ins::Shl { .. }
            | Ins::Shr { .. }
            | Ins::Binary { .. }
            | Ins::Compare { .. }
            | Ins::AddInt { .. }
            | Ins::SubInt { .. }
            | Ins::MulInt { .. }
            | Ins::FloorDivInt { .. }
            | Ins::RemInt { .. }
            | Ins::Neg { .. }
            | Ins::BitNot { .. }
            | Ins::Math { .. }
    );
    let is_large = |reg: Reg| matches!(w.get(reg), Value::Array(a) if a.size() >= large);
    let [_, operands @ ..] = ins.registers();
    is_operation && operands.into_iter().flatten().any(is_large)
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
    context: &mut ExecutionContext,
) -> Result<Option<i32>, Error> {
    let interrupt = context.interrupt.clone();
    let mut ahead = Lookahead {
        w,
        code,
        shared,
        context,
        fusion: Fusion::new(Stop::on(&interrupt), shared.tiering().fused_size()),
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
        if ahead.fusion.graph.is_full() || passed as usize == FAR {
            break;
        }
        ins = at.next();
    }
    if ahead.fusion.graph.pending() < 2 {
        return Ok(None);
    }
    let live = ahead.live();
    let done = ahead.run(&live)?;
    Ok(done.then_some(passed - 1))
}

struct Lookahead<'a, 'w, 's> {
    w: &'a mut Window<'w>,
    code: &'a Code,
    shared: &'a Shared,
    context: &'a mut ExecutionContext,
    fusion: Fusion<'s>,
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
        nodes.filter(|&node| self.fusion.graph.is_pending(node)).collect()
    }

    /// Runs nodes and gives the registers what they hold; `false` if something has no result, and nothing is
    /// changed then.
    fn run(&mut self, live: &[NodeId]) -> Result<bool, Error> {
        let graph = &mut self.fusion.graph;
        if !graph.run_all(self.fusion.stop, live)? || !graph.is_tried() {
            return Ok(false);
        }
        for (reg, held) in std::mem::take(&mut self.registers) {
            self.w.set(reg, self.fusion.value(held));
        }
        Ok(true)
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
            Ins::Compare { cond, d, a, b } => return self.binary(cond.operator(), d, a, b, marks),
            Ins::AddInt { d, a, value } => return self.binary_int(Op::Add, d, a, value, marks),
            Ins::SubInt { d, a, value } => return self.binary_int(Op::Sub, d, a, value, marks),
            Ins::MulInt { d, a, value } => return self.binary_int(Op::Mul, d, a, value, marks),
            Ins::FloorDivInt { d, a, value } => {
                return self.binary_int(Op::FloorDiv, d, a, value, marks);
            }
            Ins::RemInt { d, a, value } => return self.binary_int(Op::Rem, d, a, value, marks),
            Ins::Neg { d, a } => return self.unary(UnaryOp::Neg, d, a, marks),
            Ins::BitNot { d, a } => return self.unary(UnaryOp::Not, d, a, marks),
            Ins::Math { d, a, builtin } => {
                return match elementwise(Builtin::ALL[usize::from(builtin)]) {
                    Some(Elementwise::Unary(op)) => self.unary(op, d, a, marks),
                    _ => Ok(Next::Other),
                };
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
        let Some(result) = self.fusion.operator(op, weak_of(marks), &[x, y])? else {
            return Ok(Next::Other);
        };
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
        let result = self.fusion.operator(op, weak_of(marks), &[x, y])?;
        self.finish_unary(result, d, a, marks)
    }

    fn unary(&mut self, op: UnaryOp, d: Reg, a: Reg, marks: u8) -> Result<Next, Error> {
        let x = self.read(a);
        let result = self.fusion.unary(op, &x)?;
        self.finish_unary(result, d, a, marks)
    }

    fn finish_unary(
        &mut self,
        result: Option<Held>,
        d: Reg,
        a: Reg,
        marks: u8,
    ) -> Result<Next, Error> {
        let Some(result) = result else { return Ok(Next::Other) };
        if marks & marks::ENDS_A != 0 {
            self.end(a);
        }
        self.write(d, result);
        Ok(Next::More)
    }

    /// A call of a builtin that is an operation on elements, or reduces what waits.
    fn call(&mut self, d: Reg, site: &CallSite) -> Result<Next, Error> {
        let Some(builtin) = self.builtin(&site.target) else { return Ok(Next::Other) };
        let Some(args) = self.bind(builtin, site) else { return Ok(Next::Other) };
        let is_method = matches!(site.target, CallTarget::Method { .. });
        let is_array = |held: &Held| matches!(held, Held::Node(_) | Held::Value(Value::Array(_)));
        if is_method && !args.first().is_some_and(is_array) {
            return Ok(Next::Other);
        }
        if let Some(result) = self.fusion.elementwise(builtin, &args)? {
            self.end_arguments(site);
            self.write(d, result);
            return Ok(Next::More);
        }
        if let Some(reduction) = self.fusion.reduction(builtin, &args) {
            return self.reduce(&reduction, d, site);
        }
        match self.of_numbers(builtin, &args) {
            Some(value) => {
                self.write(d, Held::Value(value));
                Ok(Next::More)
            }
            None => Ok(Next::Other),
        }
    }

    /// What a function of numbers gives.
    fn of_numbers(&mut self, builtin: Builtin, args: &[Held]) -> Option<Value> {
        if builtin.home() != Home::Vm || builtin.effects() != Effects::Pure {
            return None;
        }
        let numbers = args.iter().map(|held| match held {
            Held::Value(value) if value.is_scalar() => Some(value.clone()),
            _ => None,
        });
        let mut values: SmallVec<[Value; 4]> = numbers.collect::<Option<_>>()?;
        for param in values.len()..builtin.params().len() {
            values.push(default_of(builtin, param)?);
        }
        crate::std::call(builtin, &mut values, self.context).ok()
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
    fn reduce(&mut self, reduction: &Reduction, d: Reg, site: &CallSite) -> Result<Next, Error> {
        // What the reduction ends needs no array of its own.
        let before = self.registers.clone();
        self.end_arguments(site);
        let live = self.live();
        if let Some(value) = self.fusion.reduce(reduction, &live)? {
            self.write(d, Held::Value(value));
            let rest = self.live();
            if self.run(&rest)? {
                return Ok(Next::Done);
            }
        }
        self.registers = before;
        Ok(Next::Other)
    }
}
