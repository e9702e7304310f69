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
    UNCLOSED_TEXT "E0002" "a string has no closing quote";
    BAD_ESCAPE "E0003" "an escape in a string that does not exist";
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
    UNDEFINED_NAME "E0101" "a name means nothing here";
    USED_BEFORE_DECLARED "E0102" "a name is used above its declaration";
    IMMUTABLE "E0103" "something that is not declared with `mut` is changed";
    CAPTURED_ASSIGNMENT "E0104" "a closure assigns a variable of the function around it";
    CAPTURED_VARIABLE "E0105" "a function or another module uses a `mut` of the top level";
    VARIABLE_TWICE "E0106" "one variable is passed to two `mut` parameters";
    MUT_MARK "E0107" "an argument needs the mark `mut`, or must not have it";
    OUTSIDE_LOOP "E0108" "`break` or `continue` outside a loop";
    OUTSIDE_FUNCTION "E0109" "`return` or `yield` outside a function";
    DECLARED_TWICE "E0110" "two things in one place have the same name";
    BAD_ARGUMENTS "E0111" "the arguments of a call do not fit the function";
    UNKNOWN_MEMBER "E0112" "a module has no such member";
    UNKNOWN_TYPE "E0113" "an annotation names no type";
    IMPORT_FAILED "E0114" "a module cannot be imported";
    IMPORT_CYCLE "E0115" "modules import each other in a circle";
    PRIVATE_NAME "E0116" "a name that is private to its module";
    IMPORT_PLACE "E0117" "an import inside a block";
    NOT_A_VALUE "E0118" "a module, or `newaxis`, where a value is needed";
    UNEQUAL_ALTERNATIVES "E0119" "the alternatives of a pattern bind different names";
    NOT_SUPPORTED "E0120" "a part of the language that is not there yet";
    UNUSED "E0121" "a name that is never used (a warning)";
    UNREACHABLE "E0122" "code that is never reached (a warning)";
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
