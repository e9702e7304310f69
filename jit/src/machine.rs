//! Units of typed functions to machine code.

use crate::abi::Sig;
use crate::code::{Code, Piece};
use crate::isa;
use crate::lower::{self, Held, Input};
use crate::reject::Reject;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use quern_ir::function::Imm;
use quern_ir::passes::{SpecId, Unit};
use quern_ir::{Entity, Function, Op, Ty};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

/// The code generator. It keeps the compilers' buffers for the next time.
pub struct Machine {
    isa: OwnedTargetIsa,
    spare: Mutex<Vec<Workspace>>,
}

struct Workspace {
    context: Context,
    builder: FunctionBuilderContext,
    control: ControlPlane,
}

/// A unit as machine code, with everything its code points to.
pub struct Compiled {
    code: Code,
    entry: usize,
    sig: Sig,
    /// The most bytes of the stack that one call takes.
    frame: usize,
    /// What the code refers to by address.
    _held: Vec<Held>,
    _bodies: Vec<Arc<Function>>,
}

/// The stages of a unit as text.
#[derive(Clone, Debug, Default)]
pub struct Dump {
    pub clif: String,
    pub asm: String,
}

impl Machine {
    pub fn new() -> Result<Machine, Reject> {
        let isa = isa::host().map_err(|why| Reject::NoBackend(why.into()))?;
        Ok(Machine { isa, spare: Mutex::default() })
    }

    /// Compiles all functions of a unit.
    pub fn compile(&self, unit: Unit) -> Result<Compiled, Reject> {
        self.compile_with(unit, None)
    }

    /// What [`Machine::compile`] would make, as text.
    pub fn dump(&self, unit: Unit) -> Result<Dump, Reject> {
        let mut dump = Dump::default();
        self.compile_with(unit, Some(&mut dump))?;
        Ok(dump)
    }

    fn compile_with(&self, unit: Unit, dump: Option<&mut Dump>) -> Result<Compiled, Reject> {
        let mut workspace = match self.spare.lock() {
            Ok(mut spare) => spare.pop(),
            Err(_) => None,
        }
        .unwrap_or_else(Workspace::new);
        let result = self.compile_in(&mut workspace, unit, dump);
        // A refusal leaves half a function in the workspace.
        if result.is_ok()
            && let Ok(mut spare) = self.spare.lock()
        {
            spare.push(workspace);
        }
        result
    }

    fn compile_in(
        &self,
        workspace: &mut Workspace,
        unit: Unit,
        mut dump: Option<&mut Dump>,
    ) -> Result<Compiled, Reject> {
        let recursive = recursive(&unit);
        let sigs: Vec<Sig> =
            unit.specs.iter().map(|(id, _)| signature(&unit, id, recursive[id.index()])).collect();
        let entry = unit.entry.index();
        let sig = sigs[entry].clone();
        let (mut pieces, mut held, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        for ((id, spec), sig) in unit.specs.iter().zip(&sigs) {
            let body = Arc::new(spec.body.clone());
            workspace.context.clear();
            let input = Input {
                lent: &spec.lent,
                func: &body,
                source: spec.source,
                sig,
                recursive: recursive[id.index()],
                unit: &sigs,
                host: self.isa.default_call_conv(),
                config: self.isa.frontend_config(),
            };
            held.push(lower::lower(&input, &mut workspace.context.func, &mut workspace.builder)?);
            pieces.push(self.finish(
                workspace,
                &format!("{id} {}", body.name),
                dump.as_deref_mut(),
            )?);
            bodies.push(body);
        }
        workspace.context.clear();
        let (host, config) = (self.isa.default_call_conv(), self.isa.frontend_config());
        lower::lower_entry(
            &sig,
            entry as u32,
            host,
            config,
            &mut workspace.context.func,
            &mut workspace.builder,
        );
        pieces.push(self.finish(workspace, "entry from the interpreter", dump)?);
        let frame = pieces.iter().map(Piece::frame).max().unwrap_or(0);
        let code = Code::link(&pieces)?;
        Ok(Compiled {
            frame,
            entry: code.entry(pieces.len() - 1),
            code,
            sig,
            _held: held,
            _bodies: bodies,
        })
    }

    /// Generates code for the function in the workspace.
    fn finish(
        &self,
        workspace: &mut Workspace,
        title: &str,
        dump: Option<&mut Dump>,
    ) -> Result<Piece, Reject> {
        let Workspace { context, control, .. } = workspace;
        context.set_disasm(dump.is_some());
        let clif = dump.is_some().then(|| context.func.display().to_string());
        context
            .compile(&*self.isa, control)
            .map_err(|e| Reject::Codegen(format!("{:?}", e.inner)))?;
        let names = context.func.params.user_named_funcs().values().cloned().collect();
        let code =
            context.compiled_code().ok_or_else(|| Reject::Codegen("no code was made".into()))?;
        if let (Some(dump), Some(clif)) = (dump, clif) {
            let asm = code.vcode.as_deref().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(dump.clif, "; {title}\n{clif}");
            let _ = writeln!(dump.asm, "; {title} ({} bytes)\n{asm}", code.code_buffer().len());
        }
        Ok(Piece::new(code, names))
    }
}

fn signature(unit: &Unit, id: SpecId, recursive: bool) -> Sig {
    let spec = &unit.specs[id];
    let exits = id == unit.entry && unit.frame.is_some();
    let first = if exits { Ty::Word } else { spec.result.clone() };
    Sig {
        params: spec.params.clone(),
        results: std::iter::once(first).chain(spec.outs.iter().cloned()).collect(),
        throws: spec.throws || exits,
        counts: recursive || lower::calls_out(&spec.body),
        exits,
    }
}

/// Which functions of a unit can reach themselves by calls.
fn recursive(unit: &Unit) -> Vec<bool> {
    let callees: Vec<Vec<usize>> = unit
        .specs
        .values()
        .map(|spec| {
            let insts = spec.body.layout.iter().flat_map(|&b| &spec.body.blocks[b].insts);
            insts
                .filter_map(|&i| match (spec.body.insts[i].op, &spec.body.insts[i].imm) {
                    (Op::CallSpec, Imm::Int(n)) => {
                        usize::try_from(*n).ok().filter(|&n| n < unit.specs.len())
                    }
                    _ => None,
                })
                .collect()
        })
        .collect();
    (0..callees.len())
        .map(|start| {
            let mut seen = vec![false; callees.len()];
            let mut todo = callees[start].clone();
            while let Some(next) = todo.pop() {
                if !std::mem::replace(&mut seen[next], true) {
                    todo.extend(&callees[next]);
                }
            }
            seen[start]
        })
        .collect()
}

impl Workspace {
    fn new() -> Workspace {
        Workspace {
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            control: ControlPlane::default(),
        }
    }
}

impl Compiled {
    /// What the entry takes and gives.
    pub fn sig(&self) -> &Sig {
        &self.sig
    }

    /// Bytes of machine code.
    pub fn size(&self) -> usize {
        self.code.size()
    }

    /// Runs the entry. `results` gets the result's words, those of the variables, and then those of the
    /// live values of the exit taken.
    ///
    /// # Safety
    ///
    /// `args` holds the words of values of the parameters' types, whose references pass to the callee,
    /// and `results` has room for all words it may get.
    pub unsafe fn run(
        &self,
        context: &mut crate::abi::JitContext<'_>,
        args: &[u64],
        results: &mut [u64],
    ) -> u64 {
        type Entry = unsafe extern "C" fn(*mut std::ffi::c_void, *const u64, *mut u64) -> u64;
        context.limit_depth(self.frame);
        // SAFETY: the address is that of a trampoline of this signature, alive as long as `self`.
        let entry: Entry = unsafe { std::mem::transmute(self.entry) };
        // SAFETY: by contract.
        unsafe { entry(std::ptr::from_mut(context).cast(), args.as_ptr(), results.as_mut_ptr()) }
    }
}
