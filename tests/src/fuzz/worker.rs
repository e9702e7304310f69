//! Judging programs in a process of its own, so that a crash or an endless loop is a finding and not
//! the end of the search.
//!
//! The parent sends texts, the worker answers each; a text ends with a zero byte in both directions. An
//! answer is empty, or the category and, on the next lines, the text of a [`Difference`].

use super::judge::{Difference, judge};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// The most time that one program may take on all tiers together.
const LIMIT: Duration = Duration::from_secs(180);

/// The worker's side: judges texts from standard input until it ends.
///
/// # Errors
/// The parent went away.
pub fn serve() -> io::Result<()> {
    // A panic is reported with the program; its backtrace would only fill the parent's output.
    std::panic::set_hook(Box::new(|_| {}));
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = io::stdout().lock();
    while let Some(text) = receive(&mut input)? {
        if let Some(found) = judge(&text) {
            write!(output, "{}\n{}", found.category, found.text)?;
        }
        output.write_all(&[0])?;
        output.flush()?;
    }
    Ok(())
}

fn receive(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    input.read_until(0, &mut bytes)?;
    Ok(match bytes.pop() {
        Some(0) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        _ => None,
    })
}

/// The parent's side. The process starts with the first program, and again after a crash.
pub struct Worker {
    start: Box<dyn Fn() -> Command + Send>,
    process: Option<Process>,
}

struct Process {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Worker {
    /// A worker whose process calls [`serve`].
    pub fn new(start: impl Fn() -> Command + Send + 'static) -> Worker {
        Worker { start: Box::new(start), process: None }
    }

    /// What is wrong with a program, if anything.
    pub fn judge(&mut self, text: &str) -> Option<Difference> {
        let process = self.process.get_or_insert_with(|| Process::start((self.start)()));
        // A worker that is gone cannot be written to; the missing answer says so below.
        let sent =
            process.input.write_all(text.as_bytes()).and_then(|()| process.input.write_all(&[0]));
        let answer = match sent.and_then(|()| process.input.flush()) {
            Ok(()) => process.answers.recv_timeout(LIMIT),
            Err(_) => Err(RecvTimeoutError::Disconnected),
        };
        match answer {
            Ok(answer) if answer.is_empty() => None,
            Ok(answer) => {
                let (category, text) = answer.split_once('\n').unwrap_or((&answer, ""));
                Some(Difference { category: category.to_owned(), text: text.to_owned() })
            }
            Err(why) => {
                let category = match why {
                    RecvTimeoutError::Timeout => "does not end",
                    RecvTimeoutError::Disconnected => "crashes",
                };
                let status = self.process.take().map(Process::end).unwrap_or_default();
                Some(Difference { category: category.to_owned(), text: status })
            }
        }
    }
}

impl Process {
    fn start(mut command: Command) -> Process {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the worker starts");
        let input = child.stdin.take().expect("stdin is piped");
        let output = child.stdout.take().expect("stdout is piped");
        let (sender, answers) = channel();
        thread::spawn(move || forward(output, |answer| sender.send(answer).is_ok()));
        Process { child, input, answers }
    }

    /// Ends the process if it still runs, and says how it ended.
    fn end(mut self) -> String {
        // It may have ended by itself already, and then there is nothing to end.
        let _ = self.child.kill();
        self.child.wait().map_or_else(|e| e.to_string(), |status| status.to_string())
    }
}

fn forward(output: impl Read, mut send: impl FnMut(String) -> bool) {
    let mut output = BufReader::new(output);
    while let Ok(Some(answer)) = receive(&mut output) {
        if !send(answer) {
            return;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            process.end();
        }
    }
}
