//! The text of a variable, by type; and what a shell, a file or a template may have done to it on
//! the way here.

use std::error::Error;
use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::problem::Problem;
use super::setting::Setting;

/// What is wrong with a text: the remedy and, where a library found it, the cause.
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

/// Refuses a value that a deployment has not finished: its quotes were not taken off, its list is
/// JSON, or a reference in it was not expanded. `value` is trimmed.
pub(super) fn check(value: &str) -> Result<(), ValueFault> {
    const QUOTES: [char; 7] = ['"', '\'', '`', '\u{201C}', '\u{201D}', '\u{2018}', '\u{2019}'];
    let bracketed = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if bracketed.is_some_and(|inside| inside.parse::<IpAddr>().is_err()) {
        return Err(ValueFault::new(
            "it is written as JSON; write the items with commas between them, as in a,b",
        ));
    }
    for item in value.split(',').map(str::trim) {
        if item.starts_with(QUOTES) || item.ends_with(QUOTES) {
            return Err(ValueFault::new(
                "it is in quotes, which are part of the value here; write it without them",
            ));
        }
        if ["${", "$(", "{{"].iter().any(|open| item.contains(open)) || names_a_variable(item) {
            // Not which: a default in it may hold a password.
            return Err(ValueFault::new(
                "a reference in it was not expanded; write the value itself, or have it expanded \
                    where the variable is set",
            ));
        }
    }
    Ok(())
}

/// Whether `$NAME` or `%NAME%` stands in the item, or is all of it in any case. `$metadata` in a
/// URL is neither, and `%2F` is an octet (RFC 3986 section 2.1).
fn names_a_variable(item: &str) -> bool {
    item.match_indices(['$', '%']).any(|(start, sign)| {
        let (before, after) = (item.get(..start), item.get(start + 1..).unwrap_or_default());
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        let (name, rest) = after.split_at_checked(end).unwrap_or_default();
        let rest = if sign == "$" { Some(rest) } else { rest.strip_prefix('%') };
        let Some(rest) = rest else { return false };
        let whole = before == Some("") && rest.is_empty();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let in_capitals = !name.contains(|c: char| c.is_ascii_lowercase());
        let is_octet = sign == "%" && name.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        is_name && (whole || (in_capitals && !is_octet))
    })
}

/// What stands between commas; nothing, where the value is empty.
fn items(value: &str) -> Result<Vec<&str>, ValueFault> {
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<&str> = value.split(',').map(str::trim).collect();
    if items.contains(&"") {
        return Err(ValueFault::new("an item of the list is empty; remove the comma, or write the item"));
    }
    Ok(items)
}

pub(super) fn list(value: &str) -> Result<Vec<String>, ValueFault> {
    Ok(items(value)?.into_iter().map(str::to_owned).collect())
}

/// Pairs `name=value`.
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

/// The bytes of the file at this path.
pub(super) fn file(path: &str) -> Result<Vec<u8>, ValueFault> {
    if path.contains("-----BEGIN") {
        return Err(ValueFault::new("write the path of a PEM file, not what is in it"));
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
    fn an_unfinished_value_is_told_from_an_odd_one() {
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
        ] {
            assert!(check(odd).is_ok(), "{odd}");
        }
    }
}
