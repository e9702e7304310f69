//! Walks the elements of a view in row-major order, a piece at a time.
//!
//! Axes that run through memory without a break are merged first, so a view that is contiguous
//! but for its first axis is copied in long runs.

use super::Array;
use smallvec::SmallVec;

type List = SmallVec<[i64; 4]>;

/// A position in a view.
pub(crate) struct Cursor {
    shape: List,
    strides: List,
    index: List,
    offset: i64,
}

/// Runs of the same length at equal distances.
struct Plane {
    start: i64,
    /// From one run to the next.
    step: i64,
    /// Elements of a run, and from one to the next.
    width: usize,
    stride: i64,
}

impl Plane {
    /// Longer runs are copied one by one.
    const WIDEST: usize = 64;

    /// Copies as many whole runs as `out` has room for.
    fn gather<T: Copy>(&self, storage: &[T], out: &mut [T]) {
        if self.step == 0 {
            let (first, rest) = out.split_at_mut(self.width);
            self.gather_runs(storage, first);
            repeat(first, rest);
            return;
        }
        match self.width {
            2 => self.gather_narrow::<2, T>(storage, out),
            3 => self.gather_narrow::<3, T>(storage, out),
            4 => self.gather_narrow::<4, T>(storage, out),
            _ => self.gather_runs(storage, out),
        }
    }

    fn gather_runs<T: Copy>(&self, storage: &[T], out: &mut [T]) {
        for (n, run) in out.chunks_exact_mut(self.width).enumerate() {
            let start = self.start + n as i64 * self.step;
            match self.stride {
                1 => run.copy_from_slice(&storage[start as usize..][..self.width]),
                0 => run.fill(storage[start as usize]),
                _ => self.gather_elements(start, storage, run),
            }
        }
    }

    /// The same, of so many elements each.
    fn gather_narrow<const N: usize, T: Copy>(&self, storage: &[T], out: &mut [T]) {
        for (n, run) in out.as_chunks_mut::<N>().0.iter_mut().enumerate() {
            let start = self.start + n as i64 * self.step;
            match self.stride {
                1 => run.copy_from_slice(&storage[start as usize..][..N]),
                0 => run.fill(storage[start as usize]),
                _ => self.gather_elements(start, storage, run),
            }
        }
    }

    #[inline(always)]
    fn gather_elements<T: Copy>(&self, start: i64, storage: &[T], run: &mut [T]) {
        for (k, slot) in run.iter_mut().enumerate() {
            *slot = storage[(start + k as i64 * self.stride) as usize];
        }
    }
}

/// Fills `rest` with `first` again and again.
fn repeat<T: Copy>(first: &[T], rest: &mut [T]) {
    let head = first.len().min(rest.len());
    rest[..head].copy_from_slice(&first[..head]);
    let mut done = head;
    while done < rest.len() {
        let count = done.min(rest.len() - done);
        rest.copy_within(..count, done);
        done += count;
    }
}

impl Cursor {
    pub(crate) fn new(array: &Array) -> Cursor {
        Cursor::over(array.shape(), array.strides(), array.offset())
    }

    pub(crate) fn over(shape: &[i64], strides: &[i64], offset: usize) -> Cursor {
        let mut merged_shape = List::new();
        let mut merged_strides = List::new();
        for (&n, &stride) in shape.iter().zip(strides) {
            if n == 1 {
                continue;
            }
            match (merged_shape.last_mut(), merged_strides.last_mut()) {
                (Some(last_n), Some(last_stride)) if *last_stride == stride * n => {
                    *last_n *= n;
                    *last_stride = stride;
                }
                _ => {
                    merged_shape.push(n);
                    merged_strides.push(stride);
                }
            }
        }
        if merged_shape.is_empty() {
            merged_shape.push(1);
            merged_strides.push(1);
        }
        Cursor {
            index: smallvec::smallvec![0; merged_shape.len()],
            shape: merged_shape,
            strides: merged_strides,
            offset: offset as i64,
        }
    }

    /// Goes to element number `position` in row-major order, which the view has.
    pub(crate) fn seek(&mut self, position: usize) {
        let mut rest = position as i64;
        for axis in (0..self.shape.len()).rev() {
            let index = if axis == 0 { rest } else { rest % self.shape[axis].max(1) };
            rest /= self.shape[axis].max(1);
            self.offset += (index - self.index[axis]) * self.strides[axis];
            self.index[axis] = index;
        }
    }

    /// The offset of the next element and the step from each to the one after it, if that is always the same.
    pub(crate) fn equal_steps(&self) -> Option<(usize, i64)> {
        match self.strides[..] {
            [step] => Some((self.offset(), step)),
            _ => None,
        }
    }

    /// Whether elements that come later lie at a later place.
    pub(crate) fn is_ascending(&self) -> bool {
        let mut extent = 0;
        self.shape.iter().zip(&self.strides).rev().all(|(&n, &stride)| {
            let is_beyond = stride > extent;
            extent += (n - 1) * stride;
            is_beyond
        })
    }

    /// The offset of the next element.
    pub(crate) fn offset(&self) -> usize {
        self.offset as usize
    }

    /// The cursor at element number `position`, in the part of the storage that begins at `start`.
    pub(crate) fn within(mut self, position: usize, start: usize) -> Cursor {
        self.seek(position);
        self.offset -= start as i64;
        self
    }

    /// The next elements, at most `max`, that lie along the last axis: offset, stride and number.
    /// The caller asks for no more than the view has.
    fn run(&mut self, max: usize) -> (usize, i64, usize) {
        let last = self.shape.len() - 1;
        let (n, stride) = (self.shape[last], self.strides[last]);
        let start = self.offset as usize;
        let count = (n - self.index[last]).min(max as i64);
        self.index[last] += count;
        self.offset += count * stride;
        if self.index[last] == n {
            self.carry(last);
        }
        (start, stride, count as usize)
    }

    /// The next elements, at most `max`, if they are whole short runs side by side: those runs, and the number of
    /// elements.
    fn plane(&mut self, max: usize) -> Option<(Plane, usize)> {
        let last = self.shape.len() - 1;
        let n = usize::try_from(self.shape[last]).ok()?;
        if last == 0 || n > Plane::WIDEST || self.index[last] != 0 || max < 2 * n {
            return None;
        }
        let rows = (self.shape[last - 1] - self.index[last - 1]).min((max / n) as i64);
        let plane = Plane {
            start: self.offset,
            step: self.strides[last - 1],
            width: n,
            stride: self.strides[last],
        };
        self.index[last - 1] += rows;
        self.offset += rows * self.strides[last - 1];
        if self.index[last - 1] == self.shape[last - 1] {
            self.carry(last - 1);
        }
        Some((plane, rows as usize * n))
    }

    /// Moves to the start of the next run once axis `axis` is used up.
    fn carry(&mut self, mut axis: usize) {
        loop {
            self.offset -= self.index[axis] * self.strides[axis];
            self.index[axis] = 0;
            if axis == 0 {
                return;
            }
            axis -= 1;
            self.index[axis] += 1;
            self.offset += self.strides[axis];
            if self.index[axis] < self.shape[axis] {
                return;
            }
        }
    }

    /// The offset of the next element.
    pub(crate) fn advance(&mut self) -> usize {
        self.run(1).0
    }

    /// Copies the next `out.len()` elements out of `storage`.
    pub(crate) fn gather<T: Copy>(&mut self, storage: &[T], out: &mut [T]) {
        let mut done = 0;
        while done < out.len() {
            if let Some((plane, count)) = self.plane(out.len() - done) {
                plane.gather(storage, &mut out[done..done + count]);
                done += count;
                continue;
            }
            let (start, stride, count) = self.run(out.len() - done);
            let target = &mut out[done..done + count];
            match stride {
                1 => target.copy_from_slice(&storage[start..start + count]),
                0 => target.fill(storage[start]),
                _ => {
                    let mut at = start as i64;
                    for slot in target {
                        *slot = storage[at as usize];
                        at += stride;
                    }
                }
            }
            done += count;
        }
    }

    /// Writes `values` over the next elements of `storage`.
    pub(crate) fn scatter<T: Copy>(&mut self, values: &[T], storage: &mut [T]) {
        let mut done = 0;
        while done < values.len() {
            let (start, stride, count) = self.run(values.len() - done);
            let source = &values[done..done + count];
            if stride == 1 {
                storage[start..start + count].copy_from_slice(source);
            } else {
                let mut at = start as i64;
                for &value in source {
                    storage[at as usize] = value;
                    at += stride;
                }
            }
            done += count;
        }
    }

    /// Writes `value` over the next `count` elements of `storage`.
    pub(crate) fn fill<T: Copy>(&mut self, value: T, count: usize, storage: &mut [T]) {
        let mut left = count;
        while left > 0 {
            let (start, stride, count) = self.run(left);
            if stride == 1 {
                storage[start..start + count].fill(value);
            } else {
                let mut at = start as i64;
                for _ in 0..count {
                    storage[at as usize] = value;
                    at += stride;
                }
            }
            left -= count;
        }
    }
}
