//! The instructions.

use quern_ir::ops::{Cond, Op};

/// A register of the current window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reg(pub u16);

impl Reg {
    /// Stands for a result that nobody wants.
    pub const NONE: Reg = Reg(u16::MAX);
}

/// An operand of a site: a register, one to be moved out of, or a constant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Operand(u32);

const MOVE: u32 = 1 << 30;
const CONST: u32 = 1 << 31;

/// An operand taken apart.
pub enum OperandKind {
    Copy(Reg),
    Move(Reg),
    Const(usize),
}

impl Operand {
    pub fn register(reg: Reg, last_use: bool) -> Operand {
        Operand(u32::from(reg.0) | if last_use { MOVE } else { 0 })
    }

    pub fn constant(index: usize) -> Operand {
        Operand(index as u32 | CONST)
    }

    #[inline]
    pub fn kind(self) -> OperandKind {
        if self.0 & CONST != 0 {
            OperandKind::Const((self.0 & !CONST) as usize)
        } else if self.0 & MOVE != 0 {
            OperandKind::Move(Reg(self.0 as u16))
        } else {
            OperandKind::Copy(Reg(self.0 as u16))
        }
    }
}

impl std::fmt::Debug for Operand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            OperandKind::Copy(r) => write!(f, "r{}", r.0),
            OperandKind::Move(r) => write!(f, "^r{}", r.0),
            OperandKind::Const(k) => write!(f, "k{k}"),
        }
    }
}

/// One instruction. Jump distances count instructions from the one after the jump.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ins {
    LoadInt {
        d: Reg,
        value: i32,
    },
    LoadConst {
        d: Reg,
        k: u32,
    },
    /// The value moves; `a` is none afterwards.
    Move {
        d: Reg,
        a: Reg,
    },
    Copy {
        d: Reg,
        a: Reg,
    },
    Clear {
        a: Reg,
    },

    Add {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Sub {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Mul {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Div {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    FloorDiv {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Rem {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    BitAnd {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    BitOr {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    BitXor {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Shl {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Shr {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    AddInt {
        d: Reg,
        a: Reg,
        value: i16,
    },
    SubInt {
        d: Reg,
        a: Reg,
        value: i16,
    },
    MulInt {
        d: Reg,
        a: Reg,
        value: i16,
    },
    FloorDivInt {
        d: Reg,
        a: Reg,
        value: i16,
    },
    RemInt {
        d: Reg,
        a: Reg,
        value: i16,
    },
    /// The other binary operators, and all of them where registers do not fit elsewhere.
    Binary {
        op: BinaryOpcode,
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Neg {
        d: Reg,
        a: Reg,
    },
    Not {
        d: Reg,
        a: Reg,
    },
    BitNot {
        d: Reg,
        a: Reg,
    },
    Compare {
        cond: Cond,
        d: Reg,
        a: Reg,
        b: Reg,
    },

    Jump {
        by: i32,
    },
    /// A jump back to the header of loop `site`.
    Loop {
        site: u16,
        by: i32,
    },
    JumpIf {
        a: Reg,
        by: i32,
    },
    JumpUnless {
        a: Reg,
        by: i32,
    },
    /// Jumps unless the comparison holds.
    UnlessEq {
        a: Reg,
        b: Reg,
        by: i16,
    },
    UnlessNe {
        a: Reg,
        b: Reg,
        by: i16,
    },
    UnlessLt {
        a: Reg,
        b: Reg,
        by: i16,
    },
    UnlessLe {
        a: Reg,
        b: Reg,
        by: i16,
    },
    UnlessGt {
        a: Reg,
        b: Reg,
        by: i16,
    },
    UnlessGe {
        a: Reg,
        b: Reg,
        by: i16,
    },
    UnlessEqInt {
        a: Reg,
        value: i16,
        by: i16,
    },
    UnlessNeInt {
        a: Reg,
        value: i16,
        by: i16,
    },
    UnlessLtInt {
        a: Reg,
        value: i16,
        by: i16,
    },
    UnlessLeInt {
        a: Reg,
        value: i16,
        by: i16,
    },
    UnlessGtInt {
        a: Reg,
        value: i16,
        by: i16,
    },
    UnlessGeInt {
        a: Reg,
        value: i16,
        by: i16,
    },

    Iter {
        d: Reg,
        a: Reg,
    },
    IterStart {
        d: Reg,
        a: Reg,
    },
    /// The next item of `it` at position `pos`; an [`Ins::IterExit`] follows.
    IterNext {
        item: Reg,
        it: Reg,
        pos: Reg,
    },
    /// Where the position after this item goes, and the jump when there is no item.
    IterExit {
        next: Reg,
        by: i32,
    },

    /// `d = a[i, j]`; the [`Ins::Second`] that follows names `j`.
    Index2 {
        d: Reg,
        a: Reg,
        i: Reg,
    },
    /// `s[i, j] = v`; the [`Ins::Second`] that follows names `v`.
    SetIndex2 {
        s: Reg,
        i: Reg,
        j: Reg,
    },
    /// One more register of the instruction before.
    Second {
        a: Reg,
    },
    /// `d = a[b]`
    Index {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    /// `s[i] = v`
    SetIndex {
        s: Reg,
        i: Reg,
        v: Reg,
    },
    FieldGet {
        d: Reg,
        a: Reg,
        name: u16,
    },
    GlobalGet {
        d: Reg,
        global: u32,
    },
    GlobalSet {
        a: Reg,
        global: u32,
    },
    ParamGiven {
        d: Reg,
        index: u16,
    },
    CheckBool {
        d: Reg,
        a: Reg,
    },

    /// `d = math(a)` for a float-to-float builtin; the number is the builtin's.
    Math {
        d: Reg,
        a: Reg,
        builtin: u16,
    },
    /// A call of a known function, whose arguments were put where its window will start. For each
    /// `mut` parameter an [`Ins::Second`] follows, with the variable.
    CallDirect {
        d: Reg,
        func: u32,
    },
    /// Any other call.
    Call {
        d: Reg,
        site: u32,
    },
    /// Every other operation: see [`super::Site`].
    Site {
        d: Reg,
        site: u32,
    },

    Return {
        a: Reg,
    },
    Throw {
        a: Reg,
    },
    Yield {
        a: Reg,
    },
    Unreachable,
}

/// What is known of an instruction's operands.
pub mod marks {
    /// The first operand is not used again: it may be moved out of its register.
    pub const ENDS_A: u8 = 1;
    /// The second operand is not used again.
    pub const ENDS_B: u8 = 2;
    /// The first operand is a number literal, weak in promotion.
    pub const WEAK_A: u8 = 4;
    /// The second operand is a number literal.
    pub const WEAK_B: u8 = 8;
}

/// Which operator an [`Ins::Binary`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum BinaryOpcode {
    Pow,
    MatMul,
    In,
}

impl BinaryOpcode {
    pub fn op(self) -> Op {
        match self {
            BinaryOpcode::Pow => Op::Pow,
            BinaryOpcode::MatMul => Op::MatMul,
            BinaryOpcode::In => Op::In,
        }
    }
}

impl Ins {
    /// Sets how far a jump goes; `false` if the instruction cannot jump that far.
    pub fn set_distance(&mut self, distance: i64) -> bool {
        use Ins::*;
        match self {
            Jump { by }
            | Loop { by, .. }
            | JumpIf { by, .. }
            | JumpUnless { by, .. }
            | IterExit { by, .. } => i32::try_from(distance).map(|d| *by = d).is_ok(),
            UnlessEq { by, .. }
            | UnlessNe { by, .. }
            | UnlessLt { by, .. }
            | UnlessLe { by, .. }
            | UnlessGt { by, .. }
            | UnlessGe { by, .. }
            | UnlessEqInt { by, .. }
            | UnlessNeInt { by, .. }
            | UnlessLtInt { by, .. }
            | UnlessLeInt { by, .. }
            | UnlessGtInt { by, .. }
            | UnlessGeInt { by, .. } => i16::try_from(distance).map(|d| *by = d).is_ok(),
            _ => false,
        }
    }

    /// The registers it names, for checking them against the size of the window. [`Reg::NONE`] may
    /// stand only where a call or site leaves its result.
    pub fn registers(&self) -> [Option<Reg>; 3] {
        use Ins::*;
        let result = |d: Reg| (d != Reg::NONE).then_some(d);
        match *self {
            LoadInt { d, .. }
            | LoadConst { d, .. }
            | GlobalGet { d, .. }
            | ParamGiven { d, .. } => [Some(d), None, None],
            Move { d, a }
            | Copy { d, a }
            | Neg { d, a }
            | Not { d, a }
            | BitNot { d, a }
            | Iter { d, a }
            | IterStart { d, a }
            | CheckBool { d, a }
            | Math { d, a, .. }
            | FieldGet { d, a, .. }
            | AddInt { d, a, .. }
            | SubInt { d, a, .. }
            | MulInt { d, a, .. }
            | FloorDivInt { d, a, .. }
            | RemInt { d, a, .. } => [Some(d), Some(a), None],
            Add { d, a, b }
            | Sub { d, a, b }
            | Mul { d, a, b }
            | Div { d, a, b }
            | FloorDiv { d, a, b }
            | Rem { d, a, b }
            | BitAnd { d, a, b }
            | BitOr { d, a, b }
            | BitXor { d, a, b }
            | Shl { d, a, b }
            | Shr { d, a, b }
            | Binary { d, a, b, .. }
            | Compare { d, a, b, .. }
            | Index { d, a, b } => [Some(d), Some(a), Some(b)],
            SetIndex { s, i, v } => [Some(s), Some(i), Some(v)],
            Index2 { d, a, i } => [Some(d), Some(a), Some(i)],
            SetIndex2 { s, i, j } => [Some(s), Some(i), Some(j)],
            IterNext { item, it, pos } => [Some(item), Some(it), Some(pos)],
            IterExit { next, .. } => [Some(next), None, None],
            Clear { a }
            | Second { a }
            | JumpIf { a, .. }
            | JumpUnless { a, .. }
            | GlobalSet { a, .. }
            | Return { a }
            | Throw { a }
            | Yield { a }
            | UnlessEqInt { a, .. }
            | UnlessNeInt { a, .. }
            | UnlessLtInt { a, .. }
            | UnlessLeInt { a, .. }
            | UnlessGtInt { a, .. }
            | UnlessGeInt { a, .. } => [Some(a), None, None],
            UnlessEq { a, b, .. }
            | UnlessNe { a, b, .. }
            | UnlessLt { a, b, .. }
            | UnlessLe { a, b, .. }
            | UnlessGt { a, b, .. }
            | UnlessGe { a, b, .. } => [Some(a), Some(b), None],
            CallDirect { d, .. } | Call { d, .. } | Site { d, .. } => [result(d), None, None],
            Jump { .. } | Loop { .. } | Unreachable => [None; 3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_eight_bytes() {
        assert_eq!(size_of::<Ins>(), 8);
    }
}
