//! Indexing, fields, and the values after `s[i] = v`.

use super::emit::Emitter;
use super::iteration::list_dtype;
use super::scalar::{complex, dtype_of};
use super::values::Value;
use crate::entities::Val;
use crate::function::{Imm, IndexPart, Path, PathStep};
use crate::ops::Op;
use crate::types::{DType, Ty};
use std::sync::Arc;

impl Emitter<'_, '_> {
    /// `a[i, j]`
    pub fn index(&mut self, base: &Value, parts: &[IndexPart], indices: &[Value]) -> Value {
        let ints = indices.iter().all(|v| v.ty == Ty::Int) && indices.len() == parts.len();
        match &base.ty {
            Ty::Array(dtype, Some(rank)) if ints && usize::from(*rank) == indices.len() => {
                let offsets = self.checked_offsets(base, indices);
                return self.load_element(base, *dtype, &offsets);
            }
            Ty::List(item) if ints && indices.len() == 1 => {
                let at = self.checked_item(base, indices[0].leaves[0]);
                return match list_dtype(item) {
                    Some(dtype) => self.load_item(base, dtype, at),
                    None => self.any_item(base, at),
                };
            }
            Ty::Dict if parts == [IndexPart::Value] => {
                let args = [base.leaves[0], self.boxed(&indices[0])];
                let leaf = self.put1(Op::DictAt, &args, Imm::None, Ty::Any);
                return Value::leaf(Ty::Any, leaf);
            }
            Ty::Tuple(items) if ints && indices.len() == 1 => {
                let n = items.len() as i64;
                if let Some(i) = self.known_int(indices[0].leaves[0])
                    && (-n..n).contains(&i)
                {
                    let i = if i < 0 { i + n } else { i };
                    return base.parts().swap_remove(i as usize);
                }
            }
            _ => {}
        }
        let ty = index_result(&base.ty, parts, indices);
        let mut args = vec![base.clone()];
        args.extend_from_slice(indices);
        self.generic(Op::Index, &args, Imm::Index(parts.into()), ty)
    }

    /// Indices from the front, each within its axis.
    fn checked_offsets(&mut self, base: &Value, indices: &[Value]) -> Vec<Val> {
        indices
            .iter()
            .enumerate()
            .map(|(axis, index)| {
                let axis = Imm::Int(axis as i64);
                let dim = self.put1(Op::ArrDim, &base.leaves, axis.clone(), Ty::Int);
                self.put1(Op::Bounds, &[index.leaves[0], dim], axis, Ty::Int)
            })
            .collect()
    }

    fn checked_item(&mut self, list: &Value, index: Val) -> Val {
        let len = self.put1(Op::ListLen, &list.leaves, Imm::None, Ty::Int);
        self.put1(Op::Bounds, &[index, len], Imm::Int(0), Ty::Int)
    }

    /// The offset of an element from the array's first one.
    fn offset(&mut self, base: &Value, indices: &[Val]) -> Val {
        let mut sum = None;
        for (axis, &index) in indices.iter().enumerate() {
            let imm = Imm::Int(axis as i64);
            let stride = self.put1(Op::ArrStride, &base.leaves, imm, Ty::Int);
            let part = self.put1(Op::IMulWrap, &[index, stride], Imm::None, Ty::Int);
            sum = Some(match sum {
                None => part,
                Some(sum) => self.put1(Op::IAddWrap, &[sum, part], Imm::None, Ty::Int),
            });
        }
        match sum {
            Some(sum) => sum,
            None => self.int(0),
        }
    }

    /// An element at checked indices.
    pub fn load_element(&mut self, base: &Value, dtype: DType, indices: &[Val]) -> Value {
        let data = self.put1(Op::ArrData, &base.leaves, Imm::None, Ty::Word);
        let offset = self.offset(base, indices);
        if dtype != DType::Complex {
            let ty = dtype.element();
            let leaf = self.put1(Op::Load, &[data, offset], Imm::DType(dtype), ty.clone());
            return Value::leaf(ty, leaf);
        }
        let (re_at, im_at) = self.halves(offset);
        let float = Imm::DType(DType::Float);
        let re = self.put1(Op::Load, &[data, re_at], float.clone(), Ty::Float);
        let im = self.put1(Op::Load, &[data, im_at], float, Ty::Float);
        complex(re, im)
    }

    /// A complex element as two floats.
    fn halves(&mut self, offset: Val) -> (Val, Val) {
        let (one, two) = (self.int(1), self.int(2));
        let re = self.put1(Op::IMulWrap, &[offset, two], Imm::None, Ty::Int);
        let im = self.put1(Op::IAddWrap, &[re, one], Imm::None, Ty::Int);
        (re, im)
    }

    /// An item of a list that may store its items in any way, at a checked index.
    pub fn any_item(&mut self, list: &Value, at: Val) -> Value {
        let leaf = self.put1(Op::ListGet, &[list.leaves[0], at], Imm::None, Ty::Any);
        Value::leaf(Ty::Any, leaf)
    }

    pub fn load_item(&mut self, list: &Value, dtype: DType, at: Val) -> Value {
        let data = self.put1(Op::ListData, &list.leaves, Imm::None, Ty::Word);
        let ty = dtype.element();
        let leaf = self.put1(Op::Load, &[data, at], Imm::DType(dtype), ty.clone());
        Value::leaf(ty, leaf)
    }

    /// `a.name`
    pub fn field(&mut self, base: &Value, name: &Arc<str>) -> Value {
        if let Some(value) = base.field(name) {
            return value;
        }
        let imm = Imm::Name(name.clone());
        match (&base.ty, &**name) {
            (Ty::Array(_, Some(rank)), "shape") => {
                let dims: Vec<Value> = (0..*rank)
                    .map(|axis| {
                        let imm = Imm::Int(i64::from(axis));
                        let leaf = self.put1(Op::ArrDim, &base.leaves, imm, Ty::Int);
                        Value::leaf(Ty::Int, leaf)
                    })
                    .collect();
                Value::of_parts(Ty::Tuple(vec![Ty::Int; dims.len()].into()), &dims)
            }
            (Ty::Array(_, Some(rank)), "rank") => self.int_value(i64::from(*rank)),
            (Ty::Array(..), "size") => {
                let leaf = self.put1(Op::ArrLen, &base.leaves, Imm::None, Ty::Int);
                Value::leaf(Ty::Int, leaf)
            }
            (Ty::Array(..), "T") => {
                let field = self.generic(Op::FieldGet, std::slice::from_ref(base), imm, Ty::Any);
                self.take_apart(field.leaves[0], &base.ty)
            }
            _ => self.generic(Op::FieldGet, std::slice::from_ref(base), imm, Ty::Any),
        }
    }

    /// The value of a variable after one of its places was set.
    pub fn place_with(
        &mut self,
        base: &Value,
        path: &Arc<Path>,
        indices: &[Value],
        new: &Value,
    ) -> Value {
        if self.is_direct(&base.ty, &path.steps, indices, &new.ty) {
            return self.place(base, &path.steps, indices, new);
        }
        if let (Ty::Dict, [PathStep::Index(parts)]) = (&base.ty, path.steps.as_slice())
            && **parts == [IndexPart::Value]
        {
            let args = [base.leaves[0], self.boxed(&indices[0]), self.boxed(new)];
            let leaf = self.put1(Op::DictSet, &args, Imm::None, Ty::Dict);
            return Value::leaf(Ty::Dict, leaf);
        }
        let ty = match (&base.ty, path.steps.as_slice()) {
            (Ty::Array(..), _) => base.ty.clone(),
            (Ty::List(item), [PathStep::Index(_)]) => match **item == new.ty {
                true => base.ty.clone(),
                false => Ty::List(Arc::new(Ty::Any)),
            },
            (Ty::Dict, _) => Ty::Dict,
            _ => Ty::Any,
        };
        // When this throws, the caller has the variable again: a boxed form of it would be a second owner.
        let before = match &base.ty {
            Ty::Array(..) | Ty::List(_) | Ty::Dict => base.leaves[0],
            _ => self.boxed(base),
        };
        let others = indices.iter().chain([new]).map(|v| self.boxed(v));
        let args: Vec<Val> = std::iter::once(before).chain(others).collect();
        let leaf = self.put1(Op::PlaceWith, &args, Imm::Path(path.clone()), ty.clone());
        Value::leaf(ty, leaf)
    }

    /// Whether the whole path can be followed in typed code.
    fn is_direct(&self, base: &Ty, steps: &[PathStep], indices: &[Value], new: &Ty) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            return true;
        };
        match (base, step) {
            (Ty::Record(fields), PathStep::Field(name)) => {
                match fields.iter().find(|(n, _)| n == name) {
                    Some((_, ty)) => self.is_direct(ty, rest, indices, new),
                    None => false,
                }
            }
            (Ty::Array(dtype, Some(rank)), PathStep::Index(parts)) => {
                rest.is_empty()
                    && parts.len() == usize::from(*rank)
                    && indices.len() == parts.len()
                    && indices.iter().all(|i| i.ty == Ty::Int)
                    && is_storable(new, *dtype)
            }
            (Ty::List(item), PathStep::Index(parts)) => {
                rest.is_empty()
                    && parts.len() == 1
                    && indices.len() == 1
                    && indices[0].ty == Ty::Int
                    && list_dtype(item).is_some()
                    && **item == *new
            }
            _ => false,
        }
    }

    fn place(&mut self, base: &Value, steps: &[PathStep], indices: &[Value], new: &Value) -> Value {
        let Some((step, rest)) = steps.split_first() else {
            return new.clone();
        };
        match (&base.ty, step) {
            (Ty::Record(fields), PathStep::Field(name)) => {
                let i = fields.iter().position(|(n, _)| n == name);
                let mut parts = base.parts();
                if let Some(i) = i {
                    parts[i] = self.place(&parts[i].clone(), rest, indices, new);
                }
                let tys = fields
                    .iter()
                    .zip(&parts)
                    .map(|((n, _), p)| (n.clone(), p.ty.clone()))
                    .collect();
                Value::of_parts(Ty::Record(tys), &parts)
            }
            (Ty::Array(dtype, _), _) => self.store_element(base, *dtype, indices, new),
            (Ty::List(item), _) => {
                let dtype = list_dtype(item).unwrap_or(DType::Int);
                let at = self.checked_item(base, indices[0].leaves[0]);
                let own = self.put1(Op::ListUnique, &base.leaves, Imm::None, base.ty.clone());
                let data = self.put1(Op::ListData, &[own], Imm::None, Ty::Word);
                let args = [data, at, new.leaves[0]];
                self.put(Op::Store, &args, Imm::DType(dtype), &[]);
                Value::leaf(base.ty.clone(), own)
            }
            _ => base.clone(),
        }
    }

    /// The array with one element set. Everything that can fail comes first.
    fn store_element(
        &mut self,
        base: &Value,
        dtype: DType,
        indices: &[Value],
        new: &Value,
    ) -> Value {
        let offsets = self.checked_offsets(base, indices);
        let element = match dtype {
            DType::U8 | DType::I32 => {
                let int = self.convert(new, DType::Int).leaves[0];
                let leaf = self.put1(Op::Narrow, &[int], Imm::DType(dtype), Ty::Int);
                Value::leaf(Ty::Int, leaf)
            }
            DType::F32 if new.ty == Ty::Float => {
                let leaf = self.put1(Op::Narrow, &new.leaves, Imm::DType(dtype), Ty::F32);
                Value::leaf(Ty::F32, leaf)
            }
            _ => self.convert(new, dtype),
        };
        let own = self.put1(Op::ArrUnique, &base.leaves, Imm::None, base.ty.clone());
        let own = Value::leaf(base.ty.clone(), own);
        let data = self.put1(Op::ArrData, &own.leaves, Imm::None, Ty::Word);
        let offset = self.offset(&own, &offsets);
        if dtype == DType::Complex {
            let (re_at, im_at) = self.halves(offset);
            let float = Imm::DType(DType::Float);
            let re = [data, re_at, element.leaves[0]];
            let im = [data, im_at, element.leaves[1]];
            self.put(Op::Store, &re, float.clone(), &[]);
            self.put(Op::Store, &im, float, &[]);
        } else {
            let args = [data, offset, element.leaves[0]];
            self.put(Op::Store, &args, Imm::DType(dtype), &[]);
        }
        own
    }
}

/// Whether a number is stored in an array by a conversion that cannot lose it; the rest is decided by
/// the value.
fn is_storable(ty: &Ty, dtype: DType) -> bool {
    match dtype_of(ty) {
        None => false,
        Some(DType::Bool) => dtype == DType::Bool,
        Some(DType::Int) => dtype != DType::Bool,
        Some(DType::Float | DType::F32) => {
            matches!(dtype, DType::Float | DType::F32 | DType::Complex)
        }
        Some(_) => dtype == DType::Complex,
    }
}

/// The type of what a helper gives for an index.
fn index_result(base: &Ty, parts: &[IndexPart], indices: &[Value]) -> Ty {
    match base {
        Ty::Array(dtype, Some(rank)) => {
            let mut left = i32::from(*rank);
            for part in parts {
                left += i32::from(*part == IndexPart::NewAxis);
            }
            for index in indices {
                match &index.ty {
                    Ty::Int => left -= 1,
                    Ty::Range { .. } => {}
                    // Masks, index arrays and open ranges.
                    _ => return Ty::Any,
                }
            }
            match left {
                1.. => Ty::Array(*dtype, u8::try_from(left).ok()),
                _ => Ty::Any,
            }
        }
        Ty::Str => Ty::Str,
        Ty::Range { .. } if indices.len() == 1 && indices[0].ty == Ty::Int => Ty::Int,
        _ => Ty::Any,
    }
}
