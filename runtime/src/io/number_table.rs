//! CSV tables of numbers alone, from text straight into an array, in pieces on all cores.
//!
//! Whatever is not plainly such a table (a quote, a row of another length, a cell that is no number) is
//! declined: the reader for all tables in [`super::csv`] finds out what it is, with line and column.

use super::csv::Options;
use quern_ir::DType;
use quern_vm::Error;
use quern_vm::array::Array;
use quern_vm::interrupt::Stop;
use rayon::prelude::*;

/// Bytes in a piece: some milliseconds of work.
const PIECE: usize = 1 << 18;

/// The float array `[rows, columns]` that the table is, or `None` where that is not plain.
///
/// # Errors
/// `MemoryError` if it has no room, and the interrupt's.
pub fn parse(stop: Stop<'_>, text: &str, options: &Options) -> Result<Option<Array>, Error> {
    if text.contains('"') { Ok(None) } else { parse_pieces(stop, text, options, PIECE) }
}

fn parse_pieces(
    stop: Stop<'_>,
    text: &str,
    options: &Options,
    piece: usize,
) -> Result<Option<Array>, Error> {
    let table = Table { delimiter: options.delimiter.into(), options };
    // A carriage return within a line ends it for the reader of all tables.
    let Some(first) = table.rows(text).next().filter(|line| !line.contains('\r')) else {
        return Ok(None);
    };
    let width = first.split(table.delimiter).count();
    let body = if options.header { after(text, first) } else { text };
    let pieces = pieces(body, piece);
    let rows = pieces
        .par_iter()
        .map(|piece| {
            stop.check()?;
            Ok(table.rows(piece).count())
        })
        .collect::<Result<Vec<usize>, Error>>()?;
    let mut array = Array::zeros(&[rows.iter().sum::<usize>() as i64, width as i64], DType::Float)?;
    let mut rest = array.as_mut_slice::<f64>()?.unwrap_or_default();
    let mut parts = Vec::with_capacity(pieces.len());
    for (piece, rows) in pieces.into_iter().zip(rows) {
        let (own, others) = std::mem::take(&mut rest).split_at_mut(rows * width);
        parts.push((piece, own));
        rest = others;
    }
    let is_plain = parts
        .into_par_iter()
        .map(|(piece, numbers)| {
            stop.check()?;
            Ok::<bool, Error>(table.fill(piece, numbers, width))
        })
        .try_reduce(|| true, |a, b| Ok(a && b))?;
    Ok(is_plain.then_some(array))
}

/// The lines after one of them.
fn after<'a>(text: &'a str, line: &str) -> &'a str {
    let end = line.as_ptr() as usize - text.as_ptr() as usize + line.len();
    text[end..].split_once('\n').map_or("", |(_, rest)| rest)
}

/// The text in pieces of whole lines, each of so many bytes or the rest of a line more.
fn pieces(text: &str, size: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let tail = rest.as_bytes().get(size..).unwrap_or_default();
        let end = tail.iter().position(|&b| b == b'\n').map_or(rest.len(), |n| size + n + 1);
        let (piece, others) = rest.split_at(end);
        pieces.push(piece);
        rest = others;
    }
    pieces
}

struct Table<'a> {
    delimiter: char,
    options: &'a Options,
}

impl Table<'_> {
    /// The lines that are rows.
    fn rows<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let comment = self.options.comment;
        let is_row =
            move |line: &&str| line.as_bytes().first().is_some_and(|&first| Some(first) != comment);
        text.lines().filter(is_row)
    }

    /// Reads the numbers of a piece; whether they were all there.
    fn fill(&self, piece: &str, numbers: &mut [f64], width: usize) -> bool {
        let rows = numbers.chunks_exact_mut(width);
        self.rows(piece).zip(rows).all(|(line, row)| self.fill_row(line, row))
    }

    fn fill_row(&self, line: &str, row: &mut [f64]) -> bool {
        let mut cells = line.split(self.delimiter);
        let filled = row.iter_mut().all(|x| {
            let number = cells.next().and_then(|cell| self.number(cell));
            *x = number.unwrap_or_default();
            number.is_some()
        });
        filled && cells.next().is_none() && !line.contains('\r')
    }

    fn number(&self, cell: &str) -> Option<f64> {
        let cell = cell.trim();
        if cell == self.options.missing { Some(f64::NAN) } else { cell.parse().ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv::{Options, Shape, parse_any};
    use super::*;
    use quern_vm::std::show;

    /// Texts put together from parts that tables are made of, always the same ones.
    fn texts() -> impl Iterator<Item = String> {
        const PARTS: [&str; 16] = [
            "1", "2.5", "-3e2", "nan", "x", "é", ",", ",", ",", "\n", "\n", "\r\n", "\r", " ", "#",
            "NA",
        ];
        let mut state = 1_u64;
        let mut next = move |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % n) as usize
        };
        (0..20_000).map(move |_| {
            let length = next(16);
            (0..length).map(|_| PARTS[next(PARTS.len() as u64)]).collect()
        })
    }

    #[test]
    fn what_is_not_declined_is_what_the_reader_of_all_tables_finds() {
        let mut read = 0;
        for text in texts() {
            for (header, comment, missing) in
                [(true, None, ""), (false, Some(b'#'), "NA"), (false, None, "")]
            {
                let missing = missing.into();
                let options =
                    Options { header, delimiter: b',', comment, missing, shape: Shape::Array };
                let expected = parse_any(Stop::NEVER, "t", &text, &options);
                for piece in [1, 4, PIECE] {
                    let found = parse_pieces(Stop::NEVER, &text, &options, piece);
                    let Some(array) = found.expect("nothing stops it") else {
                        let is_plain = expected.is_ok() && !text.contains('\r');
                        assert!(
                            !is_plain || text.trim().is_empty() || is_empty(&text, comment),
                            "{text:?}"
                        );
                        continue;
                    };
                    let expected = expected.as_ref().map(show::repr).map_err(|e| e.message.clone());
                    assert_eq!(Ok(show::repr(&array.clone().into())), expected, "{text:?}");
                    assert_eq!(array.rank(), 2);
                    read += 1;
                }
            }
        }
        assert!(read > 10_000, "only {read} were read");
    }

    /// Whether a text has no row.
    fn is_empty(text: &str, comment: Option<u8>) -> bool {
        text.lines().all(|line| line.is_empty() || line.as_bytes().first() == comment.as_ref())
    }
}
