//! Parses the text of `--policy`, which uses the keys of `#[requires]`, as in
//! `any_scopes=read:messages,read:data; all_roles=admin`.

use axioms_core::Policy;
use axioms_core::{DemandBuilder, PolicyBuilder};

const EXAMPLE: &str = "as in --policy 'any_scopes=read:messages,read:data; all_roles=admin'";

type Values = Vec<String>;

/// A key, and how to add its values to a group or a method, and to a policy.
struct Key {
    name: &'static str,
    add: fn(DemandBuilder, Values) -> DemandBuilder,
    add_to_policy: fn(PolicyBuilder, Values) -> PolicyBuilder,
}

macro_rules! keys {
    ($($name:ident),+) => {
        [$(Key {
            name: stringify!($name),
            add: |demands, values| demands.$name(values),
            add_to_policy: |policy, values| policy.$name(values),
        }),+]
    };
}

static KEYS: [Key; 6] = keys![any_scopes, all_scopes, any_roles, all_roles, any_permissions, all_permissions];

/// A policy, and whether it differs by method.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) policy: Policy,
    pub(crate) by_method: bool,
}

/// A top-level part of a policy.
enum Rule<'t> {
    Demand(Demand),
    /// The demands of a method; `None` if it is public.
    Method(&'t str, Option<Vec<Demand>>),
    /// The demands of every method that is not named.
    Default(Vec<Demand>),
}

enum Demand {
    Claims(&'static Key, Values),
    Any(Vec<Self>),
    All(Vec<Self>),
}

/// Parses the texts. Their demands are joined by AND.
///
/// Errors quote at most a name, because the text may be a token by mistake.
pub(crate) fn read(texts: &[String]) -> Result<Read, String> {
    let text = texts.join(";");
    let rules: Vec<_> = pieces(&text, ';')?.into_iter().map(rule).collect::<Result<_, _>>()?;
    if rules.is_empty() {
        return Err(format!("the policy is empty; name what it demands, {EXAMPLE}"));
    }
    let by_method = rules.iter().any(|rule| !matches!(rule, Rule::Demand(_)));
    let policy = rules.into_iter().fold(Policy::builder(), with_rule).build();
    let policy = policy.map_err(|errors| format!("the policy is not valid: {errors}"))?;
    Ok(Read { policy, by_method })
}

fn with_rule(policy: PolicyBuilder, rule: Rule<'_>) -> PolicyBuilder {
    match rule {
        Rule::Demand(Demand::Claims(key, values)) => (key.add_to_policy)(policy, values),
        Rule::Demand(Demand::Any(members)) => policy.any(|any| with_demands(any, members)),
        Rule::Demand(Demand::All(members)) => policy.all(|all| with_demands(all, members)),
        Rule::Method(method, None) => policy.public(method),
        Rule::Method(method, Some(members)) => {
            policy.method(method, |demands| with_demands(demands, members))
        }
        Rule::Default(members) => policy.default(|demands| with_demands(demands, members)),
    }
}

fn with_demands(demands: DemandBuilder, members: Vec<Demand>) -> DemandBuilder {
    members.into_iter().fold(demands, |demands, member| match member {
        Demand::Claims(key, values) => (key.add)(demands, values),
        Demand::Any(members) => demands.any(|any| with_demands(any, members)),
        Demand::All(members) => demands.all(|all| with_demands(all, members)),
    })
}

fn rule(text: &str) -> Result<Rule<'_>, String> {
    match called(text) {
        Some((name, inside)) if is_method(name) => {
            let demands = if inside.trim() == "public" { None } else { Some(demands(inside)?) };
            Ok(Rule::Method(bare(name), demands))
        }
        Some(("default", inside)) if inside.trim() == "public" => {
            Err("a default is never public; name each public method, as in GET(public)".to_owned())
        }
        Some(("default", inside)) => demands(inside).map(Rule::Default),
        _ => demand(text).map(Rule::Demand),
    }
}

fn demands(text: &str) -> Result<Vec<Demand>, String> {
    pieces(text, ';')?.into_iter().map(demand).collect()
}

fn demand(text: &str) -> Result<Demand, String> {
    match called(text) {
        Some(("any", inside)) => return demands(inside).map(Demand::Any),
        Some(("all", inside)) => return demands(inside).map(Demand::All),
        Some((name, _)) if is_method(name) || name == "default" => {
            return Err("a method or the default must be at the top of a policy, not inside a \
                        group or another method"
                .to_owned());
        }
        Some((name, _)) => {
            return Err(format!(
                "{} is not a group; write any(...), all(...), default(...) or a method in upper case",
                shown(name)
            ));
        }
        None => {}
    }
    let Some((name, values)) = text.split_once('=') else {
        return Err(format!("a demand without `=`; write KEY=VALUES, {EXAMPLE}"));
    };
    let Some(key) = key(name) else {
        let known: Vec<_> = KEYS.iter().map(|key| key.name).collect();
        return Err(format!("{} is not a key of a policy; the keys are {}", shown(name), known.join(", ")));
    };
    let values = values.trim();
    let values = values.strip_prefix('[').and_then(|values| values.strip_suffix(']')).unwrap_or(values);
    let values: Vec<_> = pieces(values, ',')?.into_iter().map(|value| bare(value).to_owned()).collect();
    match values.iter().find_map(|value| self::key(value.split_once('=')?.0)) {
        Some(next) => Err(format!("separate demands by `;`, not by `,`: write one before {}", next.name)),
        None => Ok(Demand::Claims(key, values)),
    }
}

fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name.trim())
}

/// Splits `NAME(INSIDE)`, unless an `=` comes before the parenthesis.
fn called(text: &str) -> Option<(&str, &str)> {
    let (name, inside) = text.strip_suffix(')')?.split_once('(')?;
    (!name.contains('=')).then(|| (name.trim(), inside))
}

/// Whether a name looks like a method: in upper case, or in quotes, which the attribute requires
/// for methods that are not in RFC 9110.
fn is_method(name: &str) -> bool {
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
    name.starts_with('"') || (!name.is_empty() && name.bytes().all(is_upper))
}

/// Removes the quotes around a value.
fn bare(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// Prepares a name for an error.
fn shown(name: &str) -> String {
    let name = name.trim();
    let is_name = name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name && !name.is_empty() { format!("`{name}`") } else { "what is written there".to_owned() }
}

/// Splits at separators outside of quotes and parentheses. Parts are trimmed, and empty ones are
/// dropped.
fn pieces(text: &str, separator: char) -> Result<Vec<&str>, String> {
    let (mut found, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or("a `)` without its `(`")?,
            _ if c == separator && depth == 0 => {
                found.push(text.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    if quoted || depth > 0 {
        return Err("a `(` or a double quote that is not closed".to_owned());
    }
    found.push(text.get(start..).unwrap_or_default());
    Ok(found.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::read;

    fn words(texts: &[&str]) -> Result<(String, bool), String> {
        let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
        read(&texts).map(|read| (read.policy.to_string(), read.by_method))
    }

    #[test]
    fn a_policy_is_written_with_the_keys_of_the_attribute() {
        for (texts, expected, by_method) in [
            (&["any_scopes=read"][..], "any scope of [read]", false),
            (
                &["any_scopes=read:messages, read:data; all_roles=admin"],
                "(any scope of [read:messages, read:data] and all roles of [admin])",
                false,
            ),
            (&["any_scopes=a", "all_roles=b;"], "(any scope of [a] and all roles of [b])", false),
            (&[" all_permissions = [ \"a b\" , \"c;d\" ] "], "all permissions of [a b, c;d]", false),
            (&["any_roles=admin (eu),x=y"], "any role of [admin (eu), x=y]", false),
            (
                &["any(all(any_scopes=a; any_roles=b); any_roles=admin)"],
                "((any scope of [a] and any role of [b]) or any role of [admin])",
                false,
            ),
            (
                &["GET(public); POST(any_scopes=write; all_roles=a); DELETE()"],
                "GET: nothing; POST: (any scope of [write] and all roles of [a]); DELETE: a valid access token",
                true,
            ),
            (
                &["\"PROPFIND\"(public); M-SEARCH(any_scopes=find); default(all_roles=a)"],
                "PROPFIND: nothing; M-SEARCH: any scope of [find]; any other method: all roles of [a]",
                true,
            ),
        ] {
            assert_eq!(words(texts), Ok((expected.to_owned(), by_method)), "{texts:?}");
        }
    }

    #[test]
    fn what_is_no_policy_is_explained() {
        for (text, expected) in [
            ("", "the policy is empty"),
            (" ; ", "the policy is empty"),
            ("admin", "write KEY=VALUES"),
            ("eyJhbGciOi.secret.signature", "write KEY=VALUES"),
            ("eyJhbGciOi.secret.signature==", "what is written there is not a key"),
            ("scopes=read", "`scopes` is not a key of a policy; the keys are any_scopes, all_scopes"),
            ("any_scopes=", "any_scopes: the list is empty"),
            ("any_scopes=\"\"", "it is empty"),
            ("any_scopes=read data", "no space"),
            ("any_scopes=a, all_roles=b", "write one before all_roles"),
            ("any()", "any: the group is empty"),
            ("some(any_scopes=a)", "`some` is not a group"),
            ("get(any_scopes=a)", "a method in upper case"),
            ("any(GET(any_scopes=a))", "at the top of a policy"),
            ("any(default(any_scopes=a))", "at the top of a policy"),
            ("default(public)", "a default is never public"),
            ("GET(); default(); default()", "default"),
            ("\"purge\"(any_scopes=a)", "in upper case"),
            ("\"PUR GE\"(any_scopes=a)", "one token"),
            ("GET(public); any_scopes=a", "one demand for every method or one demand per method"),
            ("GET(); GET()", "methods.GET: the method has two demands"),
            ("any(any_scopes=a", "not closed"),
            ("any_roles=\"a", "not closed"),
            ("any_scopes=a)", "without its `(`"),
        ] {
            let error = words(&[text]).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
