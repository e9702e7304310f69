//! Columns that are read in batches: arrays of numbers and bools, lists of anything with gaps.

use super::super::fields::distinct;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as Cells, RecordBatch};
use arrow_schema::{DataType, Schema};
use quern_vm::array::{Array, Element};
use quern_vm::list::List;
use quern_vm::range::reserve;
use quern_vm::record::Record;
use quern_vm::{Error, Value};
use std::sync::Arc;

/// The columns of a table, as far as they have been read.
pub struct Columns<'a> {
    title: &'a str,
    names: Vec<Arc<str>>,
    columns: Vec<Column>,
}

impl<'a> Columns<'a> {
    /// # Errors
    /// `ValueError` for a type that is no dtype and no text. `title` is what messages call the table.
    pub fn new(title: &'a str, schema: &Schema) -> Result<Columns<'a>, Error> {
        let column = |field: &Arc<arrow_schema::Field>| {
            Column::of(field.data_type()).ok_or_else(|| {
                let (name, ty) = (field.name(), field.data_type());
                Error::value_error(format!(
                    "{title}: column {name} has the type {ty}, which is not read"
                ))
                .hint("numbers, bools and text are; cast the column where the file is made")
            })
        };
        let columns = schema.fields().iter().map(column).collect::<Result<_, _>>()?;
        let mut names: Vec<Arc<str>> =
            schema.fields().iter().map(|field| field.name().as_str().into()).collect();
        distinct(&mut names);
        Ok(Columns { title, names, columns })
    }

    /// # Errors
    /// `OverflowError` for an unsigned number that is no int, `MemoryError` if there is no room.
    pub fn extend(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        for (column, cells) in self.columns.iter_mut().zip(batch.columns()) {
            column.extend(self.title, cells)?;
        }
        Ok(())
    }

    /// The table as a record.
    pub fn into_value(self) -> Result<Value, Error> {
        let fields = self.names.into_iter().zip(self.columns);
        let fields = fields.map(|(name, column)| Ok((name, column.into_value()?)));
        Ok(Value::record(fields.collect::<Result<Record, Error>>()?))
    }
}

enum Column {
    Bool(Gapped<bool>),
    U8(Gapped<u8>),
    I32(Gapped<i32>),
    Int(Gapped<i64>),
    F32(Gapped<f32>),
    Float(Gapped<f64>),
    Text(Vec<Value>),
}

impl Column {
    /// An empty column for cells of a type.
    fn of(ty: &DataType) -> Option<Column> {
        use DataType as T;
        Some(match ty {
            T::Boolean => Column::Bool(Gapped::default()),
            T::UInt8 => Column::U8(Gapped::default()),
            T::Int8 | T::Int16 | T::UInt16 | T::Int32 => Column::I32(Gapped::default()),
            T::UInt32 | T::Int64 | T::UInt64 => Column::Int(Gapped::default()),
            T::Float16 | T::Float32 => Column::F32(Gapped::default()),
            T::Float64 => Column::Float(Gapped::default()),
            T::Null => Column::Text(Vec::new()),
            text if is_text(text) => Column::Text(Vec::new()),
            T::Dictionary(_, text) if is_text(text) => Column::Text(Vec::new()),
            _ => return None,
        })
    }

    fn extend(&mut self, title: &str, cells: &dyn Cells) -> Result<(), Error> {
        use DataType as T;
        match (self, cells.data_type()) {
            (Column::Bool(column), T::Boolean) => {
                column.extend(cells, cells.as_boolean().values().iter())
            }
            (Column::U8(column), T::UInt8) => column.append::<UInt8Type>(cells, |x| x),
            (Column::I32(column), T::Int8) => column.append::<Int8Type>(cells, i32::from),
            (Column::I32(column), T::Int16) => column.append::<Int16Type>(cells, i32::from),
            (Column::I32(column), T::UInt16) => column.append::<UInt16Type>(cells, i32::from),
            (Column::I32(column), T::Int32) => column.append::<Int32Type>(cells, |x| x),
            (Column::Int(column), T::UInt32) => column.append::<UInt32Type>(cells, i64::from),
            (Column::Int(column), T::Int64) => column.append::<Int64Type>(cells, |x| x),
            (Column::Int(column), T::UInt64) => {
                let too_large = |x: &u64| i64::try_from(*x).is_err();
                match cells.as_primitive::<UInt64Type>().iter().flatten().find(too_large) {
                    Some(x) => Err(Error::overflow(format!(
                        "{title}: the unsigned number {x} is beyond the largest int"
                    ))),
                    None => column.append::<UInt64Type>(cells, u64::cast_signed),
                }
            }
            (Column::F32(column), T::Float16) => column.append::<Float16Type>(cells, f32::from),
            (Column::F32(column), T::Float32) => column.append::<Float32Type>(cells, |x| x),
            (Column::Float(column), T::Float64) => column.append::<Float64Type>(cells, |x| x),
            (Column::Text(column), T::Dictionary(..)) => {
                let dictionary = cells.as_any_dictionary();
                let words: Vec<Value> = texts(dictionary.values().as_ref()).collect();
                reserve(column, cells.len())?;
                if words.is_empty() {
                    column.extend((0..cells.len()).map(|_| Value::None));
                } else {
                    let keys = dictionary.normalized_keys().into_iter().enumerate();
                    column.extend(keys.map(|(i, key)| {
                        if cells.is_null(i) { Value::None } else { words[key].clone() }
                    }));
                }
                Ok(())
            }
            (Column::Text(column), _) => {
                reserve(column, cells.len())?;
                column.extend(texts(cells));
                Ok(())
            }
            (_, other) => {
                Err(Error::value_error(format!("{title}: a column becomes one of type {other}")))
            }
        }
    }

    fn into_value(self) -> Result<Value, Error> {
        match self {
            Column::Bool(column) if column.gaps.is_empty() => {
                Ok(Array::from_bools(&column.values)?.into())
            }
            Column::Bool(column) => {
                let mut items: Vec<Value> = column.values.into_iter().map(Value::Bool).collect();
                column.gaps.into_iter().for_each(|gap| items[gap] = Value::None);
                Ok(list(items))
            }
            Column::U8(column) => column.integers(f64::from),
            Column::I32(column) => column.integers(f64::from),
            Column::Int(column) => column.integers(|x| x as f64),
            Column::F32(column) => column.floats(f32::NAN),
            Column::Float(column) => column.floats(f64::NAN),
            Column::Text(items) => Ok(list(items)),
        }
    }
}

fn is_text(ty: &DataType) -> bool {
    matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn list(items: Vec<Value>) -> Value {
    Value::List(Arc::new(List::from_values(items)))
}

/// The cells of a column of text; none of another column.
fn texts(cells: &dyn Cells) -> Box<dyn Iterator<Item = Value> + '_> {
    fn value(text: Option<&str>) -> Value {
        text.map_or(Value::None, Value::from)
    }
    match cells.data_type() {
        DataType::Utf8 => Box::new(cells.as_string::<i32>().iter().map(value)),
        DataType::LargeUtf8 => Box::new(cells.as_string::<i64>().iter().map(value)),
        DataType::Utf8View => Box::new(cells.as_string_view().iter().map(value)),
        _ => Box::new((0..cells.len()).map(|_| Value::None)),
    }
}

/// Values, of which those at the gaps are missing and may be anything.
#[derive(Default)]
struct Gapped<T> {
    values: Vec<T>,
    gaps: Vec<usize>,
}

impl<T> Gapped<T> {
    fn append<P: ArrowPrimitiveType>(
        &mut self,
        cells: &dyn Cells,
        convert: impl Fn(P::Native) -> T,
    ) -> Result<(), Error> {
        self.extend(cells, cells.as_primitive::<P>().values().iter().map(|&x| convert(x)))
    }

    fn extend(&mut self, cells: &dyn Cells, values: impl Iterator<Item = T>) -> Result<(), Error> {
        reserve(&mut self.values, cells.len())?;
        reserve(&mut self.gaps, cells.null_count())?;
        if cells.null_count() > 0 {
            let first = self.values.len();
            let gaps = (0..cells.len()).filter(|&i| cells.is_null(i));
            self.gaps.extend(gaps.map(|i| first + i));
        }
        self.values.extend(values);
        Ok(())
    }

    /// An array of integers, or of floats if there are gaps.
    fn integers(self, convert: impl Fn(T) -> f64) -> Result<Value, Error>
    where
        T: Element,
    {
        if self.gaps.is_empty() {
            return Ok(Array::from_vec(self.values)?.into());
        }
        let values = self.values.into_iter().map(convert).collect();
        Gapped { values, gaps: self.gaps }.floats(f64::NAN)
    }

    fn floats(mut self, nan: T) -> Result<Value, Error>
    where
        T: Element,
    {
        self.gaps.into_iter().for_each(|gap| self.values[gap] = nan);
        Ok(Array::from_vec(self.values)?.into())
    }
}
