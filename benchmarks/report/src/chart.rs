//! Draws bar charts as SVG with plotters.

use std::path::Path;

use load::Result;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, Rectangle, SVGBackend, Text, WHITE};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor};

/// Bars under one heading.
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) bars: Vec<(String, f64)>,
}

const WIDTH: i32 = 860;
/// The height of the title, the unit, a bar and a heading.
const HEAD: i32 = 62;
const ROW: i32 = 24;
/// The bars begin here, after their labels, and leave this much space for the value.
const LEFT: i32 = 330;
const RIGHT: i32 = 90;
const AXIOMS: RGBColor = RGBColor(21, 101, 192);
const OTHERS: RGBColor = RGBColor(173, 181, 189);
const INK: RGBColor = RGBColor(33, 37, 41);

/// Draws horizontal bars, one below the other. Those of Axioms have their own colour.
pub(crate) fn bars(path: &Path, title: &str, unit: &str, groups: &[Group]) -> Result<()> {
    let rows: usize = groups.iter().map(|group| group.bars.len() + 1).sum();
    let height = HEAD + rows as i32 * ROW + ROW / 2;
    let area = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    write(&area, title, (20, 24), 21, HPos::Left)?;
    write(&area, unit, (20, 48), 16, HPos::Left)?;
    let longest = groups.iter().flat_map(|group| &group.bars).map(|(_, value)| *value).fold(0.0, f64::max);
    let mut y = HEAD;
    for Group { heading, bars } in groups {
        write(&area, heading, (20, y + ROW / 2), 18, HPos::Left)?;
        y += ROW;
        for (label, value) in bars {
            let color = if label.starts_with("Axioms") { AXIOMS } else { OTHERS };
            let end = LEFT + ((value / longest * f64::from(WIDTH - LEFT - RIGHT)) as i32).max(1);
            area.draw(&Rectangle::new([(LEFT, y + 3), (end, y + ROW - 3)], color.filled()))?;
            write(&area, label, (LEFT - 8, y + ROW / 2), 16, HPos::Right)?;
            write(&area, &number(*value), (end + 6, y + ROW / 2), 16, HPos::Left)?;
            y += ROW;
        }
    }
    Ok(area.present()?)
}

/// A short text; `anchor` says which end of it is at `x`.
fn write(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    text: &str,
    at: (i32, i32),
    size: i32,
    anchor: HPos,
) -> Result<()> {
    let style = ("sans-serif", size).into_font().color(&INK).pos(Pos::new(anchor, VPos::Center));
    Ok(area.draw(&Text::new(text.to_owned(), at, style))?)
}

/// Three significant digits.
fn number(value: f64) -> String {
    let digits = value.abs().max(1e-9).log10().floor() as i32 + 1;
    format!("{value:.*}", (3 - digits).clamp(0, 4) as usize)
}
