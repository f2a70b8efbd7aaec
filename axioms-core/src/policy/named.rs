//! `policy!`: policies that have a name, which several handlers share.

/// Defines types that stand for policies: each implements [`HasPolicy`](crate::HasPolicy).
///
/// A declaration is a visibility, a name and the demands, with the grammar of `#[requires(...)]`: keys, groups, methods
/// and other policies. Documentation and other attributes go to the type, which has no values.
///
/// A handler names the type in place of demands, or next to others, which are joined by AND: `#[requires(Editors)]`,
/// `#[requires(Editors, all_roles = "chief")]`, `#[requires(any(Editors, any_roles = "admin"))]`.
///
/// # Examples
/// ```
/// use axioms_core::{HasPolicy, policy};
///
/// policy! {
///     /// Those who may edit articles.
///     pub Editors(any_scopes = ["articles:write", "articles:admin"], all_roles = EDITOR);
///     /// Those who may also delete them.
///     pub Chiefs(Editors, all_roles = "chief");
///     /// Everybody reads, and editors do the rest.
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
/// A mistake does not compile, and is reported at the words that it is about. A policy that differs by method stands for
/// itself: next to other demands, or in a method, it does not compile.
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
