//! A program as a tree of statements: enough structure to take parts away, and no more.

use std::fmt;

/// A statement.
#[derive(Clone, Debug)]
pub enum Node {
    Line(String),
    /// `head { body }` for each arm; the arms follow each other on one line: `if c { } else { }`.
    Block(Vec<(String, Vec<Node>)>),
}

/// The statements of a script.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub nodes: Vec<Node>,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.nodes.iter().try_for_each(|node| write_node(f, node, 0))
    }
}

fn write_node(f: &mut fmt::Formatter<'_>, node: &Node, depth: usize) -> fmt::Result {
    let indent = 4 * depth;
    match node {
        Node::Line(text) => writeln!(f, "{:indent$}{text}", ""),
        Node::Block(arms) => {
            for (index, (head, body)) in arms.iter().enumerate() {
                match index {
                    0 => writeln!(f, "{:indent$}{head} {{", "")?,
                    _ => writeln!(f, "{:indent$}}} {head} {{", "")?,
                }
                body.iter().try_for_each(|node| write_node(f, node, depth + 1))?;
            }
            writeln!(f, "{:indent$}}}", "")
        }
    }
}

impl Program {
    /// Makes the program smaller as long as `still_fails` holds and `tries` last: takes statements away,
    /// many at once and then single ones, unwraps blocks, and puts literals in place of expressions.
    pub fn shrink(
        mut self,
        mut tries: usize,
        mut still_fails: impl FnMut(&Program) -> bool,
    ) -> Program {
        let mut fails = |program: &Program| {
            tries = tries.saturating_sub(1);
            tries > 0 && still_fails(program)
        };
        let mut chunk = count(&self.nodes) / 2;
        while chunk > 1 {
            self = self.without_chunks(chunk, &mut fails);
            chunk /= 2;
        }
        loop {
            let before = self.to_string().len();
            self = self.without_single(&mut fails).with_short_texts(&mut fails);
            if self.to_string().len() == before {
                return self;
            }
        }
    }

    fn without_chunks(mut self, chunk: usize, fails: &mut impl FnMut(&Program) -> bool) -> Program {
        // Later statements depend on earlier ones, so the end goes first.
        let mut end = count(&self.nodes);
        while end > 0 {
            let start = end.saturating_sub(chunk);
            let mut smaller = self.clone();
            remove_range(&mut smaller.nodes, &mut 0, start..end);
            if fails(&smaller) {
                self = smaller;
            }
            end = start;
        }
        self
    }

    fn without_single(mut self, fails: &mut impl FnMut(&Program) -> bool) -> Program {
        let mut position = count(&self.nodes);
        while position > 0 {
            position -= 1;
            for unwrap in [false, true] {
                let mut smaller = self.clone();
                if reduce(&mut smaller.nodes, &mut { position }, unwrap) && fails(&smaller) {
                    self = smaller;
                    break;
                }
            }
            position = position.min(count(&self.nodes));
        }
        self
    }

    fn with_short_texts(mut self, fails: &mut impl FnMut(&Program) -> bool) -> Program {
        let mut index = 0;
        while let Some(text) = texts(&mut self.nodes).get(index).map(|text| text.to_string()) {
            let shorter = shorter_texts(&text).into_iter().find_map(|shorter| {
                let mut smaller = self.clone();
                *texts(&mut smaller.nodes)[index] = shorter;
                fails(&smaller).then_some(smaller)
            });
            match shorter {
                Some(smaller) => self = smaller,
                None => index += 1,
            }
        }
        self
    }
}

/// All texts in reading order.
fn texts(nodes: &mut [Node]) -> Vec<&mut String> {
    let mut all = Vec::new();
    for node in nodes {
        match node {
            Node::Line(text) => all.push(text),
            Node::Block(arms) => {
                for (head, body) in arms {
                    all.push(head);
                    all.extend(texts(body));
                }
            }
        }
    }
    all
}

/// The text with one bracketed expression, or call, replaced by something shorter.
fn shorter_texts(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, _) in text.match_indices('(') {
        let Some(close) = closing(text, open) else { continue };
        let callee = |c: char| c.is_alphanumeric() || c == '_';
        let start = text[..open].trim_end_matches(callee).len();
        let inner = &text[open + 1..close];
        let mut put = |from: usize, what: &str| {
            let shorter = format!("{}{what}{}", &text[..from], &text[close + 1..]);
            if shorter.len() < text.len() {
                found.push(shorter);
            }
        };
        for literal in ["1", "0.5", "true"] {
            put(start, literal);
        }
        for (at, separator) in separators(inner) {
            put(start, &inner[..at]);
            put(start, &inner[at + separator..]);
        }
        put(open, inner);
        put(start, inner);
    }
    found
}

fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// Where the outermost operators and commas stand, and how long they are.
fn separators(text: &str) -> Vec<(usize, usize)> {
    let mut depth = 0;
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ' ' if depth == 0 => {
                let rest = &text[at + 1..];
                let operator = rest.find(' ').filter(|&n| n > 0 && !rest[..n].contains('('));
                found.push((at, operator.map_or(1, |n| n + 2)));
            }
            _ => {}
        }
    }
    found
}

/// Removes the statements whose positions in reading order are in the range.
fn remove_range(nodes: &mut Vec<Node>, position: &mut usize, range: std::ops::Range<usize>) {
    nodes.retain_mut(|node| {
        let removed = range.contains(position);
        *position += 1;
        if let Node::Block(arms) = node {
            for (_, body) in arms {
                remove_range(body, position, range.clone());
            }
        }
        !removed
    });
}

fn count(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| 1 + arms(node).iter().map(|(_, body)| count(body)).sum::<usize>()).sum()
}

fn arms(node: &Node) -> &[(String, Vec<Node>)] {
    match node {
        Node::Line(_) => &[],
        Node::Block(arms) => arms,
    }
}

/// Removes the statement at a position in reading order, or replaces a block by its first body.
fn reduce(nodes: &mut Vec<Node>, at: &mut usize, unwrap: bool) -> bool {
    for index in 0..nodes.len() {
        if *at == 0 {
            if !unwrap {
                nodes.remove(index);
                return true;
            }
            let Node::Block(arms) = &mut nodes[index] else { return false };
            let body = std::mem::take(&mut arms[0].1);
            nodes.splice(index..=index, body);
            return true;
        }
        *at -= 1;
        if let Node::Block(arms) = &mut nodes[index] {
            for (_, body) in arms {
                let size = count(body);
                if *at < size {
                    return reduce(body, at, unwrap);
                }
                *at -= size;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Node {
        Node::Line(text.to_owned())
    }

    #[test]
    fn prints_as_a_script() {
        let arms = vec![("if c".to_owned(), vec![line("a")]), ("else".to_owned(), vec![line("b")])];
        let program = Program { nodes: vec![Node::Block(arms), line("c")] };
        assert_eq!(program.to_string(), "if c {\n    a\n} else {\n    b\n}\nc\n");
    }

    #[test]
    fn shrinks_to_what_matters() {
        let inner = Node::Block(vec![("for".to_owned(), vec![line("x"), line("bad"), line("y")])]);
        let program = Program { nodes: vec![line("a"), inner, line("b")] };
        let small = program.shrink(1000, |p| p.to_string().contains("bad"));
        assert_eq!(small.to_string(), "bad\n");
    }

    #[test]
    fn shrinks_expressions() {
        let program = Program { nodes: vec![line("let x = f((a + g(2)) * bad(3), 4)")] };
        let before = program.to_string().len();
        let small = program.shrink(1000, |p| p.to_string().contains("bad"));
        assert!(small.to_string().len() <= before / 2, "{small}");
    }
}
