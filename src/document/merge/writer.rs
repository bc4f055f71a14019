//! The texts of a merge: one that holds what the model says, or two that differ where the conflicts are.

use super::comments::{self, Comments};
use super::draft::{self, Budget, Goal, Plan};
use super::model::{self, Model};
use super::sequence::Touching;
use super::{Conflict, Merged, Side, Three, plain, repair, whole};
use crate::document::Document;
use crate::document::step;
use crate::document::tree::Node;

/// What the texts of a merge are made of.
pub(super) struct Writer<'d> {
    three: Three<'d>,
    /// As they are compared.
    base: Option<Vec<Node>>,
    ours: Vec<Node>,
    theirs: Vec<Node>,
    /// Of their side and of ours, with comments.
    sources: [Vec<Node>; 2],
    owed: Comments<'d>,
    budget: Budget,
}

impl<'d> Writer<'d> {
    pub(super) fn new(three: Three<'d>) -> Writer<'d> {
        let Three { base, ours, theirs } = three;
        Writer {
            three,
            base: base.map(plain::trees),
            ours: plain::trees(ours),
            theirs: plain::trees(theirs),
            sources: [theirs, ours].map(Document::trees),
            owed: Comments::owed(three),
            budget: Budget::of(ours.text().len().max(theirs.text().len())),
        }
    }

    fn model(&self, forced: &[Conflict], prefer: Side) -> Option<Model> {
        model::merge(self.base.as_deref(), &self.ours, &self.theirs, forced, prefer)
    }

    /// The texts of a merge that has a conflict at the `forced` places whatever their values say. The error: the places
    /// that one side removed and the other wrote a new comment on, if none are forced yet.
    pub(super) fn merged(&mut self, forced: &[Conflict]) -> Option<Result<Merged, Vec<Conflict>>> {
        let Model { trees, mut conflicts } = self.model(forced, Side::Ours)?;
        let goal = Goal { trees: &trees, own: &Comments::of(self.three.ours), beside: None };
        let plan = Plan { touching: Touching::Apart, picks: Vec::new() };
        let (first, plan) = self.write(Side::Ours, plan, goal)?;
        let lost = self.owed.missing(&[&first]);
        if conflicts.is_empty() && lost.is_empty() {
            return Some(Ok(Merged { ours: whole(&first), theirs: None, conflicts, taken: None }));
        }

        let mut unsaid = comments::places(&lost, [self.three.ours, self.three.theirs]);
        unsaid.retain(|place| !conflicts.iter().any(|conflict| conflict.touches(place)));
        if forced.is_empty() {
            let is_gone = |place: &&Conflict| {
                trees.get(place.document).is_none_or(|tree| step::find(tree, &place.path).is_err())
            };
            let removed: Vec<Conflict> = unsaid.iter().filter(is_gone).cloned().collect();
            if !removed.is_empty() {
                return Some(Err(removed));
            }
        }
        let trees = if conflicts.is_empty() { trees } else { self.model(forced, Side::Theirs)?.trees };
        conflicts.extend(unsaid);
        let goal = Goal { trees: &trees, own: &Comments::of(self.three.theirs), beside: Some(&first) };
        let (second, _) = self.write(Side::Theirs, plan.theirs(), goal)?;
        if !self.owed.missing(&[&first, &second]).is_empty() {
            return None;
        }
        Some(Ok(Merged { ours: whole(&first), theirs: Some(whole(&second)), conflicts, taken: None }))
    }

    /// A text with the values of the goal, and as many of its comments as can be had, with the plan that led to it.
    fn write(&mut self, side: Side, plan: Plan, goal: Goal<'_>) -> Option<(Document, Plan)> {
        let Three { ours, theirs, .. } = self.three;
        let owed = &self.owed;
        let draft = draft::draft(self.three, side, plan, goal, owed, &mut self.budget);
        let sources: Vec<&Node> = self.sources.iter().filter_map(|trees| trees.first()).collect();
        let (near, mut best) = match draft.best {
            Some((document, score)) if score.values == 0 => (None, Some((document, score))),
            Some((document, _)) => (Some(document), None),
            None => (None, None),
        };
        for start in near.iter().chain(goal.beside).chain([ours, theirs]) {
            if best.as_ref().is_some_and(|(_, score)| score.comments == 0) {
                break;
            }
            let Some(made) = repair::repaired(start, goal, &sources, &mut self.budget) else { continue };
            let score = goal.judge(&made, owed);
            if best.as_ref().is_none_or(|(_, best)| score < *best) {
                best = Some((made, score));
            }
        }
        best.map(|(document, _)| (document, draft.plan))
    }
}
