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
    /// Writes the values separated by `sep`, then `end`, to standard output.
    Print "print" (...values, sep = " ", end = "\n") Host Io;
    /// Like `print`, with strings quoted and the type beside the value; gives the value back.
    Display "display" (value) Host Io;
    /// Makes an error value to throw.
    Error "error" (message, kind = "Error", hint = none, payload = none) Vm Pure;
    /// Throws an AssertionError when the condition is false.
    Assert "assert" (condition, message = none) Vm Pure;
    /// Shows the documentation of a function or builtin.
    Help "help" (subject = none) Host Io;
    /// The name of the type of a value.
    TypeOf "type" (value) Vm Pure;
    /// Whether two whole values are equal, arrays element by element.
    Equal "equal" (a, b) Vm Pure;
    /// Number of items, characters, entries, or rows.
    Len "len" (x) Vm Pure;
    /// The value itself, with any pending array computation done.
    Eval "eval" (x) Vm Pure;

    // ---- conversions ---------------------------------------------------------------------------
    /// To int: truncates a float, parses text in a base, casts an array.
    Int "int" (x, base = 10) Vm Pure;
    /// To float.
    Float "float" (x) Vm Pure;
    /// To 32-bit float.
    F32 "f32" (x) Vm Pure;
    /// Casts an array to 32-bit integers.
    I32 "i32" (x) Vm Pure;
    /// Casts an array to bytes.
    U8 "u8" (x) Vm Pure;
    /// To bool: parses text, casts an array; numbers are true when not zero.
    Bool "bool" (x) Vm Pure;
    /// To complex, from a number, two parts or an array.
    Complex "complex" (re, im = 0) Vm Pure;
    /// The text of a value; of a u8 array, the text its bytes encode.
    Str "str" (x) Vm Pure;
    /// The text of a value as `display` shows it.
    Repr "repr" (x) Vm Pure;
    /// A list of what an iterable gives.
    List "list" (x = []) Prelude Calls;
    /// An array of what an iterable gives.
    Array "array" (x, dtype = none) Prelude Calls;
    /// The tuple of what an iterable gives.
    Tuple "tuple" (x) Prelude Calls;
    /// A dict from (key, value) pairs, or a record.
    Dict "dict" (items = []) Prelude Calls;
    /// A record from (name, value) pairs or a dict with string keys.
    Record "record" (items) Prelude Calls;
    /// An array with another element type.
    AsType "astype" (x, dtype) Vm Pure;
    /// The UTF-8 bytes of a string as a u8 array.
    Bytes "bytes" (s) Vm Pure;

    // ---- scalar and elementwise maths ----------------------------------------------------------
    Sin "sin" (x) Vm Pure;
    Cos "cos" (x) Vm Pure;
    Tan "tan" (x) Vm Pure;
    Asin "asin" (x) Vm Pure;
    Acos "acos" (x) Vm Pure;
    Atan "atan" (x) Vm Pure;
    /// Arc tangent of `y / x` in the right quadrant, in radians in [-pi, pi].
    Atan2 "atan2" (y, x) Vm Pure;
    Sinh "sinh" (x) Vm Pure;
    Cosh "cosh" (x) Vm Pure;
    Tanh "tanh" (x) Vm Pure;
    Asinh "asinh" (x) Vm Pure;
    Acosh "acosh" (x) Vm Pure;
    Atanh "atanh" (x) Vm Pure;
    Exp "exp" (x) Vm Pure;
    Exp2 "exp2" (x) Vm Pure;
    Expm1 "expm1" (x) Vm Pure;
    Log "log" (x) Vm Pure;
    Log1p "log1p" (x) Vm Pure;
    Log2 "log2" (x) Vm Pure;
    Log10 "log10" (x) Vm Pure;
    Sqrt "sqrt" (x) Vm Pure;
    Cbrt "cbrt" (x) Vm Pure;
    /// Absolute value; the modulus of a complex number. `abs` of the least int throws.
    Abs "abs" (x) Vm Pure;
    /// -1, 0 or 1 by the sign; NaN for NaN.
    Sign "sign" (x) Vm Pure;
    Floor "floor" (x) Vm Pure;
    Ceil "ceil" (x) Vm Pure;
    /// Nearest, halves to even, to `digits` decimal places.
    Round "round" (x, digits = 0) Vm Pure;
    Trunc "trunc" (x) Vm Pure;
    Hypot "hypot" (x, y) Vm Pure;
    /// `x * y + z` rounded once.
    Fma "fma" (x, y, z) Vm Pure;
    /// `x` raised to `y`, as `^`.
    Pow "pow" (x, y) Vm Pure;
    Erf "erf" (x) Vm Pure;
    Erfc "erfc" (x) Vm Pure;
    Gamma "gamma" (x) Vm Pure;
    /// The logarithm of the absolute value of the gamma function.
    Lgamma "lgamma" (x) Vm Pure;
    IsNan "isnan" (x) Vm Pure;
    IsInf "isinf" (x) Vm Pure;
    IsFinite "isfinite" (x) Vm Pure;
    Real "real" (z) Vm Pure;
    Imag "imag" (z) Vm Pure;
    Conj "conj" (z) Vm Pure;
    /// The angle of a complex number, in radians in [-pi, pi].
    Angle "angle" (z) Vm Pure;
    /// The least of the arguments elementwise; of one array or list, its least element. NaN wins.
    Min "min" (x, ...rest, axis = none, keepdims = false) Vm Pure;
    /// The greatest of the arguments elementwise; of one array or list, its greatest element. NaN wins.
    Max "max" (x, ...rest, axis = none, keepdims = false) Vm Pure;
    /// `x` limited to [lo, hi].
    Clamp "clamp" (x, lo, hi) Vm Pure;
    /// `a` where the condition holds, else `b`, elementwise.
    Where "where" (condition, a, b) Vm Pure;
    /// Quotient and remainder, rounded down, as a tuple.
    DivMod "divmod" (a, b) Vm Pure;
    /// Greatest common divisor.
    Gcd "gcd" (a, b) Vm Pure;
    /// Least common multiple.
    Lcm "lcm" (a, b) Vm Pure;
    Factorial "factorial" (n) Vm Pure;
    WrappingAdd "wrapping_add" (a, b) Vm Pure;
    WrappingSub "wrapping_sub" (a, b) Vm Pure;
    WrappingMul "wrapping_mul" (a, b) Vm Pure;
    /// Degrees to radians.
    Radians "radians" (x) Vm Pure;
    /// Radians to degrees.
    Degrees "degrees" (x) Vm Pure;
    /// Whether numbers agree within `rtol * abs(b) + atol`, elementwise.
    IsClose "isclose" (a, b, rtol = 1e-5, atol = 1e-8) Vm Pure;
    /// Whether all elements agree within `rtol * abs(b) + atol`.
    AllClose "allclose" (a, b, rtol = 1e-5, atol = 1e-8) Vm Pure;

    // ---- making arrays -------------------------------------------------------------------------
    Zeros "zeros" (...shape, dtype = float) Vm Pure;
    Ones "ones" (...shape, dtype = float) Vm Pure;
    Full "full" (shape, value, dtype = none) Vm Pure;
    /// The n by m matrix with ones on the diagonal.
    Eye "eye" (n, m = none, dtype = float) Vm Pure;
    /// Evenly spaced values from start (0) to below stop.
    Arange "arange" (start, stop = none, step = 1, dtype = none) Vm Pure;
    /// `n` evenly spaced values from a to b, both included.
    Linspace "linspace" (a, b, n = 50, dtype = float) Vm Pure;
    /// Uniform random numbers in [0, 1).
    Rand "rand" (...shape, dtype = float) Task Io;
    /// Standard normal random numbers.
    Randn "randn" (...shape, dtype = float) Task Io;
    /// Random integers from lo to below hi.
    Randint "randint" (lo, hi, shape = none, dtype = int) Task Io;
    Reshape "reshape" (a, ...shape) Vm Pure;
    /// All elements in row-major order, one-dimensional.
    Ravel "ravel" (a) Vm Pure;
    /// Joins arrays (or lists) along an existing axis.
    ConcatArrays "concat" (items, axis = 0) Vm Pure;
    /// Joins equal-shape arrays along a new axis.
    Stack "stack" (items, axis = 0) Vm Pure;
    Tile "tile" (a, reps) Vm Pure;
    /// Each element of an array `n` times (along an axis); a string `n` times; any other value as a
    /// lazy sequence of `n`.
    Repeat "repeat" (x, n, axis = none) Prelude Pure;
    Meshgrid "meshgrid" (x, y) Vm Pure;
    /// The matrix with this diagonal, or the diagonal of a matrix.
    Diag "diag" (a, k = 0) Vm Pure;
    Triu "triu" (a, k = 0) Vm Pure;
    Tril "tril" (a, k = 0) Vm Pure;
    Transpose "transpose" (a, axes = none) Vm Pure;
    SwapAxes "swapaxes" (a, i, j) Vm Pure;
    BroadcastTo "broadcast_to" (a, shape) Vm Pure;
    Squeeze "squeeze" (a, axis = none) Vm Pure;
    ExpandDims "expand_dims" (a, axis) Vm Pure;
    Outer "outer" (a, b) Vm Pure;
    Dot "dot" (a, b) Vm Pure;
    /// The matrix product, as `@`.
    MatMul "matmul" (a, b) Vm Pure;
    Trace "trace" (a) Vm Pure;

    // ---- reductions and order ------------------------------------------------------------------
    /// Sum of the elements, added pairwise; of a list or any iterable too.
    Sum "sum" (x, axis = none, keepdims = false) Prelude Pure;
    Prod "prod" (x, axis = none, keepdims = false) Prelude Pure;
    Mean "mean" (x, axis = none, keepdims = false) Vm Pure;
    Var "var" (x, axis = none, keepdims = false, ddof = 0) Vm Pure;
    Std "std" (x, axis = none, keepdims = false, ddof = 0) Vm Pure;
    ArgMin "argmin" (x, axis = none, keepdims = false) Vm Pure;
    ArgMax "argmax" (x, axis = none, keepdims = false) Vm Pure;
    /// Whether any element is true.
    Any "any" (x, axis = none, keepdims = false) Prelude Pure;
    /// Whether every element is true.
    All "all" (x, axis = none, keepdims = false) Prelude Pure;
    /// How many elements are true, or equal to a value.
    Count "count" (x, value = true) Prelude Calls;
    Median "median" (x, axis = none, keepdims = false) Vm Pure;
    /// The q-quantile, q in [0, 1], by linear interpolation.
    Quantile "quantile" (x, q, axis = none, keepdims = false) Vm Pure;
    Cumsum "cumsum" (x, axis = none) Vm Pure;
    Cumprod "cumprod" (x, axis = none) Vm Pure;
    Norm "norm" (x, ord = none, axis = none, keepdims = false) Vm Pure;
    /// Ascending, stable, NaN last; by the key function when one is given.
    Sort "sort" (xs, key = none, reverse = false, axis = -1) Prelude Calls;
    ArgSort "argsort" (x, axis = -1, reverse = false) Vm Pure;
    SearchSorted "searchsorted" (sorted, values, side = "left") Vm Pure;
    /// The distinct values, ascending for arrays, in order of first appearance for lists.
    Unique "unique" (x, counts = false) Vm Pure;
    BinCount "bincount" (x, minlength = 0) Vm Pure;
    /// Counts and bin edges as a tuple.
    Histogram "histogram" (x, bins = 10, range = none) Vm Pure;
    Reverse "reverse" (x, axis = 0) Vm Pure;
    Roll "roll" (x, shift, axis = none) Vm Pure;
    Diff "diff" (x, n = 1, axis = -1) Vm Pure;
    /// The positions of true or nonzero elements, one index array an axis.
    Nonzero "nonzero" (x) Vm Pure;
    Take "take" (x, n, axis = none) Prelude Calls;
    Skip "skip" (x, n) Prelude Calls;

    // ---- higher order --------------------------------------------------------------------------
    /// The results of `f` on each item: an array where they are numbers of one type and shape.
    Map "map" (xs, f) Prelude Calls;
    Filter "filter" (xs, f) Prelude Calls;
    /// Folds from the left; without `init`, from the first item.
    Reduce "reduce" (xs, f, init = none) Prelude Calls;
    /// The running results of a fold.
    Scan "scan" (xs, f, init = none) Prelude Calls;
    FlatMap "flat_map" (xs, f) Prelude Calls;
    Zip "zip" (...iterables) Prelude Calls;
    Enumerate "enumerate" (xs, start = 0) Prelude Calls;
    /// Calls `f` on each item for its effect.
    ForEach "for_each" (xs, f) Prelude Calls;
    /// The index of the first item for which `f` holds, or `none`.
    FindIndex "find_index" (xs, f) Prelude Calls;
    /// A dict from key to the list of items with that key.
    GroupBy "group_by" (xs, f) Prelude Calls;
    /// What a generator or other iterable gives, as `list` or array.
    Collect "collect" (xs) Prelude Calls;
    TakeWhile "take_while" (xs, f) Prelude Calls;
    SkipWhile "skip_while" (xs, f) Prelude Calls;
    /// Consecutive pieces of `n` items.
    Chunks "chunks" (xs, n) Prelude Calls;
    /// Overlapping runs of `n` items.
    Windows "windows" (xs, n) Prelude Calls;
    /// The items at which `f` is least, and greatest.
    MinBy "min_by" (xs, f) Prelude Calls;
    MaxBy "max_by" (xs, f) Prelude Calls;
    /// Two lists: the items for which `f` holds, and the others.
    Partition "partition" (xs, f) Prelude Calls;

    // ---- lists and dicts -----------------------------------------------------------------------
    Push "push" (mut xs, value) Vm Pure;
    /// Removes and gives the last item.
    Pop "pop" (mut xs) Vm Pure;
    Insert "insert" (mut xs, index, value) Vm Pure;
    /// Removes and gives the item at an index, or the value at a key.
    Remove "remove" (mut xs, key) Vm Pure;
    Extend "extend" (mut xs, items) Prelude Calls;
    Clear "clear" (mut xs) Vm Pure;
    First "first" (xs) Vm Pure;
    Last "last" (xs) Vm Pure;
    /// The value at a key, or the default.
    Get "get" (d, key, default = none) Vm Pure;
    Keys "keys" (d) Vm Pure;
    Values "values" (d) Vm Pure;
    Items "items" (d) Vm Pure;
    /// Entries of both, those of the second winning.
    Merge "merge" (a, b) Vm Pure;
    /// Whether a record has a field.
    HasField "has_field" (r, name) Vm Pure;
    /// The index of the first equal item, or `none`.
    IndexOf "index_of" (xs, value) Vm Pure;

    // ---- text ----------------------------------------------------------------------------------
    Split "split" (s, sep = none, limit = none) Vm Pure;
    Lines "lines" (s) Vm Pure;
    Join "join" (items, sep = "") Prelude Calls;
    Replace "replace" (s, old, new) Vm Pure;
    Trim "trim" (s, chars = none) Vm Pure;
    TrimStart "trim_start" (s, chars = none) Vm Pure;
    TrimEnd "trim_end" (s, chars = none) Vm Pure;
    Upper "upper" (s) Vm Pure;
    Lower "lower" (s) Vm Pure;
    /// The index of the first occurrence, or `none`.
    Find "find" (s, what) Vm Pure;
    StartsWith "starts_with" (s, prefix) Vm Pure;
    EndsWith "ends_with" (s, suffix) Vm Pure;
    Contains "contains" (s, what) Vm Pure;
    PadStart "pad_start" (s, width, fill = " ") Vm Pure;
    PadEnd "pad_end" (s, width, fill = " ") Vm Pure;
    Ord "ord" (c) Vm Pure;
    Chr "chr" (n) Vm Pure;
    Chars "chars" (s) Vm Pure;
    /// The text of a value in a format of the mini-language.
    FormatValue "format" (x, spec = "") Vm Pure;
    /// Whether the pattern occurs. Patterns are those of the `regex` crate.
    RegexTest "regex.test" (pattern, s) Vm Pure;
    /// The first match as a record {text, start, end, groups}, or `none`.
    RegexFind "regex.find" (pattern, s) Vm Pure;
    RegexFindAll "regex.find_all" (pattern, s) Vm Pure;
    RegexReplace "regex.replace" (pattern, s, with) Vm Pure;
    RegexSplit "regex.split" (pattern, s) Vm Pure;

    // ---- the outside: files, formats, time, the process ----------------------------------------
    IoReadText "io.read_text" (path) Host Waits;
    IoReadLines "io.read_lines" (path) Host Waits;
    IoReadBytes "io.read_bytes" (path) Host Waits;
    IoWriteText "io.write_text" (path, text, append = false) Host Waits;
    IoWriteBytes "io.write_bytes" (path, bytes) Host Waits;
    IoExists "io.exists" (path) Host Io;
    IoRemove "io.remove" (path) Host Waits;
    IoListDir "io.list_dir" (path) Host Waits;
    /// A record of columns, arrays where all numbers and lists of strings elsewhere.
    IoReadCsv "io.read_csv" (path, header = true, delim = ",", comment = none, missing = "", as = "columns") Host Waits;
    IoParseCsv "io.parse_csv" (text, header = true, delim = ",", comment = none, missing = "", as = "columns") Host Pure;
    IoWriteCsv "io.write_csv" (path, table, delim = ",", header = true) Host Waits;
    IoReadJson "io.read_json" (path) Host Waits;
    IoWriteJson "io.write_json" (path, value, indent = 2) Host Waits;
    JsonParse "json.parse" (text) Host Pure;
    JsonString "json.string" (value, indent = none) Host Pure;
    /// A line of standard input without its end, `none` at the end of input.
    Input "input" (prompt = "") Host Waits;
    /// Seconds from an arbitrary fixed moment, never going back.
    TimeNow "time.now" () Host Io;
    /// Seconds since 1970-01-01 UTC.
    TimeUnix "time.unix" () Host Io;
    /// A moment as text, ISO 8601 in UTC.
    TimeIso "time.iso" (unix = none) Host Io;
    /// The seconds a call of `f` takes, its result computed.
    TimeIt "time.it" (f, repeats = 1) Prelude Calls;
    /// The arguments of the script; scripts write `os.args`.
    OsArgs "__os_args" () Host Io;
    OsEnv "os.env" (name, default = none) Host Io;
    OsExit "os.exit" (code = 0) Host Io;
    OsCwd "os.cwd" () Host Io;
    OsPlatform "os.platform" () Host Io;
    /// Starts the random numbers anew from a seed.
    RandomSeed "random.seed" (seed) Task Io;
    RandomChoice "random.choice" (xs, n = none) Prelude Calls;
    RandomShuffle "random.shuffle" (xs) Prelude Calls;
    RandomPermutation "random.permutation" (n) Task Io;

    // ---- inside: what the prelude is made of ---------------------------------------------------
    /// A list as an array where its items are numbers of one type and shape, else the list.
    ArrayOrList "__array_or_list" (xs) Vm Pure;
    /// Reduces a whole array; the first operand names the reduction.
    ReduceArray "__reduce_array" (what, x, axis, keepdims) Vm Pure;
    /// Whether a value is a generator or channel, walked once and lazily.
    IsLazy "__is_lazy" (x) Vm Pure;
    IsArray "__is_array" (x) Vm Pure;
    /// Sorts a list or array by its own order; `keys` (or none) decides instead of the items.
    SortBy "__sort_by" (xs, keys, reverse, axis) Vm Pure;
    /// An array of any nesting of lists and arrays, with a dtype or none.
    ToArray "__to_array" (xs, dtype) Vm Pure;
    /// An empty list that can hold so many items without growing.
    ListWithCapacity "__list_with_capacity" (n) Vm Pure;
    ToTuple "__to_tuple" (xs) Vm Pure;
    ToDict "__to_dict" (xs) Vm Pure;
    ToRecord "__to_record" (xs) Vm Pure;
    JoinStrings "__join_strings" (xs, sep) Vm Pure;
    RepeatArray "__repeat_array" (x, n, axis) Vm Pure;
    TakeArray "__take_array" (x, indices, axis) Vm Pure;

    // ---- tasks (section 6) ---------------------------------------------------------------------
    Sleep "sleep" (seconds) Task Waits;
    Spawn "spawn" (f, ...args) Task Io;
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

    /// Whether a module of builtins has this name (`linalg`, `io`).
    pub fn is_module(name: &str) -> bool {
        Builtin::ALL
            .iter()
            .any(|b| b.name().split_once('.').is_some_and(|(module, _)| module == name))
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
