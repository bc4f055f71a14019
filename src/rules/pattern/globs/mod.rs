//! A pattern as wildcards of git, for `.gitattributes`, which knows no regular expressions. The wildcards match every
//! path that the pattern matches, and where one is not to be had without the other, some more: never less.

mod expand;
mod piece;
mod render;
#[cfg(test)]
mod tests;

use super::Pattern;

/// The most wildcards that a pattern becomes; from there on they get shorter and wider.
const MOST: usize = 24;

impl Pattern {
    /// Wildcards of git that match, together, at least every path that the pattern matches. They are for whole paths
    /// below one directory, without a slash in front. `None` when one of them would be for almost any path, as it
    /// says nothing of names.
    ///
    /// ```
    /// use sops_rs::rules::pattern::Pattern;
    ///
    /// let globs = |pattern| Pattern::new(pattern).map(|pattern| pattern.globs());
    /// assert_eq!(globs(r"^prod/.*\.ya?ml$")?, Some(vec!["prod/**/*.yml".into(), "prod/**/*.yaml".into()]));
    /// assert_eq!(globs(r"(^|/)secrets\.toml$")?, Some(vec!["**/secrets.toml".into()]));
    /// assert_eq!(globs(".*")?, None);
    /// # Ok::<(), sops_rs::rules::pattern::PatternError>(())
    /// ```
    pub fn globs(&self) -> Option<Vec<String>> {
        let Some(regex) = &self.regex else { return Some(Vec::new()) };
        // It was compiled once, so it parses, and is nested no deeper than the parser allows.
        let parsed = regex_syntax::parse(regex.as_str()).ok()?;
        let globs = [true, false].into_iter().find_map(|exact| {
            let ways = expand::ways(&parsed, exact)?;
            let globs: Vec<_> = ways.into_iter().filter_map(piece::settled).map(render::globs).collect();
            let count: usize = globs.iter().map(Vec::len).sum();
            (count <= MOST || !exact).then_some(globs)
        })?;
        if globs.iter().flatten().any(|glob| !glob.is_telling) {
            return None;
        }
        let mut texts: Vec<String> = Vec::new();
        for glob in globs.into_iter().flatten() {
            if !texts.contains(&glob.text) {
                texts.push(glob.text);
            }
        }
        // `**/x` is for `x` too.
        let deeper: Vec<String> =
            texts.iter().filter_map(|text| text.strip_prefix("**/").map(str::to_owned)).collect();
        texts.retain(|text| !deeper.contains(text));
        Some(texts)
    }
}
