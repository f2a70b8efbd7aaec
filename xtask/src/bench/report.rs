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
        Ok(Self { folder: folder.to_owned(), parts: parts_of(&text) })
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
        let mut text = format!("{}\n\n{}\n", INTRODUCTION.trim(), machine.trim());
        let parts = order.filter_map(|name| self.parts.get(name).map(|part| (name, part)));
        text.extend(parts.map(|(name, part)| format!("\n{MARK}{name} -->\n{part}\n")));
        let path = self.folder.join("benchmarks.md");
        fs::write(&path, text)?;
        eprintln!("\nwritten to {}", path.display());
        Ok(())
    }
}

/// The parts of a document that was written before.
fn parts_of(text: &str) -> BTreeMap<String, String> {
    let parts = text.split(MARK).skip(1).filter_map(|part| part.split_once(" -->\n"));
    parts.map(|(name, text)| (name.to_owned(), text.trim().to_owned())).collect()
}

/// A table in Markdown: the first column to the left, the numbers to the right.
pub(crate) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: String| format!("| {cells} |\n");
    let rule = format!("|---|{}\n", "--:|".repeat(heads.len().saturating_sub(1)));
    let rows = rows.iter().map(|row| line(row.join(" | ")));
    [line(heads.join(" | ")), rule].into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_again_by_name() {
        let text = format!("# Title\n\n{MARK}one -->\n## One\n\n1\n\n{MARK}two -->\n## Two\n");
        let parts = parts_of(&text);
        assert_eq!(parts.get("one").unwrap(), "## One\n\n1");
        assert_eq!(parts.get("two").unwrap(), "## Two");
    }

    #[test]
    fn a_table_has_its_rule_below_the_heads() {
        let table = table(&["", "ns"], &[vec!["a".to_owned(), "1".to_owned()]]);
        assert_eq!(table, "|  | ns |\n|---|--:|\n| a | 1 |\n");
    }
}
