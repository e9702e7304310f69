//! Reading and writing whole files, with errors that name the path and the reason.

use super::wait::aside;
use quern_ir::ErrorKind;
use quern_vm::interrupt::{Interrupt, Stop};
use quern_vm::range::reserve;
use quern_vm::{Error, Value};
use std::fmt::Display;
use std::fs;
use std::io::{self, ErrorKind as Reason, Read, Write};
use std::path::Path;

/// The largest file read into memory at once.
const MAX_BYTES: u64 = 16 << 30;

/// An error of the operating system about a path.
pub fn io_error(action: &str, path: impl Display, error: &io::Error) -> Error {
    let reason = match error.kind() {
        Reason::NotFound => "there is no such file or directory".into(),
        Reason::PermissionDenied => "permission denied".into(),
        Reason::IsADirectory => "it is a directory".into(),
        Reason::NotADirectory => "a part of the path is not a directory".into(),
        Reason::AlreadyExists => "it exists already".into(),
        Reason::StorageFull => "the disk is full".into(),
        _ => error.to_string(),
    };
    Error::new(ErrorKind::IOError, format!("cannot {action} {path}: {reason}"))
}

/// An error of the system about a path, or that of a run which was stopped meanwhile.
fn failure(action: &str, path: &Path, error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(error) => io_error(action, path.display(), &error),
    }
}

/// Bytes that are read or written between two looks at the interrupt.
const PIECE: usize = 1 << 20;

/// Ends reading and writing of a run that is asked to stop.
fn check(interrupt: &Interrupt) -> io::Result<()> {
    Stop::on(interrupt).check().map_err(|e| io::Error::other(Error::from(e)))
}

/// All bytes of a file.
///
/// # Errors
/// `IOError` with path and reason, `MemoryError` for too large a file, and the interrupt's.
pub fn read_bytes(interrupt: &Interrupt, path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    let path = path.as_ref();
    let failed = |e: io::Error| failure("read", path, e);
    let meta = fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(failed(Reason::IsADirectory.into()).hint("io.list_dir lists a directory"));
    }
    if meta.len() > MAX_BYTES {
        let (shown, size) = (path.display(), meta.len());
        let what = format!("cannot read {shown}: it has {size} bytes, more than {MAX_BYTES}");
        return Err(Error::new(ErrorKind::MemoryError, what));
    }
    if meta.is_file() {
        return read_pieces(interrupt, path, meta.len()).map_err(failed);
    }
    // A pipe or a device may let us wait.
    let owned = path.to_owned();
    aside(interrupt, move || fs::read(owned))?.map_err(failed)
}

fn read_pieces(interrupt: &Interrupt, path: &Path, size: u64) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    reserve(&mut bytes, size).map_err(io::Error::other)?;
    while (&file).take(PIECE as u64).read_to_end(&mut bytes)? > 0 {
        check(interrupt)?;
    }
    Ok(bytes)
}

/// The text of a file, which must be UTF-8.
pub fn read_text(interrupt: &Interrupt, path: impl AsRef<Path>) -> Result<String, Error> {
    let path = path.as_ref();
    String::from_utf8(read_bytes(interrupt, path)?).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1;
        let path = path.display();
        Error::value_error(format!("{path} is not UTF-8: line {line}, byte {at} of the file"))
            .hint("io.read_bytes reads any file")
    })
}

/// Writes a file whole: into a new one beside it that then takes its place, so that an error leaves
/// the old content.
pub fn write(
    interrupt: &Interrupt,
    path: impl AsRef<Path>,
    bytes: &[u8],
    append: bool,
) -> Result<Value, Error> {
    write_parts(interrupt, path, &[bytes], append)
}

/// Writes a file of several parts as [`write`] does.
pub fn write_parts(
    interrupt: &Interrupt,
    path: impl AsRef<Path>,
    parts: &[&[u8]],
    append: bool,
) -> Result<Value, Error> {
    let target = path.as_ref();
    let failed = |e: io::Error| failure("write", target, e);
    if target.is_dir() {
        return Err(failed(Reason::IsADirectory.into()));
    }
    let is_plain = fs::symlink_metadata(target).map_or(true, |m| m.is_file());
    if !is_plain {
        // Devices, pipes and links are written through; there is nothing to swap them for. They may let us
        // wait.
        let (owned, content) = (target.to_owned(), parts.concat());
        return aside(interrupt, move || open(&owned, append)?.write_all(&content))?
            .map_err(failed)
            .map(|()| Value::None);
    }
    if append {
        open(target, append)
            .and_then(|file| write_pieces(interrupt, file, parts))
            .map_err(failed)?;
        return Ok(Value::None);
    }
    let mut temporary = target.as_os_str().to_owned();
    temporary.push(format!(".{}.part", std::process::id()));
    let written = fs::File::create(&temporary)
        .and_then(|file| write_pieces(interrupt, file, parts))
        .and_then(|()| keep_permissions(target, Path::new(&temporary)))
        .and_then(|()| fs::rename(&temporary, target));
    if let Err(e) = written {
        // The error that matters is the first; a leftover part is not worth a second message.
        let _ = fs::remove_file(&temporary);
        return Err(failed(e));
    }
    Ok(Value::None)
}

/// A file for writing: at its end, or in place of its content.
fn open(path: &Path, append: bool) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).append(append).truncate(!append).open(path)
}

fn write_pieces(interrupt: &Interrupt, mut file: fs::File, parts: &[&[u8]]) -> io::Result<()> {
    for piece in parts.iter().flat_map(|part| part.chunks(PIECE)) {
        check(interrupt)?;
        file.write_all(piece)?;
    }
    Ok(())
}

fn keep_permissions(old: &Path, new: &Path) -> io::Result<()> {
    match fs::metadata(old) {
        Ok(meta) => fs::set_permissions(new, meta.permissions()),
        Err(_) => Ok(()),
    }
}

pub fn remove(path: &str) -> Result<Value, Error> {
    let result =
        if Path::new(path).is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
    result.map(|()| Value::None).map_err(|e| io_error("remove", path, &e))
}

/// The names in a directory, sorted.
pub fn list_dir(path: &str) -> Result<Value, Error> {
    let failed = |e: io::Error| io_error("list", path, &e);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(Value::list(names.into_iter().map(Value::from).collect()))
}
