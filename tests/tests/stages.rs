//! `jit ir` as a program in a pipe: a stage on standard output, what the script prints on standard error.

use quern_tests::binary;
use quern_tests::process::{self, Outcome};
use quern_tests::script::Scratch;
use std::process::Command;
use std::time::Duration;

const SCRIPT: &str = "fn twice(x) { 2 * x }\nprint(\"printed\", twice(21))\n";

fn ir(options: &[&str]) -> Outcome {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("script.qn"), SCRIPT).expect("a scratch folder to write to");
    let mut command = Command::new(binary::jit());
    command.arg("ir").args(options).arg("script.qn").current_dir(scratch.path());
    process::run(command, b"", Duration::from_secs(20))
}

#[test]
fn a_stage_is_all_there_is_on_standard_output() {
    for (stage, typical) in [("typed", "imul"), ("clif", "smul_overflow"), ("asm", "ret")] {
        let outcome = ir(&["--stage", stage, "--jit=eager", "--function", "twice"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(outcome.stderr, "printed 42\n");
        assert!(outcome.stdout.starts_with("# twice at "), "{}", outcome.stdout);
        assert!(outcome.stdout.contains(typical), "{}", outcome.stdout);
    }
}

#[test]
fn stages_before_machine_code_do_not_run_the_script() {
    for (stage, typical) in [("ast", "twice"), ("ir", "fn \"twice\""), ("bytecode", "twice")] {
        let outcome = ir(&["--stage", stage]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        assert!(outcome.stdout.contains(typical), "{}", outcome.stdout);
    }
}

#[test]
fn without_the_compiler_there_is_no_machine_code_to_show() {
    let outcome = ir(&["--stage", "asm", "--jit=off"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    assert_eq!(outcome.stderr, "jit: nothing is compiled with --jit=off\n");
}
