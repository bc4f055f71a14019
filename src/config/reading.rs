//! What adds up while a config is read.

use super::error::{Fault, Warning};
use crate::document::error::Place;
use crate::rules::Selection;
use crate::rules::pattern::Pattern;

/// The most work that the patterns of a config may be, as [`Pattern::effort`] counts it: well below a second.
/// Ordinary patterns are below 100 each.
const MAX_EFFORT: usize = 300_000;

#[derive(Default)]
pub(super) struct Reading {
    pub(super) warnings: Vec<Warning>,
    effort: usize,
}

impl Reading {
    /// Counts the patterns of a rule.
    pub(super) fn count(
        &mut self,
        place: Place,
        path_regex: Option<&Pattern>,
        selection: Option<&Selection>,
    ) -> Result<(), Fault> {
        let selecting = match selection {
            Some(
                Selection::UnencryptedRegex(pattern)
                | Selection::EncryptedRegex(pattern)
                | Selection::UnencryptedCommentRegex(pattern)
                | Selection::EncryptedCommentRegex(pattern),
            ) => Some(pattern),
            _ => None,
        };
        for pattern in path_regex.into_iter().chain(selecting) {
            self.effort = self.effort.saturating_add(pattern.effort());
        }
        if self.effort > MAX_EFFORT {
            let fault = Fault::at(place, "the patterns up to here are too much work to compile");
            return Err(fault.hint("use fewer rules, and no large repetitions of large classes"));
        }
        Ok(())
    }
}
