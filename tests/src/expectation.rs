//! Reads the expectations in a script's comments and compares them with what a run did.
//!
//! ```text
//! # args: a b                        header lines, at the top of the file
//! # stdin: 3 4                       one line of input; may be repeated
//! # tiers: interp jit                default: all
//! # skip: issue 4                    not run, and why
//! print(1 + 1)  # expect: 2          the next line of output
//! # expect: more output              for lines that print several
//! xs[9]         # error[IndexError]: 9
//! ```
//!
//! Trailing blanks of output lines do not count. An `error` names a kind (`IndexError`), a code
//! (`E0205`) or nothing (`# error: text`), and a part of the message; the report must point at its
//! line, or into another file with `# error[KeyError] at other.qn:3: text`. A file without `error` must exit with 0, one with it with 1.

use crate::process::Outcome;
use quern_ir::ErrorKind;

const EXPECT: &str = "# expect:";
const ERROR: &str = "# error";

/// Everything a script's comments ask for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    pub args: Vec<String>,
    pub stdin: String,
    /// Names of tiers; empty means all.
    pub tiers: Vec<String>,
    pub skip: Option<String>,
    pub output: Vec<Expected>,
    pub errors: Vec<ExpectedError>,
}

/// One line of output and the line of the script (from 1) whose comment asks for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    pub line: usize,
    pub text: String,
}

/// An error report that points at a line of the script.
#[derive(Debug, PartialEq, Eq)]
pub struct ExpectedError {
    pub line: usize,
    /// `file:line`, when the report is to point into another file, such as an imported one.
    pub place: Option<String>,
    /// A kind or a code; empty when any will do.
    pub kind: String,
    /// Part of the message, upper and lower case alike.
    pub message: String,
}

impl Expectation {
    /// Reads the comments of a script.
    pub fn parse(source: &str) -> Expectation {
        let mut expectation = Expectation::default();
        let mut in_header = true;
        for (index, text) in source.lines().enumerate() {
            let line = index + 1;
            in_header = in_header && (text.is_empty() || text.starts_with('#'));
            if in_header && let Some((key, value)) = text.trim_start_matches('#').split_once(':') {
                expectation.header(key.trim(), value.trim());
            }
            if let Some(at) = text.rfind(EXPECT) {
                let rest = &text[at + EXPECT.len()..];
                let text = rest.strip_prefix(' ').unwrap_or(rest).trim_end().to_owned();
                expectation.output.push(Expected { line, text });
            } else if let Some(error) =
                text.rfind(ERROR).and_then(|at| parse_error(&text[at + ERROR.len()..], line))
            {
                expectation.errors.push(error);
            }
        }
        expectation
    }

    fn header(&mut self, key: &str, value: &str) {
        match key {
            "args" => self.args = value.split_whitespace().map(str::to_owned).collect(),
            "stdin" => {
                self.stdin.push_str(value);
                self.stdin.push('\n');
            }
            "tiers" => self.tiers = value.split_whitespace().map(str::to_owned).collect(),
            "skip" => self.skip = Some(value.to_owned()),
            _ => {}
        }
    }

    /// What is wrong with a run, as text to show; `None` when all is as expected. `file_name` is the
    /// script's name as error reports show it.
    pub fn judge(&self, outcome: &Outcome, file_name: &str) -> Option<String> {
        let mut wrong = String::new();
        if outcome.timed_out {
            wrong.push_str(&format!("ran into the time limit after {:.1?}\n", outcome.took));
        }
        wrong.push_str(&self.output_diff(&outcome.stdout));
        let expected_code = if self.errors.is_empty() { 0 } else { 1 };
        if outcome.code != Some(expected_code) && !outcome.timed_out {
            match outcome.code {
                Some(code) => {
                    wrong.push_str(&format!("exit code {code}, expected {expected_code}\n"))
                }
                None => wrong.push_str("ended by a signal\n"),
            }
        }
        for error in &self.errors {
            if let Some(complaint) = error.missing_from(&outcome.stderr, file_name) {
                wrong.push_str(&complaint);
            }
        }
        if wrong.is_empty() {
            return None;
        }
        if !outcome.stderr.is_empty() {
            wrong.push_str("stderr:\n");
            for line in outcome.stderr.lines().take(40) {
                wrong.push_str(&format!("    {line}\n"));
            }
        }
        Some(wrong)
    }

    /// A diff of expected and actual output, empty when they agree.
    fn output_diff(&self, stdout: &str) -> String {
        let actual: Vec<&str> = stdout.lines().map(str::trim_end).collect();
        let mut diff = String::new();
        for index in 0..self.output.len().max(actual.len()) {
            let expected = self.output.get(index);
            let actual = actual.get(index).copied();
            if expected.map(|e| e.text.as_str()) == actual {
                continue;
            }
            if let Some(expected) = expected {
                diff.push_str(&format!("  line {}: - {}\n", expected.line, expected.text));
            }
            if let Some(actual) = actual {
                let place =
                    expected.map_or("  extra  ".to_owned(), |e| format!("  line {}", e.line));
                diff.push_str(&format!("{place}: + {actual}\n"));
            }
        }
        diff
    }

    /// The source with its `expect` comments rewritten to what a run printed; lines beyond the last
    /// comment are added at the end of the file.
    pub fn bless(&self, source: &str, stdout: &str) -> String {
        let mut actual = stdout.lines().map(str::trim_end);
        let mut blessed = String::new();
        for text in source.lines() {
            match text.rfind(EXPECT) {
                Some(at) => {
                    if let Some(line) = actual.next() {
                        blessed.push_str(format!("{}{EXPECT} {line}", &text[..at]).trim_end());
                        blessed.push('\n');
                    } else if !text[..at].trim().is_empty() {
                        blessed.push_str(text[..at].trim_end());
                        blessed.push('\n');
                    }
                }
                None => {
                    blessed.push_str(text);
                    blessed.push('\n');
                }
            }
        }
        for line in actual {
            blessed.push_str(format!("{EXPECT} {line}").trim_end());
            blessed.push('\n');
        }
        blessed
    }
}

fn parse_error(rest: &str, line: usize) -> Option<ExpectedError> {
    let (kind, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let (place, rest) = match rest.strip_prefix(" at ") {
        Some(rest) => rest.split_once(": ").map(|(place, rest)| (Some(place.to_owned()), rest))?,
        None => (None, rest.strip_prefix(':')?),
    };
    Some(ExpectedError { line, place, kind: kind.to_owned(), message: rest.trim().to_owned() })
}

impl ExpectedError {
    fn missing_from(&self, stderr: &str, file_name: &str) -> Option<String> {
        let place = self.place.clone().unwrap_or_else(|| format!("{file_name}:{}", self.line));
        if !stderr.contains(&format!("{place}:")) {
            return Some(format!("no error report points at {place}\n"));
        }
        let code = ErrorKind::from_name(&self.kind).map_or("", ErrorKind::code);
        let kind_shown = stderr.contains(&self.kind) || (!code.is_empty() && stderr.contains(code));
        if !kind_shown {
            return Some(format!("line {}: the report does not name {}\n", self.line, self.kind));
        }
        if !stderr.to_lowercase().contains(&self.message.to_lowercase()) {
            return Some(format!(
                "line {}: the report does not say \"{}\"\n",
                self.line, self.message
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn outcome(code: i32, stdout: &str, stderr: &str) -> Outcome {
        Outcome {
            code: Some(code),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            took: Duration::ZERO,
            timed_out: false,
        }
    }

    #[test]
    fn header_output_and_errors_are_read() {
        let source = "# args: a b\n# stdin: 1\n# stdin: 2\nprint(1)  # expect: 1\n# expect: 2\nx  # error[E0101]: no x\n";
        let expectation = Expectation::parse(source);
        assert_eq!(expectation.args, ["a", "b"]);
        assert_eq!(expectation.stdin, "1\n2\n");
        assert_eq!(expectation.output.len(), 2);
        assert_eq!(expectation.output[1], Expected { line: 5, text: "2".to_owned() });
        let error = ExpectedError {
            line: 6,
            place: None,
            kind: "E0101".to_owned(),
            message: "no x".to_owned(),
        };
        assert_eq!(expectation.errors, [error]);
    }

    #[test]
    fn a_run_as_expected_is_accepted() {
        let expectation = Expectation::parse("print(1)  # expect: 1\n");
        assert_eq!(expectation.judge(&outcome(0, "1\n", ""), "a.qn"), None);
    }

    #[test]
    fn missing_extra_and_different_lines_are_shown() {
        let expectation = Expectation::parse("print(1)  # expect: 1\n# expect: 2\n");
        assert!(
            expectation
                .judge(&outcome(0, "1\n", ""), "a.qn")
                .is_some_and(|d| d.contains("line 2: - 2"))
        );
        assert!(
            expectation
                .judge(&outcome(0, "1\n2\n3\n", ""), "a.qn")
                .is_some_and(|d| d.contains("+ 3"))
        );
        assert!(
            expectation
                .judge(&outcome(0, "0\n2\n", ""), "a.qn")
                .is_some_and(|d| d.contains("line 1: - 1"))
        );
    }

    #[test]
    fn an_error_must_be_at_its_line_and_of_its_kind() {
        let expectation = Expectation::parse("xs[9]  # error[IndexError]: out of range\n");
        let good = "error[E0205]: index 9 is out of range\n --> a.qn:1:1\n";
        assert_eq!(expectation.judge(&outcome(1, "", good), "a.qn"), None);
        assert!(
            expectation.judge(&outcome(1, "", &good.replace(":1:1", ":2:1")), "a.qn").is_some()
        );
        assert!(
            expectation.judge(&outcome(1, "", &good.replace("E0205", "E0201")), "a.qn").is_some()
        );
        assert!(expectation.judge(&outcome(0, "", good), "a.qn").is_some());
    }

    #[test]
    fn blessing_rewrites_adds_and_removes() {
        let source = "print(1)  # expect: 0\n# expect: gone\n";
        let expectation = Expectation::parse(source);
        assert_eq!(expectation.bless(source, "1\n"), "print(1)  # expect: 1\n");
        assert_eq!(
            expectation.bless(source, "1\n2\n3\n"),
            "print(1)  # expect: 1\n# expect: 2\n# expect: 3\n"
        );
    }
}
