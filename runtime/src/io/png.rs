//! PNG files by way of the crate `png`.

use super::image::{Picture, broken, check_size, shape};
use super::sink::{self, Sink};
use ::png::{
    BitDepth, ColorType, Decoder, DecodingError, Encoder, EncodingError, Limits, Transformations,
};
use quern_ir::DType;
use quern_vm::Error;
use quern_vm::array::Array;
use quern_vm::interrupt::Stop;
use quern_vm::range::room;
use std::io::{Cursor, Write};

/// A byte of a deflated file is never more bytes than this.
const MOST_INFLATED: usize = 1032;

/// What the decoder may use beside the pixels in any case.
const SCRATCH: usize = 64 << 20;

/// The first picture of a file.
///
/// # Errors
/// `ValueError` if it is broken, `MemoryError` if its pixels have no room.
pub fn decode(name: &str, bytes: &[u8]) -> Result<Array, Error> {
    let failed = |e: DecodingError| broken(name, e);
    let inflated = bytes.len().saturating_mul(MOST_INFLATED);
    let limits = Limits { bytes: inflated.max(SCRATCH) };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(failed)?;
    let (color, depth) = reader.output_color_type();
    let channels = color.samples();
    let size = reader.info().size();
    let most_pixels = inflated.saturating_mul(8) / reader.info().bits_per_pixel();
    // Samples of 16 bits are there twice, as bytes and as ints.
    let is_deep = depth == BitDepth::Sixteen;
    check_size(name, size, most_pixels, if is_deep { 6 * channels } else { channels })?;
    let shape = shape(size, channels);
    if !is_deep {
        let mut array = Array::zeros(&shape, DType::U8)?;
        reader.next_frame(array.as_mut_slice()?.unwrap_or_default()).map_err(failed)?;
        reader.finish().map_err(failed)?;
        return Ok(array);
    }
    let mut array = Array::zeros(&shape, DType::I32)?;
    let mut samples = room(2 * array.size())?;
    samples.resize(2 * array.size(), 0);
    reader.next_frame(&mut samples).map_err(failed)?;
    reader.finish().map_err(failed)?;
    let elements = array.as_mut_slice::<i32>()?.unwrap_or_default();
    for (x, &sample) in elements.iter_mut().zip(samples.as_chunks().0) {
        *x = u16::from_be_bytes(sample).into();
    }
    Ok(array)
}

/// The file of a picture.
///
/// # Errors
/// `MemoryError` if there is no room, and the interrupt's.
pub fn encode(stop: Stop<'_>, picture: &Picture) -> Result<Vec<u8>, Error> {
    let mut sink = Sink::new(stop);
    let mut encoder = Encoder::new(&mut sink, picture.width, picture.height);
    encoder.set_color(match picture.channels {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    encoder.set_depth(if picture.is_deep { BitDepth::Sixteen } else { BitDepth::Eight });
    let written = encoder.write_header().and_then(|mut writer| {
        let mut stream = writer.stream_writer()?;
        for piece in picture.samples.chunks(Stop::PIECE) {
            stop.check().map_err(|e| std::io::Error::other(Error::from(e)))?;
            stream.write_all(piece)?;
        }
        stream.finish()?;
        writer.finish()
    });
    match written {
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
            &include_bytes!("../../tests/formats/rgb.png")[..],
            include_bytes!("../../tests/formats/palette.png"),
            include_bytes!("../../tests/formats/gray16.png"),
            include_bytes!("../../tests/formats/interlaced.png"),
        ] {
            is_survived(good, |bytes| decode("p.png", &bytes));
        }
    }

    #[test]
    fn sizes_that_are_lies_take_no_memory() {
        let mut bytes = include_bytes!("../../tests/formats/rgb.png").to_vec();
        let header = 12..29;
        bytes[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        let crc = crc(&bytes[header.clone()]);
        bytes[header.end..header.end + 4].copy_from_slice(&crc.to_be_bytes());
        assert!(decode("p.png", &bytes).is_err(), "it is a small file");
    }

    /// The checksum of a chunk, as the standard defines it.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |c, _| {
                c >> 1 ^ if c & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    }
}
