//! Which name was probably meant by one that means nothing: the compiler asks it of the names it sees, the
//! interpreter of the fields and methods of a value.

/// The longest name that is compared, since comparing takes the time of its length squared.
const LONGEST: usize = 100;

/// The name among `candidates` that was probably meant.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = match name.chars().count() {
        0..=4 => 1,
        5..=8 => 2,
        9..=LONGEST => 3,
        _ => return None,
    };
    let folded = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|c| *c != name && !c.starts_with("__") && c.len() <= 4 * LONGEST)
        .map(|c| {
            let distance =
                if c.to_lowercase() == folded { 0 } else { strsim::damerau_levenshtein(name, c) };
            (distance, c)
        })
        .filter(|&(distance, c)| distance <= allowed && distance < c.chars().count())
        .min()
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_found_and_far_ones_not() {
        let names = ["length", "linspace", "len", "x"];
        assert_eq!(nearest("lenght", names), Some("length"));
        assert_eq!(nearest("Linspace", names), Some("linspace"));
        assert_eq!(nearest("banana", names), None);
        assert_eq!(nearest("y", names), None, "one letter is not like another");
    }

    #[test]
    fn names_of_megabytes_are_not_compared() {
        let (long, longer) = ("x".repeat(1 << 20), "x".repeat((1 << 20) + 1));
        assert_eq!(nearest(&longer, [long.as_str()]), None);
        assert_eq!(nearest("short", [long.as_str()]), None);
    }
}
