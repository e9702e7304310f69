//! One arm for each op of generic SSA form.

use super::emit::Emitter;
use super::values::Value;
use crate::entities::Inst;
use crate::function::{Imm, Target};
use crate::ops::Op;
use crate::passes::unit::Reject;
use crate::types::{DType, Ty};
use std::sync::Arc;

impl Emitter<'_, '_> {
    /// Translates one generic instruction.
    pub fn translate(&mut self, inst: Inst) -> Result<(), Reject> {
        let data = self.code.insts[inst].clone();
        let args = self.args();
        let value = match (data.op, &data.imm) {
            (Op::ConstInt, _) => self.constant(data.op, data.imm, Ty::Int),
            (Op::ConstFloat, _) => self.constant(data.op, data.imm, Ty::Float),
            (Op::ConstF32, _) => self.constant(data.op, data.imm, Ty::F32),
            (Op::ConstBool, _) => self.constant(data.op, data.imm, Ty::Bool),
            (Op::ConstStr, _) => self.constant(data.op, data.imm, Ty::Str),
            (Op::ConstNone, _) => Value::none(),
            (Op::ConstComplex, Imm::Complex(re, im)) => {
                let (re, im) = (self.float(re.value()), self.float(im.value()));
                super::scalar::complex(re, im)
            }
            (Op::Closure, Imm::Func(id)) => {
                let tys: Vec<Ty> = args.iter().map(|a| a.ty.clone()).collect();
                Value::of_parts(Ty::Fn(*id, tys.into()), &args)
            }
            (Op::BuiltinRef, Imm::Builtin(b)) => Value { ty: Ty::Builtin(*b), ..Value::none() },
            (Op::GlobalGet, Imm::Global(id)) => match self.sp.world.global(*id) {
                Some((ty, Some(constant))) => self.global_constant(ty, constant),
                Some((ty, None)) => self.generic(Op::GlobalGet, &[], data.imm, ty),
                None => self.generic(Op::GlobalGet, &[], data.imm, Ty::Any),
            },
            (Op::ParamGiven, Imm::Int(i)) => {
                let given =
                    self.sp.specs[self.me].params.get(*i as usize).is_some_and(|t| *t != Ty::Never);
                self.bool_value(given)
            }

            (Op::Neg, _) => self.negate(&args[0]),
            (Op::Not, _) => self.not(&args[0]),
            (Op::BitNot, _) => self.bit_not(&args[0]),
            (op, imm) if op.is_binary_operator() => self.binary(op, imm, &args[0], &args[1]),

            (Op::Range, Imm::Bool(inclusive)) => self.range(&args, *inclusive),
            (Op::OpenRange, _) => self.generic(Op::OpenRange, &args, data.imm, Ty::Any),
            (Op::Tuple, _) => {
                let tys: Vec<Ty> = args.iter().map(|a| a.ty.clone()).collect();
                Value::of_parts(Ty::Tuple(tys.into()), &args)
            }
            (Op::List, Imm::Spread(spread)) => {
                let ty = self.list_type(inst, &args, spread);
                self.generic(Op::List, &args, data.imm, ty)
            }
            (Op::Record, Imm::Names(names)) => match record(names, &args) {
                Some(value) => value,
                None => self.generic(Op::Record, &args, data.imm, Ty::Any),
            },
            (Op::Format | Op::Concat, _) => self.generic(data.op, &args, data.imm, Ty::Str),
            (Op::Index, Imm::Index(parts)) => self.index(&args[0], parts, &args[1..]),
            (Op::FieldGet, Imm::Name(name)) => self.field(&args[0], name),
            (Op::PlaceWith, Imm::Path(path)) => {
                let last = args.len() - 1;
                self.place_with(&args[0], path, &args[1..last], &args[last])
            }
            (Op::Call | Op::CallFn | Op::CallBuiltin | Op::CallMethod, Imm::Call(call)) => {
                return self.call(call, args);
            }

            (Op::CheckBool, _) if args[0].ty == Ty::Bool => args[0].clone(),
            (Op::CheckBool, _) => self.generic(data.op, &args, data.imm, Ty::Bool),
            (Op::CheckType, Imm::Ty(spec)) => self.check_type(&args[0], spec),
            (Op::TestType, Imm::Ty(spec)) => self.test_type(&args[0], spec),
            (Op::TestLen, Imm::Int(n)) => self.test_len(&args[0], *n),
            (Op::TestTuple, Imm::Int(n)) => self.test_tuple(&args[0], *n),
            (Op::TestField, Imm::Name(name)) => self.test_field(&args[0], name),
            (Op::TestEqual, imm) => self.test_equal(imm, &args[0], &args[1]),
            (Op::Catch, _) => self.generic(data.op, &args, data.imm, Ty::Any),
            (Op::CheckLen, Imm::Int(n)) => self.check_len(&args[0], *n),

            (Op::Iter, _) => self.iter(&args[0]),
            (Op::IterStart, _) => self.iter_start(&args[0]),
            (Op::Await, _) => return Err(Reject::Waits("await")),
            (Op::Yield, _) => return Err(Reject::Generator),

            (Op::Jump, _) => {
                self.jump_to(0, &[]);
                return Ok(());
            }
            (Op::Branch, _) => {
                self.branch(&args[0]);
                return Ok(());
            }
            (Op::IterNext, _) => {
                self.iter_next(&args[0], &args[1]);
                return Ok(());
            }
            (Op::Return, _) => {
                self.return_values();
                return Ok(());
            }
            (Op::Exit, Imm::Int(number)) => {
                self.exit(*number);
                return Ok(());
            }
            (Op::Throw, _) => {
                let error = self.boxed(&args[0]);
                self.put(Op::Throw, &[error], Imm::None, &[]);
                self.is_live = false;
                return Ok(());
            }
            (Op::Unreachable, _) => {
                self.put(Op::Unreachable, &[], Imm::None, &[]);
                self.is_live = false;
                return Ok(());
            }
            (Op::Interrupt, _) => {
                self.put(Op::Interrupt, &[], Imm::None, &[]);
                return Ok(());
            }
            // `global.set` and whatever else gives nothing.
            (op, _) => {
                let boxed: Vec<_> = args.iter().map(|a| self.boxed(a)).collect();
                let tys = vec![Ty::Any; data.results.len()];
                let typed = self.put(op, &boxed, data.imm, &tys);
                for i in 0..data.results.len() {
                    let leaf = self.out.insts[typed].results[i];
                    self.set(i, Value::leaf(Ty::Any, leaf));
                }
                return Ok(());
            }
        };
        self.set(0, value);
        Ok(())
    }

    fn constant(&mut self, op: Op, imm: Imm, ty: Ty) -> Value {
        let leaf = self.put1(op, &[], imm, ty.clone());
        Value::leaf(ty, leaf)
    }

    fn global_constant(&mut self, ty: Ty, constant: Imm) -> Value {
        match (&ty, constant) {
            (Ty::Int, imm @ Imm::Int(_)) => self.constant(Op::ConstInt, imm, ty),
            (Ty::Float, imm @ Imm::Float(_)) => self.constant(Op::ConstFloat, imm, ty),
            (Ty::F32, imm @ Imm::F32(_)) => self.constant(Op::ConstF32, imm, ty),
            (Ty::Bool, imm @ Imm::Bool(_)) => self.constant(Op::ConstBool, imm, ty),
            (Ty::Complex, Imm::Complex(re, im)) => {
                let (re, im) = (self.float(re.value()), self.float(im.value()));
                super::scalar::complex(re, im)
            }
            _ => Value { ty, ..Value::none() },
        }
    }

    fn branch(&mut self, condition: &Value) {
        if condition.ty == Ty::Bool {
            if let Some(known) = self.known_bool(condition.leaves[0]) {
                return self.jump_to(usize::from(!known), &[]);
            }
            let inst = self.put(Op::Branch, &condition.leaves, Imm::None, &[]);
            self.leads_to(inst, 0, 0, &[]);
            self.leads_to(inst, 1, 1, &[]);
        } else {
            let boxed = self.boxed(condition);
            let inst = self.put(Op::Branch, &[boxed], Imm::None, &[]);
            self.leads_to(inst, 0, 0, &[]);
            self.leads_to(inst, 1, 1, &[]);
        }
        self.is_live = false;
    }

    /// `[a, b]`: an array of numbers, or of arrays that are literals of one length; else what the helper
    /// finds.
    fn list_type(&self, inst: Inst, args: &[Value], spread: &[bool]) -> Ty {
        if args.is_empty() {
            return Ty::List(Arc::new(Ty::Never));
        }
        if spread.contains(&true) {
            return spread_type(args, spread);
        }
        let dtypes: Option<Vec<DType>> =
            args.iter().map(|a| super::scalar::dtype_of(&a.ty)).collect();
        if let Some(dtypes) = dtypes {
            let dtype = dtypes.into_iter().reduce(super::scalar::promoted).unwrap_or(DType::Float);
            return Ty::Array(dtype, Some(1));
        }
        if let Some(shape) = self.literal_shape(inst) {
            let dtypes = args.iter().map(|a| match a.ty {
                Ty::Array(dtype, _) => Some(dtype),
                _ => None,
            });
            let dtype = dtypes
                .collect::<Option<Vec<_>>>()
                .and_then(|d| d.into_iter().reduce(super::scalar::promoted));
            if let (Some(dtype), Ok(rank)) = (dtype, u8::try_from(shape.len())) {
                return Ty::Array(dtype, Some(rank));
            }
        }
        match args.iter().any(|a| matches!(a.ty, Ty::Any | Ty::Array(..))) {
            true => Ty::Any,
            false => Ty::List(Arc::new(Ty::Any)),
        }
    }

    /// The shape of nested literals of equal lengths, with numbers inside.
    fn literal_shape(&self, inst: Inst) -> Option<Vec<usize>> {
        let data = &self.code.insts[inst];
        match &data.imm {
            Imm::Spread(spread) if data.op == Op::List && !spread.contains(&true) => {}
            _ => return None,
        }
        let mut inner: Option<Vec<usize>> = None;
        for &arg in &data.args {
            let shape = match self.code.vals[arg].def {
                _ if super::scalar::dtype_of(&self.value(arg).ty).is_some() => Vec::new(),
                crate::function::ValDef::Result(inst, 0) => self.literal_shape(inst)?,
                _ => return None,
            };
            match &inner {
                Some(other) if *other != shape => return None,
                _ => inner = Some(shape),
            }
        }
        let mut shape = vec![data.args.len()];
        shape.extend(inner?);
        Some(shape)
    }

    /// Ends the block and goes on in another where the bool is true; where it is false, `otherwise` runs
    /// and does not come back.
    pub fn unless(&mut self, ok: crate::entities::Val, otherwise: impl FnOnce(&mut Self)) {
        let branch = self.put(Op::Branch, &[ok], Imm::None, &[]);
        let (go_on, fail) = (self.new_block(), self.new_block());
        self.set_target(branch, 0, Target::new(go_on, &[]));
        self.set_target(branch, 1, Target::new(fail, &[]));
        self.at = fail;
        otherwise(self);
        self.put(Op::Unreachable, &[], Imm::None, &[]);
        self.at = go_on;
    }
}

/// A record whose fields are all known; later ones win, at the place of the first.
fn record(names: &[Arc<str>], args: &[Value]) -> Option<Value> {
    let mut fields: Vec<(Arc<str>, Value)> = Vec::new();
    let mut put = |name: Arc<str>, value: Value| match fields.iter_mut().find(|(n, _)| *n == name) {
        Some((_, old)) => *old = value,
        None => fields.push((name, value)),
    };
    for (name, value) in names.iter().zip(args) {
        if &**name != "..." {
            put(name.clone(), value.clone());
            continue;
        }
        let Ty::Record(spread) = &value.ty else {
            return None;
        };
        for ((name, _), part) in spread.iter().zip(value.parts()) {
            put(name.clone(), part);
        }
    }
    let tys = fields.iter().map(|(n, v)| (n.clone(), v.ty.clone())).collect();
    let parts: Vec<Value> = fields.into_iter().map(|(_, v)| v).collect();
    Some(Value::of_parts(Ty::Record(tys), &parts))
}

/// The type of a literal that spreads. One that spreads an empty list is a list of its other items.
fn spread_type(args: &[Value], spread: &[bool]) -> Ty {
    let never = Ty::List(Arc::new(Ty::Never));
    let mut item = Ty::Never;
    for (arg, &is_spread) in args.iter().zip(spread) {
        match is_spread {
            true if arg.ty == never => {}
            true => return Ty::Any,
            false => item = super::builtins::pushed(&item, &arg.ty),
        }
    }
    Ty::List(Arc::new(item))
}
