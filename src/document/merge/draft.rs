//! Looking for a text that means what the merge means, by trying.

use super::Side;
use super::comments::Comments;
use super::plain::{self, differences};
use super::text::{Pick, Piece, resolved};
use crate::document::Document;
use crate::document::format::Format;
use crate::document::syntax::Limits;
use crate::document::tree::Node;
use std::ops::Range;
use zeroize::Zeroizing;

/// What a text is to hold.
#[derive(Clone, Copy)]
pub(super) struct Goal<'g> {
    pub trees: &'g [Node],
    /// The other text of a conflict: a comment may be in either.
    pub beside: Option<&'g Document>,
}

/// How far a text is from its goal; the less, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// Places with another value.
    pub values: usize,
    /// Lines of comment that are lost.
    pub comments: usize,
}

impl Goal<'_> {
    /// How many places of a text have another value than they should.
    pub(super) fn values(&self, document: &Document) -> usize {
        differences(&plain::trees(document), self.trees).map_or(usize::MAX, |all| all.len())
    }

    pub(super) fn judge(&self, document: &Document, owed: &Comments<'_>) -> Score {
        let beside = self.beside.into_iter();
        let texts: Vec<&Document> = beside.chain([document]).collect();
        Score { values: self.values(document), comments: owed.missing(&texts).len() }
    }
}

/// How many bytes may still be parsed: trying has an end.
pub(super) struct Budget(usize);

impl Budget {
    /// For texts of so many bytes.
    pub(super) fn of(bytes: usize) -> Budget {
        const LEAST: usize = 4 << 20;
        const TIMES: usize = 16;
        Budget(LEAST.max(bytes.saturating_mul(TIMES)))
    }

    pub(super) fn parse(&mut self, text: Zeroizing<String>, format: Format) -> Option<Document> {
        // Even an empty text costs something.
        const LEAST: usize = 1 << 10;
        self.0 = self.0.checked_sub(text.len().max(LEAST))?;
        let limits = Limits { bytes: usize::MAX, ..Limits::default() };
        Document::from_text(text, format, &limits).ok()
    }

    fn is_spent(&self, bytes: usize) -> bool {
        self.0 < bytes
    }
}

/// A text with a pick for each clash.
pub(super) struct Draft {
    pub picks: Vec<Pick>,
    /// The text and how good it is; `None` when nothing that was tried could be read.
    pub best: Option<(Document, Score)>,
}

/// The best picks for the clashes of aligned texts, starting with `picks`: one pick for all clashes, then for each
/// half of them, and so on, as long as the budget lasts.
pub(super) fn search(
    pieces: &[Piece<'_>],
    picks: Vec<Pick>,
    side: Side,
    like: &Document,
    goal: Goal<'_>,
    owed: &Comments<'_>,
    budget: &mut Budget,
) -> Draft {
    let all = 0..picks.len();
    let draft = Draft { picks, best: None };
    let mut search = Search { pieces, side, like, goal, owed, budget, draft };
    search.attempt();
    search.improve(all);
    search.draft
}

struct Search<'s> {
    pieces: &'s [Piece<'s>],
    side: Side,
    /// A document with the format and the line ends.
    like: &'s Document,
    goal: Goal<'s>,
    owed: &'s Comments<'s>,
    budget: &'s mut Budget,
    draft: Draft,
}

impl Search<'_> {
    /// Whether the picks make a better text than the best one, which they then become.
    fn attempt(&mut self) -> bool {
        let text = resolved(self.pieces, &self.draft.picks, self.like.newline());
        let Some(document) = self.budget.parse(text, self.like.format()) else { return false };
        let score = self.goal.judge(&document, self.owed);
        let better = self.draft.best.as_ref().is_none_or(|(_, best)| score < *best);
        if better {
            self.draft.best = Some((document, score));
        }
        better
    }

    fn is_done(&self) -> bool {
        let done = Score { values: 0, comments: 0 };
        self.draft.best.as_ref().is_some_and(|(_, score)| *score == done)
            || self.budget.is_spent(self.like.text().len())
    }

    /// Recurses as often as the clashes can be halved.
    fn improve(&mut self, range: Range<usize>) {
        let own = match self.side {
            Side::Ours => [Pick::Ours, Pick::Theirs],
            Side::Theirs => [Pick::Theirs, Pick::Ours],
        };
        for pick in [own[0], Pick::Words(self.side), Pick::OursTheirs, Pick::TheirsOurs, own[1]] {
            let before = self.draft.picks[range.clone()].to_vec();
            if before.iter().all(|old| *old == pick) {
                continue;
            }
            if self.is_done() {
                return;
            }
            self.draft.picks[range.clone()].fill(pick);
            if !self.attempt() {
                self.draft.picks[range.clone()].copy_from_slice(&before);
            }
        }
        if range.len() > 1 {
            let middle = range.start + range.len() / 2;
            self.improve(range.start..middle);
            self.improve(middle..range.end);
        }
    }
}
