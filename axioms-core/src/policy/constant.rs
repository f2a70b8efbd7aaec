//! The constants that can be values of a demand: one name or a list of names, distinguished by
//! type.

#![allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "the form only selects a method, and every form of constant can be borrowed as `&CONSTANT`"
)]

/// A constant that can be the value of a demand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a demand",
    label = "expected the text, a `&str` or a list of `&str`",
    note = "write the text itself, as in `any_scopes = \"read\"` or `any_scopes = [\"read\", \"write\"]`, or name a \
            constant that holds it: `const READ: &str = \"read\";`, `const SCOPES: &[&str] = &[\"read\", \"write\"];`",
    note = "check values that are known only at run time in the handler: `token.require(&policy)?`"
)]
pub trait Constant: 'static {
    /// The form of the constant; its method `names` reads the constant.
    type Form;

    /// The form, as a value.
    const FORM: Self::Form;
}

/// `const READ: &str`.
pub struct Name;

/// `const SCOPES: [&str; 2]`.
pub struct Array;

/// `const SCOPES: &[&str; 2]`.
pub struct ArrayReference;

/// `const SCOPES: &[&str]`.
pub struct Slice;

impl Constant for &'static str {
    type Form = Name;
    const FORM: Name = Name;
}

impl<const N: usize> Constant for [&'static str; N] {
    type Form = Array;
    const FORM: Array = Array;
}

impl<const N: usize> Constant for &'static [&'static str; N] {
    type Form = ArrayReference;
    const FORM: ArrayReference = ArrayReference;
}

impl Constant for &'static [&'static str] {
    type Form = Slice;
    const FORM: Slice = Slice;
}

/// Returns the form of a constant. Trait methods cannot be `const`, so the inherent methods below
/// read the constant.
#[must_use]
pub const fn form<T: Constant>(_: &'static T) -> T::Form {
    T::FORM
}

impl Name {
    #[must_use]
    pub const fn names(&self, constant: &'static &'static str) -> &'static [&'static str] {
        std::slice::from_ref(constant)
    }
}

impl Array {
    #[must_use]
    pub const fn names<const N: usize>(
        &self,
        constant: &'static [&'static str; N],
    ) -> &'static [&'static str] {
        constant
    }
}

impl ArrayReference {
    #[must_use]
    pub const fn names<const N: usize>(
        &self,
        constant: &'static &'static [&'static str; N],
    ) -> &'static [&'static str] {
        *constant
    }
}

impl Slice {
    #[must_use]
    pub const fn names(&self, constant: &'static &'static [&'static str]) -> &'static [&'static str] {
        constant
    }
}
