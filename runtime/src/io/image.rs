//! Pixels of PNG and JPEG files as arrays, and back.

use super::{jpeg, png};
use quern_ir::{DType, ErrorKind};
use quern_vm::array::{Array, Bool8, Element};
use quern_vm::interrupt::Stop;
use quern_vm::memory::may_hold;
use quern_vm::range::room;
use quern_vm::{Error, Value};
use std::fmt::Display;
use std::path::Path;

/// The formats, told by the first bytes of a file or the end of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
}

impl Format {
    fn of_bytes(bytes: &[u8]) -> Option<Format> {
        match bytes {
            _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Format::Png),
            _ if bytes.starts_with(b"\xff\xd8\xff") => Some(Format::Jpeg),
            _ => None,
        }
    }

    /// # Errors
    /// `ValueError` for any other ending.
    pub fn of_path(path: &str) -> Result<Format, Error> {
        let ending = Path::new(path).extension().map(|ending| ending.to_ascii_lowercase());
        match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("png") => Ok(Format::Png),
            Some("jpg" | "jpeg") => Ok(Format::Jpeg),
            _ => Err(Error::value_error(format!(
                "io.write_image: {path:?} does not end in .png, .jpg or .jpeg"
            ))),
        }
    }
}

/// Reads the pixels of a file. `name` is what messages call it.
///
/// # Errors
/// `ValueError` for a broken file or another format, `MemoryError` if the pixels have no room.
pub fn parse(stop: Stop<'_>, name: &str, bytes: Vec<u8>) -> Result<Array, Error> {
    let Some(format) = Format::of_bytes(&bytes) else {
        let what = format!("{name}: it is neither a PNG nor a JPEG file");
        return Err(Error::value_error(what));
    };
    let name = name.to_owned();
    // A decoder cannot be asked to stop.
    stop.apart(move || match format {
        Format::Png => png::decode(&name, &bytes),
        Format::Jpeg => jpeg::decode(&name, &bytes),
    })?
}

/// The error of a file that no decoder can read.
#[cold]
pub fn broken(name: &str, what: impl Display) -> Error {
    Error::value_error(format!("{name}: the image is broken: {what}"))
}

/// That a file can hold so many pixels, and the memory so many bytes for them. What a broken file says of its
/// size is found out here, before memory is taken.
///
/// # Errors
/// `ValueError` and `MemoryError`.
pub fn check_size(
    name: &str,
    (width, height): (u32, u32),
    most_pixels: usize,
    bytes_per_pixel: usize,
) -> Result<(), Error> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > most_pixels as u64 {
        return Err(broken(name, format!("it cannot have {width} by {height} pixels")));
    }
    match (pixels as usize).checked_mul(bytes_per_pixel).filter(|&bytes| may_hold(bytes)) {
        Some(_) => Ok(()),
        None => Err(Error::new(
            ErrorKind::MemoryError,
            format!("{name}: there is no room for an image of {width} by {height} pixels"),
        )),
    }
}

/// The shape of an image: gray has no axis for its channel.
pub fn shape((width, height): (u32, u32), channels: usize) -> Vec<i64> {
    let size = [i64::from(height), i64::from(width), channels as i64];
    size[..if channels == 1 { 2 } else { 3 }].to_vec()
}

/// Pixels on their way into a file.
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// 1 to 4.
    pub channels: usize,
    /// Whether a sample is two bytes, the high one first, instead of one.
    pub is_deep: bool,
    pub samples: Vec<u8>,
}

/// The file of an image. `quality` is that of a JPEG.
///
/// # Errors
/// `TypeError`, `ShapeError` or `ValueError` for what is no image, `MemoryError` if there is no room.
pub fn write(
    stop: Stop<'_>,
    format: Format,
    image: &Array,
    quality: i64,
) -> Result<Vec<u8>, Error> {
    let Some(quality) = u8::try_from(quality).ok().filter(|q| (1..=100).contains(q)) else {
        let what = format!("io.write_image: quality must be 1 to 100, not {quality}");
        return Err(Error::value_error(what));
    };
    let picture = Picture::of(stop, image)?;
    match format {
        Format::Png => png::encode(stop, &picture),
        Format::Jpeg => jpeg::encode(stop, &picture, quality),
    }
}

impl Picture {
    fn of(stop: Stop<'_>, image: &Array) -> Result<Picture, Error> {
        let (size, channels) = match *image.shape() {
            [height, width] => ([height, width], 1),
            [height, width, channels @ 1..=4] => ([height, width], channels as usize),
            _ => return Err(not_an_image(image)),
        };
        let [height, width] = size.map(|n| u32::try_from(n).unwrap_or(0));
        if height == 0 || width == 0 {
            return Err(not_an_image(image));
        }
        let is_deep = image.dtype() == DType::I32;
        Ok(Picture { width, height, channels, is_deep, samples: samples(stop, image)? })
    }
}

#[cold]
fn not_an_image(image: &Array) -> Error {
    let found = quern_vm::std::describe(&image.clone().into());
    Error::new(
        ErrorKind::ShapeError,
        format!(
            "io.write_image: image must be [height, width] or [height, width, 1 to 4], not {found}"
        ),
    )
}

/// The elements of an image as a file stores them.
fn samples(stop: Stop<'_>, image: &Array) -> Result<Vec<u8>, Error> {
    let image = &image.contiguous(stop)?;
    let byte = |x: i64| u8::try_from(x).ok().map(|x| [x]);
    let share = |x: f64| (0.0..=1.0).contains(&x).then(|| [(x * 255.0).round() as u8]);
    match image.dtype() {
        DType::Bool => store(stop, image, "", |x: Bool8| Some([if x.get() { 255 } else { 0 }])),
        DType::U8 => store(stop, image, "", |x: u8| Some([x])),
        DType::I32 => store(stop, image, "0 to 65535, as i32 makes 16 bits", |x: i32| {
            u16::try_from(x).ok().map(u16::to_be_bytes)
        }),
        DType::Int => store(stop, image, "0 to 255", byte),
        DType::F32 => store(stop, image, "0.0 to 1.0", |x: f32| share(x.into())),
        DType::Float => store(stop, image, "0.0 to 1.0", share),
        DType::Complex => Err(Error::type_error(
            "io.write_image: the elements of an image are no complex numbers",
        )),
    }
}

/// Each element as `sample` makes it, which is only given where it is in its range.
fn store<T: Element, const N: usize>(
    stop: Stop<'_>,
    image: &Array,
    range: &str,
    sample: impl Fn(T) -> Option<[u8; N]>,
) -> Result<Vec<u8>, Error> {
    let mut samples = room(image.size().saturating_mul(N))?;
    for piece in stop.pieces(image.as_slice::<T>().unwrap_or_default()) {
        for &x in piece? {
            let Some(sample) = sample(x) else {
                let found = quern_vm::std::show::display(&Value::from(x.to_scalar()));
                let what = format!("io.write_image: the element {found} is not in {range}");
                return Err(Error::value_error(what));
            };
            samples.extend_from_slice(&sample);
        }
    }
    Ok(samples)
}
