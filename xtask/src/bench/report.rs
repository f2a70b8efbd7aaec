//! The report: sections in Markdown, kept by part, so that one part can be measured anew without the others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::chart::Chart;
use super::{Result, machine};

/// One chapter of the report.
pub(crate) struct Section {
    pub(crate) title: String,
    /// Markdown, without the title and the charts.
    pub(crate) body: String,
    /// Shown below the body.
    pub(crate) charts: Vec<Chart>,
}

/// `benchmarks.md` of a folder, and the folder `benchmarks` with its charts.
pub(super) struct Document {
    folder: PathBuf,
    /// The text of each part, by the part's name.
    parts: BTreeMap<String, String>,
}

/// Opens a part in the document; the name of the part follows.
const MARK: &str = "<!-- part: ";

const INTRODUCTION: &str = include_str!("introduction.md");

impl Document {
    /// The document as it stands, if there is one.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("benchmarks"))?;
        let text = fs::read_to_string(folder.join("benchmarks.md")).unwrap_or_default();
        let parts = text.split(MARK).skip(1).filter_map(|part| part.split_once(" -->\n"));
        let parts = parts.map(|(name, text)| (name.to_owned(), text.trim().to_owned())).collect();
        Ok(Self { folder: folder.to_owned(), parts })
    }

    /// Draws the charts of a part, and puts its sections in the place of what was there.
    pub(super) fn replace(&mut self, part: &str, sections: &[Section]) -> Result<()> {
        let mut text = String::new();
        for Section { title, body, charts } in sections {
            write!(text, "## {title}\n\n{}\n\n", body.trim())?;
            for chart in charts {
                let file = format!("benchmarks/{}.svg", chart.file);
                fs::write(self.folder.join(&file), chart.draw()?)?;
                write!(text, "![{}]({file})\n\n", chart.title)?;
            }
        }
        text += &machine::moment();
        self.parts.insert(part.to_owned(), text.trim().to_owned());
        Ok(())
    }

    /// Writes the parts in this order.
    pub(super) fn write<'p>(&self, order: impl Iterator<Item = &'p str>, machine: &str) -> Result<()> {
        let mut text = format!("{}\n{}\n", INTRODUCTION.trim(), machine.trim());
        for name in order {
            if let Some(part) = self.parts.get(name) {
                write!(text, "\n{MARK}{name} -->\n{part}\n")?;
            }
        }
        let path = self.folder.join("benchmarks.md");
        fs::write(&path, text)?;
        eprintln!("\nwritten to {}", path.display());
        Ok(())
    }
}

/// A table in Markdown: the first column to the left, the numbers to the right.
pub(crate) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: String| format!("| {cells} |\n");
    let rule = format!("|---|{}\n", "--:|".repeat(heads.len().saturating_sub(1)));
    let rows = rows.iter().map(|row| line(row.join(" | ")));
    [line(heads.join(" | ")), rule].into_iter().chain(rows).collect()
}
