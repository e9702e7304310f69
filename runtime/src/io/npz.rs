//! Several arrays in one file: NumPy's `.npz`, a ZIP archive of `.npy` files.

use super::sink::{self, Sink};
use super::{fields, npy};
use quern_vm::interrupt::Stop;
use quern_vm::range::reserve;
use quern_vm::record::Record;
use quern_vm::std::describe;
use quern_vm::{Error, Value};
use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What an array is called in the archive, after its own name.
const SUFFIX: &str = ".npy";

/// Bytes unpacked or packed between two looks at the interrupt.
const PIECE: usize = 1 << 20;

/// A byte of a deflated file is never more bytes than this.
const MOST_INFLATED: u64 = 1032;

/// Reads the arrays of an archive. `name` is what messages call it.
///
/// # Errors
/// `ValueError` for a broken archive or what is no array in it; else as [`npy::parse`].
pub fn parse(stop: Stop<'_>, name: &str, bytes: &[u8]) -> Result<Value, Error> {
    let broken = |e: ZipError| Error::value_error(format!("{name}: it is no .npz file: {e}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut arrays: Vec<(Arc<str>, Value)> = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let file = entry.name().map_err(broken)?.into_owned();
        let Some(array) = file.strip_suffix(SUFFIX).map(Arc::<str>::from) else {
            let what = format!("{name}: an .npz file holds only .npy files, but {file:?} is none");
            return Err(Error::value_error(what));
        };
        let title = format!("{name}: {array}");
        let likely = entry.size().min((bytes.len() as u64).saturating_mul(MOST_INFLATED));
        let unpacked = unpack(stop, &title, &mut entry, likely)?;
        arrays.push((array, npy::parse(stop, &title, &unpacked)?.into()));
    }
    Ok(Value::record(arrays.into_iter().collect::<Record>()))
}

/// All bytes of a file in the archive, of which there are likely so many.
fn unpack(
    stop: Stop<'_>,
    title: &str,
    entry: &mut impl Read,
    likely: u64,
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    reserve(&mut bytes, likely)?;
    loop {
        stop.check()?;
        let more = PIECE.min(bytes.len().max(64));
        reserve(&mut bytes, more)?;
        match entry.by_ref().take(PIECE as u64).read_to_end(&mut bytes) {
            Ok(0) => return Ok(bytes),
            Ok(_) => {}
            Err(e) => return Err(Error::value_error(format!("{title}: it is broken: {e}"))),
        }
    }
}

/// The archive of the arrays of a record or dict.
///
/// # Errors
/// `TypeError` for other values, `MemoryError` if there is no room, and the interrupt's.
pub fn write(stop: Stop<'_>, arrays: &Value, compress: bool) -> Result<Vec<u8>, Error> {
    let mut archive = ZipWriter::new_stream(Sink::new(stop));
    let method = if compress { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    for (name, value) in fields::named("io.write_npz: arrays", arrays)? {
        let array = npy::array_of(value).ok_or_else(|| {
            Error::type_error(format!(
                "io.write_npz: {name} must be an array or a number, not {}",
                describe(value)
            ))
        })??;
        let array = array.contiguous(stop)?;
        let (header, elements) = (npy::header(&array)?, array.bytes().unwrap_or_default());
        let is_large = header.len() + elements.len() >= u32::MAX as usize;
        let options = SimpleFileOptions::default().compression_method(method).large_file(is_large);
        archive.start_file(format!("{name}{SUFFIX}"), options).map_err(unwritten)?;
        let pieces = elements.chunks(PIECE);
        for piece in std::iter::once(&header[..]).chain(pieces) {
            stop.check()?;
            archive.write_all(piece).map_err(|e| unwritten(e.into()))?;
        }
    }
    Ok(archive.finish().map_err(unwritten)?.into_inner().into_bytes())
}

/// The error of what could not be written.
fn unwritten(error: ZipError) -> Error {
    match error {
        ZipError::Io(e) => sink::failure("io.write_npz", e),
        other => Error::value_error(format!("io.write_npz: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::broken::is_survived;
    use super::*;

    #[test]
    fn broken_archives_are_errors() {
        for good in [
            &include_bytes!("../../tests/formats/arrays.npz")[..],
            include_bytes!("../../tests/formats/compressed.npz"),
        ] {
            is_survived(good, |bytes| parse(Stop::NEVER, "z.npz", &bytes));
        }
    }
}
