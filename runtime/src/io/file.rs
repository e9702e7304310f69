//! Reading and writing whole files, with errors that name the path and the reason.

use quern_ir::ErrorKind;
use quern_vm::{Error, Value};
use std::fmt::Display;
use std::fs;
use std::io::{ErrorKind as Reason, Write};
use std::path::Path;

/// The largest file read into memory at once.
const MAX_BYTES: u64 = 16 << 30;

/// An error of the operating system about a path.
pub fn io_error(action: &str, path: impl Display, error: &std::io::Error) -> Error {
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

pub fn read_bytes(path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    let path = path.as_ref();
    let failed = |e: std::io::Error| io_error("read", path.display(), &e);
    let meta = fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(failed(Reason::IsADirectory.into()).hint("io.list_dir lists a directory"));
    }
    if meta.len() > MAX_BYTES {
        let (shown, size) = (path.display(), meta.len());
        let what = format!("cannot read {shown}: it has {size} bytes, more than {MAX_BYTES}");
        return Err(Error::new(ErrorKind::MemoryError, what));
    }
    fs::read(path).map_err(failed)
}

/// The text of a file, which must be UTF-8.
pub fn read_text(path: impl AsRef<Path>) -> Result<String, Error> {
    let path = path.as_ref();
    String::from_utf8(read_bytes(path)?).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1;
        let path = path.display();
        Error::value_error(format!("{path} is not UTF-8: line {line}, byte {at} of the file"))
            .hint("io.read_bytes reads any file")
    })
}

/// Writes a file whole: into a new one beside it that then takes its place, so that an error leaves
/// the old content.
pub fn write(path: impl AsRef<Path>, bytes: &[u8], append: bool) -> Result<Value, Error> {
    let target = path.as_ref();
    let failed = |e: std::io::Error| io_error("write", target.display(), &e);
    if target.is_dir() {
        return Err(failed(Reason::IsADirectory.into()));
    }
    // Devices, pipes and links are written through; there is nothing to swap them for.
    let is_plain = fs::symlink_metadata(target).map_or(true, |m| m.is_file());
    if append || !is_plain {
        let mut options = fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(target).and_then(|mut f| f.write_all(bytes)).map_err(failed)?;
        return Ok(Value::None);
    }
    let mut temporary = target.as_os_str().to_owned();
    temporary.push(format!(".{}.part", std::process::id()));
    let written = fs::write(&temporary, bytes)
        .and_then(|()| keep_permissions(target, Path::new(&temporary)))
        .and_then(|()| fs::rename(&temporary, target));
    if let Err(e) = written {
        // The error that matters is the first; a leftover part is not worth a second message.
        let _ = fs::remove_file(&temporary);
        return Err(failed(e));
    }
    Ok(Value::None)
}

fn keep_permissions(old: &Path, new: &Path) -> std::io::Result<()> {
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
    let failed = |e: std::io::Error| io_error("list", path, &e);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(Value::list(names.into_iter().map(Value::from).collect()))
}
