//! The syntax tree as S-expressions, for `jit ir --stage ast` and for tests.
//!
//! One form a top-level statement; a form that does not fit [`WIDTH`] columns is broken, its parts
//! indented by two. Operators stand in front as they are written: `1 + 2 * x` is `(+ 1 (* 2 x))`.

use crate::ast::*;

/// Columns before a form is broken over several lines.
const WIDTH: usize = 100;

/// The whole module, one line or more for each statement.
pub fn dump(module: &Module) -> String {
    let mut out = String::new();
    for stmt in &module.stmts {
        write_form(&stmt_form(stmt), 0, WIDTH, &mut out);
        out.push('\n');
    }
    out
}

/// The whole module with each statement on one line.
pub fn dump_compact(module: &Module) -> String {
    let mut lines = Vec::new();
    for stmt in &module.stmts {
        let mut line = String::new();
        write_form(&stmt_form(stmt), 0, usize::MAX, &mut line);
        lines.push(line);
    }
    lines.join("\n")
}

/// A form about to be printed.
enum Form {
    Atom(String),
    List(Vec<Form>),
}

use Form::{Atom, List};

fn atom(text: impl ToString) -> Form {
    Atom(text.to_string())
}

fn form(head: impl ToString, rest: impl IntoIterator<Item = Form>) -> Form {
    let mut items = vec![atom(head)];
    items.extend(rest);
    List(items)
}

fn write_form(form: &Form, indent: usize, width: usize, out: &mut String) {
    let items = match form {
        Atom(text) => return out.push_str(text),
        List(items) => items,
    };
    let fits = flat_len(form, width.saturating_sub(indent)).is_some();
    out.push('(');
    for (i, item) in items.iter().enumerate() {
        // The head and short atoms behind it (a name, an operator) share its line.
        let stays = fits || (i == 1 && matches!(item, Atom(_)));
        match (i, stays) {
            (0, _) => {}
            (_, true) => out.push(' '),
            (_, false) => {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent + 2));
            }
        }
        write_form(item, indent + 2, if fits { usize::MAX } else { width }, out);
    }
    out.push(')');
}

/// Length on one line, unless it exceeds `limit`.
fn flat_len(form: &Form, limit: usize) -> Option<usize> {
    match form {
        Atom(text) => (text.len() <= limit).then_some(text.len()),
        List(items) => {
            let mut len = 2;
            for (i, item) in items.iter().enumerate() {
                len += usize::from(i > 0);
                len += flat_len(item, limit.checked_sub(len)?)?;
            }
            (len <= limit).then_some(len)
        }
    }
}

fn quoted(text: &str) -> Form {
    Atom(format!("{text:?}"))
}

fn stmt_form(stmt: &Stmt) -> Form {
    match &stmt.kind {
        StmtKind::Fn(decl) => fn_form(decl),
        StmtKind::Let(binding) => {
            let word = if binding.is_mut { "mut" } else { "let" };
            let mut items = vec![pattern_form(&binding.pattern)];
            items.extend(binding.ty.as_ref().map(|ty| form(":", [type_form(ty)])));
            items.push(expr_form(&binding.value));
            items.extend(binding.doc.as_ref().map(|doc| form("doc", [quoted(doc)])));
            form(word, items)
        }
        StmtKind::Assign(assign) => {
            let op = assign.op.map_or("", BinaryOp::symbol);
            let parts = [expr_form(&assign.target), expr_form(&assign.value)];
            form(format!("{op}="), parts)
        }
        StmtKind::Import(import) => {
            let mut items = vec![quoted(&import.path)];
            match &import.form {
                ImportForm::Module(name) => items.push(form("as", [atom(&name.text)])),
                ImportForm::Names(names) => {
                    items.extend(names.iter().map(|import| match &import.alias {
                        None => atom(&import.name.text),
                        Some(alias) => form(&import.name.text, [atom(&alias.text)]),
                    }));
                }
            }
            form("import", items)
        }
        StmtKind::For(node) => {
            let head = [pattern_form(&node.pattern), expr_form(&node.iterable)];
            form("for", head.into_iter().chain([block_form(&node.body)]))
        }
        StmtKind::While { condition, body } => {
            form("while", [expr_form(condition), block_form(body)])
        }
        StmtKind::Loop(body) => form("loop", [block_form(body)]),
        StmtKind::Expr(expr) => expr_form(expr),
    }
}

fn fn_form(decl: &FnDecl) -> Form {
    let mut items = vec![atom(&decl.name.text), params_form(&decl.params)];
    items.extend(decl.result.as_ref().map(|ty| form("->", [type_form(ty)])));
    items.extend(decl.doc.as_ref().map(|doc| form("doc", [quoted(doc)])));
    items.push(block_form(&decl.body));
    form(if decl.is_generator { "fn*" } else { "fn" }, items)
}

fn params_form(params: &[Param]) -> Form {
    List(params.iter().map(param_form).collect())
}

fn param_form(param: &Param) -> Form {
    let mut items = Vec::new();
    if param.is_mut {
        items.push(atom("mut"));
    }
    if param.is_variadic {
        items.push(atom("..."));
    }
    items.push(pattern_form(&param.pattern));
    items.extend(param.ty.as_ref().map(|ty| form(":", [type_form(ty)])));
    items.extend(param.default.as_ref().map(|d| form("=", [expr_form(d)])));
    match items.len() {
        1 => items.remove(0),
        _ => List(items),
    }
}

fn block_form(block: &Block) -> Form {
    form("block", block.stmts.iter().map(stmt_form))
}

fn optional(expr: Option<&Expr>) -> Form {
    expr.map_or_else(|| atom("_"), expr_form)
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::None => "none".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::F32(value) => format!("{value:?}f32"),
        Literal::Imaginary(value) => format!("{value:?}i"),
        Literal::Str(text) => format!("{text:?}"),
    }
}

fn expr_form(expr: &Expr) -> Form {
    match &expr.kind {
        ExprKind::Error => atom("<error>"),
        ExprKind::None => atom("none"),
        ExprKind::Bool(value) => atom(value),
        ExprKind::Int(value) => atom(value),
        ExprKind::Float(value) => Atom(literal_text(&Literal::Float(*value))),
        ExprKind::F32(value) => Atom(literal_text(&Literal::F32(*value))),
        ExprKind::Imaginary(value) => Atom(literal_text(&Literal::Imaginary(*value))),
        ExprKind::Str(text) => quoted(text),
        ExprKind::FString(parts) => form(
            "f",
            parts.iter().map(|part| match part {
                FStringPart::Text { text, .. } => quoted(text),
                FStringPart::Value { value, format: None } => expr_form(value),
                FStringPart::Value { value, format: Some(format) } => {
                    form("format", [expr_form(value), quoted(&format.text)])
                }
            }),
        ),
        ExprKind::Name(text) => atom(text),
        ExprKind::List(items) => form(
            "list",
            items.iter().map(|item| match item {
                Element::Item(item) => expr_form(item),
                Element::Spread(item) => form("...", [expr_form(item)]),
            }),
        ),
        ExprKind::Tuple(items) => form("tuple", items.iter().map(expr_form)),
        ExprKind::Record(fields) => form(
            "record",
            fields.iter().map(|field| match field {
                Field::Named { name, value } => form(&name.text, [expr_form(value)]),
                Field::Spread(value) => form("...", [expr_form(value)]),
            }),
        ),
        ExprKind::Range(range) => {
            let head = if range.is_inclusive { "..=" } else { ".." };
            let ends = [optional(range.start.as_ref()), optional(range.end.as_ref())];
            let step = range.step.as_ref().map(|step| form("by", [expr_form(step)]));
            form(head, ends.into_iter().chain(step))
        }
        ExprKind::Unary { op, operand, .. } => form(op.symbol(), [expr_form(operand)]),
        ExprKind::Binary { op, left, right, .. } => {
            form(op.symbol(), [expr_form(left), expr_form(right)])
        }
        ExprKind::Logical { op, left, right, .. } => {
            form(op.symbol(), [expr_form(left), expr_form(right)])
        }
        ExprKind::Call(call) => {
            let head = if call.piped { "|>" } else { "call" };
            let args = call.args.iter().map(arg_form);
            form(head, std::iter::once(expr_form(&call.callee)).chain(args))
        }
        ExprKind::Index(index) => {
            let items = index.items.iter().map(|item| match item {
                IndexItem::Expr(item) => expr_form(item),
                IndexItem::Ellipsis(_) => atom("..."),
            });
            form("index", std::iter::once(expr_form(&index.object)).chain(items))
        }
        ExprKind::Field { object, name } => form(".", [expr_form(object), atom(&name.text)]),
        ExprKind::Lambda(lambda) => form(
            if lambda.is_generator { "=>*" } else { "=>" },
            [params_form(&lambda.params), expr_form(&lambda.body)],
        ),
        ExprKind::Block(block) => block_form(block),
        ExprKind::If(node) => {
            let mut items = Vec::new();
            for (condition, block) in &node.branches {
                items.extend([expr_form(condition), block_form(block)]);
            }
            if let Some(block) = &node.otherwise {
                items.extend([atom("else"), block_form(block)]);
            }
            form("if", items)
        }
        ExprKind::Match(node) => {
            let arms = node.arms.iter().map(arm_form);
            form("match", std::iter::once(expr_form(&node.subject)).chain(arms))
        }
        ExprKind::Try(node) => {
            let mut items = vec![block_form(&node.body)];
            items.extend(node.catch.as_ref().map(|catch| {
                let name = catch.name.as_ref().map_or("_", |name| &name.text);
                form("catch", [atom(name), block_form(&catch.body)])
            }));
            let finally = node.finally.as_ref();
            items.extend(finally.map(|block| form("finally", [block_form(block)])));
            form("try", items)
        }
        ExprKind::Async(block) => form("async", [block_form(block)]),
        ExprKind::Await(operand) => form("await", [expr_form(operand)]),
        ExprKind::Receive(node) => {
            let after = node
                .after
                .as_ref()
                .map(|after| form("after", [expr_form(&after.seconds), expr_form(&after.body)]));
            form("receive", node.arms.iter().map(arm_form).chain(after))
        }
        ExprKind::Return(value) => form("return", value.as_deref().map(expr_form)),
        ExprKind::Break => atom("break"),
        ExprKind::Continue => atom("continue"),
        ExprKind::Throw(value) => form("throw", [expr_form(value)]),
        ExprKind::Yield(value) => form("yield", value.as_deref().map(expr_form)),
    }
}

fn arg_form(arg: &Arg) -> Form {
    let value = expr_form(&arg.value);
    match &arg.kind {
        ArgKind::Positional => value,
        ArgKind::Named(name) => form(format!("{}:", name.text), [value]),
        ArgKind::Mut => form("mut", [value]),
        ArgKind::NamedMut(name) => form(format!("{}:", name.text), [form("mut", [value])]),
        ArgKind::Spread => form("...", [value]),
    }
}

fn arm_form(arm: &MatchArm) -> Form {
    let guard = arm.guard.as_ref().map(|guard| form("if", [expr_form(guard)]));
    let head = std::iter::once(pattern_form(&arm.pattern)).chain(guard);
    List(head.chain([expr_form(&arm.body)]).collect())
}

fn pattern_form(pattern: &Pattern) -> Form {
    match &pattern.kind {
        PatternKind::Error => atom("<error>"),
        PatternKind::Wildcard => atom("_"),
        PatternKind::Name(text) => atom(text),
        PatternKind::Literal(literal) => Atom(literal_text(literal)),
        PatternKind::Type(ty) => form("is", [type_form(ty)]),
        PatternKind::Or(choices) => form("|", choices.iter().map(pattern_form)),
        PatternKind::Tuple(items) => form("tuple", sequence_forms(items)),
        PatternKind::List(items) => form("list", sequence_forms(items)),
        PatternKind::Record(fields) => form(
            "record",
            (fields.iter()).map(|field| form(&field.name.text, [pattern_form(&field.pattern)])),
        ),
    }
}

fn sequence_forms(sequence: &SequencePattern) -> Vec<Form> {
    let mut items: Vec<Form> = sequence.before.iter().map(pattern_form).collect();
    items.extend(sequence.rest.as_ref().map(|rest| {
        let name = rest.name.as_ref().map(|name| atom(&name.text));
        form("...", name)
    }));
    items.extend(sequence.after.iter().map(pattern_form));
    items
}

fn type_form(ty: &TypeExpr) -> Form {
    match &ty.kind {
        TypeKind::Error => atom("<error>"),
        TypeKind::Named { name, args } if args.is_empty() => atom(name),
        TypeKind::Named { name, args } => form(
            name,
            args.iter().map(|arg| match arg {
                TypeArg::Type(ty) => type_form(ty),
                TypeArg::Int(value, _) => atom(value),
            }),
        ),
        TypeKind::Fn { params, result } => {
            let params = List(params.iter().map(type_form).collect());
            let result = result.as_deref().map(type_form);
            form("fn", std::iter::once(params).chain(result))
        }
        TypeKind::Tuple(items) => form("tuple", items.iter().map(type_form)),
        TypeKind::Record(fields) => {
            form("record", (fields.iter()).map(|(name, ty)| form(&name.text, [type_form(ty)])))
        }
        TypeKind::Union(choices) => form("|", choices.iter().map(type_form)),
    }
}
