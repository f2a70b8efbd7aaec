//! Lines over a number, each with its name at its end.

use std::ops::Range;

use plotters::prelude::{ChartBuilder, Circle, LineSeries};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use super::{Area, Axis, FAINT, HEAD, INK, Line, OWN, Scale, number, style, write};
use crate::bench::Result;

pub(super) const HEIGHT: u32 = 430;
/// What is right of the lines belongs to their names.
const RIGHT: i32 = 230;
/// How far names must be apart, from middle to middle.
const APART: i32 = 18;
const COLORS: [RGBColor; 6] = [
    OWN,
    RGBColor(230, 81, 0),
    RGBColor(46, 125, 50),
    RGBColor(123, 31, 162),
    RGBColor(97, 97, 97),
    RGBColor(194, 24, 91),
];

pub(super) fn draw(area: &Area<'_>, x: &Axis, y: Scale, lines: &[Line]) -> Result<()> {
    let points = || lines.iter().flat_map(|line| &line.points);
    let across = x.scale.range(points().map(|point| point.0));
    let up = y.range(points().map(|point| point.1));
    let mut chart = ChartBuilder::on(area)
        .margin_top(HEAD + 8)
        .margin_right(RIGHT)
        .margin_left(10)
        .margin_bottom(10)
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d(across.clone(), up.clone())?;
    chart
        .configure_mesh()
        .x_labels(x.scale.labels(&across))
        .y_labels(y.labels(&up))
        .x_label_formatter(&|at| number(x.scale.value(*at)))
        .y_label_formatter(&|at| number(y.value(*at)))
        .x_desc(x.unit.as_str())
        .label_style(style(16, INK))
        .axis_desc_style(style(16, FAINT))
        .axis_style(FAINT)
        .bold_line_style(FAINT.mix(0.25))
        .light_line_style(FAINT.mix(0.0))
        .draw()?;
    let mut names = Vec::new();
    for (line, color) in lines.iter().zip(COLORS.into_iter().cycle()) {
        let points = || line.points.iter().map(|point| (x.scale.place(point.0), y.place(point.1)));
        chart.draw_series(LineSeries::new(points(), color.stroke_width(2)))?;
        chart.draw_series(points().map(|point| Circle::new(point, 3, color.filled())))?;
        names
            .extend(points().next_back().map(|last| (chart.backend_coord(&last), line.name.as_str(), color)));
    }
    names.sort_by_key(|((_, y), ..)| *y);
    let mut lowest = i32::MIN;
    for ((x, y), name, color) in names {
        let y = y.max(lowest.saturating_add(APART));
        lowest = y;
        write(area, name, (x + 10, y), &style(16, color), HPos::Left)?;
    }
    Ok(())
}

impl Scale {
    /// Where a value stands on the axis.
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
        }
    }

    /// The value that stands there.
    fn value(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Logarithmic => 10_f64.powf(place),
        }
    }

    /// From where to where the axis goes.
    fn range(self, values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
        let highest = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        match self {
            Self::Linear => 0.0..highest * 1.05,
            Self::Logarithmic => {
                let lowest = values.fold(highest, f64::min).log10().floor();
                lowest..highest.log10().ceil().max(lowest + 1.0)
            }
        }
    }

    /// How many labels the axis can have: one a power of ten, if they are powers.
    fn labels(self, range: &Range<f64>) -> usize {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few powers of ten")]
        match self {
            Self::Linear => 8,
            Self::Logarithmic => (range.end - range.start).round() as usize + 1,
        }
    }
}
