//! What the figures should be, and whether they are: so that nobody need compare them by eye.

use super::spread::Spread;

/// A figure and its limit.
pub(super) struct Aim {
    what: String,
    value: f64,
    limit: Limit,
    decimals: usize,
}

enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Aim {
    /// The median should not be above `limit`.
    pub(super) fn at_most(what: impl Into<String>, spread: Spread, limit: f64, decimals: usize) -> Self {
        Self { what: what.into(), value: spread.median, limit: Limit::AtMost(limit), decimals }
    }

    /// The median should not be below `limit`.
    pub(super) fn at_least(what: impl Into<String>, spread: Spread, limit: f64, decimals: usize) -> Self {
        Self { what: what.into(), value: spread.median, limit: Limit::AtLeast(limit), decimals }
    }

    fn line(&self) -> String {
        let Self { what, value, decimals, .. } = self;
        let (word, limit, over) = match self.limit {
            Limit::AtMost(limit) => ("at most", limit, value - limit),
            Limit::AtLeast(limit) => ("at least", limit, limit - value),
        };
        // What is not a number has reached nothing.
        let outcome = if over <= 0.0 { "reached".to_owned() } else { format!("missed by {over:.decimals$}") };
        format!("- {what}: {word} {limit}; it is {value:.decimals$}, {outcome}.\n")
    }
}

/// The aims as a list in Markdown.
pub(super) fn list(aims: &[Aim]) -> String {
    let lines: String = aims.iter().map(Aim::line).collect();
    format!("Aims:\n\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_is_reached_or_missed_by_so_much() {
        let rows = [
            (Aim::at_most("a", Spread::of([1.15]), 1.15, 3), "- a: at most 1.15; it is 1.150, reached.\n"),
            (
                Aim::at_most("a", Spread::of([1.154]), 1.15, 3),
                "- a: at most 1.15; it is 1.154, missed by 0.004.\n",
            ),
            (Aim::at_least("b", Spread::of([0.96]), 0.95, 2), "- b: at least 0.95; it is 0.96, reached.\n"),
            (
                Aim::at_least("b", Spread::of([0.9]), 0.95, 2),
                "- b: at least 0.95; it is 0.90, missed by 0.05.\n",
            ),
        ];
        for (aim, line) in rows {
            assert_eq!(aim.line(), line);
        }
        let nothing = Aim::at_most("a", Spread::of([]), 1.0, 1).line();
        assert!(nothing.contains("missed"), "{nothing}");
    }
}
