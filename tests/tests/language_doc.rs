//! Executes the code of `docs/language.md` and `docs/modules/*.md`: every block fenced as `quern` is a script
//! whose comments say what it prints, judged as the files in `tests/scripts` are.
//!
//! The words after `quern` on the fence: `file=lib/shapes.qn` stores the block under that name for the
//! blocks below it in the page, which may import it, and does not run it; `skip` does not run it.

use libtest_mimic::{Arguments, Trial};
use quern_tests::binary;
use quern_tests::script::{self, Scratch};
use std::fs;
use std::path::{Path, PathBuf};
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
    let trials = pages().iter().flat_map(|page| trials_of(page)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The guide and a page for each module.
fn pages() -> Vec<PathBuf> {
    let docs = binary::repository().join("docs");
    let folder = docs.join("modules");
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut pages: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder can be read to its end").path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages.insert(0, docs.join("language.md"));
    pages
}

fn trials_of(page: &Path) -> Vec<Trial> {
    let text = fs::read_to_string(page).unwrap_or_else(|e| panic!("{}: {e}", page.display()));
    let title = page.file_name().expect("a page is a file").to_string_lossy().into_owned();
    let mut stored: Vec<(PathBuf, String)> = Vec::new();
    let mut trials = Vec::new();
    for block in blocks(&text) {
        if let Some(file) = block.file() {
            stored.push((PathBuf::from(file), block.code.clone()));
        } else {
            let (files, title) = (stored.clone(), title.clone());
            let (name, skipped) = (format!("{title}:{}", block.line), block.skipped());
            let trial = Trial::test(name, move || run(&title, &block, &files).map_err(Into::into));
            trials.push(trial.with_ignored_flag(skipped));
        }
    }
    assert!(!trials.is_empty(), "{title} has no code");
    trials
}

/// Runs a block from a folder that holds the stored files. Blank lines before the code keep the line
/// numbers of error reports those of the page.
fn run(title: &str, block: &Block, files: &[(PathBuf, String)]) -> Result<(), String> {
    let scratch = Scratch::new();
    for (name, code) in files {
        write(&scratch.path().join(name), code)?;
    }
    let script = scratch.path().join(format!("{title}.qn"));
    write(&script, &format!("{}{}", "\n".repeat(block.line - 1), block.code))?;
    script::check(&script)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
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
