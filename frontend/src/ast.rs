//! The syntax tree: what was written, with nothing resolved yet.
//!
//! Every node carries the [`Span`] of its source text. The tree is plain data: `resolve` and `lower`
//! read it with exhaustive matches, and `ast_dump` prints it.
//!
//! What the parser has already settled, so that later stages need not:
//! - Newlines, `;`, braces (block or record) and operator precedence.
//! - `xs |> f(2)` is a [`Call`] of `f` with `xs` put in front and `piped` set. The span of the call
//!   covers the whole pipe; `args[0].span` is the left side.
//! - `xs.f(2)` is a [`Call`] whose callee is a [`ExprKind::Field`]; whether it is a field of `xs` or
//!   the function `f` is decided by `lower`.
//! - `else if` is flat ([`If::branches`]).
//! - An assignment, a loop or a declaration as the body of a match arm or lambda is wrapped in a
//!   [`ExprKind::Block`] of one statement.
//! - The left side of `=` and the operand of `mut` are places: a name, or a field or index of a
//!   place; on the left of a plain `=` also a tuple of those.
//! - A range outside an index has both ends. `...` stands only in an index.
//! - Numbers are in range and escapes are resolved.
//!
//! The height of a tree is at most [`MAX_HEIGHT`], so recursion over it is bounded; only chains of
//! left-associative operators get near that (`1 + 1 + ...`). Where a mistake was reported, an
//! [`ExprKind::Error`] or [`PatternKind::Error`] stands; nothing of such a module is run.

use quern_ir::Span;
use std::sync::Arc;

/// The tallest tree the parser makes.
pub const MAX_HEIGHT: usize = 1000;

/// One source text, parsed.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Module {
    pub stmts: Vec<Stmt>,
    /// The whole text.
    pub span: Span,
    /// `##` comments at the top of the file that belong to no definition.
    pub doc: Option<Arc<str>>,
}

/// An identifier where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: Arc<str>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    Fn(Box<FnDecl>),
    Let(Box<Let>),
    Assign(Box<Assign>),
    Import(Box<Import>),
    For(Box<For>),
    While {
        condition: Expr,
        body: Block,
    },
    Loop(Block),
    /// Also the value of a block, when it stands last.
    Expr(Expr),
}

/// `{ a; b; c }`. The last statement, when it is an expression, is the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    /// With the braces.
    pub span: Span,
}

impl Block {
    /// The statements that only run, and the expression that gives the block its value, if any.
    pub fn split(&self) -> (&[Stmt], Option<&Expr>) {
        match self.stmts.split_last() {
            Some((Stmt { kind: StmtKind::Expr(value), .. }, init)) => (init, Some(value)),
            _ => (&self.stmts, None),
        }
    }
}

/// `fn name(params) -> result { body }`
#[derive(Clone, Debug, PartialEq)]
pub struct FnDecl {
    pub name: Name,
    pub params: Vec<Param>,
    pub result: Option<TypeExpr>,
    pub body: Block,
    /// The `##` lines before it, without the marks.
    pub doc: Option<Arc<str>>,
    /// A `yield` stands in its body (outside nested functions).
    pub is_generator: bool,
}

/// A parameter of a function or lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Most often [`PatternKind::Name`]; `((i, x)) => ..` takes its argument apart.
    pub pattern: Pattern,
    /// `mut a`: handed in and out.
    pub is_mut: bool,
    /// `...rest`
    pub is_variadic: bool,
    pub ty: Option<TypeExpr>,
    pub default: Option<Expr>,
    pub span: Span,
}

/// `let pattern: ty = value`, or with `mut`.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    pub is_mut: bool,
    pub pattern: Pattern,
    pub ty: Option<TypeExpr>,
    pub value: Expr,
    pub doc: Option<Arc<str>>,
}

/// `place = value`, or `place += value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assign {
    pub target: Expr,
    /// The operator of a compound assignment.
    pub op: Option<BinaryOp>,
    pub op_span: Span,
    pub value: Expr,
}

/// `import "path"` in its three forms.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub path: Arc<str>,
    pub path_span: Span,
    pub form: ImportForm,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ImportForm {
    /// Binds the module: `as name`, else the file's stem (with the span of the path).
    Module(Name),
    /// `: energy, mass as m`
    Names(Vec<ImportName>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportName {
    pub name: Name,
    pub alias: Option<Name>,
}

/// `for pattern in iterable { body }`
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    pub pattern: Pattern,
    pub iterable: Expr,
    pub body: Block,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A mistake was reported here.
    Error,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// `1.5f32`
    F32(f32),
    /// `2i`, the imaginary part.
    Imaginary(f64),
    Str(Arc<str>),
    FString(Vec<FStringPart>),
    Name(Arc<str>),
    /// `[a, ...b]`: an array or a list, which is decided by the values.
    List(Vec<Element>),
    /// `(a, b)`, `(a,)`, `()`.
    Tuple(Vec<Expr>),
    Record(Vec<Field>),
    Range(Box<Range>),
    Unary {
        op: UnaryOp,
        op_span: Span,
        operand: Box<Expr>,
    },
    /// Never `and` or `or`: see [`ExprKind::Logical`].
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `and`, `or`: the right side may not be evaluated.
    Logical {
        op: LogicalOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Call(Box<Call>),
    Index(Box<Index>),
    /// `object.name`
    Field {
        object: Box<Expr>,
        name: Name,
    },
    Lambda(Box<Lambda>),
    Block(Block),
    If(Box<If>),
    Match(Box<Match>),
    Try(Box<Try>),
    /// `async { .. }`
    Async(Block),
    Await(Box<Expr>),
    Receive(Box<Receive>),
    /// The next five never have a value of their own, except that `yield` gives `none`.
    Return(Option<Box<Expr>>),
    Break,
    Continue,
    Throw(Box<Expr>),
    Yield(Option<Box<Expr>>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum FStringPart {
    Text { text: Arc<str>, span: Span },
    Value { value: Expr, format: Option<FormatSpec> },
}

/// What stands after `:` in `{value:.3f}`, in Python's mini-language, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct FormatSpec {
    pub text: Arc<str>,
    pub span: Span,
}

/// An element of a list literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    Item(Expr),
    /// `...xs`
    Spread(Expr),
}

/// A field of a record literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// `name: value`; the shorthand `{name}` has a value of [`ExprKind::Name`] with the same span.
    Named { name: Name, value: Expr },
    /// `...record`
    Spread(Expr),
}

/// `start..end by step`, `start..=end`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// May be missing in an index only, as may `end`.
    pub start: Option<Expr>,
    pub end: Option<Expr>,
    pub is_inclusive: bool,
    pub step: Option<Expr>,
    /// Of `..` or `..=`.
    pub op_span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub callee: Expr,
    pub args: Vec<Arg>,
    /// Written with `|>`: `args[0]` is what stood to its left.
    pub piped: bool,
    /// From `(` to `)`; empty, just behind the callee, for `xs |> f`.
    pub args_span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub kind: ArgKind,
    pub value: Expr,
    /// With the name, `mut` or `...`.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ArgKind {
    Positional,
    /// `axis: 0`
    Named(Name),
    /// `mut place`
    Mut,
    /// `name: mut place`
    NamedMut(Name),
    /// `...xs`
    Spread,
}

/// `object[items]`
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    pub object: Expr,
    pub items: Vec<IndexItem>,
    /// From `[` to `]`.
    pub items_span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum IndexItem {
    /// Also a range, perhaps with ends missing (`..` is a whole axis), and the name `newaxis`.
    Expr(Expr),
    /// `...`: all the axes left.
    Ellipsis(Span),
}

/// `(a, b) => body`
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    pub params: Vec<Param>,
    pub body: Expr,
    pub is_generator: bool,
    /// Of the parameters, for messages about the lambda as a whole.
    pub params_span: Span,
}

/// `if a { .. } else if b { .. } else { .. }`
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// At least one.
    pub branches: Vec<(Expr, Block)>,
    pub otherwise: Option<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub subject: Expr,
    pub arms: Vec<MatchArm>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MatchArm {
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub body: Expr,
    pub span: Span,
}

/// `try { .. } catch e { .. } finally { .. }`; at least one of the last two is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    pub body: Block,
    pub catch: Option<Catch>,
    pub finally: Option<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Catch {
    /// `catch { .. }` does not name the error.
    pub name: Option<Name>,
    pub body: Block,
}

/// `receive { pattern => body, after seconds => body }`
#[derive(Clone, Debug, PartialEq)]
pub struct Receive {
    pub arms: Vec<MatchArm>,
    pub after: Option<After>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct After {
    pub seconds: Expr,
    pub body: Expr,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    pub kind: PatternKind,
    pub span: Span,
}

/// What a value is matched against, or taken apart with. In `let`, `mut`, `for` and parameters only
/// `Error`, `Wildcard`, `Name`, `Tuple`, `List` and `Record` occur.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    Error,
    /// `_`
    Wildcard,
    /// Binds the value.
    Name(Arc<str>),
    /// A number (negative ones included), text, bool or `none`: an [`Expr`] of a literal kind.
    Literal(Literal),
    /// `str =>`: the value is of this type.
    Type(TypeExpr),
    /// `1 | 2`
    Or(Vec<Pattern>),
    Tuple(SequencePattern),
    /// Lists and one-dimensional arrays.
    List(SequencePattern),
    /// Open: other fields are ignored. The shorthand `{x}` binds `x`.
    Record(Vec<FieldPattern>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    F32(f32),
    Imaginary(f64),
    Str(Arc<str>),
}

/// `a, b, ...rest, z`
#[derive(Clone, Debug, PartialEq)]
pub struct SequencePattern {
    pub before: Vec<Pattern>,
    pub rest: Option<RestPattern>,
    /// What stands after the rest.
    pub after: Vec<Pattern>,
}

/// `...name`, or `...` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct RestPattern {
    pub name: Option<Name>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FieldPattern {
    pub name: Name,
    pub pattern: Pattern,
}

/// An annotation, or a type as a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    pub kind: TypeKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    Error,
    /// `float`, `none`, `fn`, `list[int]`, `array[f32, 2]`.
    Named {
        name: Arc<str>,
        args: Vec<TypeArg>,
    },
    /// `fn(float) -> float`
    Fn {
        params: Vec<TypeExpr>,
        result: Option<Box<TypeExpr>>,
    },
    /// `(int, str)`
    Tuple(Vec<TypeExpr>),
    /// `{x: float, y: float}`
    Record(Vec<(Name, TypeExpr)>),
    /// `int | none`
    Union(Vec<TypeExpr>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeArg {
    Type(TypeExpr),
    /// The rank of an array.
    Int(i64, Span),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Neg,
    /// `~`
    BitNot,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    And,
    Or,
}

macro_rules! binary_ops {
    ($($(#[$doc:meta])* $name:ident $symbol:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum BinaryOp { $($(#[$doc])* $name,)* }

        impl BinaryOp {
            /// As it is written.
            pub fn symbol(self) -> &'static str {
                match self { $(BinaryOp::$name => $symbol,)* }
            }
        }
    };
}

binary_ops! {
    Eq "==";
    Ne "!=";
    Lt "<";
    Le "<=";
    Gt ">";
    Ge ">=";
    In "in";
    BitOr "|";
    Xor "xor";
    BitAnd "&";
    Shl "<<";
    Shr ">>";
    Add "+";
    Sub "-";
    Mul "*";
    Div "/";
    FloorDiv "//";
    Rem "%";
    MatMul "@";
    Pow "^";
}

impl UnaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Neg => "-",
            UnaryOp::BitNot => "~",
            UnaryOp::Not => "not",
        }
    }
}

impl LogicalOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            LogicalOp::And => "and",
            LogicalOp::Or => "or",
        }
    }
}

impl Expr {
    /// Whether this can stand on the left of `=` or after `mut` as one place.
    pub fn is_place(&self) -> bool {
        self.base_name().is_some()
    }

    /// The name of the variable that a place is, or is a part of; none of what is no place.
    pub fn base_name(&self) -> Option<&Arc<str>> {
        let mut expr = self;
        loop {
            match &expr.kind {
                ExprKind::Name(name) => return Some(name),
                ExprKind::Field { object, .. } => expr = object,
                ExprKind::Index(index) => expr = &index.object,
                _ => return None,
            }
        }
    }
}
