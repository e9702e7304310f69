//! CSV to records, arrays and rows, and back.
//!
//! Reading is strict: a row with too few or too many cells, an open quote or a cell that is no number
//! where numbers were asked for is an error that names the line and the column.

use super::fields::distinct;
use super::number_table;
use super::sink::{self, Sink};
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use quern_vm::array::Array;
use quern_vm::interrupt::Stop;
use quern_vm::list::List;
use quern_vm::record::Record;
use quern_vm::{Error, Value};
use std::sync::Arc;

/// How to read a table.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the first row names the columns; without it they are `c0`, `c1`, ...
    pub header: bool,
    pub delimiter: u8,
    /// Lines that start with this byte are left out.
    pub comment: Option<u8>,
    /// The text of a missing cell.
    pub missing: String,
    pub shape: Shape,
}

/// What a table becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A record with an array for each column of numbers or bools, a list for each other one.
    Columns,
    /// A list with a record for each row.
    Rows,
    /// A two-dimensional float array; a missing cell is `nan`.
    Array,
}

impl Shape {
    pub fn from_name(name: &str) -> Option<Shape> {
        match name {
            "columns" => Some(Shape::Columns),
            "rows" => Some(Shape::Rows),
            "array" => Some(Shape::Array),
            _ => None,
        }
    }
}

/// Reads a table. `name` is what messages call it.
///
/// # Errors
/// `ValueError` for a broken table, with line and column.
pub fn parse(stop: Stop<'_>, name: &str, text: &str, options: &Options) -> Result<Value, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if options.shape == Shape::Array
        && let Some(array) = number_table::parse(stop, text, options)?
    {
        return Ok(array.into());
    }
    parse_any(stop, name, text, options)
}

/// Reads a table of whatever cells.
pub(super) fn parse_any(
    stop: Stop<'_>,
    name: &str,
    text: &str,
    options: &Options,
) -> Result<Value, Error> {
    let text = without_last_comment(text, options);
    check_quotes(stop, name, text, options)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .delimiter(options.delimiter)
        .comment(options.comment)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        stop.check()?;
        rows.push(row.map_err(|e| row_error(name, &e))?);
    }
    let names = column_names(&mut rows, options);
    match options.shape {
        Shape::Columns => columns(stop, &names, &rows, options),
        Shape::Rows => records(stop, &names, &rows, options),
        Shape::Array => matrix(stop, name, &names, &rows, options),
    }
}

/// The text without a comment at its very end, which the crate takes for an empty row if no line end follows.
fn without_last_comment<'a>(text: &'a str, options: &Options) -> &'a str {
    let start = text.rfind('\n').map_or(0, |end| end + 1);
    let last = &text.as_bytes()[start..];
    // With a quote it may be the end of a cell of several lines.
    let is_comment = options.comment.is_some() && last.first() == options.comment.as_ref();
    if is_comment && !last.contains(&b'"') { &text[..start] } else { text }
}

fn broken(name: &str, line: u64, column: usize, what: String) -> Error {
    Error::value_error(format!("{name}: line {line}, column {column}: {what}"))
}

fn row_error(name: &str, error: &csv::Error) -> Error {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            let column = (*len).min(*expected_len as usize as u64) as usize + 1;
            broken(
                name,
                line,
                column,
                format!(
                    "the row has {len} cell{}, the first one {expected_len}",
                    if *len == 1 { "" } else { "s" }
                ),
            )
        }
        _ => Error::value_error(format!("{name}: {error}")),
    }
}

/// Finds a quoted cell that is never closed, or text after a closing quote.
fn check_quotes(stop: Stop<'_>, name: &str, text: &str, options: &Options) -> Result<(), Error> {
    if !text.contains('"') {
        return Ok(());
    }
    let delimiter = char::from(options.delimiter);
    let (mut line, mut cell, mut at_cell_start) = (1, 1, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if at_cell_start => {
                let (start_line, start_cell) = (line, cell);
                loop {
                    match chars.next() {
                        Some('"') if chars.peek() == Some(&'"') => drop(chars.next()),
                        Some('"') => break,
                        Some('\n') => line += 1,
                        Some(_) => {}
                        None => {
                            let what = "the quote that opens here is never closed".into();
                            return Err(broken(name, start_line, start_cell, what));
                        }
                    }
                }
                let ends = |c: &char| *c == delimiter || *c == '\n' || *c == '\r';
                if chars.peek().is_some_and(|c| !ends(c)) {
                    return Err(broken(
                        name,
                        line,
                        cell,
                        "there is text after the closing quote".into(),
                    ));
                }
                at_cell_start = false;
            }
            '\n' => {
                stop.check()?;
                (line, cell, at_cell_start) = (line + 1, 1, true);
            }
            c if c == delimiter => (cell, at_cell_start) = (cell + 1, true),
            _ => at_cell_start = false,
        }
    }
    Ok(())
}

/// Takes the header off the rows, or makes names up. A name that stands twice gets a number.
fn column_names(rows: &mut Vec<StringRecord>, options: &Options) -> Vec<Arc<str>> {
    let width = rows.first().map_or(0, StringRecord::len);
    let mut names: Vec<Arc<str>> = if options.header && !rows.is_empty() {
        rows.remove(0).iter().map(|name| name.trim().into()).collect()
    } else {
        (0..width).map(|i| format!("c{i}").into()).collect()
    };
    distinct(&mut names);
    names
}

/// What the cells of one column have in common.
enum Column {
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
    Text(Vec<Value>),
}

impl Column {
    fn parse<'a>(
        stop: Stop<'_>,
        cells: impl Iterator<Item = &'a str> + Clone,
        missing: &str,
    ) -> Result<Column, Error> {
        let is_missing = |cell: &str| cell.trim() == missing;
        let mut all_missing = true;
        let mut has_missing = false;
        for cell in cells.clone() {
            stop.check()?;
            let found = is_missing(cell);
            (all_missing, has_missing) = (all_missing && found, has_missing || found);
        }
        if !has_missing {
            if let Some(ints) = all(stop, cells.clone(), |c| c.trim().parse().ok())? {
                return Ok(Column::Int(ints));
            }
            if let Some(bools) = all(stop, cells.clone(), parse_bool)? {
                return Ok(Column::Bool(bools));
            }
        }
        let number = |c: &str| if is_missing(c) { Some(f64::NAN) } else { parse_number(c) };
        match all(stop, cells.clone(), number)? {
            Some(floats) if !all_missing => Ok(Column::Float(floats)),
            // Text keeps its blanks, also where there is nothing else.
            _ => {
                let text = |c: &str| Some(if c == missing { Value::None } else { c.into() });
                Ok(Column::Text(all(stop, cells, text)?.unwrap_or_default()))
            }
        }
    }

    fn into_value(self) -> Result<Value, Error> {
        Ok(match self {
            Column::Int(v) => Array::from_vec(v)?.into(),
            Column::Float(v) => Array::from_vec(v)?.into(),
            Column::Bool(v) => Array::from_bools(&v)?.into(),
            Column::Text(v) => Value::List(Arc::new(List::from_values(v))),
        })
    }

    fn into_values(self) -> Vec<Value> {
        match self {
            Column::Int(v) => v.into_iter().map(Value::Int).collect(),
            Column::Float(v) => v.into_iter().map(Value::Float).collect(),
            Column::Bool(v) => v.into_iter().map(Value::Bool).collect(),
            Column::Text(v) => v,
        }
    }
}

/// What the cells are; `None` if one is nothing of the kind.
fn all<'a, T>(
    stop: Stop<'_>,
    cells: impl Iterator<Item = &'a str>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Error> {
    let mut values = Vec::new();
    for cell in cells {
        stop.check()?;
        match read(cell) {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(values))
}

fn parse_bool(cell: &str) -> Option<bool> {
    match cell.trim() {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A number as data files write it. Words such as `nan` and `inf` count, `1_000` does not.
fn parse_number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok()
}

fn parse_columns(
    stop: Stop<'_>,
    names: &[Arc<str>],
    rows: &[StringRecord],
    options: &Options,
) -> Result<Vec<Column>, Error> {
    let cells = |i: usize| rows.iter().map(move |row| row.get(i).unwrap_or(""));
    (0..names.len()).map(|i| Column::parse(stop, cells(i), &options.missing)).collect()
}

fn columns(
    stop: Stop<'_>,
    names: &[Arc<str>],
    rows: &[StringRecord],
    options: &Options,
) -> Result<Value, Error> {
    let columns = parse_columns(stop, names, rows, options)?.into_iter().map(Column::into_value);
    let fields = names.iter().zip(columns).map(|(name, column)| Ok((name.clone(), column?)));
    Ok(Value::record(fields.collect::<Result<Record, Error>>()?))
}

fn records(
    stop: Stop<'_>,
    names: &[Arc<str>],
    rows: &[StringRecord],
    options: &Options,
) -> Result<Value, Error> {
    let columns = parse_columns(stop, names, rows, options)?;
    let mut columns: Vec<_> = columns.into_iter().map(|c| c.into_values().into_iter()).collect();
    let empty: Record = names.iter().map(|name| (name.clone(), Value::None)).collect();
    let row = |_| {
        stop.check()?;
        let mut record = empty.clone();
        let cells = columns.iter_mut().map(|column| column.next().unwrap_or_default());
        record.extend(names.iter().cloned().zip(cells));
        Ok(Value::record(record))
    };
    Ok(Value::list(rows.iter().map(row).collect::<Result<_, Error>>()?))
}

fn matrix(
    stop: Stop<'_>,
    name: &str,
    names: &[Arc<str>],
    rows: &[StringRecord],
    options: &Options,
) -> Result<Value, Error> {
    let mut values = Vec::with_capacity(rows.len() * names.len());
    for row in rows {
        stop.check()?;
        for (i, cell) in row.iter().enumerate() {
            if cell.trim() == options.missing {
                values.push(f64::NAN);
                continue;
            }
            match parse_number(cell) {
                Some(x) => values.push(x),
                None => {
                    let line = row.position().map_or(0, csv::Position::line);
                    return Err(broken(name, line, i + 1, format!("{cell:?} is no number")));
                }
            }
        }
    }
    let shape = [rows.len() as i64, names.len() as i64];
    Ok(Array::from_slice(&values, &shape)?.into())
}

/// Writes a record of columns, a list of records, or an array of one or two dimensions.
///
/// # Errors
/// `TypeError` for anything else, `ShapeError` for columns of different length, `MemoryError` if the text
/// has no room.
pub fn write(stop: Stop<'_>, table: &Value, delimiter: u8, header: bool) -> Result<Vec<u8>, Error> {
    let mut writer =
        WriterBuilder::new().delimiter(delimiter).flexible(false).from_writer(Sink::new(stop));
    match table {
        Value::Record(record) => write_columns(&mut writer, record, header)?,
        Value::List(rows) => write_rows(&mut writer, rows, header)?,
        Value::Array(a) if a.rank() == 1 || a.rank() == 2 => {
            let width = a.shape().get(1).map_or(1, |&n| n as usize).max(1);
            for (i, x) in a.scalars().enumerate() {
                put_cell(&mut writer, &cell(&x.into()))?;
                if (i + 1) % width == 0 {
                    end_row(&mut writer)?;
                }
            }
        }
        other => {
            return Err(Error::type_error(format!(
                "io.write_csv: expected a record of columns, a list of records or an array, not {}",
                other.type_name()
            )));
        }
    }
    match writer.into_inner() {
        Ok(sink) => Ok(sink.into_bytes()),
        Err(e) => Err(unwritten(e.into_error().into())),
    }
}

type Writer<'a> = csv::Writer<Sink<'a>>;

/// The error of what could not be written.
fn unwritten(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(e) => sink::failure("io.write_csv", e),
        other => Error::value_error(format!("io.write_csv: {other:?}")),
    }
}

fn put_cell(writer: &mut Writer<'_>, text: &str) -> Result<(), Error> {
    writer.write_field(text).map_err(unwritten)
}

fn end_row(writer: &mut Writer<'_>) -> Result<(), Error> {
    writer.write_record(None::<&[u8]>).map_err(unwritten)
}

fn put_names(writer: &mut Writer<'_>, names: &[Arc<str>]) -> Result<(), Error> {
    names.iter().try_for_each(|name| put_cell(writer, name))?;
    end_row(writer)
}

fn write_columns(writer: &mut Writer<'_>, record: &Record, header: bool) -> Result<(), Error> {
    let lengths: Vec<usize> = record.fields().iter().map(length).collect::<Result<_, _>>()?;
    let n = lengths.first().copied().unwrap_or(0);
    let names = record.shape().names();
    if let Some(i) = lengths.iter().position(|&length| length != n) {
        let (name, found) = (&names[i], lengths[i]);
        return Err(Error::new(
            quern_ir::ErrorKind::ShapeError,
            format!("io.write_csv: column {name} has {found} items, the first one {n}"),
        ));
    }
    if header {
        put_names(writer, names)?;
    }
    for i in 0..n {
        for column in record.fields() {
            put_cell(writer, &cell(&item(column, i)))?;
        }
        end_row(writer)?;
    }
    Ok(())
}

/// The number of items of a column.
fn length(column: &Value) -> Result<usize, Error> {
    match column {
        Value::List(l) => Ok(l.len()),
        Value::Array(a) if a.rank() == 1 => Ok(a.len()),
        other => Err(Error::type_error(format!(
            "io.write_csv: a column must be a list or a one-dimensional array, not {}",
            other.type_name()
        ))),
    }
}

/// An item of a column.
fn item(column: &Value, i: usize) -> Value {
    match column {
        Value::List(l) => l.get(i),
        Value::Array(a) => a.scalar_at(i).map(Value::from),
        _ => None,
    }
    .unwrap_or_default()
}

fn write_rows(writer: &mut Writer<'_>, rows: &List, header: bool) -> Result<(), Error> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let Value::Record(row) = &row else {
            return Err(Error::type_error(format!(
                "io.write_csv: row {i} must be a record, not {}",
                row.type_name()
            )));
        };
        if i == 0 {
            names = row.shape().names().to_vec();
            if header {
                put_names(writer, &names)?;
            }
        }
        for cell in row_cells(row, &names, i)? {
            put_cell(writer, &cell)?;
        }
        end_row(writer)?;
    }
    Ok(())
}

/// The cells of a row in the order of the names, which must be those of its fields.
fn row_cells(row: &Record, names: &[Arc<str>], i: usize) -> Result<Vec<String>, Error> {
    let own = row.shape().names();
    if own.len() > names.len()
        && let Some(extra) = own.iter().find(|name| !names.contains(name))
    {
        return Err(Error::key_error(format!(
            "io.write_csv: row {i} has a field {extra}, which the first row has not"
        )));
    }
    let found = |name: &Arc<str>| match row.get(name) {
        Some(value) => Ok(cell(value)),
        None => Err(Error::key_error(format!(
            "io.write_csv: row {i} has no field {name}, which the first row has"
        ))),
    };
    names.iter().map(found).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::None => String::new(),
        other => quern_vm::std::show::display(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(shape: Shape) -> Options {
        Options { header: true, delimiter: b',', comment: None, missing: String::new(), shape }
    }

    fn read(text: &str, shape: Shape) -> String {
        match parse(Stop::NEVER, "t.csv", text, &options(shape)) {
            Ok(value) => quern_vm::std::show::repr(&value),
            Err(e) => e.message.clone(),
        }
    }

    #[test]
    fn columns_take_the_type_of_their_cells() {
        let text = "n,x,name,ok\n1,1.5,\"a, b\",true\n2,,\"say \"\"hi\"\"\",false\n";
        assert_eq!(
            read(text, Shape::Columns),
            "{n: [1 2], x: [1.5 nan], name: [\"a, b\", \"say \\\"hi\\\"\"], ok: [ True False]}"
                .replace(" True", " true")
                .replace("False", "false")
        );
        assert_eq!(read("a,b\n1,2\n3,4\n", Shape::Rows), "[{a: 1, b: 2}, {a: 3, b: 4}]");
    }

    #[test]
    fn a_broken_table_is_an_error_with_its_place() {
        assert_eq!(
            read("a,b\n1,2\n3\n", Shape::Columns),
            "t.csv: line 3, column 2: the row has 1 cell, the first one 2"
        );
        assert_eq!(
            read("a,b\n1,\"x\n2,3\n", Shape::Columns),
            "t.csv: line 2, column 2: the quote that opens here is never closed"
        );
        assert_eq!(read("a,b\n1,x\n", Shape::Array), "t.csv: line 2, column 2: \"x\" is no number");
    }

    #[test]
    fn what_is_written_reads_back() {
        let text = "n,name\n1,\"a,b\"\n2,c\n";
        let table = parse(Stop::NEVER, "t", text, &options(Shape::Columns)).unwrap_or_default();
        assert_eq!(write(Stop::NEVER, &table, b',', true).ok().as_deref(), Some(text.as_bytes()));
    }
}
