//! Files of other programs, which `formats/generate.py` made with NumPy, Pillow and pyarrow, are read as what
//! went into them, and what is written is read by them.

use quern::{JitMode, Runtime};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

/// Runs a script in which `file(name)` is the path of a file of the folder, and `made(name)` that of a new one.
fn run(made: &Path, source: &str) -> Result<(), String> {
    let runtime = Runtime::builder().jit(JitMode::Off).build();
    let path_in =
        |folder: &Path| format!("name => {:?} + name", folder.join("").display().to_string());
    let (file, made) = (path_in(&folder()), path_in(made));
    let text = format!("let file = {file}\nlet made = {made}\n{source}\n");
    match runtime.load_text("formats.qn", &text) {
        Ok(_) => Ok(()),
        Err(e) => Err(format!("{}: {}", e.kind(), e.message())),
    }
}

/// A new folder, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("quern-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What the test found matters more than what it leaves.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Each file, its dtype and its elements.
const ARRAYS: &[(&str, &str, &str)] = &[
    ("b1", "bool", "[true, false, true]"),
    ("i1", "i32", "[-128, 0, 127]"),
    ("u1", "u8", "[0, 128, 255]"),
    ("i2", "i32", "[-32768, 32767]"),
    ("u2", "i32", "[0, 65535]"),
    ("i4", "i32", "[-2147483648, 2147483647]"),
    ("u4", "int", "[0, 4294967295]"),
    ("i8", "int", "[-9223372036854775807 - 1, 9223372036854775807]"),
    ("u8", "int", "[0, 9223372036854775807]"),
    ("f2", "f32", "[-0.5, 65504, 2.0^-24]"),
    ("f4", "f32", "[1.5, -(2.0^-149)]"),
    ("f8", "float", "[[1, 2, 3], [4, 5, 6]]"),
    ("f8_big_endian", "float", "[[1, 2, 3], [4, 5, 6]]"),
    ("f8_fortran", "float", "[[1, 2, 3], [4, 5, 6]]"),
    ("version2", "float", "[[1, 2, 3], [4, 5, 6]]"),
    ("version3", "float", "[[1, 2, 3], [4, 5, 6]]"),
    ("f8_empty", "float", "zeros(0, 3)"),
    ("f8_scalar", "float", "zeros(()) + 2.5"),
    ("f8_cube", "float", "arange(24).reshape(2, 3, 4)"),
    ("i4_big_endian", "i32", "[1, -2]"),
    ("c8_big_endian", "complex", "[1 + 2i, -0.5i]"),
    ("c16", "complex", "[[1 + 2i], [-0.5i]]"),
];

#[test]
fn arrays_are_read_as_numpy_wrote_them() {
    let scratch = Scratch::new("npy-read");
    for (name, dtype, elements) in ARRAYS {
        let source = format!(
            "let a = io.read_npy(file(\"{name}.npy\"))\n\
             let expected = {elements}\n\
             assert(a.dtype == {dtype} and equal(a, expected), f\"{{a.dtype}} {{a}} {{expected}}\")"
        );
        assert_eq!(run(&scratch.0, &source), Ok(()), "{name}");
    }
}

/// Where the dtype is also NumPy's, what is written is NumPy's own file to the byte.
#[test]
fn arrays_are_written_as_numpy_writes_them() {
    let scratch = Scratch::new("npy-written");
    let same = ["b1", "u1", "i4", "i8", "f4", "f8", "f8_empty", "f8_scalar", "f8_cube", "c16"];
    for name in same {
        let source = format!("io.write_npy(made(\"a.npy\"), io.read_npy(file(\"{name}.npy\")))");
        assert_eq!(run(&scratch.0, &source), Ok(()), "{name}");
        let read = |path: PathBuf| std::fs::read(path).expect("it is there");
        let (ours, numpys) =
            (read(scratch.0.join("a.npy")), read(folder().join(format!("{name}.npy"))));
        assert!(ours == numpys, "{name}");
    }
    let views = "let a = io.read_npy(file(\"f8_fortran.npy\"))\n\
                 io.write_npy(made(\"v.npy\"), a[.., ..2].T)\n\
                 assert(equal(io.read_npy(made(\"v.npy\")), [[1, 4], [2, 5]]))\n\
                 io.write_npy(made(\"n.npy\"), 7)\n\
                 assert(io.read_npy(made(\"n.npy\")).shape == ())";
    assert_eq!(run(&scratch.0, views), Ok(()));
}

#[test]
fn arrays_of_other_kinds_are_refused() {
    let scratch = Scratch::new("npy-refused");
    let refused = [
        ("text", "ValueError", "the NumPy dtype \"<U2\""),
        ("dates", "ValueError", "the NumPy dtype \"<M8[D]\""),
        ("long_double", "ValueError", "the NumPy dtype"),
        ("objects", "ValueError", "the NumPy dtype \"|O\""),
        ("records", "ValueError", "records"),
        ("u8_too_large", "OverflowError", "9223372036854775808"),
    ];
    for (name, kind, message) in refused {
        let result = run(&scratch.0, &format!("io.read_npy(file(\"{name}.npy\"))"));
        let error = result.expect_err(name);
        assert!(error.starts_with(kind) && error.contains(message), "{error}");
    }
    for path in ["rgb.png", "arrays.npz", "generate.py"] {
        let error = run(&scratch.0, &format!("io.read_npy(file(\"{path}\"))")).expect_err(path);
        assert!(error.contains("it is no .npy file"), "{error}");
        assert!(
            run(&scratch.0, &format!("io.read_npz(file(\"{path}\"))")).is_err()
                || path == "arrays.npz"
        );
    }
}

#[test]
fn archives_hold_named_arrays() {
    let scratch = Scratch::new("npz");
    let source = r#"
        for name in ["arrays.npz", "compressed.npz"] {
            let z = io.read_npz(file(name))
            assert(keys(z) == ["x", "a b", "n"], f"{keys(z)}")
            assert(equal(z.x, [[1, 2, 3], [4, 5, 6]]) and equal(z["a b"], [true, false]))
            assert(z.n.shape == () and z.n.dtype == int)
            io.write_npz(made(name), z, compress: name == "compressed.npz")
            let again = io.read_npz(made(name))
            assert(keys(again) == keys(z) and equal(again.x, z.x) and again.n.shape == ())
        }
        assert(equal(io.read_npz(file("unnamed.npz")).arr_0, [0, 1, 2]))
        io.write_npz(made("none.npz"), {})
        assert(len(io.read_npz(made("none.npz"))) == 0)
    "#;
    assert_eq!(run(&scratch.0, source), Ok(()));
}

#[test]
fn pixels_are_read_as_other_programs_read_them() {
    let scratch = Scratch::new("images");
    let source = r#"
        let rgb = u8(arange(60) * 4).reshape(4, 5, 3)
        let gray = rgb[.., .., 0]
        fn check(name, expected) {
            let found = io.read_image(file(name))
            assert(equal(found, expected), f"{name}: {found} {expected}")
            found
        }
        assert(check("rgb.png", rgb).dtype == u8)
        check("gray.png", gray)
        check("interlaced.png", gray)
        check("gray_alpha.png", stack([gray, 255 - gray], axis: 2))
        check("rgba.png", stack([rgb[.., .., 0], rgb[.., .., 1], rgb[.., .., 2], 255 - gray], axis: 2))
        check("one_bit.png", where(gray > 100, 255, 0))
        check("palette.png", io.read_npy(file("palette.png.npy")))
        assert(check("gray16.png", i32(gray) * 257).dtype == i32)
        for name in ["rgb.jpg", "gray.jpg", "progressive.jpg"] {
            let (found, libjpeg) = (io.read_image(file(name)), io.read_npy(file(name + ".npy")))
            assert(found.shape == libjpeg.shape and found.dtype == u8)
            assert(max(abs(int(found) - int(libjpeg))) <= 3, name)
        }
        assert(io.read_image(file("cmyk.jpg")).shape == (16, 24, 3))
    "#;
    assert_eq!(run(&scratch.0, source), Ok(()));
}

#[test]
fn pixels_that_are_written_read_back() {
    let scratch = Scratch::new("images-written");
    let source = r#"
        for name in ["rgb", "gray", "rgba", "gray_alpha", "gray16"] {
            let image = io.read_image(file(name + ".png"))
            io.write_image(made(name + ".png"), image)
            let again = io.read_image(made(name + ".png"))
            assert(equal(again, image) and again.dtype == image.dtype, name)
        }
        for name in ["rgb", "gray"] {
            let image = io.read_image(file(name + ".jpg"))
            io.write_image(made(name + ".jpg"), image, quality: 100)
            let again = io.read_image(made(name + ".jpg"))
            assert(again.shape == image.shape and max(abs(int(again) - int(image))) <= 6, name)
        }
    "#;
    assert_eq!(run(&scratch.0, source), Ok(()));
}

#[cfg(feature = "arrow")]
#[test]
fn tables_are_read_as_arrow_wrote_them() {
    let scratch = Scratch::new("tables");
    let files = [
        ("read_parquet", &["none", "snappy", "gzip", "lz4"][..], ".parquet"),
        ("read_arrow", &["plain", "lz4"][..], ".arrow"),
        ("read_arrow", &["stream"][..], ".arrows"),
    ];
    let mut read = String::new();
    for (reader, names, ending) in files {
        for name in names {
            read.push_str(&format!(
                "check(\"{name}{ending}\", io.{reader}(file(\"{name}{ending}\")))\n"
            ));
        }
    }
    let source = r#"
        fn check(name, t) {
            assert(repr(t.bool) == "[true, false, none]", f"{name}: {t.bool}")
            assert(equal(t.flag, [true, false, true]) and t.flag.dtype == bool)
            assert(equal(t.i8, [-128, 0, 127]) and t.i8.dtype == i32)
            assert(equal(t.u16, [0, 1, 65535]) and t.u16.dtype == i32)
            assert(equal(t.i32, [1, 2, 3]) and t.i32.dtype == i32)
            assert(equal(t.u32, [0, 1, 2^32 - 1]) and t.u32.dtype == int)
            assert(equal(t.i64, [1, -2, 2^62]) and t.i64.dtype == int)
            assert(equal(t.u64, [0, 1, 9223372036854775807]) and t.u64.dtype == int)
            assert(repr(t.missing) == "[ 1. nan  3.]" and t.missing.dtype == float)
            assert(equal(t.f16, [0.5, 1, -2]) and t.f16.dtype == f32)
            assert(equal(t.f32, [0.5, 1, -2]) and t.f32.dtype == f32)
            assert(repr(t.f64) == "[ 0.5  nan -2. ]", f"{name}: {repr(t.f64)}")
            assert(t.text == ["a", none, "é"] and t["large text"] == ["x", "y", "z"], name)
            assert(t.words == ["p", "q", "p"] and t.nothing == [none, none, none], name)
        }
    "#;
    assert_eq!(run(&scratch.0, &format!("{source}{read}")), Ok(()));
    for (name, message) in [
        ("dates.parquet", "column when has the type Timestamp"),
        ("nested.parquet", "column list has the type List"),
        ("zstd.parquet", "zstd"),
        ("rgb.png", "it cannot be read as a Parquet file"),
    ] {
        let error = run(&scratch.0, &format!("io.read_parquet(file({name:?}))")).expect_err(name);
        assert!(error.starts_with("ValueError") && error.contains(message), "{error}");
    }
    for name in ["rgb.png", "none.parquet", "generate.py"] {
        let error = run(&scratch.0, &format!("io.read_arrow(file({name:?}))")).expect_err(name);
        assert!(error.contains("it cannot be read as an Arrow IPC file"), "{error}");
    }
}

#[cfg(feature = "arrow")]
#[test]
fn tables_that_are_written_read_back() {
    let scratch = Scratch::new("tables-written");
    let source = r#"
        let t = io.read_parquet(file("none.parquet"))
        io.write_parquet(made("table.parquet"), t)
        io.write_arrow(made("table.arrow"), t)
        for again in [io.read_parquet(made("table.parquet")), io.read_arrow(made("table.arrow"))] {
            assert(repr(again) == repr(t), f"{again}")
            for name in keys(t) { assert(type(again[name]) == type(t[name])) }
        }
        let n = 200_000
        let long = {x: rand(n), i: arange(n), s: map(0..n, i => str(i))}
        io.write_parquet(made("long.parquet"), long)
        io.write_arrow(made("long.arrow"), long)
        for again in [io.read_parquet(made("long.parquet")), io.read_arrow(made("long.arrow"))] {
            assert(equal(again.x, long.x) and equal(again.i, long.i) and again.s == list(long.s))
        }
    "#;
    assert_eq!(run(&scratch.0, source), Ok(()));
}

/// Writes everything that `formats/generate.py check` compares with what the libraries make of it. Not part of the
/// tests because it needs those libraries: `QUERN_FORMATS=FOLDER cargo test -p quern-lang written_files`.
#[test]
fn written_files() {
    let Some(folder) = std::env::var_os("QUERN_FORMATS") else {
        return;
    };
    let folder = PathBuf::from(folder);
    let names: Vec<String> = ARRAYS.iter().map(|(name, ..)| format!("{name:?}")).collect();
    let source = format!(
        r#"
        for name in [{}] {{ io.write_npy(made(name + ".npy"), io.read_npy(file(name + ".npy"))) }}
        for name in ["arrays.npz", "compressed.npz"] {{
            io.write_npz(made(name), io.read_npz(file(name)), compress: name == "compressed.npz")
        }}
        for name in ["rgb.png", "gray.png", "rgba.png", "gray_alpha.png", "gray16.png", "rgb.jpg", "gray.jpg"] {{
            io.write_image(made(name), io.read_image(file(name)), quality: 95)
        }}
        let t = io.read_parquet(file("none.parquet"))
        io.write_parquet(made("table.parquet"), t)
        io.write_arrow(made("table.arrow"), t)
        "#,
        names.join(", ")
    );
    assert_eq!(run(&folder, &source), Ok(()));
}
