//! The one table of ops.
//!
//! A row gives the op's name in the text form, how many operands it takes, what its immediate is and
//! what it may do. Printer, parser and verifier are driven by the table; the interpreter, the
//! specialiser and the JIT match on [`Op`] exhaustively, so that a new row is a compile error
//! wherever it is not handled.
//!
//! Three groups. *Generic* ops work on values of any type and define the language; the frontend
//! emits only these. *Typed* ops work on unboxed values and appear only after specialisation, where
//! generic ops still stand for whatever stayed `Any`. *Terminators* end a block and hold the targets.

/// What an op may do beside computing its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: may be removed, moved and shared.
    Pure,
    /// May throw; otherwise pure.
    Throws,
    /// Reads mutable state (a slot, array elements); does not throw.
    Reads,
    /// Writes state, but neither throws nor runs user code.
    Writes,
    /// Anything: runs user code, throws, waits.
    Any,
}

/// How many operands an op takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    Exactly(u8),
    AtLeast(u8),
}

/// Which [`crate::function::Imm`] an op carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImmKind {
    None,
    Int,
    Float,
    F32,
    Complex,
    Bool,
    Str,
    Func,
    Builtin,
    Global,
    Slot,
    Name,
    Names,
    Index,
    Path,
    Call,
    Spread,
    Ty,
    Cond,
    DType,
    Kind,
    /// Or none.
    Weak,
    Fused,
}

macro_rules! ops {
    ($($(#[doc = $doc:literal])* $op:ident $name:literal $arity:ident($n:literal) $imm:ident $effect:ident -> $results:literal;)*) => {
        /// An operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Op { $($(#[doc = $doc])* $op,)* }

        impl Op {
            pub const ALL: &[Op] = &[$(Op::$op,)*];

            /// The name in the text form.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$op => $name,)* }
            }
            pub const fn arity(self) -> Arity {
                match self { $(Op::$op => Arity::$arity($n),)* }
            }
            pub const fn imm(self) -> ImmKind {
                match self { $(Op::$op => ImmKind::$imm,)* }
            }
            pub const fn effect(self) -> Effect {
                match self { $(Op::$op => Effect::$effect,)* }
            }
            /// How many results, but for calls that hand variables in and out (see
            /// [`crate::function::CallInfo`]), `call.spec`, which has the callee's, and `fuse`.
            pub const fn results(self) -> usize {
                match self { $(Op::$op => $results,)* }
            }
            pub const fn doc(self) -> &'static str {
                match self { $(Op::$op => concat!($($doc, "\n",)*),)* }
            }
            pub fn from_name(name: &str) -> Option<Op> {
                match name { $($name => Some(Op::$op),)* _ => None }
            }
        }
    };
}

ops! {
    // ---- constants and names ------------------------------------------------------------------
    /// An `int`.
    ConstInt "const.int" Exactly(0) Int Pure -> 1;
    /// A `float`.
    ConstFloat "const.float" Exactly(0) Float Pure -> 1;
    /// An `f32`.
    ConstF32 "const.f32" Exactly(0) F32 Pure -> 1;
    /// A `complex`.
    ConstComplex "const.complex" Exactly(0) Complex Pure -> 1;
    /// A `bool`.
    ConstBool "const.bool" Exactly(0) Bool Pure -> 1;
    /// `none`.
    ConstNone "const.none" Exactly(0) None Pure -> 1;
    /// A string.
    ConstStr "const.str" Exactly(0) Str Pure -> 1;
    /// A function value; the operands are the captured values, in the order of the callee's captures.
    Closure "closure" AtLeast(0) Func Pure -> 1;
    /// A builtin as a value.
    BuiltinRef "builtin" Exactly(0) Builtin Pure -> 1;
    /// The value of a top-level `let`; throws when it is not set yet.
    GlobalGet "global.get" Exactly(0) Global Throws -> 1;
    /// Sets a top-level `let`, once.
    GlobalSet "global.set" Exactly(1) Global Writes -> 0;
    /// The current value of a local variable (a copy: the value stays in the slot).
    SlotGet "slot.get" Exactly(0) Slot Reads -> 1;
    /// Sets a local variable.
    SlotSet "slot.set" Exactly(1) Slot Writes -> 0;
    /// Whether the caller gave a value for the parameter with this index (else its default runs).
    ParamGiven "param.given" Exactly(0) Int Pure -> 1;

    // ---- generic arithmetic: any operands, promotion and broadcasting as in the language -------
    /// `-x`; int overflow throws.
    Neg "neg" Exactly(1) None Throws -> 1;
    /// `not x`; `x` must be a bool.
    Not "not" Exactly(1) None Throws -> 1;
    /// `~x` on ints and int or bool arrays.
    BitNot "bitnot" Exactly(1) None Throws -> 1;
    /// `a + b`: numbers and arrays, strings, lists. Here and below the immediate tells which operand is
    /// a number literal.
    Add "add" Exactly(2) Weak Throws -> 1;
    Sub "sub" Exactly(2) Weak Throws -> 1;
    Mul "mul" Exactly(2) Weak Throws -> 1;
    /// `a / b`: always float (or complex); `1 / 0` is `inf`.
    Div "div" Exactly(2) Weak Throws -> 1;
    /// `a // b`: rounds down; an integer divided by zero throws.
    FloorDiv "floordiv" Exactly(2) Weak Throws -> 1;
    /// `a % b`: the sign of `b`; integer `% 0` throws.
    Rem "rem" Exactly(2) Weak Throws -> 1;
    Pow "pow" Exactly(2) Weak Throws -> 1;
    MatMul "matmul" Exactly(2) None Throws -> 1;
    BitAnd "bitand" Exactly(2) Weak Throws -> 1;
    BitOr "bitor" Exactly(2) Weak Throws -> 1;
    BitXor "bitxor" Exactly(2) Weak Throws -> 1;
    /// `a << b`; throws where bits would be lost or `b` is outside 0..=63.
    Shl "shl" Exactly(2) Weak Throws -> 1;
    /// `a >> b`, arithmetic.
    Shr "shr" Exactly(2) Weak Throws -> 1;
    /// `a == b`; elementwise on arrays. Unrelated types are unequal.
    Eq "eq" Exactly(2) Weak Throws -> 1;
    Ne "ne" Exactly(2) Weak Throws -> 1;
    Lt "lt" Exactly(2) Weak Throws -> 1;
    Le "le" Exactly(2) Weak Throws -> 1;
    Gt "gt" Exactly(2) Weak Throws -> 1;
    Ge "ge" Exactly(2) Weak Throws -> 1;
    /// `a in b`: membership in a list, array, tuple, range, string; key of a dict; field of a record.
    In "in" Exactly(2) None Throws -> 1;

    // ---- making values -------------------------------------------------------------------------
    /// `a..b by c`: operands start, stop, step; the immediate tells `..=`.
    Range "range" Exactly(3) Bool Throws -> 1;
    /// The same with an end left open, as an index may: `a..`, `..b`, `..`; `none` stands for it.
    OpenRange "range.open" Exactly(3) Bool Throws -> 1;
    Tuple "tuple" AtLeast(0) None Pure -> 1;
    /// `[a, b]`: an array when the items are numbers, bools or equal-shape arrays, else a list. The
    /// immediate marks the items to spread.
    List "list" AtLeast(0) Spread Throws -> 1;
    /// `{x: a}`; a name of `...` spreads the record in that operand.
    Record "record" AtLeast(0) Names Throws -> 1;
    /// The text of a value in an f-string; the immediate is the format spec, possibly empty.
    Format "format" Exactly(1) Str Throws -> 1;
    /// Joins strings.
    Concat "concat" AtLeast(0) None Pure -> 1;

    // ---- indexing and places -------------------------------------------------------------------
    /// `a[i, j]`: the operands are the base and one value for each `Value` part of the immediate.
    Index "index" AtLeast(1) Index Throws -> 1;
    /// `a.name`: a field of a record, a property of an array (`shape`), a member of a module value.
    FieldGet "field.get" Exactly(1) Name Throws -> 1;
    /// `s<path> = v` in place, for the variable in the slot of the path. Operands: the index values in
    /// the order of the path, then the new value. When it throws, the variable is unchanged.
    PlaceSet "place.set" AtLeast(1) Path Throws -> 0;
    /// `place.set` in SSA form: the first operand is the value before, the result the value after (the
    /// slot of the path only names the variable). In place when nobody else holds the value.
    PlaceWith "place.with" AtLeast(2) Path Throws -> 1;

    // ---- calls ---------------------------------------------------------------------------------
    /// Calls the first operand with the rest. The immediate names arguments, marks spread ones and
    /// gives the slots that `mut` arguments are moved out of and back into (also when the call throws).
    Call "call" AtLeast(1) Call Any -> 1;
    /// Calls a function known at compile time; arguments are in order, `param.given` holds for those
    /// present (the immediate names the others by their absence).
    CallFn "call.fn" AtLeast(0) Call Any -> 1;
    /// Calls a builtin; arguments are in the order of its row, the missing ones at the end left out.
    CallBuiltin "call.builtin" AtLeast(0) Call Any -> 1;
    /// `x.f(..)`: calls the field `f` of a record `x`; for any other `x`, the function, builtin or
    /// (with `Callee::Value`, the second operand) value that the name means, with `x` as first argument.
    CallMethod "call.method" AtLeast(1) Call Any -> 1;

    // ---- checks and tests ----------------------------------------------------------------------
    /// The operand, which must be a bool (`and`, `or`).
    CheckBool "check.bool" Exactly(1) None Throws -> 1;
    /// The operand, which must have the annotated type; an `int` given for `float` becomes one only by
    /// conversion in the script, never here.
    CheckType "check.type" Exactly(1) Ty Throws -> 1;
    /// Whether a value matches a type pattern.
    TestType "test.type" Exactly(1) Ty Throws -> 1;
    /// Whether a value is a list or one-dimensional array with exactly (immediate >= 0) that many
    /// items, or at least `-1 - immediate`.
    TestLen "test.len" Exactly(1) Int Pure -> 1;
    /// Whether a value is a tuple of this many items.
    TestTuple "test.tuple" Exactly(1) Int Pure -> 1;
    /// Whether a value is a record with this field.
    TestField "test.field" Exactly(1) Name Pure -> 1;
    /// Whether a pattern literal equals a value, never throwing.
    TestEqual "test.equal" Exactly(2) Weak Pure -> 1;
    /// The operand, a tuple, list or array that must have exactly this many items (destructuring).
    CheckLen "check.len" Exactly(1) Int Throws -> 1;
    /// The error at the start of a `catch`; the end of the script that `os.exit` asked for is thrown again.
    Catch "catch" Exactly(1) None Throws -> 1;

    // ---- iteration and waiting -----------------------------------------------------------------
    /// What a `for` walks over: ranges, arrays, lists, tuples, generators and channels themselves, a
    /// dict's items, a string's characters. Throws for anything else.
    Iter "iter" Exactly(1) None Throws -> 1;
    /// The first position of an iterable: `start` of a range, else 0.
    IterStart "iter.start" Exactly(1) None Pure -> 1;
    /// Hands a value to the consumer of the generator that this function is.
    Yield "yield" Exactly(1) None Any -> 0;
    Await "await" Exactly(1) None Any -> 1;

    // ---- typed: integers -----------------------------------------------------------------------
    /// Checked: throws OverflowError.
    IAdd "iadd" Exactly(2) None Throws -> 1;
    ISub "isub" Exactly(2) None Throws -> 1;
    IMul "imul" Exactly(2) None Throws -> 1;
    INeg "ineg" Exactly(1) None Throws -> 1;
    /// Wrapping, where ranges prove there is no overflow (and for `wrapping_*`).
    IAddWrap "iadd.wrap" Exactly(2) None Pure -> 1;
    ISubWrap "isub.wrap" Exactly(2) None Pure -> 1;
    IMulWrap "imul.wrap" Exactly(2) None Pure -> 1;
    /// Stops at the least and the greatest int: positions of a range.
    IAddSat "iadd.sat" Exactly(2) None Pure -> 1;
    /// Rounds down; throws at zero and at `i64::MIN // -1`.
    IFloorDiv "ifloordiv" Exactly(2) None Throws -> 1;
    /// The sign of the divisor; throws at zero.
    IRem "irem" Exactly(2) None Throws -> 1;
    /// Checked; throws for a negative exponent.
    IPow "ipow" Exactly(2) None Throws -> 1;
    IAnd "iand" Exactly(2) None Pure -> 1;
    IOr "ior" Exactly(2) None Pure -> 1;
    IXor "ixor" Exactly(2) None Pure -> 1;
    INot "inot" Exactly(1) None Pure -> 1;
    IShl "ishl" Exactly(2) None Throws -> 1;
    IShr "ishr" Exactly(2) None Throws -> 1;
    /// Signed comparison of ints, or of bools as 0 and 1.
    ICmp "icmp" Exactly(2) Cond Pure -> 1;
    IMin "imin" Exactly(2) None Pure -> 1;
    IMax "imax" Exactly(2) None Pure -> 1;
    /// Logical not of a bool.
    BNot "bnot" Exactly(1) None Pure -> 1;

    // ---- typed: floats (both widths, by the type of the operands) ------------------------------
    FAdd "fadd" Exactly(2) None Pure -> 1;
    FSub "fsub" Exactly(2) None Pure -> 1;
    FMul "fmul" Exactly(2) None Pure -> 1;
    FDiv "fdiv" Exactly(2) None Pure -> 1;
    /// `a // b`, as in Python.
    FFloorDiv "ffloordiv" Exactly(2) None Pure -> 1;
    /// `a % b`, the sign of `b`; NaN when `b` is 0.
    FRem "frem" Exactly(2) None Pure -> 1;
    FNeg "fneg" Exactly(1) None Pure -> 1;
    FAbs "fabs" Exactly(1) None Pure -> 1;
    FSqrt "fsqrt" Exactly(1) None Pure -> 1;
    FFloor "ffloor" Exactly(1) None Pure -> 1;
    FCeil "fceil" Exactly(1) None Pure -> 1;
    FTrunc "ftrunc" Exactly(1) None Pure -> 1;
    /// IEEE comparison; `ne` is true and the others false when an operand is NaN.
    FCmp "fcmp" Exactly(2) Cond Pure -> 1;
    /// A builtin of floats (or complex parts) to one float of the same width, by its shared function.
    FMath "fmath" AtLeast(1) Builtin Pure -> 1;

    // ---- typed: conversions and selection ------------------------------------------------------
    IntToFloat "int.to.float" Exactly(1) None Pure -> 1;
    /// Rounds to nearest once (not through f64).
    IntToF32 "int.to.f32" Exactly(1) None Pure -> 1;
    /// Truncates; throws for NaN and what does not fit.
    FloatToInt "float.to.int" Exactly(1) None Throws -> 1;
    FloatToF32 "float.to.f32" Exactly(1) None Pure -> 1;
    F32ToFloat "f32.to.float" Exactly(1) None Pure -> 1;
    BoolToInt "bool.to.int" Exactly(1) None Pure -> 1;
    /// The second operand where the first is true, else the third.
    Select "select" Exactly(3) None Pure -> 1;
    /// An unboxed value as `Any`.
    Box "box" Exactly(1) None Pure -> 1;
    /// An `Any` known to hold the type of the result.
    Unbox "unbox" Exactly(1) None Pure -> 1;

    // ---- typed: arrays and lists ---------------------------------------------------------------
    /// Number of elements.
    ArrLen "arr.len" Exactly(1) None Pure -> 1;
    /// Size of one axis.
    ArrDim "arr.dim" Exactly(1) Int Pure -> 1;
    /// Stride of one axis, in elements.
    ArrStride "arr.stride" Exactly(1) Int Pure -> 1;
    /// Address of element 0, as a word.
    ArrData "arr.data" Exactly(1) None Pure -> 1;
    /// The array, its storage held by nobody else and row-major: what may be written in place.
    /// Consumes its operand.
    ArrUnique "arr.unique" Exactly(1) None Throws -> 1;
    ListLen "list.len" Exactly(1) None Reads -> 1;
    ListData "list.data" Exactly(1) None Reads -> 1;
    /// The list, held by nobody else. Consumes its operand.
    ListUnique "list.unique" Exactly(1) None Throws -> 1;
    /// Runs operations on large arrays in one pass over memory. The first result says whether that was done;
    /// the further ones, one for each result that the immediate names, are `none` where it was not, because
    /// the arrays are small or an operation fails.
    Fuse "fuse" AtLeast(1) Fused Throws -> 1;
    /// Operands index and size: the index from the front; throws IndexError outside `-size..size`. The
    /// immediate is the axis for the message.
    Bounds "bounds" Exactly(2) Int Throws -> 1;
    /// Operands address and offset in elements; the immediate is the element's dtype.
    Load "load" Exactly(2) DType Reads -> 1;
    /// Operands address, offset, value.
    Store "store" Exactly(3) DType Writes -> 0;
    /// The value narrowed to the dtype's range, or OverflowError: an int for an integer dtype, a float for
    /// f32.
    Narrow "narrow" Exactly(1) DType Throws -> 1;
    /// An element of a list of boxed values at a checked offset.
    LoadAny "load.any" Exactly(2) None Reads -> 1;
    StoreAny "store.any" Exactly(3) None Writes -> 0;
    /// An item of a list, however it stores its items, at a checked offset.
    ListGet "list.get" Exactly(2) None Reads -> 1;
    /// The list with one more item, which it consumes as it does the list; in place when nobody else
    /// holds it. Throws where there is no room for it.
    ListPush "list.push" Exactly(2) None Throws -> 1;

    // ---- typed: dicts and other boxed values ---------------------------------------------------
    /// Number of entries.
    DictLen "dict.len" Exactly(1) None Pure -> 1;
    /// The position behind the last entry. Entries have positions in their order, with gaps between.
    DictEnd "dict.end" Exactly(1) None Pure -> 1;
    /// The position of the first entry at a position or behind it, or else the end.
    DictNext "dict.next" Exactly(2) None Pure -> 1;
    /// The key of the entry at a position.
    DictKey "dict.key" Exactly(2) None Pure -> 1;
    /// The value of the entry at a position.
    DictValue "dict.value" Exactly(2) None Pure -> 1;
    /// Operands dict, key: the value at the key; throws where there is none.
    DictAt "dict.at" Exactly(2) None Throws -> 1;
    /// Operands dict, key, default; throws for what can be no key.
    DictGet "dict.get" Exactly(3) None Throws -> 1;
    /// Whether a dict has a key.
    DictHas "dict.has" Exactly(2) None Pure -> 1;
    /// Operands dict, key, value: the dict with the value at the key, in place when nobody else holds
    /// it. Consumes the dict and the value unless it throws, as it does for what can be no key.
    DictSet "dict.set" Exactly(3) None Throws -> 1;
    /// Whether an `Any` is `none`.
    IsNone "is.none" Exactly(1) None Pure -> 1;
    /// `field.get` whose result is lent: the ownership pass sees to it that the operand outlives it.
    FieldLend "field.lend" Exactly(1) Name Throws -> 1;

    // ---- typed: calls, ownership, cells --------------------------------------------------------
    /// A native call of a specialisation (its number is the immediate): operands and results are the
    /// leaves of its parameters and results (see `passes/README.md`).
    CallSpec "call.spec" AtLeast(0) Int Any -> 1;
    /// An item of an `Any` known to be a tuple with that many items. Here and in the next four the
    /// immediate is the part's number and the result is unboxed when its type says so.
    TupleGet "tuple.get" Exactly(1) Int Pure -> 1;
    /// A field, by its place, of an `Any` known to be a record with those fields in that order.
    RecordGet "record.get" Exactly(1) Int Pure -> 1;
    /// A captured value of an `Any` known to be a closure of known code.
    Capture "capture" Exactly(1) Int Pure -> 1;
    /// Start (0), stop (1) or step (2) of an `Any` known to be a range of ints.
    RangeGet "range.get" Exactly(1) Int Pure -> 1;
    /// The real (0) or imaginary (1) part of an `Any` known to be complex.
    ComplexGet "complex.get" Exactly(1) Int Pure -> 1;
    /// A complex `Any` from its two parts.
    ComplexBox "complex.box" Exactly(2) None Pure -> 1;
    /// A range `Any` from start, stop and a step that is not zero; the immediate tells `..=`.
    RangeBox "range.box" Exactly(3) Bool Pure -> 1;
    /// A record `Any` with these fields, from an `Any` each.
    RecordBox "record.box" AtLeast(0) Names Pure -> 1;
    /// One more reference.
    Retain "retain" Exactly(1) None Writes -> 0;
    /// One reference fewer; frees at zero.
    Release "release" Exactly(1) None Writes -> 0;
    /// Throws when Ctrl-C, a cancel or a time limit asks for it; stands in every loop.
    Interrupt "interrupt" Exactly(0) None Throws -> 0;

    // ---- terminators ---------------------------------------------------------------------------
    /// One target.
    Jump "jump" Exactly(0) None Pure -> 0;
    /// Targets: taken when true, when false. Throws when the operand is not a bool.
    Branch "branch" Exactly(1) None Throws -> 0;
    /// Operands iterable and position. Targets: body, which gets the item and the next position before
    /// its own arguments, and exit. May wait (generators, channels).
    IterNext "iter.next" Exactly(2) None Any -> 0;
    /// The result; in SSA form after it what the `mut` parameters hold; in typed code their leaves.
    Return "return" AtLeast(0) None Pure -> 0;
    Throw "throw" Exactly(1) None Any -> 0;
    /// Leaves code compiled for a loop through its exit with this number; the operands are the live values.
    Exit "exit" AtLeast(0) Int Pure -> 0;
    /// Throws an error of a fixed kind (the immediate) with the text in the operand's place.
    Fail "fail" AtLeast(0) Kind Any -> 0;
    Unreachable "unreachable" Exactly(0) None Pure -> 0;
}

impl Op {
    pub fn is_terminator(self) -> bool {
        matches!(
            self,
            Op::Jump
                | Op::Branch
                | Op::IterNext
                | Op::Return
                | Op::Throw
                | Op::Exit
                | Op::Fail
                | Op::Unreachable
        )
    }

    pub fn can_throw(self) -> bool {
        matches!(self.effect(), Effect::Throws | Effect::Any)
    }

    /// Whether the frontend may emit it; the others appear only after specialisation.
    pub fn is_generic(self) -> bool {
        self <= Op::Await || (self.is_terminator() && !matches!(self, Op::Exit | Op::Fail))
    }

    /// Whether it is a generic operator that computes a new value, not a truth.
    pub fn is_arithmetic(self) -> bool {
        (self >= Op::Add && self <= Op::Shr) || matches!(self, Op::Neg | Op::BitNot)
    }

    /// Whether it is a generic binary operator.
    pub fn is_binary_operator(self) -> bool {
        self >= Op::Add && self <= Op::In
    }

    /// The comparison that an operator is.
    pub fn comparison(self) -> Option<Cond> {
        Cond::ALL.into_iter().find(|cond| cond.operator() == self)
    }
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cond {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Cond {
    pub const ALL: [Cond; 6] = [Cond::Eq, Cond::Ne, Cond::Lt, Cond::Le, Cond::Gt, Cond::Ge];

    pub const fn name(self) -> &'static str {
        match self {
            Cond::Eq => "eq",
            Cond::Ne => "ne",
            Cond::Lt => "lt",
            Cond::Le => "le",
            Cond::Gt => "gt",
            Cond::Ge => "ge",
        }
    }

    /// The generic operator that compares so.
    pub const fn operator(self) -> Op {
        match self {
            Cond::Eq => Op::Eq,
            Cond::Ne => Op::Ne,
            Cond::Lt => Op::Lt,
            Cond::Le => Op::Le,
            Cond::Gt => Op::Gt,
            Cond::Ge => Op::Ge,
        }
    }

    /// The comparison with its operands exchanged.
    pub const fn swapped(self) -> Cond {
        match self {
            Cond::Eq => Cond::Eq,
            Cond::Ne => Cond::Ne,
            Cond::Lt => Cond::Gt,
            Cond::Le => Cond::Ge,
            Cond::Gt => Cond::Lt,
            Cond::Ge => Cond::Le,
        }
    }
}
