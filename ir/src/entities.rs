//! Typed indices into the tables of a function or a program, printed as in the text form.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

macro_rules! entity {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl Entity for $name {
            const PREFIX: &'static str = $prefix;
            fn new(index: usize) -> Self { $name(index as u32) }
            fn index(self) -> usize { self.0 as usize }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!($prefix, "{}"), self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
    };
}

/// An index type.
pub trait Entity: Copy + Eq {
    /// How it starts in the text form.
    const PREFIX: &'static str;
    fn new(index: usize) -> Self;
    fn index(self) -> usize;
}

entity!(
    /// An SSA value.
    Val, "v");
entity!(
    /// A basic block.
    Block, "block");
entity!(
    /// An instruction.
    Inst, "inst");
entity!(
    /// A local variable that is not in SSA form (one assigned inside `try`, or a `mut` parameter).
    Slot, "s");
entity!(
    /// A function of a program.
    FuncId, "fn");
entity!(
    /// A top-level `let` that functions can see; set once.
    GlobalId, "g");

/// A table indexed by an entity.
#[derive(Clone, PartialEq)]
pub struct EntityVec<K, V> {
    items: Vec<V>,
    key: PhantomData<fn() -> K>,
}

impl<K: Entity, V> EntityVec<K, V> {
    pub fn new() -> Self {
        EntityVec { items: Vec::new(), key: PhantomData }
    }
    pub fn push(&mut self, value: V) -> K {
        self.items.push(value);
        K::new(self.items.len() - 1)
    }
    pub fn len(&self) -> usize {
        self.items.len()
    }
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    pub fn get(&self, key: K) -> Option<&V> {
        self.items.get(key.index())
    }
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = K> + use<K, V> {
        (0..self.items.len()).map(K::new)
    }
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.items.iter()
    }
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.items.iter_mut()
    }
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.items.iter().enumerate().map(|(i, v)| (K::new(i), v))
    }
}

impl<K: Entity, V> Default for EntityVec<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Entity, V> Index<K> for EntityVec<K, V> {
    type Output = V;
    fn index(&self, key: K) -> &V {
        &self.items[key.index()]
    }
}

impl<K: Entity, V> IndexMut<K> for EntityVec<K, V> {
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.items[key.index()]
    }
}

impl<K: Entity + fmt::Debug, V: fmt::Debug> fmt::Debug for EntityVec<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
