//! Standard output: buffered, written out at each line end when a person watches.

use crate::host::Output;
use parking_lot::Mutex;
use std::io::{BufWriter, ErrorKind, IsTerminal, Result, Stdout, Write};

/// Standard output of the process.
///
/// When the reader at the other end of a pipe is gone (`jit f.qn | head`), the process ends quietly:
/// nobody wants the rest.
pub struct StandardOutput {
    buffer: Mutex<BufWriter<Stdout>>,
    by_line: bool,
}

impl StandardOutput {
    pub fn new() -> StandardOutput {
        let stdout = std::io::stdout();
        let by_line = stdout.is_terminal();
        StandardOutput { buffer: Mutex::new(BufWriter::with_capacity(1 << 16, stdout)), by_line }
    }
}

impl Output for StandardOutput {
    fn write(&self, text: &str) -> Result<()> {
        let mut buffer = self.buffer.lock();
        let flush = self.by_line && text.contains('\n');
        let written = buffer.write_all(text.as_bytes());
        quiet_end(if flush { written.and_then(|()| buffer.flush()) } else { written })
    }

    fn flush(&self) -> Result<()> {
        quiet_end(self.buffer.lock().flush())
    }
}

/// Standard error of the process, for what a script prints where standard output holds something else.
pub struct StandardError;

impl Output for StandardError {
    fn write(&self, text: &str) -> Result<()> {
        std::io::stderr().write_all(text.as_bytes())
    }

    fn flush(&self) -> Result<()> {
        std::io::stderr().flush()
    }
}

fn quiet_end(result: Result<()>) -> Result<()> {
    match result {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        other => other,
    }
}
