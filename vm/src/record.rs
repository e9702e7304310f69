//! Records: named fields in the order they were written.
//!
//! A record is one piece of memory: a counter, the shape, the fields. Trees and chains are made of many
//! small ones, whose cost is their size, and `Arc` cannot point to data of varying length with one word.
//! The piece is reached by its address, which is only a number: `Record` is `Send` and `Sync` because
//! whoever gets at the fields has `&` or `&mut` of a handle, as with `Arc`.

use crate::release::dismantle;
use crate::value::Value;
use crate::value::layout::FIRST_COUNTED;
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use parking_lot::Mutex;
use smallvec::SmallVec;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::sync::{Arc, LazyLock};

/// The field names that records of one shape share.
#[derive(Clone, Debug, Eq, Default)]
pub struct Shape {
    names: Box<[Arc<str>]>,
    /// Where each name stands, if there are more than [`SCANNED`].
    places: Option<HashMap<Arc<str>, usize, RandomState>>,
}

/// Up to so many names, comparing them one by one is as fast as a hash table.
const SCANNED: usize = 16;

impl PartialEq for Shape {
    fn eq(&self, other: &Shape) -> bool {
        std::ptr::eq(self, other) || self.names == other.names
    }
}

/// A shape, as a record holds it.
///
/// The shapes that programs write down live as long as the process: there are few, no counter that all
/// threads share has to be kept for them, and compiled code tells one by its address. Those that come
/// up while a program runs, as from JSON, are counted.
#[derive(Clone, Debug)]
#[repr(u8)]
pub enum ShapeRef {
    Fixed(&'static Shape) = 0,
    Counted(Arc<Shape>) = 1,
}

/// The most shapes that live for ever; whoever runs programs without end does not fill the memory.
const MAX_FIXED: usize = 4096;

static FIXED: LazyLock<Mutex<HashSet<&'static Shape>>> = LazyLock::new(Mutex::default);

impl ShapeRef {
    /// The shape with these distinct names that a program writes down.
    pub fn written(names: impl IntoIterator<Item = Arc<str>>) -> ShapeRef {
        let shape = Shape::new(names);
        let mut fixed = FIXED.lock();
        match fixed.get(&shape) {
            Some(known) => ShapeRef::Fixed(known),
            None if fixed.len() < MAX_FIXED => {
                let known: &'static Shape = Box::leak(Box::new(shape));
                fixed.insert(known);
                ShapeRef::Fixed(known)
            }
            None => ShapeRef::from(shape),
        }
    }
}

impl From<Shape> for ShapeRef {
    fn from(shape: Shape) -> ShapeRef {
        ShapeRef::Counted(Arc::new(shape))
    }
}

impl Deref for ShapeRef {
    type Target = Shape;

    #[inline]
    fn deref(&self) -> &Shape {
        match self {
            ShapeRef::Fixed(shape) => shape,
            ShapeRef::Counted(shape) => shape,
        }
    }
}

impl Hash for Shape {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.names.hash(state);
    }
}

impl Shape {
    /// A later field of the same name takes the place of an earlier one in the record, so the names
    /// given here are distinct.
    pub fn new(names: impl IntoIterator<Item = Arc<str>>) -> Shape {
        let names: Box<[Arc<str>]> = names.into_iter().collect();
        let places = (names.len() > SCANNED)
            .then(|| names.iter().cloned().zip(0..).collect::<HashMap<_, _, _>>());
        Shape { names, places }
    }

    #[inline]
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Position of a field.
    #[inline]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(name).copied(),
            None => self.names.iter().position(|n| {
                std::ptr::eq(n.as_ptr(), name.as_ptr()) && n.len() == name.len() || **n == *name
            }),
        }
    }
}

/// A record: a counted pointer to its fields, which are copied on write.
pub struct Record {
    /// The exposed address of an [`Inner`], of which this owns one reference.
    address: usize,
}

/// The start of a record's memory; the fields follow, one for each name of the shape.
#[repr(C)]
struct Inner {
    count: AtomicUsize,
    shape: ShapeRef,
}

/// What few callers need more of.
pub type Fields = SmallVec<[Value; 4]>;

/// Where compiled code finds the parts of a [`Record`], in bytes from its counter.
pub mod layout {
    use super::Inner;
    use std::mem::offset_of;

    /// The address of the shape: by `repr(u8)` it comes after the tag, where its alignment allows.
    pub const SHAPE: usize = offset_of!(Inner, shape) + align_of::<usize>();
    /// The first field.
    pub const FIELDS: usize = size_of::<Inner>();
}

const _: () = assert!(align_of::<Inner>() == align_of::<Value>());

impl Record {
    /// A record with one value for each name of the shape.
    pub fn with_shape(shape: ShapeRef, fields: Fields) -> Record {
        debug_assert_eq!(shape.names.len(), fields.len());
        Record::of(shape, fields.into_iter())
    }

    /// A record of the shape; fields that are not given are none.
    pub fn of(shape: ShapeRef, mut fields: impl Iterator<Item = Value>) -> Record {
        let (memory, count) = (memory(&shape), shape.names.len());
        // SAFETY: the size is not zero.
        let start = unsafe { alloc(memory) }.cast::<Inner>();
        if start.is_null() {
            handle_alloc_error(memory);
        }
        // SAFETY: the memory is new, and has room for the start and behind it for `count` fields.
        unsafe {
            start.write(Inner { count: AtomicUsize::new(1), shape });
            let first = start.add(1).cast::<Value>();
            for i in 0..count {
                first.add(i).write(fields.next().unwrap_or_default());
            }
        }
        Record { address: start.expose_provenance() }
    }

    pub fn new() -> Record {
        Record::of(ShapeRef::from(Shape::default()), std::iter::empty())
    }

    #[inline]
    fn start(&self) -> *mut Inner {
        std::ptr::with_exposed_provenance_mut(self.address)
    }

    #[inline]
    fn inner(&self) -> &Inner {
        // SAFETY: the memory lives as long as this reference to it; only `sole` hands out `&mut`.
        unsafe { &*self.start() }
    }

    #[inline]
    pub fn shape(&self) -> &ShapeRef {
        &self.inner().shape
    }

    #[inline]
    pub fn fields(&self) -> &[Value] {
        let count = self.shape().names.len();
        // SAFETY: as many fields as names lie behind the start.
        unsafe { std::slice::from_raw_parts(self.start().add(1).cast(), count) }
    }

    /// Whether nobody else holds the record.
    #[inline]
    pub fn is_sole(&self) -> bool {
        self.inner().count.load(Ordering::Acquire) == 1
    }

    /// The fields for changing, if nobody else holds the record.
    #[inline]
    pub fn sole(&mut self) -> Option<&mut [Value]> {
        if !self.is_sole() {
            return None;
        }
        let count = self.shape().names.len();
        // SAFETY: as for `fields`; this is the only reference, and it is borrowed exclusively.
        Some(unsafe { std::slice::from_raw_parts_mut(self.start().add(1).cast(), count) })
    }

    /// The fields for changing; a record that others hold too is copied first.
    pub fn fields_mut(&mut self) -> &mut [Value] {
        if !self.is_sole() {
            *self = Record::of(self.shape().clone(), self.fields().iter().cloned());
        }
        self.sole().unwrap_or_default()
    }

    /// Makes another record of this one, which nobody else holds and whose fields hold no references:
    /// `false`, and nothing, if it is not that or has another number of fields.
    pub fn refill(
        &mut self,
        shape: &ShapeRef,
        fields: impl ExactSizeIterator<Item = Value>,
    ) -> bool {
        if !self.is_sole()
            || fields.len() != self.fields().len()
            || fields.len() != shape.names.len()
        {
            return false;
        }
        if !std::ptr::eq(&**self.shape(), &**shape) {
            // SAFETY: nobody else holds the record.
            unsafe { (*self.start()).shape = shape.clone() };
        }
        for (field, value) in self.sole().unwrap_or_default().iter_mut().zip(fields) {
            // What was here needs no dropping.
            std::mem::forget(std::mem::replace(field, value));
        }
        true
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.shape().index_of(name).map(|i| &self.fields()[i])
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let index = self.shape().index_of(name)?;
        self.fields_mut().get_mut(index)
    }

    /// Sets a field, adding it at the end if there is none of this name.
    pub fn set(&mut self, name: &Arc<str>, value: Value) {
        self.extend([(name.clone(), value)]);
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.shape().names.iter().zip(self.fields().iter())
    }

    /// The address of the counter; the reference goes over to it.
    pub fn into_address(self) -> usize {
        ManuallyDrop::new(self).address
    }

    /// # Safety
    ///
    /// The address comes from [`Record::into_address`], and the reference it owns passes to the result.
    pub unsafe fn from_address(address: usize) -> Record {
        Record { address }
    }
}

/// The memory of a record of this shape.
fn memory(shape: &Shape) -> Layout {
    let fields = Layout::array::<Value>(shape.names.len());
    match fields.and_then(|fields| Layout::new::<Inner>().extend(fields)) {
        Ok((layout, _)) => layout,
        Err(_) => panic!("a record has too many fields"),
    }
}

impl Clone for Record {
    #[inline]
    fn clone(&self) -> Record {
        let before = self.inner().count.fetch_add(1, Ordering::Relaxed);
        // As `Arc` does: a counter that goes around would free what is held.
        if before > isize::MAX as usize {
            std::process::abort();
        }
        Record { address: self.address }
    }
}

impl Drop for Record {
    #[inline]
    fn drop(&mut self) {
        if !self.is_sole() {
            if self.inner().count.fetch_sub(1, Ordering::Release) != 1 {
                return;
            }
            fence(Ordering::Acquire);
            self.inner().count.store(1, Ordering::Relaxed);
        }
        self.free();
    }
}

impl Record {
    /// Frees a record that nobody else holds.
    fn free(&mut self) {
        let memory = memory(self.shape());
        let fields = self.sole().unwrap_or_default();
        dismantle(fields.iter_mut());
        for field in fields.iter_mut().filter(|f| f.tag() >= FIRST_COUNTED) {
            *field = Value::None;
        }
        // SAFETY: this was the only reference, its fields hold nothing any more, and nothing uses the
        // memory.
        unsafe {
            std::ptr::drop_in_place(self.start());
            dealloc(self.start().cast(), memory);
        }
    }
}

impl Default for Record {
    fn default() -> Record {
        Record::new()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Sets fields one after another. The names that are new come to the end, all at once: however many
/// there are, the record is made again only once.
impl<N: Into<Arc<str>>> Extend<(N, Value)> for Record {
    fn extend<I: IntoIterator<Item = (N, Value)>>(&mut self, items: I) {
        let mut new: IndexMap<Arc<str>, Value, RandomState> = IndexMap::default();
        for (name, value) in items {
            let name = name.into();
            match self.shape().index_of(&name) {
                Some(i) => self.fields_mut()[i] = value,
                None => drop(new.insert(name, value)),
            }
        }
        if !new.is_empty() {
            let names = self.shape().names.iter().chain(new.keys()).cloned();
            let shape = ShapeRef::from(Shape::new(names));
            let old = self.fields_mut().iter_mut().map(std::mem::take);
            *self = Record::of(shape, old.chain(new.into_values()));
        }
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(items: I) -> Record {
        let mut record = Record::new();
        record.extend(items);
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_a_field_replaces_or_appends() {
        let mut r: Record = [("x", Value::Int(1)), ("y", Value::Int(2))].into_iter().collect();
        r.set(&"x".into(), Value::Int(3));
        r.set(&"z".into(), Value::Int(4));
        let all: Vec<_> = r.iter().map(|(n, v)| (n.to_string(), v.as_int())).collect();
        assert_eq!(all, [("x".into(), Some(3)), ("y".into(), Some(2)), ("z".into(), Some(4))]);
    }

    #[test]
    fn a_field_of_many_is_found_by_its_name() {
        let name = |i: i64| format!("field {i}");
        let mut r: Record = (0..1000).map(|i| (name(i), Value::Int(i))).collect();
        r.extend([
            (name(7), Value::Int(-7)),
            (name(1000), Value::Int(0)),
            (name(1000), Value::Int(1000)),
        ]);
        assert_eq!(r.fields().len(), 1001);
        assert!((0..1001).all(|i| {
            let expected = if i == 7 { -7 } else { i };
            r.shape().index_of(&name(i)) == Some(i as usize)
                && r.get(&name(i)).and_then(Value::as_int) == Some(expected)
        }));
        assert!(r.get("field").is_none());
    }

    #[test]
    fn compiled_code_finds_the_parts() {
        let record: Record = [("x", Value::Int(1)), ("y", Value::Int(2))].into_iter().collect();
        assert_eq!(record.fields().as_ptr().addr(), record.address + layout::FIELDS);
        let at = std::ptr::from_ref(record.shape()).addr() + align_of::<usize>();
        assert_eq!(at, record.address + layout::SHAPE);
        assert_eq!(layout::FIELDS, 24);
    }

    #[test]
    fn a_copy_is_not_changed_with_the_record() {
        let text = Value::str("a text that is counted");
        let count = || match &text {
            Value::LongStr(s) => Arc::strong_count(s),
            _ => 0,
        };
        let mut r: Record = [("x", text.clone()), ("y", Value::Int(2))].into_iter().collect();
        let copy = r.clone();
        assert!(r.sole().is_none() && !copy.is_sole());
        r.set(&"y".into(), Value::Int(3));
        assert_eq!(copy.get("y").and_then(Value::as_int), Some(2));
        assert_eq!(r.get("y").and_then(Value::as_int), Some(3));
        assert!(r.is_sole() && copy.is_sole());
        assert_eq!(count(), 3);
        r.set(&"z".into(), text.clone());
        assert_eq!(count(), 4);
        drop((r, copy));
        assert_eq!(count(), 1);
    }

    #[test]
    fn an_empty_record_is_filled_again() {
        let shape = ShapeRef::written(["refill a".into(), "refill b".into()]);
        let mut r: Record = [("x", Value::Int(1)), ("y", Value::Int(2))].into_iter().collect();
        let fields = || [Value::str("a"), Value::Int(4)].into_iter();
        assert!(!r.refill(&shape, fields().take(1)));
        assert!(r.refill(&shape, fields()));
        assert_eq!(r.get("refill b").and_then(Value::as_int), Some(4));
        let other = r.clone();
        assert!(!r.refill(&shape, fields()) && other.get("x").is_none());
    }

    #[test]
    fn a_written_shape_is_one_whoever_writes_it() {
        let shape = || ShapeRef::written(["written".into(), "twice".into()]);
        assert!(std::ptr::eq(&*shape(), &*shape()));
        let other = ShapeRef::from(Shape::new(["written".into(), "twice".into()]));
        assert!(*other == *shape() && !std::ptr::eq(&*other, &*shape()));
    }
}
