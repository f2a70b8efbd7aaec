//! Bars that lie one below the other, with their values at the end.

use plotters::prelude::Rectangle;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use super::{Area, FAINT, Group, HEAD, INK, OWN, WIDTH, bold, number, style, write};
use crate::bench::Result;

const ROW: i32 = 24;
const HEADING: i32 = 30;
/// Where the bars begin: what is left of it belongs to the labels.
const LEFT: i32 = 330;
/// What the longest bar leaves for its value.
const RIGHT: i32 = 90;
const OTHERS: RGBColor = RGBColor(173, 181, 189);

pub(super) fn height(groups: &[Group]) -> u32 {
    let rows = groups.iter().map(|group| group.bars.len()).sum::<usize>();
    let rows = i32::try_from(rows).unwrap_or_default() * ROW;
    let headings = i32::try_from(groups.len()).unwrap_or_default() * HEADING;
    u32::try_from(HEAD + rows + headings + 14).unwrap_or_default()
}

pub(super) fn draw(area: &Area<'_>, groups: &[Group]) -> Result<()> {
    let longest = groups.iter().flat_map(|group| &group.bars).map(|(_, value)| *value).fold(0.0, f64::max);
    let room = f64::from(WIDTH) - f64::from(LEFT + RIGHT);
    let mut y = HEAD;
    for Group { heading, bars } in groups {
        write(area, heading, (20, y + HEADING / 2), &bold(17), HPos::Left)?;
        y += HEADING;
        for (label, value) in bars {
            let color = if label.starts_with("Axioms") { OWN } else { OTHERS };
            #[allow(clippy::cast_possible_truncation, reason = "a width in pixels")]
            let end = LEFT + ((value / longest * room).round() as i32).max(1);
            area.draw(&Rectangle::new([(LEFT, y + 3), (end, y + ROW - 3)], color.filled()))?;
            write(area, label, (LEFT - 8, y + ROW / 2), &style(16, INK), HPos::Right)?;
            write(area, &number(*value), (end + 6, y + ROW / 2), &style(16, FAINT), HPos::Left)?;
            y += ROW;
        }
    }
    Ok(())
}
