//! Arrow IPC files and streams.
//!
//! A file is a stream between two magic words, with an index at its end that nobody needs who reads all of
//! it. So both are read as streams, message by message.

use super::super::sink::{self, Sink};
use super::batch::batch;
use super::column::Columns;
use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::FileWriter;
use arrow_ipc::{Message, root_as_message};
use arrow_schema::ArrowError;
use quern_vm::interrupt::Stop;
use quern_vm::{Error, Value};

/// What a file begins and ends with.
const MAGIC: &[u8] = b"ARROW1";

/// The messages of a file begin at a multiple of this.
const ALIGN: usize = 8;

/// What stands before the length of a message.
const CONTINUATION: u32 = u32::MAX;

/// A compressed byte is never more bytes than this, with LZ4.
const MOST_INFLATED: u64 = 255;

/// Rows that are written between two looks at the interrupt.
const ROWS: usize = Stop::PIECE;

/// Reads a table. `name` is what messages call it.
///
/// # Errors
/// `ValueError` for a broken file or a column that is not read; else as [`Columns`].
pub fn read(stop: Stop<'_>, name: &str, bytes: Vec<u8>) -> Result<Value, Error> {
    let failed = |what: String| {
        Error::value_error(format!("{name}: it cannot be read as an Arrow IPC file: {what}"))
    };
    let stream = stream(&bytes).map_err(failed)?;
    let end = check(&bytes[stream..]).map_err(failed)?;
    let mut rest = arrow_buffer::Buffer::from_vec(bytes).slice_with_length(stream, end);
    let mut decoder = StreamDecoder::new();
    let mut columns: Option<Columns<'_>> = None;
    while !rest.is_empty() {
        stop.check()?;
        let batch = decoder.decode(&mut rest).map_err(|e| failed(e.to_string()))?;
        if let (None, Some(schema)) = (&columns, decoder.schema()) {
            columns = Some(Columns::new(name, &schema)?);
        }
        if let (Some(columns), Some(batch)) = (&mut columns, batch) {
            columns.extend(&batch)?;
        }
    }
    decoder.finish().map_err(|e| failed(e.to_string()))?;
    columns.ok_or_else(|| failed("it has no schema".into()))?.into_value()
}

/// Where the messages begin.
fn stream(bytes: &[u8]) -> Result<usize, String> {
    if !bytes.starts_with(MAGIC) {
        return Ok(0);
    }
    if bytes.len() < ALIGN + MAGIC.len() || !bytes.ends_with(MAGIC) {
        return Err("it is cut off".into());
    }
    // Some writers align the first message to more than they must.
    let padding = bytes[ALIGN..].chunks(ALIGN).take_while(|word| word.iter().all(|&b| b == 0));
    Ok(ALIGN * (1 + padding.count()))
}

/// Where the messages end, each of which is as long as it says, and no longer when inflated than it can be.
fn check(stream: &[u8]) -> Result<usize, String> {
    let cut = || "it is cut off within a message".to_owned();
    let number = |at: usize| stream.get(at..)?.first_chunk().map(|n| u32::from_le_bytes(*n));
    let mut at = 0;
    while let Some(first) = number(at) {
        let (length, start) = match first {
            CONTINUATION => (number(at + 4).ok_or_else(cut)?, at + 8),
            length => (length, at + 4),
        };
        if length == 0 {
            return Ok(start);
        }
        let metadata = stream.get(start..).and_then(|rest| rest.get(..length as usize));
        let message = root_as_message(metadata.ok_or_else(cut)?)
            .map_err(|_| "there is no message where one should be".to_owned())?;
        let start = start + length as usize;
        let body = usize::try_from(message.bodyLength()).ok();
        let body = body.and_then(|length| stream.get(start..)?.get(..length)).ok_or_else(cut)?;
        check_compression(&message, body)?;
        at = start + body.len();
    }
    if at == 0 || at < stream.len() { Err(cut()) } else { Ok(at) }
}

/// Compressed buffers begin with their length when inflated, which the decoder makes room for at once.
fn check_compression(message: &Message<'_>, body: &[u8]) -> Result<(), String> {
    let batch = message
        .header_as_record_batch()
        .or_else(|| message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data()));
    let Some(batch) = batch.filter(|batch| batch.compression().is_some()) else {
        return Ok(());
    };
    for buffer in batch.buffers().iter().flatten().filter(|buffer| buffer.length() != 0) {
        let start = usize::try_from(buffer.offset()).ok();
        let prefix = start.and_then(|start| body.get(start..)?.first_chunk());
        let inflated = prefix.map_or(0, |prefix| i64::from_le_bytes(*prefix));
        let most = buffer.length().unsigned_abs().min(body.len() as u64) * MOST_INFLATED;
        // -1 stands for a buffer that is not compressed.
        if u64::try_from(inflated).is_ok_and(|inflated| inflated > most) {
            return Err(format!("a compressed buffer cannot hold {inflated} bytes"));
        }
    }
    Ok(())
}

/// The file of a table.
///
/// # Errors
/// As [`batch`], and the interrupt's.
pub fn write(stop: Stop<'_>, table: &Value) -> Result<Vec<u8>, Error> {
    const NAME: &str = "io.write_arrow";
    let batch = batch(stop, NAME, table)?;
    let written = write_batch(stop, &batch);
    let sink = written.map_err(|e| match e {
        ArrowError::IoError(_, e) => sink::failure(NAME, e),
        other => Error::value_error(format!("{NAME}: {other}")),
    })?;
    Ok(sink.into_bytes())
}

fn write_batch<'a>(stop: Stop<'a>, batch: &RecordBatch) -> Result<Sink<'a>, ArrowError> {
    let mut writer = FileWriter::try_new(Sink::new(stop), &batch.schema())?;
    for start in (0..batch.num_rows()).step_by(ROWS) {
        writer.write(&batch.slice(start, ROWS.min(batch.num_rows() - start)))?;
    }
    writer.finish()?;
    writer.into_inner()
}

#[cfg(test)]
mod tests {
    use super::super::super::broken::is_survived;
    use super::super::read_ipc;
    use super::*;

    #[test]
    fn broken_files_are_errors() {
        for good in [
            &include_bytes!("../../../tests/formats/plain.arrow")[..],
            include_bytes!("../../../tests/formats/lz4.arrow"),
        ] {
            is_survived(good, |bytes| read_ipc(Stop::NEVER, "t.arrow", bytes));
        }
    }
}
