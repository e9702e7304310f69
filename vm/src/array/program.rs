//! Kernel programs: several operations in one pass over memory.
//!
//! A step is one kernel on blocks that stay in the first-level cache. Results that somebody wants are
//! written to their arrays in the same pass, and what is folded of the rows is folded in it too.

use super::Array;
use super::blocks::{BLOCK, Feed, Input};
use super::cast::CastKernel;
use super::error::Result;
use super::kernels::{BinaryKernel, TernaryKernel, UnaryKernel};
use super::partition::{PIECE, Partition};
use super::storage::Storage;
use super::stream::{self, Stream};
use crate::interrupt::Stop;
use rayon::prelude::*;
use smallvec::SmallVec;

/// A block that steps read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Input(usize),
    Room(usize),
    Output(usize),
}

/// What a step does.
#[derive(Clone, Copy)]
pub(crate) enum Kernel {
    Cast(CastKernel),
    Unary(UnaryKernel),
    Binary(BinaryKernel),
    Ternary(TernaryKernel),
}

/// One operation of a program.
pub(crate) struct Step {
    pub(crate) kernel: Kernel,
    /// As many as the kernel takes.
    pub(crate) args: [Place; 3],
    pub(crate) to: Place,
}

/// The operations of a pass, and the bytes that an element takes in each room for what lies between them.
#[derive(Default)]
pub(crate) struct Program {
    pub(crate) steps: Vec<Step>,
    pub(crate) rooms: Vec<usize>,
}

/// Makes one value of each row of a block, or of the part of a row that it is.
pub(crate) type FoldParts<'a, P> = &'a (dyn Fn(&[u8], &mut [P]) + Sync);

/// What is folded: the elements at a place.
pub(crate) struct Fold<'a, P> {
    pub(crate) of: Place,
    pub(crate) parts: FoldParts<'a, P>,
    /// A slot for each part.
    pub(crate) out: &'a mut [P],
}

/// The part of a pass that one thread does.
struct Piece<'a, P> {
    blocks: std::ops::Range<usize>,
    outs: SmallVec<[&'a mut [u8]; 2]>,
    folded: &'a mut [P],
    /// Whether the outputs are larger than the caches.
    is_streamed: bool,
}

/// Runs a program over all elements; the outputs are contiguous and of the size of the partition. Whether every
/// element has a result; else nothing of the outputs counts.
///
/// # Errors
/// What `stop` says in front of a piece; `MemoryError` without room for a block.
pub(crate) fn run<P: Send>(
    stop: Stop<'_>,
    program: &Program,
    inputs: &[Input<'_>],
    outs: &mut [Array],
    partition: &Partition,
    fold: Option<Fold<'_, P>>,
) -> Result<bool> {
    let blocks = partition.blocks();
    let (fold, mut rest_folded): (_, &mut [P]) = match fold {
        Some(Fold { of, parts, out }) => (Some((of, parts)), out),
        None => (None, &mut []),
    };
    let widths: SmallVec<[usize; 2]> = outs.iter().map(|out| out.dtype().size()).collect();
    let is_streamed = widths.iter().sum::<usize>() * partition.size() >= stream::LARGE;
    let mut rest: SmallVec<[&mut [u8]; 2]> = SmallVec::new();
    for (out, width) in outs.iter_mut().zip(&widths) {
        let start = out.offset() * width;
        rest.push(&mut out.storage_mut()?.bytes_mut()[start..start + partition.size() * width]);
    }
    let pieces = (0..blocks).step_by(PIECE).map(|first| {
        let last = (first + PIECE).min(blocks);
        let count = partition.start(last) - partition.start(first);
        let outs = rest.iter_mut().zip(&widths).map(|(rest, width)| {
            let (piece, after) = std::mem::take(rest).split_at_mut(count * width);
            *rest = after;
            piece
        });
        let outs = outs.collect();
        let folds = fold.map_or(0, |_| partition.folds(last) - partition.folds(first));
        let (piece, after) = std::mem::take(&mut rest_folded).split_at_mut(folds);
        rest_folded = after;
        Piece { blocks: first..last, outs, folded: piece, is_streamed }
    });
    let run =
        |piece: Piece<'_, P>| run_piece(stop, program, inputs, &widths, piece, partition, fold);
    let is_whole = if blocks <= PIECE {
        pieces.map(run).try_fold(true, |all, one| Ok(all & one?))?
    } else {
        let pieces: Vec<Piece<'_, P>> = pieces.collect();
        pieces.into_par_iter().map(run).try_reduce(|| true, |a, b| Ok(a & b))?
    };
    Ok(is_whole)
}

/// Runs a program over a piece; whether every element has a result.
fn run_piece<P>(
    stop: Stop<'_>,
    program: &Program,
    inputs: &[Input<'_>],
    widths: &[usize],
    piece: Piece<'_, P>,
    partition: &Partition,
    fold: Option<(Place, FoldParts<'_, P>)>,
) -> Result<bool> {
    stop.check()?;
    let first = partition.start(piece.blocks.start);
    let count = partition.start(piece.blocks.end) - first;
    let feeds = inputs.iter().map(|input| input.feed(first, count)).collect::<Result<_>>()?;
    let stream = piece.is_streamed.then_some(Stream);
    let held: &[usize] = if stream.is_some() { widths } else { &[] };
    let room_widths: SmallVec<[usize; 6]> = program.rooms.iter().chain(held).copied().collect();
    let rooms = room_widths.iter().map(|width| Storage::for_overwriting(count.min(BLOCK) * width));
    let rooms = rooms.collect::<Result<_>>()?;
    let first_held = stream.as_ref().map(|_| program.rooms.len());
    let mut work =
        Work { feeds, rooms, widths: room_widths, first_held, outs: SmallVec::new(), count: 0 };
    let mut outs = piece.outs;
    let mut folded = piece.folded;
    for block in piece.blocks {
        let count = partition.start(block + 1) - partition.start(block);
        for (out, width) in outs.iter_mut().zip(widths) {
            let (now, after) = std::mem::take(out).split_at_mut(count * width);
            *out = after;
            work.outs.push(now);
        }
        work.load(count);
        if !program.steps.iter().all(|step| work.step(step)) {
            return Ok(false);
        }
        if let Some((of, parts)) = fold {
            let now = folded.split_off_mut(..count.div_ceil(partition.folded()));
            parts(work.block(of), now.unwrap_or(&mut []));
        }
        if let Some(stream) = &stream {
            work.write_held(stream);
        }
        work.outs.clear();
    }
    Ok(true)
}

/// The blocks that are at hand.
struct Work<'a, 'o> {
    feeds: SmallVec<[Feed<'a>; 4]>,
    rooms: SmallVec<[Storage; 4]>,
    /// Bytes of an element in each room.
    widths: SmallVec<[usize; 6]>,
    /// The first of the rooms that hold the blocks of the outputs until they are written past the caches.
    first_held: Option<usize>,
    outs: SmallVec<[&'o mut [u8]; 2]>,
    /// Elements in each block.
    count: usize,
}

impl Work<'_, '_> {
    /// Makes the next `count` elements of the inputs the current ones.
    fn load(&mut self, count: usize) {
        self.count = count;
        for feed in &mut self.feeds {
            feed.load(count, &[]);
        }
    }

    /// Where the block of a place is.
    fn held(&self, place: Place) -> Place {
        match (place, self.first_held) {
            (Place::Output(n), Some(first)) => Place::Room(first + n),
            _ => place,
        }
    }

    /// Writes the blocks of the outputs that are held.
    fn write_held(&mut self, stream: &Stream) {
        let Some(first) = self.first_held else { return };
        for (room, out) in self.rooms[first..].iter().zip(&mut self.outs) {
            stream.copy(&room.bytes()[..out.len()], out);
        }
    }

    fn block(&self, place: Place) -> &[u8] {
        match self.held(place) {
            Place::Input(n) => self.feeds[n].block(),
            Place::Room(n) => &self.rooms[n].bytes()[..self.count * self.widths[n]],
            Place::Output(n) => self.outs[n],
        }
    }

    /// The block for a kernel of pairs.
    fn operand(&self, place: Place) -> &[u8] {
        match place {
            Place::Input(n) => self.feeds[n].operand(),
            _ => self.block(place),
        }
    }

    /// Does one step; whether every element has a result.
    fn step(&mut self, step: &Step) -> bool {
        match self.held(step.to) {
            Place::Output(n) => {
                let out = std::mem::take(&mut self.outs[n]);
                let is_done = self.apply(step, out);
                self.outs[n] = out;
                is_done
            }
            Place::Room(n) => {
                let mut room = std::mem::take(&mut self.rooms[n]);
                let bytes = self.count * self.widths[n];
                let is_done = self.apply(step, &mut room.bytes_mut()[..bytes]);
                self.rooms[n] = room;
                is_done
            }
            Place::Input(_) => false,
        }
    }

    fn apply(&self, step: &Step, out: &mut [u8]) -> bool {
        let [a, b, c] = step.args;
        match step.kernel {
            Kernel::Cast(kernel) => kernel(self.block(a), out).is_none(),
            Kernel::Unary(kernel) => kernel(self.block(a), out).is_none(),
            Kernel::Binary(kernel) => kernel(self.operand(a), self.operand(b), out).is_none(),
            Kernel::Ternary(kernel) => {
                kernel(self.block(a), self.block(b), self.block(c), out);
                true
            }
        }
    }
}
