//! What scripts may do to the world: print, files, clocks, the process.

use crate::engine::Settings;
use crate::io::{arrow, csv, file, image, json, npy, npz, stdin};
use crate::sources::Sources;
use quern_ir::{Builtin, DType, ErrorKind, Span};
use quern_vm::array::Array;
use quern_vm::context::{ExecutionContext, Host, Interrupt};
use quern_vm::std::{Args, describe, show};
use quern_vm::{Error, Value};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where `print` writes.
pub trait Output: Send + Sync {
    /// Writes a text, perhaps into a buffer.
    fn write(&self, text: &str) -> std::io::Result<()>;
    /// Writes out what is buffered.
    fn flush(&self) -> std::io::Result<()>;
}

/// A host with the rights of the process it runs in.
pub struct SystemHost {
    output: Arc<dyn Output>,
    args: Vec<String>,
    sources: Sources,
    started: Instant,
}

impl SystemHost {
    pub fn new(settings: &Settings, sources: Sources) -> SystemHost {
        SystemHost {
            output: settings.output.clone(),
            args: settings.args.clone(),
            sources,
            started: Instant::now(),
        }
    }

    pub fn output(&self) -> &dyn Output {
        &*self.output
    }

    fn print(&self, text: &str) -> Result<Value, Error> {
        let failed =
            |e: std::io::Error| Error::new(ErrorKind::IOError, format!("cannot print: {e}"));
        self.output.write(text).map_err(failed)?;
        Ok(Value::None)
    }

    fn input(&self, prompt: &str, interrupt: &Interrupt) -> Result<Value, Error> {
        let failed = |e: std::io::Error| Error::new(ErrorKind::IOError, format!("input: {e}"));
        self.output.write(prompt).and_then(|()| self.output.flush()).map_err(failed)?;
        let line = stdin::read_line(interrupt)?;
        if line.is_empty() {
            return Ok(Value::None);
        }
        let line = line.strip_suffix('\n').unwrap_or(&line);
        Ok(line.strip_suffix('\r').unwrap_or(line).into())
    }
}

impl Host for SystemHost {
    fn line(&self, span: Span) -> Option<u32> {
        Some(self.sources.snapshot().line_column(span).line as u32)
    }

    fn call(
        &self,
        builtin: Builtin,
        values: &mut [Value],
        context: &mut ExecutionContext,
    ) -> Result<Value, Error> {
        use Builtin as B;
        let args = Args { builtin, values, stop: context.stop() };
        match builtin {
            B::Print => self.print(&printed(&args)?),
            B::Display => {
                let value = args.get(0);
                self.print(&format!("{} : {}\n", show::repr(value), value.type_name()))?;
                Ok(value.clone())
            }
            B::Help => self.print(&crate::help::text(args.get(0), context)?),
            B::Input => self.input(args.str(0)?, &context.interrupt),

            B::IoReadText => file::read_text(&context.interrupt, args.str(0)?).map(Value::from),
            B::IoReadLines => {
                let text = file::read_text(&context.interrupt, args.str(0)?)?;
                Ok(Value::list(text.lines().map(Value::from).collect()))
            }
            B::IoReadBytes => {
                Ok(Array::from_vec(file::read_bytes(&context.interrupt, args.str(0)?)?)?.into())
            }
            B::IoWriteText => file::write(
                &context.interrupt,
                args.str(0)?,
                args.str(1)?.as_bytes(),
                args.bool(2)?,
            ),
            B::IoWriteBytes => match args.get(1) {
                Value::Array(a) if a.dtype() == DType::U8 => {
                    let bytes = a.contiguous(args.stop)?;
                    file::write(
                        &context.interrupt,
                        args.str(0)?,
                        bytes.as_slice::<u8>().unwrap_or_default(),
                        false,
                    )
                }
                _ => Err(args.wrong(1, "a u8 array")),
            },
            B::IoExists => Ok(Value::Bool(std::path::Path::new(args.str(0)?).exists())),
            B::IoRemove => file::remove(args.str(0)?),
            B::IoListDir => file::list_dir(args.str(0)?),
            B::IoReadCsv => {
                let path = args.str(0)?;
                csv::parse(
                    args.stop,
                    path,
                    &file::read_text(&context.interrupt, path)?,
                    &csv_options(&args)?,
                )
            }
            B::IoParseCsv => csv::parse(args.stop, "csv text", args.str(0)?, &csv_options(&args)?),
            B::IoWriteCsv => {
                let text = csv::write(args.stop, args.get(1), delimiter(&args, 2)?, args.bool(3)?)?;
                file::write(&context.interrupt, args.str(0)?, &text, false)
            }
            B::IoReadJson => {
                let path = args.str(0)?;
                json::parse(args.stop, path, &file::read_text(&context.interrupt, path)?)
            }
            B::IoWriteJson => {
                let mut text = json::write(args.stop, args.get(1), indent(&args, 2)?)?;
                text.push('\n');
                file::write(&context.interrupt, args.str(0)?, text.as_bytes(), false)
            }
            B::IoReadNpy => {
                let path = args.str(0)?;
                let bytes = file::read_bytes(&context.interrupt, path)?;
                npy::parse(args.stop, path, &bytes).map(Value::from)
            }
            B::IoWriteNpy => {
                let array = npy::array_of(args.get(1))
                    .ok_or_else(|| args.wrong(1, "an array or a number"))??
                    .contiguous(args.stop)?;
                let parts = [&npy::header(&array)?[..], array.bytes().unwrap_or_default()];
                file::write_parts(&context.interrupt, args.str(0)?, &parts, false)
            }
            B::IoReadNpz => {
                let path = args.str(0)?;
                npz::parse(args.stop, path, &file::read_bytes(&context.interrupt, path)?)
            }
            B::IoWriteNpz => {
                let archive = npz::write(args.stop, args.get(1), args.bool(2)?)?;
                file::write(&context.interrupt, args.str(0)?, &archive, false)
            }
            B::IoReadImage => {
                let path = args.str(0)?;
                let bytes = file::read_bytes(&context.interrupt, path)?;
                image::parse(args.stop, path, bytes).map(Value::from)
            }
            B::IoWriteImage => {
                let path = args.str(0)?;
                let format = image::Format::of_path(path)?;
                let Value::Array(pixels) = args.get(1) else {
                    return Err(args.wrong(1, "an array"));
                };
                let bytes = image::write(args.stop, format, pixels, args.int(2)?)?;
                file::write(&context.interrupt, path, &bytes, false)
            }
            B::IoReadParquet => {
                let path = args.str(0)?;
                let bytes = file::read_bytes(&context.interrupt, path)?;
                arrow::read_parquet(args.stop, path, bytes)
            }
            B::IoWriteParquet => {
                let bytes = arrow::write_parquet(args.stop, args.get(1))?;
                file::write(&context.interrupt, args.str(0)?, &bytes, false)
            }
            B::IoReadArrow => {
                let path = args.str(0)?;
                arrow::read_ipc(args.stop, path, file::read_bytes(&context.interrupt, path)?)
            }
            B::IoWriteArrow => {
                let bytes = arrow::write_ipc(args.stop, args.get(1))?;
                file::write(&context.interrupt, args.str(0)?, &bytes, false)
            }
            B::JsonParse => json::parse(args.stop, "json text", args.str(0)?),
            B::JsonString => {
                json::write(args.stop, args.get(0), indent(&args, 1)?).map(Value::from)
            }

            B::TimeNow => Ok(Value::Float(self.started.elapsed().as_secs_f64())),
            B::TimeUnix => Ok(Value::Float(unix_time())),
            B::TimeIso => {
                let moment = if args.get(0).is_none() { unix_time() } else { args.float(0)? };
                Ok(crate::io::time::iso(moment)?.into())
            }
            B::OsArgs => {
                Ok(Value::list(self.args.iter().map(|s| Value::from(s.as_str())).collect()))
            }
            B::OsEnv => Ok(match std::env::var(args.str(0)?) {
                Ok(text) => text.into(),
                Err(_) => args.get(1).clone(),
            }),
            B::OsCwd => match std::env::current_dir() {
                Ok(path) => Ok(path.to_string_lossy().into_owned().into()),
                Err(e) => Err(file::io_error("find", "the working directory", &e)),
            },
            B::OsPlatform => Ok(std::env::consts::OS.into()),
            B::OsExit => {
                let code = args.int(0)?;
                match u8::try_from(code) {
                    Ok(code) => Err(Error::exit(code)),
                    Err(_) => {
                        Err(Error::value_error(format!("os.exit: code {code} is not in 0..=255")))
                    }
                }
            }
            other => Err(Error::type_error(format!(
                "{} is no part of this version; it comes with a later one",
                other.name()
            ))),
        }
    }
}

fn printed(args: &Args<'_>) -> Result<String, Error> {
    let Value::List(values) = args.get(0) else {
        return Err(args.wrong(0, "values"));
    };
    let sep = args.str(1)?;
    let mut out = String::new();
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push_str(sep);
        }
        out.push_str(&show::display(&value));
    }
    out.push_str(args.str(2)?);
    Ok(out)
}

fn delimiter(args: &Args<'_>, index: usize) -> Result<u8, Error> {
    separator(args, index, args.str(index)?)
}

/// A character that a CSV text gives a meaning to; quotes and ends of lines have theirs.
fn separator(args: &Args<'_>, index: usize, text: &str) -> Result<u8, Error> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(Error::value_error(format!(
            "{}: {} must be one ASCII character other than a quote or the end of a line, not {}",
            args.builtin.name(),
            args.param(index),
            describe(args.get(index))
        ))),
    }
}

/// The options of `io.read_csv` and `io.parse_csv`, whose rows are alike.
fn csv_options(args: &Args<'_>) -> Result<csv::Options, Error> {
    let delimiter = delimiter(args, 2)?;
    let comment = args.optional_str(3)?.map(|text| separator(args, 3, text)).transpose()?;
    if comment == Some(delimiter) {
        let name = args.builtin.name();
        return Err(Error::value_error(format!(
            "{name}: comment and delim are the same character"
        )));
    }
    let shape = csv::Shape::from_name(args.str(5)?).ok_or_else(|| {
        let name = args.builtin.name();
        Error::value_error(format!("{name}: as must be \"columns\", \"rows\" or \"array\""))
    })?;
    Ok(csv::Options {
        header: args.bool(1)?,
        delimiter,
        comment,
        missing: args.str(4)?.into(),
        shape,
    })
}

fn indent(args: &Args<'_>, index: usize) -> Result<Option<usize>, Error> {
    if args.get(index).is_none() { Ok(None) } else { args.count(index).map(Some) }
}

/// Seconds since 1970-01-01 UTC; before it, negative.
fn unix_time() -> f64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(e) => -e.duration().as_secs_f64(),
    }
}
