//! CSV to records, arrays and rows, and back.
//!
//! Reading is strict: a row with too few or too many cells, an open quote or a cell that is no number
//! where numbers were asked for is an error that names the line and the column.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use quern_vm::array::{Array, Scalar};
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
pub fn parse(name: &str, text: &str, options: &Options) -> Result<Value, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_quotes(name, text, options)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .delimiter(options.delimiter)
        .comment(options.comment)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        rows.push(row.map_err(|e| row_error(name, &e))?);
    }
    let names = column_names(&mut rows, options);
    match options.shape {
        Shape::Columns => columns(&names, &rows, options),
        Shape::Rows => records(&names, &rows, options),
        Shape::Array => matrix(name, &names, &rows, options),
    }
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
fn check_quotes(name: &str, text: &str, options: &Options) -> Result<(), Error> {
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
            '\n' => (line, cell, at_cell_start) = (line + 1, 1, true),
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
    for i in 1..names.len() {
        let mut n = 2;
        while names[..i].contains(&names[i]) {
            names[i] = format!("{}_{n}", names[i]).into();
            n += 1;
        }
    }
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
    fn parse<'a>(cells: impl Iterator<Item = &'a str> + Clone, missing: &str) -> Column {
        let is_missing = |cell: &str| cell.trim() == missing;
        let has_missing = cells.clone().any(is_missing);
        if !has_missing {
            if let Some(ints) = cells.clone().map(|c| c.trim().parse().ok()).collect() {
                return Column::Int(ints);
            }
            if let Some(bools) = cells.clone().map(parse_bool).collect() {
                return Column::Bool(bools);
            }
        }
        let number = |c: &str| if is_missing(c) { Some(f64::NAN) } else { parse_number(c) };
        match cells.clone().map(number).collect() {
            Some(floats) if !cells.clone().all(is_missing) => Column::Float(floats),
            // Text keeps its blanks, also where there is nothing else.
            _ => {
                let text = |c: &str| if c == missing { Value::None } else { c.into() };
                Column::Text(cells.map(text).collect())
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

fn parse_columns(names: &[Arc<str>], rows: &[StringRecord], options: &Options) -> Vec<Column> {
    let cells = |i: usize| rows.iter().map(move |row| row.get(i).unwrap_or(""));
    (0..names.len()).map(|i| Column::parse(cells(i), &options.missing)).collect()
}

fn columns(names: &[Arc<str>], rows: &[StringRecord], options: &Options) -> Result<Value, Error> {
    let columns = parse_columns(names, rows, options).into_iter().map(Column::into_value);
    let fields = names.iter().zip(columns).map(|(name, column)| Ok((name.clone(), column?)));
    Ok(Value::record(fields.collect::<Result<Record, Error>>()?))
}

fn records(names: &[Arc<str>], rows: &[StringRecord], options: &Options) -> Result<Value, Error> {
    let columns = parse_columns(names, rows, options);
    let mut columns: Vec<_> = columns.into_iter().map(|c| c.into_values().into_iter()).collect();
    let empty: Record = names.iter().map(|name| (name.clone(), Value::None)).collect();
    let row = |_| {
        let mut record = empty.clone();
        let cells = columns.iter_mut().map(|column| column.next().unwrap_or_default());
        record.extend(names.iter().cloned().zip(cells));
        Value::record(record)
    };
    Ok(Value::list(rows.iter().map(row).collect()))
}

fn matrix(
    name: &str,
    names: &[Arc<str>],
    rows: &[StringRecord],
    options: &Options,
) -> Result<Value, Error> {
    let mut values = Vec::with_capacity(rows.len() * names.len());
    for row in rows {
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
/// `TypeError` for anything else, `ShapeError` for columns of different length.
pub fn write(table: &Value, delimiter: u8, header: bool) -> Result<String, Error> {
    let mut writer =
        WriterBuilder::new().delimiter(delimiter).flexible(false).from_writer(Vec::new());
    let mut put = |cells: Vec<String>| {
        writer.write_record(&cells).map_err(|e| Error::value_error(format!("io.write_csv: {e}")))
    };
    match table {
        Value::Record(record) => {
            let columns: Vec<Vec<Value>> =
                record.fields().iter().map(items).collect::<Result<_, _>>()?;
            let n = columns.first().map_or(0, Vec::len);
            if let Some(i) = columns.iter().position(|c| c.len() != n) {
                let (name, found) = (&record.shape().names()[i], columns[i].len());
                return Err(Error::new(
                    quern_ir::ErrorKind::ShapeError,
                    format!("io.write_csv: column {name} has {found} items, the first one {n}"),
                ));
            }
            if header {
                put(record.shape().names().iter().map(|n| n.to_string()).collect())?;
            }
            for i in 0..n {
                put(columns.iter().map(|c| cell(&c[i])).collect())?;
            }
        }
        Value::List(rows) => {
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
                        put(names.iter().map(|n| n.to_string()).collect())?;
                    }
                }
                put(row_cells(row, &names, i)?)?;
            }
        }
        Value::Array(a) if a.rank() == 1 || a.rank() == 2 => {
            let width = a.shape().get(1).map_or(1, |&n| n as usize);
            let cells: Vec<String> = a.scalars().map(|x: Scalar| cell(&x.into())).collect();
            for row in cells.chunks(width.max(1)) {
                put(row.to_vec())?;
            }
        }
        other => {
            return Err(Error::type_error(format!(
                "io.write_csv: expected a record of columns, a list of records or an array, not {}",
                other.type_name()
            )));
        }
    }
    let bytes = writer.into_inner().map_err(|e| Error::value_error(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| Error::value_error(e.to_string()))
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

fn items(column: &Value) -> Result<Vec<Value>, Error> {
    match column {
        Value::List(l) => Ok(l.to_vec()),
        Value::Array(a) if a.rank() == 1 => Ok(a.scalars().map(Value::from).collect()),
        other => Err(Error::type_error(format!(
            "io.write_csv: a column must be a list or a one-dimensional array, not {}",
            other.type_name()
        ))),
    }
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
        match parse("t.csv", text, &options(shape)) {
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
        let table = parse("t", text, &options(Shape::Columns)).unwrap_or_default();
        assert_eq!(write(&table, b',', true).ok().as_deref(), Some(text));
    }
}
