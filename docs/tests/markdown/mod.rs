//! The subset of Markdown that the book uses: headings, links, fenced blocks, and mdBook's
//! includes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A page with its included files.
pub(crate) struct Page {
    pub text: String,
    source: String,
}

/// A fenced block.
pub(crate) struct Block {
    pub info: String,
    pub text: String,
    /// The text before files are included.
    pub source: String,
}

impl Block {
    /// The first word of the info string.
    pub(crate) fn language(&self) -> &str {
        self.info.split([',', ' ']).next().unwrap()
    }
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let source = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut text = String::new();
        for line in source.lines() {
            match line.strip_prefix("{{#include ").and_then(|rest| rest.strip_suffix("}}")) {
                Some(file) => {
                    let file = path.with_file_name(file);
                    let included = fs::read_to_string(&file);
                    text += &included.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                }
                None => text += line,
            }
            text.push('\n');
        }
        Self { text, source }
    }

    /// The lines outside fenced blocks.
    fn outside(text: &str) -> impl Iterator<Item = &str> {
        let mut is_inside = false;
        text.lines().filter(move |line| {
            let is_fence = line.starts_with("```");
            is_inside ^= is_fence;
            !is_inside && !is_fence
        })
    }

    /// The lines of running text in the page itself: no tables, no code.
    pub(crate) fn prose(&self) -> impl Iterator<Item = &str> {
        Self::outside(&self.source).filter(|line| !line.starts_with('|'))
    }

    /// The fenced blocks.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block> {
        let sources = fenced(&self.source);
        fenced(&self.text).into_iter().zip(sources).map(|((info, text), (_, source))| Block {
            info,
            text,
            source,
        })
    }

    /// The targets of all links and pictures.
    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        Self::outside(&self.text).flat_map(|line| {
            // Inline code has no links. Its text is between the first and the second backtick, and
            // so on.
            let text = line.split('`').step_by(2);
            text.flat_map(|text| text.split("](").skip(1)).filter_map(|rest| rest.split(')').next())
        })
    }

    /// The ids of the headings, as mdBook and GitHub make them.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let headings = Self::outside(&self.text).filter(|line| line.starts_with('#'));
        headings.map(|line| id(line.trim_start_matches('#').trim())).collect()
    }
}

fn fenced(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

fn id(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}
