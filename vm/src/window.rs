//! The registers of the running frame, without bounds checks and without detours through memory.
//!
//! A [`Window`] is made for one [`Code`], whose `seal` has checked that every register named in it is
//! below `registers`. Register numbers reach the interpreter from nowhere else, so the accesses here
//! stay inside.
//!
//! Scalars are written and moved as two 64-bit words. Assigning a `Value` would build it elsewhere, in
//! pieces, and copy its 16 bytes at once; the processor has to wait for the pieces then, which made the
//! interpreter half as fast.

use crate::bytecode::ins::{Operand, OperandKind, Reg};
use crate::bytecode::{Code, Ins};
use crate::value::{Value, layout};
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};

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

    /// The same registers for a function to look at. It takes them by value: a window whose address is
    /// known to others cannot be kept in a processor register.
    #[inline(always)]
    pub fn reborrow(&mut self) -> Window<'_> {
        Window { first: self.first, registers: self.registers, stack: PhantomData }
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
        Moved::of(value).into(self.get_mut(reg));
    }

    #[inline(always)]
    pub fn take(&mut self, reg: Reg) -> Value {
        std::mem::take(self.get_mut(reg))
    }

    /// Sets a register to a scalar given by its words.
    #[inline(always)]
    fn set_words(&mut self, reg: Reg, words: [u64; 2]) {
        write_words(self.get_mut(reg), words);
    }

    #[inline(always)]
    pub fn set_int(&mut self, reg: Reg, x: i64) {
        self.set_words(reg, [u64::from(layout::INT), x as u64]);
    }

    #[inline(always)]
    pub fn set_float(&mut self, reg: Reg, x: f64) {
        self.set_words(reg, [u64::from(layout::FLOAT), x.to_bits()]);
    }

    #[inline(always)]
    pub fn set_bool(&mut self, reg: Reg, x: bool) {
        self.set_words(
            reg,
            [u64::from(layout::BOOL) | u64::from(x) << (8 * layout::BOOL_OFFSET), 0],
        );
    }

    #[inline(always)]
    pub fn set_none(&mut self, reg: Reg) {
        self.set_words(reg, [u64::from(layout::NONE), 0]);
    }

    /// Moves a value from one register to another.
    #[inline(always)]
    pub fn move_to(&mut self, d: Reg, a: Reg) {
        let moved = Moved::out_of(self.get_mut(a));
        moved.into(self.get_mut(d));
    }

    /// Copies a value that is not counted from one register to another; `false` if it is.
    #[inline(always)]
    pub fn copy_scalar(&mut self, d: Reg, a: Reg) -> bool {
        match Moved::scalar(self.get(a)) {
            Some(moved) => moved.into(self.get_mut(d)),
            None => return false,
        }
        true
    }

    /// Copies a value that is not counted to a register; `false` if it is.
    #[inline(always)]
    pub fn load(&mut self, d: Reg, value: &Value) -> bool {
        match Moved::scalar(value) {
            Some(moved) => moved.into(self.get_mut(d)),
            None => return false,
        }
        true
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

/// Where the interpreter stands in sealed code: before its next instruction.
#[derive(Clone, Copy)]
pub struct Pointer<'a> {
    at: *const Ins,
    code: PhantomData<&'a Code>,
}

impl<'a> Pointer<'a> {
    /// # Panics
    ///
    /// If the code has no such instruction.
    #[inline(always)]
    pub fn new(code: &'a Code, pc: usize) -> Pointer<'a> {
        Pointer { at: &raw const code.ins[pc], code: PhantomData }
    }

    /// The number of the next instruction of `code`, in which this stands.
    #[inline(always)]
    pub fn pc(self, code: &Code) -> u32 {
        let bytes = self.at.addr() - code.ins.as_ptr().addr();
        (bytes / size_of::<Ins>()) as u32
    }

    /// The next instruction; goes past it.
    #[inline(always)]
    pub fn next(&mut self) -> &'a Ins {
        // SAFETY: this starts at an instruction, jumps to instructions only, and goes past one only
        // here. Sealed code ends in an instruction that leaves or jumps, so there is one here.
        unsafe {
            let ins = &*self.at;
            self.at = self.at.add(1);
            ins
        }
    }

    /// The next instruction.
    #[inline(always)]
    pub fn peek(self) -> &'a Ins {
        // SAFETY: as in `next`.
        unsafe { &*self.at }
    }

    /// Jumps by a distance that was read from the instruction just passed.
    #[inline(always)]
    pub fn jump(&mut self, by: i32) {
        // SAFETY: sealed code jumps only to its own instructions.
        self.at = unsafe { self.at.offset(by as isize) };
    }

    /// Jumps unless a condition holds, by a branch: the processor can guess where a branch goes, but
    /// would have to wait for a conditional move, and with it for the next instruction.
    #[inline(always)]
    pub fn jump_unless(&mut self, holds: bool, by: i32) {
        if !holds {
            std::hint::cold_path();
            self.jump(by);
        }
    }
}

/// A value on its way between two registers, as its words. Forgetting one leaks what it holds.
#[must_use]
pub struct Moved([Word; 2]);

// The reads are volatile so that the compiler does not join them to one of 16 bytes, which would wait for
// the two writes before it.

/// Half of a value; its padding need not be initialised.
type Word = MaybeUninit<u64>;

impl Moved {
    /// Takes the value out, leaving none.
    #[inline(always)]
    pub fn out_of(from: &mut Value) -> Moved {
        let at = std::ptr::from_mut(from).cast::<Word>();
        // SAFETY: a `Value` is 16 bytes, aligned to 8, and `repr(u8)`: with 0 in its first byte it is
        // none and owns nothing, so the words read before are the only owner.
        unsafe {
            let words = [at.read_volatile(), at.add(1).read_volatile()];
            at.write(Word::new(u64::from(layout::NONE)));
            Moved(words)
        }
    }

    #[inline(always)]
    pub fn of(value: Value) -> Moved {
        let value = ManuallyDrop::new(value);
        let at = (&raw const value).cast::<Word>();
        // SAFETY: as in `out_of`; the value is not dropped here.
        Moved(unsafe { [at.read(), at.add(1).read()] })
    }

    pub fn value(self) -> Value {
        let mut value = Value::None;
        self.into(&mut value);
        value
    }

    /// A second one of a value that is not counted.
    #[inline(always)]
    pub fn scalar(from: &Value) -> Option<Moved> {
        if from.tag() >= layout::FIRST_COUNTED {
            return None;
        }
        let at = std::ptr::from_ref(from).cast::<Word>();
        // SAFETY: as in `out_of`; a value that holds no counted pointer may be duplicated.
        Some(Moved(unsafe { [at.read_volatile(), at.add(1).read_volatile()] }))
    }

    /// Puts the value in place of another.
    #[inline(always)]
    pub fn into(self, to: &mut Value) {
        if to.tag() >= layout::FIRST_COUNTED {
            return replace(to, self.0[0], self.0[1]);
        }
        self.over_scalar(to);
    }

    /// Puts the value in place of one that is not counted.
    #[inline(always)]
    fn over_scalar(self, to: &mut Value) {
        let at = std::ptr::from_mut(to).cast::<Word>();
        // SAFETY: the words are those of a value that nobody else owns. What was here before is not
        // dropped, which leaks it at worst.
        unsafe {
            at.write(self.0[0]);
            at.add(1).write(self.0[1]);
        }
    }
}

/// Writes a scalar over a value. The first word holds the tag in its lowest byte.
#[inline(always)]
fn write_words(to: &mut Value, words: [u64; 2]) {
    Moved([Word::new(words[0].to_le()), Word::new(words[1])]).into(to);
}

/// Puts a value in place of a counted one. It takes all it needs, so that nothing has to outlast the
/// call: what does occupies the few registers in which the interpreter wants to keep its place.
#[cold]
#[inline(never)]
fn replace(to: &mut Value, first: Word, second: Word) {
    drop_value(to);
    Moved([first, second]).over_scalar(to);
}

/// Makes a value none.
#[inline(never)]
fn drop_value(value: &mut Value) {
    *value = Value::None;
}

/// Makes registers none.
#[inline(always)]
pub fn clear(registers: &mut [Value]) {
    for value in registers {
        if value.tag() >= layout::FIRST_COUNTED {
            drop_value(value);
        }
        Moved([Word::new(u64::from(layout::NONE).to_le()), Word::uninit()]).over_scalar(value);
    }
}
