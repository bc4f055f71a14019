//! How the lines of a text set a value off from its key: `k = v`, `k=v`, `k: v`, or delimiters below each other.

/// The habit of one line.
#[derive(Clone, Copy)]
pub(super) struct Spacing<'t> {
    /// The blanks before the delimiter.
    before: &'t str,
    /// The delimiter and the blanks behind it.
    after: &'t str,
    /// Characters of the key, where the blanks put the delimiter in a column of its own.
    aligned: Option<usize>,
}

impl<'t> Spacing<'t> {
    pub(super) const USUAL: Spacing<'static> = Spacing { before: " ", after: "= ", aligned: None };

    /// From a key as it is written and what is between it and its value.
    pub(super) fn of(key: &str, between: &'t str) -> Spacing<'t> {
        let after = between.trim_start();
        let before = &between[..between.len() - after.len()];
        let aligned = (before.len() > 1 && !before.contains('\t')).then(|| key.chars().count());
        Spacing { before, after, aligned }
    }

    /// A key and what comes behind it, up to the value.
    pub(super) fn write(&self, key: &str, out: &mut String) {
        out.push_str(key);
        match self.aligned {
            Some(width) => {
                let column = width + self.before.len();
                let blanks = column.saturating_sub(key.chars().count()).max(1);
                out.extend(std::iter::repeat_n(' ', blanks));
            }
            None => out.push_str(self.before),
        }
        out.push_str(self.after);
    }
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
            Spacing::of(key, between).write(new, &mut out);
            assert_eq!(out, written, "{between:?}");
        }
    }
}
