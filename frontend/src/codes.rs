//! The stable codes of everything a script can be told about its text, each with one line of
//! explanation. `E00xx` are of the lexer and parser, `E01xx` of the resolver and of lowering; the
//! codes of run-time errors (`E02xx`) stand in [`quern_ir::ErrorKind`]. A code that was published is
//! never given another meaning.

macro_rules! codes {
    ($($name:ident $code:literal $what:literal;)*) => {
        $(#[doc = $what] pub const $name: &str = $code;)*

        /// Every code with its explanation, in order.
        pub const ALL: &[(&str, &str)] = &[$(($code, $what),)*];
    };
}

codes! {
    UNKNOWN_CHARACTER "E0001" "a character that is no part of the language";
    UNCLOSED_TEXT "E0002" "a text has no closing quote";
    BAD_ESCAPE "E0003" "an escape in a text that does not exist";
    BAD_NUMBER "E0004" "a number is written wrongly";
    INT_LITERAL_RANGE "E0005" "a whole number does not fit 64 bits";
    BAD_PLACEHOLDER "E0006" "a `{}` of an f-string is empty, not closed or not opened";
    FOREIGN_OPERATOR "E0007" "an operator of another language";
    UNEXPECTED "E0010" "something else was expected here";
    UNMATCHED_BRACKET "E0011" "a bracket is not closed, or closes nothing";
    MISSING_SEPARATOR "E0012" "two statements or elements stand side by side without a separator";
    CHAINED_COMPARISON "E0013" "a comparison of three values, as in `a < b < c`";
    NOT_A_PLACE "E0014" "the left of an assignment, or what follows `mut`, cannot be written to";
    TOO_DEEP "E0015" "the text is nested too deeply";
    BAD_PATTERN "E0016" "a pattern that cannot stand here";
    BAD_ARGUMENT_ORDER "E0017" "arguments or parameters in an order that has no meaning";
    BAD_RANGE "E0018" "a range without an end, or `...`, outside an index";
    BAD_IMPORT "E0019" "an import that binds no name";
    INCOMPLETE_TRY "E0020" "a `try` without `catch` and `finally`";
    DUPLICATE_FIELD "E0021" "a field is given twice";
    RESERVED_WORD "E0022" "a word of the language is used as a name";
    TOO_MANY_MISTAKES "E0023" "there are more mistakes than are shown";
}

/// The explanation of a code, run-time kinds included.
pub fn explain(code: &str) -> Option<&'static str> {
    ALL.iter().find(|(c, _)| *c == code).map(|&(_, what)| what).or_else(|| {
        quern_ir::ErrorKind::ALL.iter().find(|kind| kind.code() == code).map(|kind| kind.summary())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_explained() {
        for pair in ALL.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
        for (code, what) in ALL {
            assert_eq!(code.len(), 5);
            assert_eq!(explain(code), Some(*what));
        }
        assert_eq!(explain("E0205"), Some("an index is out of range"));
        assert_eq!(explain("E9999"), None);
    }
}
