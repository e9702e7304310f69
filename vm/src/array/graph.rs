//! Operations that wait to be run together.
//!
//! A graph holds operations on arrays whose shapes and dtypes are known and right. Nothing of it is seen
//! from outside: whoever makes one runs it before anybody looks at a result. What would be an error is not
//! taken in; the caller runs that operation by itself, and the error is that of the operation.

use super::Array;
use super::blocks::Input;
use super::cast::{Mode, cast_kernel, scalar_bytes};
use super::dims::Dims;
use super::elementwise::{Kind, compute_dtype, meet};
use super::error::Result;
use super::kernels::{binary_kernel, select_kernel, unary_kernel};
use super::ops::{BinaryOp, UnaryOp};
use super::partition::Partition;
use super::program::{Fold, FoldParts, Kernel, Place, Program, Step, run};
use super::promote::unary_compute;
use super::scalar::Scalar;
use super::shape_ops::broadcast_shapes;
use crate::interrupt::Stop;
use quern_ir::DType;
use smallvec::SmallVec;

/// An operation or array of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(usize);

/// An operand of an operation.
#[derive(Clone, Copy)]
pub(crate) enum Arg {
    Node(NodeId),
    Scalar(Scalar),
}

struct Node {
    what: What,
    dtype: DType,
    shape: Dims,
    /// Whether it was part of a pass in which every element had a result.
    has_run: bool,
}

impl Node {
    fn new(what: What, dtype: DType, shape: Dims) -> Node {
        Node { what, dtype, shape, has_run: false }
    }

    /// Whether it is an operation that has no result for some elements.
    fn may_fail(&self) -> bool {
        matches!(&self.what, What::Apply(apply) if apply.op.may_fail(self.dtype))
    }
}

enum What {
    Array(Array),
    Constant(Scalar),
    Apply(Apply),
}

struct Apply {
    op: Op,
    kernel: Kernel,
    args: SmallVec<[NodeId; 3]>,
}

/// What an operation is, to find the same one again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Cast,
    Unary(UnaryOp),
    Binary(BinaryOp),
    Select,
}

impl Op {
    /// Whether some elements may have no result of this dtype.
    fn may_fail(self, dtype: DType) -> bool {
        match self {
            Op::Unary(_) | Op::Binary(_) | Op::Cast => dtype.is_integer(),
            Op::Select => false,
        }
    }
}

/// Pending operations.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// Most nodes; what comes then begins a graph of its own.
    const MOST: usize = 64;

    pub(crate) fn is_full(&self) -> bool {
        self.nodes.len() >= Graph::MOST
    }

    pub(crate) fn dtype(&self, node: NodeId) -> DType {
        self.nodes[node.0].dtype
    }

    pub(crate) fn shape(&self, node: NodeId) -> &[i64] {
        &self.nodes[node.0].shape
    }

    /// Whether it is an operation that still has to be run.
    pub(crate) fn is_pending(&self, node: NodeId) -> bool {
        matches!(self.nodes[node.0].what, What::Apply(_))
    }

    /// Whether all operations that may fail were tried. What nobody wants the result of fails, too.
    pub(crate) fn is_tried(&self) -> bool {
        self.nodes.iter().all(|node| node.has_run || !node.may_fail())
    }

    /// How many operations wait.
    pub(crate) fn pending(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node.what, What::Apply(_))).count()
    }

    /// The array of a node that is no pending operation.
    pub(crate) fn array(&self, node: NodeId) -> Option<&Array> {
        match &self.nodes[node.0].what {
            What::Array(array) => Some(array),
            _ => None,
        }
    }

    /// Takes an array in.
    pub(crate) fn leaf(&mut self, array: Array) -> NodeId {
        let is_it = |node: &Node| match &node.what {
            What::Array(other) => {
                (other.addr(), other.dtype()) == (array.addr(), array.dtype())
                    && other.shape() == array.shape()
                    && other.strides() == array.strides()
            }
            _ => false,
        };
        if let Some(found) = self.nodes.iter().position(is_it) {
            return NodeId(found);
        }
        let (dtype, shape) = (array.dtype(), Dims::from_slice(array.shape()));
        self.add(Node::new(What::Array(array), dtype, shape))
    }

    /// `op` of a node; `None` where it is undefined.
    pub(crate) fn unary(
        &mut self,
        stop: Stop<'_>,
        op: UnaryOp,
        a: NodeId,
    ) -> Result<Option<NodeId>> {
        let compute = unary_compute(op, self.dtype(a));
        let Some((kernel, dtype)) = unary_kernel(op, compute) else { return Ok(None) };
        let shape = Dims::from_slice(self.shape(a));
        let Some(args) = self.fit(stop, &[Arg::Node(a)], &[compute], &shape)? else {
            return Ok(None);
        };
        Ok(Some(self.apply(Op::Unary(op), Kernel::Unary(kernel), args, dtype, &shape)))
    }

    /// `op` of two operands, one of them a node; `None` where it is undefined.
    pub(crate) fn binary(
        &mut self,
        stop: Stop<'_>,
        op: BinaryOp,
        a: Arg,
        b: Arg,
    ) -> Result<Option<NodeId>> {
        let compute = compute_dtype(op, self.kind(a), self.kind(b));
        let (op, a, b) = match op {
            BinaryOp::Gt => (BinaryOp::Lt, b, a),
            BinaryOp::Ge => (BinaryOp::Le, b, a),
            _ => (op, a, b),
        };
        let Some((kernel, dtype)) = binary_kernel(op, compute) else { return Ok(None) };
        let Some(shape) = self.common_shape(&[a, b]) else { return Ok(None) };
        let Some(args) = self.fit(stop, &[a, b], &[compute; 2], &shape)? else { return Ok(None) };
        Ok(Some(self.apply(Op::Binary(op), Kernel::Binary(kernel), args, dtype, &shape)))
    }

    /// `a` where the condition is true, else `b`; `None` where that is undefined.
    pub(crate) fn select(
        &mut self,
        stop: Stop<'_>,
        condition: NodeId,
        a: Arg,
        b: Arg,
    ) -> Result<Option<NodeId>> {
        let dtype = meet(self.kind(a), self.kind(b));
        let args = [Arg::Node(condition), a, b];
        if self.dtype(condition) != DType::Bool {
            return Ok(None);
        }
        let Some(shape) = self.common_shape(&args) else { return Ok(None) };
        let dtypes = [DType::Bool, dtype, dtype];
        let Some(args) = self.fit(stop, &args, &dtypes, &shape)? else { return Ok(None) };
        let kernel = Kernel::Ternary(select_kernel(dtype));
        Ok(Some(self.apply(Op::Select, kernel, args, dtype, &shape)))
    }

    /// The elements of a node in another dtype.
    pub(crate) fn cast(&mut self, node: NodeId, dtype: DType) -> NodeId {
        let from = self.dtype(node);
        if from == dtype {
            return node;
        }
        let kernel = Kernel::Cast(cast_kernel(from, dtype, Mode::Convert));
        let shape = Dims::from_slice(self.shape(node));
        self.apply(Op::Cast, kernel, smallvec::smallvec![node], dtype, &shape)
    }

    fn kind(&self, arg: Arg) -> Kind {
        match arg {
            Arg::Node(node) => Kind { dtype: self.dtype(node), scalar: None },
            Arg::Scalar(scalar) => Kind { dtype: scalar.dtype(), scalar: Some(scalar) },
        }
    }

    fn common_shape(&self, args: &[Arg]) -> Option<Dims> {
        args.iter().try_fold(Dims::from_slice(&[]), |shape, arg| match arg {
            Arg::Node(node) => {
                broadcast_shapes(&shape, self.shape(*node)).map(|s| Dims::from_slice(&s))
            }
            Arg::Scalar(_) => Some(shape),
        })
    }

    /// The operands as nodes of these dtypes and this shape, for which operations of another shape are run.
    fn fit(
        &mut self,
        stop: Stop<'_>,
        args: &[Arg],
        dtypes: &[DType],
        shape: &Dims,
    ) -> Result<Option<SmallVec<[NodeId; 3]>>> {
        let mut fitted = SmallVec::new();
        for (arg, &dtype) in args.iter().zip(dtypes) {
            fitted.push(match *arg {
                Arg::Scalar(scalar) => {
                    if scalar_bytes(scalar, dtype, Mode::Convert).is_err() {
                        return Ok(None);
                    }
                    self.constant(scalar, dtype)
                }
                Arg::Node(node) if self.nodes[node.0].shape == *shape => self.cast(node, dtype),
                Arg::Node(node) => {
                    if self.is_pending(node) && !self.run_all(stop, &[node])? {
                        return Ok(None);
                    }
                    let Some(array) = self.array(node) else { return Ok(None) };
                    let wide = array.broadcast_to(shape)?;
                    let wide = self.leaf(wide);
                    self.cast(wide, dtype)
                }
            });
        }
        Ok(Some(fitted))
    }

    fn constant(&mut self, scalar: Scalar, dtype: DType) -> NodeId {
        self.add(Node::new(What::Constant(scalar), dtype, Dims::from_slice(&[])))
    }

    /// The node of an operation: one that is there already, or a new one.
    fn apply(
        &mut self,
        op: Op,
        kernel: Kernel,
        args: SmallVec<[NodeId; 3]>,
        dtype: DType,
        shape: &Dims,
    ) -> NodeId {
        let is_it = |node: &Node| match &node.what {
            What::Apply(apply) => (apply.op, &apply.args, node.dtype) == (op, &args, dtype),
            _ => false,
        };
        match self.nodes.iter().position(is_it) {
            Some(found) => NodeId(found),
            None => {
                let what = What::Apply(Apply { op, kernel, args });
                self.add(Node::new(what, dtype, shape.clone()))
            }
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    /// Runs what these nodes take, those of one shape in one pass, so that all of them are arrays; `false` if
    /// an element has no result.
    pub(crate) fn run_all(&mut self, stop: Stop<'_>, nodes: &[NodeId]) -> Result<bool> {
        let mut left: SmallVec<[NodeId; 4]> =
            nodes.iter().copied().filter(|&node| self.is_pending(node)).collect();
        left.sort_unstable();
        left.dedup();
        while let Some(&first) = left.first() {
            let shape = self.nodes[first.0].shape.clone();
            let is_now = |node: &NodeId| self.nodes[node.0].shape == shape;
            let (now, later) = left.iter().copied().partition(is_now);
            left = later;
            let partition = Partition::of_elements(shape.iter().product::<i64>() as usize);
            if !self.force::<()>(stop, &now, &partition, None)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Runs what nodes of one shape take in one pass, and folds the rows of another one, of the same shape;
    /// those that are arrays already stay as they are. Whether every element has a result.
    pub(crate) fn force<P: Send>(
        &mut self,
        stop: Stop<'_>,
        roots: &[NodeId],
        partition: &Partition,
        fold: Option<FoldedNode<'_, P>>,
    ) -> Result<bool> {
        let roots: SmallVec<[NodeId; 4]> =
            roots.iter().copied().filter(|&root| self.is_pending(root)).collect();
        let plan = Plan::new(&self.nodes, &roots, fold.as_ref().map(|fold| fold.node));
        let mut outs = Vec::with_capacity(roots.len());
        for root in &roots {
            let node = &self.nodes[root.0];
            outs.push(Array::for_overwriting(&node.shape, node.dtype)?);
        }
        let inputs = plan.inputs.iter().map(|&node| {
            let Node { what, dtype, .. } = &self.nodes[node.0];
            match what {
                What::Constant(scalar) => Input::constant(*scalar, *dtype, Mode::Convert),
                What::Array(array) => Ok(Input::array(array, *dtype)),
                What::Apply(_) => unreachable!("what a plan takes in has elements"),
            }
        });
        let inputs: SmallVec<[Input<'_>; 4]> = inputs.collect::<Result<_>>()?;
        let fold =
            fold.map(|FoldedNode { node, parts, out }| Fold { of: plan.place(node), parts, out });
        let is_whole = run(stop, &plan.program, &inputs, &mut outs, partition, fold)?;
        drop(inputs);
        if is_whole {
            for (node, place) in self.nodes.iter_mut().zip(&plan.places) {
                node.has_run |= place.is_some();
            }
            for (&root, out) in roots.iter().zip(outs) {
                self.nodes[root.0].what = What::Array(out);
            }
        }
        Ok(is_whole)
    }
}

/// A node of which the rows are folded, to a slot for each part.
pub(crate) struct FoldedNode<'a, P> {
    pub(crate) node: NodeId,
    pub(crate) parts: FoldParts<'a, P>,
    pub(crate) out: &'a mut [P],
}

/// What has to be done for some nodes.
struct Plan {
    program: Program,
    /// Arrays and constants.
    inputs: SmallVec<[NodeId; 4]>,
    /// Where the nodes are that it takes.
    places: Vec<Option<Place>>,
}

impl Plan {
    fn new(nodes: &[Node], roots: &[NodeId], folded: Option<NodeId>) -> Plan {
        let mut uses = vec![0usize; nodes.len()];
        for root in roots.iter().copied().chain(folded) {
            uses[root.0] += 1;
        }
        for (n, node) in nodes.iter().enumerate().rev() {
            if let (What::Apply(apply), true) = (&node.what, uses[n] > 0) {
                apply.args.iter().for_each(|arg| uses[arg.0] += 1);
            }
        }
        let mut plan = Plan {
            program: Program::default(),
            inputs: SmallVec::new(),
            places: vec![None; nodes.len()],
        };
        let mut free: Vec<usize> = Vec::new();
        for (n, node) in nodes.iter().enumerate() {
            if uses[n] == 0 {
                continue;
            }
            plan.places[n] = Some(match &node.what {
                What::Apply(apply) => {
                    let to = match roots.iter().position(|root| root.0 == n) {
                        Some(output) => Place::Output(output),
                        None => Place::Room(plan.room(&mut free, node.dtype.size())),
                    };
                    plan.add(apply, to);
                    for arg in &apply.args {
                        uses[arg.0] -= 1;
                        if let (0, Some(Place::Room(room))) = (uses[arg.0], plan.places[arg.0]) {
                            free.push(room);
                        }
                    }
                    to
                }
                _ => {
                    plan.inputs.push(NodeId(n));
                    Place::Input(plan.inputs.len() - 1)
                }
            });
        }
        plan
    }

    /// Where a node is that was planned before.
    fn place(&self, node: NodeId) -> Place {
        self.places[node.0].expect("operands come before what uses them")
    }

    /// A room of this width: one of those that are free, or one more.
    fn room(&mut self, free: &mut Vec<usize>, width: usize) -> usize {
        match free.iter().position(|&room| self.program.rooms[room] == width) {
            Some(n) => free.swap_remove(n),
            None => {
                self.program.rooms.push(width);
                self.program.rooms.len() - 1
            }
        }
    }

    fn add(&mut self, apply: &Apply, to: Place) {
        let mut args = [Place::Input(0); 3];
        for (place, arg) in args.iter_mut().zip(&apply.args) {
            *place = self.place(*arg);
        }
        self.program.steps.push(Step { kernel: apply.kernel, args, to });
    }
}
