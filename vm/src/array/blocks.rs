//! Runs block kernels over operands of any layout, on all cores where there is enough to do.
//!
//! A kernel only knows contiguous blocks of one dtype. A [`Feed`] turns an operand into such
//! blocks: a contiguous one is passed through, anything else is gathered, repeated or converted
//! into a scratch block that stays in the first-level cache. So each operation needs one loop per
//! dtype, whatever the layouts.

use super::cast::{CastKernel, Mode, cast_kernel, scalar_bytes};
use super::complex::Complex;
use super::cursor::Cursor;
use super::element::{Element, with_element, with_width};
use super::error::Result;
use super::scalar::Scalar;
use super::storage::Storage;
use super::stream::{self, Stream};
use super::{Array, shape_text};
use crate::interrupt::Stop;
use quern_ir::DType;
use rayon::prelude::*;
use smallvec::SmallVec;

/// Elements in a block: five blocks of floats fit a first-level cache of 32 KiB, with room for what is fetched
/// ahead.
pub(crate) const BLOCK: usize = 512;

/// Elements that one thread takes at a time.
const PIECE: usize = Stop::PIECE;

/// An operand of an operation in a dtype.
pub(crate) struct Input<'a> {
    source: Source<'a>,
    dtype: DType,
}

enum Source<'a> {
    Array(&'a Array),
    /// One value, for every element.
    Constant([Complex; 1]),
    /// The previous content of the output.
    Output,
}

impl<'a> Input<'a> {
    /// The elements of `array` as `dtype`, to which its own dtype must promote.
    pub(crate) fn array(array: &'a Array, dtype: DType) -> Input<'a> {
        Input { source: Source::Array(array), dtype }
    }

    /// One value for every element.
    ///
    /// # Errors
    /// If it is none of `dtype`.
    pub(crate) fn constant(value: Scalar, dtype: DType, mode: Mode) -> Result<Input<'a>> {
        Ok(Input { source: Source::Constant(scalar_bytes(value, dtype, mode)?), dtype })
    }

    /// What the output holds before it is overwritten.
    pub(crate) fn output(dtype: DType) -> Input<'a> {
        Input { source: Source::Output, dtype }
    }

    fn is_output(&self) -> bool {
        matches!(self.source, Source::Output)
    }

    /// The elements from `start` on, of which there are `count`.
    pub(crate) fn feed(&self, start: usize, count: usize) -> Result<Feed<'a>> {
        let dtype = self.dtype;
        let room = |dtype: DType| Storage::zeroed(count.min(BLOCK) * dtype.size());
        let flow = match &self.source {
            Source::Array(array) => {
                let kernel = (array.dtype() != dtype)
                    .then(|| cast_kernel(array.dtype(), dtype, Mode::Convert));
                let elements = match array.bytes() {
                    Some(bytes) => Elements::Direct(&bytes[start * array.dtype().size()..]),
                    None => {
                        let mut cursor = Cursor::new(array);
                        cursor.seek(start);
                        Elements::Gather(array, cursor, room(array.dtype())?)
                    }
                };
                let cast = kernel.map(|kernel| Ok((kernel, room(dtype)?))).transpose()?;
                Flow::Elements(elements, array.dtype(), cast)
            }
            Source::Constant(value) => {
                let mut block = room(dtype)?;
                with_width!(dtype, T => {
                    block.elements_mut::<T>().fill(bytemuck::cast_slice::<_, T>(value)[0]);
                });
                Flow::Fixed(block)
            }
            Source::Output => Flow::Output(room(dtype)?),
        };
        Ok(Feed { flow, dtype, count: 0 })
    }
}

/// An operand, a block at a time.
pub(crate) struct Feed<'a> {
    flow: Flow<'a>,
    dtype: DType,
    /// Elements of the current block.
    count: usize,
}

#[allow(clippy::large_enum_variant, reason = "a few at a time, where the work is done")]
enum Flow<'a> {
    /// Elements of an array, converted if there is a kernel.
    Elements(Elements<'a>, DType, Option<(CastKernel, Storage)>),
    /// The same block always.
    Fixed(Storage),
    Output(Storage),
}

#[allow(clippy::large_enum_variant, reason = "a few at a time, where the work is done")]
enum Elements<'a> {
    /// From the current block on.
    Direct(&'a [u8]),
    /// In any order; the room holds the current block.
    Gather(&'a Array, Cursor, Storage),
}

impl Feed<'_> {
    /// Makes the next `count` elements the current block; `out` is where the result will be, for an input
    /// that is what it holds.
    pub(crate) fn load(&mut self, count: usize, out: &[u8]) {
        let passed = std::mem::replace(&mut self.count, count);
        match &mut self.flow {
            Flow::Elements(elements, native, cast) => {
                match elements {
                    Elements::Direct(bytes) => *bytes = &bytes[passed * native.size()..],
                    Elements::Gather(array, cursor, room) => {
                        gather(array, cursor, &mut room.bytes_mut()[..count * native.size()]);
                    }
                }
                if let Some((kernel, room)) = cast {
                    let room = &mut room.bytes_mut()[..count * self.dtype.size()];
                    kernel(elements.block(count, *native), room);
                }
            }
            Flow::Output(room) => room.bytes_mut()[..out.len()].copy_from_slice(out),
            Flow::Fixed(_) => {}
        }
    }

    /// The current block.
    #[inline]
    pub(crate) fn block(&self) -> &[u8] {
        let room = match &self.flow {
            Flow::Elements(elements, native, None) => return elements.block(self.count, *native),
            Flow::Elements(_, _, Some((_, room))) | Flow::Fixed(room) | Flow::Output(room) => room,
        };
        &room.bytes()[..self.count * self.dtype.size()]
    }

    /// The current block for a kernel of pairs: one element where it holds nothing else.
    #[inline]
    pub(crate) fn operand(&self) -> &[u8] {
        match &self.flow {
            Flow::Fixed(room) => &room.bytes()[..self.dtype.size()],
            _ => self.block(),
        }
    }

    /// An element of the current block, for messages.
    pub(crate) fn value(&self, position: usize) -> Scalar {
        with_element!(self.dtype, T => {
            bytemuck::cast_slice::<u8, T>(self.block())[position].to_scalar()
        })
    }
}

impl Elements<'_> {
    /// The first `count` elements, which are there.
    fn block(&self, count: usize, dtype: DType) -> &[u8] {
        let bytes = match self {
            Elements::Direct(bytes) => bytes,
            Elements::Gather(_, _, room) => room.bytes(),
        };
        &bytes[..count * dtype.size()]
    }
}

fn gather(array: &Array, cursor: &mut Cursor, target: &mut [u8]) {
    with_width!(array.dtype(), T => {
        cursor.gather(array.storage().elements::<T>(), bytemuck::cast_slice_mut::<u8, T>(target));
    });
}

/// Why an operation has no result: the position of the element, and what to say about it.
pub(crate) type Failure<F> = (usize, F);

/// Sets how many threads share the work on large arrays, in every run of the process. Whether it could:
/// not once they have started.
pub fn set_threads(threads: usize) -> bool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().is_ok()
}

/// Calls `kernel` with every block of the inputs and of `out`, which is contiguous; in parallel where
/// there are many. Answers the failure at the first element that has one.
///
/// A kernel tells positions within its block.
///
/// # Errors
/// What `stop` says in front of a piece; `MemoryError` without room for a block.
pub(crate) fn run<F: Send>(
    stop: Stop<'_>,
    inputs: &[Input<'_>],
    out: &mut Array,
    kernel: impl Fn(&[Feed<'_>], &mut [u8]) -> Option<Failure<F>> + Sync,
) -> Result<Option<Failure<F>>> {
    let (size, width, base) = (out.size(), out.dtype().size(), out.offset());
    let bytes = &mut out.storage_mut()?.bytes_mut()[base * width..(base + size) * width];
    if size <= PIECE {
        return run_piece(inputs, 0, bytes, width, false, &kernel);
    }
    let is_streamed = size * width >= stream::LARGE && !inputs.iter().any(Input::is_output);
    let pieces = bytes.par_chunks_mut(PIECE * width).enumerate();
    let found: Vec<Option<Failure<F>>> = pieces
        .map(|(n, bytes)| {
            stop.check()?;
            run_piece(inputs, n * PIECE, bytes, width, is_streamed, &kernel)
        })
        .collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().next())
}

fn run_piece<F>(
    inputs: &[Input<'_>],
    first: usize,
    bytes: &mut [u8],
    width: usize,
    is_streamed: bool,
    kernel: &impl Fn(&[Feed<'_>], &mut [u8]) -> Option<Failure<F>>,
) -> Result<Option<Failure<F>>> {
    let count = bytes.len() / width;
    let mut feeds: SmallVec<[Feed<'_>; 3]> =
        inputs.iter().map(|input| input.feed(first, count)).collect::<Result<_>>()?;
    let mut stream = match is_streamed {
        true => Some((Stream, Storage::for_overwriting(count.min(BLOCK) * width)?)),
        false => None,
    };
    for (n, block) in bytes.chunks_mut(BLOCK * width).enumerate() {
        for feed in &mut feeds {
            feed.load(block.len() / width, block);
        }
        let failure = match &mut stream {
            None => kernel(&feeds, block),
            Some((stream, room)) => {
                let held = &mut room.bytes_mut()[..block.len()];
                let failure = kernel(&feeds, held);
                stream.copy(held, block);
                failure
            }
        };
        if let Some((position, what)) = failure {
            return Ok(Some((first + n * BLOCK + position, what)));
        }
    }
    Ok(None)
}

/// The index of element number `position`, as scripts print it: `3` or `(1, 2)`.
pub(crate) fn index_text(shape: &[i64], position: usize) -> String {
    let mut rest = position as i64;
    let mut index = vec![0; shape.len()];
    for (slot, &n) in index.iter_mut().zip(shape).rev() {
        *slot = rest % n.max(1);
        rest /= n.max(1);
    }
    match index[..] {
        [i] => i.to_string(),
        _ => shape_text(&index),
    }
}
