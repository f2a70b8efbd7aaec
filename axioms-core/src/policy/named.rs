//! `policy!`: named policies that several handlers can share.

/// Defines types that represent policies. Each implements [`HasPolicy`](crate::HasPolicy).
///
/// A declaration consists of a visibility, a name and demands, with the grammar of
/// `#[requires(...)]`: keys, groups, methods and other policies. Documentation and other attributes
/// apply to the type, which has no values.
///
/// A handler can name the type instead of demands, or together with other demands, which are joined
/// by AND: `#[requires(Editors)]`, `#[requires(Editors, all_roles = "chief")]`,
/// `#[requires(any(Editors, any_roles = "admin"))]`.
///
/// # Examples
/// ```
/// use axioms_core::{HasPolicy, policy};
///
/// policy! {
///     /// May edit articles.
///     pub Editors(any_scopes = ["articles:write", "articles:admin"], all_roles = EDITOR);
///     /// May also delete them.
///     pub Chiefs(Editors, all_roles = "chief");
///     /// Reading is public; all other methods are for editors.
///     pub Articles(GET(public), default(Editors));
///     /// Any valid token.
///     pub Members();
/// }
///
/// const EDITOR: &str = "editor";
///
/// assert_eq!(
///     Chiefs::POLICY.to_string(),
///     "((any scope of [articles:write, articles:admin] and all roles of [editor]) and all roles of [chief])",
/// );
/// ```
///
/// # Errors
/// A mistake is a compile error at the place of the mistake. A policy that differs by method cannot
/// be combined with other demands or be used inside a method.
///
/// ```compile_fail
/// axioms_core::policy! {
///     Articles(GET(public), POST(any_scopes = "articles:write"));
///     Chiefs(Articles, all_roles = "chief");
/// }
/// ```
#[macro_export]
macro_rules! policy {
    ($($policies:tt)*) => {
        $crate::__private::policies! { crate = $crate; $($policies)* }
    };
}
