//! Dicts: values by key, in order of insertion.

use crate::release::dismantle;
use crate::text::Str;
use crate::value::{Tuple, Value};
use indexmap::IndexMap;
use std::sync::Arc;

/// What a dict is keyed by: an int, a bool, a string or a tuple of those.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Int(i64),
    Bool(bool),
    Str(Arc<Str>),
    Tuple(Arc<[Key]>),
}

/// A dict. Removing keeps the order of the rest.
#[derive(Clone, Debug, Default)]
pub struct Dict {
    map: IndexMap<Key, Value, foldhash::fast::RandomState>,
}

/// Tuples nested deeper than this are no keys.
const MAX_NESTING: usize = 100;

impl Key {
    /// The key a value is, or `None` for a value that cannot be one.
    pub fn from_value(value: &Value) -> Option<Key> {
        Key::of(value, MAX_NESTING)
    }

    fn of(value: &Value, depth: usize) -> Option<Key> {
        match value {
            Value::Int(x) => Some(Key::Int(*x)),
            Value::Bool(x) => Some(Key::Bool(*x)),
            Value::Str(s) => Some(Key::Str(s.clone())),
            Value::Tuple(t) if depth > 0 => {
                let items = t.items.iter().map(|v| Key::of(v, depth - 1));
                items.collect::<Option<_>>().map(Key::Tuple)
            }
            _ => None,
        }
    }

    pub fn to_value(&self) -> Value {
        match self {
            Key::Int(x) => Value::Int(*x),
            Key::Bool(x) => Value::Bool(*x),
            Key::Str(s) => Value::Str(s.clone()),
            Key::Tuple(items) => {
                Value::Tuple(Arc::new(Tuple { items: items.iter().map(Key::to_value).collect() }))
            }
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        Key::Str(Arc::new(Str::from(text)))
    }
}

impl Dict {
    pub fn new() -> Dict {
        Dict::default()
    }

    pub fn len(&self) -> usize {
        self.map.len()
    }

    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.map.get(key)
    }

    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        self.map.get_mut(key)
    }

    pub fn contains(&self, key: &Key) -> bool {
        self.map.contains_key(key)
    }

    /// Sets the value at a key and gives back the one it replaces.
    pub fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        self.map.insert(key, value)
    }

    pub fn remove(&mut self, key: &Key) -> Option<Value> {
        self.map.shift_remove(key)
    }

    pub fn clear(&mut self) {
        self.map.clear();
    }

    /// The entry at a position in order of insertion.
    pub fn entry_at(&self, position: usize) -> Option<(&Key, &Value)> {
        self.map.get_index(position)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Value)> {
        self.map.iter()
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.map.keys()
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.map.values_mut()
    }

    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.map.values()
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        dismantle(self.map.values_mut());
    }
}

impl FromIterator<(Key, Value)> for Dict {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(items: I) -> Dict {
        Dict { map: items.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_order_when_one_goes() {
        let mut d: Dict = ["a", "b", "c"]
            .into_iter()
            .zip(1..)
            .map(|(k, v)| (Key::from(k), Value::Int(v)))
            .collect();
        assert_eq!(d.remove(&"a".into()).and_then(|v| v.as_int()), Some(1));
        let keys: Vec<_> = d.keys().map(Key::to_value).collect();
        assert_eq!(keys.iter().filter_map(Value::as_str).collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn tuples_are_keys_and_floats_are_not() {
        let key = Key::from_value(&Value::tuple(vec![Value::Int(1), Value::str("x")]));
        assert!(key.is_some_and(|k| matches!(k.to_value(), Value::Tuple(_))));
        assert_eq!(Key::from_value(&Value::Float(1.0)), None);
    }
}
