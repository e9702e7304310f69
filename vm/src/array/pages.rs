//! Large pages behind large arrays.
//!
//! A loop over a large array meets a page every few hundred elements, and with small pages each is a
//! fault the first time and a walk through the page tables later. Where the system gives large pages
//! only to those who ask, arrays of several of them do.

/// Asks for large pages behind memory that has not been touched yet. A refusal changes nothing.
#[cfg(target_os = "linux")]
pub fn ask_for_large_pages(bytes: &mut [u8]) {
    const PAGE: usize = 4096;
    // Bytes from which asking is worth the call: a few large pages.
    const LARGE: usize = 8 << 20;
    if bytes.len() < LARGE {
        return;
    }
    let Some(inner) = bytes.get_mut(bytes.as_ptr().align_offset(PAGE)..) else { return };
    let len = inner.len() / PAGE * PAGE;
    // SAFETY: the range is part of a slice that we hold, and starts at a page; the advice changes what
    // memory is behind it, never what it holds.
    let _ = unsafe {
        rustix::mm::madvise(inner.as_mut_ptr().cast(), len, rustix::mm::Advice::LinuxHugepage)
    };
}

#[cfg(not(target_os = "linux"))]
pub fn ask_for_large_pages(_: &mut [u8]) {}
