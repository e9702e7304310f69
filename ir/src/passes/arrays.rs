//! Which array values may share storage that is written.
//!
//! A store goes to an array that is its writer's own, so it can only be seen through values that come
//! from the same array: by `arr.unique`, or as parameters and arguments of one another. Such values
//! form a family; stores to one family leave loads from all others alone.

use super::edit::for_each_edge;
use crate::entities::{Entity, Val};
use crate::function::Function;
use crate::ops::Op;

/// Families of arrays and lists.
#[derive(Clone, Debug)]
pub struct Families {
    parent: Vec<u32>,
}

impl Families {
    pub fn new(func: &Function) -> Families {
        let mut families = Families { parent: (0..func.vals.len() as u32).collect() };
        for_each_edge(func, |_, target, brought, args| {
            let params = &func.blocks[target].params;
            for (&param, &arg) in params.iter().skip(brought).zip(args) {
                if func.ty(param).is_counted() {
                    families.unite(param, arg);
                }
            }
        });
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                let data = &func.insts[inst];
                if matches!(
                    data.op,
                    Op::ArrUnique
                        | Op::ListUnique
                        | Op::PlaceWith
                        | Op::ListPush
                        | Op::Box
                        | Op::Unbox
                        | Op::Select
                ) {
                    for &arg in &data.args {
                        if func.ty(arg).is_counted() {
                            families.unite(arg, data.results[0]);
                        }
                    }
                }
            }
        }
        for i in 0..families.parent.len() {
            families.parent[i] = families.root(Val::new(i));
        }
        families
    }

    fn root(&self, val: Val) -> u32 {
        let mut at = val.index() as u32;
        while let Some(&parent) = self.parent.get(at as usize) {
            if parent == at {
                break;
            }
            at = parent;
        }
        at
    }

    fn unite(&mut self, a: Val, b: Val) {
        let (x, y) = (self.root(a), self.root(b));
        for at in [a.index(), x as usize] {
            if let Some(parent) = self.parent.get_mut(at) {
                *parent = y;
            }
        }
    }

    /// The family of an array or list.
    pub fn of(&self, val: Val) -> u32 {
        self.root(val)
    }

    /// The family of the array that an address points into.
    pub fn of_address(&self, func: &Function, address: Val) -> Option<u32> {
        let data = func.def(address)?;
        matches!(data.op, Op::ArrData | Op::ListData).then(|| self.root(data.args[0]))
    }
}
