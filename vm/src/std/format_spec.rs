//! The format mini-language of f-strings and `format`: Python's
//! `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
//!
//! Source: the Python language reference, "Format Specification Mini-Language". Rust's own formatter
//! rounds decimals correctly (half to even on the exact binary value), as Python does, so digits agree.

use crate::array::format_float;

/// A parsed format.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FormatSpec {
    fill: Option<char>,
    align: Option<Align>,
    sign: Option<Sign>,
    alternate: bool,
    /// The width has a 0 in front of it: numbers are filled between sign and digits.
    has_zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Align {
    Left,
    Right,
    Center,
    /// Between the sign and the digits.
    AfterSign,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    Negative,
    Always,
    Space,
}

/// The widest field and the most digits a format may ask for, so that a typo cannot fill the memory.
const MAX_FIELD: usize = 1 << 20;

impl FormatSpec {
    /// Parses a format.
    ///
    /// # Errors
    /// Says which part is not understood.
    pub fn parse(text: &str) -> Result<FormatSpec, String> {
        let chars: Vec<char> = text.chars().collect();
        let mut spec = FormatSpec::default();
        let mut at = 0;
        if let Some(align) = chars.get(1).copied().and_then(Align::from_char) {
            spec.fill = Some(chars[0]);
            spec.align = Some(align);
            at = 2;
        } else if let Some(align) = chars.first().copied().and_then(Align::from_char) {
            spec.align = Some(align);
            at = 1;
        }
        spec.sign = match chars.get(at) {
            Some('+') => Some(Sign::Always),
            Some(' ') => Some(Sign::Space),
            Some('-') => Some(Sign::Negative),
            _ => None,
        };
        at += usize::from(spec.sign.is_some());
        if chars.get(at) == Some(&'#') {
            spec.alternate = true;
            at += 1;
        }
        if chars.get(at) == Some(&'0') {
            spec.fill.get_or_insert('0');
            spec.has_zero = true;
            at += 1;
        }
        spec.width = number(&chars, &mut at, "width", text)?.unwrap_or(0);
        if let Some(&c @ (',' | '_')) = chars.get(at) {
            spec.grouping = Some(c);
            at += 1;
        }
        if chars.get(at) == Some(&'.') {
            at += 1;
            spec.precision = number(&chars, &mut at, "precision", text)?;
            if spec.precision.is_none() {
                return Err(format!("format {text:?} has no digits after '.'"));
            }
        }
        if let Some(&c) = chars.get(at) {
            if !"bcdeEfFgGnosxX%".contains(c) {
                return Err(format!(
                    "format {text:?} ends in {c:?}, which is no type (one of b c d e f g o s x %)"
                ));
            }
            spec.kind = Some(c);
            at += 1;
        }
        if at < chars.len() {
            return Err(format!(
                "format {text:?} goes on after its type {:?}",
                spec.kind.unwrap_or(' ')
            ));
        }
        match (spec.grouping, spec.kind) {
            (Some(c), Some(kind @ ('c' | 'n' | 's')))
            | (Some(c @ ','), Some(kind @ ('b' | 'o' | 'x' | 'X'))) => {
                Err(format!("format {text:?}: {c:?} does not group the type {kind:?}"))
            }
            _ => Ok(spec),
        }
    }

    /// Whether it asks for nothing.
    pub fn is_plain(&self) -> bool {
        *self == FormatSpec::default()
    }

    /// Formats an integer.
    pub fn int(&self, value: i64) -> Result<String, String> {
        let kind = match self.kind {
            Some(c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')) => {
                return self.with_kind(c).float(value as f64);
            }
            Some('s') => {
                return Err(
                    "format type 's' is for strings; an int takes d, b, o, x, e, f, g or %".into(),
                );
            }
            Some('c') => {
                let c = u32::try_from(value).ok().and_then(char::from_u32);
                return match c {
                    Some(c) => Ok(self.pad("", &c.to_string(), self.number_align(Align::Left))),
                    None => Err(format!("{value} is no character code")),
                };
            }
            kind => kind.unwrap_or('d'),
        };
        if self.precision.is_some() {
            return Err("an int has no precision; use f, e or g".into());
        }
        let magnitude = value.unsigned_abs();
        let (digits, prefix, group) = match kind {
            'b' => (format!("{magnitude:b}"), "0b", 4),
            'o' => (format!("{magnitude:o}"), "0o", 4),
            'x' => (format!("{magnitude:x}"), "0x", 4),
            'X' => (format!("{magnitude:X}"), "0X", 4),
            _ => (magnitude.to_string(), "", 3),
        };
        let mut head = self.sign_text(value < 0).to_string();
        if self.alternate {
            head.push_str(prefix);
        }
        Ok(self.number(&head, &digits, "", group))
    }

    /// Formats a float. `shortest` is used when neither precision nor type is given.
    pub fn float_with(
        &self,
        value: f64,
        shortest: impl FnOnce(f64) -> String,
    ) -> Result<String, String> {
        if self.kind.is_none() && self.precision.is_none() {
            let text = shortest(value.abs());
            return Ok(self.finish_float(value, &text));
        }
        self.float(value)
    }

    /// Formats a float of a given type or precision.
    pub fn float(&self, value: f64) -> Result<String, String> {
        let precision = self.precision.unwrap_or(6);
        let magnitude = value.abs();
        let kind = self.kind.unwrap_or('g');
        let text = match kind {
            'd' | 'b' | 'o' | 'x' | 'X' | 'c' => {
                let shown = format_float(value);
                return Err(format!(
                    "format type {kind:?} is for ints, not the float {shown}; use f or int(x)"
                ));
            }
            's' => {
                return Err(format!(
                    "format type 's' is for strings, not the float {}",
                    format_float(value)
                ));
            }
            _ if !value.is_finite() => {
                let text = if value.is_nan() { "nan" } else { "inf" };
                let text =
                    if kind.is_ascii_uppercase() { text.to_uppercase() } else { text.into() };
                if kind == '%' { format!("{text}%") } else { text }
            }
            'f' | 'F' => fixed(magnitude, precision),
            'e' | 'E' => scientific(magnitude, precision, kind),
            '%' => fixed(magnitude * 100.0, precision) + "%",
            _ => self.general(magnitude, precision.max(1)),
        };
        Ok(self.finish_float(value, &text))
    }

    /// The shorter of fixed and scientific notation with `precision` significant digits, without trailing
    /// zeros unless the format is alternate. Without a type, a whole number keeps one digit behind its
    /// point.
    fn general(&self, magnitude: f64, precision: usize) -> String {
        let kind = if self.kind == Some('G') { 'E' } else { 'e' };
        let keeps_digit = self.kind.is_none();
        let rounded = scientific(magnitude, precision - 1, kind);
        let (mantissa, exponent_text) =
            rounded.split_at(rounded.find(kind).unwrap_or(rounded.len()));
        let exponent: i32 = exponent_text.get(1..).and_then(|e| e.parse().ok()).unwrap_or(0);
        let trim = |text: &str| match text.contains('.') && !self.alternate {
            true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
            false => text.to_string(),
        };
        if !(-4..precision as i32 - i32::from(keeps_digit)).contains(&exponent) {
            return trim(mantissa) + exponent_text;
        }
        let mut text = trim(&fixed(magnitude, (precision as i32 - 1 - exponent).max(0) as usize));
        if keeps_digit && !text.contains('.') {
            text.push_str(".0");
        }
        text
    }

    /// Formats a complex number: its parts alike, and the whole in the field.
    pub fn complex(&self, re: f64, im: f64) -> Result<String, String> {
        if self.number_align(Align::Right) == Align::AfterSign {
            return Err("a complex number is not padded behind its sign".into());
        }
        if self.kind == Some('%') {
            return Err("format type '%' is for real numbers, not for complex ones".into());
        }
        let part = FormatSpec { width: 0, align: None, ..self.clone() };
        let unsigned = FormatSpec { sign: None, ..part.clone() };
        let (re, negative) =
            (part.float_with(re, format_float)?, im.is_sign_negative() && !im.is_nan());
        let im = unsigned.float_with(im.abs(), format_float)?;
        let sign = if negative { '-' } else { '+' };
        Ok(self.pad("", &format!("{re} {sign} {im}i"), Align::Right))
    }

    /// Formats a text.
    pub fn text(&self, value: &str) -> Result<String, String> {
        if let Some(c) = self.kind.filter(|&c| c != 's') {
            return Err(format!("format type {c:?} is for numbers, not text"));
        }
        if let Some(c) = self.grouping {
            return Err(format!("{c:?} groups digits, not text"));
        }
        if self.sign.is_some() {
            return Err("a sign is for numbers, not text".into());
        }
        if self.alternate {
            return Err("'#' is for numbers, not text".into());
        }
        if self.align == Some(Align::AfterSign) {
            return Err("'=' puts the fill behind a sign, which text has not".into());
        }
        let cut: String = match self.precision {
            Some(n) => value.chars().take(n).collect(),
            None => value.to_string(),
        };
        Ok(self.pad("", &cut, Align::Left))
    }

    fn with_kind(&self, kind: char) -> FormatSpec {
        FormatSpec { kind: Some(kind), ..self.clone() }
    }

    fn sign_text(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, Some(Sign::Always)) => "+",
            (false, Some(Sign::Space)) => " ",
            (false, Some(Sign::Negative) | None) => "",
        }
    }

    fn finish_float(&self, value: f64, magnitude: &str) -> String {
        let negative = value.is_sign_negative() && !value.is_nan();
        let split = magnitude.find(|c: char| !c.is_ascii_digit()).unwrap_or(magnitude.len());
        let (digits, tail) = magnitude.split_at(split);
        let needs_point = self.alternate && value.is_finite() && !tail.starts_with('.');
        let tail = if needs_point { format!(".{tail}") } else { tail.into() };
        self.number(self.sign_text(negative), digits, &tail, 3)
    }

    /// Where a number stands in its field; `default` says where one of its kind does.
    fn number_align(&self, default: Align) -> Align {
        self.align.unwrap_or(if self.has_zero { Align::AfterSign } else { default })
    }

    /// Puts a number together: sign or prefix, grouped whole digits, the rest.
    fn number(&self, head: &str, digits: &str, tail: &str, group: usize) -> String {
        let align = self.number_align(Align::Right);
        let zero_width = (align == Align::AfterSign && self.fill == Some('0'))
            .then(|| self.width.saturating_sub(head.chars().count() + tail.chars().count()));
        let grouped = match self.grouping {
            Some(separator) => grouped(digits, separator, group, zero_width.unwrap_or(0)),
            None => digits.to_string(),
        };
        self.pad(head, &format!("{grouped}{tail}"), align)
    }

    fn pad(&self, head: &str, body: &str, default: Align) -> String {
        let used = head.chars().count() + body.chars().count();
        let missing = self.width.saturating_sub(used);
        let fill = self.fill.unwrap_or(' ');
        let fills = |n: usize| std::iter::repeat_n(fill, n).collect::<String>();
        match self.align.unwrap_or(default) {
            Align::Left => format!("{head}{body}{}", fills(missing)),
            Align::Right => format!("{}{head}{body}", fills(missing)),
            Align::Center => {
                format!("{}{head}{body}{}", fills(missing / 2), fills(missing - missing / 2))
            }
            Align::AfterSign => format!("{head}{}{body}", fills(missing)),
        }
    }
}

impl Align {
    fn from_char(c: char) -> Option<Align> {
        match c {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            '=' => Some(Align::AfterSign),
            _ => None,
        }
    }
}

fn number(chars: &[char], at: &mut usize, what: &str, text: &str) -> Result<Option<usize>, String> {
    let start = *at;
    while chars.get(*at).is_some_and(char::is_ascii_digit) {
        *at += 1;
    }
    if start == *at {
        return Ok(None);
    }
    let digits: String = chars[start..*at].iter().collect();
    match digits.parse() {
        Ok(n) if n <= MAX_FIELD => Ok(Some(n)),
        _ => Err(format!("format {text:?} asks for a {what} over {MAX_FIELD}")),
    }
}

/// Whole digits in groups from the right, with leading zeros up to a width.
fn grouped(digits: &str, separator: char, group: usize, width: usize) -> String {
    let mut out: Vec<char> = Vec::new();
    let mut count = 0;
    let mut rest = digits.chars().rev();
    loop {
        let next = rest.next();
        if next.is_none() && out.len() >= width {
            break;
        }
        if count == group {
            out.push(separator);
            count = 0;
        }
        out.push(next.unwrap_or('0'));
        count += 1;
    }
    if out.last() == Some(&separator) {
        out.pop();
    }
    out.iter().rev().collect()
}

/// More digits than the longest float has, before or behind the point; Rust's formatter makes no more than
/// 65535. Those beyond are zeros.
const MAX_DIGITS: usize = 1100;

/// `ddd.ddd`
fn fixed(magnitude: f64, precision: usize) -> String {
    let exact = precision.min(MAX_DIGITS);
    format!("{magnitude:.exact$}{}", "0".repeat(precision - exact))
}

/// `d.ddde+XX` with at least two exponent digits.
fn scientific(magnitude: f64, precision: usize, kind: char) -> String {
    let exact = precision.min(MAX_DIGITS);
    let text = format!("{magnitude:.exact$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    let zeros = "0".repeat(precision - exact);
    format!("{mantissa}{zeros}{kind}{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(spec: &str, x: i64) -> String {
        FormatSpec::parse(spec).and_then(|s| s.int(x)).unwrap_or_else(|e| e)
    }
    fn float(spec: &str, x: f64) -> String {
        FormatSpec::parse(spec)
            .and_then(|s| s.float_with(x, |x| format!("{x:?}")))
            .unwrap_or_else(|e| e)
    }
    fn text(spec: &str, x: &str) -> String {
        FormatSpec::parse(spec).and_then(|s| s.text(x)).unwrap_or_else(|e| e)
    }

    #[test]
    fn ints_as_python_formats_them() {
        assert_eq!(int("", -5), "-5");
        assert_eq!(int("5d", 42), "   42");
        assert_eq!(int("<5", 42), "42   ");
        assert_eq!(int("^6", 42), "  42  ");
        assert_eq!(int("*>6", 42), "****42");
        assert_eq!(int("+d", 42), "+42");
        assert_eq!(int("06", -42), "-00042");
        assert_eq!(int(",", 1234567), "1,234,567");
        assert_eq!(int("_x", 0xdeadbeef), "dead_beef");
        assert_eq!(int("#x", 255), "0xff");
        assert_eq!(int("#010b", 5), "0b00000101");
        assert_eq!(int("08,", 1234), "0,001,234");
        assert_eq!(int("c", 955), "λ");
        assert_eq!(int("05c", 955), "0000λ");
        assert_eq!(int("b", i64::MIN), format!("-1{}", "0".repeat(63)));
        assert_eq!(int(".2f", 3), "3.00");
    }

    #[test]
    fn floats_as_python_formats_them() {
        assert_eq!(float(".3f", 1.23456), "1.235");
        assert_eq!(float("08.2e", 12345.678), "1.23e+04");
        assert_eq!(float("10.2e", 12345.678), "  1.23e+04");
        assert_eq!(float(".2%", 0.1234), "12.34%");
        assert_eq!(float("g", 1e10), "1e+10");
        assert_eq!(float("g", 0.0001), "0.0001");
        assert_eq!(float("g", 1234567.0), "1.23457e+06");
        assert_eq!(float(".3g", 2.5), "2.5");
        assert_eq!(float(",.2f", 1234567.891), "1,234,567.89");
        assert_eq!(float("+.1f", 2.0), "+2.0");
        assert_eq!(float(".1f", -0.0), "-0.0");
        assert_eq!(float("", 2.0), "2.0");
        assert_eq!(float(">6", 2.5), "   2.5");
        assert_eq!(float("f", f64::INFINITY), "inf");
        assert_eq!(float("06.1f", -2.5), "-002.5");
        assert_eq!(float(".0f", 0.5), "0");
        assert_eq!(float(".0f", 1.5), "2");
        assert_eq!(float(".3", 3.0), "3.0");
        assert_eq!(float(".3", 123.0), "1.23e+02");
        assert_eq!(float(".3", 0.0), "0.0");
        assert_eq!(float("g", 0.0), "0");
        assert_eq!(float("#.0f", 42.0), "42.");
        assert_eq!(float("#.0G", 42.0), "4.E+01");
        assert_eq!(float("#.0%", 0.42), "42.%");
        assert_eq!(float(".1048576f", 1.5).len(), 1_048_578);
        assert_eq!(float(".1048576e", 1.5).len(), 1_048_582);
        assert_eq!(float(".1048576g", 1.5), "1.5");
    }

    #[test]
    fn text_is_cut_and_padded() {
        assert_eq!(text(">8", "abc"), "     abc");
        assert_eq!(text("8", "abc"), "abc     ");
        assert_eq!(text(".2", "abc"), "ab");
        assert_eq!(text("^7s", "αβ"), "  αβ   ");
        assert_eq!(text("06", "abc"), "abc000");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(FormatSpec::parse("5q").is_err());
        assert!(FormatSpec::parse("d5").is_err());
        assert!(FormatSpec::parse(".").is_err());
        assert!(FormatSpec::parse("99999999999").is_err());
        for spec in ["x", ",", "+", "-", " ", "#", "=6", ".2f"] {
            assert!(FormatSpec::parse(spec).and_then(|s| s.text("a")).is_err(), "{spec}");
        }
        assert!(FormatSpec::parse("d").and_then(|s| s.float(1.5)).is_err());
    }
}
