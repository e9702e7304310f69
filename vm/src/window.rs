//! The registers of the running frame, without bounds checks.
//!
//! A [`Window`] is made for one [`Code`], whose `seal` has checked that every register named in it is
//! below `registers`. Register numbers reach the interpreter from nowhere else, so the accesses here
//! stay inside. Measured against checked slices on call- and loop-heavy scripts in
//! `docs/architecture.md`.

use crate::bytecode::ins::{Operand, OperandKind, Reg};
use crate::bytecode::{Code, Ins};
use crate::value::Value;
use std::marker::PhantomData;

/// The registers of one frame.
pub struct Window<'a> {
    first: *mut Value,
    registers: u16,
    stack: PhantomData<&'a mut [Value]>,
}

impl<'a> Window<'a> {
    /// The window of `code` at `base` of a stack.
    ///
    /// # Panics
    ///
    /// If the stack is too short.
    #[inline]
    pub fn new(stack: &'a mut [Value], base: usize, code: &Code) -> Window<'a> {
        let slice = &mut stack[base..base + usize::from(code.registers)];
        Window { first: slice.as_mut_ptr(), registers: code.registers, stack: PhantomData }
    }

    #[inline(always)]
    fn at(&self, reg: Reg) -> *mut Value {
        debug_assert!(reg.0 < self.registers);
        // SAFETY: registers of sealed code are below `registers`, the length of the slice.
        unsafe { self.first.add(usize::from(reg.0)) }
    }

    #[inline(always)]
    pub fn get(&self, reg: Reg) -> &Value {
        // SAFETY: the pointer is into the slice borrowed for 'a, and `&self` excludes `get_mut`.
        unsafe { &*self.at(reg) }
    }

    #[inline(always)]
    pub fn get_mut(&mut self, reg: Reg) -> &mut Value {
        // SAFETY: the pointer is into the slice borrowed for 'a, and `&mut self` excludes others.
        unsafe { &mut *self.at(reg) }
    }

    #[inline(always)]
    pub fn set(&mut self, reg: Reg, value: Value) {
        *self.get_mut(reg) = value;
    }

    #[inline(always)]
    pub fn take(&mut self, reg: Reg) -> Value {
        std::mem::take(self.get_mut(reg))
    }

    /// The value for an operand, moved out of its register at the last use.
    #[inline]
    pub fn operand(&mut self, code: &Code, operand: Operand) -> Value {
        match operand.kind() {
            OperandKind::Copy(reg) => self.get(reg).clone(),
            OperandKind::Move(reg) => self.take(reg),
            OperandKind::Const(k) => code.consts[k].clone(),
        }
    }

    /// The value of a register, moved if `last_use`.
    #[inline]
    pub fn copy_or_take(&mut self, reg: Reg, last_use: bool) -> Value {
        if last_use { self.take(reg) } else { self.get(reg).clone() }
    }
}

/// The instruction at `pc` of sealed code.
#[inline(always)]
pub fn fetch(code: &Code, pc: usize) -> Ins {
    debug_assert!(pc < code.ins.len());
    // SAFETY: sealed code ends in a jump or return and jumps only inside itself, so `pc`, which
    // starts at 0 or where a jump or handler goes, stays below the length.
    unsafe { *code.ins.get_unchecked(pc) }
}
