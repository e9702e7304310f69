//! The operations on whole arrays, each declared once.
//!
//! They are the vocabulary of kernel programs too, so an op means the same wherever it runs.

macro_rules! op_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$var_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$var_doc])* $variant,)* }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// As it is written in scripts and messages.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            pub fn from_name(name: &str) -> Option<$name> {
                match name { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

op_enum! {
    /// One array in, one of the same shape out.
    UnaryOp {
        Neg "-",
        /// `~`: bitwise on integers, logical on bools.
        Not "~",
        Abs "abs",
        Sign "sign",
        Floor "floor",
        Ceil "ceil",
        /// To the nearest integer, halves to even.
        Round "round",
        Trunc "trunc",
        Sqrt "sqrt",
        Cbrt "cbrt",
        Exp "exp",
        Exp2 "exp2",
        Expm1 "expm1",
        Log "log",
        Log1p "log1p",
        Log2 "log2",
        Log10 "log10",
        Sin "sin",
        Cos "cos",
        Tan "tan",
        Asin "asin",
        Acos "acos",
        Atan "atan",
        Sinh "sinh",
        Cosh "cosh",
        Tanh "tanh",
        Asinh "asinh",
        Acosh "acosh",
        Atanh "atanh",
        Erf "erf",
        Erfc "erfc",
        Gamma "gamma",
        Lgamma "lgamma",
        IsNan "isnan",
        IsInf "isinf",
        IsFinite "isfinite",
        Real "real",
        Imag "imag",
        Conj "conj",
        /// Angle of a complex number in radians, in [-pi, pi].
        Angle "angle",
    }
}

op_enum! {
    /// Two arrays in, one of their common shape out.
    BinaryOp {
        Add "+",
        Sub "-",
        Mul "*",
        /// Always a float or complex.
        Div "/",
        FloorDiv "//",
        /// With the sign of the divisor.
        Mod "%",
        Pow "^",
        WrappingAdd "wrapping_add",
        WrappingSub "wrapping_sub",
        WrappingMul "wrapping_mul",
        And "&",
        Or "|",
        Xor "xor",
        Shl "<<",
        Shr ">>",
        Eq "==",
        Ne "!=",
        Lt "<",
        Le "<=",
        Gt ">",
        Ge ">=",
        /// NaN wins.
        Min "min",
        /// NaN wins.
        Max "max",
        Hypot "hypot",
        Atan2 "atan2",
        Copysign "copysign",
    }
}

op_enum! {
    /// Several elements in, one out.
    ReduceOp {
        Sum "sum",
        Prod "prod",
        Min "min",
        Max "max",
        ArgMin "argmin",
        ArgMax "argmax",
        Any "any",
        All "all",
        Mean "mean",
    }
}

impl ReduceOp {
    /// Whether elements of this dtype can be reduced so.
    pub(crate) const fn takes(self, dtype: quern_ir::DType) -> bool {
        use ReduceOp::*;
        match self {
            Sum | Prod | Mean => true,
            Min | Max | ArgMin | ArgMax => !matches!(dtype, quern_ir::DType::Complex),
            Any | All => matches!(dtype, quern_ir::DType::Bool),
        }
    }
}

impl BinaryOp {
    /// Whether the result is a bool array whatever the operands are.
    pub const fn is_comparison(self) -> bool {
        matches!(
            self,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
        )
    }
}
