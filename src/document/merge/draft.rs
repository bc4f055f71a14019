//! Looking for a text that means what the merge means, by trying.

use super::comments::Comments;
use super::plain::{self, differences};
use super::sequence::Touching;
use super::text::{self, Pick, Piece, resolved};
use super::{Side, Three};
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
    /// The comments of the side that wins at conflicts.
    pub own: &'g Comments<'g>,
    /// The other text of a conflict: a comment may be in either.
    pub beside: Option<&'g Document>,
}

/// How far a text is from its goal; the less, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// Places with another value.
    pub values: usize,
    /// Lines of comment that are lost and that the side has whose text it is: nobody else will keep them.
    pub own: usize,
    /// All lines of comment that are lost.
    pub comments: usize,
}

pub(super) const PERFECT: Score = Score { values: 0, own: 0, comments: 0 };

const WORST: Score = Score { values: usize::MAX, own: usize::MAX, comments: usize::MAX };

impl Goal<'_> {
    /// How many places of a text have another value than they should.
    pub(super) fn values(&self, document: &Document) -> usize {
        differences(&plain::trees(document), self.trees).map_or(usize::MAX, |all| all.len())
    }

    pub(super) fn judge(&self, document: &Document, owed: &Comments<'_>) -> Score {
        let beside = self.beside.into_iter();
        let texts: Vec<&Document> = beside.chain([document]).collect();
        let lost = owed.missing(&texts);
        let own = lost.iter().filter(|line| self.own.has(line)).count();
        Score { values: self.values(document), own, comments: lost.len() }
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

    /// Half of it, taken away.
    fn half(&mut self) -> Budget {
        let half = self.0 / 2;
        self.0 -= half;
        Budget(half)
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

/// How a text is put together.
#[derive(Clone)]
pub(super) struct Plan {
    pub touching: Touching,
    /// For each clash of that alignment; those that are missing are resolved entry by entry.
    pub picks: Vec<Pick>,
}

impl Plan {
    /// The same with their words in place of ours.
    pub(super) fn theirs(mut self) -> Plan {
        for pick in &mut self.picks {
            if let Pick::Entries(side) | Pick::Words(side) = pick {
                *side = Side::Theirs;
            }
        }
        self
    }
}

/// The best text of those that were tried.
pub(super) struct Draft {
    pub plan: Plan,
    /// The text and how good it is; `None` when nothing that was tried could be read.
    pub best: Option<(Document, Score)>,
}

impl Draft {
    fn score(&self) -> Score {
        self.best.as_ref().map_or(WORST, |(_, score)| *score)
    }
}

/// The best draft for one side's text: first as planned, then with the other alignment.
pub(super) fn draft(
    three: Three<'_>,
    side: Side,
    plan: Plan,
    goal: Goal<'_>,
    owed: &Comments<'_>,
    budget: &mut Budget,
) -> Draft {
    let mut tried = |plan: Plan| {
        let base = three.base.map_or("", Document::text);
        let pieces = text::pieces(base, three.ours.text(), three.theirs.text(), plan.touching);
        let draft = Draft { plan, best: None };
        // What is left is for the other alignment, and for repairs.
        let budget = budget.half();
        Search { pieces: &pieces, side, like: three.ours, goal, owed, budget, draft }.run()
    };
    let other = match plan.touching {
        Touching::Apart => Touching::Together,
        _ => Touching::Apart,
    };
    let first = tried(plan);
    if first.score() == PERFECT {
        return first;
    }
    let second = tried(Plan { touching: other, picks: Vec::new() });
    if second.score() < first.score() { second } else { first }
}

struct Search<'s> {
    pieces: &'s [Piece<'s>],
    side: Side,
    /// A document with the format and the line ends.
    like: &'s Document,
    goal: Goal<'s>,
    owed: &'s Comments<'s>,
    budget: Budget,
    draft: Draft,
}

impl Search<'_> {
    /// One pick for all clashes, then for each half of them, and so on, as long as the budget lasts.
    fn run(mut self) -> Draft {
        let clashes = self.pieces.iter().filter(|piece| matches!(piece, Piece::Clash(_))).count();
        self.draft.plan.picks.resize(clashes, Pick::Entries(self.side));
        self.attempt();
        self.improve(0..clashes);
        self.draft
    }

    /// Whether the picks make a better text than the best one, which they then become.
    fn attempt(&mut self) -> bool {
        let text = resolved(self.pieces, &self.draft.plan.picks, self.like.newline());
        let Some(document) = self.budget.parse(text, self.like.format()) else { return false };
        let score = self.goal.judge(&document, self.owed);
        let better = self.draft.best.as_ref().is_none_or(|(_, best)| score < *best);
        if better {
            self.draft.best = Some((document, score));
        }
        better
    }

    fn is_done(&self) -> bool {
        self.draft.score() == PERFECT || self.budget.is_spent(self.like.text().len())
    }

    /// Recurses as often as the clashes can be halved.
    fn improve(&mut self, range: Range<usize>) {
        let own = match self.side {
            Side::Ours => [Pick::Ours, Pick::Theirs],
            Side::Theirs => [Pick::Theirs, Pick::Ours],
        };
        for pick in [
            Pick::Entries(self.side),
            own[0],
            Pick::Words(self.side),
            Pick::OursTheirs,
            Pick::TheirsOurs,
            own[1],
        ] {
            let before = self.draft.plan.picks[range.clone()].to_vec();
            if before.iter().all(|old| *old == pick) {
                continue;
            }
            if self.is_done() {
                return;
            }
            self.draft.plan.picks[range.clone()].fill(pick);
            if !self.attempt() {
                self.draft.plan.picks[range.clone()].copy_from_slice(&before);
            }
        }
        if range.len() > 1 {
            let middle = range.start + range.len() / 2;
            self.improve(range.start..middle);
            self.improve(middle..range.end);
        }
    }
}
