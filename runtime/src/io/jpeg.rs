//! JPEG files by way of the crates `zune-jpeg` and `jpeg-encoder`.

use super::image::{Picture, broken, check_size, shape};
use super::sink::{self, Sink};
use jpeg_encoder::{ColorType, Encoder, EncodingError};
use quern_ir::DType;
use quern_vm::Error;
use quern_vm::array::Array;
use quern_vm::interrupt::Stop;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The largest width and height that the format has room for.
const MOST: u32 = 65535;

/// What every file ends with.
const END: [u8; 2] = [0xff, 0xd9];

/// Pixels in a byte at most: of one channel each block of 64 pixels takes a bit or more.
const MOST_PIXELS: usize = 8 * 64;

/// The pixels of a file.
///
/// # Errors
/// `ValueError` if it is broken, `MemoryError` if its pixels have no room.
pub fn decode(name: &str, bytes: &[u8]) -> Result<Array, Error> {
    let failed = |e: DecodeErrors| broken(name, e);
    // The decoder makes gray of the last pixels where only few are missing.
    if !bytes.windows(END.len()).rev().any(|word| word == END) {
        return Err(broken(name, "it is cut off"));
    }
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(MOST as usize)
        .set_max_height(MOST as usize);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(failed)?;
    let Some(info) = decoder.info() else {
        return Err(broken(name, "it has no header"));
    };
    let size = (info.width.into(), info.height.into());
    let (color, channels) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    // The decoder keeps up to four channels of 16 bits before they are pixels.
    check_size(name, size, bytes.len().saturating_mul(MOST_PIXELS), channels + 8)?;
    decoder.set_options(options.jpeg_set_out_colorspace(color));
    let mut array = Array::zeros(&shape(size, channels), DType::U8)?;
    decoder.decode_into(array.as_mut_slice()?.unwrap_or_default()).map_err(failed)?;
    Ok(array)
}

/// The file of a picture.
///
/// # Errors
/// `ShapeError` for 2 or 4 channels or too many pixels, `TypeError` for samples of 16 bits, `MemoryError` if
/// there is no room, and the interrupt's.
pub fn encode(stop: Stop<'_>, picture: &Picture, quality: u8) -> Result<Vec<u8>, Error> {
    if picture.is_deep {
        return Err(Error::type_error("io.write_image: a JPEG has no 16 bits, so no i32 elements")
            .hint("u8(image) has 8 bits, if all elements are at most 255"));
    }
    let color = match picture.channels {
        1 => ColorType::Luma,
        3 => ColorType::Rgb,
        n => {
            let what = format!("io.write_image: a JPEG has 1 or 3 channels, not {n}");
            return Err(Error::new(quern_ir::ErrorKind::ShapeError, what)
                .hint("image[.., .., ..3] leaves out transparency; a PNG keeps it"));
        }
    };
    let (Ok(width), Ok(height)) = (picture.width.try_into(), picture.height.try_into()) else {
        let (width, height) = (picture.width, picture.height);
        return Err(Error::new(
            quern_ir::ErrorKind::ShapeError,
            format!(
                "io.write_image: a JPEG has at most {MOST} pixels a side, not {width} by {height}"
            ),
        ));
    };
    let mut sink = Sink::new(stop);
    let encoder = Encoder::new(&mut sink, quality);
    match encoder.encode(&picture.samples, width, height, color) {
        Ok(()) => Ok(sink.into_bytes()),
        Err(EncodingError::IoError(e)) => Err(sink::failure("io.write_image", e)),
        Err(e) => Err(Error::value_error(format!("io.write_image: {e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::broken::is_survived;
    use super::*;

    #[test]
    fn broken_files_are_errors() {
        for good in [
            &include_bytes!("../../tests/formats/rgb.jpg")[..],
            include_bytes!("../../tests/formats/gray.jpg"),
            include_bytes!("../../tests/formats/progressive.jpg"),
        ] {
            is_survived(good, |bytes| decode("p.jpg", &bytes));
        }
    }
}
