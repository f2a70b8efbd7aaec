//! Parses the values of environment variables, and detects damage by shells, files and templates.

use std::error::Error;
use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::problem::Problem;
use super::setting::Setting;

/// A fault of a value: the remedy and, if a library found the fault, the cause.
#[derive(Debug)]
pub(super) struct ValueFault {
    remedy: String,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl ValueFault {
    fn new(remedy: impl Into<String>) -> Self {
        Self { remedy: remedy.into(), cause: None }
    }

    fn caused_by(remedy: impl Into<String>, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { remedy: remedy.into(), cause: Some(Arc::new(cause)) }
    }

    pub(super) fn of(self, setting: Setting, value: &str) -> Problem {
        let mut problem = Problem::invalid(setting, value, self.remedy);
        problem.cause = self.cause;
        problem
    }
}

/// Refuses a value that the deployment did not process completely: its quotes were not removed, its
/// list is JSON, a reference was not expanded, or it is a placeholder for a missing value. `value`
/// is trimmed.
pub(super) fn check(value: &str) -> Result<(), ValueFault> {
    const QUOTES: [char; 7] = ['"', '\'', '`', '\u{201C}', '\u{201D}', '\u{2018}', '\u{2019}'];
    let bracketed = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if bracketed.is_some_and(|inside| inside.parse::<IpAddr>().is_err()) {
        return Err(ValueFault::new("it is written as JSON; separate the items with commas, as in a,b"));
    }
    for item in value.split(',').map(str::trim) {
        if item.starts_with(QUOTES) || item.ends_with(QUOTES) {
            return Err(ValueFault::new("it is in quotes, which are part of the value; remove the quotes"));
        }
        if is_unexpanded(item) {
            // The reference is not shown, because its default may contain a password.
            return Err(ValueFault::new(
                "it contains a reference that was not expanded; write the value itself, or expand it \
                    where the variable is set",
            ));
        }
        if matches!(item, "undefined" | "null") {
            return Err(ValueFault::new(
                "programs write this for a missing value; write the value, or remove the variable",
            ));
        }
    }
    Ok(())
}

/// Whether the item contains a reference that a shell, a template or a build tool did not expand.
fn is_unexpanded(item: &str) -> bool {
    const OPENINGS: [&str; 7] = ["${", "$(", "$[", "#{", "%(", "{{", "(("];
    // Go templates write `<no value>`.
    let in_brackets = item.split_once('<').is_some_and(|(_, rest)| rest.contains('>'));
    in_brackets
        || OPENINGS.iter().any(|opening| item.contains(opening))
        || names_a_variable(item)
        || is_between_at_signs(item)
}

/// Whether the item contains `$NAME` or `%NAME%`. A lower-case `$name` counts only at the start of
/// a part of the value, such as a host or a path segment. Some segments of `OData` (URL
/// conventions, section 4) and of cloud providers start with `$` and are not references. `%2F` is a
/// percent-encoded octet (RFC 3986 section 2.1).
fn names_a_variable(item: &str) -> bool {
    const ODATA: [&str; 8] = ["metadata", "batch", "all", "entity", "count", "ref", "value", "crossjoin"];
    const CLOUDS: [&str; 4] = ["default", "logs", "root", "web"];
    item.match_indices(['$', '%']).any(|(start, sign)| {
        let before = item.get(..start).unwrap_or_default();
        let after = item.get(start + 1..).unwrap_or_default();
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        let (name, rest) = after.split_at_checked(end).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return false;
        }
        if sign == "%" {
            let is_octet = name.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
            let is_whole = before.is_empty() && rest == "%";
            return rest.starts_with('%') && (is_whole || !is_octet);
        }
        let in_capitals = !name.contains(|c: char| c.is_ascii_lowercase());
        let begins = before.ends_with(['/', '.', '-', ':', '=', '@'])
            && !ODATA.contains(&name)
            && !CLOUDS.contains(&name);
        in_capitals || begins || before.is_empty()
    })
}

/// Whether the item contains `@name@`, the form that build tools use. An `@` after a letter or
/// digit belongs to an email address.
fn is_between_at_signs(item: &str) -> bool {
    item.match_indices('@').any(|(start, _)| {
        let (before, after) = (item.get(..start), item.get(start + 1..));
        let opens = before.is_some_and(|before| !before.ends_with(char::is_alphanumeric));
        let name = after.and_then(|after| after.split_once('@')).map(|(name, _)| name);
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        opens && name.is_some_and(is_name)
    })
}

/// Splits a value at its commas. An empty value has no items.
fn items(value: &str) -> Result<Vec<&str>, ValueFault> {
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<&str> = value.split(',').map(str::trim).collect();
    if items.contains(&"") {
        return Err(ValueFault::new("the list has an empty item; remove the comma, or write the item"));
    }
    Ok(items)
}

pub(super) fn list(value: &str) -> Result<Vec<String>, ValueFault> {
    Ok(items(value)?.into_iter().map(str::to_owned).collect())
}

/// Parses `name=value` pairs.
pub(super) fn pairs(value: &str) -> Result<Vec<(String, String)>, ValueFault> {
    let pair = |item: &str| {
        let (name, value) =
            item.split_once('=').ok_or_else(|| ValueFault::new("write pairs, such as token_use=access"))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    items(value)?.into_iter().map(pair).collect()
}

pub(super) fn each<T>(value: &str) -> Result<Vec<T>, ValueFault>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let parse = |(n, item): (usize, &str)| {
        item.parse::<T>().map_err(|error| ValueFault::caused_by(format!("item {}: {error}", n + 1), error))
    };
    items(value)?.into_iter().enumerate().map(parse).collect()
}

fn number<T>(value: &str, remedy: impl Display) -> Result<T, ValueFault>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    value.parse().map_err(|error| ValueFault::caused_by(remedy.to_string(), error))
}

pub(super) fn seconds(value: &str) -> Result<Duration, ValueFault> {
    number(value, "write a whole number of seconds, such as 60").map(Duration::from_secs)
}

pub(super) fn bytes(value: &str) -> Result<usize, ValueFault> {
    number(value, "write a whole number of bytes, such as 8388608, or 0")
}

pub(super) fn boolean(value: &str) -> Result<bool, ValueFault> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(ValueFault::new("write true or false")),
    }
}

/// Reads the file at this path.
pub(super) fn file(path: &str) -> Result<Vec<u8>, ValueFault> {
    if path.contains("-----BEGIN") {
        return Err(ValueFault::new("write the path of a PEM file, not its content"));
    }
    std::fs::read(path)
        .map_err(|error| ValueFault::caused_by(format!("the file cannot be read: {error}"), error))
}

impl From<String> for ValueFault {
    fn from(remedy: String) -> Self {
        Self::new(remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_value_is_distinguished_from_an_odd_one() {
        let unfinished = [
            ("\"a\"", "in quotes"),
            ("'a'", "in quotes"),
            ("`a`", "in quotes"),
            ("\u{201C}a\u{201D}", "in quotes"),
            ("\"a", "in quotes"),
            ("a'", "in quotes"),
            ("a, \"b\"", "in quotes"),
            ("[\"a\",\"b\"]", "JSON"),
            ("[]", "JSON"),
            ("[ a ]", "JSON"),
            ("${ISSUER}", "expanded"),
            ("https://${HOST}/a", "expanded"),
            ("${{ secrets.ISSUER }}", "expanded"),
            ("${A:-b,c}", "expanded"),
            ("$(cat issuer)", "expanded"),
            ("{{ .Values.issuer }}", "expanded"),
            ("$ISSUER", "expanded"),
            ("$issuer", "expanded"),
            ("https://$HOST/a", "expanded"),
            ("a,$B_1", "expanded"),
            ("%ISSUER%", "expanded"),
            ("%issuer%", "expanded"),
            ("%ACCESS%", "expanded"),
            ("https://%HOST%/a", "expanded"),
            ("https://%host%/a", "expanded"),
            ("https://$host/api", "expanded"),
            ("https://api.$env.example.com/a", "expanded"),
            ("https://a.example:$port", "expanded"),
            ("https://login.example.com/$tenant/v2.0", "expanded"),
            ("$host.example.com", "expanded"),
            ("orders-$env", "expanded"),
            ("token_use=$use", "expanded"),
            ("<no value>", "expanded"),
            ("https://<no value>/a", "expanded"),
            ("<your-domain>", "expanded"),
            ("<%= issuer %>", "expanded"),
            ("#{Issuer}", "expanded"),
            ("https://#{Host}/a", "expanded"),
            ("@issuer.url@", "expanded"),
            ("https://@HOST@/a", "expanded"),
            ("((issuer))", "expanded"),
            ("%(issuer)s", "expanded"),
            ("$[variables.issuer]", "expanded"),
            ("undefined", "missing value"),
            ("a, null", "missing value"),
        ];
        for (value, words) in unfinished {
            let fault = check(value).expect_err(value);
            assert!(fault.remedy.contains(words), "{value}: {}", fault.remedy);
        }
        for odd in [
            "",
            "https://api.example.com/$metadata",
            "https://login.example.com/{tid}/v2.0",
            "{tid}",
            "https://[::1]:8080",
            "[::1]",
            "https://a.example/%ABC%20d",
            "https://a.example/%2Fb%2F",
            "a$",
            "a%",
            "it's",
            "100%",
            "auth0|{x}",
            "https://api.example.com/$batch",
            "https://a.blob.core.windows.net/$web",
            "a$b",
            "caller@project.iam.gserviceaccount.com",
            "https://user:p@ss@host.example",
            "https://a.example/jwk/a@b.example,https://b.example/jwk/a@b.example",
            "a<b",
            "nullable",
        ] {
            assert!(check(odd).is_ok(), "{odd}");
        }
    }
}
