//! Records: named fields in the order they were written.

use crate::release::dismantle;
use crate::value::Value;
use smallvec::SmallVec;
use std::sync::Arc;

/// The field names that records of one shape share.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Shape {
    names: Box<[Arc<str>]>,
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    shape: Arc<Shape>,
    fields: SmallVec<[Value; 4]>,
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
    pub fn with_shape(shape: Arc<Shape>, fields: SmallVec<[Value; 4]>) -> Record {
        debug_assert_eq!(shape.names.len(), fields.len());
        Record { shape, fields }
    }

    pub fn new() -> Record {
        Record { shape: Arc::new(Shape::default()), fields: SmallVec::new() }
    }

    pub fn shape(&self) -> &Arc<Shape> {
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
                self.shape = Arc::new(Shape::new(names));
                self.fields.push(value);
            }
        }
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
        let mut fields: SmallVec<[Value; 4]> = SmallVec::new();
        for (name, value) in items {
            match names.iter().position(|n| **n == *name) {
                Some(i) => fields[i] = value,
                None => {
                    names.push(name.into());
                    fields.push(value);
                }
            }
        }
        Record { shape: Arc::new(Shape::new(names)), fields }
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
}
