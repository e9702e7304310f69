//! A stack of frames that can stop anywhere and go on later.

use crate::bytecode::{Code, Reg};
use crate::context::Limits;
use crate::error::Error;
use crate::release::dismantle;
use crate::value::Value;
use crate::window;
use quern_ir::{ErrorKind, FuncId};

/// The frames of one task or generator, and their registers one above the other.
#[derive(Default)]
pub struct Fiber {
    /// Registers outside all windows are none.
    pub stack: Vec<Value>,
    pub frames: Vec<Frame>,
    /// For the frames that have any: what goes back to the caller's variables.
    pub writebacks: Vec<Writeback>,
    /// How many calls in progress lie under its first frame.
    pub depth: usize,
}

/// One call in progress.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub func: FuncId,
    /// The next instruction; up to date while the frame is not running.
    pub pc: u32,
    /// Where its window starts.
    pub base: u32,
    /// The caller's register for the result.
    pub dst: Reg,
    /// How many of the fiber's writebacks are this frame's.
    pub writebacks: u16,
    /// The parameters the caller gave values for, by bit; those past the 64th count as given.
    pub given: u64,
}

/// At the end of a frame, its slot in `from` goes to the caller's register `to`.
#[derive(Clone, Copy, Debug)]
pub struct Writeback {
    pub from: Reg,
    pub to: Reg,
}

impl Drop for Fiber {
    fn drop(&mut self) {
        dismantle(self.stack.iter_mut());
    }
}

impl Fiber {
    pub fn new() -> Fiber {
        Fiber::default()
    }

    /// A fiber on which calls nest in those that are in progress.
    pub fn nested(depth: usize) -> Fiber {
        let mut fiber = Fiber::new();
        fiber.depth = depth;
        fiber
    }

    /// How many calls are in progress.
    #[inline(always)]
    pub fn nesting(&self) -> usize {
        self.depth + self.frames.len()
    }

    /// Makes room for a window at `base`.
    ///
    /// # Errors
    ///
    /// `RecursionError` if calls are nested too deeply or the stack would be too large.
    #[inline(always)]
    pub fn reserve(&mut self, base: usize, code: &Code, limits: &Limits) -> Result<(), Error> {
        let end = base + usize::from(code.registers);
        if self.nesting() >= limits.depth {
            return Err(too_deep(limits.depth));
        }
        if end > self.stack.len() {
            self.grow(end, limits)?;
        }
        Ok(())
    }

    #[cold]
    fn grow(&mut self, end: usize, limits: &Limits) -> Result<(), Error> {
        if end > limits.registers {
            return Err(Error::new(
                ErrorKind::RecursionError,
                format!(
                    "{} nested calls need more registers than the limit of {}",
                    self.frames.len(),
                    limits.registers
                ),
            ));
        }
        let wanted = (end * 2).max(64).min(limits.registers.max(end));
        if self.stack.try_reserve_exact(wanted - self.stack.len()).is_err() {
            return Err(Error::memory("the registers of another call"));
        }
        self.stack.resize(wanted, Value::None);
        Ok(())
    }

    /// Takes the running frame off: its variables go back to the caller's, its window is emptied. The
    /// caller must be in the same fiber if there are any to go back.
    #[inline(always)]
    pub fn pop(&mut self, code: &Code) -> Option<Frame> {
        let frame = self.frames.pop()?;
        let base = frame.base as usize;
        if frame.writebacks > 0 {
            self.write_back(frame);
        }
        window::clear(&mut self.stack[base..base + usize::from(code.registers)]);
        Some(frame)
    }

    #[cold]
    fn write_back(&mut self, frame: Frame) {
        let caller = self.frames.last().map_or(0, |f| f.base as usize);
        for _ in 0..frame.writebacks {
            if let Some(Writeback { from, to }) = self.writebacks.pop() {
                let value =
                    std::mem::take(&mut self.stack[frame.base as usize + usize::from(from.0)]);
                self.stack[caller + usize::from(to.0)] = value;
            }
        }
    }
}

#[cold]
pub(crate) fn too_deep(limit: usize) -> Error {
    Error::new(ErrorKind::RecursionError, format!("more than {limit} calls are nested"))
        .hint("a recursion needs a case that ends it")
}
