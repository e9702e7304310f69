//! Functions as text.

use crate::entities::{Block, Inst};
use crate::function::*;
use crate::types::Ty;
use std::fmt::{self, Display, Write};

/// What a dump shows beside the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Source positions after each instruction.
    pub spans: bool,
}

/// The text form of a function, without spans.
pub fn print(func: &Function) -> String {
    print_styled(func, Style::default())
}

/// The text form of a function.
pub fn print_styled(func: &Function, style: Style) -> String {
    let mut out = String::new();
    write_function(&mut out, func, style).expect("writing to a string does not fail");
    out
}

fn write_function(out: &mut String, func: &Function, style: Style) -> fmt::Result {
    if let Some(doc) = &func.doc {
        for line in doc.lines() {
            writeln!(out, "##{line}")?;
        }
    }
    write!(out, "fn {}(", Quoted(&func.name))?;
    for (i, param) in func.params.iter().enumerate() {
        write!(out, "{}{}", sep(i), ParamText(param))?;
    }
    out.push(')');
    if !func.captures.is_empty() {
        out.push_str(" [");
        for (i, name) in func.captures.iter().enumerate() {
            write!(out, "{}{}", sep(i), Quoted(name))?;
        }
        out.push(']');
    }
    if func.is_generator {
        out.push_str(" generator");
    }
    if style.spans {
        write!(out, " {}", SpanText(func.span))?;
    }
    out.push_str(" {\n");
    for (slot, data) in func.slots.iter() {
        writeln!(out, "  slot {slot} {}: {}", Quoted(&data.name), data.ty)?;
    }
    for &block in &func.layout {
        write_block(out, func, block, style)?;
    }
    out.push_str("}\n");
    Ok(())
}

fn write_block(out: &mut String, func: &Function, block: Block, style: Style) -> fmt::Result {
    let data = &func.blocks[block];
    write!(out, "{block}")?;
    if !data.params.is_empty() {
        out.push('(');
        for (i, &param) in data.params.iter().enumerate() {
            write!(out, "{}{param}: {}", sep(i), func.ty(param))?;
        }
        out.push(')');
    }
    if let Some(handler) = data.handler {
        write!(out, " handler {handler}")?;
    }
    out.push_str(":\n");
    for &inst in &data.insts {
        out.push_str("  ");
        write_inst(out, func, inst)?;
        if style.spans {
            write!(out, "  {}", SpanText(func.insts[inst].span))?;
        }
        out.push('\n');
    }
    Ok(())
}

/// One instruction, as in the text form, without indentation or line end.
pub(crate) fn write_inst(out: &mut String, func: &Function, inst: Inst) -> fmt::Result {
    let data = &func.insts[inst];
    for (i, &result) in data.results.iter().enumerate() {
        write!(out, "{}{result}", sep(i))?;
        if *func.ty(result) != Ty::Any {
            write!(out, ": {}", func.ty(result))?;
        }
    }
    if !data.results.is_empty() {
        out.push_str(" = ");
    }
    out.push_str(data.op.name());
    if data.imm != Imm::None {
        write!(out, " {}", ImmText(&data.imm))?;
    }
    for (i, arg) in data.args.iter().enumerate() {
        let before = match (i, &data.imm) {
            (0, Imm::None) => " ",
            _ => ", ",
        };
        write!(out, "{before}{arg}")?;
    }
    for (i, target) in data.targets.iter().enumerate() {
        write!(out, "{}{}", if i == 0 { " -> " } else { ", " }, target.block)?;
        write_vals(out, &target.args)?;
    }
    if !data.unwind.is_empty() {
        out.push_str(" unwind ");
        for (i, val) in data.unwind.iter().enumerate() {
            write!(out, "{}{val}", sep(i))?;
        }
    }
    if !data.dying.is_empty() {
        out.push_str(" dying ");
        for (i, val) in data.dying.iter().enumerate() {
            write!(out, "{}{val}", sep(i))?;
        }
    }
    Ok(())
}

fn write_vals(out: &mut String, vals: &Vals) -> fmt::Result {
    if vals.is_empty() {
        return Ok(());
    }
    out.push('(');
    for (i, val) in vals.iter().enumerate() {
        write!(out, "{}{val}", sep(i))?;
    }
    out.push(')');
    Ok(())
}

fn sep(i: usize) -> &'static str {
    if i == 0 { "" } else { ", " }
}

/// A string in double quotes, with the escapes the lexer reads back.
pub(super) struct Quoted<'a>(pub &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                c if c.is_control() => write!(f, "\\u{{{:x}}}", c as u32)?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

struct SpanText(crate::Span);

impl Display for SpanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.0;
        write!(f, "@{}:{}..{}", span.source.0, span.start, span.end)
    }
}

struct ParamText<'a>(&'a Param);

impl Display for ParamText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let param = self.0;
        if param.mutable.is_some() {
            f.write_str("mut ")?;
        }
        if param.variadic {
            f.write_str("...")?;
        }
        write!(f, "{}", Quoted(&param.name))?;
        if let Some(slot) = param.mutable {
            write!(f, "={slot}")?;
        }
        if param.has_default {
            f.write_char('?')?;
        }
        if let Some(annotation) = &param.annotation {
            write!(f, ": {annotation}")?;
        }
        Ok(())
    }
}

impl Display for TypeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[TypeSpec]| {
            f.write_char('(')?;
            for (i, item) in items.iter().enumerate() {
                write!(f, "{}{item}", sep(i))?;
            }
            f.write_char(')')
        };
        match self {
            TypeSpec::Name(name) => f.write_str(name),
            TypeSpec::Array { dtype, rank } => {
                f.write_str("array[")?;
                match dtype {
                    Some(dtype) => write!(f, "{dtype}")?,
                    None => f.write_char('_')?,
                }
                match rank {
                    Some(rank) => write!(f, ", {rank}]"),
                    None => f.write_char(']'),
                }
            }
            TypeSpec::List(item) => write!(f, "list[{item}]"),
            TypeSpec::Tuple(items) => {
                f.write_str("tuple")?;
                list(f, items)
            }
            TypeSpec::Fn(params, result) => {
                f.write_str("fn")?;
                list(f, params)?;
                match result {
                    Some(result) => write!(f, " -> {result}"),
                    None => Ok(()),
                }
            }
            TypeSpec::Union(items) => {
                f.write_str("union")?;
                list(f, items)
            }
        }
    }
}

/// A float that reads back to the same bits.
fn write_float(f: &mut fmt::Formatter<'_>, x: f64) -> fmt::Result {
    if x.is_nan() { write!(f, "nan_{:x}", x.to_bits()) } else { write!(f, "{x:?}") }
}

struct ImmText<'a>(&'a Imm);

impl Display for ImmText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Imm::None => Ok(()),
            Imm::Int(x) => write!(f, "{x}"),
            Imm::Float(x) => write_float(f, x.value()),
            Imm::F32(x) if x.value().is_nan() => write!(f, "nan_{:x}", x.0),
            Imm::F32(x) => write!(f, "{:?}", x.value()),
            Imm::Complex(re, im) => {
                write_float(f, re.value())?;
                f.write_char(' ')?;
                write_float(f, im.value())
            }
            Imm::Bool(x) => write!(f, "{x}"),
            Imm::Str(text) | Imm::Name(text) => write!(f, "{}", Quoted(text)),
            Imm::Func(id) => write!(f, "{id}"),
            Imm::Builtin(b) => f.write_str(b.name()),
            Imm::Global(id) => write!(f, "{id}"),
            Imm::Slot(slot) => write!(f, "{slot}"),
            Imm::Names(names) => {
                f.write_char('[')?;
                for (i, name) in names.iter().enumerate() {
                    write!(f, "{}{}", sep(i), Quoted(name))?;
                }
                f.write_char(']')
            }
            Imm::Index(parts) => write_index(f, parts),
            Imm::Path(path) => {
                write!(f, "{}", path.slot)?;
                for step in &path.steps {
                    match step {
                        PathStep::Index(parts) => write_index(f, parts)?,
                        PathStep::Field(name) => write!(f, ".{}", Quoted(name))?,
                    }
                }
                Ok(())
            }
            Imm::Call(call) => write_call(f, call),
            Imm::Spread(flags) => {
                f.write_char('[')?;
                for (i, &spread) in flags.iter().enumerate() {
                    write!(f, "{}{}", sep(i), if spread { "...v" } else { "v" })?;
                }
                f.write_char(']')
            }
            Imm::Ty(spec) => write!(f, "{spec}"),
            Imm::Cond(cond) => f.write_str(cond.name()),
            Imm::DType(dtype) => write!(f, "{dtype}"),
            Imm::Weak(weak) => write!(f, "weak {}", weak.name()),
            Imm::Fused(fused) => write_fused(f, fused),
            Imm::Kind(kind, text) => write!(f, "{} {}", kind.name(), Quoted(text)),
        }
    }
}

fn write_index(f: &mut fmt::Formatter<'_>, parts: &[IndexPart]) -> fmt::Result {
    f.write_char('[')?;
    for (i, part) in parts.iter().enumerate() {
        let text = match part {
            IndexPart::Value => "v",
            IndexPart::Ellipsis => "...",
            IndexPart::NewAxis => "newaxis",
        };
        write!(f, "{}{text}", sep(i))?;
    }
    f.write_char(']')
}

/// `callee."method"(v, name: v, ...v, mut s0, offer s1)`.
/// `[sub(a0, a1), builtin exp(s0)] [1]`
fn write_fused(f: &mut fmt::Formatter<'_>, fused: &Fused) -> fmt::Result {
    f.write_char('[')?;
    for (i, step) in fused.steps.iter().enumerate() {
        f.write_str(sep(i))?;
        match step.op {
            FusedOp::Operator(op, None) => f.write_str(op.name())?,
            FusedOp::Operator(op, Some(weak)) => write!(f, "{} weak {}", op.name(), weak.name())?,
            FusedOp::Builtin(b) => write!(f, "builtin {}", b.name())?,
        }
        f.write_char('(')?;
        for (i, arg) in step.args.iter().enumerate() {
            match arg {
                FusedArg::Operand(n) => write!(f, "{}a{n}", sep(i))?,
                FusedArg::Step(n) => write!(f, "{}s{n}", sep(i))?,
            }
        }
        f.write_char(')')?;
    }
    f.write_str("] [")?;
    for (i, step) in fused.results.iter().enumerate() {
        write!(f, "{}{step}", sep(i))?;
    }
    f.write_char(']')
}

fn write_call(f: &mut fmt::Formatter<'_>, call: &CallInfo) -> fmt::Result {
    match call.callee {
        Callee::Value => f.write_str("value")?,
        Callee::Func(id) => write!(f, "{id}")?,
        Callee::Builtin(b) => write!(f, "builtin {}", b.name())?,
        Callee::Field => f.write_str("field")?,
    }
    if let Some(method) = &call.method {
        write!(f, " {}", Quoted(method))?;
    }
    f.write_char('(')?;
    for (i, arg) in call.args.iter().enumerate() {
        f.write_str(sep(i))?;
        if let Some(name) = &arg.name {
            write!(f, "{}: ", Quoted(name))?;
        }
        if arg.spread {
            f.write_str("...")?;
        }
        match (arg.mutable, arg.offered) {
            (Some(slot), _) => write!(f, "mut {slot}")?,
            (None, Some(slot)) => write!(f, "offer {slot}")?,
            (None, None) => f.write_char('v')?,
        }
    }
    f.write_char(')')
}
