//! Finds the known word closest to a misspelt one; `unknown` writes the message.

/// The closest of `known`, if it is close enough to be what was probably meant.
pub(crate) fn closest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, word) = known.into_iter().map(|word| (distance(given, word), word)).min()?;
    // At most a third of the letters may differ; beyond that, a suggestion would be a guess.
    (distance * 3 <= word.len().max(3)).then_some(word)
}

/// The Levenshtein distance: how many letters to insert, remove or replace.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (n, letter) in from.chars().enumerate() {
        let mut left = n + 1;
        let mut next = vec![left];
        for (above, wanted) in row.windows(2).zip(to.chars()) {
            let &[diagonal, above] = above else { continue };
            let replaced = diagonal + usize::from(letter != wanted);
            left = replaced.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    #[test]
    fn distances_count_single_letters() {
        let table =
            [("", "", 0), ("", "ab", 2), ("ab", "", 2), ("scope", "scopes", 1), ("kitten", "sitting", 3)];
        for (from, to, expected) in table {
            assert_eq!(distance(from, to), expected, "{from} -> {to}");
        }
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        let known = ["any_scopes", "all_scopes", "any", "roles"];
        assert_eq!(closest("any_scope", known), Some("any_scopes"));
        assert_eq!(closest("anyScopes", known), Some("any_scopes"));
        assert_eq!(closest("role", known), Some("roles"));
        assert_eq!(closest("not", known), None);
        assert_eq!(closest("audience", known), None);
    }
}
