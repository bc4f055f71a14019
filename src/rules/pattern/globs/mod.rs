//! A pattern as wildcards of git, for `.gitattributes`, which knows no regular expressions. The wildcards match every
//! path that the pattern matches, and where one is not to be had without the other, some more: never less.

mod expand;
mod piece;
mod render;
#[cfg(test)]
mod tests;

use super::Pattern;
use render::Glob;
use std::collections::HashSet;

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
    /// assert_eq!(globs(r"^prod/.*\.ya?ml$")?, Some(vec!["prod/**/*.yaml".into(), "prod/**/*.yml".into()]));
    /// assert_eq!(globs(r"(^|/)secrets\.toml$")?, Some(vec!["**/secrets.toml".into()]));
    /// assert_eq!(globs(".*")?, None);
    /// # Ok::<(), sops_rs::rules::pattern::PatternError>(())
    /// ```
    pub fn globs(&self) -> Option<Vec<String>> {
        let Some(regex) = &self.regex else { return Some(Vec::new()) };
        // It was compiled once, so it parses, and is nested no deeper than the parser allows.
        let parsed = regex_syntax::parse(regex.as_str()).ok()?;
        [true, false]
            .into_iter()
            .find_map(|exact| {
                let globs = wildcards(&parsed, exact)?;
                (globs.len() <= MOST || !exact).then_some(globs)
            })
            .filter(|globs| globs.iter().all(|glob| glob.is_telling))
            .map(|globs| globs.into_iter().map(|glob| glob.text).collect())
    }
}

/// The wildcards of a pattern, each once; `None` when it can be so much that they would be too many even to look at.
fn wildcards(parsed: &regex_syntax::hir::Hir, exact: bool) -> Option<Vec<Glob>> {
    let ways = expand::ways(parsed, exact)?;
    let mut globs: Vec<Glob> = ways.into_iter().filter_map(piece::settled).flat_map(render::globs).collect();
    let mut seen = HashSet::new();
    globs.retain(|glob| seen.insert(glob.text.clone()));
    // `**/x` is for `x` too.
    globs.retain(|glob| !seen.contains(&format!("**/{}", glob.text)));
    Some(globs)
}
