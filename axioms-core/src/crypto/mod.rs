//! Signature verification, behind one seam. The only module that names a signature library.

mod algorithm;

pub use algorithm::{Algorithm, UnknownAlgorithm};
