//! Many measurements of one thing, as a median and how far they spread.

/// A median, and the quartiles around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

impl Spread {
    /// Of no values, all of it is NaN.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        // Between two values where no single one stands at the quarter.
        let at = |quarter: usize| {
            let place = values.len().saturating_sub(1) * quarter;
            let value = |place: usize| values.get(place).copied();
            let below = value(place / 4).unwrap_or(f64::NAN);
            let above = value(place / 4 + 1).unwrap_or(below);
            let part = match place % 4 {
                0 => 0.0,
                1 => 0.25,
                2 => 0.5,
                _ => 0.75,
            };
            below + (above - below) * part
        };
        Self { lower: at(1), median: at(2), upper: at(3) }
    }

    /// Of the ratios between measurements of the same rounds.
    pub(crate) fn of_ratios(values: &[f64], units: &[f64]) -> Self {
        Self::of(values.iter().zip(units).map(|(value, unit)| value / unit))
    }

    /// `median (lower-upper)`, each with so many decimals.
    pub(crate) fn show(self, decimals: usize) -> String {
        let Self { lower, median, upper } = self;
        format!("{median:.decimals$} ({lower:.decimals$}-{upper:.decimals$})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_stand_around_the_median() {
        let spread = Spread::of([5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(spread, Spread { lower: 2.0, median: 3.0, upper: 4.0 });
        assert_eq!(spread.show(1), "3.0 (2.0-4.0)");
        assert_eq!(Spread::of([1.0, 3.0]), Spread { lower: 1.5, median: 2.0, upper: 2.5 });
        assert_eq!(Spread::of([7.0]), Spread { lower: 7.0, median: 7.0, upper: 7.0 });
        assert!(Spread::of([]).median.is_nan());
    }

    #[test]
    fn a_ratio_is_taken_within_a_round() {
        assert_eq!(Spread::of_ratios(&[2.0, 40.0, 6.0], &[1.0, 20.0, 3.0]).show(0), "2 (2-2)");
    }
}
