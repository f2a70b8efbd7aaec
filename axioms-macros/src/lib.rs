//! Macros of Axioms.
