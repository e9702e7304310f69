//! The kinds of run-time error a script can catch, each with its stable code.

macro_rules! error_kinds {
    ($($name:ident $code:literal $what:literal;)*) => {
        /// What went wrong, as `e.kind` names it. Scripts may throw kinds of their own; those are
        /// carried as text beside [`ErrorKind::User`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorKind { $($name,)* }

        impl ErrorKind {
            pub const ALL: &[ErrorKind] = &[$(ErrorKind::$name,)*];

            /// The name scripts see.
            pub fn name(self) -> &'static str {
                match self { $(ErrorKind::$name => stringify!($name),)* }
            }

            /// The stable code shown in messages.
            pub fn code(self) -> &'static str {
                match self { $(ErrorKind::$name => $code,)* }
            }

            /// One line for the reference page.
            pub fn summary(self) -> &'static str {
                match self { $(ErrorKind::$name => $what,)* }
            }

            pub fn from_name(name: &str) -> Option<ErrorKind> {
                match name { $(stringify!($name) => Some(ErrorKind::$name),)* _ => None }
            }
        }
    };
}

error_kinds! {
    OverflowError "E0201" "an integer result does not fit its type, or an integer is divided by zero";
    ValueError "E0202" "a value of the right type is outside what the operation accepts";
    ShapeError "E0203" "array shapes do not fit together";
    TypeError "E0204" "a value has a type the operation does not accept";
    IndexError "E0205" "an index is out of range";
    KeyError "E0206" "a key or field is missing";
    IOError "E0207" "a file, stream or connection failed";
    MatchError "E0208" "no arm of a match fits";
    Timeout "E0209" "a time limit passed";
    Cancelled "E0210" "the task was cancelled";
    RecursionError "E0211" "calls are nested deeper than the limit";
    MemoryError "E0212" "an allocation does not fit the memory there is or the limit set";
    PermissionError "E0213" "the script lacks the right to do this";
    AssertionError "E0214" "an assertion does not hold";
    User "E0299" "an error of a kind the script made up";
}
