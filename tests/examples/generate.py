#!/usr/bin/env python3
"""Computes with scikit-learn what examples/iris.qn and examples/diabetes.qn
must print, and writes it to expected.json. Needs scikit-learn and NumPy.

The data come from scikit-learn itself, not from examples/data, so the test
also holds that those copies are right.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.neighbors import NearestCentroid


def iris() -> dict[str, float]:
    data = load_iris()
    x, truth = data.data, data.target
    features = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    results = {}
    for k, name in enumerate(data.target_names):
        rows = x[truth == k]
        for j, feature in enumerate(features):
            results[f"{name} {feature} mean"] = np.mean(rows[:, j])
            results[f"{name} {feature} std"] = np.std(rows[:, j], ddof=1)
            results[f"{name} {feature} median"] = np.median(rows[:, j])
    model = KMeans(3, init=x[[0, 50, 100]], n_init=1, tol=0, algorithm="lloyd").fit(x)
    for k in range(3):
        results[f"cluster {k} size"] = np.sum(model.labels_ == k)
        for j, feature in enumerate(features):
            results[f"cluster {k} {feature}"] = model.cluster_centers_[k, j]
    results["inertia"] = model.inertia_
    results["nearest mean accuracy"] = NearestCentroid().fit(x, truth).score(x, truth)
    return results


def diabetes() -> dict[str, float]:
    x, y = load_diabetes(return_X_y=True)
    raw = load_diabetes(scaled=False).data
    names = load_diabetes().feature_names
    model = LinearRegression().fit(x, y)
    predicted = model.predict(x)
    results = {"intercept": model.intercept_}
    results |= {f"coefficient {name}": model.coef_[j] for j, name in enumerate(names)}
    results["r squared"] = r2_score(y, predicted)
    results["mean squared error"] = mean_squared_error(y, predicted)
    results["mean absolute error"] = mean_absolute_error(y, predicted)
    results |= {f"correlation {name}": np.corrcoef(raw[:, j], y)[0, 1] for j, name in enumerate(names)}
    bmi = raw[:, [2]]
    line = LinearRegression().fit(bmi, y)
    results["bmi intercept"] = line.intercept_
    results["bmi slope"] = line.coef_[0]
    results["bmi r squared"] = line.score(bmi, y)
    return results


if __name__ == "__main__":
    expected = {
        "made_with": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
        "iris": {name: float(value) for name, value in iris().items()},
        "diabetes": {name: float(value) for name, value in diabetes().items()},
    }
    path = Path(__file__).with_name("expected.json")
    path.write_text(json.dumps(expected, indent=2) + "\n")
