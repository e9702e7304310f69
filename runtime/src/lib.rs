//! quern
