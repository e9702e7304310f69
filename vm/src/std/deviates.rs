//! Random numbers of distributions that take an unknown count of uniform ones.
//!
//! Large counts are drawn by transformed rejection (Hörmann, "The transformed rejection method for generating
//! Poisson random variables" and "The generation of binomial random variates", 1993). The probabilities it
//! asks for are computed from deviances (Loader, "Fast and accurate computation of binomial probabilities",
//! 2000), which stay accurate for counts of any size.

use super::random::Draws;
use crate::array::math::{abs, exp, floor, log, log1p, pow, sqrt};

/// The greatest mean for which counts 10 standard deviations above it fit an int.
pub const MOST_POISSON: f64 = (i64::MAX as f64) - 4e10;

/// Below this parameter of a beta distribution, logarithms of gamma numbers leave the floats.
pub const LEAST_BETA: f64 = 1e-300;

/// Up to this mean, counts are found by going through their probabilities.
const SMALL_MEAN: f64 = 10.0;

/// Gamma numbers of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).
pub fn gamma(draws: &mut Draws, shape: f64) -> f64 {
    if shape >= 1.0 {
        return gamma_from_one(draws, shape);
    }
    let [u, _] = draws.uniforms();
    gamma_from_one(draws, shape + 1.0) * pow(1.0 - u, 1.0 / shape)
}

/// The logarithm of a gamma number, which may itself be too small for a float.
fn log_gamma(draws: &mut Draws, shape: f64) -> f64 {
    if shape >= 1.0 {
        return log(gamma_from_one(draws, shape));
    }
    let [u, _] = draws.uniforms();
    log(gamma_from_one(draws, shape + 1.0)) + log1p(-u) / shape
}

/// A gamma number for a shape of 1 or more.
fn gamma_from_one(draws: &mut Draws, shape: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / sqrt(9.0 * d);
    loop {
        let x = draws.normal();
        let root = 1.0 + c * x;
        let [u, _] = draws.uniforms();
        if root > 0.0 {
            let v = root * root * root;
            if log1p(-u) < 0.5 * x * x + d * (1.0 - v + log(v)) {
                return d * v;
            }
        }
    }
}

/// A beta number: of two gamma numbers, the part that the first has of their sum.
pub fn beta(draws: &mut Draws, a: f64, b: f64) -> f64 {
    let (x, y) = (log_gamma(draws, a), log_gamma(draws, b));
    1.0 / (1.0 + exp(y - x))
}

pub fn poisson(draws: &mut Draws, mean: f64) -> i64 {
    if mean < SMALL_MEAN {
        return by_inversion(draws, exp(-mean), |k| mean / k);
    }
    let b = 0.931 + 2.53 * sqrt(mean);
    let hat = Hat {
        a: -0.059 + 0.02483 * b,
        b,
        center: mean + 0.43,
        squeeze: 0.9277 - 3.6224 / (b - 2.0),
        log_scale: log(1.1239 + 1.1328 / (b - 3.4)),
    };
    hat.draw(draws, i64::MAX as f64, |k| log_poisson(k, mean))
}

pub fn binomial(draws: &mut Draws, n: i64, p: f64) -> i64 {
    if p > 0.5 {
        return n - binomial(draws, n, 1.0 - p);
    }
    let (count, q) = (n as f64, 1.0 - p);
    if count * p < SMALL_MEAN {
        let found = by_inversion(draws, exp(count * log1p(-p)), |k| (count - k + 1.0) / k * p / q);
        return found.min(n);
    }
    let deviation = sqrt(count * p * q);
    let b = 1.15 + 2.53 * deviation;
    let mode = floor((count + 1.0) * p);
    let hat = Hat {
        a: -0.0873 + 0.0248 * b + 0.01 * p,
        b,
        center: count * p + 0.5,
        squeeze: 0.92 - 4.2 / b,
        log_scale: log((2.83 + 5.1 / b) * deviation) + log_binomial(mode, count, p),
    };
    hat.draw(draws, count, |k| log_binomial(k, count, p)).min(n)
}

/// A count, given the probability of 0 and what that of `k` is divided by that of `k - 1`.
fn by_inversion(draws: &mut Draws, none: f64, ratio: impl Fn(f64) -> f64) -> i64 {
    /// Beyond it, the probability of a mean below [`SMALL_MEAN`] is 0 in floats.
    const MOST: i64 = 200;
    let [mut rest, _] = draws.uniforms();
    let (mut k, mut probability) = (0, none);
    while rest >= probability && k < MOST {
        rest -= probability;
        k += 1;
        probability *= ratio(k as f64);
    }
    k
}

/// The curve above the probabilities of counts under which points are drawn.
struct Hat {
    a: f64,
    b: f64,
    center: f64,
    squeeze: f64,
    /// The logarithm of what the probabilities are compared in.
    log_scale: f64,
}

impl Hat {
    /// A count up to `most`, given the logarithms of the probabilities.
    fn draw(&self, draws: &mut Draws, most: f64, log_probability: impl Fn(f64) -> f64) -> i64 {
        loop {
            let [u, v] = draws.uniforms();
            let u = u - 0.5;
            let distance = 0.5 - abs(u);
            let k = floor((2.0 * self.a / distance + self.b) * u + self.center);
            if !(0.0..=most).contains(&k) {
                continue;
            }
            let is_inside = distance >= 0.07 && v <= self.squeeze;
            let height = || log(v) + self.log_scale - log(self.a / (distance * distance) + self.b);
            if is_inside || height() <= log_probability(k) {
                return k as i64;
            }
        }
    }
}

fn log_poisson(k: f64, mean: f64) -> f64 {
    if k == 0.0 {
        return -mean;
    }
    -stirling_error(k) - deviance(k, mean) - 0.5 * log(std::f64::consts::TAU * k)
}

fn log_binomial(k: f64, n: f64, p: f64) -> f64 {
    if k == 0.0 {
        return n * log1p(-p);
    }
    if k == n {
        return n * log(p);
    }
    let rest = n - k;
    let errors = stirling_error(n) - stirling_error(k) - stirling_error(rest);
    let deviances = deviance(k, n * p) + deviance(rest, n * (1.0 - p));
    errors - deviances - 0.5 * log(std::f64::consts::TAU * k * (rest / n))
}

/// What Stirling's formula for the logarithm of `n!` lacks, for a count from 1 on.
fn stirling_error(n: f64) -> f64 {
    const SMALL: f64 = 15.0;
    if n <= SMALL {
        let log_factorial = log((1..=n as u64).product::<u64>() as f64);
        return log_factorial - (n + 0.5) * log(n) + n - 0.5 * log(std::f64::consts::TAU);
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / n
}

/// `x * log(x / mean) + mean - x`, without loss where both are close.
fn deviance(x: f64, mean: f64) -> f64 {
    if abs(x - mean) >= 0.1 * (x + mean) {
        return x * log(x / mean) + mean - x;
    }
    let v = (x - mean) / (x + mean);
    let (mut sum, mut term) = ((x - mean) * v, 2.0 * x * v);
    let mut k = 3.0;
    loop {
        term *= v * v;
        let next = sum + term / k;
        if next == sum {
            return sum;
        }
        sum = next;
        k += 2.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_all_counts_sum_to_one() {
        for (n, p) in [(20.0, 0.5), (1000.0, 0.013), (1000.0, 0.49)] {
            let total: f64 = (0..=n as i64).map(|k| exp(log_binomial(k as f64, n, p))).sum();
            assert!(abs(total - 1.0) < 1e-12, "{n} {p} {total}");
        }
        for mean in [10.0, 50.5, 400.0] {
            let total: f64 = (0..1000).map(|k| exp(log_poisson(k as f64, mean))).sum();
            assert!(abs(total - 1.0) < 1e-12, "{mean} {total}");
        }
    }
}
