//! Dicts: values by key, in order of insertion.

use crate::error::Error;
use crate::release::dismantle;
use crate::text::{LongStr, ShortStr};
use crate::value::{Tuple, Value};
use indexmap::{Equivalent, IndexMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What a dict is keyed by: an int, a bool, a string or a tuple of those.
///
/// A lookup in a large dict is as slow as the memory it has to wait for, so a key is small and says what
/// it is without a pointer to follow, where that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Int(i64),
    Bool(bool),
    /// Every string that fits.
    Short(ShortStr),
    Long(Arc<LongStr>),
    Tuple(Arc<Vec<Key>>),
}

const _: () = assert!(size_of::<Key>() == 16);

/// A dict. Removing keeps the order of the rest, and their positions: it leaves a gap. The gaps are closed
/// when they are more than the entries, so that removing takes the same time on average however many
/// entries there are.
#[derive(Clone, Debug, Default)]
pub struct Dict {
    map: IndexMap<Slot, Value, foldhash::fast::RandomState>,
    /// How many slots are gaps.
    gaps: usize,
    /// Every slot before this one is a gap.
    first: usize,
}

/// What is at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot {
    Entry(Key),
    /// Nothing any more; the position makes each gap a key of its own.
    Gap(usize),
}

const _: () = assert!(size_of::<Slot>() == 16);

impl Slot {
    fn key(&self) -> Option<&Key> {
        match self {
            Slot::Entry(key) => Some(key),
            Slot::Gap(_) => None,
        }
    }
}

impl Hash for Slot {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Slot::Entry(key) => key.hash(state),
            Slot::Gap(position) => state.write_usize(*position),
        }
    }
}

impl Equivalent<Slot> for Key {
    #[inline]
    fn equivalent(&self, slot: &Slot) -> bool {
        slot.key() == Some(self)
    }
}

impl Equivalent<Slot> for Wanted<'_> {
    fn equivalent(&self, slot: &Slot) -> bool {
        slot.key().is_some_and(|key| self.is(key))
    }
}

/// A value to look up: a dict finds it without a [`Key`] being made of it. A value that can be no key
/// is found nowhere.
struct Wanted<'a> {
    value: &'a Value,
    /// How many more levels of tuples may be in it.
    depth: usize,
}

impl Wanted<'_> {
    fn new(value: &Value) -> Wanted<'_> {
        Wanted { value, depth: MAX_NESTING }
    }
}

// The two hashes agree: a kind and what follows it.

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Key::Int(x) => hash_int(*x, state),
            Key::Bool(x) => hash_bool(*x, state),
            Key::Short(s) => hash_short(*s, state),
            Key::Long(s) => hash_long(s, state),
            Key::Tuple(items) => hash_items(items.len(), items.iter(), state),
        }
    }
}

impl Hash for Wanted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.value {
            Value::Int(x) => hash_int(*x, state),
            Value::Bool(x) => hash_bool(*x, state),
            Value::ShortStr(s) => hash_short(*s, state),
            Value::LongStr(s) => hash_long(s, state),
            Value::Tuple(t) if self.depth > 0 => {
                let inner = |value| Wanted { value, depth: self.depth - 1 };
                hash_items(t.items.len(), t.items.iter().map(inner), state);
            }
            _ => {}
        }
    }
}

impl Wanted<'_> {
    fn is(&self, key: &Key) -> bool {
        match (self.value, key) {
            (Value::Int(x), Key::Int(y)) => x == y,
            (Value::Bool(x), Key::Bool(y)) => x == y,
            (Value::ShortStr(x), Key::Short(y)) => x == y,
            (Value::LongStr(x), Key::Long(y)) => Arc::ptr_eq(x, y) || x.as_str() == y.as_str(),
            (Value::Tuple(x), Key::Tuple(y)) => {
                x.items.len() == y.len()
                    && x.items.iter().zip(y.iter()).all(|(x, y)| Wanted::new(x).is(y))
            }
            _ => false,
        }
    }
}

#[inline]
fn hash_int(x: i64, state: &mut impl Hasher) {
    state.write_i64(x);
}

fn hash_bool(x: bool, state: &mut impl Hasher) {
    state.write_u8(u8::from(x));
}

#[inline]
fn hash_short(text: ShortStr, state: &mut impl Hasher) {
    state.write_u128(text.to_bits());
}

#[inline]
fn hash_long(text: &LongStr, state: &mut impl Hasher) {
    state.write(text.as_str().as_bytes());
}

fn hash_items<H: Hasher>(len: usize, items: impl Iterator<Item = impl Hash>, state: &mut H) {
    state.write_usize(len);
    items.for_each(|item| item.hash(state));
}

/// Tuples nested deeper than this are no keys.
pub(crate) const MAX_NESTING: usize = 100;

impl Key {
    /// Whether a value is a key.
    pub fn is_key(value: &Value) -> bool {
        match value {
            Value::Int(_) | Value::Bool(_) | Value::ShortStr(_) | Value::LongStr(_) => true,
            other => Key::from_value(other).is_some(),
        }
    }

    /// The key a value is, if that is made at no cost.
    #[inline]
    fn in_line(value: &Value) -> Option<Key> {
        match value {
            Value::Int(x) => Some(Key::Int(*x)),
            Value::ShortStr(s) => Some(Key::Short(*s)),
            _ => None,
        }
    }

    /// The key a value is, or `None` for a value that cannot be one.
    pub fn from_value(value: &Value) -> Option<Key> {
        Key::of(value, MAX_NESTING)
    }

    fn of(value: &Value, depth: usize) -> Option<Key> {
        match value {
            Value::Int(x) => Some(Key::Int(*x)),
            Value::Bool(x) => Some(Key::Bool(*x)),
            Value::ShortStr(s) => Some(Key::Short(*s)),
            Value::LongStr(s) => Some(Key::Long(s.clone())),
            Value::Tuple(t) if depth > 0 => {
                let items = t.items.iter().map(|v| Key::of(v, depth - 1));
                items.collect::<Option<_>>().map(|items| Key::Tuple(Arc::new(items)))
            }
            _ => None,
        }
    }

    pub fn to_value(&self) -> Value {
        match self {
            Key::Int(x) => Value::Int(*x),
            Key::Bool(x) => Value::Bool(*x),
            Key::Short(s) => Value::ShortStr(*s),
            Key::Long(s) => Value::LongStr(s.clone()),
            Key::Tuple(items) => {
                Value::Tuple(Arc::new(Tuple { items: items.iter().map(Key::to_value).collect() }))
            }
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        match ShortStr::new(text) {
            Some(short) => Key::Short(short),
            None => Key::Long(Arc::new(LongStr::new(text))),
        }
    }
}

impl Dict {
    pub fn new() -> Dict {
        Dict::default()
    }

    pub fn len(&self) -> usize {
        self.map.len() - self.gaps
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.map.get(key)
    }

    /// The value at the key that a value is. A tuple nested too deep, which is no key, is in no dict.
    pub fn find(&self, key: &Value) -> Option<&Value> {
        match Key::in_line(key) {
            Some(key) => self.map.get(&key),
            None => self.map.get(&Wanted::new(key)),
        }
    }

    pub fn find_mut(&mut self, key: &Value) -> Option<&mut Value> {
        match Key::in_line(key) {
            Some(key) => self.map.get_mut(&key),
            None => self.map.get_mut(&Wanted::new(key)),
        }
    }

    /// The place of the value at the key that a value is, made if there is none yet. `None` if that can be
    /// no key.
    ///
    /// # Errors
    ///
    /// `MemoryError` if there is no room for another entry.
    pub fn place(&mut self, key: &Value) -> Result<Option<&mut Value>, Error> {
        let found = match Key::in_line(key) {
            Some(key) => self.map.get_index_of(&key),
            None => self.map.get_index_of(&Wanted::new(key)),
        };
        let position = match found {
            Some(position) => position,
            None => {
                let Some(key) = Key::from_value(key) else { return Ok(None) };
                self.make_room()?;
                self.map.insert_full(Slot::Entry(key), Value::None).0
            }
        };
        Ok(Some(&mut self.map[position]))
    }

    /// Makes room for another entry, as always for many at once: taking the last bytes there are for one
    /// would leave none to tell of it.
    fn make_room(&mut self) -> Result<(), Error> {
        if self.map.len() < self.map.capacity() {
            return Ok(());
        }
        let more = (self.map.len() / 2).max(4);
        self.map.try_reserve(more).map_err(|_| Error::memory("another entry"))
    }

    /// Sets the value at a key and gives back the one it replaces.
    pub fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        self.map.insert(Slot::Entry(key), value)
    }

    pub fn remove(&mut self, key: &Key) -> Option<Value> {
        let position = self.map.get_index_of(key)?;
        let value = std::mem::take(&mut self.map[position]);
        // No other slot is this gap.
        let _ = self.map.replace_index(position, Slot::Gap(position));
        self.gaps += 1;
        if self.gaps > self.len() {
            self.close_gaps();
        } else if position == self.first {
            self.first = self.next_position(position);
        }
        Some(value)
    }

    fn close_gaps(&mut self) {
        self.map.retain(|slot, _| slot.key().is_some());
        (self.gaps, self.first) = (0, 0);
    }

    /// The position of the first entry at a position or behind it, or else [`Dict::end`].
    #[inline]
    pub fn next_position(&self, position: usize) -> usize {
        let from = position.max(self.first);
        if self.gaps == 0 {
            return from;
        }
        let slots = self.map.as_slice().get_range(from..);
        let ahead = slots.and_then(|slots| slots.keys().position(|slot| slot.key().is_some()));
        ahead.map_or(self.end(), |ahead| from + ahead)
    }

    /// The position behind the last entry.
    #[inline]
    pub fn end(&self) -> usize {
        self.map.len()
    }

    /// The entry at a position; there is none in a gap.
    pub fn entry_at(&self, position: usize) -> Option<(&Key, &Value)> {
        let (slot, value) = self.map.get_index(position)?;
        Some((slot.key()?, value))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.map.iter().filter_map(|(slot, value)| Some((slot.key()?, value)))
    }

    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.map.values_mut()
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        dismantle(self.map.values_mut());
    }
}

impl FromIterator<(Key, Value)> for Dict {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(items: I) -> Dict {
        let map = items.into_iter().map(|(key, value)| (Slot::Entry(key), value)).collect();
        Dict { map, gaps: 0, first: 0 }
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
    fn positions_stay_until_the_gaps_are_closed() {
        let mut d: Dict = (0..10).map(|i| (Key::Int(i), Value::Int(i))).collect();
        let at = |d: &Dict, position| match d.entry_at(d.next_position(position)) {
            Some((Key::Int(i), _)) => Some(*i),
            _ => None,
        };
        for key in [4, 0, 5, 1, 9] {
            assert!(d.remove(&Key::Int(key)).is_some() && d.remove(&Key::Int(key)).is_none());
        }
        assert_eq!((d.len(), d.end()), (5, 10));
        assert_eq!(
            [0, 3, 4, 8, 9].map(|position| at(&d, position)),
            [2, 3, 6, 8, -1].map(|i| (i >= 0).then_some(i))
        );
        d.insert(Key::Int(4), Value::None);
        assert_eq!((at(&d, 9), d.end()), (Some(4), 11));
        for key in [2, 3] {
            d.remove(&Key::Int(key));
        }
        assert_eq!((d.len(), d.end()), (4, 5));
        assert_eq!([0, 1, 2, 4].map(|position| at(&d, position)), [6, 6, 7, 4].map(Some));
    }

    #[test]
    fn tuples_are_keys_and_floats_are_not() {
        let key = Key::from_value(&Value::tuple(vec![Value::Int(1), Value::str("x")]));
        assert!(key.is_some_and(|k| matches!(k.to_value(), Value::Tuple(_))));
        assert_eq!(Key::from_value(&Value::Float(1.0)), None);
    }

    fn set(d: &mut Dict, key: &Value, i: i64) {
        let place = d.place(key).expect("a little memory").expect("a key");
        *place = Value::Int(i);
    }

    #[test]
    fn a_value_is_found_as_its_key_is() {
        let tuple = |x: Value| Value::tuple(vec![x, Value::tuple(vec![])]);
        let keys = [
            Value::Int(1),
            Value::Bool(true),
            Value::str("1"),
            Value::str(""),
            Value::str("αβγδεζη"),
            Value::str("αβγδεζηθ"),
            Value::str("a text too long to lie in its string"),
            tuple(Value::Int(1)),
            tuple(Value::str("1")),
        ];
        let mut d = Dict::new();
        for (key, i) in keys.iter().zip(0..) {
            assert!(d.find(key).is_none());
            set(&mut d, key, i);
        }
        for (key, i) in keys.iter().zip(0..) {
            assert_eq!(d.find(key).and_then(Value::as_int), Some(i));
            let owned = Key::from_value(key).expect("a key");
            assert_eq!(d.get(&owned).and_then(Value::as_int), Some(i));
            set(&mut d, key, -i);
            assert_eq!(d.len(), keys.len());
        }
        assert!(d.find(&Value::Float(1.0)).is_none());
        assert!(d.place(&Value::Float(1.0)).is_ok_and(|place| place.is_none()));
    }
}
