//! Reading parts of an array: `a[i, 1..3, ..., mask]`.

use super::Array;

/// One entry of an index expression.
#[derive(Clone, Debug)]
pub enum Index {
    /// A position; negative ones count from the end. The axis goes away.
    At(i64),
    /// `start..stop by step`, `start..=stop` if `inclusive`; bounds past the end are clamped.
    Slice {
        start: Option<i64>,
        stop: Option<i64>,
        step: i64,
        inclusive: bool,
    },
    /// `...`: all the axes the other entries leave over.
    Ellipsis,
    /// A new axis of length 1.
    NewAxis,
    /// A bool array; takes as many axes as it has.
    Mask(Array),
    /// An integer array of positions along one axis.
    Take(Array),
}

impl Index {
    /// `..`: one whole axis.
    pub const ALL: Index = Index::Slice {
        start: None,
        stop: None,
        step: 1,
        inclusive: false,
    };
}
