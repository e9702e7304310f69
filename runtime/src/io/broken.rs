//! Broken copies of good files, for the tests of what reads them.

use quern_vm::Error;

/// Whatever was done to a file, reading it ends, and a file that was cut off is an error.
pub fn is_survived<T>(good: &[u8], read: impl Fn(Vec<u8>) -> Result<T, Error>) {
    if let Err(e) = read(good.to_vec()) {
        panic!("the whole file is no good: {}", e.message);
    }
    for length in 0..good.len() {
        assert!(read(good[..length].to_vec()).is_err(), "{length} of {} bytes", good.len());
    }
    for at in 0..good.len() {
        for change in [0x01, 0x10, 0x80, 0xff] {
            let mut bad = good.to_vec();
            bad[at] ^= change;
            // It may still be a file, of other content.
            drop(read(bad));
        }
    }
}
