//! Runs the binary with input, under a time limit, and collects what it wrote.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a finished process left behind.
#[derive(Debug)]
pub struct Outcome {
    /// `None` when a signal ended the process.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
    /// Whether the process was killed because the time limit passed.
    pub timed_out: bool,
}

/// Runs `command` to its end or to the limit, with `stdin` as its whole input.
pub fn run(mut command: Command, stdin: &[u8], limit: Duration) -> Outcome {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));

    let mut input = child.stdin.take().expect("stdin is piped");
    let input_text = stdin.to_vec();
    // A script may end without reading its input; the broken pipe is then no failure of the test.
    let feeder = thread::spawn(move || drop(input.write_all(&input_text)));
    let stdout = collect(child.stdout.take().expect("stdout is piped"));
    let stderr = collect(child.stderr.take().expect("stderr is piped"));

    let timed_out = !wait(&mut child, start + limit);
    if timed_out {
        child.kill().expect("our own child can be killed");
    }
    let status = child.wait().expect("our own child can be waited for");
    let took = start.elapsed();
    feeder.join().expect("feeding stdin does not panic");
    Outcome {
        code: status.code(),
        stdout: stdout.join().expect("reading stdout does not panic"),
        stderr: stderr.join().expect("reading stderr does not panic"),
        took,
        timed_out,
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe of our child can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits until the child ends; false when the deadline came first.
pub fn wait(child: &mut Child, deadline: Instant) -> bool {
    let mut pause = Duration::from_micros(200);
    loop {
        if child.try_wait().expect("our own child can be asked").is_some() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}
