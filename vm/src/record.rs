//! Records: named fields in the order they were written.

use crate::release::dismantle;
use crate::value::Value;
use parking_lot::Mutex;
use smallvec::SmallVec;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

/// The field names that records of one shape share.
#[derive(Clone, Debug, Eq, Default)]
pub struct Shape {
    names: Box<[Arc<str>]>,
}

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

/// A record. Up to [`INLINE_FIELDS`] fields lie in it.
#[derive(Clone, Debug)]
pub struct Record {
    shape: ShapeRef,
    fields: Fields,
}

pub const INLINE_FIELDS: usize = 4;
pub type Fields = SmallVec<[Value; INLINE_FIELDS]>;

/// Where compiled code finds the parts of a [`Record`], in bytes from its start.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The address of the shape.
    pub shape: usize,
    /// The first field, if the fields lie in the record.
    pub fields: usize,
}

impl Layout {
    pub fn get() -> Layout {
        static LAYOUT: LazyLock<Layout> = LazyLock::new(|| {
            let record = Record::with_shape(ShapeRef::from(Shape::default()), Fields::new());
            let fields = record.fields.as_ptr().addr() - std::ptr::from_ref(&record).addr();
            // By `repr(u8)` the address comes after the tag, where its alignment allows.
            let address = std::mem::align_of::<usize>();
            Layout { shape: std::mem::offset_of!(Record, shape) + address, fields }
        });
        *LAYOUT
    }
}

impl Shape {
    /// A later field of the same name takes the place of an earlier one in the record, so the names
    /// given here are distinct.
    pub fn new(names: impl IntoIterator<Item = Arc<str>>) -> Shape {
        Shape { names: names.into_iter().collect() }
    }

    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Position of a field.
    #[inline]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| {
            std::ptr::eq(n.as_ptr(), name.as_ptr()) && n.len() == name.len() || **n == *name
        })
    }
}

impl Record {
    /// A record with one value for each name of the shape.
    pub fn with_shape(shape: ShapeRef, mut fields: Fields) -> Record {
        debug_assert_eq!(shape.names.len(), fields.len());
        if fields.len() <= INLINE_FIELDS && fields.spilled() {
            fields.shrink_to_fit();
        }
        Record { shape, fields }
    }

    pub fn new() -> Record {
        Record { shape: ShapeRef::from(Shape::default()), fields: Fields::new() }
    }

    pub fn shape(&self) -> &ShapeRef {
        &self.shape
    }

    pub fn fields(&self) -> &[Value] {
        &self.fields
    }

    pub fn fields_mut(&mut self) -> &mut [Value] {
        &mut self.fields
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.shape.index_of(name).map(|i| &self.fields[i])
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.shape.index_of(name).map(|i| &mut self.fields[i])
    }

    /// Sets a field, adding it at the end if there is none of this name.
    pub fn set(&mut self, name: &Arc<str>, value: Value) {
        match self.shape.index_of(name) {
            Some(i) => self.fields[i] = value,
            None => {
                let names = self.shape.names.iter().cloned().chain([name.clone()]);
                self.shape = ShapeRef::from(Shape::new(names));
                self.fields.push(value);
            }
        }
    }

    /// Empties the record and fills it anew; both shapes have at most [`INLINE_FIELDS`] fields.
    pub fn refill(&mut self, shape: ShapeRef, fields: impl Iterator<Item = Value>) {
        self.shape = shape;
        self.fields.clear();
        self.fields.extend(fields);
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.shape.names.iter().zip(self.fields.iter())
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        dismantle(self.fields.iter_mut());
    }
}

impl Default for Record {
    fn default() -> Record {
        Record::new()
    }
}

impl<'a> FromIterator<(&'a str, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (&'a str, Value)>>(items: I) -> Record {
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut fields = Fields::new();
        for (name, value) in items {
            match names.iter().position(|n| **n == *name) {
                Some(i) => fields[i] = value,
                None => {
                    names.push(name.into());
                    fields.push(value);
                }
            }
        }
        Record { shape: ShapeRef::from(Shape::new(names)), fields }
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
    fn few_fields_lie_where_the_layout_says() {
        let layout = Layout::get();
        for n in 0..=INLINE_FIELDS {
            let names = (0..n).map(|i| Arc::from(format!("layout{i}")));
            let fields: Vec<Value> = (0..n as i64).map(Value::Int).collect();
            let shape = ShapeRef::written(names);
            let record = Record::with_shape(shape.clone(), fields.into());
            let at = std::ptr::from_ref(&record).addr();
            assert_eq!(record.fields().as_ptr().addr(), at + layout.fields);
            assert_eq!(std::ptr::from_ref(&record.shape).addr() + 8, at + layout.shape);
            assert_eq!(*record.shape, *shape);
        }
    }

    #[test]
    fn a_written_shape_is_one_whoever_writes_it() {
        let shape = || ShapeRef::written(["written".into(), "twice".into()]);
        assert!(std::ptr::eq(&*shape(), &*shape()));
        let other = ShapeRef::from(Shape::new(["written".into(), "twice".into()]));
        assert!(*other == *shape() && !std::ptr::eq(&*other, &*shape()));
    }
}
