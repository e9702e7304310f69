//! Executes the code of `docs/language.md`: every block fenced as `quern` is a script whose comments
//! say what it prints, judged as the files in `tests/scripts` are.
//!
//! The words after `quern` on the fence: `file=lib/shapes.qn` stores the block under that name for the
//! blocks below it, which may import it, and does not run it; `skip` does not run it.

use libtest_mimic::{Arguments, Trial};
use quern_tests::binary;
use quern_tests::script::{self, Scratch};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// One fenced block and the line (from 1) its code starts at.
struct Block {
    line: usize,
    words: Vec<String>,
    code: String,
}

impl Block {
    fn file(&self) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix("file="))
    }

    fn skipped(&self) -> bool {
        self.words.iter().any(|word| word == "skip")
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let guide = binary::repository().join("docs/language.md");
    let text =
        fs::read_to_string(&guide).unwrap_or_else(|error| panic!("{}: {error}", guide.display()));
    let mut stored: Vec<(PathBuf, String)> = Vec::new();
    let mut trials = Vec::new();
    for block in blocks(&text) {
        if let Some(file) = block.file() {
            stored.push((PathBuf::from(file), block.code.clone()));
        } else {
            let files = stored.clone();
            let (name, skipped) = (format!("language.md:{}", block.line), block.skipped());
            let trial = Trial::test(name, move || run(&block, &files).map_err(Into::into));
            trials.push(trial.with_ignored_flag(skipped));
        }
    }
    assert!(!trials.is_empty(), "the guide has no code");
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs a block from a folder that holds the stored files. Blank lines before the code keep the line
/// numbers of error reports those of the guide.
fn run(block: &Block, files: &[(PathBuf, String)]) -> Result<(), String> {
    let scratch = Scratch::new();
    for (name, code) in files {
        write(&scratch.path().join(name), code)?;
    }
    let script = scratch.path().join("language.md.qn");
    write(&script, &format!("{}{}", "\n".repeat(block.line - 1), block.code))?;
    script::check(&script)
}

fn write(path: &std::path::Path, text: &str) -> Result<(), String> {
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|e| format!("{}: {e}", path.display()))
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        let words: Vec<String> = info.split_whitespace().map(str::to_owned).collect();
        let mut code = String::new();
        for (_, line) in
            lines.by_ref().take_while(|(_, line)| !line.trim_start().starts_with("```"))
        {
            code.push_str(line);
            code.push('\n');
        }
        if words.first().is_some_and(|word| word == "quern") {
            blocks.push(Block { line: index + 2, words, code });
        }
    }
    blocks
}
