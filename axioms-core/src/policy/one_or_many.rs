//! Accepts one string or several in the builder.

/// The values of a demand: one string, or an iterable of strings.
///
/// It is implemented for every type that implements [`AsRef<str>`] (`&str`, `String`, `Cow<str>`,
/// ...), and for every [`IntoIterator`] over such types (arrays, slices, `Vec`s, sets, iterators).
/// The compiler infers `Form`, which distinguishes the two.
///
/// # Examples
/// ```
/// use axioms_core::Policy;
///
/// let one = Policy::builder().any_scopes("read").build()?;
/// assert_eq!(one, Policy::builder().any_scopes(["read"]).build()?);
/// assert_eq!(one, Policy::builder().any_scopes(vec![String::from("read")]).build()?);
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a string nor a list of strings",
    label = "expected a string, as in `\"read\"`, or a list of them, as in `[\"read\", \"write\"]`"
)]
pub trait OneOrMany<Form>: sealed::Sealed<Form> {
    /// Converts into owned strings.
    #[doc(hidden)]
    fn owned(self) -> Box<[Box<str>]>;
}

impl<S: AsRef<str>> OneOrMany<sealed::One> for S {
    fn owned(self) -> Box<[Box<str>]> {
        Box::new([self.as_ref().into()])
    }
}

impl<I: IntoIterator<Item: AsRef<str>>> OneOrMany<sealed::Many> for I {
    fn owned(self) -> Box<[Box<str>]> {
        self.into_iter().map(|value| value.as_ref().into()).collect()
    }
}

mod sealed {
    pub enum One {}
    pub enum Many {}

    pub trait Sealed<Form> {}

    impl<S: AsRef<str>> Sealed<One> for S {}
    impl<I: IntoIterator<Item: AsRef<str>>> Sealed<Many> for I {}
}
