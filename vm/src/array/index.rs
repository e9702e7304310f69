//! Reading parts of an array: `a[i, 1..3, ..., mask]`.
//!
//! Positions and slices give views, or copies of small parts where views would be in the way of writing
//! (`Array::part`). Masks and index arrays give copies, in the order NumPy gives them: index arrays
//! broadcast together, and their axes stand where the first of them stood, or in front if something else
//! stood between them.

use super::cursor::Cursor;
use super::element::{Bool8, with_width};
use super::error::{ArrayError, Result};
use super::scalar::Scalar;
use super::shape_ops::broadcast_shapes;
use super::{Array, shape_text};
use quern_ir::DType;
use smallvec::SmallVec;

type List = SmallVec<[i64; 8]>;

/// One entry of an index expression.
#[derive(Clone, Debug)]
pub enum Index {
    /// A position; negative ones count from the end. The axis goes away.
    At(i64),
    /// `start..stop by step`, `start..=stop` if `inclusive`; bounds past the end are clamped.
    Slice { start: Option<i64>, stop: Option<i64>, step: i64, inclusive: bool },
    /// `...`: all the axes the other entries leave over.
    Ellipsis,
    /// A new axis of length 1.
    NewAxis,
    /// A bool array; takes as many axes as it has.
    Mask(Array),
    /// An integer array of positions along one axis.
    Take(Array),
}

impl Index {
    /// `..`: one whole axis.
    pub const ALL: Index = Index::Slice { start: None, stop: None, step: 1, inclusive: false };

    /// An array as an index: a mask if it is bool, else positions.
    ///
    /// # Errors
    /// `TypeError` for floats and complex numbers.
    pub fn from_array(array: Array) -> Result<Index> {
        match array.dtype() {
            DType::Bool => Ok(Index::Mask(array)),
            DType::U8 | DType::I32 | DType::Int => Ok(Index::Take(array)),
            other => Err(ArrayError::ty(format!("a {other} array is no index"))
                .hint("use an integer array, as from x.astype(int), or a bool mask")),
        }
    }
}

/// What is found at an index: a number, or an array.
#[derive(Clone, Debug)]
pub enum Item {
    Scalar(Scalar),
    Array(Array),
}

impl Item {
    /// A rank-0 array as its element.
    pub(crate) fn of(array: Array) -> Item {
        match array.scalar_at(0) {
            Some(x) if array.rank() == 0 => Item::Scalar(x),
            _ => Item::Array(array),
        }
    }

    pub fn into_array(self) -> Result<Array> {
        match self {
            Item::Scalar(x) => Array::from_scalar(x),
            Item::Array(array) => Ok(array),
        }
    }
}

/// The elements an index expression names.
pub(crate) enum Place {
    /// A view of the array.
    View { shape: List, strides: List, offset: usize },
    /// One offset per element, in order.
    Points { shape: List, offsets: Vec<usize> },
}

impl Place {
    pub(crate) fn shape(&self) -> &[i64] {
        match self {
            Place::View { shape, .. } | Place::Points { shape, .. } => shape,
        }
    }
}

/// The position an index names on an axis.
///
/// # Errors
/// `IndexError` with index and shape.
#[inline]
pub(crate) fn check_position(index: i64, axis: usize, shape: &[i64]) -> Result<i64> {
    let n = shape[axis];
    let position = if index < 0 { index.wrapping_add(n) } else { index };
    if (0..n).contains(&position) { Ok(position) } else { Err(out_of_range(index, axis, shape)) }
}

/// The error of an index that is out of range.
#[cold]
pub fn out_of_range(index: i64, axis: usize, shape: &[i64]) -> ArrayError {
    let n = shape.get(axis).copied().unwrap_or(0);
    ArrayError::index(format!(
        "index {index} is out of range for axis {axis} with size {n} (shape {})",
        shape_text(shape)
    ))
}

/// The error of an index expression with too many entries.
#[cold]
pub fn too_many_indices(count: usize, shape: &[i64]) -> ArrayError {
    ArrayError::index(format!(
        "{count} indices for an array with {} dimension{} (shape {})",
        shape.len(),
        if shape.len() == 1 { "" } else { "s" },
        shape_text(shape)
    ))
}

/// Where a slice starts on an axis of length `n`, and how many positions it names.
///
/// # Errors
/// `ValueError` if the step is 0.
pub fn slice_bounds(
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
    inclusive: bool,
    n: i64,
) -> Result<(i64, i64)> {
    if step == 0 {
        return Err(ArrayError::value("the step of a slice is 0"));
    }
    let from_end = |bound: i64| if bound < 0 { bound.saturating_add(n) } else { bound };
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let first =
        start.map_or(if step > 0 { low } else { high }, |bound| from_end(bound).clamp(low, high));
    let end = match stop {
        None => {
            if step > 0 {
                high
            } else {
                low
            }
        }
        Some(bound) if inclusive => from_end(bound).saturating_add(step.signum()).clamp(low, high),
        Some(bound) => from_end(bound).clamp(low, high),
    };
    let span = if step > 0 { end - first } else { first - end };
    if span <= 0 {
        return Ok((0, 0));
    }
    Ok((first, (span - 1) / step.saturating_abs() + 1))
}

/// The offsets of the `true` elements of a mask, one list of positions per axis.
pub(crate) fn true_positions(mask: &Array) -> Vec<Vec<i64>> {
    let rank = mask.rank();
    let mut positions = vec![Vec::new(); rank];
    let mut index: List = smallvec::smallvec![0; rank];
    let elements = mask.storage().elements::<Bool8>();
    let mut cursor = Cursor::new(mask);
    for _ in 0..mask.size() {
        if elements[cursor.advance()].get() {
            for (list, &i) in positions.iter_mut().zip(&index) {
                list.push(i);
            }
        }
        for axis in (0..rank).rev() {
            index[axis] += 1;
            if index[axis] < mask.shape()[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    positions
}

/// An index array standing for one axis: offsets relative to the start of the view.
struct Picks {
    shape: List,
    offsets: Vec<i64>,
}

impl Array {
    /// The elements an index expression names.
    ///
    /// # Errors
    /// `IndexError` with index and shape; `ShapeError` if a mask does not fit or index arrays do
    /// not broadcast; `TypeError` if an index array is not of integers.
    pub fn get(&self, index: &[Index]) -> Result<Item> {
        if let Some(mask) = self.whole_mask(index) {
            return Ok(Item::Array(self.masked(mask)?));
        }
        match self.place(index)? {
            Place::View { shape, strides, offset } => {
                if shape.is_empty() {
                    Ok(Item::Scalar(self.load(offset)))
                } else {
                    Ok(Item::Array(self.part(&shape, &strides, offset)?))
                }
            }
            Place::Points { shape, offsets } => {
                let mut out = Array::alloc(&shape, self.dtype())?;
                with_width!(self.dtype(), T => {
                    let source = self.storage().elements::<T>();
                    let target = &mut out.storage_mut()?.elements_mut::<T>()[..offsets.len()];
                    for (slot, &offset) in target.iter_mut().zip(&offsets) {
                        *slot = source[offset];
                    }
                });
                Ok(Item::of(out))
            }
        }
    }

    /// The element at one position per axis.
    ///
    /// # Errors
    /// `IndexError` with index and shape.
    pub fn get_scalar(&self, index: &[i64]) -> Result<Scalar> {
        let found = match *index {
            [i] => self.element([i]),
            [i, j] => self.element([i, j]),
            [i, j, k] => self.element([i, j, k]),
            _ => None,
        };
        match found {
            Some(x) => Ok(x),
            None => Ok(self.load(self.offset_of(index)?)),
        }
    }

    /// `a[i]`: an element of a vector, a row of anything else.
    #[inline]
    pub fn row(&self, i: i64) -> Result<Item> {
        match self.element([i]) {
            Some(x) => Ok(Item::Scalar(x)),
            None => self.row_view(i),
        }
    }

    fn row_view(&self, i: i64) -> Result<Item> {
        if self.rank() == 0 {
            return Err(too_many_indices(1, self.shape()));
        }
        let position = check_position(i, 0, self.shape())?;
        let offset = (self.offset() as i64 + position * self.strides()[0]) as usize;
        Ok(Item::Array(self.part(&self.shape()[1..], &self.strides()[1..], offset)?))
    }

    /// The offset in the storage of an element.
    pub(crate) fn offset_of(&self, index: &[i64]) -> Result<usize> {
        if index.len() != self.rank() {
            return Err(too_many_indices(index.len(), self.shape()));
        }
        let mut offset = self.offset() as i64;
        for (axis, &i) in index.iter().enumerate() {
            offset += check_position(i, axis, self.shape())? * self.strides()[axis];
        }
        Ok(offset as usize)
    }

    /// Finds the elements an index expression names.
    pub(crate) fn place(&self, index: &[Index]) -> Result<Place> {
        let used: usize = index
            .iter()
            .map(|entry| match entry {
                Index::At(_) | Index::Slice { .. } | Index::Take(_) => 1,
                Index::Mask(mask) => mask.rank(),
                Index::Ellipsis | Index::NewAxis => 0,
            })
            .sum();
        if used > self.rank() {
            return Err(too_many_indices(used, self.shape()));
        }
        if index.iter().filter(|entry| matches!(entry, Index::Ellipsis)).count() > 1 {
            return Err(ArrayError::index("an index has more than one ..."));
        }
        let advanced = index.iter().any(|entry| matches!(entry, Index::Mask(_) | Index::Take(_)));
        let mut walk = Walk {
            array: self,
            axis: 0,
            shape: List::new(),
            strides: List::new(),
            offset: self.offset() as i64,
            picks: Vec::new(),
            spots: SmallVec::new(),
        };
        for (number, entry) in index.iter().enumerate() {
            walk.entry(entry, number, advanced, self.rank() - used)?;
        }
        walk.whole_axes(self.rank() - walk.axis);
        walk.finish()
    }
}

/// An index expression being worked through from left to right.
struct Walk<'a> {
    array: &'a Array,
    /// The next axis of the array.
    axis: usize,
    shape: List,
    strides: List,
    offset: i64,
    picks: Vec<Picks>,
    /// For each of `picks`: the number of its entry, and how many axes stand before it.
    spots: SmallVec<[(usize, usize); 4]>,
}

impl Walk<'_> {
    fn entry(
        &mut self,
        entry: &Index,
        number: usize,
        advanced: bool,
        left_over: usize,
    ) -> Result<()> {
        let shape = self.array.shape();
        match entry {
            Index::At(i) => {
                let position = check_position(*i, self.axis, shape)?;
                let offset = position * self.array.strides()[self.axis];
                if advanced {
                    self.pick(number, List::new(), vec![offset]);
                } else {
                    self.offset += offset;
                }
                self.axis += 1;
            }
            &Index::Slice { start, stop, step, inclusive } => {
                let (first, count) = slice_bounds(start, stop, step, inclusive, shape[self.axis])?;
                let stride = self.array.strides()[self.axis];
                self.offset += first * stride;
                self.shape.push(count);
                self.strides.push(if count > 1 { stride.wrapping_mul(step) } else { stride });
                self.axis += 1;
            }
            Index::Ellipsis => self.whole_axes(left_over),
            Index::NewAxis => {
                self.shape.push(1);
                self.strides.push(0);
            }
            Index::Mask(mask) => {
                let axes = self.axis..self.axis + mask.rank();
                if mask.dtype() != DType::Bool {
                    return Err(ArrayError::ty(format!(
                        "a mask is a bool array, not a {} one",
                        mask.dtype()
                    )));
                }
                if shape[axes.clone()] != *mask.shape() {
                    return Err(ArrayError::shape(format!(
                        "a mask of shape {} does not fit an array of shape {}",
                        shape_text(mask.shape()),
                        shape_text(shape)
                    )));
                }
                if mask.rank() == 0 {
                    let on = mask.scalar_at(0) == Some(Scalar::Bool(true));
                    let count = i64::from(on);
                    self.pick(number, smallvec::smallvec![count], vec![0; usize::from(on)]);
                }
                for (axis, positions) in axes.zip(true_positions(mask)) {
                    let stride = self.array.strides()[axis];
                    let count = positions.len() as i64;
                    self.pick(
                        number,
                        smallvec::smallvec![count],
                        positions.iter().map(|i| i * stride).collect(),
                    );
                    self.axis += 1;
                }
            }
            Index::Take(indices) => {
                let stride = self.array.strides()[self.axis];
                let mut offsets = reserve(indices.size())?;
                for i in indices.scalars() {
                    let Scalar::Int(i) = i else {
                        return Err(ArrayError::ty(format!(
                            "an index array is of integers, not {}",
                            indices.dtype()
                        )));
                    };
                    offsets.push(check_position(i, self.axis, shape)? * stride);
                }
                self.pick(number, List::from_slice(indices.shape()), offsets);
                self.axis += 1;
            }
        }
        Ok(())
    }

    fn pick(&mut self, number: usize, shape: List, offsets: Vec<i64>) {
        self.spots.push((number, self.shape.len()));
        self.picks.push(Picks { shape, offsets });
    }

    fn whole_axes(&mut self, count: usize) {
        for axis in self.axis..self.axis + count {
            self.shape.push(self.array.shape()[axis]);
            self.strides.push(self.array.strides()[axis]);
        }
        self.axis += count;
    }

    fn finish(self) -> Result<Place> {
        super::checked_size(&self.shape)?;
        let (Some(&first), Some(&last)) = (self.spots.first(), self.spots.last()) else {
            let empty = self.shape.contains(&0);
            return Ok(Place::View {
                offset: if empty { self.array.offset() } else { self.offset as usize },
                shape: self.shape,
                strides: self.strides,
            });
        };
        let mut common = List::new();
        for picks in &self.picks {
            common = broadcast_shapes(&common, &picks.shape).ok_or_else(|| {
                let shapes: Vec<String> = self.picks.iter().map(|p| shape_text(&p.shape)).collect();
                ArrayError::shape(format!(
                    "index arrays of shapes {} do not broadcast",
                    shapes.join(", ")
                ))
            })?;
        }
        let mut picked: Vec<i64> = reserve(super::checked_size(&common)?)?;
        picked.resize(super::checked_size(&common)?, 0);
        for picks in &self.picks {
            add_broadcast(&mut picked, &common, picks);
        }
        // Entries between the first and the last pick make the picked axes go in front. A mask of
        // several axes is one entry.
        let mut numbers: SmallVec<[usize; 4]> =
            self.spots.iter().map(|&(number, _)| number).collect();
        numbers.dedup();
        let together = last.0 - first.0 + 1 == numbers.len();
        let split = if together { first.1 } else { 0 };
        let mut shape = List::from_slice(&self.shape[..split]);
        shape.extend_from_slice(&common);
        shape.extend_from_slice(&self.shape[split..]);
        let mut offsets = reserve(super::checked_size(&shape)?)?;
        if shape.contains(&0) {
            return Ok(Place::Points { shape, offsets });
        }
        let before = offsets_of(&self.shape[..split], &self.strides[..split]);
        let after = offsets_of(&self.shape[split..], &self.strides[split..]);
        for outer in &before {
            for pick in &picked {
                let base = self.offset + outer + pick;
                offsets.extend(after.iter().map(|inner| (base + inner) as usize));
            }
        }
        Ok(Place::Points { shape, offsets })
    }
}

/// An empty list with room for `count` items.
fn reserve<T>(count: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    list.try_reserve_exact(count)
        .map_err(|_| ArrayError::memory(format!("cannot index {count} elements")))?;
    Ok(list)
}

/// Adds offsets of a smaller shape to those of the shape it broadcasts to.
fn add_broadcast(total: &mut [i64], common: &[i64], picks: &Picks) {
    let missing = common.len() - picks.shape.len();
    let own = super::row_major(&picks.shape);
    let strides: List = (0..common.len())
        .map(|k| match k.checked_sub(missing) {
            Some(axis) if picks.shape[axis] == common[k] => own[axis],
            _ => 0,
        })
        .collect();
    let mut cursor = Cursor::over(common, &strides, 0);
    for slot in total {
        *slot += picks.offsets[cursor.advance()];
    }
}

/// The offsets of all elements of a view in order.
fn offsets_of(shape: &[i64], strides: &[i64]) -> Vec<i64> {
    let mut offsets = vec![0];
    for (&n, &stride) in shape.iter().zip(strides) {
        offsets = offsets.iter().flat_map(|base| (0..n).map(move |i| base + i * stride)).collect();
    }
    offsets
}

impl Array {
    /// The entries of an axis that an integer array names, in its shape.
    ///
    /// # Errors
    /// `IndexError` with index and shape.
    pub fn take(&self, indices: &Array, axis: i64) -> Result<Array> {
        let axis = super::shape_ops::check_axis(axis, self.rank())?;
        let mut index = vec![Index::ALL; axis];
        index.push(Index::Take(indices.clone()));
        self.get(&index)?.into_array()
    }
}
