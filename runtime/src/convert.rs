//! Rust values to script values and back.

use quern_vm::array::{Array, Bool8, Complex};
use quern_vm::host_function::HostFunction;
use quern_vm::{Error, Value};

/// A Rust type that becomes a script value.
pub trait IntoValue {
    /// # Errors
    /// `MemoryError` for data that does not fit.
    fn into_value(self) -> Result<Value, Error>;
}

/// A Rust type that a script value can become.
pub trait FromValue: Sized {
    /// # Errors
    /// `TypeError` that says what was expected and found.
    fn from_value(value: Value) -> Result<Self, Error>;
}

/// Arguments of a call: a tuple of up to eight values, or a `Vec` of them.
pub trait IntoArgs {
    /// # Errors
    /// As [`IntoValue::into_value`].
    fn into_args(self) -> Result<Vec<Value>, Error>;
}

/// A Rust closure of up to eight arguments that scripts can call.
pub trait HostClosure<Args> {
    fn into_function(self, name: &str) -> HostFunction;
}

/// A host closure may return a `Result`, whose error is thrown.
impl<T: IntoValue> IntoValue for Result<T, Error> {
    fn into_value(self) -> Result<Value, Error> {
        self?.into_value()
    }
}

macro_rules! host_closures {
    ($($count:literal ($($name:ident),*);)*) => {$(
        impl<Function, Output, $($name: FromValue),*> HostClosure<($($name,)*)> for Function
        where
            Function: Fn($($name),*) -> Output + Send + Sync + 'static,
            Output: IntoValue,
        {
            fn into_function(self, name: &str) -> HostFunction {
                #[allow(unused_variables, reason = "a function of no arguments converts none")]
                let own_name = name.to_string();
                HostFunction::new(name, $count, move |args| {
                    #[allow(unused_mut, unused_variables, reason = "as above")]
                    let mut args = args.iter_mut().map(std::mem::take);
                    self($(argument::<$name>(&own_name, args.next().unwrap_or_default())?),*).into_value()
                })
            }
        }
    )*};
}
host_closures! {
    0 ();
    1 (A);
    2 (A, B);
    3 (A, B, C);
    4 (A, B, C, D);
    5 (A, B, C, D, E);
    6 (A, B, C, D, E, F);
    7 (A, B, C, D, E, F, G);
    8 (A, B, C, D, E, F, G, H);
}

/// The error that a script sees when a host function fails with this message.
pub fn thrown(message: impl std::fmt::Display) -> Error {
    Error::user("Error", message.to_string())
}

/// An argument for a host function; the error names the function.
fn argument<T: FromValue>(function: &str, value: Value) -> Result<T, Error> {
    T::from_value(value).map_err(|mut e| {
        e.edit().message = format!("{function}: {}", e.message);
        e
    })
}

fn expected(what: &str, found: &Value) -> Error {
    Error::type_error(format!("expected {what}, found {}", quern_vm::std::describe(found)))
}

impl IntoValue for Value {
    fn into_value(self) -> Result<Value, Error> {
        Ok(self)
    }
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Value, Error> {
        Ok(value)
    }
}

impl FromValue for () {
    fn from_value(value: Value) -> Result<(), Error> {
        if value.is_none() { Ok(()) } else { Err(expected("none", &value)) }
    }
}

macro_rules! plain {
    ($($ty:ty),*) => {$(
        impl IntoValue for $ty {
            fn into_value(self) -> Result<Value, Error> {
                Ok(Value::from(self))
            }
        }
    )*};
}
plain!(bool, i64, f64, f32, &str, String, Array);

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl IntoValue for $ty {
            fn into_value(self) -> Result<Value, Error> {
                i64::try_from(self)
                    .map(Value::Int)
                    .map_err(|_| Error::overflow(format!("{self} is no int")))
            }
        }

        impl FromValue for $ty {
            fn from_value(value: Value) -> Result<$ty, Error> {
                let wanted = || format!("an int from {} to {}", <$ty>::MIN, <$ty>::MAX);
                let int = value.as_int().and_then(|x| <$ty>::try_from(x).ok());
                int.ok_or_else(|| expected(&wanted(), &value))
            }
        }
    )*};
}
integers!(i8, i16, i32, u8, u16, u32, u64, usize);

impl FromValue for bool {
    fn from_value(value: Value) -> Result<bool, Error> {
        value.as_bool().ok_or_else(|| expected("a bool", &value))
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<i64, Error> {
        value.as_int().ok_or_else(|| expected("an int", &value))
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Result<f64, Error> {
        match value {
            Value::Bool(_) => Err(expected("a number", &value)),
            _ => value.as_float().ok_or_else(|| expected("a number", &value)),
        }
    }
}

impl FromValue for f32 {
    /// The nearest `f32` of a float.
    fn from_value(value: Value) -> Result<f32, Error> {
        f64::from_value(value).map(|x| x as f32)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<String, Error> {
        value.as_str().map(String::from).ok_or_else(|| expected("a str", &value))
    }
}

impl FromValue for Array {
    fn from_value(value: Value) -> Result<Array, Error> {
        match value {
            Value::Array(a) => Ok((*a).clone()),
            other => Err(expected("an array", &other)),
        }
    }
}

/// Slices, arrays and vectors of numbers become one-dimensional arrays.
macro_rules! elements {
    ($($ty:ty),*) => {$(
        impl IntoValue for &[$ty] {
            fn into_value(self) -> Result<Value, Error> {
                Ok(Array::from_slice(self, &[self.len() as i64])?.into())
            }
        }

        impl<const N: usize> IntoValue for [$ty; N] {
            fn into_value(self) -> Result<Value, Error> {
                self.as_slice().into_value()
            }
        }

        impl IntoValue for Vec<$ty> {
            fn into_value(self) -> Result<Value, Error> {
                Ok(Array::from_vec(self)?.into())
            }
        }
    )*};
}
elements!(f64, f32, i64, i32, u8, Bool8, Complex);

impl IntoValue for &[bool] {
    fn into_value(self) -> Result<Value, Error> {
        self.iter().map(|&x| Bool8::from(x)).collect::<Vec<Bool8>>().into_value()
    }
}

impl IntoValue for Vec<bool> {
    fn into_value(self) -> Result<Value, Error> {
        self.as_slice().into_value()
    }
}

/// Texts become a list.
macro_rules! texts {
    ($($ty:ty),*) => {$(
        impl IntoValue for &[$ty] {
            fn into_value(self) -> Result<Value, Error> {
                Ok(Value::list(self.iter().map(|text| Value::from(text.to_string())).collect()))
            }
        }

        impl IntoValue for Vec<$ty> {
            fn into_value(self) -> Result<Value, Error> {
                self.as_slice().into_value()
            }
        }
    )*};
}
texts!(String, &str);

macro_rules! vectors {
    ($($ty:ty: $what:literal),*) => {$(
        impl FromValue for Vec<$ty> {
            fn from_value(value: Value) -> Result<Vec<$ty>, Error> {
                let converted = match &value {
                    Value::Array(a) if a.rank() == 1 => {
                        a.scalars().map(|x| <$ty>::from_value(x.into())).collect::<Result<_, _>>().ok()
                    }
                    Value::List(l) => l.iter().map(<$ty>::from_value).collect::<Result<_, _>>().ok(),
                    _ => None,
                };
                converted.ok_or_else(|| expected($what, &value))
            }
        }
    )*};
}
vectors!(
    f64: "a one-dimensional array or list of numbers",
    f32: "a one-dimensional array or list of numbers",
    i32: "a one-dimensional array or list of 32-bit ints",
    u8: "a one-dimensional array or list of ints from 0 to 255",
    usize: "a one-dimensional array or list of ints that are not negative",
    i64: "a one-dimensional array or list of ints",
    bool: "a one-dimensional array or list of bools",
    String: "a list of strings"
);

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Result<Value, Error> {
        self.map_or(Ok(Value::None), T::into_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Option<T>, Error> {
        if value.is_none() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl IntoArgs for Vec<Value> {
    fn into_args(self) -> Result<Vec<Value>, Error> {
        Ok(self)
    }
}

macro_rules! tuples {
    ($(($($name:ident),*))*) => {$(
        impl<$($name: IntoValue),*> IntoArgs for ($($name,)*) {
            fn into_args(self) -> Result<Vec<Value>, Error> {
                #[allow(non_snake_case, reason = "the type parameters name the parts")]
                let ($($name,)*) = self;
                Ok(vec![$($name.into_value()?),*])
            }
        }

        impl<$($name: FromValue),*> FromValue for ($($name,)*) {
            fn from_value(value: Value) -> Result<Self, Error> {
                const N: usize = [$(stringify!($name)),*].len();
                match &value {
                    Value::Tuple(t) if t.items.len() == N => {
                        let mut items = t.items.iter().cloned();
                        Ok(($($name::from_value(items.next().unwrap_or_default())?,)*))
                    }
                    _ => Err(expected(&format!("a tuple of {N}"), &value)),
                }
            }
        }
    )*};
}
tuples! {
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
    (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
}

impl IntoArgs for () {
    fn into_args(self) -> Result<Vec<Value>, Error> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_there_and_back() {
        let there = vec![1.5, 2.5].into_value().unwrap_or_default();
        assert_eq!(Vec::<f64>::from_value(there).ok(), Some(vec![1.5, 2.5]));
        assert_eq!(Option::<i64>::from_value(Value::None).ok(), Some(None));
        let pair = Value::tuple(vec![Value::Int(1), Value::str("a")]);
        assert_eq!(<(i64, String)>::from_value(pair).ok(), Some((1, "a".into())));
    }

    #[test]
    fn a_wrong_type_says_what_was_expected_and_found() {
        let message = i64::from_value(Value::str("x")).map_err(|e| e.message.clone());
        assert_eq!(message, Err("expected an int, found str \"x\"".into()));
        assert!(f64::from_value(Value::Bool(true)).is_err());
    }
}
