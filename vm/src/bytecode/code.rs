//! The register code of one function.

use super::ins::{Ins, Operand, OperandKind, Reg};
use crate::record::ShapeRef;
use crate::tier::{Heat, MAX_SPECIALISATIONS, NativeCode, NativeLoop};
use crate::value::Value;
use quern_ir::function::{IndexPart, PathStep, TypeSpec, Weak};
use quern_ir::{Block, Builtin, FuncId, Slot, Span, Val};
use std::sync::{Arc, OnceLock};

/// A function ready to run. Made only by [`Code::seal`], which checks that every register it names
/// lies in the window.
pub struct Code {
    pub func: FuncId,
    pub name: Arc<str>,
    pub params: Box<[ParamInfo]>,
    /// Captured values follow the parameters.
    pub captures: usize,
    pub is_generator: bool,
    /// Size of the window.
    pub registers: u16,
    /// Where the registers for the arguments of direct calls start. The callee's window starts there
    /// too, so that a call moves nothing.
    pub first_out: u16,
    pub ins: Box<[Ins]>,
    /// By instruction: its place in the source.
    pub spans: Box<[Span]>,
    /// By instruction: see [`super::ins::marks`].
    pub marks: Box<[u8]>,
    pub consts: Box<[Value]>,
    pub names: Box<[Arc<str>]>,
    pub calls: Box<[CallSite]>,
    pub sites: Box<[Site]>,
    pub loops: Box<[LoopSite]>,
    /// Guarded stretches of code.
    pub handlers: Box<[Handler]>,
    /// The register of each slot.
    pub slots: Box<[Reg]>,
    /// Where a compiled loop finds and leaves SSA values; those without a register of their own are
    /// constants or copies of slots.
    pub vals: Box<[ValPlace]>,
    /// Where each block starts.
    pub block_starts: Box<[u32]>,
    /// Whether a parameter is `mut`.
    pub has_mut_params: bool,
    /// Whether calls should look for machine code.
    pub heat: Heat,
    /// Machine code for the argument types seen.
    pub native: [OnceLock<Arc<dyn NativeCode>>; MAX_SPECIALISATIONS],
}

/// What a call needs to know of a parameter.
#[derive(Clone, Debug)]
pub struct ParamInfo {
    pub name: Arc<str>,
    /// The slot of a `mut` parameter.
    pub mutable: Option<Slot>,
    pub has_default: bool,
    pub variadic: bool,
}

/// Where an SSA value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValPlace {
    Nowhere,
    Reg(Reg),
    Const(u32),
}

/// Instructions `from..to` are guarded: an error goes to `target`, in the register `error`.
#[derive(Clone, Debug)]
pub struct Handler {
    pub from: u32,
    pub to: u32,
    pub target: u32,
    pub error: Option<Reg>,
}

/// A loop, by its header.
pub struct LoopSite {
    pub header: Block,
    /// The instruction the header starts with.
    pub start: u32,
    /// The instruction after the last one of the loop.
    pub end: u32,
    /// Of the header: where an interrupt between two turns is said to be, and what catches it.
    pub span: Span,
    pub handler: Option<Handler>,
    /// Whether turns should look for machine code.
    pub heat: Heat,
    pub native: [OnceLock<Arc<dyn NativeLoop>>; MAX_SPECIALISATIONS],
}

/// A call.
#[derive(Debug)]
pub struct CallSite {
    pub target: CallTarget,
    pub args: Box<[Argument]>,
    /// Whether any argument is named, spread or a variable.
    pub is_plain: bool,
}

/// What is called.
#[derive(Debug)]
pub enum CallTarget {
    /// A known function.
    Func(FuncId),
    /// A known builtin of another home than the prelude.
    Builtin(Builtin),
    /// A value.
    Value(Operand),
    /// `x.name(..)`: a field of the receiver, which is the first argument, else `fallback`.
    Method { name: Arc<str>, fallback: MethodFallback },
}

/// What a method name means when the receiver has no such field.
#[derive(Clone, Debug)]
pub enum MethodFallback {
    Func(FuncId),
    Builtin(Builtin),
    Value(Operand),
    Nothing,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    pub source: ArgSource,
    pub name: Option<Arc<str>>,
    pub spread: bool,
}

/// Where an argument comes from.
#[derive(Clone, Copy, Debug)]
pub enum ArgSource {
    Value(Operand),
    /// A variable passed `mut`.
    Mut(Reg),
    /// A variable that is the receiver of a method: passed `mut` if the callee wants it so.
    Offered(Reg),
}

/// An operation whose operands do not fit in an instruction.
#[derive(Debug)]
pub enum Site {
    Closure {
        func: FuncId,
        captures: Box<[Operand]>,
    },
    Range {
        parts: [Operand; 3],
        inclusive: bool,
        open: bool,
    },
    Tuple(Box<[Operand]>),
    List {
        items: Box<[Operand]>,
        spread: Option<Box<[bool]>>,
    },
    /// All names distinct and no spread.
    Record {
        shape: ShapeRef,
        fields: Box<[Operand]>,
    },
    /// A name of `...` spreads a record.
    RecordSpread {
        names: Box<[Arc<str>]>,
        fields: Box<[Operand]>,
    },
    Format {
        value: Operand,
        spec: Arc<str>,
    },
    Concat(Box<[Operand]>),
    Index {
        base: Operand,
        parts: Box<[IndexPart]>,
        values: Box<[Operand]>,
    },
    Place {
        variable: Reg,
        steps: Box<[PathStep]>,
        values: Box<[Operand]>,
        value: Operand,
    },
    CheckType {
        value: Operand,
        spec: TypeSpec,
    },
    CheckLen {
        value: Operand,
        len: i64,
    },
    Catch(Operand),
    TestType {
        value: Operand,
        spec: TypeSpec,
    },
    TestLen {
        value: Operand,
        len: i64,
    },
    TestTuple {
        value: Operand,
        len: i64,
    },
    TestField {
        value: Operand,
        name: Arc<str>,
    },
    TestEqual {
        a: Operand,
        b: Operand,
        weak: Option<Weak>,
    },
    Await(Operand),
}

impl Site {
    /// Calls `f` with every operand.
    pub fn operands(&self, f: &mut dyn FnMut(Operand)) {
        match self {
            Site::Closure { captures: ops, .. }
            | Site::Tuple(ops)
            | Site::List { items: ops, .. }
            | Site::Record { fields: ops, .. }
            | Site::RecordSpread { fields: ops, .. }
            | Site::Concat(ops) => ops.iter().for_each(|&o| f(o)),
            Site::Range { parts, .. } => parts.iter().for_each(|&o| f(o)),
            Site::Format { value, .. }
            | Site::CheckType { value, .. }
            | Site::CheckLen { value, .. }
            | Site::Catch(value)
            | Site::TestType { value, .. }
            | Site::TestLen { value, .. }
            | Site::TestTuple { value, .. }
            | Site::TestField { value, .. }
            | Site::Await(value) => f(*value),
            Site::Index { base, values, .. } => {
                f(*base);
                values.iter().for_each(|&o| f(o));
            }
            Site::Place { variable, values, value, .. } => {
                f(Operand::register(*variable, false));
                values.iter().for_each(|&o| f(o));
                f(*value);
            }
            Site::TestEqual { a, b, .. } => {
                f(*a);
                f(*b);
            }
        }
    }
}

impl LoopSite {
    pub fn new(header: Block, span: Span) -> LoopSite {
        LoopSite {
            header,
            start: 0,
            end: 0,
            span,
            handler: None,
            heat: Heat::default(),
            native: [const { OnceLock::new() }; MAX_SPECIALISATIONS],
        }
    }
}

impl Code {
    /// Checks what the interpreter relies on without looking: every register an instruction names lies
    /// in the window, every jump stays inside, and control cannot run off the end.
    ///
    /// # Panics
    ///
    /// If not; that is a bug of the compiler.
    pub fn seal(self) -> Code {
        let fits = |r: Reg| {
            assert!(r.0 < self.registers, "{}: register {} of {}", self.name, r.0, self.registers)
        };
        let operand = |o: Operand| match o.kind() {
            OperandKind::Copy(r) | OperandKind::Move(r) => fits(r),
            OperandKind::Const(k) => assert!(k < self.consts.len()),
        };
        let lands = |at: usize, by: i64| {
            let to = at as i64 + 1 + by;
            assert!((0..self.ins.len() as i64).contains(&to), "{}: a jump to {to}", self.name);
        };
        for (at, ins) in self.ins.iter().enumerate() {
            ins.registers().into_iter().flatten().for_each(fits);
            match *ins {
                Ins::Jump { by }
                | Ins::JumpIf { by, .. }
                | Ins::JumpUnless { by, .. }
                | Ins::IterExit { by, .. } => {
                    lands(at, i64::from(by));
                }
                Ins::Loop { by, site } => {
                    lands(at, i64::from(by));
                    assert!(usize::from(site) < self.loops.len());
                }
                Ins::UnlessEq { by, .. }
                | Ins::UnlessNe { by, .. }
                | Ins::UnlessLt { by, .. }
                | Ins::UnlessLe { by, .. }
                | Ins::UnlessGt { by, .. }
                | Ins::UnlessGe { by, .. }
                | Ins::UnlessEqInt { by, .. }
                | Ins::UnlessNeInt { by, .. }
                | Ins::UnlessLtInt { by, .. }
                | Ins::UnlessLeInt { by, .. }
                | Ins::UnlessGtInt { by, .. }
                | Ins::UnlessGeInt { by, .. } => lands(at, i64::from(by)),
                Ins::Index2 { .. } | Ins::SetIndex2 { .. } => {
                    assert!(matches!(self.ins.get(at + 1), Some(Ins::Second { .. })));
                }
                Ins::IterNext { .. } => {
                    assert!(matches!(self.ins.get(at + 1), Some(Ins::IterExit { .. })));
                }
                _ => {}
            }
        }
        assert!(
            matches!(
                self.ins.last(),
                Some(
                    Ins::Return { .. }
                        | Ins::Throw { .. }
                        | Ins::Jump { .. }
                        | Ins::Loop { .. }
                        | Ins::Unreachable
                )
            ),
            "{}: control runs off the end",
            self.name
        );
        self.slots.iter().copied().for_each(fits);
        self.handlers.iter().filter_map(|h| h.error).for_each(fits);
        for place in &self.vals {
            match *place {
                ValPlace::Reg(r) => fits(r),
                ValPlace::Const(k) => assert!((k as usize) < self.consts.len()),
                ValPlace::Nowhere => {}
            }
        }
        for site in &self.sites {
            site.operands(&mut |o| operand(o));
        }
        for call in &self.calls {
            match &call.target {
                CallTarget::Value(o) => operand(*o),
                CallTarget::Method { fallback: MethodFallback::Value(o), .. } => operand(*o),
                _ => {}
            }
            for arg in &call.args {
                match arg.source {
                    ArgSource::Value(o) => operand(o),
                    ArgSource::Mut(r) | ArgSource::Offered(r) => fits(r),
                }
            }
        }
        assert!(self.params.len() + self.captures <= usize::from(self.registers));
        assert!(self.first_out <= self.registers);
        self
    }

    /// Where an SSA value of the function is.
    pub fn place(&self, val: Val) -> ValPlace {
        self.vals[val.0 as usize]
    }

    /// The guarded stretch that an instruction lies in.
    pub fn handler_at(&self, pc: usize) -> Option<&Handler> {
        self.handlers.iter().find(|h| (h.from as usize..h.to as usize).contains(&pc))
    }

    /// The register code as text, an instruction a line, for `--stage bytecode`.
    pub fn dump(&self) -> String {
        use std::fmt::Write;
        let mut out = format!("{} {}: {} registers\n", self.func, self.name, self.registers);
        for (i, ins) in self.ins.iter().enumerate() {
            let _ = write!(out, "{i:5}  {ins:?}");
            let _ = match *ins {
                Ins::Call { site, .. } => write!(out, "  {:?}", self.calls[site as usize]),
                Ins::Site { site, .. } => write!(out, "  {:?}", self.sites[site as usize]),
                Ins::LoadConst { k, .. } => write!(out, "  {:?}", self.consts[k as usize]),
                _ => Ok(()),
            };
            out.push('\n');
        }
        out
    }
}
