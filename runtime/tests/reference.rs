//! What the table of builtins promises: every row is documented, every example in it prints what it
//! says, and `docs/reference.md` is that table as a page. `BLESS=1` rewrites the page.
//!
//! A doc comment is a summary, then labelled lines (`Shapes:`, `Errors:`, ...), then examples:
//!
//! ```text
//! Example: print(eye(2))
//! # expect: [[1. 0.]
//! # expect:  [0. 1.]]
//! Example: sqrt("a")  # error[TypeError]: number
//! ```

use parking_lot::Mutex;
use quern::host::Output;
use quern::{JitMode, Runtime};
use quern_ir::Builtin;
use std::path::PathBuf;
use std::sync::Arc;

/// The table's source, for the titles of its sections.
const TABLE: &str = include_str!("../../ir/src/builtins.rs");

const LABELS: &[&str] =
    &["Shapes:", "Types:", "Units:", "Special values:", "Errors:", "Source:", "Note:"];

/// A line of code and what it does.
struct Example {
    /// The lines as they stand in the doc comment, without `Example:`.
    text: String,
    code: String,
    outcome: Outcome,
}

enum Outcome {
    Prints(String),
    /// Throws an error of this kind whose message contains the text.
    Throws(String, String),
}

/// A doc comment taken apart.
#[derive(Default)]
struct Doc {
    summary: String,
    /// Paragraphs that begin with a label or went on after the summary.
    notes: Vec<String>,
    examples: Vec<Example>,
}

impl Doc {
    fn of(builtin: Builtin) -> Doc {
        let mut doc = Doc::default();
        for line in builtin.doc().lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("Example: ") {
                doc.examples.push(Example::parse(text));
            } else if let Some(output) = line.strip_prefix("# expect: ") {
                let example = doc.examples.last_mut().expect("an expectation follows an example");
                example.expect(line, output);
            } else if LABELS.iter().any(|label| line.starts_with(label)) {
                doc.notes.push(line.into());
            } else {
                let last = doc.notes.last_mut().unwrap_or(&mut doc.summary);
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
        }
        doc.notes = doc.notes.iter().flat_map(|note| at_labels(note)).collect();
        doc
    }
}

/// Splits `Shapes: .. Errors: ..` before each label.
fn at_labels(text: &str) -> Vec<String> {
    let starts = LABELS.iter().flat_map(|label| text.match_indices(label)).map(|(at, _)| at);
    let mut ends: Vec<usize> = starts.filter(|&at| at > 0).collect();
    ends.push(text.len());
    ends.sort_unstable();
    let mut start = 0;
    ends.into_iter()
        .map(|end| text[std::mem::replace(&mut start, end)..end].trim().to_string())
        .collect()
}

impl Example {
    fn parse(text: &str) -> Example {
        let (code, outcome) = match (text.split_once("  # expect: "), text.split_once("  # error["))
        {
            (Some((code, output)), _) => (code, Outcome::Prints(format!("{output}\n"))),
            (_, Some((code, error))) => {
                let (kind, message) =
                    error.split_once("]: ").expect("an error has a kind and a text");
                (code, Outcome::Throws(kind.into(), message.into()))
            }
            _ => (text, Outcome::Prints(String::new())),
        };
        Example { text: text.into(), code: code.into(), outcome }
    }

    fn expect(&mut self, line: &str, output: &str) {
        self.text.push('\n');
        self.text.push_str(line);
        match &mut self.outcome {
            Outcome::Prints(text) => text.push_str(&format!("{output}\n")),
            Outcome::Throws(..) => panic!("{line:?} follows a line that throws"),
        }
    }

    /// What is wrong with it on some tier, if anything.
    fn fault(&self) -> Option<String> {
        [JitMode::Off, JitMode::On, JitMode::Eager].into_iter().find_map(|mode| self.fault_of(mode))
    }

    fn fault_of(&self, mode: JitMode) -> Option<String> {
        let printed = Arc::new(Printed::default());
        let runtime = Runtime::builder().jit(mode).output(printed.clone()).build();
        let result = runtime.load_text("example.qn", &self.code);
        let printed = printed.text.lock();
        match (&self.outcome, result) {
            // What ends without a newline cannot be told from what ends with one.
            (Outcome::Prints(text), Ok(_)) if text.trim_end() == printed.trim_end() => None,
            (Outcome::Throws(kind, message), Err(e))
                if e.kind() == kind && e.message().contains(message.as_str()) =>
            {
                None
            }
            (Outcome::Prints(_), Ok(_)) => {
                Some(format!("{}\nprints, {mode:?},\n{printed}", self.text))
            }
            (Outcome::Throws(..), Ok(_)) => {
                Some(format!("{}\nthrows nothing, {mode:?}", self.text))
            }
            (_, Err(e)) => Some(format!("{}\nfails, {mode:?},\n{e:?}", self.text)),
        }
    }
}

/// Keeps what scripts print.
#[derive(Default)]
struct Printed {
    text: Mutex<String>,
}

impl Output for Printed {
    fn write(&self, text: &str) -> std::io::Result<()> {
        self.text.lock().push_str(text);
        Ok(())
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The builtins scripts may call; the others are made for the prelude.
fn public() -> impl Iterator<Item = Builtin> {
    Builtin::ALL.iter().copied().filter(|b| !b.name().starts_with("__"))
}

#[test]
fn every_row_has_a_summary_and_an_example_or_a_note() {
    for builtin in public() {
        let doc = Doc::of(builtin);
        assert!(doc.summary.ends_with('.'), "{builtin:?} has no summary: {:?}", doc.summary);
        let has_note = doc.notes.iter().any(|note| note.starts_with("Note:"));
        assert!(has_note || !doc.examples.is_empty(), "{builtin:?} has neither example nor note");
    }
}

#[test]
fn examples_print_what_they_say() {
    // Examples write files by relative paths.
    let folder = std::env::temp_dir().join(format!("quern-reference-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be made");
    std::env::set_current_dir(&folder).expect("the temporary folder can be entered");
    let fault = |b: Builtin| {
        let faults = Doc::of(b).examples.into_iter().filter_map(|example| example.fault());
        faults.map(move |fault| format!("{b:?}: {fault}\n")).collect::<String>()
    };
    let faults: String = public().map(fault).collect();
    assert!(faults.is_empty(), "{faults}");
    let left: Vec<_> = std::fs::read_dir(".").into_iter().flatten().flatten().collect();
    assert!(left.is_empty(), "examples leave files: {left:?}");
    std::env::set_current_dir(std::env::temp_dir()).expect("the folder can be left");
    std::fs::remove_dir(&folder).expect("an empty folder can be removed");
}

#[test]
fn the_page_is_the_table() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/reference.md");
    let page = page();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
        return;
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = stored.lines().zip(page.lines()).position(|(a, b)| a != b);
    let line = differs.unwrap_or(stored.lines().count().min(page.lines().count()));
    assert!(
        stored == page,
        "docs/reference.md differs from the table from line {} on:\n  is     {:?}\n  should {:?}\n\
         BLESS=1 rewrites it",
        line + 1,
        stored.lines().nth(line),
        page.lines().nth(line)
    );
}

const INTRODUCTION: &str = "\
# Reference of builtins

Written by `BLESS=1 cargo test -p quern-lang --test reference` from the table `ir/src/builtins.rs`; every
example is run by the tests. `help(f)` shows an entry in a script. [language.md](language.md) explains
the language.

- A parameter with `=` may be left out and may be named: `sum(x, axis: 0)`. `...x` takes any number of
  arguments, `mut x` changes the caller's variable. `f(x, y)` may be written `x.f(y)`.
- `[m, n]` is the shape of an array, `[..s]` any shape, `[]` none. Where an array is expected, a number, a
  range, or a list or tuple of numbers is converted; the elementwise functions take numbers and arrays only.
- Shapes broadcast as in NumPy: aligned at the end, an axis of length 1 or a missing one is stretched.
- An argument of a type that makes no sense is a `TypeError` that says what was expected and found.
- Axes count from 0, negative ones from the end.
- Interpreted and compiled code call the same functions and give the same bits.
";

/// The whole table as a page.
fn page() -> String {
    let mut sections: Vec<(String, Vec<Builtin>)> = Vec::new();
    for builtin in public() {
        let title = title(builtin);
        match sections.iter_mut().find(|(t, _)| *t == title) {
            Some((_, rows)) => rows.push(builtin),
            None => sections.push((title, vec![builtin])),
        }
    }
    let mut out = String::from(INTRODUCTION);
    out.push_str("\nContents:\n\n");
    for (title, rows) in &sections {
        let names: Vec<String> = rows.iter().map(|b| format!("`{}`", b.name())).collect();
        out.push_str(&format!("- [{title}](#{}): {}\n", anchor(title), names.join(" ")));
    }
    for (title, rows) in &sections {
        out.push_str(&format!("\n## {title}\n"));
        rows.iter().for_each(|&b| out.push_str(&entry(b)));
    }
    out
}

fn entry(builtin: Builtin) -> String {
    let doc = Doc::of(builtin);
    let mut out = format!("\n### `{}({})`\n\n", builtin.name(), builtin.signature());
    out.push_str(&format!("{}\n", doc.summary));
    if !doc.notes.is_empty() {
        out.push('\n');
    }
    for note in &doc.notes {
        let (label, text) = note.split_once(':').expect("a note has a label");
        out.push_str(&format!("- *{label}:*{text}\n"));
    }
    if !doc.examples.is_empty() {
        let examples: Vec<&str> = doc.examples.iter().map(|e| e.text.as_str()).collect();
        out.push_str(&format!("\n```quern\n{}\n```\n", examples.join("\n")));
    }
    out
}

/// The section of a builtin: its module, or the title above its row in the table.
fn title(builtin: Builtin) -> String {
    if let Some((module, _)) = builtin.name().split_once('.') {
        return format!("Module {module}");
    }
    let row = TABLE.find(&format!("{:?} (", builtin.name())).expect("every builtin has a row");
    let start = TABLE[..row].rfind("// ---- ").expect("every row is in a section") + 8;
    let title = TABLE[start..].split(" --").next().unwrap_or_default();
    title[..1].to_uppercase() + &title[1..]
}

/// The link target that Markdown viewers give a title.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
