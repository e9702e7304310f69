#!/usr/bin/env python3
"""Makes iris.csv and diabetes.csv from the files in the scikit-learn package.

Only the form is changed: a header line with column names, the species by name
instead of number, and the diabetes measurements and target in one file. Every
number keeps the text it has there, but for trailing zeros of the target.
"""

import csv
import gzip
from pathlib import Path

import sklearn.datasets

SOURCE = Path(sklearn.datasets.__file__).parent / "data"
HERE = Path(__file__).parent


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    with open(HERE / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def iris() -> None:
    with open(SOURCE / "iris.csv", newline="") as file:
        (_, _, *species), *rows = csv.reader(file)
    header = ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]
    write("iris.csv", header, [[*row[:4], species[int(row[4])]] for row in rows])


def diabetes() -> None:
    with gzip.open(SOURCE / "diabetes_data_raw.csv.gz", "rt") as file:
        data = [line.split() for line in file]
    with gzip.open(SOURCE / "diabetes_target.csv.gz", "rt") as file:
        target = [f"{float(line):g}" for line in file]
    header = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6", "progression"]
    write("diabetes.csv", header, [[*row, y] for row, y in zip(data, target, strict=True)])


if __name__ == "__main__":
    iris()
    diabetes()
