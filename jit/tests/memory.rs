//! Elements of arrays and lists, boxed values and their counts.

mod common;

use common::{Word, boxed, run, run_words};
use quern_ir::DType;
use quern_vm::Value;
use quern_vm::array::{Array, Scalar};
use quern_vm::interrupt::Stop;
use quern_vm::list::List;
use quern_vm::text::LongStr;
use quern_vm::words::words_value;
use std::sync::Arc;

fn vector(dtype: DType, values: &[i64]) -> Arc<Array> {
    let items: Vec<Scalar> = values.iter().map(|&v| Scalar::Int(v)).collect();
    let ints = Array::from_scalars(&items, &[items.len() as i64]).expect("a vector");
    Arc::new(ints.astype(Stop::NEVER, dtype).expect("values that fit"))
}

fn text(text: &str) -> Arc<LongStr> {
    Arc::new(LongStr::new(format!("a text that is counted: {text}")))
}

/// The words of a value whose reference compiled code gets, and that of the caller.
fn lend<T>(value: &Arc<T>) -> u64 {
    Arc::into_raw(value.clone()) as u64
}

#[test]
fn elements_of_every_dtype_are_loaded_and_stored() {
    for dtype in DType::ALL {
        let element = dtype.element();
        let values = if dtype == DType::Bool { [1, 0, 1] } else { [7, 0, 100] };
        let (loaded, stored) = match dtype {
            DType::Complex => ("v6: float, v7: float", "v6, v7"),
            _ => ("v6: T", "v6"),
        };
        let source = format!(
            "fn \"f\"() {{\nblock0(v0: array[{dtype}, 1], v1: int, v2: int):\n  v3: array[{dtype}, 1] = arr.unique v0\n  \
             v4: word = arr.data v3\n  v5: int = arr.len v3\n  {} = load {dtype}, v4, v1\n  \
             store {dtype}, v4, v2, {stored}\n  return v3, v5\n}}\n",
            loaded.replace('T', &element.to_string())
        );
        let array = vector(dtype, &values);
        let words = run_words(&source, &[lend(&array), 0u64, 2]).expect("no error");
        assert_eq!(words[1], 3);
        // SAFETY: the word is the result, which nobody else uses.
        let result = unsafe { Arc::from_raw(words[0] as *const Array) };
        assert_eq!(result.scalar_at(2), array.scalar_at(0), "{dtype}");
        assert_eq!(
            array.to_owned().scalar_at(2),
            vector(dtype, &values).scalar_at(2),
            "{dtype}: the original is unchanged"
        );
        assert_eq!(Arc::strong_count(&array), 1, "{dtype}");
    }
}

#[test]
fn an_array_nobody_else_holds_is_changed_in_place() {
    let source = "fn \"f\"() {\nblock0(v0: array[int, 1]):\n  v1: array[int, 1] = arr.unique v0\n  return v1\n}\n";
    let array = vector(DType::Int, &[1, 2]);
    let address = array.addr();
    let words = run_words(source, &[Arc::into_raw(array) as u64]).expect("no error");
    // SAFETY: the word is the result, which nobody else uses.
    let result = unsafe { Arc::from_raw(words[0] as *const Array) };
    assert_eq!(result.addr(), address);
}

#[test]
fn dims_and_strides_are_read() {
    let source = "fn \"f\"() {\nblock0(v0: array[int, 2]):\n  v1: int = arr.dim 0, v0\n  v2: int = arr.dim 1, v0\n  v3: int = arr.stride 0, v0\n  release v0\n  return v1, v2, v3\n}\n";
    let array = Arc::new(Array::zeros(&[3, 5], DType::Int).expect("a matrix"));
    let words = run_words(source, &[lend(&array)]).expect("no error");
    assert_eq!(words[..3], [3, 5, 5]);
    assert_eq!(Arc::strong_count(&array), 1);
}

#[test]
fn items_of_boxed_lists_have_references_of_their_own() {
    let source = "fn \"f\"() {\nblock0(v0: list[any], v1: int):\n  v2: int = list.len v0\n  v3: word = list.data v0\n  v4: int = bounds 0, v1, v2\n  v5: any = load.any v3, v4\n  release v0\n  return v5\n}\n";
    let text = text("x");
    let list = Arc::new(List::from_values(vec![Value::None, Value::LongStr(text.clone())]));
    let words = run_words(source, &[lend(&list), 1]).expect("in range");
    assert_eq!(Arc::strong_count(&text), 3);
    // SAFETY: the words are the result, which nobody else uses.
    drop(unsafe { words_value([words[0], words[1]]) });
    run_words(source, &[lend(&list), (-2i64).word()]).expect("in range");
    run_words(source, &[lend(&list), 2]).expect_err("out of range");
    drop(list);
    // The failed run had no `dying` list, so its reference of the list is lost with the test.
    assert_eq!(Arc::strong_count(&text), 2);
}

#[test]
fn storing_an_item_lets_the_old_one_go() {
    let source = "fn \"f\"() {\nblock0(v0: list[any], v1: any):\n  v2: list[any] = list.unique v0\n  v3: word = list.data v2\n  v4: int = const.int 0\n  store.any v3, v4, v1\n  return v2\n}\n";
    let (old, new) = (text("old"), text("new"));
    let list = Arc::new(List::from_values(vec![Value::LongStr(old.clone())]));
    let [first, second] = boxed(Value::LongStr(new.clone()));
    let words = run_words(source, &[Arc::into_raw(list) as u64, first, second]).expect("no error");
    assert_eq!((Arc::strong_count(&old), Arc::strong_count(&new)), (1, 2));
    // SAFETY: the word is the result, which nobody else uses.
    drop(unsafe { Arc::from_raw(words[0] as *const List) });
    assert_eq!(Arc::strong_count(&new), 1);
}

#[test]
fn boxes_hold_what_was_put_in() {
    for (ty, value, word) in [
        ("int", Value::Int(-5), (-5i64).word()),
        ("float", Value::Float(-0.0), (-0.0f64).word()),
        ("f32", Value::F32(1.5), 1.5f32.word()),
        ("bool", Value::Bool(true), 1),
    ] {
        let source = format!(
            "fn \"f\"() {{\nblock0(v0: {ty}):\n  v1: any = box v0\n  v2: {ty} = unbox v1\n  v3: any = box v2\n  return v3\n}}\n"
        );
        let words = run_words(&source, &[word]).expect("no error");
        assert_eq!(words[..2], boxed(value), "{ty}");
    }
    let source = "fn \"f\"() {\nblock0(v0: any):\n  v1: str = unbox v0\n  v2: any = box v1\n  return v2\n}\n";
    let [first, second] = boxed(Value::str("x"));
    let words = run_words(source, &[first, second]).expect("no error");
    assert_eq!(words[..2], [first, second]);
}

#[test]
fn retain_and_release_count() {
    let source = "fn \"f\"() {\nblock0(v0: str, v1: any, v2: any):\n  retain v0\n  retain v1\n  retain v2\n  release v0\n  release v1\n  release v1\n  release v2\n  release v2\n  return v0\n}\n";
    let (a, b) = (text("a"), text("b"));
    let [int, five] = boxed(Value::Int(5));
    for x in [Value::str("short"), Value::LongStr(a.clone())] {
        let ([x_first, x_second], [first, second]) = (boxed(x), boxed(Value::LongStr(b.clone())));
        let words = [x_first, x_second, first, second, int, five];
        run_words(source, &words).expect("no error");
    }
    assert_eq!((Arc::strong_count(&a), Arc::strong_count(&b)), (2, 1));
}

#[test]
fn a_last_release_frees() {
    let source = "fn \"f\"() {\nblock0(v0: list[any]):\n  v1: int = list.len v0\n  release v0\n  return v1\n}\n";
    let text = text("x");
    let list = Arc::new(List::from_values(vec![Value::LongStr(text.clone())]));
    assert_eq!(run(source, &[Arc::into_raw(list) as u64]).expect("no error"), 1);
    assert_eq!(Arc::strong_count(&text), 1);
}

#[test]
fn strings_of_the_code_can_be_used_often() {
    let source = "fn \"f\"() {\nblock0(v0: int):\n  v1: str = const.str \"abc\"\n  v2: any = const.str \"abc\"\n  release v1\n  return v2\n}\n";
    let words = run_words(source, &[0]).expect("no error");
    // SAFETY: the words are the result, which nobody else uses.
    let value = unsafe { words_value([words[0], words[1]]) };
    assert_eq!(value.as_str(), Some("abc"));
}

#[test]
fn what_dies_with_an_error_is_released() {
    let source = "fn \"f\"() {\nblock0(v0: str, v1: int, v2: int):\n  v3: int = ifloordiv v1, v2 dying v0\n  release v0\n  return v3\n}\n";
    let text = text("x");
    for divisor in [0, 1] {
        let [first, second] = boxed(Value::LongStr(text.clone()));
        assert_eq!(run_words(source, &[first, second, 1, divisor]).is_ok(), divisor == 1);
    }
    assert_eq!(Arc::strong_count(&text), 1);
}
