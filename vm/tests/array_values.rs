//! Arrays are values: no write is ever seen through another name, layout never shows in a result,
//! and what cannot be done is an error that changes nothing.

use proptest::prelude::*;
use quern_ir::{DType, ErrorKind};
use quern_vm::array::{
    self, Array, ArrayError, BinaryOp, Bool8, Complex, Index, Item, Operand, ReduceOp, Scalar,
    UnaryOp,
};
use quern_vm::interrupt::Stop;

fn steps(n: i64) -> Array {
    Array::arange(Stop::NEVER, Scalar::Int(0), Scalar::Int(n), Scalar::Int(1), None)
        .expect("arange")
}

fn matrix(rows: i64, columns: i64) -> Array {
    steps(rows * columns).reshape(Stop::NEVER, &[rows, columns]).expect("reshape")
}

fn slice(start: Option<i64>, stop: Option<i64>, step: i64) -> Index {
    Index::Slice { start, stop, step, inclusive: false }
}

fn view(a: &Array, index: &[Index]) -> Array {
    a.get(index).and_then(Item::into_array).expect("index in range")
}

fn ints(a: &Array) -> Vec<i64> {
    a.astype(Stop::NEVER, DType::Int).expect("ints").to_vec().expect("ints")
}

fn kind<T: std::fmt::Debug>(result: Result<T, ArrayError>) -> ErrorKind {
    result.expect_err("an error").kind
}

/// All bits of all elements, so that NaN and the signs of zeros count.
fn bits(a: &Array) -> Vec<u64> {
    let one = |x| match x {
        Scalar::Bool(x) => [u64::from(x), 0],
        Scalar::Int(x) => [x as u64, 0],
        Scalar::F32(x) if x.is_nan() => [1, 1],
        Scalar::Float(x) if x.is_nan() => [1, 1],
        Scalar::F32(x) => [u64::from(x.to_bits()), 0],
        Scalar::Float(x) => [x.to_bits(), 0],
        Scalar::Complex(re, im) => [re, im].map(|x| if x.is_nan() { 1 } else { x.to_bits() }),
    };
    a.scalars().flat_map(one).collect()
}

#[test]
fn arrays_cross_threads_by_their_fields() {
    fn shared<T: Send + Sync>() {}
    shared::<Array>();
    shared::<Index>();
    shared::<Operand>();
    shared::<ArrayError>();
}

#[test]
fn compiled_code_finds_the_fields() {
    let a = matrix(3, 4);
    let base = std::ptr::from_ref(&a).addr();
    assert_eq!(array::layout::ADDR, 0);
    assert!(base.is_multiple_of(8));
    assert_eq!(matrix(30, 40).addr() % array::Storage::ALIGN, 0);
    let row = view(&a, &[Index::At(1)]);
    assert_eq!(row.addr(), a.addr() + 4 * 8);
    assert!(
        a.is_contiguous() && row.is_contiguous() && !a.transpose(None).unwrap().is_contiguous()
    );
    assert_eq!(a.strides(), [4, 1]);
}

#[test]
fn rows_that_change_places_do_not_copy_the_matrix_each_time() {
    let mut a = matrix(100, 10);
    let mut swap = |i, j| {
        let rows = [i, j].map(|row| Operand::Array(view(&a, &[Index::At(row)])));
        a.set(&[Index::At(i)], &rows[1]).expect("a row");
        a.set(&[Index::At(j)], &rows[0]).expect("a row");
        a.addr()
    };
    let addresses: Vec<_> = (0..50).map(|i| swap(i, 99 - i)).collect();
    assert!(addresses[2..].iter().all(|&address| address == addresses[2]));
    assert_eq!(ints(&view(&a, &[slice(None, None, 1), Index::At(0)]))[..3], [990, 980, 970]);
    assert_eq!(view(&a, &[slice(None, Some(50), 1)]).addr(), a.addr());
}

#[derive(Clone, Debug)]
enum Step {
    Copy(usize),
    Slice(usize, i64, i64, i64),
    Transpose(usize),
    SetOne(usize, usize, i64),
    Fill(usize, i64, i64, i64),
    AddInPlace(usize, i64),
    Assign(usize, usize),
    Push(usize, i64),
}

fn step() -> impl Strategy<Value = Step> {
    let bound = -6..7i64;
    let stride = prop_oneof![Just(1i64), Just(2), Just(-1), Just(-2)];
    prop_oneof![
        any::<usize>().prop_map(Step::Copy),
        (any::<usize>(), bound.clone(), bound.clone(), stride)
            .prop_map(|(a, i, j, s)| Step::Slice(a, i, j, s)),
        any::<usize>().prop_map(Step::Transpose),
        (any::<usize>(), any::<usize>(), bound.clone()).prop_map(|(a, i, x)| Step::SetOne(a, i, x)),
        (any::<usize>(), bound.clone(), bound.clone(), bound.clone())
            .prop_map(|(a, i, j, x)| Step::Fill(a, i, j, x)),
        (any::<usize>(), bound.clone()).prop_map(|(a, x)| Step::AddInPlace(a, x)),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Step::Assign(a, b)),
        (any::<usize>(), bound).prop_map(|(a, x)| Step::Push(a, x)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Arrays that share storage in every way behave as the copies a model keeps in plain lists.
    #[test]
    fn writes_stay_with_their_name(script in prop::collection::vec(step(), 1..40)) {
        let mut arrays = vec![steps(12), matrix(3, 4)];
        let mut model: Vec<Vec<i64>> = arrays.iter().map(ints).collect();
        for step in script {
            let pick = |k: usize| k % arrays.len();
            match step {
                Step::Copy(k) => {
                    let k = pick(k);
                    arrays.push(arrays[k].clone());
                    model.push(model[k].clone());
                }
                Step::Slice(k, i, j, s) => {
                    let part = view(&arrays[pick(k)], &[slice(Some(i), Some(j), s)]);
                    model.push(ints(&part.copy(Stop::NEVER).unwrap()));
                    arrays.push(part);
                }
                Step::Transpose(k) => {
                    let turned = arrays[pick(k)].transpose(None).unwrap();
                    model.push(ints(&turned.copy(Stop::NEVER).unwrap()));
                    arrays.push(turned);
                }
                Step::SetOne(k, i, x) => {
                    let k = pick(k);
                    if arrays[k].is_empty() {
                        continue;
                    }
                    let position = i % arrays[k].size();
                    let mut index = vec![0; arrays[k].rank()];
                    let mut rest = position as i64;
                    for (slot, &n) in index.iter_mut().zip(arrays[k].shape()).rev() {
                        *slot = rest % n;
                        rest /= n;
                    }
                    arrays[k].set_scalar(&index, Scalar::Int(x)).unwrap();
                    model[k][position] = x;
                }
                Step::Fill(k, i, j, x) => {
                    let k = pick(k);
                    arrays[k].set(&[slice(Some(i), Some(j), 1)], &Scalar::Int(x).into()).unwrap();
                    let row: usize = arrays[k].shape()[1..].iter().product::<i64>() as usize;
                    let (first, count) = array::slice_bounds(Some(i), Some(j), 1, false, arrays[k].len() as i64).unwrap();
                    let start = first as usize * row;
                    model[k][start..start + count as usize * row].fill(x);
                }
                Step::AddInPlace(k, x) => {
                    let k = pick(k);
                    let empty = Array::zeros(&[0], DType::Int).unwrap();
                    let owned = std::mem::replace(&mut arrays[k], empty);
                    arrays[k] = array::binary(Stop::NEVER, BinaryOp::Add, owned.into(), Scalar::Int(x).into()).unwrap();
                    model[k].iter_mut().for_each(|y| *y += x);
                }
                Step::Assign(k, source) => {
                    let (k, source) = (pick(k), pick(source));
                    let value: Operand = (&arrays[source]).into();
                    let fits = arrays[k].shape() == arrays[source].shape();
                    let done = arrays[k].set(&[Index::Ellipsis], &value);
                    if fits {
                        done.unwrap();
                        model[k] = model[source].clone();
                    } else if done.is_ok() {
                        model[k] = ints(&arrays[k].copy(Stop::NEVER).unwrap());
                    }
                }
                Step::Push(k, x) => {
                    let k = pick(k);
                    if arrays[k].rank() == 1 {
                        arrays[k].push(Scalar::Int(x)).unwrap();
                        model[k].push(x);
                    }
                }
            }
            for (a, expected) in arrays.iter().zip(&model) {
                prop_assert_eq!(&ints(a), expected);
            }
        }
    }

    /// Strided, reversed, broadcast and converted operands give the bits of contiguous ones, also
    /// where blocks meet, and so does a result written over an operand.
    #[test]
    fn layout_does_not_show(
        rows in prop_oneof![Just(1i64), 2..5i64, Just(33)],
        columns in prop_oneof![Just(1i64), 2..9i64, Just(1023), Just(1024), Just(1025), 100..400i64],
        which in 0..BinaryOp::ALL.len(),
        dtypes in (0..7usize, 0..7usize),
        turns in (0..4u8, 0..4u8),
    ) {
        let op = BinaryOp::ALL[which];
        let source = |dtype: DType, turn: u8| {
            let wave = array::binary(Stop::NEVER, BinaryOp::Mod, steps(rows * columns * 2).into(), Scalar::Int(11).into()).unwrap();
            let wave = array::binary(Stop::NEVER, BinaryOp::Add, wave.into(), Scalar::Int(1).into()).unwrap();
            let wide = wave.astype(Stop::NEVER, dtype).unwrap().reshape(Stop::NEVER, &[rows, columns, 2]).unwrap();
            match turn {
                0 => view(&wide, &[Index::Ellipsis, Index::At(0)]),
                1 => view(&wide, &[slice(None, None, -1), slice(None, None, -1), Index::At(1)]),
                2 => view(&wide, &[Index::At(0), Index::ALL, Index::At(0)]).broadcast_to(&[rows, columns]).unwrap(),
                _ => view(&wide.reshape(Stop::NEVER, &[2, columns, rows]).unwrap(), &[Index::At(1)]).transpose(None).unwrap(),
            }
        };
        let (a, b) = (source(DType::ALL[dtypes.0], turns.0), source(DType::ALL[dtypes.1], turns.1));
        let plain = |a: &Array| a.copy(Stop::NEVER).unwrap();
        let strided = array::binary(Stop::NEVER, op, (&a).into(), (&b).into());
        let packed = array::binary(Stop::NEVER, op, plain(&a).into(), plain(&b).into());
        let (left, right) = (plain(&a), plain(&b));
        let kept = array::binary(Stop::NEVER, op, (&left).into(), (&right).into());
        match (strided, packed, kept) {
            (Ok(x), Ok(y), Ok(z)) => {
                prop_assert_eq!(x.dtype(), y.dtype());
                prop_assert_eq!(bits(&x), bits(&y));
                prop_assert_eq!(bits(&y), bits(&z));
                prop_assert_eq!(bits(&left), bits(&plain(&a)));
                prop_assert_eq!(bits(&right), bits(&plain(&b)));
            }
            (Err(x), Err(y), Err(z)) => {
                prop_assert_eq!(&x, &y);
                prop_assert_eq!(y, z);
            }
            (x, y, z) => prop_assert!(false, "{x:?} {y:?} {z:?}"),
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A scalar operation gives the bits of the same operation on an array.
    #[test]
    fn scalars_agree_with_arrays(x in any::<f64>(), y in any::<f64>(), i in any::<i64>(), j in -70..70i64) {
        let pool = [
            Scalar::Bool(i % 2 == 0), Scalar::Int(i), Scalar::Int(j), Scalar::Float(x), Scalar::Float(y),
            Scalar::F32(x as f32), Scalar::F32(j as f32), Scalar::Complex(x, y), Scalar::Complex(j as f64, 0.5),
        ];
        for &a in &pool {
            let array_of = |x: Scalar| Array::full(Stop::NEVER, &[1], x, None).unwrap();
            for &op in UnaryOp::ALL {
                match (array::unary_scalar(op, a), array::unary(Stop::NEVER, op, array_of(a))) {
                    (Ok(s), Ok(v)) => prop_assert_eq!(bits(&array_of(s)), bits(&v), "{}({:?})", op.name(), a),
                    (Err(s), Err(v)) => prop_assert_eq!(s.kind, v.kind),
                    (s, v) => prop_assert!(false, "{}({a:?}): {s:?} {v:?}", op.name()),
                }
            }
            for &b in &pool {
                for &op in BinaryOp::ALL {
                    let s = array::binary_scalars(op, a, b);
                    let v = array::binary(Stop::NEVER, op, array_of(a).into(), array_of(b).into());
                    match (s, v) {
                        (Ok(s), Ok(v)) => prop_assert_eq!(bits(&array_of(s)), bits(&v), "{:?} {} {:?}", a, op.name(), b),
                        (Err(s), Err(v)) => prop_assert_eq!(s.kind, v.kind),
                        (s, v) => prop_assert!(false, "{a:?} {} {b:?}: {s:?} {v:?}", op.name()),
                    }
                }
            }
        }
    }
}

#[test]
fn single_elements() {
    for dtype in DType::ALL {
        let mut a = matrix(3, 4).astype(Stop::NEVER, dtype).unwrap();
        let x = a.get_scalar(&[2, 1]).unwrap();
        assert_eq!(a.element([2, 1]), Some(x));
        assert_eq!(a.element([-1, -3]), Some(x));
        assert_eq!(a.transpose(None).unwrap().element([1, 2]), Some(x));
        assert_eq!(a.element([3, 0]), None);
        assert_eq!(a.element([0, -5]), None);
        assert_eq!(a.element([0]), None);
        let other = a.clone();
        assert!(!a.set_element([0, 0], x), "shared storage is not written");
        drop(other);
        assert_eq!(a.set_element([0, 0], x), dtype != DType::Complex);
        assert!(!a.set_element([0, 4], x));
        assert!(!a.set_element([0, 0], Scalar::Complex(0.0, 1.0)));
        if dtype != DType::Complex {
            assert_eq!(a.element([0, 0]), Some(x));
        }
    }
    let mut bytes = Array::zeros(&[2], DType::U8).unwrap();
    assert!(!bytes.set_element([0], Scalar::Int(256)));
}

#[test]
fn an_array_may_be_assigned_to_a_part_of_itself() {
    let mut a = steps(6);
    let tail = view(&a, &[slice(None, Some(-1), 1)]);
    a.set(&[slice(Some(1), None, 1)], &tail.into()).unwrap();
    assert_eq!(ints(&a), [0, 0, 1, 2, 3, 4]);
}

#[test]
fn parts_of_empty_views() {
    let empty = view(
        &Array::zeros(&[3, 4, 0], DType::Int).unwrap(),
        &[slice(None, None, -1), slice(None, None, -1)],
    );
    assert_eq!(empty.diff(Stop::NEVER, 1, 0).unwrap().shape(), [2, 4, 0]);
    assert_eq!(view(&empty, &[Index::At(2)]).shape(), [4, 0]);
    assert_eq!(empty.row(-1).and_then(Item::into_array).unwrap().shape(), [4, 0]);
    assert_eq!(empty.roll(Stop::NEVER, 1, Some(0)).unwrap().shape(), [3, 4, 0]);
    assert_eq!(empty.transpose(None).unwrap().to_string(), "[]");
}

#[test]
fn a_broadcast_view_is_copied_before_it_is_written() {
    let mut a = steps(3).broadcast_to(&[2, 3]).unwrap();
    a.set_scalar(&[0, 0], Scalar::Int(9)).unwrap();
    assert_eq!(ints(&a), [9, 1, 2, 0, 1, 2]);
}

#[test]
fn inclusive_and_clamped_slices() {
    let a = steps(6);
    let part = |start, stop, step, inclusive| {
        ints(&view(&a, &[Index::Slice { start, stop, step, inclusive }]))
    };
    assert_eq!(part(Some(4), Some(0), -1, true), [4, 3, 2, 1, 0]);
    assert_eq!(part(Some(4), Some(0), -1, false), [4, 3, 2, 1]);
    assert_eq!(part(Some(0), Some(-1), 1, true), [0, 1, 2, 3, 4, 5]);
    assert_eq!(part(None, Some(-1), 1, false), [0, 1, 2, 3, 4]);
    assert_eq!(part(Some(-3), None, 1, false), [3, 4, 5]);
    assert_eq!(part(Some(2), Some(100), 2, true), [2, 4]);
    assert_eq!(part(Some(100), None, 1, false), [0i64; 0]);
    assert_eq!(part(None, None, i64::MIN, false), [5]);
    assert_eq!(part(Some(i64::MIN), Some(i64::MAX), i64::MAX, true), [0]);
    assert_eq!(kind(a.get(&[slice(None, None, 0)])), ErrorKind::ValueError);
}

#[test]
fn errors_name_index_and_shape() {
    let a = matrix(3, 4);
    let message = |result: Result<Item, ArrayError>| result.expect_err("an error").to_string();
    assert_eq!(
        message(a.get(&[Index::At(5)])),
        "IndexError: index 5 is out of range for axis 0 with size 3 (shape (3, 4))"
    );
    assert_eq!(
        message(a.get(&[Index::At(0), Index::At(-5)])),
        "IndexError: index -5 is out of range for axis 1 with size 4 (shape (3, 4))"
    );
    assert_eq!(
        message(a.get(&[Index::At(0), Index::At(0), Index::At(0)])),
        "IndexError: 3 indices for an array with 2 dimensions (shape (3, 4))"
    );
    let sum = array::binary(Stop::NEVER, BinaryOp::Add, (&a).into(), steps(3).into());
    assert_eq!(sum.unwrap_err().message, "+: shapes (3, 4) and (3,) do not broadcast");
    let large = Array::full(Stop::NEVER, &[2, 2], Scalar::Int(i64::MAX), None).unwrap();
    let overflow =
        array::binary(Stop::NEVER, BinaryOp::Add, large.into(), Scalar::Int(1).into()).unwrap_err();
    assert_eq!(overflow.kind, ErrorKind::OverflowError);
    assert_eq!(
        overflow.message,
        "integer overflow in 9223372036854775807 + 1 at index (0, 0) (int array)"
    );
    let zero = array::binary(
        Stop::NEVER,
        BinaryOp::FloorDiv,
        steps(4).into(),
        view(&steps(4), &[slice(None, None, -1)]).into(),
    );
    assert_eq!(
        zero.unwrap_err().message,
        "integer division by zero in 3 // 0 at index 3 (int array)"
    );
    assert_eq!(
        array::matmul(Stop::NEVER, &matrix(3, 4), &matrix(2, 4)).unwrap_err().to_string(),
        "ShapeError: matmul: inner sizes differ, (3, 4) by (2, 4) (hint: transpose the second: b.T)"
    );
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut bytes = Array::zeros(&[3], DType::U8).unwrap();
    assert_eq!(kind(bytes.set_scalar(&[0], Scalar::Int(300))), ErrorKind::OverflowError);
    assert_eq!(kind(bytes.set_scalar(&[0], Scalar::Int(-1))), ErrorKind::OverflowError);
    assert_eq!(kind(bytes.set_scalar(&[0], Scalar::Float(1.5))), ErrorKind::TypeError);
    assert_eq!(kind(bytes.set_scalar(&[0], Scalar::Float(f64::NAN))), ErrorKind::ValueError);
    assert_eq!(kind(bytes.set_scalar(&[3], Scalar::Int(1))), ErrorKind::IndexError);
    let mixed = Array::from_vec(vec![1i64, 2, 300]).unwrap();
    assert_eq!(kind(bytes.set(&[Index::ALL], &mixed.into())), ErrorKind::OverflowError);
    assert_eq!(ints(&bytes), [0, 0, 0]);
    bytes.set_scalar(&[1], Scalar::Float(2.0)).unwrap();
    assert_eq!(ints(&bytes), [0, 2, 0]);
    let mut floats = Array::zeros(&[2], DType::Float).unwrap();
    assert_eq!(kind(floats.set_scalar(&[0], Scalar::Complex(1.0, 0.0))), ErrorKind::TypeError);
    let mut mask = Array::zeros(&[2], DType::Bool).unwrap();
    assert_eq!(kind(mask.set_scalar(&[0], Scalar::Int(1))), ErrorKind::TypeError);
    let nan = Array::from_vec(vec![1.0, f64::NAN]).unwrap();
    assert_eq!(
        nan.astype(Stop::NEVER, DType::Int).unwrap_err().message,
        "nan is not a value of int (at index 1)"
    );
}

#[test]
fn absurd_sizes_are_clean_errors() {
    assert_eq!(kind(Array::zeros(&[-1], DType::Float)), ErrorKind::ShapeError);
    assert_eq!(kind(Array::zeros(&[i64::MAX, i64::MAX], DType::Float)), ErrorKind::MemoryError);
    assert_eq!(kind(Array::zeros(&[0, i64::MAX, 3], DType::Float)), ErrorKind::MemoryError);
    assert_eq!(kind(Array::zeros(&[1 << 60], DType::Complex)), ErrorKind::MemoryError);
    assert_eq!(kind(Array::zeros(&[1 << 56], DType::U8)), ErrorKind::MemoryError);
    assert_eq!(kind(Array::zeros(&[1; 40], DType::Float)), ErrorKind::ShapeError);
    assert_eq!(kind(Array::eye(1 << 40, 1 << 40, 0, DType::Float)), ErrorKind::MemoryError);
    assert_eq!(kind(steps(4).tile(Stop::NEVER, &[i64::MAX])), ErrorKind::MemoryError);
    assert_eq!(kind(steps(4).repeat(Stop::NEVER, 1 << 60, None)), ErrorKind::MemoryError);
    let huge = Scalar::Float(1e30);
    assert_eq!(
        kind(Array::arange(Stop::NEVER, Scalar::Int(0), huge, Scalar::Int(1), None)),
        ErrorKind::MemoryError
    );
    let endless = Array::zeros(&[1], DType::Float).unwrap().broadcast_to(&[1 << 58]).unwrap();
    assert_eq!(kind(endless.copy(Stop::NEVER)), ErrorKind::MemoryError);
    assert_eq!(
        kind(array::unary(Stop::NEVER, UnaryOp::Sin, endless.clone())),
        ErrorKind::MemoryError
    );
    assert_eq!(endless.to_string(), "[0. 0. 0. ... 0. 0. 0.]");
    let picks = Array::zeros(&[1], DType::Int).unwrap().broadcast_to(&[1 << 58]).unwrap();
    assert_eq!(kind(steps(3).get(&[Index::Take(picks)])), ErrorKind::MemoryError);
    let mut rank = steps(1);
    for _ in 1..array::MAX_RANK {
        rank = rank.expand_dims(0).unwrap();
    }
    assert_eq!(kind(rank.expand_dims(0)), ErrorKind::ShapeError);
    assert_eq!(kind(rank.get(&[Index::NewAxis])), ErrorKind::ShapeError);
}

#[test]
fn types_that_an_operation_does_not_take() {
    let (floats, ints) = (Array::zeros(&[2], DType::Float).unwrap(), steps(2));
    let complex = Array::from_vec(vec![Complex::new(0.0, 1.0)]).unwrap();
    assert_eq!(
        kind(array::binary(Stop::NEVER, BinaryOp::And, (&floats).into(), (&ints).into())),
        ErrorKind::TypeError
    );
    assert_eq!(
        kind(array::binary(Stop::NEVER, BinaryOp::Lt, (&complex).into(), (&complex).into())),
        ErrorKind::TypeError
    );
    assert_eq!(
        kind(array::reduce(Stop::NEVER, ReduceOp::Any, &ints, None, false)),
        ErrorKind::TypeError
    );
    assert_eq!(
        kind(array::reduce(Stop::NEVER, ReduceOp::Max, &complex, None, false)),
        ErrorKind::TypeError
    );
    assert_eq!(kind(complex.sort(Stop::NEVER, 0, false)), ErrorKind::TypeError);
    assert_eq!(kind(Index::from_array(floats.clone())), ErrorKind::TypeError);
    assert_eq!(kind(floats.get(&[Index::Take(floats.clone())])), ErrorKind::TypeError);
    assert_eq!(
        kind(array::select(Stop::NEVER, &ints, (&floats).into(), (&ints).into())),
        ErrorKind::TypeError
    );
    let power =
        array::binary(Stop::NEVER, BinaryOp::Pow, ints.into(), Scalar::Int(-1).into()).unwrap_err();
    assert_eq!(
        (power.kind, power.hint.as_deref()),
        (ErrorKind::ValueError, Some("use a float base, as in 2.0 ^ -1"))
    );
}

#[test]
fn reductions_of_nothing() {
    let none = Array::zeros(&[0], DType::Float).unwrap();
    let value =
        |op| array::reduce(Stop::NEVER, op, &none, None, false).unwrap().scalar_at(0).unwrap();
    assert_eq!(value(ReduceOp::Sum), Scalar::Float(0.0));
    assert_eq!(value(ReduceOp::Prod), Scalar::Float(1.0));
    assert!(matches!(value(ReduceOp::Mean), Scalar::Float(x) if x.is_nan()));
    for op in [ReduceOp::Min, ReduceOp::Max, ReduceOp::ArgMin, ReduceOp::ArgMax] {
        assert_eq!(kind(array::reduce(Stop::NEVER, op, &none, None, false)), ErrorKind::ValueError);
    }
    let no_bools = Array::from_vec(Vec::<Bool8>::new()).unwrap();
    let all = array::reduce(Stop::NEVER, ReduceOp::All, &no_bools, None, false).unwrap();
    assert_eq!(all.scalar_at(0), Some(Scalar::Bool(true)));
}

#[test]
fn integer_totals_are_exact() {
    let total = |values: Vec<i64>, op| {
        array::reduce(Stop::NEVER, op, &Array::from_vec(values).unwrap(), None, false)
            .map(|a| a.scalar_at(0).unwrap())
    };
    assert_eq!(total(vec![i64::MAX, 1, -1], ReduceOp::Sum), Ok(Scalar::Int(i64::MAX)));
    assert_eq!(kind(total(vec![i64::MAX, 1], ReduceOp::Sum)), ErrorKind::OverflowError);
    assert_eq!(total(vec![i64::MAX, 2, 0], ReduceOp::Prod), Ok(Scalar::Int(0)));
    assert_eq!(total(vec![i64::MIN, -1, -1], ReduceOp::Prod), Ok(Scalar::Int(i64::MIN)));
    assert_eq!(kind(total(vec![i64::MIN, -1], ReduceOp::Prod)), ErrorKind::OverflowError);
}

#[test]
fn nan_wins_extremes_and_sorts_last() {
    let a = Array::from_vec(vec![2.0, f64::NAN, -1.0]).unwrap();
    for op in [ReduceOp::Min, ReduceOp::Max] {
        let found = array::reduce(Stop::NEVER, op, &a, None, false).unwrap().scalar_at(0);
        assert!(matches!(found, Some(Scalar::Float(x)) if x.is_nan()));
    }
    assert_eq!(a.sort(Stop::NEVER, 0, false).unwrap().to_string(), "[-1.  2. nan]");
    assert_eq!(a.sort(Stop::NEVER, 0, true).unwrap().to_string(), "[ 2. -1. nan]");
    assert_eq!(ints(&a.argsort(Stop::NEVER, 0, true).unwrap()), [0, 2, 1]);
}

#[test]
fn pushing_grows_a_vector_of_its_own() {
    let mut a = Array::zeros(&[0], DType::Int).unwrap();
    let mut seen = Vec::new();
    for i in 0..100 {
        a.push(Scalar::Int(i)).unwrap();
        if i % 10 == 0 {
            seen.push(a.clone());
        }
    }
    assert_eq!(ints(&a), (0..100).collect::<Vec<_>>());
    for (k, copy) in seen.iter().enumerate() {
        assert_eq!(ints(copy), (0..=10 * k as i64).collect::<Vec<_>>());
    }
    assert_eq!(kind(matrix(2, 2).push(Scalar::Int(1))), ErrorKind::ShapeError);
}

#[test]
fn whole_values_compare() {
    let (ints, floats) = (steps(3), steps(3).astype(Stop::NEVER, DType::Float).unwrap());
    assert!(array::equal(Stop::NEVER, &ints, &floats).unwrap());
    assert!(!array::equal(Stop::NEVER, &ints, &steps(4)).unwrap());
    assert!(!array::equal(Stop::NEVER, &ints, &matrix(1, 3)).unwrap());
    let near = Array::from_vec(vec![0.0, 1.0 + 1e-9, 2.0]).unwrap();
    assert!(array::all_close(Stop::NEVER, &floats, &near, 1e-5, 1e-8).unwrap());
    let nan = Array::from_vec(vec![f64::NAN]).unwrap();
    assert!(!array::equal(Stop::NEVER, &nan, &nan).unwrap());
    assert!(!array::all_close(Stop::NEVER, &nan, &nan, 1e-5, 1e-8).unwrap());
}
