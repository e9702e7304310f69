//! What the binary does with input nobody wished for: broken files and text, signals, closed pipes,
//! wrong command lines. Whatever comes, it ends with a clear message and the right exit code.

use quern_tests::binary;
use quern_tests::process::{self, Outcome};
use quern_tests::script::Scratch;
use quern_tests::tier::{TIERS, Tier};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(20);

/// Ctrl-C ends a script within so much time.
const PROMISED: Duration = Duration::from_millis(100);

/// What a busy machine may add. A few milliseconds are usual on one that is not.
const INTERRUPT_LIMIT: Duration = Duration::from_millis(1000);

/// How often a script is started to see it keep the promise: others may have the machine meanwhile.
const TRIES: usize = 8;

fn jit(args: &[&str]) -> Outcome {
    jit_in(Scratch::new().path(), args, b"")
}

fn jit_in(folder: &Path, args: &[&str], stdin: &[u8]) -> Outcome {
    let mut command = Command::new(binary::jit());
    command.args(args).current_dir(folder);
    process::run(command, stdin, LIMIT)
}

/// Runs `source` from a file called `script.qn`.
fn script(source: &[u8]) -> Outcome {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("script.qn"), source)
        .expect("the scratch folder can be written");
    jit_in(scratch.path(), &["script.qn"], b"")
}

/// The run ended by itself with this code and said all of these on stderr.
fn assert_fails(outcome: &Outcome, code: i32, texts: &[&str]) {
    assert!(!outcome.timed_out, "hangs");
    let stderr =
        if outcome.stderr.len() > 4000 { &outcome.stderr[..4000] } else { &outcome.stderr };
    assert_eq!(outcome.code, Some(code), "{stderr}");
    for text in texts {
        assert!(outcome.stderr.contains(text), "`{text}` is not in: {stderr}");
    }
    assert!(!outcome.stderr.contains("panicked"), "{stderr}");
}

#[test]
fn a_missing_script_is_named() {
    assert_fails(&jit(&["no_such_script.qn"]), 2, &["no_such_script.qn"]);
}

#[test]
fn a_folder_is_no_script() {
    let scratch = Scratch::new();
    let outcome = jit_in(scratch.path(), &["."], b"");
    assert_fails(&outcome, 2, &["directory"]);
}

#[test]
fn a_folder_is_no_data_file() {
    assert_fails(&script(b"io.read_text(\".\")\n"), 1, &["E0207", "script.qn:1:"]);
}

#[test]
fn a_script_must_be_utf8() {
    assert_fails(&script(b"let a = 1\nlet b = \"\xff\xfe\"\n"), 2, &["UTF-8"]);
}

#[test]
fn a_text_file_must_be_utf8() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("data.txt"), b"ab\xff")
        .expect("the scratch folder can be written");
    let outcome = jit_in(scratch.path(), &["-e", "io.read_text(\"data.txt\")"], b"");
    assert_fails(&outcome, 1, &["data.txt", "UTF-8"]);
}

#[test]
fn a_line_of_ten_megabytes_runs() {
    let mut source = b"let total = 0".to_vec();
    while source.len() < 10_000_000 {
        source.extend_from_slice(b";let a = 1");
    }
    source.extend_from_slice(b"\nprint(\"end\")\n");
    let outcome = script(&source);
    assert!(!outcome.timed_out && !outcome.stderr.contains("panicked"), "{:.1?}", outcome.took);
    assert!(matches!(outcome.code, Some(0 | 1)), "ended with {:?}", outcome.code);
}

#[test]
fn a_text_of_ten_megabytes_is_a_value() {
    let source = format!("let s = \"{}\"\nprint(len(s))\n", "x".repeat(10_000_000));
    let outcome = script(source.as_bytes());
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(0), "10000000\n"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn ten_thousand_brackets_are_an_error_or_a_value() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{ ", " }"), ("f(", ")"), ("-", ""), ("if true { ", " }")]
    {
        let source = format!("let x = {}1{}\n", open.repeat(10_000), close.repeat(10_000));
        let outcome = script(source.as_bytes());
        let clean = matches!(outcome.code, Some(0 | 1)) && !outcome.stderr.contains("panicked");
        assert!(
            clean && !outcome.timed_out,
            "`{open}`: {:?} after {:.1?}",
            outcome.code,
            outcome.took
        );
    }
}

#[test]
fn unclosed_brackets_are_reported() {
    let outcome = script("(".repeat(10_000).as_bytes());
    assert!(!outcome.timed_out && outcome.code == Some(1), "{:?}", outcome.code);
}

#[test]
fn text_without_sense_is_reported_without_panic() {
    let samples: [&[u8]; 10] = [
        b"\x00\x01\x02",
        b"\xef\xbb\xbfprint(1)",
        b"let",
        b"fn",
        b"}}}}",
        b"match { => }",
        b"f\"{",
        b"\"\"\"",
        b"let x = = 3\nlet y = ) 4\nfor in { }",
        b"#",
    ];
    for sample in samples {
        let outcome = script(sample);
        assert!(!outcome.timed_out, "{sample:?} hangs");
        assert!(
            matches!(outcome.code, Some(0 | 1)),
            "{sample:?}: {:?} {}",
            outcome.code,
            outcome.stderr
        );
        assert!(!outcome.stderr.contains("panicked"), "{sample:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_broken_csv_row_has_line_and_file() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("t.csv"), "a,b\n1,2\n3,4,5\n")
        .expect("the scratch folder can be written");
    let outcome = jit_in(scratch.path(), &["-e", "io.read_csv(\"t.csv\")"], b"");
    assert_fails(&outcome, 1, &["t.csv", "line 3"]);
}

#[test]
fn exit_codes_tell_what_happened() {
    assert_eq!(jit(&["-e", "1 + 1"]).code, Some(0));
    assert_eq!(jit(&["-e", "1 // 0"]).code, Some(1));
    assert_eq!(jit(&["-e", "1 +"]).code, Some(1));
    assert_eq!(jit(&["--no-such-option"]).code, Some(2));
    assert_eq!(jit(&["--jit=sometimes", "-e", "1"]).code, Some(2));
    assert_eq!(jit(&["-e", "os.exit(7)"]).code, Some(7));
}

#[test]
fn an_expression_prints_its_value() {
    let outcome = jit(&["-e", "1 + 1"]);
    assert_eq!(outcome.stdout, "2\n", "{}", outcome.stderr);
}

#[test]
fn an_expression_may_start_with_a_minus_and_has_arguments() {
    assert_eq!(jit(&["-e", "-1 + 2"]).stdout, "1\n");
    assert_eq!(jit(&["-e", "os.args", "a", "--time"]).stdout, "[\"a\", \"--time\"]\n");
}

#[test]
fn options_may_stand_before_the_command() {
    let scratch = Scratch::new();
    let run = |args: &[&str]| jit_in(scratch.path(), args, b"print(os.args)\n");
    assert_eq!(
        run(&["--jit=off", "--message-format", "json", "run", "-", "a"]).stdout,
        "[\"a\"]\n"
    );
    assert_eq!(run(&["--message-format", "json", "check", "-"]).code, Some(0));
    assert_eq!(run(&["-", "run"]).stdout, "[\"run\"]\n");
}

#[test]
fn limits_are_at_least_one() {
    assert_fails(&jit(&["--max-depth", "0", "-e", "1"]), 2, &["at least 1"]);
}

#[test]
fn a_missing_script_is_told_to_programs_in_json() {
    let outcome = jit(&["--message-format", "json", "nope.qn"]);
    assert_fails(&outcome, 2, &["{\"code\":\"E0207\"", "\"file\":\"nope.qn\""]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_script_may_have_a_name_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let scratch = Scratch::new();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.qn");
    std::fs::write(scratch.path().join(name), "print( 1 )\n").expect("a folder to write to");
    for (command, output) in [("run", "1\n"), ("check", ""), ("fmt", "")] {
        let mut jit = Command::new(binary::jit());
        jit.arg(command).arg(name).current_dir(scratch.path());
        let outcome = process::run(jit, b"", LIMIT);
        let shown = (outcome.code, outcome.stdout.as_str());
        assert_eq!(shown, (Some(0), output), "{}", outcome.stderr);
    }
    let formatted = std::fs::read_to_string(scratch.path().join(name)).expect("it is still there");
    assert_eq!(formatted, "print(1)\n");
}

#[test]
fn a_minus_reads_the_script_from_stdin() {
    let scratch = Scratch::new();
    let outcome = jit_in(scratch.path(), &["-", "one", "two"], b"print(os.args)\n");
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(0), "[\"one\", \"two\"]\n"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_error_shows_the_trace() {
    let outcome = script(b"fn inner(x) { x // 0 }\nfn outer(x) { inner(x) + 1 }\nouter(1)\n");
    assert_fails(&outcome, 1, &["script.qn:1:", "inner", "outer"]);
}

#[test]
fn output_comes_before_the_error() {
    let outcome = script(b"print(\"before\")\n1 // 0\n");
    assert_eq!(outcome.stdout, "before\n");
    assert_eq!(outcome.code, Some(1));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_every_loop_on_every_tier() {
    let loops = [
        "loop {}\n",
        "mut i = 0\nwhile true { i = (i + 1) % 1000 }\n",
        "fn spin(x) { mut y = x\n while y > 0.0 { y = y * 0.5 + 1.0 }\n y }\nspin(1.0)\n",
        "fn f(n) { if n == 0 { 0 } else { f(n - 1) } }\nloop { f(100) }\n",
        "loop { try { [1][2] } catch e { none } }\n",
        "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }\nfib(90)\n",
        "fn even(n) { if n == 0 { true } else { odd(n - 1) } }\n\
         fn odd(n) { if n == 0 { false } else { even(n - 1) } }\nloop { even(1000) }\n",
        "loop { sort(rand(200_000)) }\n",
        "fn count() { mut i = 0; loop { yield i; i = (i + 1) % 1000 } }\nfor x in count() { x }\n",
        "reduce(0..10^15, (a, b) => (a + b) % 1000, 0)\n",
    ];
    for source in loops {
        // Long enough for the loop to be compiled.
        assert_ends_at_ctrl_c("", source, Duration::from_millis(150));
    }
}

/// Work in one builtin or operator that takes seconds.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_long_work_on_every_tier() {
    let cases = [
        ("let a = rand(8_000_000)", "sort(a)"),
        ("let a = rand(8_000_000)", "unique(a)"),
        ("let a = list(rand(4_000_000))", "sort(a)"),
        ("let a = rand(5000, 5000)", "a @ a"),
        ("let a = rand(2500, 2500)", "linalg.inv(a)"),
        ("let a = rand(1500, 1500)", "linalg.svd(a)"),
        ("let a = broadcast_to(ones(1), 200_000_000)", "sum(a ^ 1.5)"),
        ("let a = broadcast_to(zeros(1), 10^12)", "3.0 in a"),
        ("", "randn(200_000_000)"),
        ("", "random.permutation(200_000_000)"),
        ("let a = broadcast_to(zeros(1), 10^12)", "json.string(a)"),
        ("let a = broadcast_to(zeros(1), 10^12)", "io.write_csv(\"t.csv\", a)"),
        ("let s = repeat(\"ab1 \", 20_000_000)", "regex.find_all(\"[0-9]\", s)"),
    ];
    for (before, source) in cases {
        assert_ends_at_ctrl_c(before, source, Duration::from_millis(50));
    }
}

/// Runs `before` and then `source` on every tier, which Ctrl-C must end when it has run for so long.
#[cfg(unix)]
fn assert_ends_at_ctrl_c(before: &str, source: &str, running: Duration) {
    for tier in TIERS {
        let what = format!("{}:\n{source}", tier.name);
        let mut fastest = Duration::MAX;
        for _ in 0..TRIES {
            let scratch = Scratch::new();
            let mut child = started_after(&scratch, tier, before, source);
            std::thread::sleep(running);
            let began = Instant::now();
            interrupt(&child);
            let status = end(&mut child, INTERRUPT_LIMIT, &what);
            assert_eq!(status.code(), Some(1), "{what}");
            fastest = fastest.min(began.elapsed());
            if fastest <= PROMISED {
                break;
            }
        }
        assert!(fastest <= PROMISED, "{fastest:?} at best after Ctrl-C on {what}");
    }
}

/// Starts a script and waits until it runs.
#[cfg(unix)]
fn started(scratch: &Scratch, tier: &Tier, source: &str) -> Child {
    started_after(scratch, tier, "", source)
}

/// Starts a script and waits until it has done its first part.
#[cfg(unix)]
fn started_after(scratch: &Scratch, tier: &Tier, before: &str, source: &str) -> Child {
    let path = scratch.path().join("script.qn");
    let source = format!("{before}\nio.write_text(\"started\", \"\")\n{source}");
    std::fs::write(&path, source).expect("the scratch folder can be written");
    let child = Command::new(binary::jit())
        .args(tier.args)
        .arg(&path)
        .current_dir(scratch.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    await_file(scratch, "started", tier);
    child
}

#[cfg(unix)]
fn await_file(scratch: &Scratch, name: &str, tier: &Tier) {
    let began = Instant::now();
    while !scratch.path().join(name).exists() {
        assert!(began.elapsed() < LIMIT, "no {name} on {}", tier.name);
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Sends what Ctrl-C sends.
#[cfg(unix)]
fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill starts");
    assert!(sent.success(), "the process ended before the signal");
}

/// Waits for the end, which must come in time.
#[cfg(unix)]
fn end(child: &mut Child, limit: Duration, what: &str) -> ExitStatus {
    let ended = process::wait(child, Instant::now() + limit);
    if !ended {
        child.kill().expect("our own child can be killed");
    }
    let status = child.wait().expect("our own child can be waited for");
    assert!(ended, "still running {limit:?} after Ctrl-C on {what}");
    status
}

/// What asks to stop while a builtin works is not forgotten when the builtin is done.
#[cfg(unix)]
#[test]
fn ctrl_c_during_a_builtin_stops_what_comes_after_it() {
    let source = "let a = rand(8_000_000)\nlet b = sort(a)\nio.write_text(\"after\", \"\")\n";
    for tier in TIERS {
        let scratch = Scratch::new();
        let mut child = started(&scratch, tier, source);
        interrupt(&child);
        let status = end(&mut child, LIMIT, tier.name);
        assert!(!status.success(), "an interrupted script has not succeeded");
        assert!(!scratch.path().join("after").exists(), "it went on on {}", tier.name);
    }
}

/// Waiting for input and for the other end of a pipe ends, too.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_waiting() {
    let waits = ["input(\"? \")", "io.read_text(\"pipe\")", "io.write_text(\"pipe\", \"x\")"];
    for wait in waits {
        for tier in TIERS {
            let scratch = Scratch::new();
            let made = Command::new("mkfifo").arg(scratch.path().join("pipe")).status();
            assert!(made.is_ok_and(|status| status.success()), "a pipe can be made");
            let source = format!("try {{ {wait} }} catch e {{ print(e.kind) }}\n");
            let mut child = started(&scratch, tier, &source);
            std::thread::sleep(Duration::from_millis(50));
            interrupt(&child);
            // Whoever waits for the end of a child closes its input first, which is an answer.
            let input = child.stdin.take();
            let status = end(&mut child, INTERRUPT_LIMIT, &format!("{}: {wait}", tier.name));
            drop(input);
            let mut printed = String::new();
            let output = child.stdout.take().map(|mut out| out.read_to_string(&mut printed));
            assert!(output.is_some_and(|read| read.is_ok()) && status.success(), "{wait}");
            assert!(printed.ends_with("Cancelled\n"), "{wait}: {printed}");
        }
    }
}

/// What was printed before the second Ctrl-C is not lost.
#[cfg(unix)]
#[test]
fn a_second_ctrl_c_writes_out_what_was_printed() {
    let source =
        "print(\"before\")\ntry { loop {} } catch e { io.write_text(\"caught\", \"\") }\nloop {}\n";
    let scratch = Scratch::new();
    let mut child = started(&scratch, &TIERS[0], source);
    interrupt(&child);
    await_file(&scratch, "caught", &TIERS[0]);
    interrupt(&child);
    let status = end(&mut child, INTERRUPT_LIMIT, "the second Ctrl-C");
    let mut printed = String::new();
    let output = child.stdout.take().map(|mut out| out.read_to_string(&mut printed));
    assert!(output.is_some_and(|read| read.is_ok()));
    assert_eq!((status.code(), printed.as_str()), (Some(130), "before\n"));
}

/// An interactive session that reads from a pipe shares it with `input`.
#[test]
fn input_takes_the_next_line_of_a_session() {
    let entries = b"let x = input(\"\")\nfrom the pipe\nx\n";
    let outcome = jit_in(Scratch::new().path(), &["repl"], entries);
    assert_eq!(outcome.stdout, "\"from the pipe\" : str\n", "{}", outcome.stderr);
}

/// A script may catch Ctrl-C and go on; the second one ends the process.
#[cfg(unix)]
#[test]
fn ctrl_c_can_be_caught_once() {
    let source = "try { loop {} } catch e { io.write_text(\"caught\", e.kind) }\n\
                  loop { try { loop {} } catch e { none } }\n";
    for tier in TIERS {
        let scratch = Scratch::new();
        let mut child = started(&scratch, tier, source);
        std::thread::sleep(Duration::from_millis(150));
        interrupt(&child);
        await_file(&scratch, "caught", tier);
        std::thread::sleep(Duration::from_millis(150));
        interrupt(&child);
        let status = end(&mut child, INTERRUPT_LIMIT, tier.name);
        assert_eq!(status.code(), Some(130));
        let caught = std::fs::read_to_string(scratch.path().join("caught"));
        assert_eq!(caught.expect("it was there"), "Cancelled");
    }
}

#[test]
fn an_interactive_session_remembers() {
    let entries = b"1 + 2\n_ * 5\nfn f(x) {\n    x + 1\n}\nfn g(x) { f(x) * 10 }\ng(1)\n\
                    fn f(x) { x + 100 }\ng(1)\nlet a = [1, 2]\n_\n1 // 0\n_\nnone\n:type a\n\
                    for _ in 0..1 { print(\"in\") }\n:reset\na\n";
    let outcome = jit_in(Scratch::new().path(), &["repl"], entries);
    let wanted = "3 : int\n15 : int\n20 : int\n1010 : int\n1010 : int\n1010 : int\n\
                  array[int, 1]\nin\n";
    assert_eq!(outcome.stdout, wanted);
    assert!(outcome.stderr.contains("integer division by zero"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("`a` is not defined"), "{}", outcome.stderr);
    assert_eq!(outcome.code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_silent() {
    let mut child = Command::new(binary::jit())
        .args(["-e", "for i in 0..1000000 { print(i) }"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    stdout.read_line(&mut line).expect("a pipe of our child can be read");
    drop(stdout);
    assert_eq!(line, "0\n");
    let ended = process::wait(&mut child, Instant::now() + LIMIT);
    if !ended {
        child.kill().expect("our own child can be killed");
    }
    let output = child.wait_with_output().expect("our own child can be waited for");
    assert!(ended, "goes on after its output was closed");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
