//! Removes the invisible groups that `macro_rules!` puts around fragments such as `$value:expr` and
//! `$body:block`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Removes invisible groups at any depth. Use it only for the attribute's arguments: in an
/// expression with operators, such a group acts as parentheses.
pub(crate) fn everywhere(tokens: TokenStream) -> TokenStream {
    tokens.into_iter().map(ungrouped).collect()
}

fn ungrouped(tree: TokenTree) -> TokenStream {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => everywhere(group.stream()),
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), everywhere(group.stream()));
            inside.set_span(group.span());
            TokenTree::from(inside).into()
        }
        other => other.into(),
    }
}

/// The braces in a tree, inside any number of invisible groups that contain only them.
pub(crate) fn braces(tree: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = tree else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            inside.next().filter(|_| inside.next().is_none()).and_then(braces)
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}
