//! How much memory there is to give.

use std::sync::LazyLock;

/// Bytes of physical memory, as far as the system tells.
static PHYSICAL: LazyLock<usize> = LazyLock::new(physical);

#[cfg(target_os = "linux")]
fn physical() -> usize {
    let info = rustix::system::sysinfo();
    let units = usize::try_from(info.totalram).unwrap_or(usize::MAX);
    units.saturating_mul(usize::try_from(info.mem_unit).unwrap_or(1))
}

#[cfg(not(target_os = "linux"))]
fn physical() -> usize {
    usize::MAX
}

/// Whether a vector may grow to so many bytes. The system promises more memory than it has and ends the
/// process that uses it; a vector that grows is there twice while it is copied.
pub fn may_hold(bytes: usize) -> bool {
    const SMALL: usize = 64 << 20;
    bytes <= SMALL || bytes <= *PHYSICAL / 2
}

/// Bytes that may be kept for later where nobody uses them.
pub fn kept_at_most() -> usize {
    *PHYSICAL / 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_not_given() {
        assert!(may_hold(1000));
        assert!(!may_hold(usize::MAX / 2 + 1));
    }
}
