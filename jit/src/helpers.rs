//! The functions of this crate that compiled code calls.
//!
//! Each is `extern "C"`, takes and returns machine words, and never unwinds: a panic inside becomes
//! an error of the run. One that can fail answers a status and leaves the error in the context, where
//! the caller's cold path finds it. The macro keeps name, address and signature together.

use crate::abi::{JitContext, Kept, Records, Site, Source, status};
use crate::calls;
use crate::generic::{self, Exchange};
use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use quern_ir::function::InstData;
use quern_ir::{DType, ErrorKind, Op, Ty};
use quern_vm::Error;
use quern_vm::Value;
use quern_vm::array::{Array, out_of_range};
use quern_vm::dict::{Dict, Key};
use quern_vm::interrupt::Stop;
use quern_vm::list::{Items, List};
use quern_vm::ops;
use quern_vm::record::{Record, ShapeRef};
use quern_vm::std::truncate;
use quern_vm::unique;
use quern_vm::value::layout;
use quern_vm::words::{accepts, lent_words, unflatten, value_words, words_value};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

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
        guarded(context, |_| truncate(x).map(|_| ()))
    }
    /// The error of an index out of range.
    BoundsError bounds_error(context: &mut JitContext<'_>, index: i64, size: i64, axis: i64) -> u64 {
        guarded(context, |_| Err(out_of_range(index, axis as usize, &vec![size; axis as usize + 1]).into()))
    }
    /// The error of an index out of range of an array.
    ArrayBounds array_bounds(context: &mut JitContext<'_>, index: i64, array: usize, axis: i64) -> u64 {
        guarded(context, |_| {
            // SAFETY: compiled code lends the array.
            let array = unsafe { &*(array as *const Array) };
            Err(out_of_range(index, axis as usize, array.shape()).into())
        })
    }
    /// The error of an index out of range of a list.
    ListBounds list_bounds(context: &mut JitContext<'_>, index: i64, size: i64) -> u64 {
        guarded(context, |_| {
            Err(Error::index_error(format!("index {index} is out of range for a list of length {size}")))
        })
    }
    /// The error of a number that does not fit an array's dtype: an int, or the bits of a float for f32.
    NarrowError narrow_error(context: &mut JitContext<'_>, bits: i64, dtype: u32) -> u64 {
        guarded(context, |_| Err(narrow_error_value(bits, dtype)))
    }
    /// The error of the reason in the interrupt word.
    Interrupt interrupt(context: &mut JitContext<'_>) -> u64 {
        guarded(context, |context| Err(context.interrupted()))
    }
    /// A call that goes deeper than compiled code may, by the interpreter. The words of the results take
    /// the place of those of the arguments.
    Interpret interpret(context: &mut JitContext<'_>, source: &Source, words: usize) -> u64 {
        guarded(context, |context| {
            let words = words as *mut u64;
            // SAFETY: compiled code keeps the words of the arguments there.
            let mut args = unsafe { std::slice::from_raw_parts(words, source.argument_words()) };
            let values = source.sig.params.iter().map(|ty| match ty {
                Ty::Never => None,
                // SAFETY: they are those of values of these types, which pass to us.
                ty => Some(unsafe { unflatten(ty, &mut args) }),
            });
            let values = values.collect();
            let (result, out) = calls::interpret(context, source, values);
            assert!(out.len() == source.result_words(), "as many words as the results have");
            // SAFETY: there is room for the words of the results.
            unsafe { std::ptr::copy_nonoverlapping(out.as_ptr(), words, out.len()) };
            result
        })
    }
    /// The error of a condition that is no bool.
    NotBool not_bool(context: &mut JitContext<'_>, first: u64, second: u64) -> u64 {
        // SAFETY: compiled code lends the two words of a value.
        let value = unsafe { Lent::new(first, second) };
        guarded(context, |_| ops::condition(value.get(), "a condition").map(|_| ()))
    }
    /// Ends the process where a value is not of the type that the code around it counts on.
    ResultType result_type(first: u64, second: u64, ty: &Ty) -> () {
        // SAFETY: compiled code lends the two words of a value.
        let value = unsafe { Lent::new(first, second) };
        let value = value.get();
        // A list that lost its items takes new ones of any type.
        let fits = accepts(ty, value) || matches!((ty, value), (Ty::List(_), Value::List(l)) if l.is_empty());
        assert!(fits, "a {} came where compiled code counts on {ty}", value.type_name());
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
    /// A field of a value, where the way in line does not find it. The cell learns where it would.
    FieldGet field_get(context: &mut JitContext<'_>, first: u64, second: u64, name: &Arc<str>, cell: &AtomicU64, out: usize) -> u64 {
        // SAFETY: compiled code lends the two words of a value, and room for one.
        let (value, out) = unsafe { (Lent::new(first, second), Room::new(out)) };
        guarded(context, |_| {
            out.set(match value.get() {
                Value::Record(r) if let Some(i) = r.shape().index_of(name) => {
                    if let ShapeRef::Fixed(shape) = r.shape() && (i as u64) < CACHED_FIELDS {
                        cell.store(field_cell(std::ptr::from_ref(*shape).addr(), i), Ordering::Relaxed);
                    }
                    r.fields()[i].clone()
                }
                other => ops::field(other, name)?,
            });
            Ok(())
        })
    }
    /// An item of a value by one index.
    IndexGet index_get(context: &mut JitContext<'_>, base: u64, base_word: u64, by: u64, by_word: u64, out: usize) -> u64 {
        // SAFETY: compiled code lends the words of two values, and room for one.
        let (base, by, out) = unsafe { (Lent::new(base, base_word), Lent::new(by, by_word), Room::new(out)) };
        guarded(context, |_| {
            out.set(ops::index_value(base.get(), by.get())?);
            Ok(())
        })
    }
    /// A part of a composite value that has it, lent.
    Part part(first: u64, second: u64, index: usize, out: &mut [u64; 2]) -> () {
        // SAFETY: compiled code lends the two words of a value.
        let value = unsafe { Lent::new(first, second) };
        *out = generic::part(value.get(), index);
    }
    /// An item of a list, lent.
    ListGet list_get(list: &List, index: usize, out: &mut [u64; 2]) -> () {
        *out = match list.items() {
            Items::Any(items) => items.get(index).map_or([0; 2], lent_words),
            _ => value_words(list.get(index).unwrap_or_default()),
        };
    }
    /// The list with one more item. Consumes both, unless there is no room.
    ListPush list_push(context: &mut JitContext<'_>, list: usize, first: u64, second: u64, out: &mut usize) -> u64 {
        guarded(context, |_| {
            let push = |own: &mut List| {
                own.reserve(1)?;
                // SAFETY: compiled code owns the item, and nothing fails any more.
                own.push(unsafe { words_value([first, second]) });
                Ok(())
            };
            // SAFETY: compiled code owns the reference to the list, and gets what is left for it.
            *out = unsafe { change(list, push) }?;
            Ok(())
        })
    }
    /// Number of entries of a dict.
    DictLen dict_len(dict: &Dict) -> i64 {
        dict.len() as i64
    }
    /// The position behind the last entry of a dict.
    DictEnd dict_end(dict: &Dict) -> i64 {
        dict.end() as i64
    }
    /// The position of the first entry at a position or behind it.
    DictNext dict_next(dict: &Dict, position: usize) -> i64 {
        dict.next_position(position) as i64
    }
    /// The key of an entry of a dict.
    DictKey dict_key(dict: &Dict, position: usize, out: &mut [u64; 2]) -> () {
        *out = value_words(dict.entry_at(position).map(|(key, _)| key.to_value()).unwrap_or_default());
    }
    /// The value of an entry of a dict, lent.
    DictValue dict_value(dict: &Dict, position: usize, out: &mut [u64; 2]) -> () {
        *out = dict.entry_at(position).map_or([0; 2], |(_, value)| lent_words(value));
    }
    /// Whether a dict has a key.
    DictHas dict_has(dict: &Dict, first: u64, second: u64) -> u8 {
        // SAFETY: compiled code lends the two words of a value.
        let key = unsafe { Lent::new(first, second) };
        u8::from(dict.find(key.get()).is_some())
    }
    /// The value at a key of a dict, lent.
    DictAt dict_at(context: &mut JitContext<'_>, dict: &Dict, first: u64, second: u64, out: &mut [u64; 2]) -> u64 {
        // SAFETY: compiled code lends the two words of a value.
        let key = unsafe { Lent::new(first, second) };
        guarded(context, |_| {
            *out = lent_words(dict.find(key.get()).ok_or_else(|| ops::no_entry(key.get()))?);
            Ok(())
        })
    }
    /// The value at a key of a dict, or the default.
    DictGet dict_get(context: &mut JitContext<'_>, dict: &Dict, key: u64, key_word: u64, default: u64, default_word: u64, out: usize) -> u64 {
        // SAFETY: compiled code lends the words of two values, and room for one.
        let (key, default, out) = unsafe { (Lent::new(key, key_word), Lent::new(default, default_word), Room::new(out)) };
        guarded(context, |_| {
            out.set(match dict.find(key.get()) {
                Some(value) => value.clone(),
                None if Key::is_key(key.get()) => default.get().clone(),
                None => return Err(ops::no_entry(key.get())),
            });
            Ok(())
        })
    }
    /// The dict with the value at a key. Consumes `dict` and the value, but not when it fails.
    DictSet dict_set(context: &mut JitContext<'_>, dict: usize, key: u64, key_word: u64, value: u64, value_word: u64, out: &mut usize) -> u64 {
        // SAFETY: compiled code lends the words of the key.
        let key = unsafe { Lent::new(key, key_word) };
        guarded(context, |_| {
            let set = |own: &mut Dict| {
                let place = own.place(key.get())?.ok_or_else(|| ops::no_entry(key.get()))?;
                // SAFETY: compiled code owns the value, and nothing fails any more.
                *place = unsafe { words_value([value, value_word]) };
                Ok(())
            };
            // SAFETY: compiled code owns the reference to the dict, and gets what is left for it.
            *out = unsafe { change(dict, set) }?;
            Ok(())
        })
    }
    /// A record of the values at `fields`, which it consumes.
    RecordNew record_new(context: &mut JitContext<'_>, shape: &ShapeRef, fields: usize, out: usize) -> () {
        let fields = fields as *const Value;
        // SAFETY: compiled code gives away a value for each name of the shape.
        let values = (0..shape.names().len()).map(|i| unsafe { fields.add(i).read() });
        let record = context.records.make(shape, values);
        // SAFETY: compiled code has room for a value.
        unsafe { Room::new(out) }.set(Value::Record(record));
    }
    /// Moves the error on its way out of the context, as a value.
    TakeError take_error(context: &mut JitContext<'_>, out: &mut [u64; 2]) -> () {
        *out = value_words(context.caught());
    }
    /// Gives up the reference of a boxed value.
    Release release(first: u64, second: u64) -> () {
        // SAFETY: compiled code owns the reference and gives it up.
        drop(unsafe { words_value([first, second]) });
    }
    /// Frees a value that compiled code alone holds.
    ReleaseLast release_last(context: &mut JitContext<'_>, first: u64, second: u64) -> () {
        // SAFETY: compiled code owns the reference and gives it up.
        match unsafe { words_value([first, second]) } {
            Value::Record(record) => context.records.free(record),
            other => drop(other),
        }
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

/// What the cell of a `field.get` holds once it found the field with this index in records of the shape
/// at this address. The way in line takes the exclusive or with the shape of its record: the index is
/// left if the shapes are the same, else something greater than any.
fn field_cell(shape: usize, index: usize) -> u64 {
    (shape as u64) << FIELD_SHIFT | index as u64
}

/// Fields beyond so many are found by name.
pub const CACHED_FIELDS: u64 = 128;
/// Bits of a cell below the address of the shape.
pub const FIELD_SHIFT: i64 = 8;
/// A cell that has found nothing: it differs from every shape.
pub const FIELD_UNKNOWN: u64 = u64::MAX;

/// The most records kept for new ones of as many fields: 8 MB of those with two, for as long as the code
/// runs. With a quarter of it a quarter of the time of large trees went to the allocator.
const MAX_KEPT: usize = 1 << 17;

impl Kept {
    fn pop(&mut self) -> Option<Record> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: the address below the top was given by `push` and is not used again.
        Some(unsafe { Record::from_address(self.room[self.len]) })
    }

    fn push(&mut self, record: Record) {
        if self.len == MAX_KEPT {
            return;
        }
        if self.room.is_empty() {
            self.room = vec![0; MAX_KEPT];
            self.base = self.room.as_mut_ptr().expose_provenance();
        }
        self.room[self.len] = record.into_address();
        self.len += 1;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        while let Some(record) = self.pop() {
            drop(record);
        }
    }
}

impl Records {
    fn make(&mut self, shape: &ShapeRef, fields: impl ExactSizeIterator<Item = Value>) -> Record {
        match self.kept.get_mut(fields.len()).and_then(Kept::pop) {
            Some(mut kept) => {
                kept.refill(shape, fields);
                kept
            }
            None => Record::of(shape.clone(), fields),
        }
    }

    /// Frees a record and the records that only it holds, one after another, whatever their depth.
    fn free(&mut self, record: Record) {
        self.dying.push(record);
        while let Some(mut record) = self.dying.pop() {
            let Some(fields) = record.sole() else { continue };
            for field in &mut *fields {
                match field {
                    Value::Record(inner) if inner.is_sole() => {
                        if let Value::Record(inner) = std::mem::take(field) {
                            self.dying.push(inner);
                        }
                    }
                    field if field.tag() >= layout::FIRST_COUNTED => *field = Value::None,
                    _ => {}
                }
            }
            let count = fields.len();
            if let Some(kept) = self.kept.get_mut(count) {
                kept.push(record);
            }
        }
    }
}

/// Memory that compiled code offers for one value.
struct Room(*mut Value);

impl Room {
    /// # Safety
    ///
    /// The address is that of room for a value, whose old contents are none.
    unsafe fn new(address: usize) -> Room {
        Room(address as *mut Value)
    }

    fn set(&self, value: Value) {
        // SAFETY: by the contract of `new`.
        unsafe { self.0.write(value) };
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

/// Changes what is at an address, or a copy of it where others hold it, too: the address of what is changed.
/// If that fails, all is as it was.
///
/// # Safety
///
/// The address is that of a reference which the caller owns. It passes to the result.
unsafe fn change<T: Clone>(
    address: usize,
    change: impl FnOnce(&mut T) -> Result<(), Error>,
) -> Result<usize, Error> {
    // SAFETY: by contract. It is dropped only where the result takes its place.
    let mut shared = ManuallyDrop::new(unsafe { Arc::from_raw(address as *const T) });
    if let Some(own) = unique::get_mut(&mut shared) {
        change(own)?;
        return Ok(address);
    }
    let mut own = T::clone(&shared);
    change(&mut own)?;
    drop(ManuallyDrop::into_inner(shared));
    Ok(Arc::into_raw(Arc::new(own)) as usize)
}

/// Makes the array writable in place: one holder, storage of its own, row-major. Unchanged on failure.
fn unique_array(array: &mut Arc<Array>) -> Result<(), Error> {
    match Arc::get_mut(array) {
        Some(own) if own.is_contiguous() => own.make_unique()?,
        Some(own) => *own = own.copy_for_writing(Stop::NEVER)?,
        None => *array = Arc::new(array.copy_for_writing(Stop::NEVER)?),
    }
    Ok(())
}

/// An integer operation as the interpreter runs it.
fn int_op_value(op: Op, a: i64, b: i64) -> Result<i64, Error> {
    let generic = match op {
        Op::IAdd => Op::Add,
        Op::ISub => Op::Sub,
        Op::IMul => Op::Mul,
        Op::IFloorDiv => Op::FloorDiv,
        Op::IRem => Op::Rem,
        Op::IPow => Op::Pow,
        Op::IShl => Op::Shl,
        _ => Op::Shr,
    };
    let result = match op {
        Op::INeg => ops::negate(Stop::NEVER, Value::Int(a)),
        _ => ops::binary(Stop::NEVER, generic, Value::Int(a), Value::Int(b)),
    };
    match result? {
        Value::Int(x) => Ok(x),
        other => Err(Error::type_error(format!(
            "internal error: {} gave {}",
            op.name(),
            other.type_name()
        ))),
    }
}

/// The error of storing an int that does not fit an array.
fn narrow_error_value(bits: i64, dtype: u32) -> Error {
    let dtype = DType::ALL.get(dtype as usize);
    let value = match dtype {
        Some(DType::F32) => Value::Float(f64::from_bits(bits as u64)),
        _ => Value::Int(bits),
    };
    let stored = dtype
        .ok_or_else(|| Error::type_error("internal error: no such dtype"))
        .and_then(|&dtype| Ok(Value::array(Array::zeros(&[1], dtype)?)))
        .and_then(|mut array| ops::set_index(&mut array, &Value::Int(0), value));
    stored.err().unwrap_or_else(|| Error::overflow("the number does not fit the array"))
}
