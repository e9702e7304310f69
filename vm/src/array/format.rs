//! Text of scalars and arrays.
//!
//! A scalar float is the shortest text that reads back. An array looks as NumPy prints it: columns
//! aligned, up to eight decimals and no more than needed, scientific notation when magnitudes
//! differ widely, and only the corners of a large array. Bools and imaginary units are written as
//! the language writes them: `true`, `2i`.

use super::Array;
use super::scalar::Scalar;
use quern_ir::DType;
use std::fmt;
use std::ops::Range;

/// The shortest text that reads back as the same number: `2.0`, `1e-7`, `inf`, `nan`.
///
/// Scientific notation is used below 1e-4 and from 1e16 on.
pub fn format_float(x: f64) -> String {
    shortest(x, format!("{x:e}"))
}

/// As [`format_float`], for single precision.
pub fn format_f32(x: f32) -> String {
    shortest(f64::from(x), format!("{x:e}"))
}

/// `scientific` is the shortest `d.ddde-x` form of `x`.
fn shortest(x: f64, scientific: String) -> String {
    if x.is_nan() {
        return "nan".to_string();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        return scientific;
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        format!("{sign}{digits}{}.0", "0".repeat(whole - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
    }
}

/// `3.0+2.0i`.
pub fn format_complex(re: f64, im: f64) -> String {
    let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
    format!("{}{sign}{}i", format_float(re), format_float(im))
}

/// A scalar as `print` shows it.
pub fn format_scalar(x: Scalar) -> String {
    match x {
        Scalar::Bool(x) => x.to_string(),
        Scalar::Int(x) => x.to_string(),
        Scalar::F32(x) => format_f32(x),
        Scalar::Float(x) => format_float(x),
        Scalar::Complex(re, im) => format_complex(re, im),
    }
}

/// How arrays are printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayFormat {
    /// Arrays with more elements show only their corners.
    pub threshold: usize,
    /// How many elements a corner has along each axis.
    pub edge_items: usize,
    /// Rows are broken to stay within this many characters.
    pub line_width: usize,
    /// Most digits after the decimal point.
    pub precision: usize,
}

impl Default for ArrayFormat {
    fn default() -> ArrayFormat {
        ArrayFormat { threshold: 1000, edge_items: 3, line_width: 75, precision: 8 }
    }
}

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&ArrayFormat::default().format(self))
    }
}

impl ArrayFormat {
    pub fn format(&self, array: &Array) -> String {
        if array.rank() == 0 {
            return array.scalar_at(0).map_or_else(String::new, format_scalar);
        }
        if array.is_empty() {
            return "[]".to_string();
        }
        let edges = if array.size() > self.threshold { Some(self.edge_items as i64) } else { None };
        let mut shown = Vec::new();
        visit(array, edges, 0, array.offset() as i64, &mut |x| shown.push(x));
        let printer =
            Printer { array, edges, words: Words::new(array.dtype(), &shown, self.precision) };
        printer.axis(0, array.offset() as i64, " ", self.line_width)
    }
}

/// Calls `f` with the elements that are shown.
fn visit(array: &Array, edges: Option<i64>, axis: usize, offset: i64, f: &mut impl FnMut(Scalar)) {
    if axis == array.rank() {
        return f(array.load(offset as usize));
    }
    let (n, stride) = (array.shape()[axis], array.strides()[axis]);
    let (leading, trailing) = shown_positions(n, edges);
    for i in leading.chain(trailing) {
        visit(array, edges, axis + 1, offset + i * stride, f);
    }
}

/// The positions of an axis that are shown, before and after a gap.
fn shown_positions(n: i64, edges: Option<i64>) -> (Range<i64>, Range<i64>) {
    match edges {
        Some(edge) if n > 2 * edge => (0..edge, n - edge..n),
        _ => (0..0, 0..n),
    }
}

/// Lays the words out in nested brackets.
struct Printer<'a> {
    array: &'a Array,
    edges: Option<i64>,
    words: Words,
}

/// Text under construction: finished lines, and the one being filled.
struct Lines {
    done: String,
    line: String,
}

impl Lines {
    fn add(&mut self, word: &str, width: usize, indent: &str) {
        if self.line.len() + word.len() > width && self.line.len() > indent.len() {
            self.done.push_str(self.line.trim_end());
            self.done.push('\n');
            self.line = indent.to_string();
        }
        self.line.push_str(word);
    }
}

impl Printer<'_> {
    fn axis(&self, axis: usize, offset: i64, indent: &str, width: usize) -> String {
        let rank = self.array.rank();
        let (n, stride) = (self.array.shape()[axis], self.array.strides()[axis]);
        let (leading, trailing) = shown_positions(n, self.edges);
        let summarised = !leading.is_empty() || trailing.start > 0;
        let text = if axis + 1 == rank {
            let width = width.saturating_sub(1);
            let mut lines = Lines { done: String::new(), line: indent.to_string() };
            for i in leading {
                lines.add(
                    &self.words.word(self.array.load((offset + i * stride) as usize)),
                    width,
                    indent,
                );
                lines.line.push(' ');
            }
            if summarised {
                lines.add("...", width, indent);
                lines.line.push(' ');
            }
            let last = trailing.end - 1;
            for i in trailing {
                lines.add(
                    &self.words.word(self.array.load((offset + i * stride) as usize)),
                    width,
                    indent,
                );
                if i != last {
                    lines.line.push(' ');
                }
            }
            lines.done + &lines.line
        } else {
            let separator = "\n".repeat(rank - axis - 1);
            let inner_indent = format!("{indent} ");
            let mut parts = Vec::new();
            let nested = |i: i64| {
                indent.to_string()
                    + &self.axis(
                        axis + 1,
                        offset + i * stride,
                        &inner_indent,
                        width.saturating_sub(1),
                    )
            };
            parts.extend(leading.map(nested));
            if summarised {
                parts.push(format!("{indent}..."));
            }
            parts.extend(trailing.map(nested));
            parts.join(&separator)
        };
        format!("[{}]", &text[indent.len()..])
    }
}

/// How the elements of one array are written: all in the same width.
enum Words {
    Bool,
    Int { width: usize },
    Float(FloatWords),
    Complex(FloatWords, FloatWords),
}

impl Words {
    fn new(dtype: DType, shown: &[Scalar], precision: usize) -> Words {
        let floats = || shown.iter().map(|x| x.as_f64().unwrap_or(f64::NAN));
        match dtype {
            DType::Bool => Words::Bool,
            DType::U8 | DType::I32 | DType::Int => {
                let width = shown.iter().map(|&x| format_scalar(x).len()).max();
                Words::Int { width: width.unwrap_or(0) }
            }
            DType::F32 => Words::Float(FloatWords::new(floats().collect(), precision, true, false)),
            DType::Float => {
                Words::Float(FloatWords::new(floats().collect(), precision, false, false))
            }
            DType::Complex => {
                let (re, im) = shown.iter().map(|x| x.as_complex()).map(|z| (z.re, z.im)).unzip();
                Words::Complex(
                    FloatWords::new(re, precision, false, false),
                    FloatWords::new(im, precision, false, true),
                )
            }
        }
    }

    fn word(&self, x: Scalar) -> String {
        match (self, x) {
            (Words::Bool, x) => format!("{:>5}", format_scalar(x)),
            (Words::Int { width }, x) => format!("{:>width$}", format_scalar(x)),
            (Words::Float(words), x) => words.word(x.as_f64().unwrap_or(f64::NAN)),
            (Words::Complex(re, im), z) => {
                let z = z.as_complex();
                let im = im.word(z.im);
                let digits = im.trim_end();
                format!("{}{digits}i{}", re.word(z.re), &im[digits.len()..])
            }
        }
    }
}

/// The common layout of a set of floats.
struct FloatWords {
    single: bool,
    plus: bool,
    precision: usize,
    /// Digits of the exponent, in scientific notation.
    exponent: Option<usize>,
    pad_left: usize,
    pad_right: usize,
}

impl FloatWords {
    fn new(values: Vec<f64>, precision: usize, single: bool, plus: bool) -> FloatWords {
        let mut words =
            FloatWords { single, plus, precision, exponent: None, pad_left: 0, pad_right: 0 };
        let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        if words.wants_exponent(&finite) {
            let parts: Vec<(String, String, String)> =
                finite.iter().map(|&x| words.scientific(x, false)).collect();
            words.exponent = parts.iter().map(|(_, _, e)| e.len() - 1).max();
            words.precision = parts.iter().map(|(_, f, _)| f.len()).max().unwrap_or(0);
            words.pad_left = parts.iter().map(|(i, _, _)| i.len()).max().unwrap_or(0);
            words.pad_right = words.exponent.unwrap_or(0) + 2 + words.precision;
        } else {
            let parts: Vec<(String, String)> =
                finite.iter().map(|&x| words.positional(x)).collect();
            words.pad_left = parts.iter().map(|(i, _)| i.len()).max().unwrap_or(0);
            words.pad_right = parts.iter().map(|(_, f)| f.len()).max().unwrap_or(0);
        }
        if finite.len() < values.len() {
            let signed = plus || values.contains(&f64::NEG_INFINITY);
            let used = words.pad_right + 1;
            words.pad_left = words.pad_left.max((3 + usize::from(signed)).saturating_sub(used));
        }
        words
    }

    /// Whether the magnitudes ask for scientific notation.
    fn wants_exponent(&self, finite: &[f64]) -> bool {
        let sizes = || finite.iter().map(|x| x.abs()).filter(|&x| x != 0.0);
        let (Some(max), Some(min)) = (sizes().reduce(f64::max), sizes().reduce(f64::min)) else {
            return false;
        };
        if self.single {
            max >= 1e6 || (min as f32) < 1e-4 || (max / min) as f32 > 1000.0
        } else {
            max >= 1e8 || min < 1e-4 || max / min > 1000.0
        }
    }

    fn sign(&self, x: f64) -> &'static str {
        if x.is_sign_negative() {
            "-"
        } else if self.plus {
            "+"
        } else {
            ""
        }
    }

    /// Sign and integer part, and the decimals without trailing zeros.
    fn positional(&self, x: f64) -> (String, String) {
        let size = x.abs();
        let mut text = if self.single { format!("{}", size as f32) } else { format!("{size}") };
        if text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > self.precision) {
            text = format!("{size:.*}", self.precision);
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        (format!("{}{whole}", self.sign(x)), decimals.trim_end_matches('0').to_string())
    }

    /// Sign and first digit, the decimals, and the exponent with sign. `exact` keeps all decimals.
    fn scientific(&self, x: f64, exact: bool) -> (String, String, String) {
        let size = x.abs();
        let mut text = if self.single { format!("{:e}", size as f32) } else { format!("{size:e}") };
        let decimals =
            |text: &str| text.split_once('.').map_or(0, |(_, rest)| rest.find('e').unwrap_or(0));
        if exact || decimals(&text) > self.precision {
            text = format!("{size:.*e}", self.precision);
        }
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let decimals = if exact { decimals } else { decimals.trim_end_matches('0') };
        let exponent: i32 = exponent.parse().unwrap_or(0);
        (
            format!("{}{whole}", self.sign(x)),
            decimals.to_string(),
            format!("{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()),
        )
    }

    fn word(&self, x: f64) -> String {
        let left = self.pad_left;
        if !x.is_finite() {
            let sign = if x.is_nan() { if self.plus { "+" } else { "" } } else { self.sign(x) };
            let text = format!("{sign}{}", if x.is_nan() { "nan" } else { "inf" });
            return format!("{text:>0$}", left + self.pad_right + 1);
        }
        match self.exponent {
            Some(width) => {
                let (whole, decimals, exponent) = self.scientific(x, true);
                let (sign, digits) = exponent.split_at(1);
                format!("{whole:>left$}.{decimals}e{sign}{digits:0>width$}")
            }
            None => {
                let (whole, decimals) = self.positional(x);
                format!("{whole:>left$}.{decimals:<0$}", self.pad_right)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_read_back() {
        for (x, text) in [
            (2.0, "2.0"),
            (1e-7, "1e-7"),
            (0.0001, "0.0001"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e16"),
            (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1.5e300, "1.5e300"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
            (123456.789, "123456.789"),
        ] {
            assert_eq!(format_float(x), text);
        }
        assert_eq!(format_f32(0.1), "0.1");
        assert_eq!(format_complex(3.0, -2.0), "3.0-2.0i");
    }
}
