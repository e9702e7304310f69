//! Parquet files.

use super::super::sink::{self, Sink};
use super::batch::batch;
use super::column::Columns;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use bytes::Bytes;
use quern_vm::interrupt::Stop;
use quern_vm::{Error, Value};
use std::fmt::Display;

/// Rows that are read or written between two looks at the interrupt.
const ROWS: usize = Stop::PIECE;

/// Reads a table. `name` is what messages call it.
///
/// # Errors
/// `ValueError` for a broken file or a column that is not read; else as [`Columns`].
pub fn read(stop: Stop<'_>, name: &str, bytes: Vec<u8>) -> Result<Value, Error> {
    fn failed(name: &str, what: impl Display) -> Error {
        Error::value_error(format!("{name}: it cannot be read as a Parquet file: {what}"))
    }
    // The types of the format itself are all that is needed.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder =
        ParquetRecordBatchReaderBuilder::try_new_with_options(Bytes::from(bytes), options)
            .map_err(|e| failed(name, e))?;
    let mut columns = Columns::new(name, builder.schema())?;
    for batch in builder.with_batch_size(ROWS).build().map_err(|e| failed(name, e))? {
        stop.check()?;
        columns.extend(&batch.map_err(|e| failed(name, e))?)?;
    }
    columns.into_value()
}

/// The file of a table.
///
/// # Errors
/// As [`batch`], and the interrupt's.
pub fn write(stop: Stop<'_>, table: &Value) -> Result<Vec<u8>, Error> {
    const NAME: &str = "io.write_parquet";
    let batch = batch(stop, NAME, table)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let failed = |e: ParquetError| match e {
        ParquetError::External(e) => match e.downcast::<std::io::Error>() {
            Ok(e) => sink::failure(NAME, *e),
            Err(e) => Error::value_error(format!("{NAME}: {e}")),
        },
        other => Error::value_error(format!("{NAME}: {other}")),
    };
    let mut writer =
        ArrowWriter::try_new(Sink::new(stop), batch.schema(), Some(properties)).map_err(failed)?;
    for start in (0..batch.num_rows()).step_by(ROWS) {
        stop.check()?;
        let rows = batch.slice(start, ROWS.min(batch.num_rows() - start));
        writer.write(&rows).map_err(failed)?;
    }
    Ok(writer.into_inner().map_err(failed)?.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::super::broken::is_survived;
    use super::super::read_parquet;
    use super::*;

    #[test]
    fn broken_files_are_errors() {
        for good in [
            &include_bytes!("../../../tests/formats/none.parquet")[..],
            include_bytes!("../../../tests/formats/snappy.parquet"),
            include_bytes!("../../../tests/formats/lz4.parquet"),
        ] {
            is_survived(good, |bytes| read_parquet(Stop::NEVER, "t.parquet", bytes));
        }
    }
}
