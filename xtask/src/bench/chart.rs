//! Charts, drawn as SVG.

mod bars;
mod lines;

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend, Text, WHITE};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, IntoFont, RGBColor, TextStyle};

use super::Result;

type Area<'b> = DrawingArea<SVGBackend<'b>, Shift>;

/// A chart of the report.
pub(crate) struct Chart {
    /// The name of its file, without folder and ending.
    pub(crate) file: String,
    pub(crate) title: String,
    /// What the values are: "ns per validation".
    pub(crate) unit: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// Bars that lie one below the other, in groups. Those whose label starts with `Axioms` stand out.
    Bars(Vec<Group>),
    /// Lines over a number.
    Lines { x: Axis, y: Scale, lines: Vec<Line> },
}

/// Bars below one heading.
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) bars: Vec<(String, f64)>,
}

/// What stands below the lines.
pub(crate) struct Axis {
    pub(crate) unit: String,
    pub(crate) scale: Scale,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// From 0.
    Linear,
    /// Powers of ten at equal distances; for values above 0.
    Logarithmic,
}

/// The points of one series, in the order of x.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

const WIDTH: u32 = 860;
/// What the title and the unit take at the top.
const HEAD: i32 = 62;
/// Of Axioms among others.
const OWN: RGBColor = RGBColor(21, 101, 192);
const INK: RGBColor = RGBColor(33, 37, 41);
const FAINT: RGBColor = RGBColor(108, 117, 125);

impl Chart {
    /// The chart as the text of an SVG file.
    pub(super) fn draw(&self) -> Result<String> {
        let mut svg = String::new();
        {
            let height = match &self.kind {
                Kind::Bars(groups) => bars::height(groups),
                Kind::Lines { .. } => lines::HEIGHT,
            };
            let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
            area.fill(&WHITE)?;
            write(&area, &self.unit, (20, 48), &style(16, FAINT), HPos::Left)?;
            write(&area, &self.title, (20, 24), &bold(21), HPos::Left)?;
            match &self.kind {
                Kind::Bars(groups) => bars::draw(&area, groups)?,
                Kind::Lines { x, y, lines } => lines::draw(&area, x, *y, lines)?,
            }
            area.present()?;
        }
        Ok(svg)
    }
}

/// A short text; `anchor` says which of its ends stands at `x`, and its middle is at the height `y`.
fn write(area: &Area<'_>, text: &str, (x, y): (i32, i32), style: &TextStyle<'_>, anchor: HPos) -> Result<()> {
    let style = style.pos(Pos::new(anchor, VPos::Center));
    Ok(area.draw(&Text::new(text.to_owned(), (x, y), style))?)
}

fn style(size: i32, color: RGBColor) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&color)
}

fn bold(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().style(FontStyle::Bold).color(&INK)
}

/// A number as a reader wants it: two or three digits that count, thousands apart, millions as M.
fn number(value: f64) -> String {
    match value {
        _ if value >= 1e6 => format!("{}M", trimmed(value / 1e6, 2)),
        _ if value >= 1e3 => {
            let digits = format!("{value:.0}");
            let (thousands, rest) = digits.split_at(digits.len().saturating_sub(3));
            format!("{thousands},{rest}")
        }
        _ if value >= 100.0 => trimmed(value, 0),
        _ if value >= 10.0 => trimmed(value, 1),
        _ if value >= 0.1 => trimmed(value, 2),
        _ => trimmed(value, 4),
    }
}

fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(kind: Kind) -> String {
        Chart { file: "f".to_owned(), title: "Title & more".to_owned(), unit: "ns".to_owned(), kind }
            .draw()
            .unwrap()
    }

    #[test]
    fn bars_say_their_label_and_value() {
        let bars =
            vec![("Axioms".to_owned(), 1234.6), ("other".to_owned(), 0.25), ("small".to_owned(), 0.003_14)];
        let svg = chart(Kind::Bars(vec![Group { heading: "RS256".to_owned(), bars }]));
        for text in ["Title &amp; more", "RS256", "Axioms", "1,235", "other", "0.25", "0.0031"] {
            assert!(svg.contains(&format!("\n{text}\n")), "{text} in {svg}");
        }
    }

    #[test]
    fn lines_of_any_scale_are_named() {
        for scale in [Scale::Linear, Scale::Logarithmic] {
            let line = |name: &str| Line { name: name.to_owned(), points: vec![(1.0, 10.0), (1e6, 20.0)] };
            let x = Axis { unit: "tokens".to_owned(), scale };
            let svg = chart(Kind::Lines { x, y: scale, lines: vec![line("one"), line("two")] });
            for text in ["one", "two", "tokens", "1M"] {
                assert!(svg.contains(&format!("\n{text}\n")), "{text} in {svg}");
            }
        }
    }
}
