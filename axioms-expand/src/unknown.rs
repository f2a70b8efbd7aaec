//! Messages for words that `#[requires]` does not know, such as those of other libraries.

use proc_macro2::Ident;

use crate::mistake;
use crate::suggest::closest;
use crate::symbol;
use crate::syntax::{Form, is_a_types_name};

/// Words for things that are not part of a policy, and where they belong.
const ELSEWHERE: [(&[&str], &str); 7] = [
    (
        &[
            "audience",
            "audiences",
            "aud",
            "issuer",
            "issuers",
            "iss",
            "algorithm",
            "algorithms",
            "alg",
            "typ",
            "leeway",
        ],
        "the validator checks this for every token: configure it there, as in \
            `Validator::builder().audience(\"...\")`",
    ),
    (
        &[
            "not",
            "none",
            "none_of",
            "no",
            "without",
            "except",
            "unless",
            "deny",
            "deny_roles",
            "forbid",
            "exclude",
        ],
        mistake::NO_NOT,
    ),
    (
        &[
            "claim",
            "claims",
            "sub",
            "subject",
            "user",
            "user_id",
            "email",
            "tenant",
            "tid",
            "client",
            "client_id",
            "azp",
            "org",
            "organization",
            "acr",
            "amr",
        ],
        "demands check scopes, roles and permissions: read other claims in the handler, with \
         `token.claim::<String>(\"...\")?`",
    ),
    (&["policy", "policies", "has_policy", "named"], "write a named policy only by its type: `Editors`"),
    (
        &["owner", "owned", "owned_by", "is_owner", "ownership"],
        "the owner of an object is known only after loading it: call \
            `token.require_owner(&object)?` in the handler",
    ),
    (
        &[
            "authenticated",
            "is_authenticated",
            "login_required",
            "logged_in",
            "token",
            "valid_token",
            "jwt",
            "bearer",
        ],
        "every policy requires a valid token, and a policy without demands requires nothing else: \
            remove this word",
    ),
    (
        &["anonymous", "allow_anonymous", "guest", "open", "unauthenticated", "permit_all", "optional"],
        mistake::NO_POLICY,
    ),
];

/// Synonyms of our words.
const SYNONYMS: [(&[&str], &str); 6] = [
    (&["and", "all_of", "every", "both"], "all(...)"),
    (&["or", "any_of", "one_of", "either", "some"], "any(...)"),
    (&["method", "methods", "verb", "verbs", "http_method"], "GET(any_scopes = \"...\")"),
    (&["public_for", "safe_methods", "readonly", "read_only"], "GET(public)"),
    (&["otherwise", "else", "others", "other", "rest", "fallback", "other_methods", "_"], "default(...)"),
    (&["path", "sdk", "with_crate", "axioms"], "crate = path"),
];

/// The message for an argument with an unknown name.
pub(crate) fn why(name: &Ident, form: &Form) -> String {
    let called = name.to_string();
    let lower = called.to_lowercase();
    let upper = called.to_uppercase();
    if symbol::METHODS.contains(&upper.as_str()) {
        return format!("methods are written in upper case: `{upper}(...)`");
    }
    if let Some((_, remedy)) = ELSEWHERE.iter().find(|(words, _)| words.contains(&lower.as_str())) {
        return format!("`{name}` is not a demand: {remedy}");
    }
    if let Some((_, word)) = SYNONYMS.iter().find(|(words, _)| words.contains(&lower.as_str())) {
        return format!("unknown key `{name}`: write `{word}`");
    }
    let suggestion = match closest(&called, symbol::words()).or_else(|| key_for(&lower)) {
        Some(word) if matches!(form, Form::Word) && is_a_types_name(name) => {
            format!(
                "did you mean `{word}`? A policy of this name is written with its module: \
                `self::{name}`"
            )
        }
        Some(word) => format!("did you mean `{word}`?"),
        None if matches!(form, Form::Word) && called == upper => return mistake::constant(&called),
        None if matches!(form, Form::Word) => return mistake::which_kind(&called),
        None if matches!(form, Form::List { .. }) && called == upper => {
            return format!(
                "a method other than {} is written in quotes: `\"{name}\"(...)`",
                symbol::METHODS.join(", ")
            );
        }
        None if is_a_types_name(name) => {
            return format!(
                "`{name}` has the form of a type, which represents a policy and takes no value and \
                    no arguments: write only `{name}`"
            );
        }
        None => "no demand has this name".to_owned(),
    };
    let keys: Vec<_> = symbol::KEYS.iter().map(|key| format!("`{}`", key.0)).collect();
    format!(
        "unknown key `{name}`: {suggestion}\nthe keys are {}; `any(...)` and `all(...)` group them",
        keys.join(", ")
    )
}

/// The key that a word such as `has_role` or `required_scopes` probably means.
fn key_for(word: &str) -> Option<&'static str> {
    let all = ["all", "every", "required"].iter().any(|part| word.contains(part));
    let keys = [
        (&["scope", "scp"][..], "any_scopes", "all_scopes"),
        (&["role", "group", "authorit"], "any_roles", "all_roles"),
        (&["perm", "privilege", "right"], "any_permissions", "all_permissions"),
    ];
    let (_, any_key, all_key) =
        keys.iter().find(|(parts, ..)| parts.iter().any(|part| word.contains(part)))?;
    Some(if all { all_key } else { any_key })
}
