//! Reads the token from stdin.

use std::io::{self, IsTerminal, Read};

/// Far more than the longest accepted token.
const LIMIT: u64 = 1024 * 1024;

/// Reads the token, if there is one. Does not wait for input from a terminal.
pub(crate) fn from_stdin() -> io::Result<Option<String>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    stdin.lock().take(LIMIT).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let token = bare(&text);
    Ok((!token.is_empty()).then(|| token.to_owned()))
}

/// Removes white space around the token and the name of the scheme before it.
fn bare(text: &str) -> &str {
    const SCHEME: &str = "Bearer ";
    let text = text.trim();
    match text.split_at_checked(SCHEME.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) => token.trim_start(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_token_is_read_with_and_without_its_scheme() {
        for (text, token) in [
            ("a.b.c", "a.b.c"),
            ("a.b.c\n", "a.b.c"),
            ("Bearer a.b.c\r\n", "a.b.c"),
            ("bearer  a.b.c", "a.b.c"),
            ("Bearer", "Bearer"),
            (" \n", ""),
            ("é.b.c", "é.b.c"),
        ] {
            assert_eq!(bare(text), token, "{text:?}");
        }
    }
}
