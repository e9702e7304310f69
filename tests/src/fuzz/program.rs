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
    /// Takes statements away, and unwraps blocks, as long as `still_fails` holds and `tries` last.
    pub fn shrink(
        mut self,
        mut tries: usize,
        mut still_fails: impl FnMut(&Program) -> bool,
    ) -> Program {
        let mut position = 0;
        let mut changed = false;
        loop {
            let size = count(&self.nodes);
            if position >= size {
                if !changed {
                    return self;
                }
                (position, changed) = (0, false);
            }
            let mut smaller_found = false;
            for unwrap in [false, true] {
                if tries == 0 {
                    return self;
                }
                let mut smaller = self.clone();
                // Later statements depend on earlier ones, so the end goes first.
                let mut at = size - 1 - position;
                if !reduce(&mut smaller.nodes, &mut at, unwrap) {
                    continue;
                }
                tries -= 1;
                if still_fails(&smaller) {
                    self = smaller;
                    (smaller_found, changed) = (true, true);
                    break;
                }
            }
            if !smaller_found {
                position += 1;
            }
        }
    }
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
}
