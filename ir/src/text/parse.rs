//! Text as functions.

use super::lexer::{Token, lex};
use crate::builtins::Builtin;
use crate::entities::{Block, Entity, FuncId, GlobalId, Slot, Val};
use crate::error_kind::ErrorKind;
use crate::function::*;
use crate::ops::{Cond, ImmKind, Op};
use crate::span::{SourceId, Span};
use crate::types::{DType, Ty};
use std::fmt;
use std::sync::Arc;

/// What is wrong with a text, and in which line (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub line: usize,
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Reads one function. Values and blocks keep their numbers.
///
/// # Errors
/// When the text is not exactly one function in the text form. Whether the function makes sense is for
/// [`crate::verify`] to say.
pub fn parse(text: &str) -> Result<Function, ParseError> {
    let mut functions = parse_all(text)?;
    match functions.len() {
        1 => Ok(functions.remove(0)),
        n => Err(ParseError { line: 1, message: format!("expected one function, found {n}") }),
    }
}

/// Reads any number of functions.
///
/// # Errors
/// As [`parse`].
pub fn parse_all(text: &str) -> Result<Vec<Function>, ParseError> {
    let mut parser = Parser { tokens: lex(text)?.tokens, at: 0 };
    let mut functions = Vec::new();
    while *parser.peek() != Token::End {
        functions.push(parser.function()?);
    }
    Ok(functions)
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
}

type Parsed<T> = Result<T, ParseError>;

/// Values of a function under construction, defined in any order.
struct Body {
    func: Function,
    defined: Vec<bool>,
}

impl Body {
    fn define(&mut self, val: Val, ty: Ty, def: ValDef) -> Result<(), String> {
        while self.func.vals.len() <= val.index() {
            self.func.vals.push(ValData { ty: Ty::Any, def: ValDef::Param(Block(0), 0) });
            self.defined.push(false);
        }
        if std::mem::replace(&mut self.defined[val.index()], true) {
            return Err(format!("{val} is defined twice"));
        }
        self.func.vals[val] = ValData { ty, def };
        Ok(())
    }

    fn block(&mut self, block: Block) {
        while self.func.blocks.len() <= block.index() {
            self.func.blocks.push(BlockData::default());
        }
    }
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn next(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        let line = self.tokens[self.at.saturating_sub(1)].1;
        Err(ParseError { line, message: message.into() })
    }

    fn eat(&mut self, punct: &str) -> bool {
        let found = matches!(self.peek(), Token::Punct(p) if *p == punct);
        if found {
            self.next();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(w) if w == word);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, punct: &str) -> Parsed<()> {
        if self.eat(punct) {
            return Ok(());
        }
        let found = self.next();
        self.error(format!("expected `{punct}`, found {found:?}"))
    }

    fn word(&mut self) -> Parsed<String> {
        match self.next() {
            Token::Word(word) => Ok(word),
            found => self.error(format!("expected a word, found {found:?}")),
        }
    }

    fn string(&mut self) -> Parsed<Arc<str>> {
        match self.next() {
            Token::Str(text) => Ok(text.into()),
            found => self.error(format!("expected a string, found {found:?}")),
        }
    }

    fn int<T: std::str::FromStr>(&mut self) -> Parsed<T> {
        match self.next() {
            Token::Number(text) => match text.parse() {
                Ok(x) => Ok(x),
                Err(_) => self.error(format!("{text} is not a number that fits here")),
            },
            found => self.error(format!("expected a number, found {found:?}")),
        }
    }

    /// Items separated by commas up to `close`, which is taken too.
    fn list<T>(
        &mut self,
        close: &str,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        while !self.eat(close) {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn entity<E: Entity>(&mut self) -> Parsed<E> {
        let word = self.word()?;
        match entity_of(&word) {
            Some(e) => Ok(e),
            None => self.error(format!("expected `{}` and a number, found {word}", E::PREFIX)),
        }
    }

    fn is_entity<E: Entity>(&self) -> bool {
        matches!(self.peek(), Token::Word(w) if entity_of::<E>(w).is_some())
    }

    fn function(&mut self) -> Parsed<Function> {
        let mut doc: Option<String> = None;
        while let Token::Doc(line) = self.peek().clone() {
            self.next();
            doc = Some(match doc {
                Some(text) => text + "\n" + &line,
                None => line,
            });
        }
        if !self.eat_word("fn") {
            return self.error("expected `fn`");
        }
        let name = self.string()?;
        let mut func = Function::new(&name, Span::default());
        func.doc = doc.map(Into::into);
        self.expect("(")?;
        func.params = self.list(")", Self::param)?;
        if self.eat("[") {
            func.captures = self.list("]", Self::string)?;
        }
        func.is_generator = self.eat_word("generator");
        if let Some(span) = self.span()? {
            func.span = span;
        }
        self.expect("{")?;
        while self.eat_word("slot") {
            let slot: Slot = self.entity()?;
            if slot.index() != func.slots.len() {
                return self.error("slots must be numbered in order");
            }
            let name = self.string()?;
            self.expect(":")?;
            let ty = self.ty()?;
            func.slots.push(SlotData { name, ty });
        }
        let mut body = Body { func, defined: Vec::new() };
        while !self.eat("}") {
            self.block(&mut body)?;
        }
        Ok(body.func)
    }

    fn param(&mut self) -> Parsed<Param> {
        let is_mut = self.eat_word("mut");
        let variadic = self.eat("...");
        let name = self.string()?;
        let mutable = match is_mut {
            true => {
                self.expect("=")?;
                Some(self.entity()?)
            }
            false => None,
        };
        let has_default = self.eat("?");
        let annotation = match self.eat(":") {
            true => Some(self.spec()?),
            false => None,
        };
        Ok(Param { name, mutable, has_default, variadic, annotation })
    }

    fn block(&mut self, body: &mut Body) -> Parsed<()> {
        let block: Block = self.entity()?;
        body.block(block);
        if body.func.layout.contains(&block) {
            return self.error(format!("{block} stands twice"));
        }
        body.func.layout.push(block);
        if self.eat("(") {
            let params = self.list(")", |p| {
                let val: Val = p.entity()?;
                p.expect(":")?;
                Ok((val, p.ty()?))
            })?;
            for (i, (val, ty)) in params.into_iter().enumerate() {
                let def = ValDef::Param(block, i as u32);
                body.define(val, ty, def).or_else(|m| self.error(m))?;
                body.func.blocks[block].params.push(val);
            }
        }
        if self.eat_word("handler") {
            let handler: Block = self.entity()?;
            body.block(handler);
            body.func.blocks[block].handler = Some(handler);
        }
        self.expect(":")?;
        while !matches!(self.peek(), Token::Punct("}")) && !self.is_entity::<Block>() {
            self.inst(body, block)?;
        }
        Ok(())
    }

    fn inst(&mut self, body: &mut Body, block: Block) -> Parsed<()> {
        let mut results = Vec::new();
        if self.is_entity::<Val>() {
            loop {
                let val: Val = self.entity()?;
                let ty = match self.eat(":") {
                    true => self.ty()?,
                    false => Ty::Any,
                };
                results.push((val, ty));
                if !self.eat(",") {
                    break;
                }
            }
            self.expect("=")?;
        }
        let line = self.tokens[self.at].1;
        let name = self.word()?;
        let Some(op) = Op::from_name(&name) else {
            return self.error(format!("there is no op {name}"));
        };
        let imm = self.imm(op.imm())?;
        let mut args = Vals::new();
        let mut more = match imm {
            Imm::None => self.is_entity::<Val>() && self.tokens[self.at].1 == line,
            _ => self.eat(","),
        };
        while more {
            args.push(self.entity()?);
            more = self.eat(",");
        }
        let inst = body.func.append(block, op, &args, imm, &[], Span::default());
        for (i, (val, ty)) in results.into_iter().enumerate() {
            let def = ValDef::Result(inst, i as u32);
            body.define(val, ty, def).or_else(|m| self.error(m))?;
            body.func.insts[inst].results.push(val);
        }
        if self.eat("->") {
            loop {
                let target: Block = self.entity()?;
                body.block(target);
                let args: Vec<Val> = match self.eat("(") {
                    true => self.list(")", Self::entity)?,
                    false => Vec::new(),
                };
                body.func.insts[inst].targets.push(Target::new(target, &args));
                if !self.eat(",") {
                    break;
                }
            }
        }
        if self.eat_word("unwind") {
            body.func.insts[inst].unwind = self.vals()?;
        }
        if self.eat_word("dying") {
            body.func.insts[inst].dying = self.vals()?;
        }
        if let Some(span) = self.span()? {
            body.func.insts[inst].span = span;
        }
        Ok(())
    }

    fn vals(&mut self) -> Parsed<Vals> {
        let mut vals = Vals::new();
        loop {
            vals.push(self.entity()?);
            if !self.eat(",") {
                return Ok(vals);
            }
        }
    }

    fn span(&mut self) -> Parsed<Option<Span>> {
        if !self.eat("@") {
            return Ok(None);
        }
        let source = SourceId(self.int()?);
        self.expect(":")?;
        let start = self.int()?;
        self.expect("..")?;
        let end = self.int()?;
        Ok(Some(Span { source, start, end }))
    }

    fn imm(&mut self, kind: ImmKind) -> Parsed<Imm> {
        Ok(match kind {
            ImmKind::None => Imm::None,
            ImmKind::Int => Imm::Int(self.int()?),
            ImmKind::Float => Imm::Float(Bits64::new(self.float()?)),
            ImmKind::F32 => Imm::F32(self.f32()?),
            ImmKind::Complex => {
                Imm::Complex(Bits64::new(self.float()?), Bits64::new(self.float()?))
            }
            ImmKind::Bool => match self.word()?.as_str() {
                "true" => Imm::Bool(true),
                "false" => Imm::Bool(false),
                word => return self.error(format!("{word} is not a bool")),
            },
            ImmKind::Str => Imm::Str(self.string()?),
            ImmKind::Name => Imm::Name(self.string()?),
            ImmKind::Func => Imm::Func(self.entity()?),
            ImmKind::Builtin => Imm::Builtin(self.builtin()?),
            ImmKind::Global => Imm::Global(self.entity::<GlobalId>()?),
            ImmKind::Slot => Imm::Slot(self.entity()?),
            ImmKind::Names => {
                self.expect("[")?;
                Imm::Names(self.list("]", Self::string)?.into())
            }
            ImmKind::Index => {
                self.expect("[")?;
                Imm::Index(self.index()?.into())
            }
            ImmKind::Path => Imm::Path(Arc::new(self.path()?)),
            ImmKind::Call => Imm::Call(Arc::new(self.call()?)),
            ImmKind::Spread => {
                self.expect("[")?;
                let flags = self.list("]", |p| {
                    let spread = p.eat("...");
                    p.word()?;
                    Ok(spread)
                })?;
                Imm::Spread(flags.into())
            }
            ImmKind::Ty => Imm::Ty(self.spec()?),
            ImmKind::Cond => {
                let word = self.word()?;
                match Cond::ALL.into_iter().find(|c| c.name() == word) {
                    Some(cond) => Imm::Cond(cond),
                    None => return self.error(format!("{word} is not a comparison")),
                }
            }
            ImmKind::DType => Imm::DType(self.dtype()?),
            ImmKind::Weak if self.eat_word("weak") => {
                let word = self.word()?;
                match Weak::ALL.into_iter().find(|l| l.name() == word) {
                    Some(weak) => Imm::Weak(weak),
                    None => return self.error(format!("{word} is not an operand")),
                }
            }
            ImmKind::Weak => Imm::None,
            ImmKind::Fused => {
                self.expect("[")?;
                let steps = self.list("]", Self::fused_step)?;
                self.expect("[")?;
                let results = self.list("]", Self::index_number)?;
                Imm::Fused(Arc::new(Fused { steps, results }))
            }
            ImmKind::Kind => {
                let word = self.word()?;
                match ErrorKind::from_name(&word) {
                    Some(kind) => Imm::Kind(kind, self.string()?),
                    None => return self.error(format!("{word} is not a kind of error")),
                }
            }
        })
    }

    fn fused_step(&mut self) -> Parsed<FusedStep> {
        let op = if self.eat_word("builtin") {
            FusedOp::Builtin(self.builtin()?)
        } else {
            let word = self.word()?;
            let Some(op) = Op::from_name(&word) else {
                return self.error(format!("there is no op {word}"));
            };
            match self.imm(ImmKind::Weak)? {
                Imm::Weak(weak) => FusedOp::Operator(op, Some(weak)),
                _ => FusedOp::Operator(op, None),
            }
        };
        self.expect("(")?;
        let args = self.list(")", |p| {
            let word = p.word()?;
            let number = word.get(1..).and_then(|n| n.parse().ok());
            match (word.chars().next(), number) {
                (Some('a'), Some(n)) => Ok(FusedArg::Operand(n)),
                (Some('s'), Some(n)) => Ok(FusedArg::Step(n)),
                _ => p.error(format!("{word} is neither an operand nor a step")),
            }
        })?;
        Ok(FusedStep { op, args })
    }

    fn index_number(&mut self) -> Parsed<usize> {
        let number: i64 = self.int()?;
        match usize::try_from(number) {
            Ok(n) => Ok(n),
            Err(_) => self.error(format!("{number} is no index")),
        }
    }

    fn dtype(&mut self) -> Parsed<DType> {
        let word = self.word()?;
        match DType::from_name(&word) {
            Some(dtype) => Ok(dtype),
            None => self.error(format!("{word} is not a dtype")),
        }
    }

    fn builtin(&mut self) -> Parsed<Builtin> {
        let word = self.word()?;
        match Builtin::from_name(&word) {
            Some(b) => Ok(b),
            None => self.error(format!("there is no builtin {word}")),
        }
    }

    fn float(&mut self) -> Parsed<f64> {
        let text = match self.next() {
            Token::Number(text) | Token::Word(text) => text,
            found => return self.error(format!("expected a number, found {found:?}")),
        };
        if let Some(bits) = text.strip_prefix("nan_")
            && let Ok(bits) = u64::from_str_radix(bits, 16)
        {
            return Ok(f64::from_bits(bits));
        }
        match text.parse() {
            Ok(x) => Ok(x),
            Err(_) => self.error(format!("{text} is not a number")),
        }
    }

    fn f32(&mut self) -> Parsed<Bits32> {
        let text = match self.next() {
            Token::Number(text) | Token::Word(text) => text,
            found => return self.error(format!("expected a number, found {found:?}")),
        };
        if let Some(bits) = text.strip_prefix("nan_")
            && let Ok(bits) = u32::from_str_radix(bits, 16)
        {
            return Ok(Bits32(bits));
        }
        match text.parse() {
            Ok(x) => Ok(Bits32::new(x)),
            Err(_) => self.error(format!("{text} is not a number")),
        }
    }

    /// The parts of an index, after its `[`.
    fn index(&mut self) -> Parsed<Vec<IndexPart>> {
        self.list("]", |p| {
            if p.eat("...") {
                return Ok(IndexPart::Ellipsis);
            }
            match p.word()?.as_str() {
                "v" => Ok(IndexPart::Value),
                "newaxis" => Ok(IndexPart::NewAxis),
                word => p.error(format!("{word} is not part of an index")),
            }
        })
    }

    fn path(&mut self) -> Parsed<Path> {
        let slot = self.entity()?;
        let mut steps = Vec::new();
        loop {
            if self.eat("[") {
                steps.push(PathStep::Index(self.index()?));
            } else if self.eat(".") {
                steps.push(PathStep::Field(self.string()?));
            } else {
                return Ok(Path { slot, steps });
            }
        }
    }

    fn call(&mut self) -> Parsed<CallInfo> {
        let callee = if self.eat_word("value") {
            Callee::Value
        } else if self.eat_word("field") {
            Callee::Field
        } else if self.eat_word("builtin") {
            Callee::Builtin(self.builtin()?)
        } else {
            Callee::Func(self.entity::<FuncId>()?)
        };
        let method = match self.peek() {
            Token::Str(_) => Some(self.string()?),
            _ => None,
        };
        self.expect("(")?;
        let args = self.list(")", |p| {
            let mut arg = ArgInfo::default();
            if let Token::Str(_) = p.peek() {
                arg.name = Some(p.string()?);
                p.expect(":")?;
            }
            arg.spread = p.eat("...");
            if p.eat_word("mut") {
                arg.mutable = Some(p.entity()?);
            } else if p.eat_word("offer") {
                arg.offered = Some(p.entity()?);
            } else {
                p.word()?;
            }
            Ok(arg)
        })?;
        Ok(CallInfo { callee, method, args })
    }

    fn spec(&mut self) -> Parsed<TypeSpec> {
        let word = self.word()?;
        Ok(match word.as_str() {
            "array" if self.eat("[") => {
                let dtype = match self.eat_word("_") {
                    true => None,
                    false => Some(self.dtype()?),
                };
                let rank = match self.eat(",") {
                    true => Some(self.int()?),
                    false => None,
                };
                self.expect("]")?;
                TypeSpec::Array { dtype, rank }
            }
            "list" if self.eat("[") => {
                let item = self.spec()?;
                self.expect("]")?;
                TypeSpec::List(Box::new(item))
            }
            "tuple" if self.eat("(") => TypeSpec::Tuple(self.list(")", Self::spec)?),
            "union" if self.eat("(") => TypeSpec::Union(self.list(")", Self::spec)?),
            "fn" if self.eat("(") => {
                let params = self.list(")", Self::spec)?;
                let result = match self.eat("->") {
                    true => Some(Box::new(self.spec()?)),
                    false => None,
                };
                TypeSpec::Fn(params, result)
            }
            _ => TypeSpec::Name(word.into()),
        })
    }

    fn ty(&mut self) -> Parsed<Ty> {
        if self.eat("(") {
            return Ok(Ty::Tuple(self.list(")", Self::ty)?.into()));
        }
        if self.eat("{") {
            let fields = self.list("}", |p| {
                let name = p.string()?;
                p.expect(":")?;
                Ok((name, p.ty()?))
            })?;
            return Ok(Ty::Record(fields.into()));
        }
        let word = self.word()?;
        let ty = match word.as_str() {
            "never" => Ty::Never,
            "none" => Ty::None,
            "bool" => Ty::Bool,
            "int" => Ty::Int,
            "float" => Ty::Float,
            "f32" => Ty::F32,
            "complex" => Ty::Complex,
            "str" => Ty::Str,
            "dict" => Ty::Dict,
            "any" => Ty::Any,
            "word" => Ty::Word,
            "array" => {
                self.expect("[")?;
                let dtype = self.dtype()?;
                let rank = match self.eat(",") {
                    true => Some(self.int()?),
                    false => None,
                };
                self.expect("]")?;
                Ty::Array(dtype, rank)
            }
            "list" => {
                self.expect("[")?;
                let item = self.ty()?;
                self.expect("]")?;
                Ty::List(Arc::new(item))
            }
            "range" => {
                let inclusive = self.eat("=");
                let step = match self.eat("[") {
                    true => {
                        let step = self.int()?;
                        self.expect("]")?;
                        Some(step)
                    }
                    false => None,
                };
                Ty::Range { step, inclusive }
            }
            "fn" => {
                self.expect("[")?;
                let id = self.entity()?;
                let captures = match self.eat(",") {
                    true => self.list("]", Self::ty)?,
                    false => {
                        self.expect("]")?;
                        Vec::new()
                    }
                };
                Ty::Fn(id, captures.into())
            }
            "builtin" => {
                self.expect("[")?;
                let b = self.builtin()?;
                self.expect("]")?;
                Ty::Builtin(b)
            }
            _ => return self.error(format!("there is no type {word}")),
        };
        Ok(ty)
    }
}

fn entity_of<E: Entity>(word: &str) -> Option<E> {
    let number = word.strip_prefix(E::PREFIX)?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse::<u32>().ok().map(|n| E::new(n as usize))
}
