//! The functions of this crate that compiled code calls.
//!
//! Each is `extern "C"`, takes and returns machine words, and never unwinds: a panic inside becomes
//! an error of the run. One that can fail answers a status and leaves the error in the context, where
//! the caller's cold path finds it. The macro keeps name, address and signature together.

use crate::abi::{JitContext, Site, status};
use crate::generic::{self, Exchange};
use quern_ir::function::InstData;
use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use quern_ir::{ErrorKind, Op};
use quern_vm::Error;
use quern_vm::Value;
use quern_vm::array::Array;
use quern_vm::array::math;
use quern_vm::list::List;
use quern_vm::words::{value_words, words_value};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a helper's parameter or result is to the code generator.
trait MachineType {
    const TYPE: Option<Type>;
}
macro_rules! machine_types {
    ($($ty:ty => $clif:expr;)*) => { $(impl MachineType for $ty { const TYPE: Option<Type> = $clif; })* };
}
machine_types! {
    () => None;
    u8 => Some(types::I8);
    u32 => Some(types::I32);
    i64 => Some(types::I64);
    u64 => Some(types::I64);
    usize => Some(types::I64);
    f32 => Some(types::F32);
    f64 => Some(types::F64);
}
impl<T> MachineType for &mut T {
    const TYPE: Option<Type> = Some(types::I64);
}
impl<T> MachineType for &T {
    const TYPE: Option<Type> = Some(types::I64);
}

macro_rules! helpers {
    ($($(#[doc = $doc:literal])* $variant:ident $name:ident ($($arg:ident: $ty:ty),*) -> $ret:ty $body:block)*) => {
        /// A helper.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Helper { $($(#[doc = $doc])* $variant,)* }

        impl Helper {
            pub const ALL: &[Helper] = &[$(Helper::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Helper::$variant => stringify!($name),)* }
            }

            pub fn address(self) -> usize {
                match self { $(Helper::$variant => entry::$name as *const () as usize,)* }
            }

            pub fn signature(self, host: CallConv) -> Signature {
                let mut sig = Signature::new(host);
                match self {$(
                    Helper::$variant => {
                        $(sig.params.extend(<$ty as MachineType>::TYPE.map(AbiParam::new));)*
                        sig.returns.extend(<$ret as MachineType>::TYPE.map(AbiParam::new));
                    }
                )*}
                sig
            }
        }

        mod entry {
            use super::*;
            $(pub extern "C" fn $name($($arg: $ty),*) -> $ret $body)*
        }
    };
}

helpers! {
    /// The interpreter's integer operation: stores the result, or leaves the error.
    IntOp int_op(context: &mut JitContext<'_>, op: u32, a: i64, b: i64, out: &mut i64) -> u64 {
        guarded(context, |_| {
            *out = int_op_value(Op::ALL[op as usize], a, b)?;
            Ok(())
        })
    }
    /// The error of a float that has no int.
    FloatToInt float_to_int(context: &mut JitContext<'_>, x: f64) -> u64 {
        guarded(context, |_| Err(float_to_int_error(x)))
    }
    /// The error of an index out of range.
    BoundsError bounds_error(context: &mut JitContext<'_>, index: i64, size: i64, axis: i64) -> u64 {
        guarded(context, |_| Err(bounds_error_value(index, size, axis)))
    }
    /// The error of an int that does not fit an array's dtype.
    NarrowError narrow_error(context: &mut JitContext<'_>, value: i64, dtype: u32) -> u64 {
        guarded(context, |_| Err(narrow_error_value(value, dtype)))
    }
    /// What the interrupt word asks for.
    Interrupt interrupt(context: &mut JitContext<'_>) -> u64 {
        guarded(context, |context| context.interrupted())
    }
    /// The error of calls nested too deep.
    Recursion recursion(context: &mut JitContext<'_>) -> u64 {
        guarded(context, |_| Err(recursion_error()))
    }
    /// The error of a condition that is no bool.
    NotBool not_bool(context: &mut JitContext<'_>, first: u64, second: u64) -> u64 {
        // SAFETY: compiled code lends the two words of a value.
        let value = unsafe { Lent::new(first, second) };
        guarded(context, |_| Err(Error::type_error(format!("a condition must be a bool, not {}", value.get().type_name()))))
    }
    /// A generic op on the values at `exchange`, after which it leaves the results. The status may also be
    /// [`status::EXHAUSTED`].
    Generic generic(context: &mut JitContext<'_>, inst: &InstData, exchange: usize) -> u64 {
        let mut more = true;
        let status = guarded(context, |context| {
            // SAFETY: compiled code keeps the op's operands there, and has room for its results behind.
            let mut exchange = unsafe { Exchange::new(exchange, inst) };
            more = generic::run(inst, &mut exchange, context)?;
            Ok(())
        });
        if more { status } else { status::EXHAUSTED }
    }
    /// Moves the error on its way out of the context, as a value.
    TakeError take_error(context: &mut JitContext<'_>, out: &mut [u64; 2]) -> () {
        let value = context.take_error().map_or(Value::None, Value::from);
        *out = value_words(value);
    }
    /// Gives up the reference of a boxed value.
    Release release(first: u64, second: u64) -> () {
        // SAFETY: compiled code owns the reference and gives it up.
        drop(unsafe { words_value([first, second]) });
    }
    /// Frees a value whose counter compiled code has brought to zero.
    Free free(first: u64, second: u64) -> () {
        // SAFETY: nobody holds the value any more, so the counter, a word at this address, is ours;
        // set to one it stands for the reference that is given up here.
        unsafe {
            (*(second as *const AtomicUsize)).store(1, Ordering::Relaxed);
            std::sync::atomic::fence(Ordering::Acquire);
            drop(words_value([first, second]));
        }
    }
    /// The array with storage of its own, row-major. Consumes `array`, but not when it fails.
    ArrayUnique array_unique(context: &mut JitContext<'_>, array: usize, out: &mut usize) -> u64 {
        guarded(context, |_| {
            // SAFETY: compiled code owns the reference; it goes to `out`, or stays on failure.
            let mut array = ManuallyDrop::new(unsafe { Arc::from_raw(array as *const Array) });
            unique_array(&mut array)?;
            *out = Arc::as_ptr(&array) as usize;
            Ok(())
        })
    }
    /// The list with nobody else holding it. Consumes `list`.
    ListUnique list_unique(context: &mut JitContext<'_>, list: usize, out: &mut usize) -> u64 {
        guarded(context, |_| {
            // SAFETY: compiled code owns the reference; it goes to `out`.
            let mut list = unsafe { Arc::from_raw(list as *const List) };
            Arc::make_mut(&mut list);
            *out = Arc::into_raw(list) as usize;
            Ok(())
        })
    }
    /// Adds the place of a throwing instruction to the error on its way.
    Trace trace(context: &mut JitContext<'_>, site: &Site) -> () {
        context.trace(site);
    }
}

/// Runs a helper's body; an error or a panic goes to the context.
fn guarded(
    context: &mut JitContext<'_>,
    body: impl FnOnce(&mut JitContext<'_>) -> Result<(), Error>,
) -> u64 {
    let result = catch_unwind(AssertUnwindSafe(|| body(context)));
    match result {
        Ok(Ok(())) => status::OK,
        Ok(Err(error)) => {
            context.set_error(error);
            status::ERROR
        }
        Err(_) => {
            context.set_error(Error::new(
                ErrorKind::User,
                "internal error: a helper of compiled code panicked",
            ));
            status::ERROR
        }
    }
}

/// A value that compiled code lends for the time of a call.
struct Lent(ManuallyDrop<Value>);

impl Lent {
    /// # Safety
    ///
    /// The words are those of a value that outlives the result.
    unsafe fn new(first: u64, second: u64) -> Lent {
        // SAFETY: by contract; the reference is not given up.
        Lent(ManuallyDrop::new(unsafe { words_value([first, second]) }))
    }

    fn get(&self) -> &Value {
        &self.0
    }
}

/// Makes the array writable in place: one holder, storage of its own, row-major.
fn unique_array(array: &mut Arc<Array>) -> Result<(), Error> {
    if Arc::get_mut(array).is_none() {
        let copy = Array::clone(array);
        *array = Arc::new(copy);
    }
    let own = Arc::make_mut(array);
    if !own.is_contiguous() {
        *own = own.copy()?;
    }
    Ok(own.make_unique()?)
}

fn int_op_value(op: Op, a: i64, b: i64) -> Result<i64, Error> {
    let (result, what) = match op {
        Op::IAdd => (math::iadd(a, b), format!("{a} + {b}")),
        Op::ISub => (math::isub(a, b), format!("{a} - {b}")),
        Op::IMul => (math::imul(a, b), format!("{a} * {b}")),
        Op::INeg => (math::ineg(a), format!("-({a})")),
        Op::IFloorDiv => (math::ifloordiv(a, b), format!("{a} // {b}")),
        Op::IRem => (math::imod(a, b), format!("{a} % {b}")),
        Op::IPow => (math::ipow(a, b), format!("{a} ^ {b}")),
        Op::IShl => (math::ishl(a, b), format!("{a} << {b}")),
        Op::IShr => (math::ishr(a, b), format!("{a} >> {b}")),
        _ => {
            return Err(Error::type_error(format!(
                "internal error: {} is no integer operation",
                op.name()
            )));
        }
    };
    result.map_err(|fault| fault.describe(&what).into())
}

fn float_to_int_error(x: f64) -> Error {
    Error::overflow(format!("{x} does not fit an int"))
}

fn bounds_error_value(index: i64, size: i64, axis: i64) -> Error {
    Error::index_error(format!("index {index} is out of range for axis {axis} of size {size}"))
}

fn narrow_error_value(value: i64, dtype: u32) -> Error {
    let name = quern_ir::DType::ALL.get(dtype as usize).map_or("", |d| d.name());
    Error::overflow(format!("{value} does not fit a {name} array"))
}

fn recursion_error() -> Error {
    Error::new(ErrorKind::RecursionError, "calls are nested too deep")
}
