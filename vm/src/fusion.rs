//! Gathers operations on values, and runs those on large arrays together.
//!
//! What has no result, or no meaning, is not taken in: whoever asks does it by itself then, and the error is
//! that of the operation.

use crate::array::graph::{Arg, Graph, NodeId};
use crate::array::{ArrayError, BinaryOp, ReduceOp, UnaryOp, is_one_pass, reduce_node};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::ops;
use crate::std::{Elementwise, elementwise, reduced_axes, scalar_or_array};
use crate::value::Value;
use quern_ir::function::{Fused, FusedArg, FusedOp, Weak};
use quern_ir::{Builtin, DType, ErrorKind, Op};
use smallvec::SmallVec;

/// A value, or what will be an array.
#[derive(Clone)]
pub(crate) enum Held {
    Value(Value),
    Node(NodeId),
}

/// Operations that wait.
pub(crate) struct Fusion<'s> {
    pub(crate) stop: Stop<'s>,
    pub(crate) graph: Graph,
    /// Elements from which on an array is large.
    large: usize,
}

/// What is to be done with the rows of a node.
pub(crate) struct Reduction {
    op: ReduceOp,
    node: NodeId,
    axes: Option<Vec<i64>>,
    keepdims: bool,
}

impl<'s> Fusion<'s> {
    pub(crate) fn new(stop: Stop<'s>, large: usize) -> Fusion<'s> {
        Fusion { stop, graph: Graph::default(), large }
    }

    /// The value, once what waits is run.
    pub(crate) fn value(&self, held: Held) -> Value {
        match held {
            Held::Value(value) => value,
            Held::Node(node) => match self.graph.array(node) {
                Some(array) => Value::array(array.clone()),
                None => unreachable!("a value is asked for once everything is run"),
            },
        }
    }

    /// An operator; `None` if it has to be done by itself.
    ///
    /// # Errors
    /// What ends a run from outside.
    pub(crate) fn operator(
        &mut self,
        op: Op,
        weak: Option<Weak>,
        args: &[Held],
    ) -> Result<Option<Held>, Error> {
        match (op, args) {
            (Op::Neg, [x]) => self.unary(UnaryOp::Neg, x),
            (Op::BitNot, [x]) => self.unary(UnaryOp::Not, x),
            (_, [x, y]) => match ops::array_op(op) {
                Some(_)
                    if let (Held::Value(x), Held::Value(y)) = (x, y)
                        && !self.is_large(x)
                        && !self.is_large(y) =>
                {
                    Ok(self.small(op, weak, x, y))
                }
                Some(what) => self.binary(what, x, y),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// An operator on numbers or small arrays.
    fn small(&self, op: Op, weak: Option<Weak>, x: &Value, y: &Value) -> Option<Held> {
        let is_number = |value: &Value| value.is_scalar() || matches!(value, Value::Array(_));
        if !is_number(x) || !is_number(y) {
            return None;
        }
        let (x, y) = ops::settle(weak, x.clone(), y.clone());
        let done = match op.comparison() {
            Some(cond) => ops::compare(self.stop, cond, x, y),
            None => ops::binary(self.stop, op, x, y),
        };
        done.ok().map(Held::Value)
    }

    /// An operation of two operands, one of them large.
    fn binary(&mut self, op: BinaryOp, x: &Held, y: &Held) -> Result<Option<Held>, Error> {
        if !self.is_large_held(x) && !self.is_large_held(y) {
            return Ok(None);
        }
        let (Some(x), Some(y)) = (self.arg(x), self.arg(y)) else { return Ok(None) };
        let node = self.graph.binary(self.stop, op, x, y);
        taken_in(node)
    }

    /// An operation of one operand; `None` if it has to be done by itself.
    ///
    /// # Errors
    /// What ends a run from outside.
    pub(crate) fn unary(&mut self, op: UnaryOp, x: &Held) -> Result<Option<Held>, Error> {
        if !self.is_large_held(x) {
            return Ok(None);
        }
        let Some(Arg::Node(node)) = self.arg(x) else { return Ok(None) };
        let node = self.graph.unary(self.stop, op, node);
        taken_in(node)
    }

    /// A call of a builtin on each element; `None` if it is none, or has to be done by itself.
    ///
    /// # Errors
    /// What ends a run from outside.
    pub(crate) fn elementwise(
        &mut self,
        builtin: Builtin,
        args: &[Held],
    ) -> Result<Option<Held>, Error> {
        match (elementwise(builtin), args) {
            (Some(Elementwise::Unary(op)), [x]) => self.unary(op, x),
            (Some(Elementwise::Binary(op)), [x, y]) => self.binary(op, x, y),
            (Some(Elementwise::Select), [condition, a, b]) => self.select(condition, a, b),
            (Some(Elementwise::Clamp), [x, low, high]) => self.clamp(x, low, high),
            (Some(Elementwise::Cast(dtype)), [x]) => Ok(self.cast(x, dtype)),
            _ => Ok(None),
        }
    }

    fn select(&mut self, condition: &Held, a: &Held, b: &Held) -> Result<Option<Held>, Error> {
        if !self.is_large_held(condition) {
            return Ok(None);
        }
        let (condition, a, b) = (self.arg(condition), self.arg(a), self.arg(b));
        let (Some(Arg::Node(condition)), Some(a), Some(b)) = (condition, a, b) else {
            return Ok(None);
        };
        let node = self.graph.select(self.stop, condition, a, b);
        taken_in(node)
    }

    fn clamp(&mut self, x: &Held, low: &Held, high: &Held) -> Result<Option<Held>, Error> {
        let bound = |held: &Held| match held {
            Held::Value(value) => value.as_float(),
            Held::Node(_) => None,
        };
        match (bound(low), bound(high)) {
            (Some(low), Some(high)) if low > high => return Ok(None),
            _ => {}
        }
        match self.binary(BinaryOp::Max, x, low)? {
            Some(raised) => self.binary(BinaryOp::Min, &raised, high),
            None => Ok(None),
        }
    }

    /// An array as floats; `None` for what has no real counterpart.
    fn cast(&mut self, x: &Held, dtype: DType) -> Option<Held> {
        if !self.is_large_held(x) {
            return None;
        }
        match self.arg(x)? {
            Arg::Node(node) if self.graph.dtype(node) != DType::Complex => {
                Some(Held::Node(self.graph.cast(node, dtype)))
            }
            _ => None,
        }
    }

    fn arg(&mut self, held: &Held) -> Option<Arg> {
        match held {
            Held::Node(node) => Some(Arg::Node(*node)),
            Held::Value(Value::Array(array)) => Some(Arg::Node(self.graph.leaf((**array).clone()))),
            Held::Value(value) => value.as_scalar().map(Arg::Scalar),
        }
    }

    fn is_large(&self, value: &Value) -> bool {
        matches!(value, Value::Array(array) if array.size() >= self.large)
    }

    fn is_large_held(&self, held: &Held) -> bool {
        match held {
            Held::Node(_) => true,
            Held::Value(value) => self.is_large(value),
        }
    }

    /// What a call of a builtin reduces, if that waits. The arguments may end before the options.
    pub(crate) fn reduction(&self, builtin: Builtin, args: &[Held]) -> Option<Reduction> {
        let args: SmallVec<[Held; 4]> = match (builtin, args) {
            // Of their further values a reduction has none.
            (Builtin::Min | Builtin::Max, [x, Held::Value(Value::List(rest)), options @ ..])
                if rest.is_empty() =>
            {
                std::iter::once(x).chain(options).cloned().collect()
            }
            (Builtin::Min | Builtin::Max, [_, _, ..]) => return None,
            _ => args.iter().cloned().collect(),
        };
        let (op, args) = match (builtin, &args[..]) {
            (Builtin::Sum, args) => (ReduceOp::Sum, args),
            (Builtin::Prod, args) => (ReduceOp::Prod, args),
            (Builtin::Any, args) => (ReduceOp::Any, args),
            (Builtin::All, args) => (ReduceOp::All, args),
            (Builtin::Mean, args) => (ReduceOp::Mean, args),
            (Builtin::ArgMin, args) => (ReduceOp::ArgMin, args),
            (Builtin::ArgMax, args) => (ReduceOp::ArgMax, args),
            (Builtin::ReduceArray, [Held::Value(name), args @ ..]) => {
                (ReduceOp::from_name(name.as_str()?)?, args)
            }
            (Builtin::Min, args) => (ReduceOp::Min, args),
            (Builtin::Max, args) => (ReduceOp::Max, args),
            _ => return None,
        };
        let &[Held::Node(node), ref options @ ..] = args else { return None };
        let (axes, keepdims) = match options {
            [] => (None, false),
            [Held::Value(axes)] => (reduced_axes(axes)?, false),
            [Held::Value(axes), Held::Value(Value::Bool(keepdims))] => {
                (reduced_axes(axes)?, *keepdims)
            }
            _ => return None,
        };
        let is_it = self.graph.is_pending(node)
            && op.takes(self.graph.dtype(node))
            && is_one_pass(op, self.graph.shape(node), axes.as_deref());
        is_it.then_some(Reduction { op, node, axes, keepdims })
    }

    /// Reduces a node in one pass with those of `live` that have its shape. `None` if that has to be done by
    /// itself.
    ///
    /// # Errors
    /// What ends a run from outside.
    pub(crate) fn reduce(
        &mut self,
        reduction: &Reduction,
        live: &[NodeId],
    ) -> Result<Option<Value>, Error> {
        let shape = self.graph.shape(reduction.node);
        let beside = live.iter().copied().filter(|&other| self.graph.shape(other) == shape);
        let beside: SmallVec<[NodeId; 4]> = beside.collect();
        let how = (reduction.axes.as_deref(), reduction.keepdims);
        let (stop, graph) = (self.stop, &mut self.graph);
        match reduce_node(stop, reduction.op, graph, reduction.node, &beside, how) {
            Ok(array) => Ok(array.map(scalar_or_array)),
            Err(error) => from_outside(error).map(|()| None),
        }
    }
}

/// Runs the operations of a `fuse`. Answers its results; `None` if they have to be done one by one.
///
/// # Errors
/// What ends a run from outside.
pub fn run_fused(
    stop: Stop<'_>,
    large: usize,
    fused: &Fused,
    args: &[&Value],
) -> Result<Option<SmallVec<[Value; 4]>>, Error> {
    let mut fusion = Fusion::new(stop, large);
    if !args.iter().any(|value| fusion.is_large(value)) {
        return Ok(None);
    }
    let mut made: Vec<Held> = Vec::with_capacity(fused.steps.len());
    for (n, step) in fused.steps.iter().enumerate() {
        let args = step.args.iter().map(|arg| match *arg {
            FusedArg::Operand(operand) => Held::Value(args[operand].clone()),
            FusedArg::Step(step) => made[step].clone(),
        });
        let args: SmallVec<[Held; 4]> = args.collect();
        let result = match step.op {
            FusedOp::Operator(op, weak) => fusion.operator(op, weak, &args)?,
            FusedOp::Builtin(builtin) => match fusion.elementwise(builtin, &args)? {
                Some(result) => Some(result),
                None => match fusion.reduction(builtin, &args) {
                    Some(reduction) => {
                        let live = live_after(fused, &made, n);
                        fusion.reduce(&reduction, &live)?.map(Held::Value)
                    }
                    None => None,
                },
            },
        };
        let Some(result) = result else { return Ok(None) };
        made.push(result);
    }
    let results = || fused.results.iter().map(|&step| made[step].clone());
    let nodes: SmallVec<[NodeId; 4]> = results().filter_map(node_of).collect();
    if !fusion.graph.run_all(stop, &nodes)? || !fusion.graph.is_tried() {
        return Ok(None);
    }
    Ok(Some(results().map(|held| fusion.value(held)).collect()))
}

/// What was made before step `n` and is used after it.
fn live_after(fused: &Fused, made: &[Held], n: usize) -> SmallVec<[NodeId; 4]> {
    let is_used = |step: &usize| {
        let later = fused.steps[n + 1..].iter().flat_map(|later| &later.args);
        fused.results.contains(step) || later.into_iter().any(|arg| *arg == FusedArg::Step(*step))
    };
    (0..n).filter(is_used).filter_map(|step| node_of(made[step].clone())).collect()
}

fn node_of(held: Held) -> Option<NodeId> {
    match held {
        Held::Node(node) => Some(node),
        Held::Value(_) => None,
    }
}

/// A node that was taken in; an error that is not from outside is that of the operation.
fn taken_in(node: Result<Option<NodeId>, ArrayError>) -> Result<Option<Held>, Error> {
    match node {
        Ok(node) => Ok(node.map(Held::Node)),
        Err(error) => from_outside(error).map(|()| None),
    }
}

fn from_outside(error: ArrayError) -> Result<(), Error> {
    match error.kind {
        ErrorKind::Cancelled | ErrorKind::Timeout => Err(error.into()),
        _ => Ok(()),
    }
}
