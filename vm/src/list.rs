//! Lists: growable, of any values, unboxed while all are ints, floats or bools.

use crate::array::{Array, ArrayError};
use crate::error::Error;
use crate::range::reserve;
use crate::release::dismantle;
use crate::value::Value;
use quern_ir::Ty;

/// A list.
///
/// The layout is fixed because compiled code reads `addr`, `len` and the kind ([`layout`]); every
/// method that moves the items or changes their number sets `addr` and `len` again.
#[derive(Debug)]
#[repr(C)]
pub struct List {
    addr: usize,
    len: usize,
    items: Items,
}

/// The items, by what they have in common. An empty list is `Any` and takes the kind of the first
/// item pushed.
#[derive(Clone, Debug)]
#[repr(C, u8)]
pub enum Items {
    Any(Vec<Value>) = 0,
    Int(Vec<i64>) = 1,
    Float(Vec<f64>) = 2,
    Bool(Vec<bool>) = 3,
}

/// Where compiled code finds the fields of a [`List`], in bytes.
pub mod layout {
    use super::List;
    use std::mem::offset_of;

    /// `usize`: address of the first item.
    pub const ADDR: usize = offset_of!(List, addr);
    /// `usize`: number of items.
    pub const LEN: usize = offset_of!(List, len);
    /// `u8`: the kind.
    pub const KIND: usize = offset_of!(List, items);
    pub const KIND_ANY: u8 = 0;
    pub const KIND_INT: u8 = 1;
    pub const KIND_FLOAT: u8 = 2;
    pub const KIND_BOOL: u8 = 3;
}

impl List {
    pub fn new() -> List {
        List::from_items(Items::Any(Vec::new()))
    }

    pub fn with_capacity(capacity: usize) -> List {
        List::from_items(Items::Any(Vec::with_capacity(capacity)))
    }

    pub fn from_items(items: Items) -> List {
        let mut list = List { addr: 0, len: 0, items };
        list.settle();
        list
    }

    /// A list of values, unboxed if they are all of one type that can be.
    pub fn from_values(values: Vec<Value>) -> List {
        let items = match values.first() {
            Some(Value::Int(_)) => {
                values.iter().map(Value::as_int).collect::<Option<_>>().map(Items::Int)
            }
            Some(Value::Float(_)) => {
                values.iter().map(float).collect::<Option<_>>().map(Items::Float)
            }
            Some(Value::Bool(_)) => {
                values.iter().map(Value::as_bool).collect::<Option<_>>().map(Items::Bool)
            }
            _ => None,
        };
        List::from_items(items.unwrap_or(Items::Any(values)))
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn items(&self) -> &Items {
        &self.items
    }

    pub fn into_items(mut self) -> Items {
        std::mem::replace(&mut self.items, Items::Any(Vec::new()))
    }

    /// The items of an unboxed list as an array, if there are any.
    pub fn unboxed(&self) -> Option<Result<Array, ArrayError>> {
        let len = [self.len as i64];
        Some(match &self.items {
            _ if self.is_empty() => return None,
            Items::Int(v) => Array::from_slice(v, &len),
            Items::Float(v) => Array::from_slice(v, &len),
            Items::Bool(v) => Array::from_bools(v),
            Items::Any(_) => return None,
        })
    }

    /// The items that are values in place; none of an unboxed list.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        match &mut self.items {
            Items::Any(v) => v.iter_mut(),
            _ => [].iter_mut(),
        }
    }

    /// How the items are stored, `Never` if there are none.
    pub fn item_ty(&self) -> Ty {
        match &self.items {
            _ if self.is_empty() => Ty::Never,
            Items::Any(_) => Ty::Any,
            Items::Int(_) => Ty::Int,
            Items::Float(_) => Ty::Float,
            Items::Bool(_) => Ty::Bool,
        }
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        match &self.items {
            Items::Any(v) => v.get(index).cloned(),
            Items::Int(v) => v.get(index).map(|&x| Value::Int(x)),
            Items::Float(v) => v.get(index).map(|&x| Value::Float(x)),
            Items::Bool(v) => v.get(index).map(|&x| Value::Bool(x)),
        }
    }

    /// Replaces an item; `false` if there is none at this index.
    #[inline]
    pub fn set(&mut self, index: usize, value: Value) -> bool {
        match (&mut self.items, &value) {
            (Items::Int(v), Value::Int(x)) if index < v.len() => v[index] = *x,
            (Items::Float(v), Value::Float(x)) if index < v.len() => v[index] = *x,
            (Items::Bool(v), Value::Bool(x)) if index < v.len() => v[index] = *x,
            _ if index >= self.len => return false,
            _ => self.boxed_mut()[index] = value,
        }
        true
    }

    /// The item in place, boxing the list; for changes inside it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Value> {
        if index >= self.len {
            return None;
        }
        self.boxed_mut().get_mut(index)
    }

    #[inline]
    pub fn push(&mut self, value: Value) {
        match (&mut self.items, value) {
            (Items::Int(v), Value::Int(x)) => v.push(x),
            (Items::Float(v), Value::Float(x)) => v.push(x),
            (Items::Bool(v), Value::Bool(x)) => v.push(x),
            (Items::Any(v), value) if !v.is_empty() => v.push(value),
            (_, value) => self.push_first_or_other(value),
        }
        self.settle();
    }

    #[cold]
    fn push_first_or_other(&mut self, value: Value) {
        if self.len > 0 {
            self.boxed_mut().push(value);
            return;
        }
        let capacity = match &self.items {
            Items::Any(v) => v.capacity(),
            _ => 0,
        };
        self.items = match value {
            Value::Int(x) => Items::Int(first(x, capacity)),
            Value::Float(x) => Items::Float(first(x, capacity)),
            Value::Bool(x) => Items::Bool(first(x, capacity)),
            value => Items::Any(first(value, capacity)),
        };
    }

    pub fn pop(&mut self) -> Option<Value> {
        let value = match &mut self.items {
            Items::Any(v) => v.pop(),
            Items::Int(v) => v.pop().map(Value::Int),
            Items::Float(v) => v.pop().map(Value::Float),
            Items::Bool(v) => v.pop().map(Value::Bool),
        };
        self.settle();
        value
    }

    /// Puts an item before the one at `index`; `false` if `index` is past the end.
    pub fn insert(&mut self, index: usize, value: Value) -> bool {
        if index > self.len {
            return false;
        }
        if self.len == 0 {
            self.push(value);
            return true;
        }
        match (&mut self.items, value) {
            (Items::Int(v), Value::Int(x)) => v.insert(index, x),
            (Items::Float(v), Value::Float(x)) => v.insert(index, x),
            (Items::Bool(v), Value::Bool(x)) => v.insert(index, x),
            (_, value) => self.boxed_mut().insert(index, value),
        }
        self.settle();
        true
    }

    pub fn remove(&mut self, index: usize) -> Option<Value> {
        if index >= self.len {
            return None;
        }
        let value = match &mut self.items {
            Items::Any(v) => v.remove(index),
            Items::Int(v) => Value::Int(v.remove(index)),
            Items::Float(v) => Value::Float(v.remove(index)),
            Items::Bool(v) => Value::Bool(v.remove(index)),
        };
        self.settle();
        Some(value)
    }

    pub fn clear(&mut self) {
        *self = List::new();
    }

    /// Appends all items of another list.
    pub fn append(&mut self, other: &List) {
        if self.len == 0 {
            *self = other.clone();
            return;
        }
        match (&mut self.items, &other.items) {
            (Items::Int(a), Items::Int(b)) => a.extend_from_slice(b),
            (Items::Float(a), Items::Float(b)) => a.extend_from_slice(b),
            (Items::Bool(a), Items::Bool(b)) => a.extend_from_slice(b),
            _ => self.boxed_mut().extend(other.iter()),
        }
        self.settle();
    }

    /// Makes room for so many further items.
    ///
    /// # Errors
    /// `MemoryError` if there is none.
    pub fn reserve(&mut self, more: usize) -> Result<(), Error> {
        let done = match &mut self.items {
            Items::Any(v) => reserve(v, more),
            Items::Int(v) => reserve(v, more),
            Items::Float(v) => reserve(v, more),
            Items::Bool(v) => reserve(v, more),
        };
        self.settle();
        done
    }

    /// The items at every `step`-th position from `start` on, `count` of them.
    pub fn pick(&self, start: usize, step: i64, count: usize) -> List {
        let at = |i: usize| (start as i64).wrapping_add(step.wrapping_mul(i as i64)) as usize;
        let indices = (0..count).map(at);
        List::from_items(match &self.items {
            Items::Any(v) => Items::Any(indices.filter_map(|i| v.get(i).cloned()).collect()),
            Items::Int(v) => Items::Int(indices.filter_map(|i| v.get(i).copied()).collect()),
            Items::Float(v) => Items::Float(indices.filter_map(|i| v.get(i).copied()).collect()),
            Items::Bool(v) => Items::Bool(indices.filter_map(|i| v.get(i).copied()).collect()),
        })
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Value> + '_ {
        (0..self.len).map(|i| self.get(i).unwrap_or_default())
    }

    pub fn to_vec(&self) -> Vec<Value> {
        self.iter().collect()
    }

    /// The items as values, from now on.
    fn boxed_mut(&mut self) -> &mut Vec<Value> {
        if !matches!(self.items, Items::Any(_)) {
            self.items = Items::Any(self.to_vec());
            self.settle();
        }
        match &mut self.items {
            Items::Any(v) => v,
            _ => unreachable!("the list was boxed above"),
        }
    }

    /// Sets `addr` and `len` to what the items are.
    #[inline]
    fn settle(&mut self) {
        (self.addr, self.len) = match &self.items {
            Items::Any(v) => (v.as_ptr() as usize, v.len()),
            Items::Int(v) => (v.as_ptr() as usize, v.len()),
            Items::Float(v) => (v.as_ptr() as usize, v.len()),
            Items::Bool(v) => (v.as_ptr() as usize, v.len()),
        };
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

fn first<T>(value: T, capacity: usize) -> Vec<T> {
    let mut items = Vec::with_capacity(capacity.max(4));
    items.push(value);
    items
}

impl Default for List {
    fn default() -> List {
        List::new()
    }
}

impl Drop for List {
    fn drop(&mut self) {
        dismantle(self.values_mut());
    }
}

impl Clone for List {
    fn clone(&self) -> List {
        List::from_items(self.items.clone())
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> List {
        List::from_values(items.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_unboxed_until_another_type_comes() {
        let mut list = List::new();
        list.push(Value::Int(1));
        list.push(Value::Int(2));
        assert!(matches!(list.items(), Items::Int(_)));
        list.push(Value::str("x"));
        assert!(matches!(list.items(), Items::Any(_)));
        assert_eq!(list.len(), 3);
        assert_eq!(list.get(1).and_then(|v| v.as_int()), Some(2));
        assert!(list.set(0, Value::None));
        assert!(!list.set(9, Value::None));
    }

    #[test]
    fn address_and_length_follow_the_items() {
        let mut list: List = (0..100).map(Value::Int).collect();
        let holds = |l: &List| match l.items() {
            Items::Int(v) => l.addr == v.as_ptr() as usize && l.len == v.len(),
            Items::Any(v) => l.addr == v.as_ptr() as usize && l.len == v.len(),
            _ => false,
        };
        assert!(holds(&list));
        list.pop();
        list.insert(3, Value::Int(7));
        list.remove(0);
        list.append(&list.clone());
        assert!(holds(&list) && list.len() == 198);
        assert!(holds(&list.pick(10, -2, 4)));
        assert_eq!(
            list.pick(10, -2, 4).iter().filter_map(|v| v.as_int()).collect::<Vec<_>>(),
            [10, 8, 6, 4]
        );
        list.set(0, Value::None);
        assert!(holds(&list));
        assert!(holds(&list.clone()));
    }
}
