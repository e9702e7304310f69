#!/usr/bin/env python3
"""Makes the files of this folder with the libraries whose formats they are.

Needs NumPy, Pillow and pyarrow; the versions that made the files are in
versions.txt. `generate.py check FOLDER` reads the files that Quern wrote to a
folder (see `written_files` in ../formats.rs) and compares them with these.
"""

import sys
from pathlib import Path

import numpy as np
import PIL
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
from numpy.lib import format as npy
from PIL import Image

HERE = Path(__file__).parent
MATRIX = np.array([[1, 2, 3], [4, 5, 6]])


def arrays() -> dict[str, np.ndarray]:
    return {
        "b1": np.array([True, False, True]),
        "i1": np.array([-128, 0, 127], "i1"),
        "u1": np.array([0, 128, 255], "u1"),
        "i2": np.array([-32768, 32767], "<i2"),
        "u2": np.array([0, 65535], "<u2"),
        "i4": np.array([-(2**31), 2**31 - 1], "<i4"),
        "u4": np.array([0, 2**32 - 1], "<u4"),
        "i8": np.array([-(2**63), 2**63 - 1], "<i8"),
        "u8": np.array([0, 2**63 - 1], "<u8"),
        "u8_too_large": np.array([1, 2**63], "<u8"),
        "f2": np.array([-0.5, 65504, 2**-24], "<f2"),
        "f4": np.array([1.5, -(2.0**-149)], "<f4"),
        "f8": MATRIX.astype("<f8"),
        "f8_big_endian": MATRIX.astype(">f8"),
        "f8_fortran": np.asfortranarray(MATRIX.astype("<f8")),
        "f8_empty": np.zeros((0, 3)),
        "f8_scalar": np.array(2.5),
        "f8_cube": np.arange(24.0).reshape(2, 3, 4),
        "i4_big_endian": np.array([1, -2], ">i4"),
        "c8_big_endian": np.array([1 + 2j, -0.5j], ">c8"),
        "c16": np.array([[1 + 2j], [-0.5j]], "<c16"),
        "text": np.array(["a", "bc"]),
        "records": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
        "dates": np.array(["2026-01-01"], "M8[D]"),
        "long_double": np.array([1.5], np.longdouble),
    }


def write_arrays() -> None:
    for name, array in arrays().items():
        np.save(HERE / f"{name}.npy", array)
    np.save(HERE / "objects.npy", np.array([{}], object), allow_pickle=True)
    for version in [(2, 0), (3, 0)]:
        with open(HERE / f"version{version[0]}.npy", "wb") as file:
            npy.write_array(file, MATRIX.astype("<f8"), version=version)
    named = {"x": MATRIX.astype("<f8"), "a b": np.array([True, False]), "n": np.int64(7)}
    np.savez(HERE / "arrays.npz", **named)
    np.savez_compressed(HERE / "compressed.npz", **named)
    np.savez(HERE / "unnamed.npz", np.arange(3))


def picture() -> np.ndarray:
    """4 by 5 pixels of 3 channels."""
    return (np.arange(60).reshape(4, 5, 3) * 4).astype("u1")


def write_pictures() -> None:
    rgb = picture()
    gray = rgb[:, :, 0]
    alpha = np.dstack([rgb, 255 - gray])
    Image.fromarray(rgb).save(HERE / "rgb.png")
    Image.fromarray(gray).save(HERE / "gray.png")
    Image.fromarray(alpha).save(HERE / "rgba.png")
    Image.fromarray(np.dstack([gray, 255 - gray])).save(HERE / "gray_alpha.png")
    Image.fromarray(gray > 100).save(HERE / "one_bit.png")
    Image.fromarray(gray.astype("u2") * 257).save(HERE / "gray16.png")
    Image.fromarray(rgb).quantize(8).save(HERE / "palette.png")
    write_interlaced(HERE / "interlaced.png", gray)
    smooth = np.add.outer(np.arange(16), np.arange(24)).astype("u1") * 5
    color = Image.fromarray(np.dstack([smooth, 255 - smooth, smooth // 2]))
    color.save(HERE / "rgb.jpg", quality=95)
    color.save(HERE / "progressive.jpg", quality=95, progressive=True)
    Image.fromarray(smooth).save(HERE / "gray.jpg", quality=95)
    color.convert("CMYK").save(HERE / "cmyk.jpg", quality=95)
    # JPEG decoders may differ a little; this is what libjpeg makes of the files.
    for name in ["rgb", "progressive", "gray"]:
        np.save(HERE / f"{name}.jpg.npy", np.asarray(Image.open(HERE / f"{name}.jpg")))
    np.save(HERE / "palette.png.npy", np.asarray(Image.open(HERE / "palette.png").convert("RGB")))


def write_interlaced(path: Path, gray: np.ndarray) -> None:
    """A gray PNG with Adam7 interlacing, which Pillow reads but does not write."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, dx, dy in passes:
        part = gray[y::dy, x::dx]
        rows += b"".join(b"\0" + row.tobytes() for row in part if part.shape[1])
    height, width = gray.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    assert (np.asarray(Image.open(path)) == gray).all()


def table() -> pa.Table:
    return pa.table({
        "bool": pa.array([True, False, None]),
        "flag": pa.array([True, False, True]),
        "i8": pa.array([-128, 0, 127], pa.int8()),
        "u16": pa.array([0, 1, 65535], pa.uint16()),
        "i32": pa.array([1, 2, 3], pa.int32()),
        "u32": pa.array([0, 1, 2**32 - 1], pa.uint32()),
        "i64": pa.array([1, -2, 2**62], pa.int64()),
        "u64": pa.array([0, 1, 2**63 - 1], pa.uint64()),
        "missing": pa.array([1, None, 3], pa.int64()),
        "f16": pa.array(np.array([0.5, 1, -2], "f2")),
        "f32": pa.array([0.5, 1, -2], pa.float32()),
        "f64": pa.array([0.5, None, -2], pa.float64()),
        "text": pa.array(["a", None, "é"]),
        "large text": pa.array(["x", "y", "z"], pa.large_string()),
        "words": pa.array(["p", "q", "p"]).dictionary_encode(),
        "nothing": pa.nulls(3),
    })


def write_tables() -> None:
    for codec in ["none", "snappy", "gzip", "lz4"]:
        pa.parquet.write_table(table(), HERE / f"{codec}.parquet", compression=codec, row_group_size=2)
    pa.parquet.write_table(table(), HERE / "zstd.parquet", compression="zstd")
    pa.parquet.write_table(pa.table({"when": pa.array([0], pa.timestamp("s"))}), HERE / "dates.parquet")
    pa.parquet.write_table(pa.table({"list": pa.array([[1]])}), HERE / "nested.parquet")
    pa.feather.write_feather(table(), HERE / "plain.arrow", compression="uncompressed", chunksize=2)
    pa.feather.write_feather(table(), HERE / "lz4.arrow", compression="lz4")
    with pa.ipc.new_stream(HERE / "stream.arrows", table().schema) as stream:
        stream.write_table(table(), max_chunksize=2)


def check(folder: Path) -> None:
    """What Quern wrote there is what these libraries read."""
    for name, array in arrays().items():
        path = folder / f"{name}.npy"
        if path.exists():
            found = np.load(path)
            assert found.shape == array.shape and (found == array).all(), name
    for name in ["arrays.npz", "compressed.npz"]:
        found = np.load(folder / name)
        expected = np.load(HERE / name)
        assert found.files == expected.files, name
        assert all((found[key] == expected[key]).all() for key in found.files), name
    for name in ["rgb", "gray", "rgba", "gray_alpha", "gray16"]:
        found = np.asarray(Image.open(folder / f"{name}.png"))
        expected = np.asarray(Image.open(HERE / f"{name}.png"))
        assert found.shape == expected.shape and (found == expected).all(), name
    for name in ["rgb", "gray"]:
        found = np.asarray(Image.open(folder / f"{name}.jpg")).astype(int)
        expected = np.asarray(Image.open(HERE / f"{name}.jpg")).astype(int)
        assert found.shape == expected.shape and abs(found - expected).max() < 12, name
    for path in [folder / "table.parquet", folder / "table.arrow"]:
        read = pa.parquet.read_table if path.suffix == ".parquet" else pa.feather.read_table
        found = read(path).to_pydict()
        assert found["text"] == ["a", None, "é"], found
        assert found["i64"] == [1, -2, 2**62], found
        assert found["f32"] == [0.5, 1, -2], found
        assert found["flag"] == [True, False, True], found
        assert found["bool"] == [True, False, None], found
    print("all files of", folder, "are as they should be")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(Path(sys.argv[2]))
    else:
        write_arrays()
        write_pictures()
        write_tables()
        versions = [("numpy", np), ("pillow", PIL), ("pyarrow", pa)]
        lines = [f"{name} {module.__version__}\n" for name, module in versions]
        (HERE / "versions.txt").write_text("".join(lines))
