//! The one table of builtins.
//!
//! A row gives a builtin's name, its parameters (with defaults, `mut` and variadic ones), who runs it
//! and what it may do, after a doc comment that is also `help(name)` and its entry in the reference.
//! Everything else is an exhaustive `match` on [`Builtin`].

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// Who runs a builtin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Home {
    /// A function of `vm` from values to a value.
    Vm,
    /// Written in Quern, in the prelude that every program starts with.
    Prelude,
    /// Needs the outside world: supplied by the host (`runtime`).
    Host,
    /// Acts on the running task itself: waits, spawns, asks the interpreter.
    Task,
}

/// What a builtin may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effects {
    /// Its result depends on its arguments alone; it may throw.
    Pure,
    /// Reads the outside (time, random state, files) or writes to it, without waiting.
    Io,
    /// Runs functions it was given.
    Calls,
    /// May suspend the task.
    Waits,
}

/// A parameter of a builtin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltinParam {
    pub name: &'static str,
    /// The default as the table writes it; such a parameter may be left out.
    pub default: Option<&'static str>,
    pub mutable: bool,
    pub variadic: bool,
}

macro_rules! builtins {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal ($($sig:tt)*) $home:ident $effects:ident;)*) => {
        /// A builtin function.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(rustdoc::broken_intra_doc_links, reason = "brackets in the docs are script code")]
        pub enum Builtin { $($(#[doc = $doc])* $variant,)* }

        impl Builtin {
            pub const ALL: &[Builtin] = &[$(Builtin::$variant,)*];

            /// The name scripts use, with its module: `sum`, `linalg.solve`.
            pub const fn name(self) -> &'static str {
                match self { $(Builtin::$variant => $name,)* }
            }
            pub const fn home(self) -> Home {
                match self { $(Builtin::$variant => Home::$home,)* }
            }
            pub const fn effects(self) -> Effects {
                match self { $(Builtin::$variant => Effects::$effects,)* }
            }
            /// The parameter list as written in the table.
            pub const fn signature(self) -> &'static str {
                match self { $(Builtin::$variant => stringify!($($sig)*),)* }
            }
            /// The doc comment, one line a row.
            pub const fn doc(self) -> &'static str {
                match self { $(Builtin::$variant => concat!($($doc, "\n",)*),)* }
            }
        }
    };
}

builtins! {
    // ---- output, errors, the script itself -----------------------------------------------------
    /// Writes the values separated by `sep`, then `end`, to standard output; gives `none`.
    /// Strings are written as they are, inside containers in quotes; arrays as NumPy writes them.
    /// Errors: IOError if the output cannot be written, TypeError if `sep` or `end` is no str.
    /// Example: print(1, "a", [1.5, 2.0])  # expect: 1 a [1.5 2. ]
    /// Example: print("a", "b", sep: "-", end: "!\n")  # expect: a-b!
    Print "print" (...values, sep = " ", end = "\n") Host Io;
    /// Writes a value with strings quoted and its type beside it, as the interactive session does; gives
    /// the value back.
    /// Errors: IOError if the output cannot be written.
    /// Example: display("a")  # expect: "a" : str
    /// Example: print(display(2) + 1)
    /// # expect: 2 : int
    /// # expect: 3
    Display "display" (value) Host Io;
    /// Makes an error value, which `throw` raises and `catch` receives.
    /// Its fields are `kind`, `message`, `hint`, `payload` and `line`; a message that is no str becomes
    /// one.
    /// `kind` is one of the kinds of the language (`ValueError`, `IOError`, ...) or a name of your own.
    /// Errors: TypeError if `kind` is no str, or `hint` neither str nor `none`.
    /// Example: throw error("must be positive", kind: "ValueError")  # error[ValueError]: must be positive
    /// Example: let e = error("low", payload: 3); print(e.kind, e.payload)  # expect: Error 3
    Error "error" (message, kind = "Error", hint = none, payload = none) Vm Pure;
    /// Throws an AssertionError with the message when the condition is false; gives `none` when it is true.
    /// Errors: AssertionError if `condition` is false, TypeError if it is no bool.
    /// Example: assert(1 + 1 == 2)
    /// Example: assert(1 > 2, "one is less")  # error[AssertionError]: one is less
    Assert "assert" (condition, message = none) Vm Pure;
    /// Writes the signature and documentation of a function, or the names of all builtins without an
    /// argument.
    /// `subject` is a function, a builtin, or the name of a builtin as a str.
    /// Errors: ValueError if there is no builtin of that name, TypeError for any other value.
    /// Note: `##` comments before a `fn` are its documentation.
    Help "help" (subject = none) Host Io;
    /// The name of the type of a value.
    /// The names are `none bool int float f32 complex str array list tuple record dict range fn generator
    /// error`.
    /// Example: print(type(1.5), type([1, 2]), type("a"))  # expect: float array str
    TypeOf "type" (value) Vm Pure;
    /// Whether two whole values are equal: containers item by item, arrays element by element.
    /// Shapes: arrays of different shape are not equal; their dtypes may differ. The result is one bool.
    /// Special values: NaN equals nothing; values of unrelated types are not equal.
    /// Example: print(equal([1, 2], [1.0, 2.0]), equal([1, 2], [1, 2, 3]))  # expect: true false
    Equal "equal" (a, b) Vm Pure;
    /// The number of items, entries, code points of a str, or rows of an array.
    /// Errors: TypeError for what has no length, such as a number or a generator.
    /// Example: print(len("héllo"), len([[1, 2], [3, 4]]), len(0..10 by 3))  # expect: 5 2 4
    Len "len" (x) Vm Pure;
    /// The value itself, with any pending array computation done now.
    /// Note: it never changes a result; it matters only to measurements.
    /// Example: print(eval([1, 2] + 1))  # expect: [2 3]
    Eval "eval" (x) Vm Pure;

    // ---- conversions ---------------------------------------------------------------------------
    /// Converts to int: cuts off the fraction of a float, parses text, casts the elements of an array.
    /// Text may have a sign, `_` between digits and the prefix `0x`, `0o` or `0b`; `base` is in 2..=36.
    /// Shapes: an array `[..s]` gives an int array `[..s]`.
    /// Errors: ValueError for NaN, text that is no integer or a bad base; OverflowError beyond 64 bits;
    /// TypeError for other values.
    /// Example: print(int(-2.9), int("ff", 16), int("0b101"))  # expect: -2 255 5
    /// Example: int("12a")  # error[ValueError]: no integer
    Int "int" (x, base = 10) Vm Pure;
    /// Converts a number, text or the elements of an array to float.
    /// Shapes: an array `[..s]` gives a float array `[..s]`. Special values: `"inf"`, `"-inf"`, `"nan"` are
    /// numbers.
    /// Errors: ValueError for text that is no number; TypeError for complex numbers and other values.
    /// Example: print(float("1e-3"), float(2), float([1, 2]))  # expect: 0.001 2.0 [1. 2.]
    Float "float" (x) Vm Pure;
    /// Converts to 32-bit float, rounding to nearest; as a value it is the dtype.
    /// Shapes: an array `[..s]` gives an f32 array `[..s]`. Special values: what is too large becomes
    /// `inf`.
    /// Errors: as `float`.
    /// Example: print(f32(0.1) * f32(3), f32([1, 2]).dtype)  # expect: 0.3 f32
    F32 "f32" (x) Vm Pure;
    /// Casts an array to 32-bit integers, or checks that a number fits them; as a value it is the dtype.
    /// Shapes: an array `[..s]` gives an i32 array `[..s]`; a number or text gives an int. Fractions are
    /// cut off.
    /// Errors: OverflowError for what does not fit; ValueError for NaN in an array or text that is no
    /// integer.
    /// Example: print(i32([1.9, -1.9]), i32([1]).dtype)  # expect: [ 1 -1] i32
    I32 "i32" (x) Vm Pure;
    /// Casts an array to bytes, or checks that a number is in 0..=255; as a value it is the dtype.
    /// Shapes: an array `[..s]` gives a u8 array `[..s]`; a number or text gives an int. Fractions are cut
    /// off.
    /// Errors: OverflowError for what does not fit; ValueError for NaN in an array or text that is no
    /// integer.
    /// Example: print(u8([1, 255]), u8(65))  # expect: [  1 255] 65
    /// Example: u8(300)  # error[OverflowError]: 300
    U8 "u8" (x) Vm Pure;
    /// Converts to bool: a number is true when it is not zero, text is `"true"` or `"false"`.
    /// Shapes: an array `[..s]` gives a bool array `[..s]`. Special values: NaN is true.
    /// Errors: ValueError for other text; TypeError for none, containers and functions.
    /// Example: print(bool(2), bool("false"), bool([0, 1]))  # expect: true false [false  true]
    Bool "bool" (x) Vm Pure;
    /// Converts to complex: from the real and imaginary part, from text such as `"1 + 2i"`, or from an
    /// array.
    /// Shapes: an array `[..s]`, given alone, gives a complex array `[..s]`.
    /// Errors: ValueError for text that is no number; TypeError if a part is no real number.
    /// Example: print(complex(1, 2), complex("3 - 1i"))  # expect: 1.0 + 2.0i 3.0 - 1.0i
    Complex "complex" (re, im = 0) Vm Pure;
    /// The text of a value as `print` writes it; of a one-dimensional u8 array, the text its bytes encode
    /// in UTF-8.
    /// Errors: ValueError if the bytes are not UTF-8, with the position.
    /// Example: print(str(1.50) + "!", str(bytes("é")))  # expect: 1.5! é
    Str "str" (x) Vm Pure;
    /// The text of a value as it stands inside containers: strings in quotes, with escapes.
    /// Example: print(repr("a\n"), repr(1.0))  # expect: "a\n" 1.0
    Repr "repr" (x) Vm Pure;
    /// A list of what an iterable gives: the items of an array or range, the characters of a str, ...
    /// A list is given back as it is. Rows of an array with several axes stay arrays.
    /// Errors: TypeError for what `for` cannot walk over.
    /// Example: print(list("abc"), list(0..3))  # expect: ["a", "b", "c"] [0, 1, 2]
    List "list" (x = []) Prelude Calls;
    /// An array of what an iterable gives, nested lists and tuples as further axes.
    /// The dtype is the least that holds all items, or `dtype`; of nothing it is float with shape (0,).
    /// Errors: TypeError for items that are no numbers; ShapeError for rows of different shape;
    /// OverflowError or ValueError where an item does not convert to `dtype`.
    /// Example: print(array((1, 2.5)), array(0..3, dtype: float))  # expect: [1.  2.5] [0. 1. 2.]
    Array "array" (x, dtype = none) Prelude Calls;
    /// The tuple of what an iterable gives.
    /// Errors: TypeError for what `for` cannot walk over.
    /// Example: print(tuple([1, 2]))  # expect: (1, 2)
    Tuple "tuple" (x) Prelude Calls;
    /// A dict from (key, value) pairs, from a record, or from a dict, which is given back as it is.
    /// Keys are ints, strings, bools and tuples of them; they keep the order of insertion, and a later
    /// value replaces an earlier one.
    /// Errors: TypeError for an item that is no pair, or a key of another type.
    /// Example: print(dict([("a", 1), ("b", 2)]), dict({x: 3}))  # expect: {"a": 1, "b": 2} {"x": 3}
    Dict "dict" (items = []) Prelude Calls;
    /// A record from (name, value) pairs, or from a dict with string keys.
    /// Errors: TypeError for an item that is no pair, or a name that is no str.
    /// Example: print(record([("x", 1), ("y", 2)]).y)  # expect: 2
    Record "record" (items) Prelude Calls;
    /// The elements as another dtype: one of `bool u8 i32 int f32 float complex`, or its name as a str.
    /// Fractions are cut off, anything but 0 is true, and a number is converted like an element.
    /// Shapes: `[..s]` gives `[..s]`.
    /// Errors: OverflowError for a number that does not fit, ValueError for NaN as an integer, TypeError if
    /// `dtype` is none.
    /// Example: print([1.9, -1.9].astype(int), astype([0, 2], bool))  # expect: [ 1 -1] [false  true]
    /// Example: [300].astype(u8)  # error[OverflowError]: 300
    AsType "astype" (x, dtype) Vm Pure;
    /// The UTF-8 bytes of a str as a u8 array; `str` turns them back.
    /// Shapes: a str of n bytes gives `[n]`. Errors: TypeError if `s` is no str.
    /// Example: print(bytes("hé"))  # expect: [104 195 169]
    Bytes "bytes" (s) Vm Pure;

    // ---- scalar and elementwise maths ----------------------------------------------------------
    /// Sine of an angle, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Units: radians. Special values: NaN for infinities.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(sin(1.0), sin([0, pi / 2]))  # expect: 0.8414709848078965 [0. 1.]
    Sin "sin" (x) Vm Pure;
    /// Cosine of an angle, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Units: radians. Special values: NaN for infinities.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(cos(0), cos([0.0, 1.0]))  # expect: 1.0 [1.         0.54030231]
    Cos "cos" (x) Vm Pure;
    /// Tangent of an angle, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Units: radians. Special values: NaN for infinities; large but finite at the float nearest `pi / 2`.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(tan(1.0))  # expect: 1.5574077246549023
    Tan "tan" (x) Vm Pure;
    /// Arc sine, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Units: radians, in [-pi/2, pi/2]. Special values: NaN for reals outside [-1, 1].
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(asin(1.0), asin(2))  # expect: 1.5707963267948966 nan
    Asin "asin" (x) Vm Pure;
    /// Arc cosine, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Units: radians, in [0, pi]. Special values: NaN for reals outside [-1, 1].
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(acos([1.0, 0.0, -1.0]))  # expect: [0.         1.57079633 3.14159265]
    Acos "acos" (x) Vm Pure;
    /// Arc tangent, element by element; `atan2` knows the quadrant.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Units: radians, in [-pi/2, pi/2]. Special values: infinities give the ends.
    /// Source: ISO C Annex F; accuracy below 1.5 ulp, of f32 below 2 ulp.
    /// Example: print(atan(1.0), atan(inf))  # expect: 0.7853981633974483 1.5707963267948966
    Atan "atan" (x) Vm Pure;
    /// Arc tangent of `y / x` in the right quadrant, element by element.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`. Types: f32 stays, others
    /// give float.
    /// Units: radians, in [-pi, pi]. Special values: `atan2(0.0, -1.0)` is pi, `atan2(0.0, 0.0)` is 0.
    /// Errors: ShapeError if the shapes do not broadcast; TypeError for complex numbers.
    /// Source: ISO C Annex F; accuracy below 1.5 ulp, of f32 below 2 ulp.
    /// Example: print(atan2(1.0, 1.0))  # expect: 0.7853981633974483
    /// Example: print(atan2([1.0, -1.0], -1.0))  # expect: [ 2.35619449 -2.35619449]
    Atan2 "atan2" (y, x) Vm Pure;
    /// Hyperbolic sine, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: overflows to an infinity beyond about 710.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(sinh(1.0))  # expect: 1.1752011936438014
    Sinh "sinh" (x) Vm Pure;
    /// Hyperbolic cosine, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: overflows to `inf` beyond about 710.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(cosh(0.0), cosh(-inf))  # expect: 1.0 inf
    Cosh "cosh" (x) Vm Pure;
    /// Hyperbolic tangent, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: infinities give -1 and 1.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(tanh([0.0, 1.0, inf]))  # expect: [0.         0.76159416 1.        ]
    Tanh "tanh" (x) Vm Pure;
    /// Inverse hyperbolic sine, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(asinh(1.0))  # expect: 0.881373587019543
    Asinh "asinh" (x) Vm Pure;
    /// Inverse hyperbolic cosine, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: NaN for reals below 1.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(acosh(2.0), acosh(0.5))  # expect: 1.3169578969248168 nan
    Acosh "acosh" (x) Vm Pure;
    /// Inverse hyperbolic tangent, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: -1 and 1 give infinities, reals outside [-1, 1] NaN.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(atanh([0.5, 1.0]))  # expect: [0.54930614        inf]
    Atanh "atanh" (x) Vm Pure;
    /// The exponential function, e to the power `x`, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: `exp(-inf)` is 0; overflows to `inf` beyond about 709.78.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(exp(1), exp([0.0, -inf]))  # expect: 2.718281828459045 [1. 0.]
    Exp "exp" (x) Vm Pure;
    /// Two to the power `x`, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: overflows to `inf` from 1024 on.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(exp2(10))  # expect: 1024.0
    Exp2 "exp2" (x) Vm Pure;
    /// `exp(x) - 1`, accurate where `x` is near 0.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Source: ISO C Annex F; accuracy below 1.4 ulp, of f32 below 2 ulp.
    /// Example: print(expm1(1e-20), expm1(-inf))  # expect: 1e-20 -1.0
    Expm1 "expm1" (x) Vm Pure;
    /// Natural logarithm, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: `log(0)` is `-inf`, of negative reals NaN; complex numbers take the principal
    /// branch.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(log(exp(2)), log(0), log(-1))  # expect: 2.0 -inf nan
    Log "log" (x) Vm Pure;
    /// `log(1 + x)`, accurate where `x` is near 0.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: `-inf` at -1, NaN for reals below.
    /// Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(log1p(1e-20), log1p(-1))  # expect: 1e-20 -inf
    Log1p "log1p" (x) Vm Pure;
    /// Logarithm to base 2, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: as `log`. Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(log2([1, 8, 1024]))  # expect: [ 0.  3. 10.]
    Log2 "log2" (x) Vm Pure;
    /// Logarithm to base 10, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: as `log`. Source: ISO C Annex F; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(log10([1, 100, 0.1]))  # expect: [ 0.  2. -1.]
    Log10 "log10" (x) Vm Pure;
    /// Square root, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Special values: NaN for negative reals, `-0.0` for `-0.0`; complex numbers take the principal
    /// branch.
    /// Source: IEEE 754, correctly rounded.
    /// Example: print(sqrt(2), sqrt([4, 9]), sqrt(complex(-1)))  # expect: 1.4142135623730951 [2. 3.] 0.0 + 1.0i
    Sqrt "sqrt" (x) Vm Pure;
    /// Cube root, element by element; that of a negative number is negative.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 stays, others give float.
    /// Errors: TypeError for complex numbers. Source: ISO C Annex F; accuracy below 1 ulp.
    /// Example: print(cbrt(-8), cbrt([1, 27]))  # expect: -2.0 [1. 3.]
    Cbrt "cbrt" (x) Vm Pure;
    /// Absolute value, element by element; the modulus of a complex number.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: integers and floats keep their type,
    /// bools give int, complex numbers float.
    /// Errors: OverflowError for the least integer of a type.
    /// Example: print(abs(-3), abs([-1.5, 2.0]), abs(3 + 4i))  # expect: 3 [1.5 2. ] 5.0
    Abs "abs" (x) Vm Pure;
    /// -1, 0 or 1 by the sign, element by element; `z / abs(z)` of a complex number.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: kept, bools give int. Special values:
    /// NaN for NaN, 0.0 for both zeros.
    /// Example: print(sign(-7), sign([2.5, 0.0, nan]))  # expect: -1 [ 1.  0. nan]
    Sign "sign" (x) Vm Pure;
    /// The greatest whole number not above `x`, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: kept, so a float gives a float;
    /// `int(floor(x))` gives an int.
    /// Special values: NaN and infinities stay. Errors: TypeError for complex numbers.
    /// Example: print(floor(-2.5), floor([1.5, 2.0]), floor(7))  # expect: -3.0 [1. 2.] 7
    Floor "floor" (x) Vm Pure;
    /// The least whole number not below `x`, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: kept, so a float gives a float.
    /// Special values: NaN and infinities stay. Errors: TypeError for complex numbers.
    /// Example: print(ceil(2.1), ceil(-2.5))  # expect: 3.0 -2.0
    Ceil "ceil" (x) Vm Pure;
    /// The nearest number with `digits` decimal places, halves to even; negative `digits` round before the
    /// point.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: kept, so a float gives a float.
    /// Floats are scaled by a power of ten, as in NumPy, so the last digit may show a rounding of the
    /// scaling.
    /// Special values: NaN and infinities stay.
    /// Errors: TypeError for complex numbers; OverflowError for an int that is rounded beyond its type.
    /// Example: print(round(2.5), round(3.14159, 2), round(1250, -2))  # expect: 2.0 3.14 1200
    Round "round" (x, digits = 0) Vm Pure;
    /// The number without its fraction, element by element.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: kept, so a float gives a float;
    /// `int(x)` gives an int.
    /// Special values: NaN and infinities stay. Errors: TypeError for complex numbers.
    /// Example: print(trunc(-2.7), trunc([1.5, -1.5]))  # expect: -2.0 [ 1. -1.]
    Trunc "trunc" (x) Vm Pure;
    /// `sqrt(x^2 + y^2)` without overflow of the squares, element by element.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`. Types: f32 stays, others
    /// give float.
    /// Special values: `inf` if either is infinite, even beside NaN.
    /// Errors: ShapeError if the shapes do not broadcast; TypeError for complex numbers.
    /// Source: ISO C Annex F; accuracy below 1 ulp.
    /// Example: print(hypot(3, 4), hypot([5, 8], [12, 15]))  # expect: 5.0 [13. 17.]
    Hypot "hypot" (x, y) Vm Pure;
    /// `x * y + z` rounded once, element by element.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`. Types: float; f32 where
    /// all are f32.
    /// Errors: ShapeError if the shapes do not broadcast; TypeError for complex numbers.
    /// Source: IEEE 754, fusedMultiplyAdd.
    /// Example: print(fma(2.0, 3.0, 4.0), fma(0.1, 10.0, -1.0))  # expect: 10.0 5.551115123125783e-17
    /// Example: print(type(fma(f32(1), f32(2), f32(3))))  # expect: f32
    Fma "fma" (x, y, z) Vm Pure;
    /// `x` raised to `y`, element by element, as the operator `^`.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`. Types: as for `*`; ints
    /// give int.
    /// Special values: `pow(x, 0)` is 1 for every `x`, NaN too; a negative float to a fraction is NaN.
    /// Errors: ValueError for a negative exponent of an int; OverflowError for an int that does not fit;
    /// ShapeError if the shapes do not broadcast.
    /// Source: ISO C Annex F; accuracy below 1 ulp; exponents -1, 1 and 2 are rounded once.
    /// Example: print(pow(2, 10), pow(2.0, -1), pow([1, 2, 3], 2))  # expect: 1024 0.5 [1 4 9]
    /// Example: pow(2, -1)  # error[ValueError]: negative integer exponent
    Pow "pow" (x, y) Vm Pure;
    /// The error function, `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 stays, others give float.
    /// Special values: infinities give -1 and 1. Errors: TypeError for complex numbers.
    /// Source: minimax polynomials, after N. Juffa; accuracy below 1 ulp, of f32 below 2 ulp.
    /// Example: print(erf(1.0), erf(inf))  # expect: 0.8427007929497149 1.0
    Erf "erf" (x) Vm Pure;
    /// `1 - erf(x)`, accurate where that is near 0.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 stays, others give float.
    /// Special values: `erfc(inf)` is 0, `erfc(-inf)` is 2. Errors: TypeError for complex numbers.
    /// Source: M. M. Shepherd and J. G. Laframboise, 1981; accuracy below 1 ulp.
    /// Example: print(erfc(10.0))  # expect: 2.088487583762545e-45
    Erfc "erfc" (x) Vm Pure;
    /// The gamma function; `gamma(n + 1)` is the factorial of n.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 stays, others give float.
    /// Special values: infinite at 0, with its sign; NaN at the negative integers; overflows beyond about
    /// 171.6.
    /// Errors: TypeError for complex numbers. Source: Stirling's formula in twice the
    /// precision, reflection; accuracy below 1 ulp.
    /// Example: print(gamma(5), gamma([1, 2, 3]))  # expect: 24.0 [1. 1. 2.]
    Gamma "gamma" (x) Vm Pure;
    /// The logarithm of the absolute value of the gamma function.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 stays, others give float.
    /// Special values: `inf` at 0 and the negative integers, where gamma has poles.
    /// Errors: TypeError for complex numbers. Source: as `gamma`; accuracy below 2 ulp, at negative arguments
    /// below 4 or, near the zeros there, 2^-54.
    /// Example: print(lgamma([1, 2, 0]))  # expect: [ 0.  0. inf]
    Lgamma "lgamma" (x) Vm Pure;
    /// Whether a number is NaN, element by element; of a complex number, whether a part is.
    /// Shapes: `[..s]` gives bool `[..s]`; a number gives a bool. Integers are never NaN.
    /// Example: print(isnan(nan), isnan([1.0, nan]))  # expect: true [false  true]
    IsNan "isnan" (x) Vm Pure;
    /// Whether a number is infinite, element by element; of a complex number, whether a part is.
    /// Shapes: `[..s]` gives bool `[..s]`; a number gives a bool. Integers never are.
    /// Example: print(isinf(-inf), isinf([1.0, nan]))  # expect: true [false false]
    IsInf "isinf" (x) Vm Pure;
    /// Whether a number is neither infinite nor NaN, element by element; of a complex number, whether both
    /// parts are.
    /// Shapes: `[..s]` gives bool `[..s]`; a number gives a bool. Integers always are.
    /// Example: print(isfinite(1), isfinite([1.0, nan, inf]))  # expect: true [ true false false]
    IsFinite "isfinite" (x) Vm Pure;
    /// The real part of a complex number, element by element; real numbers as they are.
    /// Shapes: `[..s]` gives `[..s]`, of dtype float where `z` is complex.
    /// Example: print(real(1 + 2i), real([3 + 4i]))  # expect: 1.0 [3.]
    Real "real" (z) Vm Pure;
    /// The imaginary part of a complex number, element by element; 0 of real numbers.
    /// Shapes: `[..s]` gives `[..s]`, of dtype float where `z` is complex.
    /// Example: print(imag(1 + 2i), imag([3 + 4i, 1]))  # expect: 2.0 [4. 0.]
    Imag "imag" (z) Vm Pure;
    /// The complex conjugate, element by element; real numbers as they are.
    /// Shapes: `[..s]` gives `[..s]`.
    /// Example: print(conj(1 + 2i))  # expect: 1.0 - 2.0i
    Conj "conj" (z) Vm Pure;
    /// The angle of a complex number, element by element: `atan2(imag(z), real(z))`.
    /// Shapes: `[..s]` gives `[..s]`. Units: radians, in [-pi, pi]; a negative real number has the angle
    /// pi.
    /// Example: print(angle(1i), angle([-1.0, 1.0]))  # expect: 1.5707963267948966 [3.14159265 0.        ]
    Angle "angle" (z) Vm Pure;
    /// The least of several arguments, element by element; of one array, list, tuple or range, its least
    /// element.
    /// Shapes: several arguments broadcast to `[..s]`; one array `[..s]` gives a number, or loses the axes
    /// of `axis`, which stay with length 1 under `keepdims`.
    /// Special values: NaN wins, and -0.0 is less than 0.0. Strings and tuples are compared in order.
    /// Errors: ValueError of nothing; TypeError for values without an order, complex among them, or `axis`
    /// with several arguments; IndexError for an axis out of range; ShapeError if the shapes do not
    /// broadcast.
    /// Example: print(min(3, 1, 2), min([1, 5], [4, 2]), min([3, 1]))  # expect: 1 [1 2] 1
    /// Example: print(min([[1, 2], [3, 0]], axis: 0), min([1.0, nan]))  # expect: [1 0] nan
    Min "min" (x, ...rest, axis = none, keepdims = false) Vm Pure;
    /// The greatest of several arguments, element by element; of one array, list, tuple or range, its
    /// greatest element.
    /// Shapes: several arguments broadcast to `[..s]`; one array `[..s]` gives a number, or loses the axes
    /// of `axis`, which stay with length 1 under `keepdims`.
    /// Special values: NaN wins, and 0.0 is greater than -0.0. Strings and tuples are compared in order.
    /// Errors: ValueError of nothing; TypeError for values without an order, complex among them, or `axis`
    /// with several arguments; IndexError for an axis out of range; ShapeError if the shapes do not
    /// broadcast.
    /// Example: print(max(3, 1, 2), max([1, 5], 2), max(["a", "b"]))  # expect: 3 [2 5] b
    /// Example: print(max([[1, 2], [3, 0]], axis: 1))  # expect: [2 3]
    Max "max" (x, ...rest, axis = none, keepdims = false) Vm Pure;
    /// `x` limited to [lo, hi], element by element.
    /// Shapes: `x`, `lo` and `hi` are numbers or arrays that broadcast to `[..s]`; the result is `[..s]`.
    /// Special values: NaN stays.
    /// Errors: ValueError if `lo` and `hi` are numbers and lo > hi; ShapeError if the shapes do not
    /// broadcast; TypeError for complex numbers.
    /// Example: print(clamp(7, 0, 5), clamp([-1.5, 0.5, 9.0], 0, 1))  # expect: 5 [0.  0.5 1. ]
    Clamp "clamp" (x, lo, hi) Vm Pure;
    /// `a` where the condition holds, else `b`, element by element.
    /// Shapes: bools, numbers or arrays that broadcast to `[..s]`; the result is `[..s]`. With one bool as
    /// condition, the whole of `a` or `b`, of any type.
    /// Both `a` and `b` are computed before the choice; use `if` for a single condition.
    /// Errors: ShapeError if the shapes do not broadcast; TypeError if the condition is not of bools.
    /// Example: print(where([1, -1] > 0, 10, 20), where([true, false], [1, 2], [3, 4]))  # expect: [10 20] [1 4]
    Where "where" (condition, a, b) Vm Pure;
    /// The tuple `(a // b, a % b)`: the quotient rounded down and the rest, which has the sign of `b`.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`. Types: as for `//`.
    /// Special values: floats divided by 0 give an infinity or NaN, and the rest NaN.
    /// Errors: OverflowError for an int divided by 0, or the least int by -1; ShapeError if the shapes do
    /// not broadcast.
    /// Example: print(divmod(7, 2), divmod(-7, 2), divmod([7, 8], 3))  # expect: (3, 1) (-4, 1) ([2 2], [1 2])
    /// Example: divmod(7, 0)  # error[OverflowError]: division by zero in 7 // 0
    DivMod "divmod" (a, b) Vm Pure;
    /// The greatest common divisor of two ints, never negative; `gcd(0, 0)` is 0.
    /// Errors: TypeError unless both are ints; OverflowError if it is 2^63. Source: Euclid's algorithm.
    /// Example: print(gcd(12, 18), gcd(-4, 6))  # expect: 6 2
    Gcd "gcd" (a, b) Vm Pure;
    /// The least common multiple of two ints, never negative; 0 if either is 0.
    /// Errors: TypeError unless both are ints; OverflowError if it does not fit 64 bits.
    /// Example: print(lcm(4, 6), lcm(0, 5))  # expect: 12 0
    Lcm "lcm" (a, b) Vm Pure;
    /// The product 1 * 2 * ... * n as an int, for n up to 20.
    /// Errors: ValueError for negative n, OverflowError from 21 on (`gamma(n + 1)` gives a float),
    /// TypeError unless an int.
    /// Example: print(factorial(5), factorial(0))  # expect: 120 1
    Factorial "factorial" (n) Vm Pure;
    /// Sum of integers modulo 2^64, or the width of the dtype, element by element; for hashes and
    /// generators.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`.
    /// Errors: TypeError for floats; ShapeError if the shapes do not broadcast.
    /// Example: print(wrapping_add(9223372036854775807, 1))  # expect: -9223372036854775808
    WrappingAdd "wrapping_add" (a, b) Vm Pure;
    /// Difference of integers modulo 2^64, or the width of the dtype, element by element.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`.
    /// Errors: TypeError for floats; ShapeError if the shapes do not broadcast.
    /// Example: print(wrapping_sub([0, 5], 1), wrapping_sub(u8([0]), 1))  # expect: [-1  4] [255]
    WrappingSub "wrapping_sub" (a, b) Vm Pure;
    /// Product of integers modulo 2^64, or the width of the dtype, element by element.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is `[..s]`.
    /// Errors: TypeError for floats; ShapeError if the shapes do not broadcast.
    /// Example: print(wrapping_mul(6364136223846793005, 3))  # expect: 645664597830827399
    WrappingMul "wrapping_mul" (a, b) Vm Pure;
    /// Degrees to radians, element by element: `x * (pi / 180)`.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Example: print(radians(180), radians([0, 90]))  # expect: 3.141592653589793 [0.         1.57079633]
    /// Example: print(type(radians(f32(180))))  # expect: f32
    Radians "radians" (x) Vm Pure;
    /// Radians to degrees, element by element: `x * (180 / pi)`.
    /// Shapes: `[..s]` gives `[..s]`; a number gives a number. Types: f32 and complex stay, others give
    /// float.
    /// Example: print(degrees(pi), degrees([0, pi / 2]))  # expect: 180.0 [ 0. 90.]
    Degrees "degrees" (x) Vm Pure;
    /// Whether `abs(a - b) <= atol + rtol * abs(b)`, element by element; not symmetric in `a` and `b`.
    /// Shapes: numbers or arrays that broadcast to `[..s]`; the result is bool `[..s]`, or a bool for two
    /// numbers.
    /// Special values: an infinity is close to itself only, NaN to nothing. Source: numpy.isclose.
    /// Errors: ShapeError if the shapes do not broadcast; TypeError for values that are no numbers.
    /// Example: print(isclose(1.0, 1.0 + 1e-9), isclose([1.0, 2.0], [1.0, 2.1]))  # expect: true [ true false]
    IsClose "isclose" (a, b, rtol = 1e-5, atol = 1e-8) Vm Pure;
    /// Whether `isclose(a, b, rtol, atol)` holds for all elements: one bool.
    /// Shapes: numbers or arrays that broadcast. Errors: as `isclose`. Source: numpy.allclose.
    /// Example: print(allclose([1.0, 2.0], [1.0, 2.0 + 1e-9]), allclose([1.0], [1.1]))  # expect: true false
    AllClose "allclose" (a, b, rtol = 1e-5, atol = 1e-8) Vm Pure;

    // ---- making arrays -------------------------------------------------------------------------
    /// An array of zeros; `false` for dtype bool.
    /// Shapes: the shape is given as ints or as one tuple: `zeros(2, 3)`, `zeros((2, 3))`,
    /// `zeros(a.shape)`.
    /// Errors: ShapeError for a negative dimension; MemoryError if it does not fit memory; TypeError for a
    /// shape that is not of ints.
    /// Example: print(zeros(3), zeros(2, dtype: int), zeros(2, 3).shape)  # expect: [0. 0. 0.] [0 0] (2, 3)
    Zeros "zeros" (...shape, dtype = float) Vm Pure;
    /// An array of ones; `true` for dtype bool.
    /// Shapes: the shape is given as ints or as one tuple, as for `zeros`.
    /// Errors: ShapeError for a negative dimension; MemoryError if it does not fit memory; TypeError for a
    /// shape that is not of ints.
    /// Example: print(ones(3), ones(2, dtype: int))  # expect: [1. 1. 1.] [1 1]
    Ones "ones" (...shape, dtype = float) Vm Pure;
    /// An array with the same number everywhere, of the type of the number unless `dtype` is given.
    /// Shapes: `shape` is an int or a tuple. Errors: as `zeros`; OverflowError or TypeError if the value
    /// does not fit `dtype`.
    /// Example: print(full(3, 0.5), full((1, 2), 7).shape)  # expect: [0.5 0.5 0.5] (1, 2)
    Full "full" (shape, value, dtype = none) Vm Pure;
    /// The matrix with ones on the diagonal and zeros elsewhere.
    /// Shapes: `n` rows and `m` columns, by default as many. Errors: ShapeError for a negative dimension;
    /// MemoryError if it does not fit memory; TypeError for a shape that is not of ints.
    /// Example: print(eye(2))
    /// # expect: [[1. 0.]
    /// # expect:  [0. 1.]]
    Eye "eye" (n, m = none, dtype = float) Vm Pure;
    /// Evenly spaced values from `start` (included) to `stop` (left out); one argument is `stop`, with
    /// `start` 0.
    /// Shapes: `[ceil((stop - start) / step)]`, empty if that is not positive. Types: int where all are
    /// ints, else float.
    /// Special values: with a fractional step rounding may let one value more in; `linspace` counts
    /// instead.
    /// Errors: ValueError if the step is 0 or a bound is not finite; TypeError for complex numbers.
    /// Source: numpy.arange, with the same rounding.
    /// Example: print(arange(4), arange(5, 0, -2), arange(0, 1, 0.25))  # expect: [0 1 2 3] [5 3 1] [0.   0.25 0.5  0.75]
    Arange "arange" (start, stop = none, step = 1, dtype = none) Vm Pure;
    /// `n` evenly spaced values from `a` to `b`, both included; the last one is `b` exactly.
    /// Shapes: `[n]`; with n = 1 only `a`. Errors: ValueError if `n` is negative; TypeError if a bound is
    /// no real number.
    /// Example: print(linspace(0, 1, 5))  # expect: [0.   0.25 0.5  0.75 1.  ]
    Linspace "linspace" (a, b, n = 50, dtype = float) Vm Pure;
    /// Uniform random numbers in [0, 1) with 53 random bits each; without a shape one number.
    /// Shapes: the shape is given as ints or as one tuple. The numbers do not depend on how many threads
    /// run.
    /// Errors: TypeError unless `dtype` is float or f32; ShapeError for a negative dimension.
    /// Source: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
    /// Example: random.seed(1); print(rand(2, 3).shape, all(rand(100) < 1))  # expect: (2, 3) true
    Rand "rand" (...shape, dtype = float) Task Io;
    /// Normal random numbers with mean 0 and variance 1; without a shape one number.
    /// Shapes: the shape is given as ints or as one tuple. The numbers do not depend on how many threads
    /// run.
    /// Errors: TypeError unless `dtype` is float or f32; ShapeError for a negative dimension.
    /// Source: Philox 4x32-10 and the Box-Muller transform.
    /// Example: random.seed(1); print(abs(mean(randn(10_000))) < 0.05)  # expect: true
    Randn "randn" (...shape, dtype = float) Task Io;
    /// Random ints from `lo` (included) to `hi` (left out), each equally likely; without a shape one int.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if hi <= lo; OverflowError if a number does not fit `dtype`; ShapeError for a
    /// negative dimension.
    /// Source: Philox 4x32-10; Lemire, "Fast random integer generation in an interval", 2019.
    /// Example: random.seed(1); let r = randint(1, 7, 100); print(min(r) >= 1, max(r) <= 6)  # expect: true true
    Randint "randint" (lo, hi, shape = none, dtype = int) Task Io;
    /// The elements in row-major order in another shape; one dimension may be -1 and is computed.
    /// Shapes: `a` is `[..s]`; the new shape is given as ints or as one tuple.
    /// Errors: ShapeError if the number of elements differs, or several dimensions are -1.
    /// Example: print(arange(6).reshape(2, -1))
    /// # expect: [[0 1 2]
    /// # expect:  [3 4 5]]
    Reshape "reshape" (a, ...shape, dtype = none) Vm Pure;
    /// All elements in row-major order along one axis.
    /// Shapes: `[..s]` of n elements gives `[n]`.
    /// Example: print(ravel([[1, 2], [3, 4]]))  # expect: [1 2 3 4]
    Ravel "ravel" (a) Vm Pure;
    /// Joins arrays along an existing axis; lists one after the other.
    /// Shapes: arrays of one rank that differ at most along `axis`, whose lengths are added. Types: the
    /// dtype that holds all.
    /// Errors: ValueError if there are none; ShapeError if another axis differs; IndexError for an axis out
    /// of range.
    /// Example: print(concat([[1, 2], [3.5]]), concat([[[1], [2]], [[3], [4]]], axis: 1).shape)  # expect: [1.  2.  3.5] (2, 2)
    ConcatArrays "concat" (items, axis = 0, dtype = none) Vm Pure;
    /// Joins arrays of one shape along a new axis.
    /// Shapes: n arrays `[..s]` give `[..s]` with n put in before `axis`.
    /// Errors: ValueError if there are none; ShapeError if the shapes differ; IndexError for an axis out of
    /// range.
    /// Example: print(stack([[1, 2], [3, 4]], axis: 1))
    /// # expect: [[1 3]
    /// # expect:  [2 4]]
    Stack "stack" (items, axis = 0, dtype = none) Vm Pure;
    /// The whole array repeated along its axes.
    /// Shapes: `reps` is an int for the last axis, or a tuple with a count for each of the last axes; each
    /// is multiplied by its count.
    /// Errors: ValueError for a negative count.
    /// Example: print(tile([1, 2], 3), tile([1, 2], (2, 1)).shape)  # expect: [1 2 1 2 1 2] (2, 2)
    Tile "tile" (a, reps, dtype = none) Vm Pure;
    /// Each element of an array `n` times in a row; a str or number `n` times; any other value as a lazy
    /// sequence.
    /// Shapes: an array is flattened unless `axis` is given, which becomes `n` times as long; a number
    /// gives `[n]`.
    /// Errors: ValueError if `n` is negative, TypeError if it is no int; IndexError for an axis out of
    /// range.
    /// Example: print(repeat([1, 2], 2), repeat("ab", 3), list(repeat((0, 1), 2)))  # expect: [1 1 2 2] ababab [(0, 1), (0, 1)]
    Repeat "repeat" (x, n, axis = none, dtype = none) Prelude Pure;
    /// The coordinates of a grid: a tuple of two arrays, one with `x` in each row, one with `y` in each
    /// column.
    /// Shapes: `[n]` and `[m]` give two arrays `[m, n]`. Errors: ShapeError unless both are
    /// one-dimensional.
    /// Source: numpy.meshgrid, indexing "xy".
    /// Example: let (u, v) = meshgrid([1, 2, 3], [10, 20]); print(u[1], v[1])  # expect: [1 2 3] [20 20 20]
    Meshgrid "meshgrid" (x, y, dtype = none) Vm Pure;
    /// The matrix with a vector on its diagonal `k`, or diagonal `k` of a matrix; above the main one where
    /// k > 0.
    /// Shapes: `[n]` gives `[n + abs(k), n + abs(k)]`; `[m, n]` gives the vector. Errors: ShapeError for
    /// other ranks.
    /// Example: print(diag([[1, 2], [3, 4]]), diag([[1, 2], [3, 4]], 1))  # expect: [1 4] [2]
    /// Example: print(diag([1, 2]))
    /// # expect: [[1 0]
    /// # expect:  [0 2]]
    Diag "diag" (a, k = 0, dtype = none) Vm Pure;
    /// The elements on and above diagonal `k` of the last two axes, zeros elsewhere.
    /// Shapes: `[.., m, n]` gives the same. Errors: ShapeError with fewer than two axes.
    /// Example: print(triu([[1, 2], [3, 4]]))
    /// # expect: [[1 2]
    /// # expect:  [0 4]]
    Triu "triu" (a, k = 0) Vm Pure;
    /// The elements on and below diagonal `k` of the last two axes, zeros elsewhere.
    /// Shapes: `[.., m, n]` gives the same. Errors: ShapeError with fewer than two axes.
    /// Example: print(tril([[1, 2], [3, 4]]))
    /// # expect: [[1 0]
    /// # expect:  [3 4]]
    Tril "tril" (a, k = 0) Vm Pure;
    /// The axes in the order of `axes`, by default reversed; `a.T` is short for it.
    /// Shapes: axis i of the result is axis `axes[i]` of `a`.
    /// Errors: ValueError unless `axes` names each axis once; IndexError for an axis out of range.
    /// Example: print(transpose(zeros(2, 3, 4)).shape, transpose(zeros(2, 3, 4), (1, 0, 2)).shape)  # expect: (4, 3, 2) (3, 2, 4)
    Transpose "transpose" (a, axes = none) Vm Pure;
    /// The array with two axes exchanged.
    /// Shapes: lengths `i` and `j` change places. Errors: IndexError for an axis out of range.
    /// Example: print(swapaxes(zeros(2, 3, 4), 0, 2).shape)  # expect: (4, 3, 2)
    SwapAxes "swapaxes" (a, i, j) Vm Pure;
    /// The array stretched to a larger shape by repeating axes of length 1 and missing ones.
    /// Shapes: `shape` is an int or a tuple. Errors: ShapeError if another dimension differs.
    /// Example: print(broadcast_to([1, 2], (2, 2)))
    /// # expect: [[1 2]
    /// # expect:  [1 2]]
    BroadcastTo "broadcast_to" (a, shape) Vm Pure;
    /// The array without its axes of length 1, or without one of them.
    /// Errors: ShapeError if the axis named is longer than 1; IndexError if there is no such axis.
    /// Example: print(squeeze(zeros(1, 3, 1)).shape, squeeze(zeros(1, 3, 1), 0).shape)  # expect: (3,) (3, 1)
    Squeeze "squeeze" (a, axis = none) Vm Pure;
    /// The array with a new axis of length 1 before `axis`; -1 puts it last.
    /// Shapes: `[..s]` gives one axis more. Errors: IndexError for an axis out of range.
    /// Example: print(expand_dims([1, 2], 0).shape, expand_dims([1, 2], -1).shape)  # expect: (1, 2) (2, 1)
    ExpandDims "expand_dims" (a, axis) Vm Pure;
    /// The products of all pairs of elements, one row for each element of `a`.
    /// Shapes: `a` of m and `b` of n elements, flattened, give `[m, n]`. Errors: OverflowError if an
    /// integer product does not fit.
    /// Example: print(outer([1, 2], [3, 4]))
    /// # expect: [[3 4]
    /// # expect:  [6 8]]
    Outer "outer" (a, b) Vm Pure;
    /// The inner product of vectors; of matrices the product `a @ b`; of a number and an
    /// array their product.
    /// Shapes: `[n]` and `[n]` give a number; else as `matmul`.
    /// Errors: ShapeError if the inner sizes differ; OverflowError if an integer result does not fit.
    /// Example: print(dot([1, 2], [3, 4]), dot([[1, 2], [3, 4]], [1, 1]))  # expect: 11 [3 7]
    Dot "dot" (a, b) Vm Pure;
    /// The matrix product, as the operator `@`; the result does not depend on the number of threads.
    /// Shapes: `[.., m, k]` and `[.., k, n]` give `[.., m, n]`, leading axes broadcast; a vector is a row
    /// on the left, a column on the right, and that axis is dropped.
    /// Errors: ShapeError if the inner sizes differ or an operand is a number; OverflowError if an integer
    /// result does not fit.
    /// Example: print(matmul([[1, 2], [3, 4]], [1, 1]), matmul([1, 2], [3, 4]))  # expect: [3 7] 11
    MatMul "matmul" (a, b) Vm Pure;
    /// The sum of the diagonal of a matrix.
    /// Shapes: `[.., m, n]` gives `[..]`, of one matrix a number. Errors: ShapeError for fewer than two axes;
    /// OverflowError if an integer sum does not fit.
    /// Example: print(trace([[1, 2], [3, 4]]))  # expect: 5
    Trace "trace" (a) Vm Pure;

    // ---- reductions and order ------------------------------------------------------------------
    /// Sum of the elements of an array; of the items of a list, tuple, range or generator; of one number, itself.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Floats are added pairwise, in an order that depends on the length alone; integers exactly. Special
    /// values: 0 of nothing.
    /// Errors: OverflowError if an integer sum does not fit 64 bits; IndexError for an axis out of range.
    /// Source: Higham, "The accuracy of floating point summation", 1993.
    /// Example: print(sum([1, 2, 3]), sum([[1, 2], [3, 4]], axis: 0), sum(1..=100))  # expect: 6 [4 6] 5050
    Sum "sum" (x, axis = none, keepdims = false) Prelude Pure;
    /// Product of the elements of an array; of the items of a list, tuple, range or generator; of one number, itself.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: 1 of nothing. Errors: OverflowError if an integer product does not fit 64 bits;
    /// IndexError for an axis out of range.
    /// Example: print(prod([2, 3, 4]), prod([[1, 2], [3, 4]], axis: 1))  # expect: 24 [ 2 12]
    Prod "prod" (x, axis = none, keepdims = false) Prelude Pure;
    /// The arithmetic mean; integers and bools give float.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: NaN of nothing. Errors: TypeError for items that are no numbers; IndexError for an
    /// axis out of range.
    /// Example: print(mean([1, 2, 4]), mean([[1, 2], [3, 4]], axis: 0))  # expect: 2.3333333333333335 [2. 3.]
    Mean "mean" (x, axis = none, keepdims = false) Vm Pure;
    /// The variance: mean squared distance from the mean, the sum divided by n - ddof.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: NaN of nothing; where n <= ddof the divisor is 0. Of complex numbers, a float.
    /// Errors: TypeError for items that are no numbers; IndexError for an axis out of range. Source: two
    /// passes, both pairwise.
    /// Example: print(var([1, 2, 3, 4]), var([1, 2, 3, 4], ddof: 1))  # expect: 1.25 1.6666666666666667
    Var "var" (x, axis = none, keepdims = false, ddof = 0) Vm Pure;
    /// The standard deviation: square root of `var`.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: as `var`. Errors: as `var`.
    /// Example: print(std([1, 2, 3, 4]), std([[1, 3], [2, 6]], axis: 1))  # expect: 1.118033988749895 [1. 2.]
    Std "std" (x, axis = none, keepdims = false, ddof = 0) Vm Pure;
    /// The index of the least element, the first of several; of the flattened array without `axis`.
    /// Shapes: `[..s]` gives an int; `axis`, an int, reduces that axis, kept with length 1 by `keepdims`.
    /// Special values: the first NaN wins. Errors: ValueError of nothing or for several axes; TypeError for
    /// complex numbers; IndexError for an axis out of range.
    /// Example: print(argmin([3, 1, 1]), argmin([[1, 2], [0, 5]], axis: 0))  # expect: 1 [1 0]
    ArgMin "argmin" (x, axis = none, keepdims = false) Vm Pure;
    /// The index of the greatest element, the first of several; of the flattened array without `axis`.
    /// Shapes: `[..s]` gives an int; `axis`, an int, reduces that axis, kept with length 1 by `keepdims`.
    /// Special values: the first NaN wins. Errors: ValueError of nothing or for several axes; TypeError for
    /// complex numbers; IndexError for an axis out of range.
    /// Example: print(argmax([3, 1, 3]), argmax([1.0, nan]))  # expect: 0 1
    ArgMax "argmax" (x, axis = none, keepdims = false) Vm Pure;
    /// Whether any element of a bool array, or item of an iterable, is true; an iterable is walked no
    /// further than needed.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: false of nothing. Errors: TypeError for elements that are no bools (`any(x != 0)`);
    /// IndexError for an axis out of range.
    /// Example: print(any([1, 2, 3] > 2), any([[true, false], [false, false]], axis: 1))  # expect: true [ true false]
    Any "any" (x, axis = none, keepdims = false) Prelude Pure;
    /// Whether every element of a bool array, or item of an iterable, is true; an iterable is walked no
    /// further than needed.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: true of nothing. Errors: TypeError for elements that are no bools (`all(x != 0)`);
    /// IndexError for an axis out of range.
    /// Example: print(all([1, 2, 3] > 2), all([[true, false], [true, true]], axis: 1))  # expect: false [false  true]
    All "all" (x, axis = none, keepdims = false) Prelude Pure;
    /// How many elements or items equal `value`; how often a text occurs in a str without overlap.
    /// Shapes: an array of any shape gives an int. Errors: ValueError if the text to count is empty.
    /// Example: print(count([1, 5, 7] > 2), count([1, 2, 1], 1), count("banana", "an"))  # expect: 2 2 2
    Count "count" (x, value = true) Prelude Calls;
    /// The middle element in order, or the mean of the middle two.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Special values: NaN if an element is NaN or there is none. Errors: TypeError for complex numbers;
    /// IndexError for an axis out of range.
    /// Example: print(median([3, 1, 2]), median([1, 2, 3, 10]))  # expect: 2.0 2.5
    Median "median" (x, axis = none, keepdims = false) Vm Pure;
    /// The value below which the fraction `q` of the elements lies, by linear interpolation between
    /// neighbours.
    /// Shapes: as `sum` for a number `q`; an array `q` of n numbers puts an axis of length n in front.
    /// Special values: NaN if an element is NaN or there is none.
    /// Errors: ValueError if `q` is not in [0, 1]; TypeError for complex numbers; IndexError for an axis
    /// out of range.
    /// Source: Hyndman and Fan, "Sample quantiles in statistical packages", 1996, type 7, as NumPy.
    /// Example: print(quantile([1, 2, 3, 4], 0.25), quantile([1, 2, 3, 4], [0.5, 1.0]))  # expect: 1.75 [2.5 4. ]
    Quantile "quantile" (x, q, axis = none, keepdims = false) Vm Pure;
    /// Running sums along an axis, or of the flattened array, added one after the other; bools and integers
    /// give int.
    /// Shapes: `[..s]` gives `[..s]` with `axis`, else `[n]`.
    /// Errors: OverflowError if an integer sum does not fit; IndexError for an axis out of range.
    /// Example: print(cumsum([1, 2, 3]), cumsum([[1, 2], [3, 4]], axis: 0)[1])  # expect: [1 3 6] [4 6]
    Cumsum "cumsum" (x, axis = none) Vm Pure;
    /// Running products along an axis, or of the flattened array; bools and integers give int.
    /// Shapes: `[..s]` gives `[..s]` with `axis`, else `[n]`.
    /// Errors: OverflowError if an integer product does not fit; IndexError for an axis out of range.
    /// Example: print(cumprod([1, 2, 3, 4]))  # expect: [ 1  2  6 24]
    Cumprod "cumprod" (x, axis = none) Vm Pure;
    /// The norm of the elements: by default the root of the sum of squares, of a matrix too (Frobenius).
    /// `ord` 1 gives the sum of sizes, `inf` and `-inf` the greatest and least, 0 the number that are not
    /// 0, p the p-norm.
    /// Shapes: `[..s]` gives a number; `axis`, an int or a tuple, reduces those axes, kept with length 1 by
    /// `keepdims`.
    /// Errors: ValueError if `ord` is NaN, or infinite for an empty array; IndexError for an axis out of
    /// range.
    /// Example: print(norm([3, 4]), norm([3, -4], 1), norm([3, -4], inf))  # expect: 5.0 7.0 4.0
    Norm "norm" (x, ord = none, axis = none, keepdims = false) Vm Pure;
    /// The items in ascending order, or descending with `reverse`; equal ones keep their order, NaN comes
    /// last.
    /// With `key`, by what it gives for each item (of an array, each row). Items are numbers, strings,
    /// bools, or tuples and lists of them.
    /// Shapes: an array `[..s]` is sorted along `axis` and keeps its shape.
    /// Errors: TypeError for items without an order between them, complex numbers among them; IndexError
    /// for an axis out of range.
    /// Example: print(sort([3, 1, 2]), sort(["bb", "a"], reverse: true))  # expect: [1 2 3] ["bb", "a"]
    /// Example: print(sort([3, -4, 1], key: abs), sort([2.0, nan, 1.0]))  # expect: [ 1  3 -4] [ 1.  2. nan]
    Sort "sort" (xs, key = none, reverse = false, axis = -1) Prelude Calls;
    /// The indices that sort the elements along an axis, stable, NaN last.
    /// Shapes: `[..s]` gives int `[..s]`. Errors: TypeError for complex numbers; IndexError for an axis out
    /// of range.
    /// Example: print(argsort([3, 1, 2]), argsort([3, 1, 2], reverse: true))  # expect: [1 2 0] [0 2 1]
    ArgSort "argsort" (x, axis = -1, reverse = false) Vm Pure;
    /// Where each value would stand in an ascending vector: before equal elements, or after them with side
    /// "right".
    /// Shapes: `sorted` is `[n]`; `values` of `[..s]` give int `[..s]`, a number an int. NaN counts as
    /// greatest.
    /// Errors: ShapeError unless `sorted` is one-dimensional; ValueError for another `side`; TypeError for
    /// complex numbers.
    /// Note: nothing checks that `sorted` is in order.
    /// Example: print(searchsorted([1, 3, 5], 4), searchsorted([1, 3, 3], 3, side: "right"))  # expect: 2 3
    SearchSorted "searchsorted" (sorted, values, side = "left") Vm Pure;
    /// The distinct values: of an array ascending, of a list in order of first appearance, where those that are
    /// equal (`1`, `1.0` and `true`) are one.
    /// With `counts`, a tuple of them and how often each occurs.
    /// Shapes: `[..s]` gives `[m]`, flattened. Special values: NaNs in an array count as equal.
    /// Errors: TypeError for complex numbers.
    /// Example: print(unique([3, 1, 3]), unique(["b", "a", "b"]))  # expect: [1 3] ["b", "a"]
    /// Example: print(unique([3, 1, 3], counts: true), unique(["b", "a", "b"], counts: true)[1])  # expect: ([1 3], [1 2]) [2 1]
    Unique "unique" (x, counts = false) Vm Pure;
    /// How often each of 0, 1, 2, ... occurs, up to the greatest element, at least `minlength` counts.
    /// Shapes: `[n]` of integers or bools gives int `[max(max(x) + 1, minlength)]`.
    /// Errors: ShapeError unless one-dimensional; TypeError for floats; ValueError for negative elements.
    /// Example: print(bincount([0, 1, 1, 3]), bincount([1], minlength: 3))  # expect: [1 2 0 1] [0 1 0]
    BinCount "bincount" (x, minlength = 0) Vm Pure;
    /// How many elements fall into each of `bins` equal intervals, and the edges, as a tuple.
    /// The last interval includes its end. `range` is a tuple (lo, hi), by default from the least to the
    /// greatest element; what lies outside is not counted.
    /// Shapes: `[..s]` gives `[bins]` and `[bins + 1]`.
    /// Errors: ValueError if bins < 1 or the range is not finite and ascending; TypeError for complex
    /// numbers.
    /// Example: print(histogram([1, 2, 1, 4, 5, 2], bins: 4))  # expect: ([2 2 0 2], [1. 2. 3. 4. 5.])
    Histogram "histogram" (x, bins = 10, range = none) Vm Pure;
    /// The items in opposite order: of an array along `axis`, of a list or tuple as a list, of a str as a
    /// str.
    /// Errors: IndexError for an axis out of range; TypeError for other values.
    /// Example: print(reverse([1, 2, 3]), reverse("abc"))  # expect: [3 2 1] cba
    Reverse "reverse" (x, axis = 0) Vm Pure;
    /// The elements moved `shift` places towards the end; what falls off comes back at the start.
    /// Shapes: `[..s]` gives `[..s]`; without `axis` the flattened elements move. Errors: IndexError for an
    /// axis out of range.
    /// Example: print(roll([1, 2, 3, 4], 1), roll([1, 2, 3, 4], -1))  # expect: [4 1 2 3] [2 3 4 1]
    Roll "roll" (x, shift, axis = none) Vm Pure;
    /// Differences of neighbours along an axis, `n` times over.
    /// Shapes: the axis gets `n` shorter, but not below 0.
    /// Errors: ValueError if `n` is negative; OverflowError if an integer difference does not fit;
    /// IndexError for an axis out of range.
    /// Example: print(diff([1, 4, 9]), diff([1, 4, 9], 2))  # expect: [3 5] [2]
    Diff "diff" (x, n = 1, axis = -1) Vm Pure;
    /// The positions of the elements that are true or not zero: a tuple of index arrays, one an axis.
    /// Shapes: an array of rank r gives r int arrays `[m]`. Errors: ShapeError for a number.
    /// Example: print(nonzero([0, 3, 0, 5]), nonzero([[0, 1], [1, 0]]))  # expect: ([1 3],) ([0 1], [1 0])
    Nonzero "nonzero" (x) Vm Pure;
    /// The first `n` items; with an array or list of indices, the items at those.
    /// Shapes: indices `[..i]` pick along `axis` (0) of an array. Over a generator it is lazy and asks for
    /// no item more.
    /// A count beyond the end gives all; of a str it gives a str.
    /// Errors: ValueError if `n` is negative; TypeError if it is neither int nor indices; IndexError for an
    /// index out of range.
    /// Example: print(take([10, 20, 30], 2), take(["a", "b", "c"], [2, 0]), take("hello", 2))  # expect: [10 20] ["c", "a"] he
    Take "take" (x, n, axis = none) Prelude Calls;
    /// The items after the first `n`; lazy over a generator.
    /// Errors: ValueError if `n` is negative, TypeError if it is no int.
    /// Example: print(skip([1, 2, 3], 1), skip("hello", 3))  # expect: [2 3] lo
    Skip "skip" (x, n) Prelude Calls;

    // ---- higher order --------------------------------------------------------------------------
    /// The results of `f` on each item.
    /// Shapes: over an array (by rows) or range, results that are all numbers of one type or arrays of one
    /// shape give an array, else a list; over other iterables a list; over a generator it is lazy.
    /// Errors: what `f` throws.
    /// Example: print(map([1, 2, 3], x => x^2), map(["a", "b"], upper))  # expect: [1 4 9] ["A", "B"]
    Map "map" (xs, f) Prelude Calls;
    /// The items for which `f` is true, in order: of an array or range an array, else a list; lazy over a
    /// generator.
    /// Errors: TypeError if `f` gives no bool; what `f` throws.
    /// Example: print(filter([1, 2, 3, 4], x => x % 2 == 0), filter(["a", "bb"], s => len(s) > 1))  # expect: [2 4] ["bb"]
    Filter "filter" (xs, f) Prelude Calls;
    /// Folds from the left: `f(f(f(init, x0), x1), x2)`; without `init` it starts with the first item.
    /// Errors: ValueError of nothing without `init`; what `f` throws.
    /// Example: print(reduce([1, 2, 3], (a, b) => a * 10 + b), reduce(["a", "b"], (s, x) => s + x, ">"))  # expect: 123 >ab
    Reduce "reduce" (xs, f, init = none) Prelude Calls;
    /// The running results of a fold, one for each item; `init` itself is not among them.
    /// Shapes: as `map`. Errors: what `f` throws.
    /// Example: print(scan([1, 2, 3], (a, b) => a + b), scan([1, 2, 3], max, 2))  # expect: [1 3 6] [2 2 3]
    Scan "scan" (xs, f, init = none) Prelude Calls;
    /// The items of all results of `f`, one after the other; lazy over a generator.
    /// Shapes: as `map`. Errors: TypeError if a result cannot be walked over; what `f` throws.
    /// Example: print(flat_map([1, 2], x => [x, 10 * x]), flat_map(["ab", "c"], chars))  # expect: [ 1 10  2 20] ["a", "b", "c"]
    FlatMap "flat_map" (xs, f) Prelude Calls;
    /// A list of tuples of the items that stand at one place; as long as the shortest; lazy if one is a
    /// generator.
    /// Errors: TypeError for what `for` cannot walk over.
    /// Example: print(zip([1, 2, 3], ["a", "b"]))  # expect: [(1, "a"), (2, "b")]
    Zip "zip" (...iterables) Prelude Calls;
    /// A list of tuples (index, item), counted from `start`; lazy over a generator.
    /// Example: print(enumerate(["a", "b"]), enumerate(["a"], start: 1))  # expect: [(0, "a"), (1, "b")] [(1, "a")]
    Enumerate "enumerate" (xs, start = 0) Prelude Calls;
    /// Calls `f` on each item for its effect; gives `none`.
    /// Errors: what `f` throws.
    /// Example: for_each([1, 2], x => print(x, end: ";"))  # expect: 1;2;
    ForEach "for_each" (xs, f) Prelude Calls;
    /// The index of the first item for which `f` is true, or `none`; it looks no further.
    /// Errors: TypeError if `f` gives no bool; what `f` throws.
    /// Example: print(find_index([1, 5, 7], x => x > 2), find_index([1], x => x > 2))  # expect: 1 none
    FindIndex "find_index" (xs, f) Prelude Calls;
    /// A dict from key to the list of items for which `f` gives that key, in order of first appearance.
    /// Errors: TypeError if a key is no int, str, bool or tuple; what `f` throws.
    /// Example: print(group_by([1, 2, 3], x => x % 2), group_by(["a", "bb"], len))  # expect: {1: [1, 3], 0: [2]} {1: ["a"], 2: ["bb"]}
    GroupBy "group_by" (xs, f) Prelude Calls;
    /// What a generator or other iterable gives, as a list; a range as an array; arrays and lists as they
    /// are.
    /// Errors: what the generator throws.
    /// Example: print(collect(0..3), collect(map(repeat(none, 2), type)))  # expect: [0 1 2] ["none", "none"]
    Collect "collect" (xs) Prelude Calls;
    /// The items before the first for which `f` is false; lazy over a generator.
    /// Errors: TypeError if `f` gives no bool; what `f` throws.
    /// Example: print(take_while([1, 2, 3, 1], x => x < 3))  # expect: [1 2]
    TakeWhile "take_while" (xs, f) Prelude Calls;
    /// The items from the first on for which `f` is false; lazy over a generator.
    /// Errors: TypeError if `f` gives no bool; what `f` throws.
    /// Example: print(skip_while([1, 2, 3, 1], x => x < 3))  # expect: [3 1]
    SkipWhile "skip_while" (xs, f) Prelude Calls;
    /// A list of consecutive pieces of `n` items, the last one perhaps shorter; lazy over a generator.
    /// Shapes: pieces of an array are arrays, of a str strings, of a list lists.
    /// Errors: ValueError if n < 1, TypeError if it is no int.
    /// Example: print(chunks([1, 2, 3, 4, 5], 2), chunks("abc", 2))  # expect: [[1 2], [3 4], [5]] ["ab", "c"]
    Chunks "chunks" (xs, n) Prelude Calls;
    /// A list of all runs of `n` neighbouring items; none if there are fewer; lazy over a generator.
    /// Shapes: as `chunks`. Errors: ValueError if n < 1, TypeError if it is no int.
    /// Example: print(windows([1, 2, 3], 2), windows("abc", 5))  # expect: [[1 2], [2 3]] []
    Windows "windows" (xs, n) Prelude Calls;
    /// The first item for which `f` is least.
    /// Errors: ValueError of nothing; TypeError if results of `f` have no order; what `f` throws.
    /// Example: print(min_by(["ccc", "a", "bb"], len))  # expect: a
    MinBy "min_by" (xs, f) Prelude Calls;
    /// The first item for which `f` is greatest.
    /// Errors: ValueError of nothing; TypeError if results of `f` have no order; what `f` throws.
    /// Example: print(max_by([3, -4, 1], abs))  # expect: -4
    MaxBy "max_by" (xs, f) Prelude Calls;
    /// A tuple of the items for which `f` is true and of the others, as `filter` gives them.
    /// Errors: TypeError if `f` gives no bool; what `f` throws.
    /// Example: print(partition([1, 2, 3, 4], x => x > 1))  # expect: ([2 3 4], [1])
    Partition "partition" (xs, f) Prelude Calls;

    // ---- lists and dicts -----------------------------------------------------------------------
    /// Adds an item at the end of a list, in place; gives `none`.
    /// Shapes: an array `[n]` gets one longer by a number of its kind or a lesser one (an int among floats);
    /// for any other value it turns into a list.
    /// Errors: TypeError if `xs` is no list or array.
    /// Example: mut xs = ["a"]; xs.push("b"); print(xs)  # expect: ["a", "b"]
    Push "push" (mut xs, value) Vm Pure;
    /// Removes the last item of a list or of an array `[n]` in place and gives it.
    /// Errors: IndexError if the list is empty; TypeError if `xs` is no list.
    /// Example: mut xs = ["a", "b"]; print(xs.pop(), xs)  # expect: b ["a"]
    Pop "pop" (mut xs) Vm Pure;
    /// Puts a value into a list before `index`, in place; -1 is before the last item, `len(xs)` after it.
    /// Shapes: an array `[n]` as for `push`.
    /// Errors: IndexError if the index is out of range; TypeError if `xs` is no list.
    /// Example: mut xs = ["a", "c"]; xs.insert(1, "b"); print(xs)  # expect: ["a", "b", "c"]
    Insert "insert" (mut xs, index, value) Vm Pure;
    /// Removes the item at an index of a list or array `[n]`, or the entry of a dict, in place and gives its
    /// value.
    /// Errors: IndexError if the index is out of range; KeyError if the key is not in the dict; TypeError
    /// for other values.
    /// Example: mut xs = ["a", "b"]; print(xs.remove(0), xs)  # expect: a ["b"]
    /// Example: mut d = dict([("k", 1)]); print(d.remove("k"), len(d))  # expect: 1 0
    Remove "remove" (mut xs, key) Vm Pure;
    /// Adds all items of an iterable at the end of a list, in place; gives `none`.
    /// Errors: as `push`; TypeError if `items` cannot be walked over.
    /// Example: mut xs = ["a"]; xs.extend("bc"); print(xs)  # expect: ["a", "b", "c"]
    Extend "extend" (mut xs, items) Prelude Calls;
    /// Makes a list or dict empty, in place; an array keeps its dtype and its other axes.
    /// Errors: TypeError for other values.
    /// Example: mut xs = ["a"]; xs.clear(); print(xs)  # expect: []
    Clear "clear" (mut xs) Vm Pure;
    /// The first item of a list, tuple, array, str or range.
    /// Errors: IndexError if it is empty; TypeError for other values.
    /// Example: print(first([3, 4]), first("abc"))  # expect: 3 a
    /// Example: first({x: 1})  # error[TypeError]: not record
    First "first" (xs) Vm Pure;
    /// The last item of a list, tuple, array, str or range.
    /// Errors: IndexError if it is empty; TypeError for other values.
    /// Example: print(last([3, 4]), last("abc"))  # expect: 4 c
    Last "last" (xs) Vm Pure;
    /// The value at a key of a dict, a field name of a record or an index of a list, or the default.
    /// Errors: TypeError if `d` is none of these, or the key is of another type.
    /// Example: print(get(dict([("a", 1)]), "b", 0), get({x: 2}, "x"), get([1, 2], 5))  # expect: 0 2 none
    Get "get" (d, key, default = none) Vm Pure;
    /// A list of the keys of a dict or the field names of a record, in order of insertion.
    /// Errors: TypeError for other values.
    /// Example: print(keys({x: 1, y: 2}))  # expect: ["x", "y"]
    Keys "keys" (d) Vm Pure;
    /// A list of the values of a dict or record, in order of insertion.
    /// Errors: TypeError for other values.
    /// Example: print(values({x: 1, y: "a"}))  # expect: [1, "a"]
    Values "values" (d) Vm Pure;
    /// A list of the (key, value) tuples of a dict or record, in order of insertion.
    /// Errors: TypeError for other values.
    /// Example: print(items({x: 1, y: 2}))  # expect: [("x", 1), ("y", 2)]
    Items "items" (d) Vm Pure;
    /// The entries of both dicts or records; where both have a key, the value of the second.
    /// Errors: TypeError unless both are dicts or both are records.
    /// Example: print(merge({x: 1, y: 2}, {y: 3, z: 4}))  # expect: {x: 1, y: 3, z: 4}
    Merge "merge" (a, b) Vm Pure;
    /// Whether a record has a field of that name.
    /// Errors: TypeError if `r` is no record or `name` no str.
    /// Example: print(has_field({x: 1}, "x"), has_field({x: 1}, "y"))  # expect: true false
    HasField "has_field" (r, name) Vm Pure;
    /// The index of the first item equal to the value, or `none`.
    /// Shapes: a list, a tuple or an array `[n]`. Errors: TypeError for other values.
    /// Example: print(index_of(["a", "b"], "b"), index_of([1, 2], 5))  # expect: 1 none
    IndexOf "index_of" (xs, value) Vm Pure;

    // ---- text ----------------------------------------------------------------------------------
    /// The parts of a text between separators, at most `limit` cuts; without `sep`, the words between white
    /// space.
    /// With `sep`, neighbouring separators give empty parts; without, they count as one and none stand at
    /// the ends.
    /// Errors: ValueError if `sep` is empty (`chars(s)` gives the characters); TypeError if an argument is
    /// of another type.
    /// Example: print(split(" a  b "), split("a,,b", ","), split("a=b=c", "=", limit: 1))  # expect: ["a", "b"] ["a", "", "b"] ["a", "b=c"]
    Split "split" (s, sep = none, limit = none) Vm Pure;
    /// A list of the lines without their ends `\n` or `\r\n`; an end after the last line adds none.
    /// Errors: TypeError if `s` is no str.
    /// Example: print(lines("a\nb\r\n"))  # expect: ["a", "b"]
    Lines "lines" (s) Vm Pure;
    /// The strings of an iterable one after the other, with `sep` between.
    /// Errors: TypeError if an item is no str; `map(xs, str)` makes them so.
    /// Example: print(join(["a", "b"], "-"), join(map([1, 2], str), "+"))  # expect: a-b 1+2
    Join "join" (items, sep = "") Prelude Calls;
    /// The text with every occurrence of `old` replaced by `new`, from the left, without overlap.
    /// Special values: an empty `old` stands before every character and at the end.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(replace("banana", "an", "-"))  # expect: b--a
    Replace "replace" (s, old, new) Vm Pure;
    /// The text without white space at both ends, or without any of the characters in `chars`.
    /// Errors: TypeError if an argument is no str.
    /// Example: print("[" + trim("  a b ") + "]", trim("--a--", "-"))  # expect: [a b] a
    Trim "trim" (s, chars = none) Vm Pure;
    /// The text without white space at its start, or without any of the characters in `chars`.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(trim_start("007", "0"))  # expect: 7
    TrimStart "trim_start" (s, chars = none) Vm Pure;
    /// The text without white space at its end, or without any of the characters in `chars`.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(trim_end("1.500", "0"))  # expect: 1.5
    TrimEnd "trim_end" (s, chars = none) Vm Pure;
    /// The text in upper case; its length may change.
    /// Errors: TypeError if `s` is no str. Source: Unicode, full case mapping without locale.
    /// Example: print(upper("straße"))  # expect: STRASSE
    Upper "upper" (s) Vm Pure;
    /// The text in lower case; its length may change.
    /// Errors: TypeError if `s` is no str. Source: Unicode, full case mapping without locale.
    /// Example: print(lower("ÄB"))  # expect: äb
    Lower "lower" (s) Vm Pure;
    /// The index of the first occurrence of `what`, in code points, or `none`.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(find("héllo", "l"), find("abc", "x"))  # expect: 2 none
    Find "find" (s, what) Vm Pure;
    /// Whether a text begins with `prefix`.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(starts_with("abc", "ab"))  # expect: true
    StartsWith "starts_with" (s, prefix) Vm Pure;
    /// Whether a text ends with `suffix`.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(ends_with("a.csv", ".csv"))  # expect: true
    EndsWith "ends_with" (s, suffix) Vm Pure;
    /// Whether `what` occurs in a text; the operator `in` does the same, for containers too.
    /// Errors: TypeError if an argument is no str.
    /// Example: print(contains("abc", "b"), "b" in "abc")  # expect: true true
    Contains "contains" (s, what) Vm Pure;
    /// The text with `fill` put in front until it has `width` code points.
    /// Errors: ValueError if `fill` is not one character or `width` is negative; MemoryError for a text
    /// beyond 2 GiB.
    /// Example: print(pad_start("7", 3, "0"))  # expect: 007
    PadStart "pad_start" (s, width, fill = " ") Vm Pure;
    /// The text with `fill` added until it has `width` code points.
    /// Errors: ValueError if `fill` is not one character or `width` is negative; MemoryError for a text
    /// beyond 2 GiB.
    /// Example: print(pad_end("ab", 4, ".") + "|")  # expect: ab..|
    PadEnd "pad_end" (s, width, fill = " ") Vm Pure;
    /// The Unicode code point of a single character.
    /// Errors: ValueError unless the text has exactly one code point.
    /// Example: print(ord("α"))  # expect: 945
    Ord "ord" (c) Vm Pure;
    /// The character with a Unicode code point.
    /// Errors: ValueError for a number that is no code point, surrogates among them; TypeError if it is no
    /// int.
    /// Example: print(chr(945))  # expect: α
    Chr "chr" (n) Vm Pure;
    /// A list of the characters, one str a code point.
    /// Errors: TypeError if `s` is no str.
    /// Example: print(chars("hé"))  # expect: ["h", "é"]
    Chars "chars" (s) Vm Pure;
    /// The text of a value in a format of Python's mini-language, as in f-strings.
    /// The format is `[[fill]align][sign][#][0][width][,][.precision][type]`, align one of `< > ^ =`, type
    /// one of `b c d e f g n o s x %`.
    /// Errors: ValueError for a format that is not understood or not for the type of the value.
    /// Source: the Python language reference, "Format Specification Mini-Language".
    /// Example: print(format(3.14159, ".2f"), format(1234567, ","), format("a", "*^5"))  # expect: 3.14 1,234,567 **a**
    FormatValue "format" (x, spec = "") Vm Pure;
    /// Whether a pattern occurs anywhere in a text.
    /// Patterns have the syntax of the Rust `regex` crate: no look-around or back references, and linear
    /// time.
    /// Errors: ValueError for a pattern that is not understood or too large; TypeError if an argument is no
    /// str.
    /// Source: the Rust crate `regex`.
    /// Example: print(regex.test("^a+$", "aaa"), regex.test("\\d", "abc"))  # expect: true false
    RegexTest "regex.test" (pattern, s) Vm Pure;
    /// The first match as a record {text, start, end, groups}, or `none`.
    /// `start` and `end` count code points; `groups` is a list, `none` for a group that took no part.
    /// Errors: ValueError for a pattern that is not understood or too large; TypeError if an argument is no
    /// str.
    /// Source: the Rust crate `regex`.
    /// Example: print(regex.find("(\\d+)-(\\d+)", "x 10-20"))  # expect: {text: "10-20", start: 2, end: 7, groups: ["10", "20"]}
    RegexFind "regex.find" (pattern, s) Vm Pure;
    /// A list of all matches, from the left and without overlap, each a record as `regex.find` gives.
    /// Errors: ValueError for a pattern that is not understood or too large; TypeError if an argument is no
    /// str.
    /// Source: the Rust crate `regex`.
    /// Example: print(regex.find_all("[a-z]+", "ab, cd").map(m => m.text))  # expect: ["ab", "cd"]
    RegexFindAll "regex.find_all" (pattern, s) Vm Pure;
    /// The text with every match replaced; in `with`, `$1` or `${name}` stands for a group and `$$` for a
    /// dollar sign.
    /// Errors: ValueError for a pattern that is not understood or too large; TypeError if an argument is no
    /// str.
    /// Source: the Rust crate `regex`.
    /// Example: print(regex.replace("(\\w+) (\\w+)", "hello world", "$2 $1"))  # expect: world hello
    RegexReplace "regex.replace" (pattern, s, with) Vm Pure;
    /// A list of the parts of a text between the matches.
    /// Errors: ValueError for a pattern that is not understood or too large; TypeError if an argument is no
    /// str.
    /// Source: the Rust crate `regex`.
    /// Example: print(regex.split(", *", "a, b,c"))  # expect: ["a", "b", "c"]
    RegexSplit "regex.split" (pattern, s) Vm Pure;

    // ---- linear algebra ------------------------------------------------------------------------
    /// The `x` for which `a @ x` is `b`; `b` is one right side, a vector, or a matrix with one in each column.
    /// Shapes: `[.., n, n]` and `[n]` give `[.., n]`; `[.., n, n]` and `[.., n, k]` give `[.., n, k]`,
    /// leading axes broadcast. Types: f32 and complex stay, others give float.
    /// Errors: ValueError if `a` is singular (a pivot is 0) or has elements that are NaN or infinite;
    /// ShapeError if `a` is not square or the sizes differ.
    /// Source: Gaussian elimination with partial pivoting, as numpy.linalg.solve.
    /// Example: print(linalg.solve([[2, 1], [1, 3]], [3, 5]))  # expect: [0.8 1.4]
    /// Example: linalg.solve([[1, 2], [2, 4]], [1, 2])  # error[ValueError]: the matrix is singular
    LinalgSolve "linalg.solve" (a, b) Vm Pure;
    /// The least squares solution: the shortest `x` that makes the length of `b - a @ x` least, as a record
    /// {x, residuals, rank, s}.
    /// `residuals` has the squared length of what is left for each right side; it is empty unless `a` has
    /// more rows than columns and full rank. `s` has the singular values; those up to `rcond` times the
    /// greatest count as 0, by default the rounding error of one number times the longer side of `a`.
    /// Shapes: `a` is `[m, n]` and `b` `[m]` or `[m, k]`; `x` is `[n]` or `[n, k]`. Types: as
    /// `linalg.solve`.
    /// Errors: ShapeError for other shapes; ValueError for elements that are NaN or infinite.
    /// Source: singular value decomposition, as numpy.linalg.lstsq.
    /// Example: let r = linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]); print(r.x.round(6), r.rank)  # expect: [1. 2.] 2
    LinalgLstsq "linalg.lstsq" (a, b, rcond = none) Vm Pure;
    /// The inverse of a square matrix.
    /// Shapes: `[.., n, n]` gives the same. Types: f32 and complex stay, others give float.
    /// Errors: ValueError if the matrix is singular (a pivot is 0) or has elements that are NaN or infinite;
    /// ShapeError if it is not square.
    /// Note: `linalg.solve(a, b)` is faster and more accurate than `linalg.inv(a) @ b`.
    /// Source: Gaussian elimination with partial pivoting.
    /// Example: print(linalg.inv([[1, 2], [3, 5]]).round(6))
    /// # expect: [[-5.  2.]
    /// # expect:  [ 3. -1.]]
    LinalgInv "linalg.inv" (a) Vm Pure;
    /// The Moore-Penrose pseudo-inverse, which every matrix has.
    /// Singular values up to `rcond` times the greatest count as 0, by default the rounding error of one
    /// number times the longer side.
    /// Shapes: `[.., m, n]` gives `[.., n, m]`. Types: f32 and complex stay, others give float.
    /// Errors: ShapeError for fewer than two axes; ValueError for elements that are NaN or infinite.
    /// Source: singular value decomposition, as scipy.linalg.pinv.
    /// Example: print(linalg.pinv([[1, 0], [0, 2], [0, 0]]))
    /// # expect: [[1.  0.  0. ]
    /// # expect:  [0.  0.5 0. ]]
    LinalgPinv "linalg.pinv" (a, rcond = none) Vm Pure;
    /// The determinant of a square matrix.
    /// Shapes: `[.., n, n]` gives `[..]`, of one matrix a number. Types: f32 and complex stay, others give
    /// float. Special values: 1 of a matrix without elements.
    /// Errors: ShapeError if the matrix is not square.
    /// Source: Gaussian elimination with partial pivoting; `linalg.slogdet` does not overflow.
    /// Example: print(linalg.det([[2, 1], [0, 3]]))  # expect: 6.0
    LinalgDet "linalg.det" (a) Vm Pure;
    /// The determinant of a square matrix as a record {sign, logdet}: it is `sign * exp(logdet)`.
    /// Shapes: `[.., n, n]` gives `[..]` for both, of one matrix numbers. Types: `sign` of a complex matrix is
    /// a complex number of size 1. Special values: `sign` 0 and `logdet` -inf for a singular matrix.
    /// Errors: ShapeError if the matrix is not square.
    /// Source: as numpy.linalg.slogdet.
    /// Example: print(linalg.slogdet([[0, 1], [1, 0]]))  # expect: {sign: -1.0, logdet: 0.0}
    LinalgSlogdet "linalg.slogdet" (a) Vm Pure;
    /// The lower triangular `l` with `l @ conj(l.T)` equal to a positive definite matrix, of which the lower
    /// triangle is read.
    /// Shapes: `[.., n, n]` gives the same. Types: f32 and complex stay, others give float.
    /// Errors: ValueError if the matrix is not positive definite or has elements that are NaN or infinite;
    /// ShapeError if it is not square.
    /// Source: Cholesky decomposition, as numpy.linalg.cholesky.
    /// Example: print(linalg.cholesky([[4, 2], [2, 5]]))
    /// # expect: [[2. 0.]
    /// # expect:  [1. 2.]]
    LinalgCholesky "linalg.cholesky" (a) Vm Pure;
    /// The triangular factors of a matrix as a record {p, l, u}: `p @ l @ u` is the matrix, `p` a permutation,
    /// `l` lower triangular with ones on the diagonal, `u` upper triangular.
    /// Shapes: `[.., m, n]` gives `[.., m, m]`, `[.., m, k]` and `[.., k, n]`, where k is the shorter side.
    /// Types: f32 and complex stay, others give float.
    /// Errors: ShapeError for fewer than two axes; ValueError for elements that are NaN or infinite.
    /// Source: Gaussian elimination with partial pivoting, as scipy.linalg.lu.
    /// Example: let f = linalg.lu([[1, 2], [2, 6]]); print(f.l, f.u)
    /// # expect: [[1.  0. ]
    /// # expect:  [0.5 1. ]] [[ 2.  6.]
    /// # expect:  [ 0. -1.]]
    LinalgLu "linalg.lu" (a) Vm Pure;
    /// The factors of a matrix as a record {q, r}: `q @ r` is the matrix, the columns of `q` are orthonormal,
    /// `r` is upper triangular.
    /// Shapes: `[.., m, n]` gives `[.., m, k]` and `[.., k, n]`, where k is the shorter side, or m if `mode` is
    /// "complete" and not "reduced". Types: f32 and complex stay, others give float.
    /// Errors: ShapeError for fewer than two axes; ValueError for another mode, or elements that are NaN or
    /// infinite.
    /// Source: Householder reflections, as numpy.linalg.qr; signs may differ.
    /// Example: let f = linalg.qr([[3, 1], [4, 1]]); print(allclose(f.q @ f.r, [[3, 1], [4, 1]]), f.r[1, 0])  # expect: true 0.0
    LinalgQr "linalg.qr" (a, mode = "reduced") Vm Pure;
    /// The singular value decomposition as a record {u, s, vt}: `(u * s) @ vt` is the matrix, the columns of
    /// `u` and the rows of `vt` are orthonormal, `s` is descending.
    /// Shapes: `[.., m, n]` gives `[.., m, m]`, `[.., k]` and `[.., n, n]`, where k is the shorter side; without
    /// `full_matrices`, `[.., m, k]`, `[.., k]` and `[.., k, n]`. Types: `s` is real; else f32 and complex stay,
    /// others give float.
    /// Errors: ShapeError for fewer than two axes; ValueError for elements that are NaN or infinite.
    /// Source: as numpy.linalg.svd; signs may differ.
    /// Example: print(linalg.svd([[0, 2], [1, 0]]).s)  # expect: [2. 1.]
    LinalgSvd "linalg.svd" (a, full_matrices = true) Vm Pure;
    /// Eigenvalues and eigenvectors of any square matrix as a record {values, vectors}: `a @ vectors` is
    /// `vectors * values`.
    /// The eigenvectors are columns of length 1; the eigenvalues are in no order.
    /// Shapes: `[.., n, n]` gives `[.., n]` and `[.., n, n]`. Types: both are complex.
    /// Errors: ShapeError if the matrix is not square; ValueError for elements that are NaN or infinite.
    /// Source: the QR algorithm, as numpy.linalg.eig.
    /// Example: print(sort(real(linalg.eig([[2, 1], [1, 2]]).values)).round(6))  # expect: [1. 3.]
    LinalgEig "linalg.eig" (a) Vm Pure;
    /// Eigenvalues and eigenvectors of a symmetric or Hermitian matrix, of which the lower triangle is read,
    /// as a record {values, vectors}.
    /// The eigenvalues ascend; the eigenvectors are orthonormal columns.
    /// Shapes: `[.., n, n]` gives `[.., n]` and `[.., n, n]`. Types: `values` are real; `vectors` of f32 and
    /// complex stay, of others are float.
    /// Errors: ShapeError if the matrix is not square; ValueError for elements that are NaN or infinite.
    /// Source: as numpy.linalg.eigh; signs may differ.
    /// Example: print(linalg.eigh([[2, 1], [1, 2]]).values.round(6))  # expect: [1. 3.]
    LinalgEigh "linalg.eigh" (a) Vm Pure;
    /// The norm of vectors or matrices.
    /// Without `ord`, the root of the sum of squares. Along one axis, `ord` is as for `norm`. Of matrices it is
    /// "fro" (the same as without), "nuc" (the sum of the singular values), 1 and -1 (the greatest and least
    /// sum of sizes in a column), `inf` and `-inf` (in a row), 2 and -2 (the greatest and least singular
    /// value).
    /// Shapes: a vector or matrix gives a number; `axis`, an int for vectors or a tuple of two for matrices,
    /// reduces those axes, kept with length 1 by `keepdims`.
    /// Errors: ValueError for another `ord`, or one that does not fit the number of axes; IndexError for an
    /// axis out of range.
    /// Source: as numpy.linalg.norm.
    /// Example: let m = [[3, 0], [4, 5]]; print(linalg.norm(m), linalg.norm(m, 1), linalg.norm(m, inf))  # expect: 7.0710678118654755 7.0 9.0
    LinalgNorm "linalg.norm" (x, ord = none, axis = none, keepdims = false) Vm Pure;
    /// The condition number: how much a relative error of `b` may grow in the solution of `a @ x = b`.
    /// It is the norm of the matrix times that of its inverse, in the norm `p` of `linalg.norm`, by default 2.
    /// Shapes: `[m, n]` gives a number; m = n unless `p` is `none`, 2 or -2.
    /// Special values: `inf` for a singular matrix.
    /// Errors: ShapeError for other shapes; ValueError for elements that are NaN or infinite.
    /// Source: as numpy.linalg.cond.
    /// Example: print(linalg.cond([[2, 0], [0, 4]]), linalg.cond([[1, 1], [1, 1]], 1))  # expect: 2.0 inf
    LinalgCond "linalg.cond" (a, p = none) Prelude Pure;
    /// The rank of a matrix: the number of singular values above `tol`, by default the greatest times the
    /// rounding error of one number times the longer side.
    /// Shapes: `[.., m, n]` gives `[..]`, of one matrix a number. A vector has rank 1 unless it is 0.
    /// Errors: ValueError for elements that are NaN or infinite.
    /// Source: as numpy.linalg.matrix_rank.
    /// Example: print(linalg.rank([[1, 2], [2, 4]]), linalg.rank(eye(3)))  # expect: 1 3
    LinalgRank "linalg.rank" (a, tol = none) Vm Pure;
    /// The sum of the diagonal.
    /// Shapes: `[.., m, n]` gives `[..]`, of one matrix a number.
    /// Errors: ShapeError for fewer than two axes; OverflowError if an integer sum does not fit.
    /// Example: print(linalg.trace([[1, 2], [3, 4]]), linalg.trace(ones(2, 3, 3)))  # expect: 5 [3. 3.]
    LinalgTrace "linalg.trace" (a) Vm Pure;
    /// A square matrix to a whole power; negative ones are powers of the inverse.
    /// Shapes: `[.., n, n]` gives the same.
    /// Errors: ShapeError if the matrix is not square; TypeError if `n` is no int; OverflowError if an integer
    /// result does not fit; as `linalg.inv` for a negative power.
    /// Source: repeated squaring.
    /// Example: print(linalg.matrix_power([[1, 1], [1, 0]], 10))
    /// # expect: [[89 55]
    /// # expect:  [55 34]]
    LinalgMatrixPower "linalg.matrix_power" (a, n) Prelude Pure;
    /// The exponential of a square matrix: the sum of its powers, each divided by the factorial.
    /// Shapes: `[.., n, n]` gives the same. Types: f32 and complex stay, others give float.
    /// Errors: ShapeError if the matrix is not square; ValueError for elements that are NaN or infinite.
    /// Source: Higham, "The scaling and squaring method for the matrix exponential revisited", 2005.
    /// Example: print(linalg.expm([[0, 1], [0, 0]]))
    /// # expect: [[1. 1.]
    /// # expect:  [0. 1.]]
    LinalgExpm "linalg.expm" (a) Prelude Pure;
    /// The Kronecker product: each element of `a` times all of `b`.
    /// Shapes: `[m, n]` and `[k, l]` give `[m * k, n * l]`, and so for other numbers of axes; of fewer axes,
    /// ones are put in front.
    /// Errors: OverflowError if an integer product does not fit; MemoryError if the result is too large.
    /// Source: as numpy.kron.
    /// Example: print(linalg.kron([1, 10], [1, 2, 3]))  # expect: [ 1  2  3 10 20 30]
    LinalgKron "linalg.kron" (a, b) Prelude Pure;

    // ---- Fourier transforms ----------------------------------------------------------------------
    /// The discrete Fourier transform along an axis: the sum over `j` of `x[j] * exp(-2i * pi * j * k / n)` for
    /// each `k`.
    /// `n` numbers are transformed: all of the axis by default, else the first ones, or zeros behind them.
    /// Shapes: `[.., m, ..]` gives `[.., n, ..]`; the result is complex.
    /// Errors: ValueError if `n` is less than 1 or the axis empty; IndexError for an axis out of range;
    /// ShapeError for a single number; MemoryError if the result is too large.
    /// Source: the Rust crate `rustfft`, as numpy.fft.fft; any length takes about `n * log(n)` steps.
    /// Example: print(fft.fft([1, 2, 3, 4]))  # expect: [10.+0.i -2.+2.i -2.+0.i -2.-2.i]
    FftFft "fft.fft" (x, n = none, axis = -1) Vm Pure;
    /// The inverse of `fft.fft`: the sum over `k` of `x[k] * exp(2i * pi * j * k / n)`, divided by `n`.
    /// Shapes and `n` are as for `fft.fft`. Errors: as `fft.fft`.
    /// Source: the Rust crate `rustfft`, as numpy.fft.ifft.
    /// Example: print(real(fft.ifft(fft.fft([1, 2, 3]))).round(6))  # expect: [1. 2. 3.]
    FftIfft "fft.ifft" (x, n = none, axis = -1) Vm Pure;
    /// The first half of the Fourier transform of real numbers; the second half is its mirror image.
    /// Shapes: `[.., m, ..]` gives `[.., n // 2 + 1, ..]`; the result is complex. `n` is as for `fft.fft`.
    /// Errors: TypeError for complex numbers; else as `fft.fft`.
    /// Source: the Rust crate `realfft`, as numpy.fft.rfft.
    /// Example: print(fft.rfft([1, 2, 3, 4]))  # expect: [10.+0.i -2.+2.i -2.+0.i]
    FftRfft "fft.rfft" (x, n = none, axis = -1) Vm Pure;
    /// The inverse of `fft.rfft`: the `n` real numbers whose transform begins with `x`.
    /// An odd `n` must be given; by default it is `2 * (m - 1)`.
    /// Shapes: `[.., m, ..]` gives `[.., n, ..]`; the result is float. Special values: imaginary parts where a
    /// transform of real numbers has none count as 0.
    /// Errors: as `fft.fft`. Source: the Rust crate `realfft`, as numpy.fft.irfft.
    /// Example: print(fft.irfft(fft.rfft([1, 2, 4]), 3).round(6))  # expect: [1. 2. 4.]
    FftIrfft "fft.irfft" (x, n = none, axis = -1) Vm Pure;
    /// The Fourier transform along two axes, by default the last ones.
    /// `s` has a length for each axis, as `n` of `fft.fft`.
    /// Errors: ValueError if `s` and `axes` differ in length; IndexError if there are fewer axes; else as
    /// `fft.fft`.
    /// Source: as numpy.fft.fft2.
    /// Example: print(fft.fft2([[1, 2], [3, 4]]))
    /// # expect: [[10.+0.i -2.+0.i]
    /// # expect:  [-4.+0.i  0.+0.i]]
    FftFft2 "fft.fft2" (x, s = none, axes = none) Vm Pure;
    /// The inverse of `fft.fft2`.
    /// Errors: as `fft.fft2`. Source: as numpy.fft.ifft2.
    /// Example: print(real(fft.ifft2(fft.fft2([[1, 2], [3, 4]]))))
    /// # expect: [[1. 2.]
    /// # expect:  [3. 4.]]
    FftIfft2 "fft.ifft2" (x, s = none, axes = none) Vm Pure;
    /// The Fourier transform along several axes, by default all; with `s` alone, along so many last ones.
    /// `s` has a length for each axis, as `n` of `fft.fft`.
    /// Errors: as `fft.fft2`. Source: as numpy.fft.fftn.
    /// Example: print(fft.fftn(ones(2, 2, 2))[0, 0])  # expect: [8.+0.i 0.+0.i]
    FftFftn "fft.fftn" (x, s = none, axes = none) Vm Pure;
    /// The inverse of `fft.fftn`.
    /// Errors: as `fft.fft2`. Source: as numpy.fft.ifftn.
    /// Example: print(real(fft.ifftn([[4, 0], [0, 0]])))
    /// # expect: [[1. 1.]
    /// # expect:  [1. 1.]]
    FftIfftn "fft.ifftn" (x, s = none, axes = none) Vm Pure;
    /// The frequencies that belong to the numbers of `fft.fft`, of `n` values that are `d` apart.
    /// Shapes: `[n]`. Units: cycles per unit of `d`; the second half is negative.
    /// Errors: ValueError if `n` is less than 1. Source: as numpy.fft.fftfreq.
    /// Example: print(fft.fftfreq(4, 0.5))  # expect: [ 0.   0.5 -1.  -0.5]
    FftFftfreq "fft.fftfreq" (n, d = 1.0) Prelude Pure;
    /// The frequencies that belong to the numbers of `fft.rfft`, of `n` values that are `d` apart.
    /// Shapes: `[n // 2 + 1]`. Units: cycles per unit of `d`.
    /// Errors: ValueError if `n` is less than 1. Source: as numpy.fft.rfftfreq.
    /// Example: print(fft.rfftfreq(4, 0.5))  # expect: [0.  0.5 1. ]
    FftRfftfreq "fft.rfftfreq" (n, d = 1.0) Prelude Pure;
    /// Brings frequency 0 to the middle of axes, by default of all.
    /// Errors: IndexError for an axis out of range. Source: as numpy.fft.fftshift.
    /// Example: print(fft.fftshift([0, 1, 2, -2, -1]))  # expect: [-2 -1  0  1  2]
    FftFftshift "fft.fftshift" (x, axes = none) Prelude Pure;
    /// The inverse of `fft.fftshift`.
    /// Errors: IndexError for an axis out of range. Source: as numpy.fft.ifftshift.
    /// Example: print(fft.ifftshift([-2, -1, 0, 1, 2]))  # expect: [ 0  1  2 -2 -1]
    FftIfftshift "fft.ifftshift" (x, axes = none) Prelude Pure;

    // ---- signals ---------------------------------------------------------------------------------
    /// The convolution of two signals: the sum over `j` of `a[j] * b[k - j]` for each `k`.
    /// `mode` is "full", "same" (the middle part, as long as `a`) or "valid" (where they overlap wholly).
    /// Shapes: `[m]` and `[n]` give `[m + n - 1]`, `[m]`, or `[max(m, n) - min(m, n) + 1]`. Types: complex if
    /// one of them is, else float.
    /// Errors: ValueError for an empty signal or another mode; ShapeError for other shapes.
    /// Source: as scipy.signal.convolve; long signals by Fourier transforms.
    /// Example: print(dsp.convolve([1, 2, 3], [0, 1, 0.5]))  # expect: [0.  1.  2.5 4.  1.5]
    /// Example: print(dsp.convolve([1, 2, 3], [0, 1, 0.5], mode: "same"))  # expect: [1.  2.5 4. ]
    DspConvolve "dsp.convolve" (a, b, mode = "full") Prelude Pure;
    /// The correlation of two signals: the sum over `j` of `a[j] * conj(b[j - k + n - 1])` for each `k`.
    /// Shapes, types and `mode` are as for `dsp.convolve`.
    /// Errors: as `dsp.convolve`. Source: as scipy.signal.correlate.
    /// Example: print(dsp.correlate([1, 2, 3], [0, 1, 0.5]))  # expect: [0.5 2.  3.5 3.  0. ]
    DspCorrelate "dsp.correlate" (a, b, mode = "full") Prelude Pure;
    /// A digital filter: `a[0] * y[k]` is the sum of `b[j] * x[k - j]` less that of `a[j] * y[k - j]`, j from 1.
    /// Shapes: `x` is `[n]`, and so is the result; `b` and `a` are vectors of coefficients.
    /// Errors: ValueError without coefficients or if `a[0]` is 0; ShapeError for other shapes; TypeError for
    /// complex numbers.
    /// Source: direct form II transposed, as scipy.signal.lfilter.
    /// Example: print(dsp.filter([1], [1, -0.5], [1, 0, 0, 0]))  # expect: [1.    0.5   0.25  0.125]
    DspFilter "dsp.filter" (b, a, x) Prelude Pure;
    /// The Hann window: one arch of a cosine, 0 at the ends.
    /// Without `sym` it is one period, without the last value, as spectra take it.
    /// Shapes: `[n]`. Errors: ValueError if `n` is negative. Source: as scipy.signal.windows.hann.
    /// Example: print(dsp.hann(5), dsp.hann(4, sym: false).round(6))  # expect: [0.  0.5 1.  0.5 0. ] [0.  0.5 1.  0.5]
    DspHann "dsp.hann" (n, sym = true) Prelude Pure;
    /// The Hamming window: one arch of a cosine, 0.08 at the ends.
    /// Shapes: `[n]`. `sym` is as for `dsp.hann`. Errors: ValueError if `n` is negative.
    /// Source: as scipy.signal.windows.hamming.
    /// Example: print(dsp.hamming(5).round(6))  # expect: [0.08 0.54 1.   0.54 0.08]
    DspHamming "dsp.hamming" (n, sym = true) Prelude Pure;
    /// The Blackman window: a sum of two cosines.
    /// Shapes: `[n]`. `sym` is as for `dsp.hann`. Errors: ValueError if `n` is negative.
    /// Source: as scipy.signal.windows.blackman.
    /// Example: print(dsp.blackman(5)[1..4].round(6))  # expect: [0.34 1.   0.34]
    DspBlackman "dsp.blackman" (n, sym = true) Prelude Pure;
    /// The power of each frequency in a signal, the mean over segments, as a record {frequencies, power}.
    /// `fs` is the number of values in a unit of time. `window` is "hann", "hamming", "blackman", "boxcar" or
    /// a vector, which then is as long as a segment; a segment has `nperseg` values, or all if there are less,
    /// and shares `noverlap` with the next, by default a half. `detrend` is "constant" (the mean of each
    /// segment is subtracted) or `none`.
    /// Shapes: `x` is `[n]`; the results are `[nperseg // 2 + 1]`. Units: with `scaling` "density" power per
    /// unit of frequency, with "spectrum" power; negative frequencies are added to positive ones.
    /// Errors: ValueError for an empty signal or segment, `fs` not above 0, `noverlap` not below the length of a
    /// segment, or another choice; ShapeError for other shapes; TypeError for complex numbers.
    /// Source: Welch, 1967, as scipy.signal.welch.
    /// Example: let w = dsp.welch(sin(arange(1024) * pi / 4), fs: 8); print(w.frequencies[argmax(w.power)])  # expect: 1.0
    DspWelch "dsp.welch" (x, fs = 1.0, window = "hann", nperseg = 256, noverlap = none, detrend = "constant", scaling = "density") Prelude Pure;
    /// The power of each frequency in a signal in the course of time, as a record {frequencies, times, power}.
    /// A time is that of the middle of a segment; by default an eighth of it is shared with the next. The
    /// parameters are those of `dsp.welch`.
    /// Shapes: `x` is `[n]`; `power` has a row for each frequency and a column for each time.
    /// Errors: as `dsp.welch`. Source: as scipy.signal.spectrogram.
    /// Example: let s = dsp.spectrogram(ones(1024), fs: 8); print(s.power.shape, s.times)  # expect: (129, 4) [ 16.  44.  72. 100.]
    DspSpectrogram "dsp.spectrogram" (x, fs = 1.0, window = "hann", nperseg = 256, noverlap = none, detrend = "constant", scaling = "density") Prelude Pure;

    // ---- the outside: files, formats, time, the process ----------------------------------------
    /// The whole text of a file, which must be UTF-8.
    /// Errors: IOError if the file does not exist or cannot be read; ValueError if it is not UTF-8;
    /// MemoryError beyond 16 GiB.
    /// Example: io.write_text("note.txt", "hi"); print(io.read_text("note.txt")); io.remove("note.txt")  # expect: hi
    IoReadText "io.read_text" (path) Host Waits;
    /// A list of the lines of a file without their ends.
    /// Errors: IOError if the file does not exist or cannot be read; ValueError if it is not UTF-8;
    /// MemoryError beyond 16 GiB.
    /// Example: io.write_text("note.txt", "a\nb\n"); print(io.read_lines("note.txt")); io.remove("note.txt")  # expect: ["a", "b"]
    IoReadLines "io.read_lines" (path) Host Waits;
    /// The bytes of a file as a u8 array.
    /// Shapes: a file of n bytes gives `[n]`. Errors: IOError if the file does not exist or cannot be read;
    /// MemoryError beyond 16 GiB.
    /// Example: io.write_text("note.txt", "hi"); print(io.read_bytes("note.txt")); io.remove("note.txt")  # expect: [104 105]
    IoReadBytes "io.read_bytes" (path) Host Waits;
    /// Writes a text to a file, replacing what it held, or at its end with `append`; gives `none`.
    /// Without `append` the file is replaced as a whole, so an error leaves its old content.
    /// Errors: IOError if the file cannot be written; TypeError for values of another type.
    /// Example: io.write_text("n.txt", "a"); io.write_text("n.txt", "b", append: true); print(io.read_text("n.txt")); io.remove("n.txt")  # expect: ab
    IoWriteText "io.write_text" (path, text, append = false) Host Waits;
    /// Writes the bytes of a u8 array to a file, replacing what it held; gives `none`.
    /// Errors: IOError if the file cannot be written; TypeError for values of another type.
    /// Example: io.write_bytes("note.bin", u8([104, 105])); print(io.read_text("note.bin")); io.remove("note.bin")  # expect: hi
    IoWriteBytes "io.write_bytes" (path, bytes) Host Waits;
    /// Whether there is a file or directory of that path.
    /// Errors: TypeError if `path` is no str.
    /// Example: print(io.exists("."), io.exists("no/such/file"))  # expect: true false
    IoExists "io.exists" (path) Host Io;
    /// Removes a file or an empty directory; gives `none`.
    /// Errors: IOError if it does not exist, is not empty or may not be removed.
    /// Example: io.write_text("note.txt", ""); io.remove("note.txt"); print(io.exists("note.txt"))  # expect: false
    IoRemove "io.remove" (path) Host Waits;
    /// A list of the names in a directory, in alphabetical order.
    /// Errors: IOError if it cannot be read.
    /// Example: print(type(io.list_dir(".")))  # expect: list
    IoListDir "io.list_dir" (path) Host Waits;
    /// Reads a table: a record of columns, each an array where all its cells are numbers or bools, else a
    /// list of strings.
    /// `header: false` names the columns c0, c1, ...; `delim` and `comment` are one ASCII character each, no
    /// quote and no end of a line.
    /// `missing` is the text of a missing cell: NaN in a column of numbers, `none` in one of text.
    /// `as: "array"` gives a float array `[rows, columns]`, `as: "rows"` a list of records.
    /// Errors: IOError if the file cannot be read; ValueError with line and column for a row of another
    /// length, an open quote or a cell that is no number where `as` is "array". Source: RFC 4180.
    /// Example: io.write_text("t.csv", "name,height\nAnn,1.5\nBo,\n"); print(io.read_csv("t.csv")); io.remove("t.csv")  # expect: {name: ["Ann", "Bo"], height: [1.5 nan]}
    IoReadCsv "io.read_csv" (path, header = true, delim = ",", comment = none, missing = "", as = "columns") Host Waits;
    /// Reads a table from a text, with the options and results of `io.read_csv`.
    /// Errors: ValueError as for `io.read_csv`.
    /// Example: print(io.parse_csv("a,b\n1,x\n2,y\n"))  # expect: {a: [1 2], b: ["x", "y"]}
    /// Example: print(io.parse_csv("1;2\n3;4\n", header: false, delim: ";", as: "rows"))  # expect: [{c0: 1, c1: 2}, {c0: 3, c1: 4}]
    IoParseCsv "io.parse_csv" (text, header = true, delim = ",", comment = none, missing = "", as = "columns") Host Pure;
    /// Writes a table to a file: a record of columns, a list of records, or an array of one or two axes;
    /// gives `none`.
    /// `none` becomes an empty cell; text is quoted where it must be.
    /// Errors: IOError if the file cannot be written; ShapeError for columns of different length; TypeError
    /// for other values.
    /// Example: io.write_csv("t.csv", {a: [1, 2], b: ["x", "y"]}); print(io.read_lines("t.csv")); io.remove("t.csv")  # expect: ["a,b", "1,x", "2,y"]
    IoWriteCsv "io.write_csv" (path, table, delim = ",", header = true) Host Waits;
    /// The value in a JSON file: objects as records, arrays of numbers as arrays, other arrays as lists,
    /// `null` as `none`.
    /// Errors: IOError if the file cannot be read; ValueError with line and column if it is no JSON.
    /// Source: RFC 8259.
    /// Example: io.write_text("v.json", "[1, 2.5]"); print(io.read_json("v.json")); io.remove("v.json")  # expect: [1.  2.5]
    IoReadJson "io.read_json" (path) Host Waits;
    /// Writes a value to a file as JSON, `indent` spaces a level, or on one line with `none`; gives `none`.
    /// Errors: IOError if the file cannot be written; else as `json.string`.
    /// Example: io.write_json("v.json", {x: 1}, indent: none); print(io.read_lines("v.json")); io.remove("v.json")  # expect: ["{\"x\":1}"]
    IoWriteJson "io.write_json" (path, value, indent = 2) Host Waits;
    /// The array in a NumPy `.npy` file.
    /// NumPy's bool, uint8, int32, int64, float32, float64 and complex128 are the dtypes of the same width; others
    /// widen: int8, int16 and uint16 to i32, uint32 and uint64 to int, float16 to f32, complex64 to complex.
    /// Shapes: that of the file, whatever the order of its elements and bytes.
    /// Errors: IOError if the file cannot be read; ValueError if it is broken or holds text, dates, objects or
    /// records; OverflowError for a uint64 that is no int; MemoryError if there is no room.
    /// Source: numpy.lib.format, versions 1.0, 2.0 and 3.0.
    /// Example: io.write_npy("a.npy", [[1.5, 2], [3, 4]]); print(io.read_npy("a.npy")); io.remove("a.npy")
    /// # expect: [[1.5 2. ]
    /// # expect:  [3.  4. ]]
    IoReadNpy "io.read_npy" (path) Host Waits;
    /// Writes an array of any dtype and shape, or a number, to a NumPy `.npy` file; gives `none`.
    /// Shapes: a number has the shape `()`, as in NumPy. The file is replaced as a whole.
    /// Errors: IOError if the file cannot be written; TypeError for values of another type.
    /// Source: numpy.lib.format, version 1.0.
    /// Example: io.write_npy("a.npy", i32([1, 2])); print(io.read_npy("a.npy").dtype); io.remove("a.npy")  # expect: i32
    IoWriteNpy "io.write_npy" (path, array) Host Waits;
    /// The arrays in a NumPy `.npz` file, a record with a field for each, in the order of the file.
    /// Shapes and dtypes: those of `io.read_npy`. Fields whose name is no identifier are read as `z["a b"]`.
    /// Errors: IOError if the file cannot be read; ValueError if it is broken or holds anything but arrays; else as
    /// `io.read_npy`. Source: numpy.savez, numpy.savez_compressed.
    /// Example: io.write_npz("z.npz", {x: [1, 2], y: [0.5]}); print(io.read_npz("z.npz").y); io.remove("z.npz")  # expect: [0.5]
    IoReadNpz "io.read_npz" (path) Host Waits;
    /// Writes the arrays of a record or dict to a NumPy `.npz` file, deflated with `compress`; gives `none`.
    /// Shapes: any. The file is replaced as a whole.
    /// Errors: IOError if the file cannot be written; TypeError for what is no array or number, and for keys that
    /// are no str; ValueError for a name longer than 65535 bytes. Source: numpy.savez, numpy.savez_compressed.
    /// Example: io.write_npz("z.npz", dict([("a", zeros(2))]), compress: true); print(io.read_npz("z.npz")); io.remove("z.npz")  # expect: {a: [0. 0.]}
    IoWriteNpz "io.write_npz" (path, arrays, compress = false) Host Waits;
    /// The pixels of a PNG or JPEG file, told by its first bytes.
    /// Shapes: `[height, width]` for gray, `[height, width, channels]` for others: 3 for color, 2 or 4 with
    /// transparency. Units: 0 to 255 as u8; a PNG of 16 bits gives an i32 array of 0 to 65535.
    /// Palettes and gray of fewer bits become what they stand for; of an animation only the first picture is read.
    /// Errors: IOError if the file cannot be read; ValueError if it is broken or of another format; MemoryError if
    /// the pixels have no room. Source: ISO/IEC 15948 (PNG), ISO/IEC 10918 (JPEG).
    /// Example: io.write_image("p.png", u8([[0, 255]])); print(io.read_image("p.png")); io.remove("p.png")  # expect: [[  0 255]]
    IoReadImage "io.read_image" (path) Host Waits;
    /// Writes pixels to a PNG or JPEG file, as the end of its name says (`.png`, `.jpg`, `.jpeg`); gives `none`.
    /// Shapes: `[height, width]` for gray, `[height, width, channels]` with 1 to 4 channels, 1 or 3 for JPEG. Units:
    /// u8 and int are 0 to 255, f32 and float 0 to 1, rounded to 1/255, bools black and white; i32 is 0 to 65535 and
    /// makes a PNG of 16 bits. A PNG keeps every pixel; `quality` is that of a JPEG, 1 to 100.
    /// Errors: IOError if the file cannot be written; ShapeError for other shapes; ValueError for an element outside
    /// its range, NaN, a bad quality or another ending; TypeError for complex elements, i32 as JPEG and other values.
    /// Example: io.write_image("p.png", [[0, 0.5, 1]]); print(io.read_image("p.png")); io.remove("p.png")  # expect: [[  0 128 255]]
    IoWriteImage "io.write_image" (path, image, quality = 90) Host Waits;
    /// Reads a Parquet file: a record of columns, each an array where all its cells are numbers or bools, else a
    /// list.
    /// The dtypes are those of `io.read_npy`. A missing cell is NaN in a column of numbers, where integers become
    /// float, and `none` in one of text or bools.
    /// Errors: IOError if the file cannot be read; ValueError if it is broken, or for a column of another type, such
    /// as dates and nested ones; OverflowError for an unsigned number that is no int; MemoryError if there is no room.
    /// Source: the Apache Parquet format.
    /// Example: io.write_parquet("t.parquet", {a: [1, 2], b: ["x", none]}); print(io.read_parquet("t.parquet")); io.remove("t.parquet")  # expect: {a: [1 2], b: ["x", none]}
    IoReadParquet "io.read_parquet" (path) Host Waits;
    /// Writes a table to a Parquet file, compressed with Snappy; gives `none`.
    /// Shapes: a record, or a dict with str keys, of columns of one length: arrays of one dimension, and lists of
    /// str, numbers or bools in which `none` is a missing cell. Complex numbers have no place in it.
    /// Errors: IOError if the file cannot be written; ShapeError for columns of different length; ValueError without
    /// a column; TypeError for other values. Source: the Apache Parquet format.
    /// Example: io.write_parquet("t.parquet", {a: [0.5, 1]}); print(io.read_parquet("t.parquet").a); io.remove("t.parquet")  # expect: [0.5 1. ]
    IoWriteParquet "io.write_parquet" (path, table) Host Waits;
    /// Reads an Arrow IPC file or stream (Feather version 2), with the result of `io.read_parquet`.
    /// Errors: as `io.read_parquet`. Source: the Apache Arrow columnar format.
    /// Example: io.write_arrow("t.arrow", {a: [true, false]}); print(io.read_arrow("t.arrow")); io.remove("t.arrow")  # expect: {a: [ true false]}
    IoReadArrow "io.read_arrow" (path) Host Waits;
    /// Writes a table to an Arrow IPC file (Feather version 2), uncompressed; gives `none`.
    /// Shapes and errors: as `io.write_parquet`. Source: the Apache Arrow columnar format.
    /// Example: io.write_arrow("t.arrow", {a: f32([1, 2])}); print(io.read_arrow("t.arrow").a.dtype); io.remove("t.arrow")  # expect: f32
    IoWriteArrow "io.write_arrow" (path, table) Host Waits;
    /// The value a JSON text stands for: objects as records, arrays of numbers as arrays, other arrays as
    /// lists, `null` as `none`.
    /// Errors: ValueError with line and column if it is no JSON. Source: RFC 8259.
    /// Example: print(json.parse("{\"a\": [1, 2], \"b\": null}"))  # expect: {a: [1 2], b: none}
    JsonParse "json.parse" (text) Host Pure;
    /// The JSON text of a value, on one line or with `indent` spaces a level.
    /// Records and dicts become objects, keys of other types their text; arrays nest.
    /// Errors: ValueError for NaN, infinities, nesting beyond 500 or an `indent` over 64; TypeError for
    /// complex numbers, functions and other values.
    /// Example: print(json.string({x: [1, 2], s: "q"}))  # expect: {"x":[1,2],"s":"q"}
    JsonString "json.string" (value, indent = none) Host Pure;
    /// Writes the prompt and reads a line of standard input without its end; `none` at the end of input.
    /// Errors: IOError if the input cannot be read or is not UTF-8.
    /// Note: `input("name? ")` waits for the reader.
    Input "input" (prompt = "") Host Waits;
    /// Seconds since an arbitrary fixed moment; it never goes back. For measuring durations.
    /// Units: seconds.
    /// Example: let start = time.now(); print(time.now() >= start)  # expect: true
    TimeNow "time.now" () Host Io;
    /// The moment now, by the clock of the system. For dates; the clock may be set back.
    /// Units: seconds since 1970-01-01 UTC, without leap seconds.
    /// Example: print(time.unix() > 1.7e9)  # expect: true
    TimeUnix "time.unix" () Host Io;
    /// A moment as text in UTC, with milliseconds where there are any; by default the moment now.
    /// Units: `unix` is in seconds since 1970-01-01 UTC. Source: ISO 8601, proleptic Gregorian calendar.
    /// Errors: ValueError outside the years 0 to 9999.
    /// Example: print(time.iso(0), time.iso(951782400.5))  # expect: 1970-01-01T00:00:00Z 2000-02-29T00:00:00.500Z
    TimeIso "time.iso" (unix = none) Host Io;
    /// The seconds that a call of `f` takes, its result computed; the mean of `repeats` calls.
    /// Units: seconds. Errors: ValueError if repeats < 1; what `f` throws.
    /// Example: print(time.it(() => sum(rand(1000)), repeats: 3) > 0)  # expect: true
    TimeIt "time.it" (f, repeats = 1) Prelude Calls;
    /// A list of the arguments of the script; scripts write `os.args`.
    OsArgs "__os_args" () Host Io;
    /// A variable of the environment, or the default.
    /// Errors: TypeError if `name` is no str.
    /// Example: print(os.env("NO_SUCH_VARIABLE"), os.env("NO_SUCH_VARIABLE", "-"))  # expect: none -
    OsEnv "os.env" (name, default = none) Host Io;
    /// Ends the script with an exit code, after the `finally` blocks around it.
    /// Errors: ValueError if `code` is not in 0..=255.
    /// Note: `os.exit(3)` ends the process with status 3.
    OsExit "os.exit" (code = 0) Host Io;
    /// The path of the working directory.
    /// Errors: IOError if it does not exist any more.
    /// Example: print(io.exists(os.cwd()))  # expect: true
    OsCwd "os.cwd" () Host Io;
    /// The name of the operating system: "linux", "macos", "windows", ...
    /// Example: print(os.platform() in ["linux", "macos", "windows"])  # expect: true
    OsPlatform "os.platform" () Host Io;
    /// Starts the random numbers anew from a seed: the same seed gives the same numbers.
    /// Errors: TypeError if `seed` is no int.
    /// Example: random.seed(7); let a = rand(); random.seed(7); print(rand() == a)  # expect: true
    RandomSeed "random.seed" (seed) Task Io;
    /// One item, or an array or list of `n` items drawn with replacement, each equally likely.
    /// Errors: ValueError of nothing; ShapeError if `n` is negative.
    /// Example: print(random.choice(["a", "b"]) in ["a", "b"], len(random.choice(1..7, 5)))  # expect: true 5
    RandomChoice "random.choice" (xs, n = none) Prelude Calls;
    /// The items in a random order, each order equally likely.
    /// Shapes: an array keeps its shape, by rows; other iterables give a list. Source: Fisher-Yates.
    /// Example: print(sort(random.shuffle([3, 1, 2])))  # expect: [1 2 3]
    RandomShuffle "random.shuffle" (xs) Prelude Calls;
    /// The ints 0 to n - 1 in a random order, each order equally likely.
    /// Shapes: `[n]`. Errors: ValueError if `n` is negative. Source: Fisher-Yates.
    /// Example: print(sort(random.permutation(4)))  # expect: [0 1 2 3]
    RandomPermutation "random.permutation" (n) Task Io;
    /// Uniform random numbers from `lo` to `hi`; without a shape one number.
    /// Shapes: `shape` is an int or a tuple. Special values: `hi` itself comes only by rounding.
    /// Errors: ValueError if `lo`, `hi` or the distance between them is not finite; ShapeError for a negative
    /// dimension.
    /// Source: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
    /// Example: random.seed(1); let x = random.uniform(-1, 1, 1000); print(min(x) >= -1, max(x) < 1)  # expect: true true
    RandomUniform "random.uniform" (lo = 0.0, hi = 1.0, shape = none) Task Io;
    /// Normal random numbers of a mean and a standard deviation; without a shape one number.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if `std` is negative, or a parameter not finite; ShapeError for a negative dimension.
    /// Source: the Box-Muller transform.
    /// Example: random.seed(1); print(abs(mean(random.normal(5, 2, 10_000)) - 5) < 0.1)  # expect: true
    RandomNormal "random.normal" (mean = 0.0, std = 1.0, shape = none) Task Io;
    /// Exponential random numbers with the mean `scale`; without a shape one number.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if `scale` is negative or not finite; ShapeError for a negative dimension.
    /// Source: inversion.
    /// Example: random.seed(1); print(abs(mean(random.exponential(3, 10_000)) - 3) < 0.2)  # expect: true
    RandomExponential "random.exponential" (scale = 1.0, shape = none) Task Io;
    /// Random numbers of the gamma distribution with the shape parameter `a`, of mean `a * scale`; without a
    /// shape one number.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if `a` is not positive, `scale` negative, or one of them not finite; ShapeError for a
    /// negative dimension.
    /// Source: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
    /// Example: random.seed(1); print(abs(mean(random.gamma(2, 3, 10_000)) - 6) < 0.2)  # expect: true
    RandomGamma "random.gamma" (a, scale = 1.0, shape = none) Task Io;
    /// Random numbers of the beta distribution, from 0 to 1 with the mean `a / (a + b)`; without a shape one
    /// number.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError unless `a` and `b` are finite and at least 1e-300; ShapeError for a negative dimension.
    /// Source: two gamma numbers, as `random.gamma`.
    /// Example: random.seed(1); print(abs(mean(random.beta(1, 3, 10_000)) - 0.25) < 0.02)  # expect: true
    RandomBeta "random.beta" (a, b, shape = none) Task Io;
    /// Random counts of the Poisson distribution of a mean; without a shape one int.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if `mean` is negative, not finite, or so large that counts do not fit int; ShapeError
    /// for a negative dimension.
    /// Source: Hörmann, "The transformed rejection method for generating Poisson random variables", 1993.
    /// Example: random.seed(1); print(abs(mean(random.poisson(4, 10_000)) - 4) < 0.1)  # expect: true
    RandomPoisson "random.poisson" (mean = 1.0, shape = none) Task Io;
    /// Random counts of successes in `n` trials of which each succeeds with probability `p`; without a shape one
    /// int.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if `n` is negative or `p` not in 0..=1; ShapeError for a negative dimension.
    /// Source: Hörmann, "The generation of binomial random variates", 1993.
    /// Example: random.seed(1); print(abs(mean(random.binomial(10, 0.3, 10_000)) - 3) < 0.1)  # expect: true
    RandomBinomial "random.binomial" (n, p, shape = none) Task Io;
    /// Random ints from `lo` (included) to `hi` (left out), as `randint`.
    /// Shapes: `shape` is an int or a tuple.
    /// Errors: ValueError if hi <= lo; OverflowError if a number does not fit `dtype`; ShapeError for a
    /// negative dimension.
    /// Source: Lemire, "Fast random integer generation in an interval", 2019.
    /// Example: random.seed(1); let r = random.integers(1, 7, (10, 10)); print(r.shape, min(r) >= 1, max(r) <= 6)  # expect: (10, 10) true true
    RandomIntegers "random.integers" (lo, hi, shape = none, dtype = int) Task Io;

    // ---- interpolation -----------------------------------------------------------------------
    /// Values between the points (xp, fp), along straight lines.
    /// Shapes: `xp` and `fp` are `[n]`; `x` is `[..s]` or a number, and so is the result. Special values:
    /// before the first point it is `left`, or the first value; after the last one `right`, or the last
    /// value.
    /// Errors: ValueError if `xp` does not increase or something is not finite; ShapeError if `xp` and `fp`
    /// differ in length.
    /// Example: print(interp.linear([0, 1.5, 9], [1, 2, 3], [10, 20, 40]))  # expect: [10. 15. 40.]
    InterpLinear "interp.linear" (x, xp, fp, left = none, right = none) Prelude Pure;
    /// The cubic spline through points, as a function: `s(x)` is its value, `s(x, 1)` its first, `s(x, 2)`
    /// its second and `s(x, 3)` its third derivative.
    /// At the ends `bc` is "not-a-knot" (the outer two pieces are one cubic), "natural" (no curvature),
    /// "clamped" (no slope), or a tuple of both slopes. Beyond the ends the outer pieces go on.
    /// Shapes: `x` and `y` are `[n]`; the function takes a number or an array `[..s]`, and gives the same.
    /// Errors: ValueError for fewer than 2 points, if `x` does not increase, or something is not finite;
    /// ShapeError if the lengths differ.
    /// Source: de Boor, A Practical Guide to Splines, chapter IV.
    /// Example: let s = interp.spline([0, 1, 2, 3], [0, 1, 8, 27]); print(s([0.5, 2.5]), s(1.5, 1), s(1.5, 2))  # expect: [ 0.125 15.625] 6.75 8.999999999999995
    InterpSpline "interp.spline" (x, y, bc = "not-a-knot") Prelude Pure;
    /// The piecewise cubic through points that is monotone wherever they are, as a function like that of
    /// `interp.spline`.
    /// Shapes: `x` and `y` are `[n]`; the function takes a number or an array `[..s]`, and gives the same.
    /// Errors: ValueError for fewer than 2 points, if `x` does not increase, or something is not finite;
    /// ShapeError if the lengths differ.
    /// Source: Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5 (1984).
    /// Example: let p = interp.pchip([0, 1, 2, 3], [0, 0, 1, 1]); print(p([0.5, 1.5, 2.5]), p(1.5, 1))  # expect: [0.  0.5 1. ] 1.5
    InterpPchip "interp.pchip" (x, y) Prelude Pure;
    // ---- roots, minima, least squares, linear programs ---------------------------------------
    /// A zero of a continuous function between `a` and `b`, where its signs differ.
    /// It is exact up to `xtol + rtol * abs(x)`.
    /// Errors: ValueError if the signs of `f(a)` and `f(b)` are equal, `f` gives NaN, or `maxiter` steps do
    /// not suffice; TypeError if `f` gives no number; what `f` throws.
    /// Source: Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
    /// Example: print(optimize.brentq(x => x^3 - 2, 0, 2))  # expect: 1.2599210498949451
    /// Example: optimize.brentq(x => x^2 + 1, -1, 1)  # error[ValueError]: signs must differ
    OptimizeBrentq "optimize.brentq" (f, a, b, xtol = 2e-12, rtol = 8.881784197001252e-16, maxiter = 100) Prelude Calls;
    /// A zero of a function near `x0` by Newton's method with the derivative `fprime`, or by the secant
    /// method without it.
    /// It ends when a step is at most `tol`. A complex `x0` finds complex zeros.
    /// Errors: ValueError if the derivative is 0 or `maxiter` steps do not suffice; what `f` throws.
    /// Example: print(optimize.newton(x => x^2 - 2, 1.0, fprime: x => 2 * x))  # expect: 1.4142135623730951
    /// Example: print(abs(optimize.newton(x => cos(x) - x, 1.0) - 0.7390851332151607) < 1e-12)  # expect: true
    OptimizeNewton "optimize.newton" (f, x0, fprime = none, tol = 1.48e-8, maxiter = 50) Prelude Calls;
    /// A minimum of a function of one number: a record of `x`, `fun`, `success`, `message`, `nit` and
    /// `nfev`.
    /// It is looked for within the tuple `bounds`; without them downhill from the `bracket` of two places
    /// (0 and 1), or inside one of three, of which the middle one is lowest.
    /// Errors: ValueError if the function only falls, gives NaN, or the bracket holds no minimum; TypeError
    /// if `f` gives no number; what `f` throws.
    /// Source: Brent, Algorithms for Minimization without Derivatives (1973), chapter 5.
    /// Example: let r = optimize.minimize_scalar(x => (x - 2)^2 + 1); print(round(r.x, 6), r.fun, r.success)  # expect: 2.0 1.0 true
    /// Example: print(round(optimize.minimize_scalar(cos, bounds: (0, 5)).x, 6))  # expect: 3.141593
    OptimizeMinimizeScalar "optimize.minimize_scalar" (f, bracket = none, bounds = none, tol = 1.48e-8, maxiter = 500) Prelude Calls;
    /// A minimum of a function of a vector, from `x0`: a record of `x`, `fun`, `success`, `message`, `nit`,
    /// `nfev`, and with "bfgs" `jac`, `hess_inv` and `njev`.
    /// The method is "bfgs", which uses the gradient `jac(x)`, or central differences without it, and ends
    /// where no element of it exceeds `tol` (1e-5); or "nelder-mead", which needs none and ends when the
    /// simplex and the values on it differ by at most `tol` (1e-8). Without success, `x` is the best that
    /// was found.
    /// Shapes: `x0` is `[n]` or a number; `f` and `jac` receive `[n]`.
    /// Errors: TypeError if `f` gives no number; ValueError if `x0` is empty or not finite, or the gradient
    /// is not finite; what `f` and `jac` throw.
    /// Source: Nocedal and Wright, Numerical Optimization (2006), chapters 3 and 6; Gao and Han, Comput.
    /// Optim. Appl. 51 (2012).
    /// Example: let r = optimize.minimize(x => (x[0] - 1)^2 + (x[1] + 2)^2, [0, 0]); print(round(r.x, 6), r.success)  # expect: [ 1. -2.] true
    /// Example: print(round(optimize.minimize(x => sum((x - [1, 2])^4), [0, 0], method: "nelder-mead").x, 2))  # expect: [1. 2.]
    OptimizeMinimize "optimize.minimize" (f, x0, method = "bfgs", jac = none, tol = none, maxiter = none) Prelude Calls;
    /// The x at which the sum of the squares of `f(x)` is least near `x0`: a record of `x`, `cost` (half
    /// the sum), `fun` (the residuals), `jac`, `grad`, `optimality`, `success`, `status`, `message`, `nfev`
    /// and `njev`.
    /// `jac(x)` gives the derivatives of the residuals; without it they are differences.
    /// Shapes: `x0` is `[n]` or a number, `f(x)` is `[m]` with m >= n, `jac(x)` is `[m, n]`.
    /// Errors: ValueError if there are fewer residuals than unknowns, or one is not finite at `x0` or where a
    /// derivative is taken (a step to such a place is made shorter); ShapeError if `jac(x)` has another shape;
    /// what `f` and `jac` throw.
    /// Source: Moré, The Levenberg-Marquardt Algorithm (1978), with Nielsen's choice of the damping (1999).
    /// Example: let t = [0.0, 1, 2, 3]; let y = 2 * exp(-0.5 * t); print(round(optimize.least_squares(p => p[0] * exp(p[1] * t) - y, [1, 0]).x, 6))  # expect: [ 2.  -0.5]
    OptimizeLeastSquares "optimize.least_squares" (f, x0, jac = none, ftol = 1e-8, xtol = 1e-8, gtol = 1e-8, max_nfev = none) Prelude Calls;
    /// The x that makes `c @ x` least with `a_ub @ x <= b_ub`, `a_eq @ x == b_eq` and each element within
    /// its bounds: a record of `x`, `fun`, `success`, `status`, `message`, `nit` and `slack`.
    /// `bounds` is a pair (low, high) for all elements, or a list of a pair for each; `none` or an infinity
    /// is no bound. Without `bounds` the elements are not negative. The status is 0 at the optimum, 1 after
    /// `maxiter` steps, 2 if no x fulfils the constraints, 3 if the objective has no lower bound.
    /// Shapes: `c` is `[n]`, a matrix `[m, n]` with a right side `[m]`.
    /// Errors: ShapeError if the shapes do not fit together; ValueError if something is not finite.
    /// Source: Dantzig's simplex method in two phases, with Bland's rule (1977) where it stalls.
    /// Example: let r = optimize.linprog([-3, -5], a_ub: [[1, 0], [0, 2], [3, 2]], b_ub: [4, 12, 18]); print(r.x, r.fun)  # expect: [2. 6.] -36.0
    /// Example: print(optimize.linprog([-1], bounds: (0, none)).message)  # expect: the objective has no lower bound
    OptimizeLinprog "optimize.linprog" (c, a_ub = none, b_ub = none, a_eq = none, b_eq = none, bounds = none, maxiter = none) Prelude Pure;
    // ---- integrals ---------------------------------------------------------------------------
    /// The integral of `f` from `a` to `b`, and an estimate of its error, as a tuple.
    /// The limits may be infinite, and `f` may have integrable singularities, at the limits or between them.
    /// `points` are places inside where `f` is not smooth, which need not be named but save time. At most `limit`
    /// parts are made until the estimate is below `epsabs` or `epsrel` times the integral.
    /// Errors: ValueError if the error stays greater, as where the integral diverges, or `f` is infinite or NaN at
    /// a place it is needed; TypeError if `f` gives no number; what `f` throws.
    /// Source: Gauss-Kronrod rule of 21 nodes with the epsilon algorithm, Piessens and others, QUADPACK (1983), QAGS
    /// and QAGI; Wynn, Math. Tables Aids Comput. 10 (1956).
    /// Example: let (area, error) = integrate.quad(x => exp(-x^2), -inf, inf); print(area - sqrt(pi) < 1e-12, error < 1e-7)  # expect: true true
    /// Example: print(integrate.quad(x => 3 * x^2, 0, 2)[0])  # expect: 8.0
    /// Example: let (area, error) = integrate.quad(x => 1 / sqrt(x), 0, 1); print(abs(area - 2) < error, error < 1e-13)  # expect: true true
    IntegrateQuad "integrate.quad" (f, a, b, epsabs = 1.49e-8, epsrel = 1.49e-8, limit = 200, points = none) Prelude Calls;
    /// The integral of samples by the trapezoidal rule.
    /// The samples lie at `x`, or at distances `dx`. Shapes: the axis of `y` is taken away; `x` is `[n]`.
    /// Errors: ShapeError if `x` has another length; ValueError if it is not finite; IndexError for an axis
    /// out of range.
    /// Example: print(integrate.trapezoid([1, 2, 3]), integrate.trapezoid([1, 2, 3], x: [4, 6, 8]))  # expect: 4.0 8.0
    IntegrateTrapezoid "integrate.trapezoid" (y, x = none, dx = 1.0, axis = -1) Prelude Pure;
    /// The integral of samples by Simpson's rule: that of parabolas through three at a time.
    /// The samples lie at `x`, or at distances `dx`. Of an even number of samples, the last interval is
    /// that of the parabola through the last three. Shapes: the axis of `y` is taken away; `x` is `[n]`.
    /// Errors: ShapeError if `x` has another length; ValueError if two positions are equal; IndexError for
    /// an axis out of range.
    /// Source: Cartwright, J. Math. Sci. Math. Educ. 12 (2017), for unequal distances.
    /// Example: print(integrate.simpson([0, 1, 4, 9, 16]), integrate.simpson([0, 1, 8], x: [0, 1, 2]))  # expect: 21.333333333333332 4.0
    IntegrateSimpson "integrate.simpson" (y, x = none, dx = 1.0, axis = -1) Prelude Pure;
    /// The integrals of samples from the first one to each of the others by the trapezoidal rule.
    /// Shapes: the axis of `y` gets shorter by one, or stays as it is with `initial`, which comes first and
    /// is added to all.
    /// Errors: ShapeError if `x` has another length; ValueError if there are no samples; IndexError for an
    /// axis out of range.
    /// Example: print(integrate.cumulative_trapezoid([1, 2, 3]), integrate.cumulative_trapezoid([1, 2, 3], initial: 0))  # expect: [1.5 4. ] [0.  1.5 4. ]
    IntegrateCumulativeTrapezoid "integrate.cumulative_trapezoid" (y, x = none, dx = 1.0, axis = -1, initial = none) Prelude Pure;
    // ---- differential equations --------------------------------------------------------------
    /// Solves y' = f(t, y) from `y0` over the span (t0, t1): a record of `t`, `y`, `sol`, `t_events`,
    /// `y_events`, `nfev`, `status`, `message` and `success`.
    /// `t` are the times of the steps, or `t_eval`, and `y` has a column for each. An event is a function
    /// of t and y whose zeros are located, or a record `{f, terminal, direction}`: a terminal one ends the
    /// solution, a direction of 1 or -1 counts only rising or falling zeros. With `dense_output` the field
    /// `sol` is the solution as a function of t. t1 may be less than t0.
    /// The error of a step is kept below `atol + rtol * abs(y)`. The status is 0 at the end of the span, 1
    /// after a terminal event, -1 if the steps get too small.
    /// Shapes: `y0` is `[n]` and `y` `[n, m]`; if `y0` is a number, `f` receives and gives numbers, and `y`
    /// is `[m]`.
    /// Errors: ValueError if something is not finite, a tolerance is negative or `t_eval` is not in order;
    /// ShapeError if `f(t, y)` is not as long as y; TypeError if it is no array of numbers; what `f`
    /// throws.
    /// Source: Dormand and Prince, J. Comput. Appl. Math. 6 (1980); Hairer, Nørsett and Wanner, Solving
    /// Ordinary Differential Equations I.
    /// Example: let r = ode.rk45((t, y) => -y, (0, 1), 1.0, rtol: 1e-8, atol: 1e-10); print(round(r.y[-1], 7), r.success)  # expect: 0.3678794 true
    /// Example: let fall = ode.rk45((t, y) => [y[1], -9.81], (0, 10), [10, 0], events: {f: (t, y) => y[0], terminal: true}); print(round(fall.t[-1], 6), fall.message)  # expect: 1.427843 a terminal event occurred
    OdeRk45 "ode.rk45" (f, span, y0, rtol = 1e-3, atol = 1e-6, events = none, t_eval = none, max_step = inf, first_step = none, dense_output = false) Prelude Calls;
    /// Solves a stiff equation as `ode.rk45` solves others: with the same arguments, and the same record as
    /// result.
    /// `jac(t, y)` gives the derivatives of `f` by y; without it they are differences.
    /// Shapes: as `ode.rk45`; `jac(t, y)` is `[n, n]`.
    /// Errors: ValueError if something is not finite, a tolerance is negative or `t_eval` is not in order;
    /// ShapeError if `f(t, y)` is not as long as y; TypeError if it is no array of numbers; what `f`
    /// throws.
    /// Source: RODAS, a Rosenbrock method of order 4, Hairer and Wanner, Solving Ordinary Differential
    /// Equations II, IV.7.
    /// Example: let r = ode.rosenbrock((t, y) => -1000 * (y - cos(t)), (0, 1), 0.0, rtol: 1e-6, atol: 1e-9); print(round(r.y[-1], 5), r.success)  # expect: 0.54114 true
    OdeRosenbrock "ode.rosenbrock" (f, span, y0, rtol = 1e-3, atol = 1e-6, jac = none, events = none, t_eval = none, max_step = inf, first_step = none, dense_output = false) Prelude Calls;
    /// Solves a stiff equation as `ode.rk45` solves others: with the same arguments, and the same record as
    /// result.
    /// `jac(t, y)` gives the derivatives of `f` by y; without it they are differences. They are only asked for
    /// where the last ones do not serve any more, so that a large system needs far fewer evaluations than by
    /// `ode.rosenbrock`; of solutions that oscillate, the latter is more accurate.
    /// Shapes: as `ode.rk45`; `jac(t, y)` is `[n, n]`.
    /// Errors: ValueError if something is not finite, a tolerance is negative or `t_eval` is not in order;
    /// ShapeError if `f(t, y)` is not as long as y; TypeError if it is no array of numbers; what `f` throws.
    /// Source: numerical differentiation formulas of order 1 to 5, Shampine and Reichelt, "The MATLAB ODE Suite",
    /// SIAM J. Sci. Comput. 18 (1997).
    /// Example: let r = ode.bdf((t, y) => -1000 * (y - cos(t)), (0, 1), 0.0, rtol: 1e-6, atol: 1e-9); print(round(r.y[-1], 5), r.success)  # expect: 0.54114 true
    OdeBdf "ode.bdf" (f, span, y0, rtol = 1e-3, atol = 1e-6, jac = none, events = none, t_eval = none, max_step = inf, first_step = none, dense_output = false) Prelude Calls;
    // ---- sparse matrices ---------------------------------------------------------------------
    /// A sparse matrix from its parts in compressed rows: a record of `data`, `indices`, `indptr` and `shape`, as all
    /// of the module `sparse` take and give it.
    /// `data` are the stored elements row by row, `indices` their columns, which increase in each row, and `indptr[i]`
    /// is where row i begins, with the number of elements as the last one.
    /// Shapes: `data` and `indices` are `[k]`, `indptr` is `[m + 1]`, `shape` is the tuple `(m, n)`.
    /// Errors: ShapeError if the lengths do not fit together; ValueError if `indptr` does not go from 0 to k without
    /// decreasing, or the columns of a row do not increase; IndexError for a column out of range; TypeError for
    /// anything but real numbers and ints.
    /// Example: let s = sparse.csr([1, 2, 3], [0, 2, 1], [0, 2, 3], (2, 3)); print(sparse.to_dense(s))
    /// # expect: [[1. 0. 2.]
    /// # expect:  [0. 3. 0.]]
    /// Example: sparse.csr([1, 2], [2, 0], [0, 2], (1, 3))  # error[ValueError]: must increase
    SparseCsr "sparse.csr" (data, indices, indptr, shape) Prelude Pure;
    /// The sparse matrix with the elements of an array that are not 0.
    /// Shapes: `a` is `[m, n]`.
    /// Errors: ShapeError unless `a` has two axes; TypeError if it is complex or no array.
    /// Example: print(sparse.from_dense([[0, 5], [0, 0]]))  # expect: {data: [5.], indices: [1], indptr: [0 1 1], shape: (2, 2)}
    SparseFromDense "sparse.from_dense" (a) Prelude Pure;
    /// The sparse matrix with `values[k]` in row `rows[k]` and column `cols[k]`, in any order; values at one place
    /// are added.
    /// Shapes: `values`, `rows` and `cols` are `[k]`, `shape` is the tuple `(m, n)`.
    /// Errors: ShapeError if the lengths differ; IndexError for a row or column out of range; TypeError for anything
    /// but real numbers and ints.
    /// Example: print(sparse.to_dense(sparse.from_coo([1, 2, 3], [1, 0, 1], [0, 1, 0], (2, 2))))
    /// # expect: [[0. 2.]
    /// # expect:  [4. 0.]]
    SparseFromCoo "sparse.from_coo" (values, rows, cols, shape) Prelude Pure;
    /// The sparse identity matrix.
    /// Shapes: the result has `n` rows and columns.
    /// Errors: ValueError if `n` is negative; TypeError if it is no int.
    /// Example: print(sparse.eye(2))  # expect: {data: [1. 1.], indices: [0 1], indptr: [0 1 2], shape: (2, 2)}
    SparseEye "sparse.eye" (n) Prelude Pure;
    /// The sparse matrix with the given diagonals: one for the int `offsets`, or a list with one for each of several
    /// offsets. The offset is 0 for the main diagonal, above 0 for those above it, below 0 for those below.
    /// A number in place of a diagonal fills it. Without `shape`, the matrix is square and the first diagonal
    /// tells its size. What is given is stored, zeros too.
    /// Shapes: a diagonal is as long as it is in the matrix; `shape` is the tuple `(m, n)`.
    /// Errors: ShapeError if a diagonal has another length, or there are not as many as offsets; ValueError if an
    /// offset occurs twice, or the size is not told; TypeError for anything but real numbers and ints.
    /// Example: print(sparse.to_dense(sparse.diags([-1, 2, -1], [-1, 0, 1], shape: (3, 3))))
    /// # expect: [[ 2. -1.  0.]
    /// # expect:  [-1.  2. -1.]
    /// # expect:  [ 0. -1.  2.]]
    SparseDiags "sparse.diags" (diagonals, offsets = 0, shape = none) Prelude Pure;
    /// The array of a sparse matrix.
    /// Shapes: the result is `[m, n]`.
    /// Errors: TypeError if `s` is no sparse matrix; MemoryError if the array is too large.
    /// Example: print(sparse.to_dense(sparse.eye(2)))
    /// # expect: [[1. 0.]
    /// # expect:  [0. 1.]]
    SparseToDense "sparse.to_dense" (s) Prelude Pure;
    /// The sparse matrix with rows and columns exchanged.
    /// Shapes: `(m, n)` gives `(n, m)`.
    /// Errors: TypeError if `s` is no sparse matrix.
    /// Source: Gustavson, "Two fast algorithms for sparse matrices", ACM Trans. Math. Softw. 4 (1978).
    /// Example: print(sparse.transpose(sparse.from_dense([[1, 2]])))  # expect: {data: [1. 2.], indices: [0 0], indptr: [0 1 2], shape: (2, 1)}
    SparseTranspose "sparse.transpose" (s) Prelude Pure;
    /// The product of a sparse matrix and a vector, or a matrix that is an array.
    /// Shapes: `(m, n)` and `[n]` give `[m]`; `(m, n)` and `[n, k]` give `[m, k]`.
    /// Errors: ShapeError if the sizes differ; TypeError if `s` is no sparse matrix or `x` is complex.
    /// Example: print(sparse.matvec(sparse.from_dense([[0, 2], [3, 0]]), [1, 10]))  # expect: [20.  3.]
    SparseMatvec "sparse.matvec" (s, x) Prelude Pure;
    /// The product of two sparse matrices, as such a matrix.
    /// Elements that come out as 0 are stored where rows and columns meet.
    /// Shapes: `(m, k)` and `(k, n)` give `(m, n)`.
    /// Errors: ShapeError if the inner sizes differ; TypeError unless both are sparse matrices.
    /// Source: Gustavson, "Two fast algorithms for sparse matrices", ACM Trans. Math. Softw. 4 (1978).
    /// Example: let s = sparse.from_dense([[0, 2], [3, 0]]); print(sparse.matmul(s, s))  # expect: {data: [6. 6.], indices: [0 1], indptr: [0 1 2], shape: (2, 2)}
    SparseMatmul "sparse.matmul" (a, b) Prelude Pure;
    /// The sum of two sparse matrices, as such a matrix.
    /// What either stores is stored in the sum, though it be 0.
    /// Shapes: both and the result have the same shape.
    /// Errors: ShapeError if the shapes differ; TypeError unless both are sparse matrices.
    /// Example: print(sparse.add(sparse.eye(2), sparse.from_dense([[0, 2], [0, 1]])))  # expect: {data: [1. 2. 2.], indices: [0 1 1], indptr: [0 2 3], shape: (2, 2)}
    SparseAdd "sparse.add" (a, b) Prelude Pure;
    /// The sparse matrix with each stored element multiplied by a number.
    /// Shapes: the result has the shape of `s`.
    /// Errors: TypeError if `s` is no sparse matrix or `k` no real number.
    /// Example: print(sparse.scale(sparse.eye(2), 3).data)  # expect: [3. 3.]
    SparseScale "sparse.scale" (s, k) Prelude Pure;
    /// The x with `s @ x == b` for a symmetric positive definite sparse matrix, by conjugate gradients from `x0`
    /// (zeros): a record of `x`, `residual` (the norm of `b - s @ x`), `success`, `message` and `nit`.
    /// It ends where the residual is at most `tol` times the norm of `b`, or after `maxiter` steps (ten times the
    /// size of `b`). The `preconditioner` is `none`, or "jacobi", the inverse of the diagonal. That the
    /// matrix is symmetric is not tested; without success, `x` is the last that was reached.
    /// Shapes: `s` is `(n, n)`, `b` and `x0` are `[n]`.
    /// Errors: ShapeError if the shapes do not fit together; ValueError if `b` or `x0` is not finite, `tol` not
    /// positive, or the diagonal not positive with "jacobi"; TypeError if `s` is no sparse matrix.
    /// Source: Hestenes and Stiefel, "Methods of conjugate gradients for solving linear systems", J. Res. Natl. Bur.
    /// Stand. 49 (1952).
    /// Example: let r = sparse.cg(sparse.diags([-1, 2, -1], [-1, 0, 1], shape: (4, 4)), [1, 0, 0, 1]); print(round(r.x, 9), r.success)  # expect: [1. 1. 1. 1.] true
    SparseCg "sparse.cg" (s, b, tol = 1e-8, maxiter = none, x0 = none, preconditioner = none) Prelude Pure;
    // ---- polynomials -------------------------------------------------------------------------
    /// The value at `x` of the polynomial with coefficients `c`, that of the lowest power first.
    /// Shapes: `c` is `[n]`; `x` is `[..s]` or a number, and so is the result.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none.
    /// Source: Horner.
    /// Example: print(poly.eval([1, 2, 3], 2), poly.eval([0, 0, 1], [1, 2, 3]))  # expect: 17.0 [1. 4. 9.]
    PolyEval "poly.eval" (c, x) Prelude Pure;
    /// The coefficients of the polynomial of a degree that is nearest to points in the sum of squares, that
    /// of the lowest power first.
    /// Each difference is multiplied by its weight in `w`. Shapes: `x`, `y` and `w` are `[n]`, the result
    /// is `[degree + 1]`.
    /// Errors: ValueError if there are too few different points for the degree, or something is not finite;
    /// ShapeError if the lengths differ.
    /// Source: Householder QR of the scaled Vandermonde matrix.
    /// Example: print(round(poly.fit([0, 1, 2, 3], [1, 3, 7, 13], 2), 10))  # expect: [1. 1. 1.]
    PolyFit "poly.fit" (x, y, degree, w = none) Prelude Pure;
    /// The roots of a polynomial as complex numbers, by increasing real part; multiple ones are repeated.
    /// Shapes: `c` is `[n]`, lowest power first, real or complex; the result is `[m]`, m the degree. The
    /// roots of a real polynomial are real or come in conjugate pairs.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none, one is not
    /// finite, or all are 0.
    /// Source: Ehrlich (1967) and Aberth (1973); starting points of Bini (1996).
    /// Example: print(poly.roots([6, -5, 1]), poly.roots([1, 0, 1]))  # expect: [2.+0.i 3.+0.i] [0.-1.i 0.+1.i]
    PolyRoots "poly.roots" (c) Prelude Pure;
    /// The coefficients of the polynomial with these roots and the highest coefficient 1, lowest power
    /// first.
    /// Shapes: `[m]` gives `[m + 1]`.
    /// Example: print(poly.from_roots([2, 3]))  # expect: [ 6. -5.  1.]
    PolyFromRoots "poly.from_roots" (roots) Prelude Pure;
    /// The sum of two polynomials, without zeros at the highest powers.
    /// Shapes: `[m]` and `[n]`, lowest power first.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none.
    /// Example: print(poly.add([1, 2, 3], [1, 1, -3]))  # expect: [2. 3.]
    PolyAdd "poly.add" (a, b) Prelude Pure;
    /// The difference of two polynomials, without zeros at the highest powers.
    /// Shapes: `[m]` and `[n]`, lowest power first.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none.
    /// Example: print(poly.sub([1, 2, 3], [1, 1]))  # expect: [0. 1. 3.]
    PolySub "poly.sub" (a, b) Prelude Pure;
    /// The product of two polynomials, without zeros at the highest powers.
    /// Shapes: `[m]` and `[n]`, lowest power first.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none.
    /// Example: print(poly.mul([1, 1], [1, -1]))  # expect: [ 1.  0. -1.]
    PolyMul "poly.mul" (a, b) Prelude Pure;
    /// The quotient and the rest of a division of polynomials, as a tuple.
    /// Shapes: `[m]` and `[n]`, lowest power first.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none, or the
    /// divisor is 0.
    /// Example: print(poly.div([-1, 0, 1, 1], [1, 1]))  # expect: ([0. 0. 1.], [-1.])
    PolyDiv "poly.div" (a, b) Prelude Pure;
    /// The coefficients of the derivative, taken `m` times, lowest power first.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none or `m` is
    /// negative.
    /// Example: print(poly.derivative([1, 2, 3]), poly.derivative([1, 2, 3], 2))  # expect: [2. 6.] [6.]
    PolyDerivative "poly.derivative" (c, m = 1) Prelude Pure;
    /// The coefficients of the integral, taken `m` times, lowest power first; `k` is the constant of each.
    /// Errors: ShapeError unless the coefficients have one axis; ValueError if there are none or `m` is
    /// negative.
    /// Example: print(poly.integral([1, 2, 3]), poly.integral([2], k: 5))  # expect: [0. 1. 1. 1.] [5. 2.]
    PolyIntegral "poly.integral" (c, m = 1, k = 0) Prelude Pure;
    // ---- statistics --------------------------------------------------------------------------
    /// What describes a sample: a record of `nobs`, `minmax`, `mean`, `variance` (by n - 1), `skewness` and
    /// `kurtosis` (0 for the normal distribution, both by n).
    /// Shapes: `x` is `[n]`. Errors: ValueError if it is empty, ShapeError for another number of axes.
    /// Example: let d = stats.describe([1, 2, 3, 4]); print(d.nobs, d.minmax, d.mean, d.variance, d.kurtosis)  # expect: 4 (1.0, 4.0) 2.5 1.6666666666666667 -1.36
    StatsDescribe "stats.describe" (x) Prelude Pure;
    /// The covariance of two samples, or the matrix of those of the rows of `x`.
    /// The sum is divided by n - `ddof`. Shapes: `x` and `y` are `[n]` and the result a number; `x` alone
    /// is `[k, n]` and gives `[k, k]`.
    /// Errors: ShapeError if the lengths differ.
    /// Example: print(stats.cov([1, 2, 3], [2, 4, 7]))  # expect: 2.5
    StatsCov "stats.cov" (x, y = none, ddof = 1) Prelude Pure;
    /// The correlation of two samples (Pearson's), or the matrix of those of the rows of `x`.
    /// Shapes: as `stats.cov`. Special values: NaN for a sample whose values are all equal.
    /// Errors: ShapeError if the lengths differ.
    /// Example: print(stats.corr([1, 2, 3], [2, 4, 7]), round(stats.corr([[1, 2, 3], [3, 2, 1]])[0, 1], 6))  # expect: 0.9933992677987828 -1.0
    StatsCorr "stats.corr" (x, y = none) Prelude Pure;
    /// The line of least squares through points: a record of `slope`, `intercept`, `rvalue`, `pvalue` (of a
    /// slope of 0), `stderr` and `intercept_stderr`.
    /// Shapes: `x` and `y` are `[n]`. Errors: ValueError for fewer than two points, if all `x` are equal or
    /// something is not finite; ShapeError if the lengths differ.
    /// Example: let r = stats.linregress([0, 1, 2, 3], [1, 3, 5, 8]); print(r.slope, r.intercept, round(r.rvalue, 6), round(r.pvalue, 6))  # expect: 2.3 0.8000000000000003 0.994377 0.005623
    StatsLinregress "stats.linregress" (x, y) Prelude Pure;
    /// Student's test whether a sample is from a population with mean `popmean`.
    /// The record has `statistic`, `pvalue` and `df`; `alternative` is "two-sided", "less" or "greater".
    /// Shapes: `[n]`. Special values: NaN if nothing varies. Errors: ValueError for fewer than two values.
    /// Example: let r = stats.ttest_1samp([2.1, 2.5, 1.9, 3.3], 2); print(round(r.statistic, 6), round(r.pvalue, 6), r.df)  # expect: 1.453631 0.242014 3.0
    StatsTtest1Samp "stats.ttest_1samp" (a, popmean, alternative = "two-sided") Prelude Pure;
    /// Student's test whether two independent samples have the same mean; without `equal_var` Welch's.
    /// The record has `statistic`, `pvalue` and `df`; `alternative` is "two-sided", "less" or "greater".
    /// Shapes: `[n]` and `[m]`. Special values: NaN if nothing varies. Errors: ValueError for fewer than
    /// two values.
    /// Example: let r = stats.ttest_ind([1, 2, 3, 4], [3, 4, 5, 7], equal_var: false); print(round(r.statistic, 6), round(r.pvalue, 6))  # expect: -2.101947 0.083707
    StatsTtestInd "stats.ttest_ind" (a, b, equal_var = true, alternative = "two-sided") Prelude Pure;
    /// Student's test whether two paired samples have the same mean.
    /// The record has `statistic`, `pvalue` and `df`; `alternative` is "two-sided", "less" or "greater".
    /// Shapes: both `[n]`. Special values: NaN if nothing varies. Errors: ValueError for fewer than two
    /// values; ShapeError if the lengths differ.
    /// Example: let r = stats.ttest_rel([1, 2, 3, 4], [2, 2, 5, 5]); print(round(r.statistic, 6), round(r.pvalue, 6))  # expect: -2.44949 0.091721
    StatsTtestRel "stats.ttest_rel" (a, b, alternative = "two-sided") Prelude Pure;
    /// A histogram as a record of `counts` and `edges`; with `density` the counts are scaled to an integral
    /// of 1.
    /// Note: the arguments are those of `histogram`, which gives a tuple.
    /// Example: let h = stats.histogram([1, 2, 1, 4], bins: 3, density: true); print(h.counts, h.edges)  # expect: [0.5  0.25 0.25] [1. 2. 3. 4.]
    StatsHistogram "stats.histogram" (x, bins = 10, range = none, density = false) Prelude Pure;
    /// The density of a population, estimated from a sample with a normal distribution around each value,
    /// as a function of a number or array.
    /// The width is the standard deviation of the sample times `bandwidth`: a number, or the rule "scott"
    /// or "silverman". Shapes: `x` is `[n]`.
    /// Errors: ValueError for fewer than two values, or if all are equal or one is not finite.
    /// Source: Scott, Multivariate Density Estimation (1992).
    /// Example: let f = stats.kde([1, 2, 2.5, 4]); print(round(f(2), 6), round(f([0, 3]), 6))  # expect: 0.26852 [0.074896 0.223548]
    StatsKde "stats.kde" (x, bandwidth = "scott") Prelude Pure;
    /// The density at `x` of the normal distribution, `mean`, `std` its standard deviation.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `std` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.norm_pdf(1.96))  # expect: 0.058440944333451476
    StatsNormPdf "stats.norm_pdf" (x, mean = 0, std = 1) Prelude Pure;
    /// The probability of at most `x` in the normal distribution, `mean`, `std` its standard deviation.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `std` is positive and finite; TypeError for what is no number.
    /// Source: Cody (1969) for erfc.
    /// Example: print(stats.norm_cdf(1.96))  # expect: 0.9750021048517795
    StatsNormCdf "stats.norm_cdf" (x, mean = 0, std = 1) Prelude Pure;
    /// The probability of more than `x` in the normal distribution, exact also where it is small; `mean`,
    /// `std` its standard deviation.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `std` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.norm_sf(1.96))  # expect: 0.024997895148220435
    StatsNormSf "stats.norm_sf" (x, mean = 0, std = 1) Prelude Pure;
    /// The quantile of the normal distribution: the x with probability `q` at or below it; `mean`, `std`
    /// its standard deviation.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless `std` is positive and finite; TypeError for what is no number.
    /// Source: Wichura, algorithm AS 241 (1988).
    /// Example: print(stats.norm_ppf(0.975))  # expect: 1.9599639845400536
    StatsNormPpf "stats.norm_ppf" (q, mean = 0, std = 1) Prelude Pure;
    /// The density at `x` of the Student's t distribution, `df` its degrees of freedom.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `df` is positive; TypeError for what is no number.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.t_pdf(2.0, 5))  # expect: 0.06509031032621644
    StatsTPdf "stats.t_pdf" (x, df) Prelude Pure;
    /// The probability of at most `x` in the Student's t distribution, `df` its degrees of freedom.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `df` is positive; TypeError for what is no number.
    /// Source: continued fraction of the incomplete beta function, DLMF 8.17.22.
    /// Example: print(stats.t_cdf(2.0, 5))  # expect: 0.9490302605850708
    StatsTCdf "stats.t_cdf" (x, df) Prelude Pure;
    /// The probability of more than `x` in the Student's t distribution, exact also where it is small; `df`
    /// its degrees of freedom.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `df` is positive; TypeError for what is no number.
    /// Example: print(stats.t_sf(2.0, 5))  # expect: 0.05096973941492921
    StatsTSf "stats.t_sf" (x, df) Prelude Pure;
    /// The quantile of the Student's t distribution: the x with probability `q` at or below it; `df` its
    /// degrees of freedom.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless `df` is positive; TypeError for what is no number.
    /// Example: print(stats.t_ppf(0.975, 5))  # expect: 2.570581835636314
    StatsTPpf "stats.t_ppf" (q, df) Prelude Pure;
    /// The density at `x` of the chi-squared distribution, `df` its degrees of freedom.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `df` is positive and finite; TypeError for what is no number.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.chi2_pdf(3.0, 2))  # expect: 0.11156508007421491
    StatsChi2Pdf "stats.chi2_pdf" (x, df) Prelude Pure;
    /// The probability of at most `x` in the chi-squared distribution, `df` its degrees of freedom.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `df` is positive and finite; TypeError for what is no number.
    /// Source: series and continued fraction of the incomplete gamma function, DLMF 8.7.1 and 8.9.2.
    /// Example: print(stats.chi2_cdf(3.0, 2))  # expect: 0.7768698398515701
    StatsChi2Cdf "stats.chi2_cdf" (x, df) Prelude Pure;
    /// The probability of more than `x` in the chi-squared distribution, exact also where it is small; `df`
    /// its degrees of freedom.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `df` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.chi2_sf(3.0, 2))  # expect: 0.2231301601484299
    StatsChi2Sf "stats.chi2_sf" (x, df) Prelude Pure;
    /// The quantile of the chi-squared distribution: the x with probability `q` at or below it; `df` its
    /// degrees of freedom.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless `df` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.chi2_ppf(0.95, 2))  # expect: 5.991464547107981
    StatsChi2Ppf "stats.chi2_ppf" (q, df) Prelude Pure;
    /// The density at `x` of the F distribution, `dfn` and `dfd` the degrees of freedom of numerator and
    /// denominator.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.f_pdf(2.5, 3, 10))  # expect: 0.09254817169049516
    StatsFPdf "stats.f_pdf" (x, dfn, dfd) Prelude Pure;
    /// The probability of at most `x` in the F distribution, `dfn` and `dfd` the degrees of freedom of
    /// numerator and denominator.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Source: continued fraction of the incomplete beta function, DLMF 8.17.22.
    /// Example: print(stats.f_cdf(2.5, 3, 10))  # expect: 0.8809604373417219
    StatsFCdf "stats.f_cdf" (x, dfn, dfd) Prelude Pure;
    /// The probability of more than `x` in the F distribution, exact also where it is small; `dfn` and
    /// `dfd` the degrees of freedom of numerator and denominator.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Example: print(stats.f_sf(2.5, 3, 10))  # expect: 0.11903956265827804
    StatsFSf "stats.f_sf" (x, dfn, dfd) Prelude Pure;
    /// The quantile of the F distribution: the x with probability `q` at or below it; `dfn` and `dfd` the
    /// degrees of freedom of numerator and denominator.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Example: print(stats.f_ppf(0.95, 3, 10))  # expect: 3.7082648190468435
    StatsFPpf "stats.f_ppf" (q, dfn, dfd) Prelude Pure;
    /// The density at `x` of the gamma distribution, `shape` and `scale` its parameters.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.gamma_pdf(2.0, 2.5))  # expect: 0.28795182140366965
    StatsGammaPdf "stats.gamma_pdf" (x, shape, scale = 1) Prelude Pure;
    /// The probability of at most `x` in the gamma distribution, `shape` and `scale` its parameters.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Source: series and continued fraction of the incomplete gamma function, DLMF 8.7.1 and 8.9.2.
    /// Example: print(stats.gamma_cdf(2.0, 2.5))  # expect: 0.4505840486472199
    StatsGammaCdf "stats.gamma_cdf" (x, shape, scale = 1) Prelude Pure;
    /// The probability of more than `x` in the gamma distribution, exact also where it is small; `shape`
    /// and `scale` its parameters.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Example: print(stats.gamma_sf(2.0, 2.5))  # expect: 0.5494159513527801
    StatsGammaSf "stats.gamma_sf" (x, shape, scale = 1) Prelude Pure;
    /// The quantile of the gamma distribution: the x with probability `q` at or below it; `shape` and
    /// `scale` its parameters.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Example: print(stats.gamma_ppf(0.5, 2.5))  # expect: 2.1757300955477628
    StatsGammaPpf "stats.gamma_ppf" (q, shape, scale = 1) Prelude Pure;
    /// The density at `x` of the beta distribution, `a` and `b` its parameters.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.beta_pdf(0.3, 2, 3))  # expect: 1.7639999999999998
    StatsBetaPdf "stats.beta_pdf" (x, a, b) Prelude Pure;
    /// The probability of at most `x` in the beta distribution, `a` and `b` its parameters.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Source: continued fraction of the incomplete beta function, DLMF 8.17.22.
    /// Example: print(stats.beta_cdf(0.3, 2, 3))  # expect: 0.3483000000000003
    StatsBetaCdf "stats.beta_cdf" (x, a, b) Prelude Pure;
    /// The probability of more than `x` in the beta distribution, exact also where it is small; `a` and `b`
    /// its parameters.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Example: print(stats.beta_sf(0.3, 2, 3))  # expect: 0.6516999999999997
    StatsBetaSf "stats.beta_sf" (x, a, b) Prelude Pure;
    /// The quantile of the beta distribution: the x with probability `q` at or below it; `a` and `b` its
    /// parameters.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless the parameters are positive and finite; TypeError for what is no number.
    /// Example: print(stats.beta_ppf(0.5, 2, 3))  # expect: 0.38572756813238934
    StatsBetaPpf "stats.beta_ppf" (q, a, b) Prelude Pure;
    /// The density at `x` of the exponential distribution, `scale` its mean.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `scale` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.exponential_pdf(1.5, 2))  # expect: 0.23618327637050734
    StatsExponentialPdf "stats.exponential_pdf" (x, scale = 1) Prelude Pure;
    /// The probability of at most `x` in the exponential distribution, `scale` its mean.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `scale` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.exponential_cdf(1.5, 2))  # expect: 0.5276334472589853
    StatsExponentialCdf "stats.exponential_cdf" (x, scale = 1) Prelude Pure;
    /// The probability of more than `x` in the exponential distribution, exact also where it is small;
    /// `scale` its mean.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `scale` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.exponential_sf(1.5, 2))  # expect: 0.4723665527410147
    StatsExponentialSf "stats.exponential_sf" (x, scale = 1) Prelude Pure;
    /// The quantile of the exponential distribution: the x with probability `q` at or below it; `scale` its
    /// mean.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless `scale` is positive and finite; TypeError for what is no number.
    /// Example: print(stats.exponential_ppf(0.5, 2))  # expect: 1.3862943611198906
    StatsExponentialPpf "stats.exponential_ppf" (q, scale = 1) Prelude Pure;
    /// The density at `x` of the uniform distribution, `low` and `high` its ends.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `low` is less than `high`; TypeError for what is no number.
    /// Example: print(stats.uniform_pdf(0.25, 0, 2))  # expect: 0.5
    StatsUniformPdf "stats.uniform_pdf" (x, low = 0, high = 1) Prelude Pure;
    /// The probability of at most `x` in the uniform distribution, `low` and `high` its ends.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `low` is less than `high`; TypeError for what is no number.
    /// Example: print(stats.uniform_cdf(0.25, 0, 2))  # expect: 0.125
    StatsUniformCdf "stats.uniform_cdf" (x, low = 0, high = 1) Prelude Pure;
    /// The probability of more than `x` in the uniform distribution, exact also where it is small; `low`
    /// and `high` its ends.
    /// Shapes: `x` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError unless `low` is less than `high`; TypeError for what is no number.
    /// Example: print(stats.uniform_sf(0.25, 0, 2))  # expect: 0.875
    StatsUniformSf "stats.uniform_sf" (x, low = 0, high = 1) Prelude Pure;
    /// The quantile of the uniform distribution: the x with probability `q` at or below it; `low` and
    /// `high` its ends.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError unless `low` is less than `high`; TypeError for what is no number.
    /// Example: print(stats.uniform_ppf(0.25, 0, 2))  # expect: 0.5
    StatsUniformPpf "stats.uniform_ppf" (q, low = 0, high = 1) Prelude Pure;
    /// The probability of the count `k` in the binomial distribution, `n` the number of trials, `p` the
    /// chance of each.
    /// Shapes: `k` is `[..s]` or a number, and so is the result. Special values: 0 for what is no count.
    /// Errors: ValueError if `n` is negative or `p` not in 0..1; TypeError if `n` is no int.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.binomial_pmf(3, 10, 0.3))  # expect: 0.26682793199999943
    StatsBinomialPmf "stats.binomial_pmf" (k, n, p) Prelude Pure;
    /// The probability of at most `k` in the binomial distribution, `n` the number of trials, `p` the
    /// chance of each.
    /// Shapes: `k` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError if `n` is negative or `p` not in 0..1; TypeError if `n` is no int.
    /// Source: incomplete beta function, DLMF 8.17.5.
    /// Example: print(stats.binomial_cdf(3, 10, 0.3))  # expect: 0.6496107184000003
    StatsBinomialCdf "stats.binomial_cdf" (k, n, p) Prelude Pure;
    /// The probability of more than `k` in the binomial distribution, exact also where it is small; `n` the
    /// number of trials, `p` the chance of each.
    /// Shapes: `k` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError if `n` is negative or `p` not in 0..1; TypeError if `n` is no int.
    /// Example: print(stats.binomial_sf(3, 10, 0.3))  # expect: 0.3503892815999997
    StatsBinomialSf "stats.binomial_sf" (k, n, p) Prelude Pure;
    /// The least count with probability `q` or more at or below it in the binomial distribution, `n` the
    /// number of trials, `p` the chance of each.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError if `n` is negative or `p` not in 0..1; TypeError if `n` is no int.
    /// Example: print(stats.binomial_ppf(0.5, 10, 0.3))  # expect: 3.0
    StatsBinomialPpf "stats.binomial_ppf" (q, n, p) Prelude Pure;
    /// The probability of the count `k` in the Poisson distribution, `mu` its mean.
    /// Shapes: `k` is `[..s]` or a number, and so is the result. Special values: 0 for what is no count.
    /// Errors: ValueError if `mu` is negative or infinite; TypeError for what is no number.
    /// Source: Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    /// Example: print(stats.poisson_pmf(2, 3.5))  # expect: 0.18495897346170084
    StatsPoissonPmf "stats.poisson_pmf" (k, mu) Prelude Pure;
    /// The probability of at most `k` in the Poisson distribution, `mu` its mean.
    /// Shapes: `k` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError if `mu` is negative or infinite; TypeError for what is no number.
    /// Source: incomplete gamma function, DLMF 8.4.8.
    /// Example: print(stats.poisson_cdf(2, 3.5))  # expect: 0.32084719886213375
    StatsPoissonCdf "stats.poisson_cdf" (k, mu) Prelude Pure;
    /// The probability of more than `k` in the Poisson distribution, exact also where it is small; `mu` its
    /// mean.
    /// Shapes: `k` is `[..s]` or a number, and so is the result.
    /// Errors: ValueError if `mu` is negative or infinite; TypeError for what is no number.
    /// Example: print(stats.poisson_sf(2, 3.5))  # expect: 0.6791528011378662
    StatsPoissonSf "stats.poisson_sf" (k, mu) Prelude Pure;
    /// The least count with probability `q` or more at or below it in the Poisson distribution, `mu` its
    /// mean.
    /// Shapes: `q` is `[..s]` or a number, and so is the result. Special values: NaN for `q` outside of
    /// 0..1.
    /// Errors: ValueError if `mu` is negative or infinite; TypeError for what is no number.
    /// Example: print(stats.poisson_ppf(0.5, 3.5))  # expect: 3.0
    StatsPoissonPpf "stats.poisson_ppf" (q, mu) Prelude Pure;

    // ---- inside: what the prelude is made of ---------------------------------------------------
    /// A list as an array where its items are numbers of one type and shape, else the list.
    ArrayOrList "__array_or_list" (xs) Vm Pure;
    /// Reduces a whole array; the first operand names the reduction.
    ReduceArray "__reduce_array" (what, x, axis, keepdims) Vm Pure;
    /// Whether a value is a generator or channel, walked once and lazily.
    IsLazy "__is_lazy" (x) Vm Pure;
    /// Whether a value is an array.
    IsArray "__is_array" (x) Vm Pure;
    /// Sorts a list or array by its own order; `keys` (or none) decides instead of the items.
    SortBy "__sort_by" (xs, keys, reverse, axis) Vm Pure;
    /// An array of any nesting of lists and arrays, with a dtype or none.
    ToArray "__to_array" (x, dtype) Vm Pure;
    /// Makes room for so many further items of a list or array.
    Reserve "__reserve" (mut xs, n) Vm Pure;
    /// An empty list that can hold so many items, or as many as a value has, without growing.
    ListWithCapacity "__list_with_capacity" (n) Vm Pure;
    /// A tuple of the items of a list, tuple or array.
    ToTuple "__to_tuple" (xs) Vm Pure;
    /// A dict of a list of (key, value) pairs.
    ToDict "__to_dict" (xs) Vm Pure;
    /// A record of a list of (name, value) pairs.
    ToRecord "__to_record" (xs) Vm Pure;
    /// The strings of a list one after the other, with a separator between.
    JoinStrings "__join_strings" (xs, sep) Vm Pure;
    /// Each element of an array so many times, along an axis or of the raveled array.
    RepeatArray "__repeat_array" (x, n, axis) Vm Pure;
    /// The elements of an array, or items of a list, at indices.
    TakeArray "__take_array" (x, indices, axis) Vm Pure;

    // ---- tasks ---------------------------------------------------------------------------------
    /// Suspends the task for some seconds, not the thread; gives `none`.
    /// Units: seconds.
    /// Note: tasks run in a later version; now it throws a TypeError.
    Sleep "sleep" (seconds) Task Waits;
    /// Starts a task that calls `f` with the arguments, and gives the task; `await` gives its result.
    /// Note: tasks run in a later version; now it throws a TypeError.
    Spawn "spawn" (f, ...args) Task Io;
    /// Asks a task to end: what it waits for throws Cancelled.
    /// Note: tasks run in a later version; now it throws a TypeError.
    Cancel "cancel" (task) Task Io;
}

impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

static PARAMS: LazyLock<Vec<Vec<BuiltinParam>>> =
    LazyLock::new(|| Builtin::ALL.iter().map(|b| parse_signature(b.signature())).collect());

static BY_NAME: LazyLock<HashMap<&'static str, Builtin>> =
    LazyLock::new(|| Builtin::ALL.iter().map(|&b| (b.name(), b)).collect());

impl Builtin {
    pub fn from_name(name: &str) -> Option<Builtin> {
        BY_NAME.get(name).copied()
    }

    pub fn params(self) -> &'static [BuiltinParam] {
        &PARAMS[self as usize]
    }

    /// Whether it works on each element of arrays by itself.
    pub fn is_elementwise(self) -> bool {
        use Builtin::*;
        matches!(
            self,
            Sin | Cos
                | Tan
                | Asin
                | Acos
                | Atan
                | Sinh
                | Cosh
                | Tanh
                | Asinh
                | Acosh
                | Atanh
                | Exp
                | Exp2
                | Expm1
                | Log
                | Log1p
                | Log2
                | Log10
                | Sqrt
                | Cbrt
                | Abs
                | Sign
                | Floor
                | Ceil
                | Trunc
                | Erf
                | Erfc
                | Gamma
                | Lgamma
                | IsNan
                | IsInf
                | IsFinite
                | Real
                | Imag
                | Conj
                | Angle
                | Atan2
                | Hypot
                | Pow
                | WrappingAdd
                | WrappingSub
                | WrappingMul
                | Where
                | Clamp
                | Float
                | F32
                | Min
                | Max
        )
    }

    /// Whether it reduces an array, alone among its arguments or after the name of the reduction.
    pub fn is_reduction(self) -> bool {
        use Builtin::*;
        matches!(self, ReduceArray | Mean | ArgMin | ArgMax | Min | Max)
    }

    /// Whether a module of builtins has this name (`linalg`, `io`).
    pub fn is_module(name: &str) -> bool {
        Builtin::ALL
            .iter()
            .any(|b| b.name().split_once('.').is_some_and(|(module, _)| module == name))
    }

    /// Whether it can stand behind the dot of a value: it is a function of no module that takes arguments.
    pub fn is_method(self) -> bool {
        !self.params().is_empty() && !self.name().contains('.') && !self.name().starts_with("__")
    }
}

/// Splits a parameter list of the table at its commas and takes each apart.
fn parse_signature(text: &'static str) -> Vec<BuiltinParam> {
    split_top_level(text)
        .into_iter()
        .map(|part| {
            let (head, default) = match part.split_once('=') {
                Some((head, default)) => (head.trim(), Some(default.trim())),
                None => (part, None),
            };
            let (variadic, head) = strip(head, "...");
            let (mutable, name) = strip(head, "mut ");
            BuiltinParam { name: name.trim(), default, mutable, variadic }
        })
        .collect()
}

fn strip<'a>(text: &'a str, prefix: &str) -> (bool, &'a str) {
    match text.trim().strip_prefix(prefix) {
        Some(rest) => (true, rest),
        None => (false, text.trim()),
    }
}

fn split_top_level(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut start, mut in_string) = (Vec::new(), 0, false);
    for (i, c) in text.char_indices() {
        match c {
            '"' => in_string = !in_string,
            ',' if !in_string => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for &b in Builtin::ALL {
            assert_eq!(Builtin::from_name(b.name()), Some(b), "{} stands twice", b.name());
        }
    }

    #[test]
    fn signatures_are_taken_apart() {
        let print = Builtin::Print.params();
        assert_eq!(print.len(), 3);
        assert!(print[0].variadic && print[0].name == "values");
        assert_eq!(print[1].default, Some("\" \""));
        let push = Builtin::Push.params();
        assert!(push[0].mutable && push[0].name == "xs");
        assert!(Builtin::TimeNow.params().is_empty());
        assert_eq!(Builtin::ArgSort.params()[1].default, Some("-1"));
    }
}
