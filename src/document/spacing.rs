//! How the lines of a text set a value off from its key: `k = v`, `k=v`, `k: v`, or delimiters below each other.

/// The habit of one line among its neighbours.
#[derive(Clone, Copy)]
pub(super) struct Spacing<'t> {
    /// The blanks before the delimiter.
    before: &'t str,
    /// The delimiter and the blanks behind it.
    after: &'t str,
    /// Where the delimiter is, in characters from the start of the key, if it is in a column with others.
    column: Option<usize>,
}

impl<'t> Spacing<'t> {
    pub(super) const USUAL: Spacing<'static> = Spacing { before: " ", after: "= ", column: None };

    /// Of the first of some lines, each a key as it is written and what is between it and its value. Delimiters that
    /// stand below each other make a column.
    pub(super) fn of(mut lines: impl Iterator<Item = (&'t str, &'t str)>) -> Option<Spacing<'t>> {
        let (key, between) = lines.next()?;
        let after = between.trim_start();
        let (before, column) = before(key, between);
        let in_column = |(key, between)| {
            let (neighbour, its_column) = self::before(key, between);
            neighbour.len() > 1 && its_column == column
        };
        let aligned = before.len() > 1 || !before.is_empty() && lines.any(in_column);
        Some(Spacing { before, after, column: (aligned && !before.contains('\t')).then_some(column) })
    }

    /// A key and what comes behind it, up to the value.
    pub(super) fn write(&self, key: &str, out: &mut String) {
        out.push_str(key);
        match self.column {
            Some(column) => {
                let blanks = column.saturating_sub(key.chars().count()).max(1);
                out.extend(std::iter::repeat_n(' ', blanks));
            }
            None => out.push_str(self.before),
        }
        out.push_str(self.after);
    }
}

/// The blanks behind a key, and where they end.
fn before<'t>(key: &str, between: &'t str) -> (&'t str, usize) {
    let blanks = &between[..between.len() - between.trim_start().len()];
    (blanks, key.chars().count() + blanks.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_set_off_as_its_neighbour_is() {
        for (key, between, new, written) in [
            ("a", " = ", "key", "key = "),
            ("a", "=", "key", "key="),
            ("a", ": ", "key", "key: "),
            ("a", "    = ", "key", "key  = "),
            ("a", "    = ", "longer", "longer = "),
            ("a", "\t=\t", "key", "key\t=\t"),
        ] {
            let mut out = String::new();
            let spacing = Spacing::of([(key, between), ("neighbour", " = ")].into_iter());
            spacing.unwrap_or(Spacing::USUAL).write(new, &mut out);
            assert_eq!(out, written, "{between:?}");
        }
    }

    #[test]
    fn a_column_needs_a_shorter_neighbour() {
        let written = |lines: &[(&'static str, &'static str)]| {
            let mut out = String::new();
            Spacing::of(lines.iter().copied()).unwrap_or(Spacing::USUAL).write("k", &mut out);
            out
        };
        assert_eq!(written(&[("abc", " = "), ("a", "   = ")]), "k   = ");
        assert_eq!(written(&[("abc", " = "), ("a", " = ")]), "k = ");
        assert_eq!(written(&[("abc", "= "), ("a", "  = ")]), "k= ");
        assert_eq!(written(&[]), "k = ");
    }
}
