//! The versions that every test goes through.

use vmath_b::bits::Unfused;
use vmath_b::dispatch::{Level, Task};

/// What is tested: the kernel of a level, or its unfused form.
#[derive(Clone, Copy, Debug)]
pub enum Version {
    Unfused,
    At(Level),
}

pub fn versions() -> Vec<Version> {
    let levels = Level::ALL.into_iter().filter(|l| l.is_supported()).map(Version::At);
    [Version::Unfused].into_iter().chain(levels).collect()
}

impl Version {
    /// Whether the level always has fused arithmetic.
    #[allow(dead_code)]
    pub fn is_fused(self) -> bool {
        matches!(self, Version::At(Level::Avx2 | Level::Avx512))
    }

    pub fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            Version::Unfused => task.run::<Unfused>(),
            Version::At(level) => level.run(task),
        }
    }
}
