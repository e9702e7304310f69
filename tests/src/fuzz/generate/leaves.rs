//! Literals and variables.

use super::{Elem, Generator, Ty};

const INTS: &[&str] = &["0", "1", "2", "3", "7", "10", "255", "(-1)", "(-5)"];

/// Near the limits: where checked arithmetic has its corners.
const WILD_INTS: &[&str] = &[
    "9223372036854775807",
    "(-9223372036854775807 - 1)",
    "9223372036854775806",
    "4611686018427387904",
    "(-4611686018427387905)",
    "3037000500",
    "2147483648",
    "(-2147483649)",
    "256",
    "0",
];

const FLOATS: &[&str] = &["0.0", "1.0", "0.5", "2.75", "(-3.5)", "1e-7", "1e10", "(-0.0)"];

const WILD_FLOATS: &[&str] = &[
    "inf",
    "(-inf)",
    "nan",
    "(-0.0)",
    "1e308",
    "5e-324",
    "9007199254740993.0",
    "9223372036854775808.0",
    "(-9223372036854775808.0)",
    "0.49999999999999994",
];

impl Generator {
    fn wild_literal(&mut self) -> bool {
        self.wild > 0 && self.rng.one_in(self.wild)
    }

    /// A variable, or else a literal.
    pub(super) fn leaf(&mut self, ty: Ty) -> String {
        if !self.rng.one_in(4)
            && let Some(name) = self.var(ty)
        {
            return name;
        }
        match ty {
            Ty::Int if self.wild_literal() => self.choose(WILD_INTS),
            Ty::Int => self.choose(INTS),
            Ty::Float if self.wild_literal() => self.choose(WILD_FLOATS),
            Ty::Float => self.choose(FLOATS),
            Ty::F32 => self.choose(&["0.1f32", "1.5f32", "3f32", "1e10f32", "(-0.25f32)"]),
            Ty::Number => self.choose(&["1", "2.5", "0", "(-0.5)", "7"]),
            Ty::Bool => self.choose(&["true", "false"]),
            Ty::Str => self.choose(&["\"\"", "\"abc\"", "\"é☃\"", "\"zz\""]),
            Ty::Complex => self.choose(&["1i", "(2 - 1i)", "complex(0.5, 0.25)"]),
            Ty::Any => self.choose(&["1", "2.5", "\"t\"", "none", "true", "list([1])"]),
            Ty::Array(elem) => self.array_literal(elem),
            Ty::Matrix(elem) => {
                let text = self.choose(&[
                    "[[1, 2], [3, 4]]",
                    "zeros(2, 2)",
                    "eye(2)",
                    "reshape(arange(4), (2, 2))",
                    "ones(2, 2)",
                    "reshape(arange(6), (3, 2))",
                ]);
                format!("{text}.astype({})", elem.name())
            }
            Ty::List => self.choose(&["list([1, 2])", "list([7])", "list(0..4)"]),
            Ty::Mixed => self.choose(&["[1, \"a\", 2.5]", "[\"x\"]", "[none, 3, (1, 2)]", "[]"]),
            Ty::Pair => self.choose(&["(1, 0.5)", "(-3, 2.0)"]),
            Ty::Record => self.choose(&["{x: 1, y: 0.5}", "{x: -2, y: 4.0}"]),
            Ty::Dict => self.choose(&["dict([(\"a\", 1)])", "dict([(\"b\", 2), (\"c\", -3)])"]),
            Ty::Fn => self.choose(&["(t => t + 1)", "(t => t * 3)", "(t => t // 2)"]),
        }
    }

    /// Most have four elements, so that they fit together.
    fn array_literal(&mut self, elem: Elem) -> String {
        if self.rng.one_in(12) {
            let n = self.rng.below(8);
            return format!("ones({n}, dtype: {})", elem.name());
        }
        match elem {
            Elem::Bool => self.choose(&["[true, false, true, true]", "zeros(4, dtype: bool)"]),
            Elem::Int => self.choose(&["[1, 2, 3, 4]", "[5, -1, 0, 8]", "arange(4)"]),
            Elem::U8 => self.choose(&["[1, 200, 3, 0].astype(u8)", "zeros(4, dtype: u8)"]),
            Elem::I32 => self.choose(&["[1, -2, 3, 4].astype(i32)", "ones(4, dtype: i32)"]),
            Elem::F32 => self.choose(&["f32([0.1, 1.5, -2.0, 7.0])", "zeros(4, dtype: f32)"]),
            Elem::Float => self.choose(&[
                "[0.5, 1.5, 1.0, 2.0]",
                "[1.0, -2.0, 4.0, -0.0]",
                "linspace(0, 1, 4)",
            ]),
            Elem::Complex => self.choose(&["[1i, 2 + 0.5i, 0i, -1i]", "zeros(4, dtype: complex)"]),
        }
    }
}
