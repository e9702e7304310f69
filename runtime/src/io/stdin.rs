//! Standard input, a line at a time.

use super::wait::{News, wait};
use parking_lot::Mutex;
use quern_ir::ErrorKind;
use quern_vm::Error;
use quern_vm::interrupt::Interrupt;
use std::io::{self, BufRead};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Standard input, of which a process has one.
static STDIN: LazyLock<Mutex<StandardInput>> = LazyLock::new(Mutex::default);

/// The next line with its end, empty at the end of input.
///
/// # Errors
/// The interrupt's, when the run is asked to stop meanwhile; what is typed then is there for the next call.
/// `IOError`, also for what is no UTF-8.
pub fn read_line(interrupt: &Interrupt) -> Result<String, Error> {
    STDIN.lock().line(interrupt)
}

/// What was read and not used yet, and the thread that reads.
#[derive(Default)]
struct StandardInput {
    text: Vec<u8>,
    reader: Option<Reader>,
}

/// A thread that reads a piece whenever it is asked to.
struct Reader {
    requests: Sender<()>,
    /// Whether a piece is on its way.
    asked: bool,
    sender: Sender<News<io::Result<Vec<u8>>>>,
    pieces: Receiver<News<io::Result<Vec<u8>>>>,
}

impl StandardInput {
    fn line(&mut self, interrupt: &Interrupt) -> Result<String, Error> {
        let mut searched = 0;
        let end = loop {
            if let Some(at) = self.text[searched..].iter().position(|&b| b == b'\n') {
                break searched + at + 1;
            }
            searched = self.text.len();
            let piece = self.reader.get_or_insert_with(Reader::start).piece(interrupt)?;
            if piece.is_empty() {
                break searched;
            }
            self.text.extend(piece);
        };
        let line = self.text.drain(..end).collect();
        String::from_utf8(line).map_err(|_| failed("it is not UTF-8"))
    }
}

impl Reader {
    fn start() -> Reader {
        let (requests, asked) = channel();
        let (sender, pieces) = channel();
        let reader = sender.clone();
        std::thread::spawn(move || {
            for () in asked {
                // It ends with the process.
                let _ = reader.send(News::Done(read_piece()));
            }
        });
        Reader { requests, asked: false, sender, pieces }
    }

    /// The next bytes, none at the end of input.
    fn piece(&mut self, interrupt: &Interrupt) -> Result<Vec<u8>, Error> {
        if !self.asked {
            self.requests.send(()).map_err(failed)?;
            self.asked = true;
        }
        let piece = wait(interrupt, &self.sender, &self.pieces)?;
        self.asked = false;
        piece.map_err(failed)
    }
}

fn read_piece() -> io::Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    let piece = stdin.fill_buf()?.to_vec();
    stdin.consume(piece.len());
    Ok(piece)
}

fn failed(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::IOError, format!("input: {why}"))
}
