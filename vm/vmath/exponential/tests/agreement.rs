//! Scalars, blocks of every length and the instruction sets with fused arithmetic agree bit for
//! bit; `f32` is `f64` rounded once.

use vmath::{Isa, binary_functions, unary_functions};

/// SplitMix64 of Steele, Lea and Flood (2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Half of them any bits at all, half of moderate size.
    fn double(&mut self) -> f64 {
        let bits = self.next();
        if bits & 1 == 0 {
            f64::from_bits(self.next())
        } else {
            (self.next() >> 11) as f64 / (1_u64 << 53) as f64 * 80.0 - 40.0
        }
    }

    fn doubles(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.double()).collect()
    }
}

/// The bits, all NaNs alike.
fn bits(x: f64) -> u64 {
    if x.is_nan() {
        f64::NAN.to_bits()
    } else {
        x.to_bits()
    }
}

#[test]
fn scalars_and_blocks_agree() {
    let mut random = Random(1);
    for isa in Isa::supported() {
        for length in (0..=40).chain([1000, 4099]) {
            let (x, y) = (random.doubles(length), random.doubles(length));
            let mut out = vec![0.0; length];
            for f in unary_functions::<f64>() {
                (f.block)(isa, &mut out, &x);
                for (&x, &got) in x.iter().zip(&out) {
                    assert_eq!(
                        bits(got),
                        bits((f.scalar)(isa, x)),
                        "{}({x:e}) {isa:?}",
                        f.name
                    );
                }
            }
            for f in binary_functions::<f64>() {
                (f.block)(isa, &mut out, &x, &y);
                for ((&x, &y), &got) in x.iter().zip(&y).zip(&out) {
                    let want = (f.scalar)(isa, x, y);
                    assert_eq!(bits(got), bits(want), "{}({x:e}, {y:e}) {isa:?}", f.name);
                }
            }
        }
    }
}

#[test]
fn fused_versions_agree() {
    if Isa::best() < Isa::Avx512 {
        return;
    }
    let mut random = Random(2);
    let (x, y) = (random.doubles(100_000), random.doubles(100_000));
    let (mut a, mut b) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    for f in unary_functions::<f64>() {
        (f.block)(Isa::Avx2, &mut a, &x);
        (f.block)(Isa::Avx512, &mut b, &x);
        assert!(
            a.iter().zip(&b).all(|(&a, &b)| bits(a) == bits(b)),
            "{}",
            f.name
        );
    }
    for f in binary_functions::<f64>() {
        (f.block)(Isa::Avx2, &mut a, &x, &y);
        (f.block)(Isa::Avx512, &mut b, &x, &y);
        assert!(
            a.iter().zip(&b).all(|(&a, &b)| bits(a) == bits(b)),
            "{}",
            f.name
        );
    }
}

fn check_single(isas: &[Isa], x: &[f32], y: &[f32]) {
    let widen = |x: &[f32]| x.iter().map(|&x| x.into()).collect::<Vec<f64>>();
    let (wide_x, wide_y) = (widen(x), widen(y));
    let (mut out, mut wide) = (vec![0.0_f32; x.len()], vec![0.0_f64; x.len()]);
    let check = |name: &str, isa: Isa, out: &[f32], wide: &[f64]| {
        for ((&got, &want), x) in out.iter().zip(wide).zip(x) {
            let same = got.is_nan() && want.is_nan() || got.to_bits() == (want as f32).to_bits();
            assert!(same, "{name}({x:e}) = {got:e}, not {want:e} ({isa:?})");
        }
    };
    for &isa in isas {
        for (f, g) in unary_functions::<f32>()
            .iter()
            .zip(unary_functions::<f64>())
        {
            (f.block)(isa, &mut out, x);
            (g.block)(isa, &mut wide, &wide_x);
            check(f.name, isa, &out, &wide);
        }
        for (f, g) in binary_functions::<f32>()
            .iter()
            .zip(binary_functions::<f64>())
        {
            (f.block)(isa, &mut out, x, y);
            (g.block)(isa, &mut wide, &wide_x, &wide_y);
            check(f.name, isa, &out, &wide);
        }
    }
}

#[test]
fn single_precision_is_rounded_double_precision() {
    const STEP: usize = 10_000;
    let mut random = Random(3);
    let mut singles = || {
        (0..STEP)
            .map(|_| f32::from_bits(random.next() as u32))
            .collect()
    };
    let isas: Vec<Isa> = Isa::supported().collect();
    for round in 0..1000 {
        let (x, y): (Vec<f32>, Vec<f32>) = (singles(), singles());
        check_single(
            if round < 30 {
                &isas
            } else {
                &isas[isas.len() - 1..]
            },
            &x,
            &y,
        );
    }
    // The numbers around zero, the smallest normal number, 1 and infinity.
    for center in [0_u32, 0x0080_0000, 0x3f80_0000, 0x7f80_0000] {
        let near = |i: u32| f32::from_bits(center.wrapping_add(i).wrapping_sub(STEP as u32 / 2));
        let x: Vec<f32> = (0..STEP as u32).map(near).collect();
        let negative: Vec<f32> = x.iter().map(|x| -x).collect();
        check_single(&isas, &x, &singles());
        check_single(&isas, &negative, &singles());
    }
}
