//! Tables with exactly what the layout uses.

use crate::entities::{Block, Entity, EntityVec, Val};
use crate::function::{Function, Vals};
use crate::types::Ty;

impl Function {
    /// Drops blocks, instructions and values that the layout does not reach and renumbers the rest in
    /// layout order. Slots keep their numbers.
    pub fn compact(&self) -> Function {
        let mut out = Function {
            name: self.name.clone(),
            params: self.params.clone(),
            captures: self.captures.clone(),
            is_generator: self.is_generator,
            blocks: EntityVec::new(),
            insts: EntityVec::new(),
            vals: EntityVec::new(),
            slots: self.slots.clone(),
            layout: Vec::new(),
            sites: self.sites.clone(),
            span: self.span,
            doc: self.doc.clone(),
        };
        let mut blocks = vec![Block(u32::MAX); self.blocks.len()];
        let mut vals = vec![Val(u32::MAX); self.vals.len()];
        for &block in &self.layout {
            blocks[block.index()] = out.add_block();
        }
        for &block in &self.layout {
            let new = blocks[block.index()];
            for &param in &self.blocks[block].params {
                vals[param.index()] = out.add_block_param(new, self.ty(param).clone());
            }
            out.blocks[new].handler = self.blocks[block].handler.map(|h| blocks[h.index()]);
            for &inst in &self.blocks[block].insts {
                let data = &self.insts[inst];
                let tys: Vec<Ty> = data.results.iter().map(|&r| self.ty(r).clone()).collect();
                let copy = out.append(new, data.op, &[], data.imm.clone(), &tys, data.span);
                for (&old, &new) in data.results.iter().zip(&out.insts[copy].results) {
                    vals[old.index()] = new;
                }
                out.insts[copy].args = data.args.clone();
                out.insts[copy].targets = data.targets.clone();
                out.insts[copy].site = data.site;
                out.insts[copy].unwind = data.unwind.clone();
                out.insts[copy].dying = data.dying.clone();
            }
        }
        let rename = |list: &mut Vals| {
            for val in list {
                *val = vals[val.index()];
            }
        };
        for inst in out.insts.values_mut() {
            rename(&mut inst.args);
            rename(&mut inst.unwind);
            rename(&mut inst.dying);
            for target in &mut inst.targets {
                target.block = blocks[target.block.index()];
                rename(&mut target.args);
            }
        }
        out
    }
}
