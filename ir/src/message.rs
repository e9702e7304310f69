//! How long a message gets: what a script made, such as a name or a text of megabytes, may stand in one.

/// The most characters of a message.
const LONGEST: usize = 1000;

/// How many are kept behind what is left out.
const TAIL: usize = 200;

/// The message, of one that is too long the start and the end.
pub fn shortened(message: String) -> String {
    // A text of so many bytes at most has no more characters.
    if message.len() <= LONGEST {
        return message;
    }
    let place = |n: usize| message.char_indices().nth(n).map(|(at, _)| at);
    let from_end = |n: usize| message.char_indices().nth_back(n - 1).map(|(at, _)| at);
    match (place(LONGEST), place(LONGEST - TAIL), from_end(TAIL)) {
        (Some(_), Some(head), Some(tail)) => {
            format!("{} ... {}", &message[..head], &message[tail..])
        }
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_keeps_its_ends() {
        assert_eq!(shortened("short".into()), "short");
        let just = "é".repeat(LONGEST);
        assert_eq!(shortened(just.clone()), just);
        let long = shortened(format!("no {} here", "é".repeat(1 << 20)));
        assert!(long.starts_with("no é") && long.ends_with("é here"), "{long}");
        assert_eq!(long.chars().count(), LONGEST + " ... ".len());
    }
}
