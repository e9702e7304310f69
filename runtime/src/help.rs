//! The text of `help(f)`.

use quern_ir::{Builtin, Function};
use quern_vm::context::ExecutionContext;
use quern_vm::{Error, Value};

/// What to say about a value; about nothing, where to start.
///
/// # Errors
/// `TypeError` for a value that has no documentation.
pub fn text(subject: &Value, context: &ExecutionContext) -> Result<String, Error> {
    match subject {
        Value::None => Ok(overview()),
        Value::Builtin(b) => Ok(builtin(*b)),
        Value::Fn(f) => Ok(context.shared.function(f.func).map_or(String::new(), |f| function(f))),
        _ if let Some(name) = subject.as_str() => match Builtin::from_name(name) {
            Some(b) => Ok(builtin(b)),
            None => Err(Error::value_error(format!("help: there is no builtin {name:?}"))),
        },
        other => Err(Error::type_error(format!(
            "help: expected a function, found {}",
            quern_vm::std::describe(other)
        ))),
    }
}

/// Signature and documentation of a builtin.
pub fn builtin(b: Builtin) -> String {
    let mut out = format!("{}({})\n", b.name(), b.signature());
    for line in b.doc().lines() {
        out.push_str(line.trim());
        out.push('\n');
    }
    out
}

fn function(f: &Function) -> String {
    let params: Vec<String> = f
        .params
        .iter()
        .map(|p| {
            let before = if p.variadic {
                "..."
            } else if p.mutable.is_some() {
                "mut "
            } else {
                ""
            };
            let default = if p.has_default { " = .." } else { "" };
            format!("{before}{}{default}", p.name)
        })
        .collect();
    let mut out = format!("{}({})\n", f.name, params.join(", "));
    if let Some(doc) = &f.doc {
        out.push_str(doc.trim_end());
        out.push('\n');
    }
    out
}

/// The names of all builtins, by module.
fn overview() -> String {
    let mut out = String::from("help(f) tells about a function. The builtins:\n");
    let names: Vec<&str> =
        Builtin::ALL.iter().map(|b| b.name()).filter(|n| !n.starts_with("__")).collect();
    let mut line = String::new();
    for name in names {
        if line.len() + name.len() + 1 > 90 {
            out.push_str(&line);
            out.push('\n');
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
    }
    out.push_str(&line);
    out.push('\n');
    out
}
