//! Rounds, medians and the table that is printed in the end.

use std::fmt::Write as _;

/// One line of the table.
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) what: String,
    /// The ratio.
    pub(crate) value: f64,
    /// The bound: at least, or at most.
    pub(crate) bound: Bound,
    /// In what unit, and against what.
    pub(crate) unit: &'static str,
}

/// Which way a figure is good.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
    /// For orientation.
    None,
}

impl Figure {
    /// Whether it keeps to its bound, in a word; nothing if it has none.
    fn verdict(&self) -> &'static str {
        let holds = match self.bound {
            Bound::AtLeast(bound) => self.value >= bound,
            Bound::AtMost(bound) => self.value <= bound,
            Bound::None => return "",
        };
        if holds { "holds" } else { "**missed**" }
    }
}

/// The middle of the values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The place in a sorted list below which this share of it lies.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of requests, scaled by a share between 0 and 1"
)]
pub(crate) fn share_of(length: usize, share: f64) -> usize {
    (length as f64 * share) as usize
}

/// A count as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark stay far below 2^53")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

/// The table, in Markdown.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut text = String::from("| figure | measured | bound | unit | |\n|---|---:|---:|---|---|\n");
    for figure in figures {
        let bound = match figure.bound {
            Bound::AtLeast(bound) => format!("≥ {bound}"),
            Bound::AtMost(bound) => format!("≤ {bound}"),
            Bound::None => "–".to_owned(),
        };
        let Figure { what, value, unit, .. } = figure;
        writeln!(text, "| {what} | {value:.3} | {bound} | {unit} | {} |", figure.verdict())
            .expect("a string takes everything");
    }
    text
}
