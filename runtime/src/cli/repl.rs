//! The interactive session: `jit repl`.

use super::args::EngineArgs;
use super::run::{echo, engine, on_big_stack};
use super::{Outcome, report};
use crate::engine::Engine;
use crate::io::stdin;
use quern_ir::{Builtin, Ty};
use quern_vm::Value;
use reedline::{
    ColumnarMenu, Completer, CompletionResult, DefaultHinter, DefaultPrompt, DefaultPromptSegment,
    Emacs, FileBackedHistory, Highlighter, KeyCode, KeyModifiers, MenuBuilder, Reedline,
    ReedlineEvent, ReedlineMenu, Signal, Span as LineSpan, StyledText, Suggestion,
    ValidationResult, Validator, default_emacs_keybindings,
};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Most lines kept in the history file.
const HISTORY: usize = 10_000;

const HELP: &str = "\
Type an expression or a statement; a value is shown with its type, and is `_` in the next entry.
:help        this text; :help NAME tells about a function
:type EXPR   the type of a value
:time EXPR   how long an expression takes
:load FILE   run a script as if it had been typed here
:reset       forget everything
:quit        leave (also Ctrl-D)
";

/// Reads, evaluates and prints until the input ends.
pub fn run(args: &EngineArgs) -> Outcome {
    let engine = engine(args, Vec::new(), true);
    let interrupted = super::run::stop_on_interrupt(&engine);
    let mut session = ReplSession { args: args.clone(), engine: Arc::new(engine), interrupted };
    if !std::io::stdin().is_terminal() {
        return session.read_plain();
    }
    println!("Quern {}  (:help for help, Ctrl-D to leave)", env!("CARGO_PKG_VERSION"));
    session.read_edited()
}

struct ReplSession {
    args: EngineArgs,
    engine: Arc<Engine>,
    /// Whether Ctrl-C was pressed since the entry began.
    interrupted: Arc<AtomicBool>,
}

impl ReplSession {
    /// Entries from a pipe, one at a time, no editing.
    fn read_plain(&mut self) -> Outcome {
        let mut entry = String::new();
        // Ctrl-C ends a session that nobody types.
        while let Ok(line) = stdin::read_line(&self.engine.interrupt)
            && !line.is_empty()
        {
            entry.push_str(&line);
            let is_whole = !quern_frontend::is_incomplete(&entry);
            if is_whole && !self.enter(&std::mem::take(&mut entry)) {
                return Ok(());
            }
        }
        if !entry.trim().is_empty() {
            self.enter(&entry);
        }
        Ok(())
    }

    fn read_edited(&mut self) -> Outcome {
        let prompt = DefaultPrompt::new(
            DefaultPromptSegment::Basic("quern".into()),
            DefaultPromptSegment::Empty,
        );
        let mut editor = self.editor();
        loop {
            match editor.read_line(&prompt) {
                Ok(Signal::Success(text)) => {
                    let was = Arc::as_ptr(&self.engine);
                    if !self.enter(&text) {
                        return Ok(());
                    }
                    if Arc::as_ptr(&self.engine) != was {
                        editor = self.editor();
                    }
                }
                Ok(Signal::CtrlC) => {}
                Ok(_) => return Ok(()),
                Err(e) => {
                    eprintln!("jit: the terminal cannot be read: {e}");
                    return Err(super::Failure::Script);
                }
            }
        }
    }

    fn editor(&self) -> Reedline {
        let mut keys = default_emacs_keybindings();
        keys.add_binding(
            KeyModifiers::NONE,
            KeyCode::Tab,
            ReedlineEvent::UntilFound(vec![
                ReedlineEvent::Menu("completion".into()),
                ReedlineEvent::MenuNext,
            ]),
        );
        let menu = ReedlineMenu::EngineCompleter(Box::new(
            ColumnarMenu::default().with_name("completion"),
        ));
        let mut editor = Reedline::create()
            .with_validator(Box::new(EntryValidator))
            .with_completer(Box::new(NameCompleter { engine: self.engine.clone() }))
            .with_highlighter(Box::new(Colours))
            .with_hinter(Box::new(DefaultHinter::default()))
            .with_menu(menu)
            .with_edit_mode(Box::new(Emacs::new(keys)));
        if let Some(file) = history_file() {
            match FileBackedHistory::with_file(HISTORY, file) {
                Ok(history) => editor = editor.with_history(Box::new(history)),
                Err(e) => eprintln!("jit: no history: {e}"),
            }
        }
        editor
    }

    /// Handles one entry; `false` ends the session.
    fn enter(&mut self, text: &str) -> bool {
        let text = text.trim();
        let (command, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match command {
            "" => {}
            ":help" | ":h" if rest.trim().is_empty() => print!("{HELP}"),
            ":help" | ":h" => return self.evaluate("<repl>", &format!("help({rest})"), |_| {}),
            ":quit" | ":q" | ":exit" => return false,
            ":reset" => {
                let mut fresh = engine(&self.args, Vec::new(), true);
                // Ctrl-C keeps its meaning.
                fresh.interrupt = self.engine.interrupt.clone();
                self.engine = Arc::new(fresh);
            }
            ":type" => return self.evaluate("<repl>", rest, |v| println!("{}", type_of(v))),
            ":time" => {
                let started = Instant::now();
                let keep_on = self.evaluate("<repl>", rest, show);
                println!("{:.6} s", started.elapsed().as_secs_f64());
                return keep_on;
            }
            ":load" => match crate::io::file::read_text(&self.engine.interrupt, rest.trim()) {
                Ok(script) => return self.evaluate(rest.trim(), &script, |_| {}),
                Err(e) => eprintln!("{}", e.message),
            },
            _ if command.starts_with(':') => {
                eprintln!("there is no command {command}; :help lists them")
            }
            _ => return self.evaluate("<repl>", text, show),
        }
        true
    }

    /// Runs an entry; `false` when it called `os.exit`.
    fn evaluate(&self, name: &str, text: &str, then: impl FnOnce(&Value)) -> bool {
        self.engine.interrupt.clear();
        self.interrupted.store(false, Ordering::Relaxed);
        let result = on_big_stack(|| {
            let lowered = self.engine.load(name, text, false)?;
            self.engine.run(&lowered)
        });
        self.engine.interrupt.clear();
        // A closed standard output ends the process in `flush`.
        let _ = self.engine.host.output().flush();
        match result {
            Ok(value) => {
                if !value.is_none() {
                    self.engine.keep_last(&value);
                }
                then(&value);
            }
            Err(e) => {
                let thrown = match e.failure() {
                    crate::error::Failure::Thrown(e) => e.exit,
                    crate::error::Failure::Mistakes(_) => None,
                };
                if thrown.is_some() {
                    return false;
                }
                report::error(&e, self.args.message_format);
            }
        }
        true
    }
}

/// Echoes a value and its type.
fn show(value: &Value) {
    if !value.is_none() {
        println!("{} : {}", echo(value), type_of(value));
    }
}

/// `~/.local/state/quern/history`, or where `XDG_STATE_HOME` says.
fn history_file() -> Option<PathBuf> {
    let state = match std::env::var_os("XDG_STATE_HOME") {
        Some(dir) => PathBuf::from(dir),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".local/state"),
    };
    Some(state.join("quern/history"))
}

/// Lets an entry go on over several lines while something is open.
struct EntryValidator;

impl Validator for EntryValidator {
    fn validate(&self, line: &str) -> ValidationResult {
        match quern_frontend::is_incomplete(line) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Complete,
        }
    }
}

/// Completes names of the session, builtins, keywords and commands; after a dot, what stands before it
/// has.
struct NameCompleter {
    engine: Arc<Engine>,
}

impl NameCompleter {
    /// Everything a word may become, the likeliest first.
    fn candidates(&self, word: &str) -> Vec<String> {
        let builtins = || Builtin::ALL.iter().filter(|b| !b.name().starts_with('_'));
        let Some((head, tail)) = word.rsplit_once('.') else {
            let mut names: Vec<String> =
                self.engine.names().iter().map(|n| n.to_string()).filter(|n| n != "_").collect();
            names.extend(builtins().map(|b| b.name().to_string()));
            names.extend(KEYWORDS.iter().chain(COMMANDS).map(|k| k.to_string()));
            return sorted(names, word);
        };
        let members = builtins().map(|b| b.name().to_string());
        let exports = self.engine.members(head).into_iter().map(|n| format!("{head}.{n}"));
        let members = sorted(members.chain(exports).collect(), word);
        if !members.is_empty() {
            return members;
        }
        let after = |name: &str| format!("{head}.{name}");
        let mut parts = head.split('.');
        let mut value = parts.next().and_then(|name| self.engine.value(name));
        for part in parts {
            value = value.and_then(|v| quern_vm::ops::field(&v, part).ok());
        }
        if value.is_none() && !head.is_empty() {
            return Vec::new();
        }
        let fields = value.map(|v| quern_vm::ops::fields(&v)).unwrap_or_default();
        let fields = sorted(fields.iter().map(|f| after(f)).collect(), word);
        // `x.f(..)` is `f(x, ..)`; of all functions only with something to go by.
        let methods = builtins().filter(|b| b.is_method());
        let methods = methods.filter(|_| fields.is_empty() || !tail.is_empty());
        let methods = sorted(methods.map(|b| after(b.name())).collect(), word);
        fields.into_iter().chain(methods).collect()
    }
}

/// Those that go on from `word`, in order.
fn sorted(mut names: Vec<String>, word: &str) -> Vec<String> {
    names.retain(|n| n.starts_with(word) && n != word);
    names.sort();
    names.dedup();
    names
}

impl Completer for NameCompleter {
    fn complete(&mut self, line: &str, at: usize) -> CompletionResult {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
        let start = line[..at]
            .rfind(|c| !is_part(c))
            .map_or(0, |i| i + line[i..].chars().next().map_or(1, char::len_utf8));
        let suggestion = |value: String| Suggestion {
            value,
            span: LineSpan::new(start, at),
            ..Suggestion::default()
        };
        let names = self.candidates(&line[start..at]);
        CompletionResult::fresh(names.into_iter().map(suggestion).collect::<Vec<_>>())
    }
}

/// The type of a value in an author's words.
fn type_of(value: &Value) -> String {
    match value.ty() {
        Ty::Any => value.type_name().into(),
        ty => format!("{ty:#}"),
    }
}

const COMMANDS: &[&str] = &[":help", ":type", ":time", ":load", ":reset", ":quit"];

const KEYWORDS: &[&str] = &[
    "let", "mut", "fn", "if", "else", "match", "for", "in", "while", "loop", "break", "continue",
    "return", "yield", "try", "catch", "finally", "throw", "import", "as", "async", "await",
    "receive", "and", "or", "not", "xor", "true", "false", "none",
];

/// Colours for keywords, numbers, strings and comments.
struct Colours;

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _: usize) -> StyledText {
        use nu_ansi_term::{Color, Style};
        let mut styled = StyledText::new();
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let (length, style) = match first {
                '#' => (rest.len(), Style::new().fg(Color::DarkGray)),
                '"' => (string_length(rest), Style::new().fg(Color::Green)),
                c if c.is_ascii_digit() => {
                    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
                    (end.unwrap_or(rest.len()), Style::new().fg(Color::Cyan))
                }
                c if c.is_alphabetic() || c == '_' => {
                    let end =
                        rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                    let word = &rest[..end];
                    let style = match word {
                        _ if KEYWORDS.contains(&word) => Style::new().fg(Color::Magenta).bold(),
                        _ if Builtin::from_name(word).is_some() => Style::new().fg(Color::Blue),
                        _ => Style::new(),
                    };
                    (end, style)
                }
                c => (c.len_utf8(), Style::new()),
            };
            styled.push((style, rest[..length].to_string()));
            rest = &rest[length..];
        }
        styled
    }
}

/// Bytes of a string literal from its quote on, unclosed ones to the end of the line.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}
