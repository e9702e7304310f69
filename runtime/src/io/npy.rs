//! Arrays in NumPy's file format, and back.
//!
//! A file is a magic word, a version, a Python dict as text, and the elements. The dict is read by the
//! grammar NumPy writes, not as Python: nothing in a file is ever run.
//! Source: numpy.lib.format.

use quern_ir::{DType, ErrorKind};
use quern_vm::array::{Array, Bool8, Complex, Element};
use quern_vm::interrupt::Stop;
use quern_vm::{Error, Value};

const MAGIC: &[u8] = b"\x93NUMPY";

/// The elements begin at a multiple of this.
const ALIGN: usize = 64;

/// As many digits fit in place of the first dimension, so that NumPy can append to the file.
const GROWING_DIGITS: usize = 21;

/// Reads an array. `name` is what messages call it.
///
/// # Errors
/// `ValueError` for a broken file or elements that have no dtype here, `OverflowError` for an unsigned number
/// beyond an int, `MemoryError` if there is no room.
pub fn parse(stop: Stop<'_>, name: &str, bytes: &[u8]) -> Result<Array, Error> {
    let broken = |what: String| Error::value_error(format!("{name}: {what}"));
    let (text, elements) = split(bytes).map_err(broken)?;
    let header = Header::parse(&text).map_err(broken)?;
    let mut shape = header.shape;
    if header.is_fortran {
        shape.reverse();
    }
    let is_big_endian = match header.descr.as_bytes().first() {
        Some(b'>') => true,
        Some(b'<' | b'|') => false,
        _ => return Err(unknown(name, &header.descr)),
    };
    let stored = Stored { stop, name, shape: &shape, is_big_endian, elements };
    let array = match &header.descr[1..] {
        "b1" => stored.array(|[x]| Bool8::from(x != 0)),
        "u1" => stored.array(|[x]| x),
        "i1" => stored.array(|x| i32::from(i8::from_le_bytes(x))),
        "i2" => stored.array(|x| i32::from(i16::from_le_bytes(x))),
        "u2" => stored.array(|x| i32::from(u16::from_le_bytes(x))),
        "i4" => stored.array(i32::from_le_bytes),
        "u4" => stored.array(|x| i64::from(u32::from_le_bytes(x))),
        "i8" => stored.array(i64::from_le_bytes),
        "u8" => {
            let array = stored.array(i64::from_le_bytes)?;
            // What is no int has become negative.
            match array.as_slice::<i64>().unwrap_or_default().iter().find(|&&x| x < 0) {
                Some(&x) => Err(Error::overflow(format!(
                    "{name}: the unsigned number {} is beyond the largest int",
                    x.cast_unsigned()
                ))),
                None => Ok(array),
            }
        }
        "f2" => stored.array(|x| half_to_f32(u16::from_le_bytes(x))),
        "f4" => stored.array(f32::from_le_bytes),
        "f8" => stored.array(f64::from_le_bytes),
        "c8" => stored.array(|x: [u8; 8]| {
            let [re, im] = halves(x).map(f32::from_le_bytes);
            Complex::new(re.into(), im.into())
        }),
        "c16" => stored.array(|x: [u8; 16]| {
            let [re, im] = halves(x).map(f64::from_le_bytes);
            Complex::new(re, im)
        }),
        _ => Err(unknown(name, &header.descr)),
    }?;
    Ok(if header.is_fortran { array.transpose(None)? } else { array })
}

#[cold]
fn unknown(name: &str, descr: &str) -> Error {
    Error::value_error(format!("{name}: elements of the NumPy dtype {descr:?} have no dtype here"))
        .hint("convert them in NumPy, as with `a.astype(float)`, before saving")
}

/// The text of the header, and the bytes after it.
fn split(bytes: &[u8]) -> Result<(String, &[u8]), String> {
    let cut = || "the file ends within its header".to_owned();
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or("it is no .npy file, which begins with \\x93NUMPY".to_owned())?;
    let (&[major, minor], rest) = rest.split_first_chunk().ok_or_else(cut)?;
    let (length, rest) = match major {
        1 => rest.split_first_chunk().map(|(n, rest)| (u32::from(u16::from_le_bytes(*n)), rest)),
        2 | 3 => rest.split_first_chunk().map(|(n, rest)| (u32::from_le_bytes(*n), rest)),
        _ => return Err(format!("version {major}.{minor} of the .npy format is not known")),
    }
    .ok_or_else(cut)?;
    let (header, elements) = rest.split_at_checked(length as usize).ok_or_else(cut)?;
    Ok((String::from_utf8_lossy(header).into_owned(), elements))
}

/// What a file says of its array.
struct Header {
    descr: String,
    is_fortran: bool,
    shape: Vec<i64>,
}

impl Header {
    fn parse(text: &str) -> Result<Header, String> {
        let mut literal = Literal(text);
        let parsed = Header::read(&mut literal);
        parsed.ok_or_else(|| {
            let at = text.len() - literal.0.len();
            if literal.0.starts_with(['[', '(']) && text[..at].trim_end().ends_with("'descr':") {
                "it holds records, not the elements of an array".to_owned()
            } else {
                format!("the header is not as NumPy writes it, from its byte {at} on")
            }
        })
    }

    fn read(literal: &mut Literal<'_>) -> Option<Header> {
        let (mut descr, mut is_fortran, mut shape) = (None, None, None);
        literal.token("{")?;
        while literal.token("}").is_none() {
            let key = literal.text()?;
            literal.token(":")?;
            match key {
                "descr" => descr = Some(literal.text()?.to_owned()),
                "fortran_order" => is_fortran = Some(literal.bool()?),
                "shape" => shape = Some(literal.shape()?),
                _ => return None,
            }
            if literal.token(",").is_none() {
                literal.token("}")?;
                break;
            }
        }
        let is_end = literal.0.trim_start().is_empty();
        is_end.then_some(Header { descr: descr?, is_fortran: is_fortran?, shape: shape? })
    }
}

/// The rest of a Python literal.
struct Literal<'a>(&'a str);

impl<'a> Literal<'a> {
    fn token(&mut self, token: &str) -> Option<()> {
        self.0 = self.0.trim_start();
        self.0 = self.0.strip_prefix(token)?;
        Some(())
    }

    fn text(&mut self) -> Option<&'a str> {
        let quote =
            if self.token("'").is_some() { '\'' } else { self.token("\"").map(|()| '"')? };
        let (text, rest) = self.0.split_once(quote)?;
        self.0 = rest;
        Some(text)
    }

    fn bool(&mut self) -> Option<bool> {
        self.token("True").map(|()| true).or_else(|| self.token("False").map(|()| false))
    }

    fn shape(&mut self) -> Option<Vec<i64>> {
        let mut shape = Vec::new();
        self.token("(")?;
        while self.token(")").is_none() {
            shape.push(self.number()?);
            // Python 2 wrote long integers so.
            let _ = self.token("L");
            if self.token(",").is_none() {
                self.token(")")?;
                break;
            }
        }
        Some(shape)
    }

    fn number(&mut self) -> Option<i64> {
        self.0 = self.0.trim_start();
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        let number = digits.parse().ok()?;
        self.0 = rest;
        Some(number)
    }
}

/// Elements as they lie in a file.
struct Stored<'a> {
    stop: Stop<'a>,
    name: &'a str,
    shape: &'a [i64],
    is_big_endian: bool,
    elements: &'a [u8],
}

impl Stored<'_> {
    /// The array of what `convert` makes of each element's bytes, the low one first.
    fn array<T: Element, const N: usize>(
        &self,
        convert: impl Fn([u8; N]) -> T,
    ) -> Result<Array, Error> {
        self.check_length(N)?;
        let mut array = Array::zeros(self.shape, T::DTYPE)?;
        let out = array.as_mut_slice::<T>()?.unwrap_or_default();
        let (elements, _) = self.elements.as_chunks::<N>();
        let word = if T::DTYPE == DType::Complex { N / 2 } else { N };
        for (out, elements) in self.stop.pieces_mut(out).zip(elements.chunks(Stop::PIECE)) {
            for (x, &element) in out?.iter_mut().zip(elements) {
                let mut element = element;
                if self.is_big_endian {
                    element.chunks_exact_mut(word).for_each(<[u8]>::reverse);
                }
                *x = convert(element);
            }
        }
        Ok(array)
    }

    /// The file holds as many elements of `width` bytes as the shape says, before any memory is taken for them.
    fn check_length(&self, width: usize) -> Result<(), Error> {
        let size = |n: usize, &m: &i64| n.checked_mul(usize::try_from(m).ok()?);
        let size = if self.shape.contains(&0) {
            Some(0)
        } else {
            self.shape.iter().try_fold(1, size).and_then(|size| size.checked_mul(width))
        };
        let found = self.elements.len();
        if size == Some(found) {
            return Ok(());
        }
        let expected = size.map_or("more than any memory".into(), |size| size.to_string());
        let name = self.name;
        Err(Error::value_error(format!(
            "{name}: by its header the file holds {expected} bytes of elements, but there are {found}"
        )))
    }
}

/// Real and imaginary part.
fn halves<const N: usize, const H: usize>(bytes: [u8; N]) -> [[u8; H]; 2] {
    let mut parts = [[0; H]; 2];
    for (part, half) in parts.iter_mut().zip(bytes.chunks_exact(H)) {
        part.copy_from_slice(half);
    }
    parts
}

/// The value of an IEEE 754 binary16.
fn half_to_f32(bits: u16) -> f32 {
    const FRACTION: u32 = 10;
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> FRACTION) & 0x1f;
    let fraction = u32::from(bits) & 0x3ff;
    match exponent {
        // Zero and the subnormals are multiples of 2^-24.
        0 => (fraction as f32 / 16_777_216.0).copysign(f32::from_bits(sign | 1)),
        0x1f => f32::from_bits(sign | 0x7f80_0000 | fraction << (23 - FRACTION)),
        _ => f32::from_bits(sign | (exponent + 127 - 15) << 23 | fraction << (23 - FRACTION)),
    }
}

/// The array that a value is in a file: itself, or a number as an array without dimensions.
pub fn array_of(value: &Value) -> Option<Result<Array, Error>> {
    match value {
        Value::Array(a) => Some(Ok(Array::clone(a))),
        other => other.as_scalar().map(|x| Ok(Array::from_scalar(x)?)),
    }
}

/// What stands in a file before the elements of an array, which lie in row-major order.
///
/// # Errors
/// `ShapeError` for more dimensions than the header has room for, which no array has.
pub fn header(array: &Array) -> Result<Vec<u8>, Error> {
    let order = if cfg!(target_endian = "little") { '<' } else { '>' };
    let descr = match array.dtype() {
        DType::Bool => "|b1".to_owned(),
        DType::U8 => "|u1".to_owned(),
        DType::I32 => format!("{order}i4"),
        DType::Int => format!("{order}i8"),
        DType::F32 => format!("{order}f4"),
        DType::Float => format!("{order}f8"),
        DType::Complex => format!("{order}c16"),
    };
    let shape = match array.shape() {
        [n] => format!("({n},)"),
        shape => {
            let sizes: Vec<String> = shape.iter().map(i64::to_string).collect();
            format!("({})", sizes.join(", "))
        }
    };
    let growing = array.shape().first().map_or(0, |n| GROWING_DIGITS - n.to_string().len());
    let dict = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}{:growing$}",
        ""
    );
    let before = MAGIC.len() + 4;
    let length = (before + dict.len() + 1).next_multiple_of(ALIGN) - before;
    let stored = u16::try_from(length).map_err(|_| {
        Error::new(ErrorKind::ShapeError, "the shape does not fit the header of an .npy file")
    })?;
    let mut header = [MAGIC, &[1, 0], &stored.to_le_bytes()].concat();
    header.extend_from_slice(dict.as_bytes());
    header.resize(before + length - 1, b' ');
    header.push(b'\n');
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::super::broken::is_survived;
    use super::*;

    const MATRIX: &[u8] = include_bytes!("../../tests/formats/f8.npy");
    const BIG_ENDIAN: &[u8] = include_bytes!("../../tests/formats/c8_big_endian.npy");

    fn read(bytes: &[u8]) -> Result<Array, Error> {
        parse(Stop::NEVER, "a.npy", bytes)
    }

    #[test]
    fn broken_files_are_errors() {
        for good in [MATRIX, BIG_ENDIAN] {
            is_survived(good, |bytes| read(&bytes));
        }
    }

    #[test]
    fn sizes_that_are_lies_take_no_memory() {
        for shape in ["(9223372036854775807,)", "(4294967296, 4294967296)", "(1000000000000,)"] {
            let dict = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
            let length = (dict.len() as u16).to_le_bytes();
            let file = [MAGIC, &[1, 0], &length, dict.as_bytes(), &[0; 64]].concat();
            let error = read(&file).expect_err("it holds 64 bytes");
            assert!(error.message.contains("there are 64"), "{}", error.message);
        }
    }

    #[test]
    fn halves_are_exact() {
        let known = [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
            (0xfc00, f32::NEG_INFINITY),
        ];
        for (bits, value) in known {
            assert_eq!(half_to_f32(bits).to_bits(), f32::to_bits(value), "{bits:#x}");
        }
        assert!(half_to_f32(0x7e00).is_nan());
    }

    #[test]
    fn what_is_written_is_numpys_own_file() {
        let array = read(MATRIX).expect("it is NumPy's");
        let written = [&header(&array).expect("it fits")[..], array.bytes().expect("in a piece")];
        assert_eq!(written.concat(), MATRIX);
    }
}
