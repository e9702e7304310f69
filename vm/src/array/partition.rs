//! How the elements of a pass are cut into blocks.
//!
//! A block lies within one row, or holds several whole ones, so that what is folded of each row depends on
//! the length of the row alone: not on where it lies, and not on how many threads share the work.

use super::blocks::BLOCK;
use crate::interrupt::Stop;

/// Blocks that one thread takes at a time.
pub(crate) const PIECE: usize = Stop::PIECE / BLOCK;

/// Rows of equal length, one after the other, in blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Partition {
    size: usize,
    row: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// So many whole rows in a block.
    Rows(usize),
    /// Parts of a row: elements in each but the last one, and how many parts there are.
    Parts(usize, usize),
}

impl Partition {
    /// `size` elements in no order of rows.
    pub(crate) fn of_elements(size: usize) -> Partition {
        Partition { size, row: size.max(1), kind: Kind::Parts(BLOCK, size.div_ceil(BLOCK)) }
    }

    /// Rows of `row` elements; neither is 0.
    pub(crate) fn of_rows(size: usize, row: usize) -> Partition {
        let kind = if row <= BLOCK {
            Kind::Rows(BLOCK / row)
        } else {
            let part = row.div_ceil(row.div_ceil(BLOCK)).next_multiple_of(64);
            Kind::Parts(part, row.div_ceil(part))
        };
        Partition { size, row, kind }
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn blocks(&self) -> usize {
        match self.kind {
            Kind::Rows(rows) => self.size.div_ceil(rows * self.row),
            Kind::Parts(_, parts) => self.size / self.row * parts,
        }
    }

    /// The first element of a block; after the last block, that after the last element.
    pub(crate) fn start(&self, block: usize) -> usize {
        let start = match self.kind {
            Kind::Rows(rows) => block * rows * self.row,
            Kind::Parts(part, parts) => block / parts * self.row + block % parts * part,
        };
        start.min(self.size)
    }

    /// Elements of a block of which one row, or a part of one, is made.
    pub(crate) fn folded(&self) -> usize {
        match self.kind {
            Kind::Rows(_) => self.row,
            Kind::Parts(part, _) => part,
        }
    }

    /// How many folded parts the blocks before this one have.
    pub(crate) fn folds(&self, block: usize) -> usize {
        match self.kind {
            Kind::Rows(rows) => (block * rows).min(self.size / self.row),
            Kind::Parts(..) => block,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_row_and_cut_all_of_them_alike() {
        for (size, row) in [(1, 1), (10, 10), (3000, 3), (3072, 1024), (4100, 1025), (9999, 9999)] {
            let partition = Partition::of_rows(size, row);
            let blocks = partition.blocks();
            assert_eq!(partition.start(blocks), size);
            assert_eq!(partition.folds(blocks), size / row * row.div_ceil(partition.folded()));
            for block in 0..blocks {
                let (start, end) = (partition.start(block), partition.start(block + 1));
                assert!(start < end && end - start <= BLOCK, "{size} {row} {block}");
                let whole = start % row == 0 && end % row == 0;
                assert!(whole || start / row == (end - 1) / row);
                let folds = partition.folds(block + 1) - partition.folds(block);
                assert_eq!(folds, (end - start).div_ceil(partition.folded()));
            }
        }
    }
}
