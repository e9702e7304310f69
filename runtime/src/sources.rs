//! The source texts of a program, shared by all that add to them or show them.

use parking_lot::RwLock;
use quern_frontend::SourceMap;
use quern_ir::SourceId;
use std::sync::Arc;

/// A growing [`SourceMap`]; clones are the same one.
#[derive(Clone)]
pub struct Sources {
    map: Arc<RwLock<SourceMap>>,
}

impl Sources {
    pub fn new(map: SourceMap) -> Sources {
        Sources { map: Arc::new(RwLock::new(map)) }
    }

    pub fn add(&self, name: &str, text: &str) -> SourceId {
        self.map.write().add(name, text)
    }

    /// The texts as they are now.
    pub fn snapshot(&self) -> SourceMap {
        self.map.read().clone()
    }
}
