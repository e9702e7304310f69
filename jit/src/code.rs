//! Finished machine code: linked, executable, freed with its last owner.
//!
//! The functions compiled together share one piece of memory that is written first and made
//! executable afterwards; it is never both. They call each other directly and helpers by absolute
//! address. A [`Code`] owns the memory, so whoever runs code holds an `Arc` of it for as long.

use crate::helpers::Helper;
use crate::reject::Reject;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{ExternalName, UserExternalName, UserExternalNameRef};
use cranelift_codegen::{CompiledCode, FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_jit::{BranchProtection, JITMemoryKind, JITMemoryProvider, SystemMemoryProvider};
use std::sync::Mutex;

/// Name space of functions of the same unit in external names; the index is the function's.
pub const NAMESPACE_UNIT: u32 = 0;
/// Name space of helpers; the index is the [`Helper`]'s.
pub const NAMESPACE_HELPER: u32 = 1;
/// Name space of `fmath` functions of two widths; the index is in [`crate::fmath`]'s table.
pub const NAMESPACE_MATH: u32 = 2;

/// Machine code of one function, not yet placed.
pub struct Piece {
    bytes: Vec<u8>,
    align: usize,
    frame: usize,
    relocs: Vec<FinalizedMachReloc>,
    names: Vec<UserExternalName>,
}

impl Piece {
    /// Takes the code out of the compiler's buffers. `names` resolves the user names in relocations.
    pub fn new(code: &CompiledCode, names: Vec<UserExternalName>) -> Piece {
        Piece {
            bytes: code.code_buffer().to_vec(),
            align: code.buffer.alignment as usize,
            frame: code.buffer.frame_layout().map_or(0, |f| f.frame_to_fp_offset as usize)
                + LINK_BYTES,
            relocs: code.buffer.relocs().to_vec(),
            names,
        }
    }

    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes of the stack that a call takes.
    pub fn frame(&self) -> usize {
        self.frame
    }

    fn name(&self, name: UserExternalNameRef) -> Option<&UserExternalName> {
        self.names.get(name.as_u32() as usize)
    }
}

/// Executable machine code of a unit.
pub struct Code {
    /// Owns the pages. The lock is never contended; it makes the owner `Sync`.
    memory: Mutex<SystemMemoryProvider>,
    /// Address of each piece.
    entries: Vec<usize>,
    size: usize,
}

impl Code {
    /// Places the pieces in memory of their own, resolves their calls and makes them executable.
    pub fn link(pieces: &[Piece]) -> Result<Code, Reject> {
        let mut offsets = Vec::with_capacity(pieces.len());
        let mut size = 0usize;
        for piece in pieces {
            size = size.next_multiple_of(piece.align.max(FUNCTION_ALIGN));
            offsets.push(size);
            size += piece.bytes.len();
        }
        let mut image = vec![0u8; size];
        for (piece, &offset) in pieces.iter().zip(&offsets) {
            image[offset..offset + piece.bytes.len()].copy_from_slice(&piece.bytes);
        }
        let mut memory = SystemMemoryProvider::new();
        let base = memory
            .allocate(size.max(1), 64, JITMemoryKind::Executable)
            .map_err(|e| Reject::Memory(e.to_string()))?;
        let entries: Vec<usize> = offsets.iter().map(|offset| base as usize + offset).collect();
        for (piece, &offset) in pieces.iter().zip(&offsets) {
            for reloc in &piece.relocs {
                relocate(
                    &mut image,
                    base as usize,
                    offset,
                    reloc,
                    resolve(piece, reloc, offset, base as usize, &entries)?,
                )?;
            }
        }
        // SAFETY: `base` is the start of at least `size` writable bytes that nobody else knows of.
        unsafe { std::ptr::copy_nonoverlapping(image.as_ptr(), base, size) };
        memory.finalize(BranchProtection::None).map_err(|e| Reject::Memory(e.to_string()))?;
        Ok(Code { memory: Mutex::new(memory), entries, size })
    }

    /// Address of the function that was piece number `index`; valid while `self` lives.
    pub fn entry(&self, index: usize) -> usize {
        self.entries[index]
    }

    /// Bytes of code.
    pub fn size(&self) -> usize {
        self.size
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        let memory = match self.memory.get_mut() {
            Ok(memory) => memory,
            Err(poisoned) => poisoned.into_inner(),
        };
        // SAFETY: addresses inside are only reached through `entry`, whose callers keep `self` alive.
        unsafe { memory.free_memory() };
    }
}

const FUNCTION_ALIGN: usize = 16;

/// What a call has on the stack beside its frame: return address, frame pointer, and arguments that find
/// no register.
const LINK_BYTES: usize = 128;

/// The address a relocation means.
fn resolve(
    piece: &Piece,
    reloc: &FinalizedMachReloc,
    offset: usize,
    base: usize,
    entries: &[usize],
) -> Result<usize, Reject> {
    let unknown = || Reject::Codegen(format!("unknown relocation target {:?}", reloc.target));
    match &reloc.target {
        FinalizedRelocTarget::Func(inner) => Ok(base + offset + *inner as usize),
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            let name = piece.name(*name).ok_or_else(unknown)?;
            let index = name.index as usize;
            match name.namespace {
                NAMESPACE_UNIT => entries.get(index).copied(),
                NAMESPACE_HELPER => Helper::ALL.get(index).map(|h| h.address()),
                NAMESPACE_MATH => crate::fmath::address(index),
                _ => None,
            }
            .ok_or_else(unknown)
        }
        _ => Err(unknown()),
    }
}

/// Writes one resolved address into the image, which will stand at `base`.
fn relocate(
    image: &mut [u8],
    base: usize,
    offset: usize,
    reloc: &FinalizedMachReloc,
    target: usize,
) -> Result<(), Reject> {
    let at = offset + reloc.offset as usize;
    let place = base + at;
    let target = target.wrapping_add_signed(reloc.addend as isize);
    let refused = || Reject::Codegen(format!("relocation {:?} cannot be applied", reloc.kind));
    let distance = (target as i64).wrapping_sub(place as i64);
    match reloc.kind {
        Reloc::Abs8 => write(image, at, &(target as u64).to_le_bytes()),
        Reloc::X86PCRel4 | Reloc::X86CallPCRel4 => {
            let distance = i32::try_from(distance).map_err(|_| refused())?;
            write(image, at, &distance.to_le_bytes())
        }
        Reloc::Arm64Call if distance % 4 == 0 && (-(1 << 27)..1 << 27).contains(&distance) => {
            let mut word = [0; 4];
            word.copy_from_slice(image.get(at..at + 4).ok_or_else(refused)?);
            let imm26 = (distance >> 2) as u32 & 0x03ff_ffff;
            write(image, at, &(u32::from_le_bytes(word) | imm26).to_le_bytes())
        }
        _ => None,
    }
    .ok_or_else(refused)
}

fn write(image: &mut [u8], at: usize, bytes: &[u8]) -> Option<()> {
    image.get_mut(at..at + bytes.len())?.copy_from_slice(bytes);
    Some(())
}
